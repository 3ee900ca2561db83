/*
 * gen/emit: names, how files reach the disk, depfiles, and where templates come from.
 */
#include <criterion/criterion.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "emit.h"
#include "file.h"
#include "geometry_deriving.h"

enum { PATH_BYTES = 256 };

static struct arena arena;
static struct error err;
static char directory[] = "/tmp/test_emit-XXXXXX";

static void make_directory(void)
{
    cr_assert_not_null(mkdtemp(directory));
}

static void remove_directory(void)
{
    char command[PATH_BYTES];
    snprintf(command, sizeof command, "rm -r %s", directory);
    cr_expect_eq(system(command), 0);
    arena_free(&arena);
}

TestSuite(emit, .init = make_directory, .fini = remove_directory);

/* DIRECTORY/NAME, in the arena. */
static const char *in_directory(const char *name)
{
    char *path = arena_take(&arena, PATH_BYTES, 1, &err);
    snprintf(path, PATH_BYTES, "%s/%s", directory, name);
    return path;
}

static size_t count_files(void)
{
    DIR *entries = opendir(directory);
    size_t n = 0;
    while (readdir(entries) != NULL)
        n++;
    closedir(entries);
    return n - 2;
}

static void expect_content(const char *path, const char *expected)
{
    struct text content = {0};
    cr_assert(file_read(path, &content, &err), "%s", err.message);
    cr_expect_str_eq(text_string(&content), expected);
    text_free(&content);
}

/* Names */

static const char *choose(const char *wanted, const char *layer_name)
{
    err = (struct error){0};
    return emit_choose_name(wanted, layer_name, &arena, &err);
}

