/*
 * gen/render: what templates may do, and where their errors are.
 *
 * The data is that of a real layer (gen/bind); the templates are those below.
 */
#include <criterion/criterion.h>

#include <stdio.h>

#include "bind.h"
#include "geometry_deriving.h"
#include "render.h"

struct template
{
    const char *name, *text;
};

/* Ends with a row without name; words.lua is empty unless it is among them. */
static const struct template *templates;
static const struct template words = {"words.lua", ""};

static bool read_template(void *context, const char *name, const char **bytes,
                          size_t *length, struct error *err)
{
    (void)context;
    const struct template *found = strcmp(name, words.name) == 0 ? &words : NULL;
    for (const struct template *t = templates; t->name != NULL; t++)
        if (strcmp(t->name, name) == 0)
            found = t;
    if (found == NULL)
        return error_set(err, "%s: got no such file; expected one", name);
    *bytes = found->text;
    *length = strlen(found->text);
    return true;
}

static struct text out;
static struct error err;

static bool render_list(const struct template *list)
{
    struct derived layer;
    struct plan plan;
    struct error unknown = {0};
    derive_ok(&layer, "{\"filters\": 2, \"kernel_size\": 2}", "3,3,1");
    const struct plan_request request = {.target = target_find("portable", &unknown),
                                         .max_statements = 100};
    cr_assert(plan_choose(&plan, &layer.geometry, &request, "c.json", &unknown));
    const struct layout layout = layout_derive(&layer.geometry, &plan);
    const struct bind_data data = {.name = "up",
                                   .config = "{}",
                                   .spec = &layer.reading.spec,
                                   .geometry = &layer.geometry,
                                   .plan = &plan,
                                   .layout = &layout};
    const struct render_source source = {read_template, NULL};
    templates = list;
    text_free(&out);
    err = (struct error){0};
    const bool done = render_template("a.tmpl", &source, bind_push, &data, &out, &err);
    drop(&layer.reading);
    return done;
}

static bool render_one(const char *text)
{
    const struct template list[] = {{"a.tmpl", text}, {NULL, NULL}};
    return render_list(list);
}

static void free_out(void)
{
    text_free(&out);
}

TestSuite(render, .fini = free_out);

static void expect_text(const char *text, const char *expected)
{
    cr_expect(render_one(text), "%s", err.message);
    cr_expect_str_eq(text_string(&out), expected);
}

static void expect_error(const char *text, const char *message)
{
    cr_expect_not(render_one(text), "%s", text);
    cr_expect_str_eq(err.message, message);
}

Test(render, text_is_output_as_it_stands)
{
    expect_text("", "");
    expect_text("int x;\n\n  \"quoted\" \\n \t %d\n",
                "int x;\n\n  \"quoted\" \\n \t %d\n");
    expect_text("no newline at the end", "no newline at the end\n");
    expect_text("\xc3\xa9 \x01 ]] --[[ \r\n", "\xc3\xa9 \x01 ]] --[[ \r\n");
}

Test(render, holes_hold_strings_and_numbers)
{
    expect_text("${name}[${1 + 2}]${'a'}${\"b\"};\n", "up[3]ab;\n");
    expect_text("$ $x {y} $$ ${7}\n", "$ $x {y} $$ 7\n");
    expect_text("${7\n", "${7\n"); /* not closed on its line: no hole */
}

Test(render, lines_with_a_percent_sign_are_lua)
{
    expect_text("% for i = 1, 3 do\nline ${i}\n% end\n", "line 1\nline 2\nline 3\n");
    expect_text("%if false then\nno\n%else\nyes\n%end\n", "yes\n");
    expect_text(" % not in the first column\n", " % not in the first column\n");
    expect_text("% put(1, 'a', 2)\n% local n = #'abc'\n${n}\n", "1a23\n");
}

Test(render, includes_take_arguments_and_words)
{
    static const struct template list[] = {
        {"words.lua", "function twice(n) return 2 * n end\n"},
        {"a.tmpl", "% for i = 1, 2 do\n% include('b.tmpl', i, 'z')\n% end\n"},
        {"b.tmpl", "% local n, text = ...\n${twice(n)}${text}\n"},
        {NULL, NULL}};
    cr_expect(render_list(list), "%s", err.message);
    cr_expect_str_eq(text_string(&out), "2z\n4z\n");
}

