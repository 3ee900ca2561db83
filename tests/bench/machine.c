/* machine: affinity, the name in cpuinfo, the sum of a large array. */
#include "machine.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "peer.h"

enum { READ_FLOATS = 64 << 20, READ_RUNS = 7 };

typedef float vector __attribute__((vector_size(64)));

static bool read_model(struct machine *machine)
{
    char line[256];
    FILE *file = fopen("/proc/cpuinfo", "r");
    strcpy(machine->model, "an unnamed CPU");
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        if (sscanf(line, "model name : %127[^\n]", machine->model) == 1)
            break;
    if (file != NULL)
        fclose(file);
    return true;
}

bool machine_pin(struct machine *machine, int cpu, struct error *err)
{
    cpu_set_t set;
    const int here = cpu < 0 ? sched_getcpu() : cpu;
    CPU_ZERO(&set);
    if (here >= 0 && here < CPU_SETSIZE)
        CPU_SET((unsigned)here, &set);
    machine->cpu = here;
    return sched_setaffinity(0, sizeof set, &set) == 0 ||
           error_set(err, "--cpu: got %d; expected a CPU that this process may use", cpu);
}

static double read_all(const vector *from, size_t n)
{
    const double began = clock_seconds();
    vector sums[8] = {{0}};
    for (size_t i = 0; i + 8 <= n; i += 8)
        for (size_t j = 0; j < 8; j++)
            sums[j] += from[i + j];
    for (size_t j = 0; j < 8; j++)
        __asm__ volatile("" : : "m"(sums[j]));
    return clock_seconds() - began;
}

bool machine_measure(struct machine *machine, struct error *err)
{
    float *large = peer_take(READ_FLOATS);
    if (large == NULL)
        return error_set(err, "memory: got none to measure its bandwidth with");
    const size_t n = READ_FLOATS * sizeof(float) / sizeof(vector);
    double best = read_all((const vector *)(const void *)large, n);
    for (int i = 1; i < READ_RUNS; i++) {
        const double took = read_all((const vector *)(const void *)large, n);
        best = took < best ? took : best;
    }
    free(large);
    machine->gigabytes = READ_FLOATS * sizeof(float) / best * 1e-9;
    machine_measure_peak(machine);
    return read_model(machine);
}

void machine_measure_peak(struct machine *machine)
{
    const struct peak now = peak_measure(TCONV_FLOAT32);
    if (now.gflops > machine->peak.gflops)
        machine->peak = now;
}
