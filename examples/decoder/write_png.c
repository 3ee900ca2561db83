#include "write_png.h"

#include <png.h>
#include <stdio.h>

bool write_png(const char *path, const unsigned char *rgb, size_t rows, size_t columns)
{
    png_image image = {
        .version = PNG_IMAGE_VERSION,
        .width = (png_uint_32)columns,
        .height = (png_uint_32)rows,
        .format = PNG_FORMAT_RGB,
    };
    if (png_image_write_to_file(&image, path, 0, rgb, 0, NULL))
        return true;
    fprintf(stderr, "%s: %s\n", path, image.message);
    return false;
}
