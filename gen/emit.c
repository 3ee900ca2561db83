#include "emit.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "bind.h"
#include "builtin.h"
#include "file.h"
#include "layout.h"
#include "render.h"

bool emit_builtin(size_t index, const char **name, const char **bytes, size_t *length)
{
    const struct builtin *text = &builtin_texts[index];
    *name = text->name;
    *bytes = text->bytes;
    *length = text->length;
    return text->name != NULL;
}

/* Where templates come from: a directory's files first, then the binary's. */
struct template_files {
    const char *directory;
    struct arena *arena;
};

static bool read_own_template(const struct template_files *files, const char *name,
                              const char **bytes, size_t *length, struct error *err)
{
    struct text path = {0}, content = {0};
    text_print(&path, "%s/%s", files->directory, name);
    bool ok = text_ok(&path, err) && file_read(text_string(&path), &content, err);
    if (ok) {
        char *copy = arena_take(files->arena, content.length + 1, 1, err);
        ok = copy != NULL;
        if (ok)
            *bytes = memcpy(copy, text_string(&content), content.length);
        *length = content.length;
    }
    text_free(&content);
    text_free(&path);
    return ok;
}

static bool read_template(void *context, const char *name, const char **bytes,
                          size_t *length, struct error *err)
{
    const struct template_files *files = context;
    if (files->directory != NULL)
        return read_own_template(files, name, bytes, length, err);
    for (const struct builtin *text = builtin_texts; text->name != NULL; text++)
        if (strcmp(text->name, name) == 0) {
            *bytes = text->bytes;
            *length = text->length;
            return true;
        }
    return error_set(err, "template: got \"%s\"; expected one that is compiled in", name);
}

bool emit_render(struct emitted *emitted, const char *name, const struct tconv_spec *spec,
                 const struct geometry *geometry, const struct plan *plan,
                 const char *templates_dir, struct arena *arena, struct error *err)
{
    *emitted = (struct emitted){.name = name};
    struct text config = {0};
    spec_write(spec, &config);
    const struct layout layout = layout_derive(geometry, plan);
    struct template_files files = {templates_dir, arena};
    const struct render_source source = {read_template, &files};
    const struct bind_data data = {.name = name,
                                   .config = text_string(&config),
                                   .spec = spec,
                                   .geometry = geometry,
                                   .plan = plan,
                                   .layout = &layout};
    const bool ok = text_ok(&config, err) &&
                    render_template("kernel.h.tmpl", &source, bind_push, &data,
                                    &emitted->header, err) &&
                    render_template("kernel.c.tmpl", &source, bind_push, &data,
                                    &emitted->source, err);
    text_free(&config);
    if (!ok)
        emit_free(emitted);
    return ok;
}

void emit_free(struct emitted *emitted)
{
    text_free(&emitted->header);
    text_free(&emitted->source);
}

static bool is_keyword(const char *name)
{
    static const char *const words[] = {
        "auto",     "break",  "case",     "char",   "const",    "continue", "default",
        "do",       "double", "else",     "enum",   "extern",   "float",    "for",
        "goto",     "if",     "inline",   "int",    "long",     "register", "restrict",
        "return",   "short",  "signed",   "sizeof", "static",   "struct",   "switch",
        "typedef",  "union",  "unsigned", "void",   "volatile", "while",    "main",
        "asm",      "typeof", "bool",     "true",   "false",    "class",    "namespace",
        "template", "this",   "new",      "delete", "operator", "private",  "public",
        "vec",      "tconv"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(name, words[i]) == 0)
            return true;
    return false;
}

enum { LONGEST_NAME = 63 };

static bool is_identifier(const char *name)
{
    if (!isalpha((unsigned char)name[0]) || strlen(name) > LONGEST_NAME ||
        is_keyword(name))
        return false;
    for (const char *c = name; *c != '\0'; c++)
        if (!(isascii((unsigned char)*c) && isalnum((unsigned char)*c)) && *c != '_')
            return false;
    return true;
}

const char *emit_choose_name(const char *wanted, const char *layer_name,
                             struct arena *arena, struct error *err)
{
    if (wanted != NULL && is_identifier(wanted))
        return wanted;
    if (wanted != NULL) {
        error_set(
            err,
            "--name: got \"%s\"; expected a C identifier that starts with a letter, is "
            "no keyword and has at most %d characters",
            wanted, LONGEST_NAME);
        return NULL;
    }
    char *name = arena_take(arena, LONGEST_NAME + 1, 1, err);
    if (name == NULL)
        return NULL;
    snprintf(name, LONGEST_NAME + 1, "%s%s",
             isalpha((unsigned char)layer_name[0]) && !is_keyword(layer_name) ? ""
                                                                              : "layer_",
             layer_name);
    for (char *c = name; *c != '\0'; c++)
        if (!isascii((unsigned char)*c) || !isalnum((unsigned char)*c))
            *c = '_';
    return name;
}