Test(emit, a_wanted_name_is_kept)
{
    static const char *const names[] = {
        "a",   "up1",  "Up_1",
        "x__", "int8", "a23456789012345678901234567890123456789012345678901234567890123"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        cr_expect_str_eq(choose(names[i], "layer"), names[i]);
}

Test(emit, a_wanted_name_that_is_no_identifier_is_refused)
{
    static const char *const names[] = {
        "",
        "1up",
        "_up",
        "up-1",
        "up 1",
        "up.c",
        "../up",
        "u\xc3\xa9",
        "int",
        "while",
        "main",
        "class",
        "a\nb",
        "up;",
        "a234567890123456789012345678901234567890123456789012345678901234"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        cr_expect_null(choose(names[i], "layer"), "%s", names[i]);
        cr_expect_eq(strncmp(err.message, "--name: got \"", 13), 0, "%s", err.message);
    }
    choose("int", "layer");
    cr_expect_str_eq(err.message,
                     "--name: got \"int\"; expected a C identifier that starts "
                     "with a letter, is no keyword and has at most 63 "
                     "characters");
}

Test(emit, a_name_is_made_from_the_layers)
{
    static const struct {
        const char *layer, *name;
    } cases[] = {
        {"conv2d_transpose", "conv2d_transpose"},
        {"conv2d_transpose_12", "conv2d_transpose_12"},
        {"Up", "Up"},
        {"block/up-1", "block_up_1"},
        {"1up", "layer_1up"},
        {"_up", "layer__up"},
        {"float", "layer_float"},
        {"u\xc3\xa9", "u__"},
        {"\xc3\xa9", "layer___"},
        {"", "layer_"},
        {"../../etc/passwd", "layer_______etc_passwd"},
        {"a\"b\\c\n*/", "a_b_c___"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        cr_expect_str_eq(choose(NULL, cases[i].layer), cases[i].name);
}

/* Those of C11 that start with a letter, and words that emitted code or C++ needs. */
Test(emit, keywords_are_no_names)
{
    static const char *const words[] = {
        "auto",     "break",    "case",   "char",     "const",     "continue", "default",
        "do",       "double",   "else",   "enum",     "extern",    "float",    "for",
        "goto",     "if",       "inline", "int",      "long",      "register", "restrict",
        "return",   "short",    "signed", "sizeof",   "static",    "struct",   "switch",
        "typedef",  "union",    "void",   "unsigned", "volatile",  "while",    "class",
        "template", "operator", "true",   "false",    "namespace", "vec",      "tconv"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        cr_expect_null(choose(words[i], "layer"), "%s", words[i]);
        cr_expect_eq(strncmp(choose(NULL, words[i]), "layer_", 6), 0, "%s", words[i]);
    }
}

/* Whatever a layer is called, its kernel's name is one that could be wanted. */
Test(emit, every_made_name_could_be_wanted)
{
    static const char *const layers[] = {"",     "a b", "9", "double", "vec", "tconv",
                                         "\xff", "_",   "-", "main",   "true"};
    char long_name[200];
    memset(long_name, 'n', sizeof long_name - 1);
    long_name[sizeof long_name - 1] = '\0';
    cr_expect_eq(strlen(choose(NULL, long_name)), 63);
    cr_expect_not_null(choose(choose(NULL, long_name), ""));
    for (size_t i = 0; i < sizeof layers / sizeof layers[0]; i++) {
        const char *name = choose(NULL, layers[i]);
        cr_expect_not_null(choose(name, ""), "%s", name);
    }
}

/* Files */

static bool write_words(const char *path, const char *words)
{
    err = (struct error){0};
    return emit_write_atomically(path, words, strlen(words), &err);
}

static struct stat state_of(const char *path)
{
    struct stat state = {0};
    cr_assert_eq(stat(path, &state), 0, "%s", path);
    return state;
}

Test(emit, a_file_is_written_whole_and_alone)
{
    const char *path = in_directory("a.c");
    cr_assert(write_words(path, "first\n"), "%s", err.message);
    expect_content(path, "first\n");
    cr_assert(write_words(path, "second, longer\n"));
    expect_content(path, "second, longer\n");
    cr_assert(write_words(path, "2\n"));
    expect_content(path, "2\n");
    cr_expect_eq(count_files(), 1);
}

Test(emit, the_same_bytes_leave_a_file_untouched)
{
    const char *path = in_directory("a.c");
    cr_assert(write_words(path, "text\n"));
    const struct stat before = state_of(path);
    cr_assert(write_words(path, "text\n"));
    cr_expect_eq(state_of(path).st_ino, before.st_ino);
    cr_assert(write_words(path, "text"));
    cr_expect_neq(state_of(path).st_ino, before.st_ino); /* a new file took its place */
    const ino_t shorter = state_of(path).st_ino;
    cr_assert(write_words(path, "text\n"));
    cr_expect_neq(state_of(path).st_ino, shorter);
    expect_content(path, "text\n");
}

Test(emit, a_file_has_the_permissions_of_a_plain_one)
{
    const char *path = in_directory("a.c");
    const mode_t before = umask(027);
    cr_assert(write_words(path, "text\n"));
    umask(before);
    cr_expect_eq(state_of(path).st_mode & 0777, 0640);
}

Test(emit, a_place_that_cannot_be_written_is_refused)
{
    char message[2 * PATH_BYTES];
    const char *path = in_directory("none/a.c");
    cr_expect_not(write_words(path, "text\n"));
    snprintf(message, sizeof message,
             "%s: got \"No such file or directory\" from the system; expected a place to "
             "write to",
             path);
    cr_expect_str_eq(err.message, message);
    const char *inner = in_directory("inner");
    cr_assert_eq(mkdir(inner, 0700), 0);
    cr_expect_not(write_words(inner, "text\n"));
    cr_expect_not_null(strstr(err.message, "expected a place to write to"));
    cr_expect_eq(count_files(), 1); /* no temporary is left */
}

static struct emitted make_emitted(const char *header, const char *source)
{
    struct emitted emitted = {.name = "up"};
    text_put(&emitted.header, header);
    text_put(&emitted.source, source);
    return emitted;
}

Test(emit, both_files_go_to_a_directory_made_with_its_parents)
{
    struct emitted emitted = make_emitted("header\n", "source\n");
    const char *inner = in_directory("x//y/z/");
    cr_assert(emit_write_files(&emitted, inner, &err), "%s", err.message);
    expect_content(in_directory("x/y/z/up.h"), "header\n");
    expect_content(in_directory("x/y/z/up.c"), "source\n");
    cr_assert(emit_write_files(&emitted, inner, &err)); /* again, where all is there */
    emit_free(&emitted);
    cr_expect_null(emitted.header.bytes);
}

Test(emit, a_file_where_a_directory_must_be_is_refused)
{
    struct emitted emitted = make_emitted("header\n", "source\n");
    cr_assert(write_words(in_directory("x"), "a file"));
    cr_expect_not(emit_write_files(&emitted, in_directory("x/y"), &err));
    cr_expect_not_null(strstr(err.message, "expected a place to write to"), "%s",
                       err.message);
    emit_free(&emitted);
}

/* Depfiles */

Test(emit, a_depfile_escapes_what_make_would_read)
{
    static const char *const inputs[] = {"plain.json", "with blank.json", "a#b$c",
                                         "back\\slash"};
    const char *path = in_directory("up.d");
    cr_assert(emit_write_depfile(path, "out dir/up.c", inputs, 4, &err), "%s",
              err.message);
    expect_content(path, "out\\ dir/up.c: \\\n"
                         "  plain.json \\\n"
                         "  with\\ blank.json \\\n"
                         "  a\\#b$$c \\\n"
                         "  back\\\\slash\n");
    cr_assert(emit_write_depfile(path, "up.c", inputs, 0, &err));
    expect_content(path, "up.c:\n");
}

/* Templates */

Test(emit, the_binary_holds_templates_and_the_runtimes_headers)
{
    static const char *const needed[] = {"tconv.h", "tconv_exp.h", "words.lua",
                                         "kernel.c.tmpl", "kernel.h.tmpl"};
    size_t n_found = 0;
    const char *name, *bytes;
    size_t length;
    for (size_t i = 0; emit_builtin(i, &name, &bytes, &length); i++)
        for (size_t k = 0; k < sizeof needed / sizeof needed[0]; k++)
            if (strcmp(name, needed[k]) == 0) {
                cr_expect(length > 100 && strlen(bytes) == length);
                n_found++;
            }
    cr_expect_eq(n_found, sizeof needed / sizeof needed[0]);
}

static bool render(struct emitted *emitted, const char *templates_dir)
{
    struct derived layer;
    struct plan plan;
    err = (struct error){0};
    derive_ok(&layer, "{\"filters\": 2, \"kernel_size\": 2}", "3,3,1");
    const struct plan_request request = {.target = target_find("portable", &err),
                                         .backward = true,
                                         .max_statements = PLAN_MAX_STATEMENTS};
    cr_assert(plan_choose(&plan, &layer.geometry, &request, "c.json", &err));
    const bool done = emit_render(emitted, "up", &layer.reading.spec, &layer.geometry,
                                  &plan, templates_dir, &arena, &err);
    drop(&layer.reading);
    return done;
}

Test(emit, a_layer_renders_to_the_same_header_and_source_each_time)
{
    struct emitted first, second;
    cr_assert(render(&first, NULL), "%s", err.message);
    cr_assert(render(&second, NULL));
    cr_expect_str_eq(text_string(&first.header), text_string(&second.header));
    cr_expect_str_eq(text_string(&first.source), text_string(&second.source));
    cr_expect_not_null(strstr(text_string(&first.header), "#define UP_OUT_H 4\n"));
    cr_expect_not_null(strstr(text_string(&first.source), "#include \"up.h\"\n"));
    cr_expect_not_null(strstr(text_string(&first.source), "up_kernel = {"));
    emit_free(&first);
    emit_free(&second);
}

Test(emit, templates_of_a_directory_take_the_place_of_the_binarys)
{
    struct emitted emitted;
    cr_assert(write_words(in_directory("words.lua"), ""));
    cr_assert(write_words(in_directory("kernel.h.tmpl"), "header of ${name}\n"));
    cr_assert(write_words(in_directory("kernel.c.tmpl"), "source of ${name}\n"));
    cr_assert(render(&emitted, directory), "%s", err.message);
    cr_expect_str_eq(text_string(&emitted.header), "header of up\n");
    cr_expect_str_eq(text_string(&emitted.source), "source of up\n");
    emit_free(&emitted);
}

Test(emit, a_failed_render_leaves_nothing_to_free)
{
    struct emitted emitted;
    char message[2 * PATH_BYTES];
    cr_assert(write_words(in_directory("words.lua"), ""));
    cr_assert(write_words(in_directory("kernel.h.tmpl"), "fine\n"));
    cr_assert(write_words(in_directory("kernel.c.tmpl"), "one\n${mistyped}\n"));
    cr_expect_not(render(&emitted, directory));
    cr_expect_str_eq(err.message, "kernel.c.tmpl:2: unknown name 'mistyped'");
    cr_expect(emitted.header.bytes == NULL && emitted.source.bytes == NULL);
    cr_expect_not(render(&emitted, in_directory("none")));
    snprintf(message, sizeof message, "%s/none/words.lua: ", directory);
    cr_expect_eq(strncmp(err.message, message, strlen(message)), 0, "%s", err.message);
}
