/*
 * struct pipe_filter: one compiled filter of one command line; it lives while
 * that command runs. Works on whole outputs, line by line.
 */
#include "cli/operator/pipe_filter.h"

#include <stdlib.h>
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
	{"json",    "The records that the output is made of, as JSON", FILTER_JSON},
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
	if (!bar ||
	    !(is_prefix(line + skip, word, 2, "show") || is_prefix(line + skip, word, 3, "more")))
		return strlen(line);
	*rest = bar + 1;
	len = (size_t)(bar - line);
	while (len && (line[len - 1] == ' ' || line[len - 1] == '\t'))
		len--;
	return len;
}

/* ---- what a pattern may cost ---------------------------------------------------------- */

/* The compiler writes `a{60}` out sixty times, `(a{60}){60}` 3,600 times, and `a+` as `aa*`: this
 * counts ahead. */
#define POSITIONS_MAX 512
/* What stands for a place in the line (`^`, `\b`) multiplies the states of all that is beside it; a
 * repetition of it means nothing, and costs without bound. */
#define ANCHOR_POSITIONS 32
#define NEST_MAX 32
/* The matcher keeps a state for each set of positions it meets; they are dropped after so many
 * characters. */
#define STATES_FROM 8192

struct cost {
	unsigned sum[NEST_MAX]; /* of the groups that are open, the pattern itself first */
	bool anchored[NEST_MAX];
	unsigned atom; /* the last atom's, which a repetition multiplies */
	bool atom_anchored;
	unsigned depth;
};

static bool add_atom(struct cost *c, unsigned positions, bool anchored)
{
	c->atom = positions;
	c->atom_anchored = anchored;
	c->anchored[c->depth] = c->anchored[c->depth] || anchored;
	c->sum[c->depth] += positions;
	return c->sum[c->depth] <= POSITIONS_MAX;
}

static bool multiply(struct cost *c, unsigned long times)
{
	if (c->atom_anchored)
		return false;
	c->sum[c->depth] -= c->atom;
	return add_atom(c, c->atom * (unsigned)times, false);
}

/* `{m,n}`: the atom is there n times, or m + 1 when n is open. `*at` stands behind the brace. */
static bool repeat(struct cost *c, const char **at)
{
	char *end;
	unsigned long times = strtoul(*at, &end, 10), last = times;

	if (*end == ',')
		last = end[1] == '}' ? times + 1 : strtoul(end + 1, &end, 10);
	*at = strchr(end, '}') ? strchr(end, '}') + 1 : end + strlen(end);
	return times <= POSITIONS_MAX && last <= POSITIONS_MAX && multiply(c, last ? last : 1);
}

static const char *behind_bracket(const char *at)
{
	at += *at == '^';
	at += *at == ']';
	while (*at && *at != ']') {
		if (*at == '[' && at[1] && strchr(".:=", at[1])) { /* [:alpha:] */
			const char kind[] = {at[1], ']', '\0'}, *end = strstr(at + 2, kind);

			at = end ? end + 1 : at;
		}
		at++;
	}
	return at + (*at == ']');
}

/* Is the pattern small enough once it is written out? References back to what a group took have no
 * such bound at all. */
static bool is_affordable(const char *pattern)
{
	struct cost c = {0};
	bool ok = true;

	for (const char *at = pattern; ok && *at;) {
		char ch = *at++;

		if (ch == '\\') {
			bool place = *at && strchr("bB<>`'", *at);

			ok = !(*at >= '1' && *at <= '9') &&
			    add_atom(&c, place ? ANCHOR_POSITIONS : 1, place);
			at += *at != '\0';
		} else if (ch == '[') {
			at = behind_bracket(at);
			ok = add_atom(&c, 1, false);
		} else if (ch == '(') {
			ok = ++c.depth < NEST_MAX;
			if (ok) {
				c.sum[c.depth] = 1;
				c.anchored[c.depth] = false;
			}
		} else if (ch == ')' && c.depth) {
			c.depth--;
			ok = add_atom(&c, c.sum[c.depth + 1], c.anchored[c.depth + 1]);
		} else if (ch == '{') {
			ok = repeat(&c, &at);
		} else if (strchr("*+?", ch)) {
			ok = multiply(&c, ch == '+' ? 2 : 1);
		} else if (strchr("^$", ch)) {
			ok = add_atom(&c, ANCHOR_POSITIONS, true);
		} else if (ch != '|') {
			ok = add_atom(&c, 1, false);
		}
	}
	return ok;
}

/* ---- the filter ------------------------------------------------------------------------- */

bool pipe_filter_parse(struct pipe_filter *f, const char *text, size_t *at, const char **why)
{
	size_t word = strspn(text, " \t"), len = strcspn(text + word, " \t"), arg, end;
	int found = -1;
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
	if (filters[found].kind == FILTER_JSON) {
		if (arg == end)
			f->kind = FILTER_JSON;
		return arg == end;
	}
	if (arg == end)
		return false;
	*why = "the regular expression is too long";
	if (end - arg >= sizeof(f->pattern))
		return false;
	memcpy(f->pattern, text + arg, end - arg);
	f->pattern[end - arg] = 0;
	*why = "the regular expression is too complex";
	if (!is_affordable(f->pattern))
		return false;
	*why = "invalid regular expression";
	if (regcomp(&f->re, f->pattern, REG_EXTENDED | REG_NOSUB) != 0)
		return false;
	f->kind = invert ? FILTER_EXCLUDE : (typeof(f->kind))filters[found].kind;
	return true;
}

static void drop_states(struct pipe_filter *f)
{
	regfree(&f->re);
	if (regcomp(&f->re, f->pattern, REG_EXTENDED | REG_NOSUB) != 0)
		abort(); /* it was compiled before: there is no memory left */
}

void pipe_filter_apply(struct pipe_filter *f, const char *in, struct text *out)
{
	bool begun = false;
	struct text line = {0};
	size_t read = 0;

	for (const char *s = in, *end; *s; s = end) {
		bool match;

		end = s + strcspn(s, "\n");
		text_clear(&line);
		text_addn(&line, s, (size_t)(end - s));
		end += *end == '\n';
		if ((read += line.len) > STATES_FROM) {
			drop_states(f);
			read = 0;
		}
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
	if (f->kind != FILTER_NONE && f->kind != FILTER_JSON)
		regfree(&f->re);
	f->kind = FILTER_NONE;
}

void pipe_filter_help(const char *text, struct text *out)
{
	size_t word = strspn(text, " \t"), len = strcspn(text + word, " \t");

	text_addc(out, '\n');
	if (text[word + len] && len && is_prefix(text + word, len, 1, "json")) {
		text_add(out, "  <cr>\n");
		return;
	}
	if (text[word + len]) {
		text_add(out, "  LINE  Regular Expression\n");
		return;
	}
	for (size_t i = 0; i < FILTERS; i++)
		if (is_prefix(text + word, len, 0, filters[i].name))
			text_addf(out, "  %-7s  %s\n", filters[i].name, filters[i].help);
}
