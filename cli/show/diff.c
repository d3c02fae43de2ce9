/*
 * Two texts of a configuration compared. A line is known by the heads of the blocks that it stands
 * in and by itself; so each is unique within its text, and the longest common subsequence, for
 * which texts are usually searched at great expense, is the longest rising one of the places in
 * the other text: the whole takes n log n steps.
 */
#include "cli/show/diff.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define NOWHERE UINT32_MAX
#define DEPTH_MAX 8

struct line {
	const char *text;
	uint32_t len;
	uint32_t above; /* the head of its block, NOWHERE = global configuration */
	uint32_t depth;
	uint32_t same; /* its place in the other text, NOWHERE = it has none */
	uint64_t hash; /* of itself and the heads above it */
	bool kept;     /* stands in both, in the same order */
	bool repeats;  /* has stood there before */
};

struct side {
	struct line *lines;
	uint32_t n;
	uint32_t *slots; /* by hash, NOWHERE = empty */
	uint32_t mask;
};

/* ---- lines ---------------------------------------------------------------- */

static bool is_frame(const char *text, size_t len)
{
	static const char *const heads[] = {":", "!", "ASA Version ", "Cryptochecksum:"};

	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		size_t n = strlen(heads[i]);

		if (len >= n && memcmp(text, heads[i], n) == 0)
			return true;
	}
	return len == 0;
}

static uint64_t hash_text(uint64_t h, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		h = (h ^ (uint8_t)text[i]) * 1099511628211u;
	return (h ^ '\n') * 1099511628211u;
}

/* The line below the heads that are open; they are closed down to it. */
static void add(
    struct side *s, uint32_t open[], uint32_t *depth, const char *text, uint32_t indent, size_t len)
{
	struct line *l = &s->lines[s->n];

	while (*depth > indent)
		--*depth;
	l->text = text;
	l->len = (uint32_t)len;
	l->depth = *depth;
	l->above = *depth ? open[*depth - 1] : NOWHERE;
	l->same = NOWHERE;
	l->hash = hash_text(*depth ? s->lines[l->above].hash : 14695981039346656037u, text, len);
	l->kept = l->repeats = false;
	if (*depth < DEPTH_MAX)
		open[(*depth)++] = s->n;
	s->n++;
}

static bool read_lines(struct side *s, const char *text)
{
	uint32_t open[DEPTH_MAX], depth = 0, lines = 1, size = 16;

	for (const char *p = text; (p = strchr(p, '\n')); p++)
		lines++;
	while (size < 2 * lines)
		size *= 2;
	s->mask = size - 1;
	s->lines = malloc(lines * sizeof(*s->lines));
	s->slots = malloc(size * sizeof(*s->slots));
	if (!s->lines || !s->slots)
		return false;
	memset(s->slots, 0xff, size * sizeof(*s->slots));
	while (*text) {
		size_t len = strcspn(text, "\n"), end = len;
		uint32_t indent = (uint32_t)strspn(text, " ");

		while (end > indent && strchr(" \r\t", text[end - 1]))
			end--;
		if (indent < end && !is_frame(text + indent, end - indent))
			add(s, open, &depth, text + indent, indent, end - indent);
		text += len + (text[len] == '\n');
	}
	return true;
}

static bool same_line(const struct side *a, uint32_t i, const struct side *b, uint32_t j)
{
	while (i != NOWHERE && j != NOWHERE) {
		const struct line *l = &a->lines[i], *m = &b->lines[j];

		if (l->hash != m->hash || l->len != m->len || memcmp(l->text, m->text, l->len) != 0)
			return false;
		i = l->above;
		j = m->above;
	}
	return i == j;
}

/* The slot of the line in `b` that is line `i` of `a`, or the empty one where it would be. */
static uint32_t *slot(const struct side *b, const struct side *a, uint32_t i)
{
	uint32_t at = (uint32_t)a->lines[i].hash & b->mask;

	while (b->slots[at] != NOWHERE && !same_line(a, i, b, b->slots[at]))
		at = (at + 1) & b->mask;
	return &b->slots[at];
}

