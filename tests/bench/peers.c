/* peers: dlopen, each library in a scope of its own. */
#include "peers.h"

#include <dirent.h>
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

enum { PATH_BYTES = 1024 };

static bool load(struct peers *peers, const char *directory, const char *name, int length,
                 struct error *err)
{
    char path[PATH_BYTES];
    if (peers->n == MOST_PEERS)
        return error_set(err, "--peers: got more than %d; expected fewer", MOST_PEERS);
    snprintf(path, sizeof path, "%s/%.*s.so", directory, length, name);
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    const struct peer *peer = library == NULL ? NULL : dlsym(library, "bench_peer");
    if (peer == NULL)
        return error_set(err, "--peers: got %.*s; expected a peer that loads: %s", length,
                         name, dlerror());
    snprintf(peers->at[peers->n].name, sizeof peers->at[0].name, "%.*s", length, name);
    peers->at[peers->n].library = library;
    peers->at[peers->n].peer = peer;
    peers->n++;
    return true;
}

static int is_library(const struct dirent *entry)
{
    const char *end = strrchr(entry->d_name, '.');
    return end != NULL && strcmp(end, ".so") == 0;
}

static bool load_all(struct peers *peers, const char *directory, struct error *err)
{
    struct dirent **entries;
    const int n = scandir(directory, &entries, is_library, alphasort);
    bool done = true;
    for (int i = 0; i < n; i++) {
        const int length = (int)(strlen(entries[i]->d_name) - strlen(".so"));
        done = done && load(peers, directory, entries[i]->d_name, length, err);
        free(entries[i]);
    }
    if (n >= 0)
        free(entries);
    return done;
}

bool peers_load(struct peers *peers, const char *directory, const char *names,
                struct error *err)
{
    peers->n = 0;
    if (names == NULL)
        return load_all(peers, directory, err);
    for (size_t length; *names != '\0'; names += length, names += *names == ',') {
        length = strcspn(names, ",");
        if (!load(peers, directory, names, (int)length, err))
            return false;
    }
    return true;
}

void peers_release(struct peers *peers)
{
    for (size_t i = 0; i < peers->n; i++)
        dlclose(peers->at[i].library);
    peers->n = 0;
}
