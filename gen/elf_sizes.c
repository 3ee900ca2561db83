/* elf_sizes: walks the section headers of a shared library; refuses nothing, reports 0.
 */
#include "elf_sizes.h"

#include <string.h>

#if __has_include(<elf.h>)
#include <elf.h>

/* `count` structs of `size` bytes at `offset`, or NULL when they leave the file. */
static const char *slice(const struct text *file, size_t offset, size_t count,
                         size_t size)
{
    if (offset > file->length || (size != 0 && count > (file->length - offset) / size))
        return NULL;
    return file->bytes + offset;
}

static bool read_section(const struct text *file, const Elf64_Ehdr *head, size_t index,
                         Elf64_Shdr *section)
{
    const char *at = slice(file, head->e_shoff, head->e_shnum, sizeof *section);
    if (at == NULL || index >= head->e_shnum)
        return false;
    memcpy(section, at + index * sizeof *section, sizeof *section);
    return true;
}

static size_t sum_symbols(const struct text *file, const Elf64_Shdr *symbols,
                          const Elf64_Shdr *names, const char *prefix)
{
    const size_t n = symbols->sh_size / sizeof(Elf64_Sym), length = strlen(prefix);
    const char *at = slice(file, symbols->sh_offset, n, sizeof(Elf64_Sym));
    const char *text = slice(file, names->sh_offset, names->sh_size, 1);
    size_t sum = 0;
    for (size_t i = 0; at != NULL && text != NULL && i < n; i++) {
        Elf64_Sym symbol;
        memcpy(&symbol, at + i * sizeof symbol, sizeof symbol);
        if (ELF64_ST_TYPE(symbol.st_info) == STT_FUNC &&
            symbol.st_name < names->sh_size && length < names->sh_size - symbol.st_name &&
            memcmp(text + symbol.st_name, prefix, length) == 0)
            sum += symbol.st_size;
    }
    return sum;
}

size_t elf_function_bytes(const struct text *library, const char *prefix)
{
    Elf64_Ehdr head;
    if (library->length < sizeof head)
        return 0;
    memcpy(&head, library->bytes, sizeof head);
    if (memcmp(head.e_ident, ELFMAG, SELFMAG) != 0 ||
        head.e_ident[EI_CLASS] != ELFCLASS64)
        return 0;
    for (size_t i = 0; i < head.e_shnum; i++) {
        Elf64_Shdr symbols, names;
        if (read_section(library, &head, i, &symbols) && symbols.sh_type == SHT_SYMTAB &&
            read_section(library, &head, symbols.sh_link, &names))
            return sum_symbols(library, &symbols, &names, prefix);
    }
    return 0;
}
#else
size_t elf_function_bytes(const struct text *library, const char *prefix)
{
    (void)library, (void)prefix;
    return 0;
}
#endif
