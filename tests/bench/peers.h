/*
 * peers: the shared objects of a folder, each a struct peer.
 */
#ifndef TCONV_BENCH_PEERS_H
#define TCONV_BENCH_PEERS_H

#include "error.h"
#include "peer.h"

enum { MOST_PEERS = 16 };

struct peers {
    size_t n;
    struct {
        char name[64]; /* the file's, without .so */
        void *library;
        const struct peer *peer;
    } at[MOST_PEERS];
};

/* Loads DIRECTORY/NAME.so of each name of the comma-parted list, or of every file when it
 * is NULL, in alphabetical order. */
bool peers_load(struct peers *peers, const char *directory, const char *names,
                struct error *err) MUST_USE;
void peers_release(struct peers *peers);

#endif
