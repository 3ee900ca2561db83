/*
 * elf_sizes: how many bytes of machine code the functions of a library have.
 */
#ifndef TCONV_GEN_ELF_SIZES_H
#define TCONV_GEN_ELF_SIZES_H

#include "error.h"
#include "text.h"

/* The bytes of all functions, local ones too, whose names start with `prefix`, from the
 * symbol table of a 64-bit ELF file's bytes; 0 when it is another format or has no
 * symbols. */
size_t elf_function_bytes(const struct text *library, const char *prefix);

#endif
