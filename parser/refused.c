/*
 * Blocks whose head has been refused: their lines change nothing, neither in
 * the block before nor, where they would fit, in global configuration. What
 * belongs to a refused head is told by its indentation; without that, by what
 * the grammar says of the device's blocks (`device-block`), and of ours.
 *
 *      crypto ikev2 policy 1         refused, a block of the device: the submode is left
 *       encryption aes-256           refused with it: deeper than its head
 *      dns server-group GUEST        refused
 *      domain-name guest.example     refused with it: a word that this block holds
 *      certificate ca 0011           refused: all is its own up to `quit`
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "parser/threads.h"

#define WORDS_MAX 8     /* of a line: more than the longest head */
#define CUT_MIN 3       /* a first word cut shorter than this is no head */

struct words {
	unsigned margin; /* blanks before the first */
	unsigned n;
	const char *at[WORDS_MAX];
	size_t len[WORDS_MAX];
};

/* False for a line without words, and for a comment. */
static bool split(const char *line, struct words *w)
{
	const char *at = line;

	w->n = 0;
	while (isspace((unsigned char)*at))
		at++;
	w->margin = (unsigned)(at - line);
	if (!*at || *at == '!' || *at == ':')
		return false;
	for (; *at && w->n < WORDS_MAX; w->n++) {
		w->at[w->n] = at;
		while (*at && !isspace((unsigned char)*at))
			at++;
		w->len[w->n] = (size_t)(at - w->at[w->n]);
		while (isspace((unsigned char)*at))
			at++;
	}
	return true;
}

static bool is(const struct words *w, unsigned i, const char *word)
{
	return i < w->n && strlen(word) == w->len[i] && !strncasecmp(w->at[i], word, w->len[i]);
}

static bool cuts(const struct words *w, unsigned i, const char *word)
{
	return i < w->n && !strncasecmp(word, w->at[i], w->len[i]);
}

/* ---- heads -------------------------------------------------------------------- */

enum head { HEAD_NOT, HEAD_BEGUN, HEAD_WHOLE };

/* The first word of a head may be cut short, but `ftp` and `route` are words besides `ftp-map` and
 * `route-map`. */
static bool begins_head(const struct gram_block *b, const struct words *w)
{
	return is(w, 0, b->words[0]) || (w->len[0] >= CUT_MIN && cuts(w, 0, b->words[0]) &&
	    b->words[0][w->len[0]] != '-');
}

/* HEAD_BEGUN: the words up to the first name are those of the head, what follows is not. */
static enum head fits_head(const struct gram_block *b, const struct words *w)
{
	enum head head = HEAD_NOT;

	if (!begins_head(b, w))
		return HEAD_NOT;
	for (unsigned i = 1; b->words[i]; i++) {
		if (!strcmp(b->words[i], "*"))
			head = HEAD_BEGUN;
		else if (!cuts(w, i, b->words[i]))
			return head;
	}
	return HEAD_WHOLE;
}

static bool list_has(char *const *list, const char *word)
{
	for (; list && *list; list++)
		if (!strcmp(*list, word))
			return true;
	return false;
}

static bool mode_knows(const struct gram_mode *m, const struct words *w)
{
	for (unsigned i = 0; i < m->n_starts; i++)
		if (is(w, 0, m->starts[i].word))
			return true;
	return false;
}

/* The block that the line would open where the session stands; the nearest fit, of equals one of
 * this mode. */
static const struct gram_block *find_head(const struct gram *g, const struct parse_state *s,
    const struct words *w, enum head *head)
{
	const struct gram_mode *mode = parse_state_mode(s);
	const struct gram_block *found = NULL;
	bool known = s->depth > 1 && mode_knows(mode, w);

	*head = HEAD_NOT;
	for (unsigned i = 0; i < g->n_blocks; i++) {
		const struct gram_block *b = &g->blocks[i];
		enum head fit = fits_head(b, w);

		/* `isakmp keepalive` with a mistake in it is a line of its block; `isakmp policy`
		 * is none. */
		if (known && (fit != HEAD_WHOLE || !b->words[1]))
			continue;
		if ((b->inside && !list_has(b->inside, mode->name)) || fit < *head ||
		    (fit == *head && (!b->inside || !found || found->inside)))
			continue;
		*head = fit;
		found = fit ? b : NULL;
	}
	return found;
}

