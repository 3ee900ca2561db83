#include "arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct arena_chunk {
    struct arena_chunk *next;
    size_t used, size;
    alignas(max_align_t) unsigned char bytes[];
};

enum { CHUNK_BYTES = 64 * 1024 };

static struct arena_chunk *add_chunk(struct arena *arena, size_t bytes)
{
    const size_t size = bytes > CHUNK_BYTES ? bytes : CHUNK_BYTES;
    struct arena_chunk *chunk = calloc(1, sizeof *chunk + size);
    if (chunk == NULL)
        return NULL;
    chunk->next = arena->chunks;
    chunk->size = size;
    arena->chunks = chunk;
    return chunk;
}

void *arena_take(struct arena *arena, size_t count, size_t size, struct error *err)
{
    const size_t step = alignof(max_align_t);
    if (size != 0 && count > (SIZE_MAX / 2) / size) {
        error_set(err,
                  "memory: got %zu items of %zu bytes; expected less than half of the "
                  "address space",
                  count, size);
        return NULL;
    }
    const size_t bytes = (count * size + step - 1) / step * step;
    struct arena_chunk *chunk = arena->chunks;
    if (chunk == NULL || chunk->size - chunk->used < bytes)
        chunk = add_chunk(arena, bytes);
    if (chunk == NULL) {
        error_set(err, "memory: got none of the %zu bytes asked for", bytes);
        return NULL;
    }
    void *taken = chunk->bytes + chunk->used;
    chunk->used += bytes;
    return taken;
}

char *arena_copy_text(struct arena *arena, const char *text, struct error *err)
{
    const size_t size = strlen(text) + 1;
    char *copy = arena_take(arena, size, 1, err);
    return copy == NULL ? NULL : memcpy(copy, text, size);
}

void arena_free(struct arena *arena)
{
    while (arena->chunks != NULL) {
        struct arena_chunk *next = arena->chunks->next;
        free(arena->chunks);
        arena->chunks = next;
    }
}
