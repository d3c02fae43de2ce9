/*
 * struct pipe_filter: one compiled filter of one command line; it lives while
 * that command runs. Works on whole outputs, line by line.
 */
#include "cli/pipe_filter.h"

#include <string.h>
#include <strings.h>

static const struct {
	const char *name, *help;
	int kind;
} filters[] = {
	{"begin",   "Begin with the line that matches", FILTER_BEGIN},
	{"exclude", "Exclude lines that match", FILTER_EXCLUDE},
	{"grep",    "Include/exclude lines that match", FILTER_INCLUDE},
	{"include", "Include lines that match", FILTER_INCLUDE},
};
#define FILTERS (sizeof(filters) / sizeof(filters[0]))

static bool is_prefix(const char *word, size_t len, size_t least, const char *full)
{
	return len >= least && len <= strlen(full) && strncasecmp(word, full, len) == 0;
}

size_t pipe_filter_split(const char *line, const char **rest)
{
	size_t skip = strspn(line, " \t"), word = strcspn(line + skip, " \t|"), len;
	const char *bar = strchr(line, '|');

	*rest = NULL;
	if (!bar || !(is_prefix(line + skip, word, 2, "show") || is_prefix(line + skip, word, 3, "more")))
		return strlen(line);
	*rest = bar + 1;
	len = (size_t)(bar - line);
	while (len && (line[len - 1] == ' ' || line[len - 1] == '\t'))
		len--;
	return len;
}

bool pipe_filter_parse(struct pipe_filter *f, const char *text, size_t *at, const char **why)
{
	size_t word = strspn(text, " \t"), len = strcspn(text + word, " \t"), arg, end;
	int found = -1;
	char pattern[512];
	bool invert = false;

	*why = NULL;
	f->kind = FILTER_NONE;
	*at = word;
	for (size_t i = 0; len && i < FILTERS; i++)
		if (is_prefix(text + word, len, 1, filters[i].name))
			found = (int)i;
	if (found < 0)
		return false;
	arg = word + len;
	arg += strspn(text + arg, " \t");
	if (strcmp(filters[found].name, "grep") == 0 && strncmp(text + arg, "-v", 2) == 0 &&
	    strchr(" \t", text[arg + 2])) {
		invert = true;
		arg += 2;
		arg += strspn(text + arg, " \t");
	}
	end = strlen(text);
	while (end > arg && strchr(" \t\r", text[end - 1]))
		end--;
	*at = arg == end ? strlen(text) : arg;
	if (arg == end)
		return false;
	*why = "the regular expression is too long";
	if (end - arg >= sizeof(pattern))
		return false;
	memcpy(pattern, text + arg, end - arg);
	pattern[end - arg] = 0;
	*why = "invalid regular expression";
	if (regcomp(&f->re, pattern, REG_EXTENDED | REG_NOSUB) != 0)
		return false;
	f->kind = invert ? FILTER_EXCLUDE : (typeof(f->kind))filters[found].kind;
	return true;
}

void pipe_filter_apply(const struct pipe_filter *f, const char *in, struct text *out)
{
	bool begun = false;
	struct text line = {0};

	for (const char *s = in, *end; *s; s = end) {
		bool match;

		end = s + strcspn(s, "\n");
		text_clear(&line);
		text_addn(&line, s, (size_t)(end - s));
		end += *end == '\n';
		match = begun || regexec(&f->re, text_str(&line), 0, NULL, 0) == 0;
		begun = match && f->kind == FILTER_BEGIN;
		if (match == (f->kind != FILTER_EXCLUDE)) {
			text_addn(out, line.p, line.len);
			text_addc(out, '\n');
		}
	}
	text_free(&line);
}

void pipe_filter_free(struct pipe_filter *f)
{
	if (f->kind != FILTER_NONE)
		regfree(&f->re);
	f->kind = FILTER_NONE;
}

void pipe_filter_help(const char *text, struct text *out)
{
	size_t word = strspn(text, " \t"), len = strcspn(text + word, " \t");

	text_addc(out, '\n');
	if (text[word + len]) {
		text_add(out, "  LINE  Regular Expression\n");
		return;
	}
	for (size_t i = 0; i < FILTERS; i++)
		if (is_prefix(text + word, len, 0, filters[i].name))
			text_addf(out, "  %-7s  %s\n", filters[i].name, filters[i].help);
}
