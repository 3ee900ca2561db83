#include "minimal.h"

#include "integers.h"

/* Fractions ------------------------------------------------------------------------- */

static struct fraction fraction(long over, long under)
{
    const long sign = under < 0 ? -1 : 1;
    const size_t common = greatest_common_divisor((size_t)(over < 0 ? -over : over),
                                                  (size_t)(under < 0 ? -under : under));
    const long divisor = common == 0 ? 1 : (long)common;
    return (struct fraction){sign * over / divisor, sign * under / divisor};
}

static struct fraction times(struct fraction a, struct fraction b)
{
    return fraction(a.over * b.over, a.under * b.under);
}

static struct fraction minus(struct fraction a, struct fraction b)
{
    return fraction(a.over * b.under - b.over * a.under, a.under * b.under);
}

static struct fraction over(struct fraction a, struct fraction b)
{
    return fraction(a.over * b.under, a.under * b.over);
}

static bool same(struct fraction a, struct fraction b)
{
    return a.over == b.over && a.under == b.under;
}

static struct fraction negative(struct fraction a)
{
    return (struct fraction){-a.over, a.under};
}

static double magnitude(struct fraction a)
{
    return (double)(a.over < 0 ? -a.over : a.over) / (double)a.under;
}

/* Matrices -------------------------------------------------------------------------- */

/* The finite points, in the order in which more products take them. */
static const struct fraction points[MINIMAL_POINTS - 1] = {
    {0, 1}, {1, 1}, {-1, 1}, {1, 2}, {-2, 1}};

static const struct fraction one = {1, 1}, none = {0, 1};

static struct minimal_matrix matrix_of(size_t n_rows, size_t n_columns)
{
    struct minimal_matrix matrix = {.n_rows = n_rows, .n_columns = n_columns};
    for (size_t i = 0; i < MINIMAL_POINTS; i++)
        for (size_t j = 0; j < MINIMAL_POINTS; j++)
            matrix.entry[i][j] = none;
    return matrix;
}

static struct minimal_matrix identity_of(size_t n)
{
    struct minimal_matrix matrix = matrix_of(n, n);
    for (size_t i = 0; i < n; i++)
        matrix.entry[i][i] = one;
    return matrix;
}

static struct minimal_matrix ones_of(size_t n_rows, size_t n_columns)
{
    struct minimal_matrix matrix = matrix_of(n_rows, n_columns);
    for (size_t i = 0; i < n_rows; i++)
        for (size_t j = 0; j < n_columns; j++)
            matrix.entry[i][j] = one;
    return matrix;
}

/* Coefficients, lowest first, of the product of (x - point) over all finite points but
 * number `left_out`. */
static void multiply_out(struct fraction *row, size_t n_finite, size_t left_out)
{
    size_t degree = 0;
    row[0] = one;
    for (size_t l = 0; l < n_finite; l++) {
        if (l == left_out)
            continue;
        row[degree + 1] = none;
        for (size_t e = ++degree; e > 0; e--)
            row[e] = minus(row[e - 1], times(row[e], points[l]));
        row[0] = negative(times(row[0], points[l]));
    }
}

/* Multiplies a row of B until it is whole; returns the factor. */
static struct fraction make_whole(struct fraction *row, size_t n)
{
    long common = 1;
    for (size_t e = 0; e < n; e++)
        common *= fraction(row[e].under, common).over;
    for (size_t e = 0; e < n; e++)
        row[e] = times(row[e], fraction(common, 1));
    return fraction(common, 1);
}

/* Toom and Cook: row l of G evaluates the taps at point l, divided by the product of the
 * distances to the other points, A evaluates the outputs, B interpolates, transposed. */
static void derive_toom_cook(struct minimal *f)
{
    const size_t n_finite = f->points - 1;
    f->a = matrix_of(f->outputs, f->points);
    f->b = matrix_of(f->points, f->points);
    f->g = matrix_of(f->points, f->taps);
    for (size_t l = 0; l < n_finite; l++) {
        struct fraction distance = one, power = one;
        for (size_t o = 0; o < n_finite; o++)
            if (o != l)
                distance = times(distance, minus(points[l], points[o]));
        multiply_out(f->b.entry[l], n_finite, l);
        distance = times(distance, make_whole(f->b.entry[l], f->points));
        for (size_t e = 0; e < f->points; e++, power = times(power, points[l])) {
            if (e < f->outputs)
                f->a.entry[e][l] = power;
            if (e < f->taps)
                f->g.entry[l][e] = over(power, distance);
        }
    }
    multiply_out(f->b.entry[n_finite], n_finite, n_finite);
    const struct fraction factor = make_whole(f->b.entry[n_finite], f->points);
    f->a.entry[f->outputs - 1][n_finite] = one;
    f->g.entry[n_finite][f->taps - 1] = over(one, factor);
}

/* What multiplies |d| and |g| at a point: the row sums of |B|. */
static double row_sum(const struct minimal_matrix *matrix, size_t row)
{
    double sum = 0;
    for (size_t e = 0; e < matrix->n_columns; e++)
        sum += magnitude(matrix->entry[row][e]);
    return sum;
}