/* ---- lines -------------------------------------------------------------------- */

static bool is_hex(const struct words *w)
{
	for (unsigned i = 0; i < w->n; i++)
		if (strspn(w->at[i], "0123456789abcdefABCDEF") < w->len[i])
			return false;
	return true;
}

/* A line of a certificate: hexadecimal words, or one line of base 64 with its frame. */
static bool is_data(const struct words *w)
{
	static const char base64[] =
	    "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ+/=";

	if (!strncmp(w->at[0], "-----", 5))
		return true;
	if (w->n == 1 && w->len[0] % 4 == 0 && strspn(w->at[0], base64) >= w->len[0])
		return true;
	return is_hex(w);
}

bool line_is_hex(const char *line)
{
	struct words w;

	return split(line, &w) && is_hex(&w);
}

static bool ends_data(const struct parse_state *s, const struct words *w)
{
	return w->n == 1 && is(w, 0, s->block->until);
}

static bool is_deeper(const struct parse_state *s, const struct words *w)
{
	return s->within && w->margin >= s->within;
}

static bool is_held(const struct parse_state *s, const struct words *w)
{
	unsigned first = is(w, 0, "no") || is(w, 0, "default");

	for (char **h = s->block ? s->block->holds : NULL; h && *h; h++)
		if (cuts(w, first, *h))
			return true;
	return false;
}

bool block_owns(const struct parse_state *s, const char *line)
{
	struct words w;

	if ((!s->within && !s->block) || !split(line, &w))
		return false;
	return (s->data && (ends_data(s, &w) || is_data(&w))) || is_deeper(s, &w) || is_held(s, &w);
}

/* Back to global configuration; so many `exit`s belong to what has been left or refused. */
static void leave(struct parse_state *s, unsigned exits)
{
	if (s->left < exits)
		s->left = (uint8_t)exits;
	s->depth = 1;
}

/* A refused line that is not indented under another. */
static void refused_head(const struct gram *g, struct parse_state *s, const struct words *w)
{
	enum head head;
	const struct gram_block *b = find_head(g, s, w, &head);

	s->within = (uint16_t)(w->margin + 1);
	s->leaf = !b && s->depth > 1 && mode_knows(parse_state_mode(s), w);
	if (b && b->until && head == HEAD_WHOLE) {
		s->data = true;
		s->block = b;
	}
	if (w->margin)
		return; /* the lines around it say by their indentation what they belong to */
	for (char **o = s->block ? s->block->opens : NULL; o && *o; o++)
		if (is(w, 0, *o)) {
			leave(s, 2);
			return;
		}
	if (!b || (head == HEAD_BEGUN && s->depth == 1))
		return;
	leave(s, b->until ? 0 : b->inside ? s->depth : 1);
	s->block = b;
}

void parse_state_refused(const struct gram *g, struct parse_state *s, const char *line)
{
	struct words w;

	if (!s->depth || !split(line, &w))
		return;
	if (s->data && is_data(&w) && !ends_data(s, &w))
		return;
	if (s->data) {
		s->data = false;
		if (ends_data(s, &w)) {
			s->block = NULL;
			return;
		}
	}
	if (is_deeper(s, &w)) {
		enum head head;
		const struct gram_block *b = find_head(g, s, &w, &head);

		s->data = b && b->until && head == HEAD_WHOLE;
		s->block = s->data ? b : NULL;
		if (s->within == 1 && !s->leaf)
			leave(s, 1);
	} else if (!is_held(s, &w)) {
		refused_head(g, s, &w);
	}
}

void parse_state_not_run(const struct gram *g, struct parse_state *s, const char *line)
{
	const struct gram_block *b;
	enum head head;
	struct words w;

	b = split(line, &w) ? find_head(g, s, &w, &head) : NULL;
	if (!b || !b->until || head != HEAD_WHOLE)
		return;
	s->data = true;
	s->block = b;
}