Test(render, errors_name_the_line_of_the_template)
{
    expect_error("one\ntwo\n${nothing}\n", "a.tmpl:3: unknown name 'nothing'");
    expect_error("${1}\n\n% error('stop')\n", "a.tmpl:3: stop");
    expect_error("one\n% for i = 1 do\n% end\n", "a.tmpl:2: ',' expected near 'do'");
    expect_error("one\n${1 +}\n", "a.tmpl:2: unexpected symbol near ','");
    expect_error("% if true then\nopen\n",
                 "a.tmpl:3: 'end' expected (to close 'if' at line 1) near <eof>");
    expect_error("x\n${{}}\n", /* a hole ends at the first } */
                 "a.tmpl:2: unexpected symbol near ','");
    expect_error("x\n% put({})\n",
                 "a.tmpl:2: got a table in a hole; expected a string or a number");
    expect_error("x\ny ${nil}\n",
                 "a.tmpl:2: got a nil in a hole; expected a string or a number");
}

Test(render, errors_inside_an_include_are_at_its_own_line)
{
    static const struct template list[] = {{"a.tmpl", "1\n2\n% include('b.tmpl')\n"},
                                           {"b.tmpl", "1\n2\n3\n4\n${mistyped}\n"},
                                           {NULL, NULL}};
    cr_expect_not(render_list(list));
    cr_expect_str_eq(err.message, "b.tmpl:5: unknown name 'mistyped'");
}

Test(render, errors_of_words_are_at_their_line)
{
    static const struct template list[] = {
        {"words.lua", "\nfunction f() return g() end\n"},
        {"a.tmpl", "${f()}\n"},
        {NULL, NULL}};
    cr_expect_not(render_list(list));
    cr_expect_str_eq(err.message, "words.lua:2: unknown name 'g'");
}

Test(render, a_missing_template_is_named)
{
    expect_error("% include('c.tmpl')\n", "c.tmpl: got no such file; expected one");
}

/* Everything of Lua that reaches outside, or is not the same on every run. */
Test(render, the_environment_has_no_doors)
{
    static const char *const doors[] = {
        "io",      "os",      "load",  "loadstring", "loadfile",       "dofile",
        "require", "package", "debug", "coroutine",  "setmetatable",   "getmetatable",
        "rawget",  "rawset",  "_G",    "_ENV._G",    "collectgarbage", "print",
        "pcall",   "pairs",   "next"};
    for (size_t i = 0; i < sizeof doors / sizeof doors[0]; i++) {
        char text[64];
        snprintf(text, sizeof text, "%% local door = %s\n", doors[i]);
        cr_expect_not(render_one(text), "%s", doors[i]);
        cr_expect_not_null(strstr(err.message, "a.tmpl:1: unknown name"), "%s: %s",
                           doors[i], err.message);
    }
    expect_error("% math.random()\n",
                 "a.tmpl:1: attempt to call a nil value (field 'random')");
}

Test(render, pure_functions_are_there)
{
    expect_text("${math.max(1, 2)}${string.rep('x', 3)}\n", "2xxx\n");
    expect_text("% put(table.concat({'a', 'b'}, ', '))\n", "a, b");
    expect_text("${tostring(1)}${type('')}${select('#', 1, 2)}\n", "1string2\n");
    expect_text("% for i, v in ipairs({'p', 'q'}) do\n${i}${v}\n% end\n", "1p\n2q\n");
    expect_text("${('%03d'):format(7)}\n", "007\n");
}

Test(render, compiled_code_is_not_accepted)
{
    static const struct template list[] = {
        {"words.lua", "\x1bLua"}, {"a.tmpl", ""}, {NULL, NULL}};
    cr_expect_not(render_list(list));
    cr_expect_str_eq(err.message, "words.lua:1: got precompiled Lua; expected text");
}

Test(render, the_same_again_gives_the_same_bytes)
{
    static const char text[] =
        "% for i = 1, 9 do\n${name} ${i} ${string.format('%g', i / 8)}\n% end\n";
    cr_assert(render_one(text));
    struct text first = {0};
    text_put(&first, text_string(&out));
    cr_assert(render_one(text));
    cr_expect_str_eq(text_string(&out), text_string(&first));
    text_free(&first);
}
