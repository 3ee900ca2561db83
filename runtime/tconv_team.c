/*
 * tconv_team: with pthreads, or, where it is compiled with OpenMP (and without
 * TCONV_THREADS_PTHREADS), on OpenMP's own threads.
 */
#if defined(__linux__) && !defined(_GNU_SOURCE)
#define _GNU_SOURCE /* sched_getcpu, CPU_SET */
#endif
#include "tconv_team.h"

#include <stdlib.h>

#if defined(_OPENMP) && !defined(TCONV_THREADS_PTHREADS)

struct tconv_team {
    size_t n;
};

struct tconv_team *tconv_team_create(size_t n, int *is_refused)
{
    struct tconv_team *team = malloc(sizeof *team);
    *is_refused = 0;
    if (team != NULL)
        team->n = n;
    return team;
}

void tconv_team_destroy(struct tconv_team *team)
{
    free(team);
}

void tconv_team_run(struct tconv_team *team, tconv_team_part *run, const void *job,
                    size_t parts)
{
    (void)team;
#pragma omp parallel for num_threads((int)parts) schedule(static, 1)
    for (size_t part = 0; part < parts; part++)
        run(job, part);
}

#else

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

struct worker {
    struct tconv_team *team;
    size_t part; /* the one it runs; the caller runs part 0 */
    pthread_t thread;
};

struct tconv_team {
    tconv_team_part *run; /* this round's job: constant while it runs */
    const void *job;
    size_t parts;
    int caller_cpu;
    int is_ending;
    atomic_uint round;     /* counts the jobs; moves under the mutex only */
    atomic_size_t running; /* workers that have not yet ended this round */
    pthread_mutex_t mutex;
    pthread_cond_t begins, ends;
    size_t n_workers;
    struct worker workers[];
};

#if defined(__linux__)

static int current_cpu(void)
{
    return sched_getcpu();
}

/*
 * Moves the thread to another CPU when it is on `cpu`, and leaves it free to go anywhere.
 *
 * A worker that finds itself where its caller runs has waited for the caller to fall
 * asleep. Linux may wake it there for ever: on a machine of few CPUs that were all busy a
 * moment ago it does not look for an idle one.
 */
static void leave_cpu(int cpu)
{
    cpu_set_t allowed, others;
    if (cpu < 0 || cpu >= CPU_SETSIZE || sched_getcpu() != cpu ||
        sched_getaffinity(0, sizeof allowed, &allowed) != 0)
        return;
    others = allowed;
    CPU_CLR((size_t)cpu, &others);
    if (CPU_COUNT(&others) > 0 && sched_setaffinity(0, sizeof others, &others) == 0)
        sched_setaffinity(0, sizeof allowed, &allowed);
}

#else

static int current_cpu(void)
{
    return -1;
}

static void leave_cpu(int cpu)
{
    (void)cpu;
}

#endif

/* Polls before a thread goes to sleep: some tens of microseconds, longer than the next
 * layer's call takes to arrive, too short to count when none comes. */
enum { POLLS = 2000 };

static inline void pause_briefly(void)
{
#if defined(__GNUC__) && (defined(__x86_64__) || defined(__i386__))
    __builtin_ia32_pause();
#endif
}

/* Returns the round's number when it is no longer `seen`. */
static unsigned await_round(struct tconv_team *team, unsigned seen)
{
    unsigned round = seen;
    for (int i = 0; i < POLLS; i++) {
        round = atomic_load_explicit(&team->round, memory_order_acquire);
        if (round != seen)
            return round;
        pause_briefly();
    }
    pthread_mutex_lock(&team->mutex);
    while ((round = atomic_load(&team->round)) == seen)
        pthread_cond_wait(&team->begins, &team->mutex);
    pthread_mutex_unlock(&team->mutex);
    return round;
}

static void await_workers(struct tconv_team *team)
{
    for (int i = 0; i < POLLS; i++) {
        if (atomic_load_explicit(&team->running, memory_order_acquire) == 0)
            return;
        pause_briefly();
    }
    pthread_mutex_lock(&team->mutex);
    while (atomic_load(&team->running) != 0)
        pthread_cond_wait(&team->ends, &team->mutex);
    pthread_mutex_unlock(&team->mutex);
}

static void *work(void *argument)
{
    const struct worker *worker = argument;
    struct tconv_team *team = worker->team;
    unsigned round = 0;
    for (;;) {
        round = await_round(team, round);
        if (team->is_ending)
            return NULL;
        if (worker->part < team->parts) {
            leave_cpu(team->caller_cpu);
            team->run(team->job, worker->part);
        }
        if (atomic_fetch_sub_explicit(&team->running, 1, memory_order_acq_rel) != 1)
            continue;
        pthread_mutex_lock(&team->mutex);
        pthread_cond_signal(&team->ends);
        pthread_mutex_unlock(&team->mutex);
    }
}

static void begin_round(struct tconv_team *team)
{
    pthread_mutex_lock(&team->mutex);
    atomic_fetch_add_explicit(&team->round, 1, memory_order_release);
    pthread_cond_broadcast(&team->begins);
    pthread_mutex_unlock(&team->mutex);
}

static int start_worker(struct tconv_team *team)
{
    struct worker *worker = &team->workers[team->n_workers];
    *worker = (struct worker){.team = team, .part = team->n_workers + 1};
    if (pthread_create(&worker->thread, NULL, work, worker) != 0)
        return 0;
    team->n_workers++;
    return 1;
}

struct tconv_team *tconv_team_create(size_t n, int *is_refused)
{
    struct tconv_team *team = calloc(1, sizeof *team + (n - 1) * sizeof(struct worker));
    *is_refused = 0;
    if (team == NULL)
        return NULL;
    pthread_mutex_init(&team->mutex, NULL);
    pthread_cond_init(&team->begins, NULL);
    pthread_cond_init(&team->ends, NULL);
    while (team->n_workers < n - 1 && !*is_refused)
        *is_refused = !start_worker(team);
    if (!*is_refused)
        return team;
    tconv_team_destroy(team);
    return NULL;
}

void tconv_team_destroy(struct tconv_team *team)
{
    team->is_ending = 1;
    begin_round(team);
    for (size_t i = 0; i < team->n_workers; i++)
        pthread_join(team->workers[i].thread, NULL);
    pthread_cond_destroy(&team->ends);
    pthread_cond_destroy(&team->begins);
    pthread_mutex_destroy(&team->mutex);
    free(team);
}

void tconv_team_run(struct tconv_team *team, tconv_team_part *run, const void *job,
                    size_t parts)
{
    if (parts > 1) {
        team->run = run;
        team->job = job;
        team->parts = parts;
        team->caller_cpu = current_cpu();
        atomic_store_explicit(&team->running, team->n_workers, memory_order_relaxed);
        begin_round(team);
    }
    run(job, 0);
    if (parts > 1)
        await_workers(team);
}

#endif
