/*
 * tconv_team: threads that wait for work, the ground that tconv_threads stands on. They
 * run the parts of a job and know nothing of kernels.
 */
#ifndef TCONV_TEAM_H
#define TCONV_TEAM_H

#include <stddef.h>

struct tconv_team;

/* Part number `part` of a job. */
typedef void tconv_team_part(const void *job, size_t part);

/* n threads, from 1, the caller's own among them. NULL when there is no memory, or, with
 * *is_refused set, when the system starts no more threads. */
struct tconv_team *tconv_team_create(size_t n, int *is_refused);

/* No job may be running. */
void tconv_team_destroy(struct tconv_team *team);

/* Runs parts 0 to parts - 1, at most n, one on each thread, and returns when all are
 * done. What the caller wrote before, each part sees; what a part wrote, the caller sees.
 */
void tconv_team_run(struct tconv_team *team, tconv_team_part *run, const void *job,
                    size_t parts);

#endif
