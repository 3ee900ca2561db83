/* progress: a bar of thirty characters on the standard error. */
#include "progress.h"

#include <stdio.h>
#include <unistd.h>

enum { WIDTH = 30 };

void progress_show(size_t done, size_t total, const char *layer, const char *now)
{
    const int filled = total == 0 ? 0 : (int)(done * WIDTH / total);
    if (!isatty(STDERR_FILENO))
        return;
    fprintf(stderr, "\r\033[K[%.*s%*s] %zu of %zu  %s: %s", filled,
            "##############################", WIDTH - filled, "", done, total, layer,
            now);
    fflush(stderr);
}

void progress_hide(void)
{
    if (isatty(STDERR_FILENO))
        fputs("\r\033[K", stderr);
}
