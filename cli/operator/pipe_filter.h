/* What may stand after `|` behind a show command: include, exclude, begin, grep [-v], and json. */
#ifndef GATEHOUSE_PIPE_FILTER_H
#define GATEHOUSE_PIPE_FILTER_H

#include <regex.h>
#include <stdbool.h>
#include <stddef.h>

#include "parser/text.h"

struct pipe_filter {
	enum { FILTER_NONE, FILTER_INCLUDE, FILTER_EXCLUDE, FILTER_BEGIN,
		FILTER_JSON /* of the command, not of its lines */ } kind;
	char pattern[512];
	regex_t re; /* compiled when kind is one of lines */
};

/* Splits a show line at its first `|`: the length of the command before it (trailing blanks cut),
 * and `*rest` behind the bar; `*rest` is NULL when the line has no bar or is no show command. */
size_t pipe_filter_split(const char *line, const char **rest);
/* Reads what stands behind the bar. On an error false: `*at` is the offset of the wrong
 * character in `text` (its length when something is missing) and `*why` a sentence without
 * "ERROR: ", or NULL when the text is just invalid (or incomplete) input. */
bool pipe_filter_parse(struct pipe_filter *, const char *text, size_t *at, const char **why);
/* Appends the lines of `in` that pass. */
void pipe_filter_apply(struct pipe_filter *, const char *in, struct text *out);
void pipe_filter_free(struct pipe_filter *);
/* Help for `| ?` and `| inc?`: the filters whose names start with the last word. */
void pipe_filter_help(const char *text, struct text *out);

#endif
