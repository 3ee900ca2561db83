/*
 * json_check: the grammar of JSON, for its messages.
 *
 * cJSON builds the tree but tells neither where a text breaks nor what was expected
 * there, and lets pass what JSON forbids (01, control characters). So the text is checked
 * first.
 */
#ifndef TCONV_GEN_JSON_CHECK_H
#define TCONV_GEN_JSON_CHECK_H

#include <stddef.h>

#include "error.h"
#include "text.h"

#define JSON_DEEPEST 64u        /* nested arrays and objects */
#define JSON_LONGEST_NUMBER 63u /* characters: what cJSON reads as one number */

#define JSON_INTEGER 'i' /* how a number was written */
#define JSON_FLOAT 'f'

/*
 * Checks that the text is one JSON value (RFC 8259) in valid UTF-8 with nothing but white
 * space around it. Fails with `PLACE:LINE:COLUMN: expected WHAT`, both counted from 1,
 * columns in characters. Python's NaN and Infinity, the escape \u0000 and half a
 * surrogate pair are refused. For each number of the text, in its order, one character is
 * appended to `numbers`: JSON_FLOAT where it has a point or an exponent, as Python writes
 * its floats, else JSON_INTEGER.
 */
bool json_check(const char *place, const char *text, size_t length, struct text *numbers,
                struct error *err) MUST_USE;

#endif
