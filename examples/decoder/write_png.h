/*
 * write_png: an RGB picture into a PNG file. The only file that sees libpng.
 */
#ifndef WRITE_PNG_H
#define WRITE_PNG_H

#include <stdbool.h>
#include <stddef.h>

/* Writes rows x columns pixels of 3 bytes. False, and a line on stderr, on failure. */
bool write_png(const char *path, const unsigned char *rgb, size_t rows, size_t columns);

#endif
