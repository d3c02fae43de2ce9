/* Grammars for tests: the small one of this folder, and random legal lines of any. */
#ifndef GATEHOUSE_TEST_GRAMMAR_H
#define GATEHOUSE_TEST_GRAMMAR_H

#include "parser/parser.h"

/* tests/support/test.gram; ends the test program with a message when it does not read. */
struct gram *test_grammar(void);

/* A random number below `n` from a seed that moves on. */
uint32_t test_random(uint64_t *seed, uint32_t n);

/* A random legal line of `command` (as typed in its mode) into `buf`: optional parts, choices and
 * values by chance. Names are taken from a few (so that references often exist) unless `name`
 * gives one: it is asked for each ref. False when the line did not fit. */
bool gram_random_line(const struct gram_command *, uint64_t *seed,
    const char *(*name)(void *ctx, const struct gram_type *), void *ctx, char *buf, size_t size);

/* The line of a command with every value at its longest, all that is optional there, and
 * alternative `choice` of its choices. False when it does not fit `size`. */
bool gram_longest_line(const struct gram_command *, unsigned choice,
    const char *(*name)(void *ctx, const struct gram_type *), void *ctx, char *buf, size_t size);

/* The whole grammar as text, to be freed: two grammars with the same text are the same. */
enum dump_what {
	DUMP_ALL,
	DUMP_GRAPH, /* without the examples */
	/* without the words and texts of the command language, too: names and structure */
	DUMP_NAMES,
};
char *grammar_dump(const struct gram *, enum dump_what);

#endif