static void derive_growth(struct minimal *f)
{
    for (size_t i = 0; i < f->outputs; i++) {
        double sum = 0;
        for (size_t l = 0; l < f->points; l++) {
            double most = 0;
            for (size_t j = 0; j < f->taps; j++)
                if (magnitude(f->g.entry[l][j]) > most)
                    most = magnitude(f->g.entry[l][j]);
            sum += magnitude(f->a.entry[i][l]) * most * row_sum(&f->b, l);
        }
        f->growth = sum > f->growth ? sum : f->growth;
    }
    for (size_t j = 0; j < f->taps; j++) {
        double sum = 0;
        for (size_t l = 0; l < f->points; l++)
            for (size_t i = 0; i < f->outputs; i++)
                sum += magnitude(f->g.entry[l][j]) * magnitude(f->a.entry[i][l]) *
                       row_sum(&f->b, l);
        f->gradient_growth = sum > f->gradient_growth ? sum : f->gradient_growth;
    }
}

static struct minimal_size size_of(const struct minimal_matrix *matrix, bool transposed)
{
    const struct minimal_program program = minimal_compile(matrix, transposed);
    return (struct minimal_size){program.n_inputs, program.n_outputs,
                                 minimal_operations(&program)};
}

struct minimal minimal_derive(size_t outputs, size_t taps)
{
    struct minimal f = {.outputs = outputs, .taps = taps, .points = outputs + taps - 1};
    if (taps == 1) {
        f.a = f.b = identity_of(outputs);
        f.g = ones_of(outputs, 1);
    } else if (outputs == 1) {
        f.b = f.g = identity_of(taps);
        f.a = ones_of(1, taps);
    } else {
        derive_toom_cook(&f);
    }
    derive_growth(&f);
    f.window = size_of(&f.b, false);
    f.output = size_of(&f.a, false);
    f.spread = size_of(&f.a, true);
    f.gather = size_of(&f.g, true);
    return f;
}

/* Programs -------------------------------------------------------------------------- */

static struct fraction entry_of(const struct minimal_matrix *matrix, bool transposed,
                                size_t row, size_t column)
{
    return transposed ? matrix->entry[column][row] : matrix->entry[row][column];
}

static void add_term(struct minimal_sum *sum, struct fraction factor, size_t value)
{
    if (factor.over != 0)
        sum->term[sum->n_terms++] = (struct minimal_term){factor, value};
}

/* Appends the sum; its value. A single term with factor 1 is that value itself. */
static size_t append_sum(struct minimal_program *program, const struct minimal_sum *sum)
{
    if (sum->n_terms == 1 && same(sum->term[0].factor, one))
        return sum->term[0].value;
    program->sum[program->n_sums] = *sum;
    return program->n_inputs + program->n_sums++;
}

/* Splits rows u and v into what they share and what differs in sign: u = even + odd, v =
 * even - odd. False when they differ otherwise or when nothing is saved. */
static bool split_pair(const struct minimal_matrix *matrix, bool transposed,
                       size_t n_inputs, size_t u, size_t v, struct minimal_sum *even,
                       struct minimal_sum *odd)
{
    *even = *odd = (struct minimal_sum){.n_terms = 0};
    for (size_t e = 0; e < n_inputs; e++) {
        const struct fraction of_u = entry_of(matrix, transposed, u, e);
        const struct fraction of_v = entry_of(matrix, transposed, v, e);
        if (same(of_u, of_v))
            add_term(even, of_u, e);
        else if (same(of_u, negative(of_v)))
            add_term(odd, of_u, e);
        else
            return false;
    }
    return even->n_terms > 0 && odd->n_terms > 0 && even->n_terms + odd->n_terms > 2;
}

struct minimal_program minimal_compile(const struct minimal_matrix *matrix,
                                       bool transposed)
{
    struct minimal_program program = {
        .n_inputs = transposed ? matrix->n_rows : matrix->n_columns,
        .n_outputs = transposed ? matrix->n_columns : matrix->n_rows};
    bool done[MINIMAL_POINTS] = {false};
    for (size_t u = 0; u < program.n_outputs; u++) {
        for (size_t v = u + 1; v < program.n_outputs && !done[u]; v++) {
            struct minimal_sum even, odd;
            if (done[v] ||
                !split_pair(matrix, transposed, program.n_inputs, u, v, &even, &odd))
                continue;
            const size_t e = append_sum(&program, &even), o = append_sum(&program, &odd);
            program.output[u] =
                append_sum(&program, &(struct minimal_sum){{{one, e}, {one, o}}, 2});
            program.output[v] = append_sum(
                &program, &(struct minimal_sum){{{one, e}, {negative(one), o}}, 2});
            done[u] = done[v] = true;
        }
        if (done[u])
            continue;
        struct minimal_sum row = {.n_terms = 0};
        for (size_t e = 0; e < program.n_inputs; e++)
            add_term(&row, entry_of(matrix, transposed, u, e), e);
        program.output[u] = append_sum(&program, &row);
    }
    return program;
}

size_t minimal_operations(const struct minimal_program *program)
{
    size_t operations = 0;
    for (size_t s = 0; s < program->n_sums; s++)
        operations += program->sum[s].n_terms - 1;
    return operations;
}

struct minimal_square minimal_square(const struct minimal_size *rows,
                                     const struct minimal_size *columns)
{
    return (struct minimal_square){
        columns->n_inputs * rows->operations + rows->n_outputs * columns->operations,
        rows->n_inputs * columns->n_inputs + rows->n_outputs * columns->n_outputs};
}