static void enter_lines(struct side *s)
{
	for (uint32_t i = 0; i < s->n; i++) {
		uint32_t *at = slot(s, s, i);

		s->lines[i].repeats = *at != NOWHERE;
		if (*at == NOWHERE)
			*at = i;
	}
}

/* ---- what stands in both, in the same order --------------------------------- */

static void find_same(struct side *from, const struct side *to)
{
	for (uint32_t i = 0; i < from->n; i++)
		if (!from->lines[i].repeats)
			from->lines[i].same = *slot(to, from, i);
}

/* The longest rising subsequence of `same` is kept. */
static bool keep_rising(struct side *from, struct side *to)
{
	uint32_t *last = malloc((from->n + 1) * sizeof(*last)); /* by length: where it ends */
	uint32_t *before = malloc((from->n + 1) * sizeof(*before)), longest = 0, i;

	for (i = 0; last && before && i < from->n; i++) {
		uint32_t low = 0, high = longest, same = from->lines[i].same;

		if (same == NOWHERE)
			continue;
		while (low < high) {
			uint32_t mid = low + (high - low) / 2;

			if (from->lines[last[mid]].same < same)
				low = mid + 1;
			else
				high = mid;
		}
		before[i] = low ? last[low - 1] : NOWHERE;
		last[low] = i;
		longest += low == longest;
	}
	for (i = longest && before ? last[longest - 1] : NOWHERE; i != NOWHERE; i = before[i])
		from->lines[i].kept = to->lines[from->lines[i].same].kept = true;
	free(last);
	free(before);
	return last && before;
}

/* ---- telling ------------------------------------------------------------------ */

struct tell {
	void (*each)(void *ctx, const struct diff_line *);
	void *ctx;
	const struct side *side; /* the last line told: of this, at */
	uint32_t at;
};

/* Has the last line told this head, or is it below it? */
static bool is_open(const struct tell *t, const struct side *s, uint32_t head)
{
	for (uint32_t at = t->at; t->side && at != NOWHERE; at = t->side->lines[at].above)
		if (same_line(t->side, at, s, head))
			return true;
	return false;
}

static void tell(struct tell *t, const struct side *s, uint32_t i, char sign)
{
	const struct line *l = &s->lines[i];
	const struct diff_line d = {sign, l->depth, l->text, l->len};

	if (l->above != NOWHERE && !is_open(t, s, l->above))
		tell(t, s, l->above, ' ');
	t->each(t->ctx, &d);
	t->side = s;
	t->at = i;
}

static void tell_all(struct tell *t, const struct side *from, const struct side *to)
{
	uint32_t i = 0, j = 0;

	while (i < from->n || j < to->n) {
		for (; i < from->n && !from->lines[i].kept; i++)
			if (!from->lines[i].repeats)
				tell(t, from, i, '-');
		for (; j < to->n && !to->lines[j].kept; j++)
			if (!to->lines[j].repeats)
				tell(t, to, j, '+');
		i += i < from->n;
		j += j < to->n;
	}
}

static void side_free(struct side *s)
{
	free(s->lines);
	free(s->slots);
}

bool diff_config(
    const char *from, const char *to, void (*each)(void *ctx, const struct diff_line *), void *ctx)
{
	struct side a = {0}, b = {0};
	struct tell t = {each, ctx, NULL, NOWHERE};
	bool ok = read_lines(&a, from) && read_lines(&b, to);

	if (ok) {
		enter_lines(&a);
		enter_lines(&b);
		find_same(&a, &b);
		ok = keep_rising(&a, &b);
	}
	if (ok)
		tell_all(&t, &a, &b);
	side_free(&a);
	side_free(&b);
	return ok;
}
