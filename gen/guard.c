/* guard: mmap, mprotect and a pattern. */
#include "guard.h"

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PATTERN = 0xa5, EMPTY = 0xff };

static size_t page_size(void)
{
    return (size_t)sysconf(_SC_PAGESIZE);
}

bool guard_map(struct guarded *guarded, size_t bytes, size_t element_bytes,
               struct error *err)
{
    const size_t page = page_size();
    *guarded = (struct guarded){.bytes = bytes, .element_bytes = element_bytes};
    if (bytes > SIZE_MAX / 2)
        return error_set(err, "memory: got %zu bytes; expected less", bytes);
    guarded->page_bytes =
        bytes == 0 ? 0 : (bytes + element_bytes + page - 1) / page * page;
    unsigned char *all = mmap(NULL, guarded->page_bytes + 2 * page, PROT_NONE,
                              MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (all == MAP_FAILED)
        return error_set(err, "memory: got none of the %zu bytes asked for", bytes);
    guarded->pages = all + page;
    return true;
}

void guard_unmap(struct guarded *guarded)
{
    const size_t page = page_size();
    if (guarded->pages != NULL)
        munmap(guarded->pages - page, guarded->page_bytes + 2 * page);
    *guarded = (struct guarded){0};
}

void guard_allow_writes(const struct guarded *guarded, bool allowed)
{
    if (guarded->page_bytes != 0)
        mprotect(guarded->pages, guarded->page_bytes,
                 allowed ? PROT_READ | PROT_WRITE : PROT_READ);
}

void guard_put(struct guarded *guarded, enum guard_place place)
{
    size_t offset = 0;
    if (place != GUARD_FIRST && guarded->bytes != 0)
        offset = guarded->page_bytes - guarded->bytes;
    if (place == GUARD_ODD && guarded->bytes != 0)
        offset -= guarded->element_bytes;
    guarded->at = guarded->pages + offset;
    guard_allow_writes(guarded, true);
    memset(guarded->pages, PATTERN, guarded->page_bytes);
    memset(guarded->at, EMPTY, guarded->bytes);
}

static bool holds_pattern(const unsigned char *from, const unsigned char *end)
{
    while (from < end && *from == PATTERN)
        from++;
    return from == end;
}

bool guard_is_whole(const struct guarded *guarded)
{
    const unsigned char *end = guarded->pages + guarded->page_bytes;
    return holds_pattern(guarded->pages, guarded->at) &&
           holds_pattern(guarded->at + guarded->bytes, end);
}

const char *guard_place_name(enum guard_place place)
{
    static const char *const names[] = {
        [GUARD_FIRST] = "buffers against the page before them",
        [GUARD_LAST] = "buffers against the page behind them",
        [GUARD_ODD] = "buffers one element off the page behind them",
    };
    return names[place];
}
