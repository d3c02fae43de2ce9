/*
 * A line with its secrets taken out, for all that remembers lines: by its match
 * where it was understood, by the words that announce secrets where it was not.
 */
#include <string.h>
#include <strings.h>

#include "parser/internal.h"

static void put(struct gram_out *out, const char *text, size_t len)
{
	mask_urls(text, len, out);
}

/* A kept text goes to the end of its line. */
static void mask_rest(const char *line, size_t at, struct gram_out *out)
{
	size_t end = at, begin;

	while (end && strchr(" \t", line[end - 1]))
		end--;
	for (begin = end; begin && !strchr(" \t", line[begin - 1]);)
		begin--;
	kept_mask(line + begin, end - begin, line + at, out);
}

/* What stands between the secrets of a line, from `at` on. */
typedef void put_words(const char *line, size_t at, size_t len, void *ctx);

static void mask(const char *line, const struct gram_match *m, enum gram_masked what,
    put_words *words, void *ctx, struct gram_out *out)
{
	size_t at = 0, len = strlen(line);

	for (unsigned i = 0; i < m->n_args; i++) {
		const struct gram_arg *arg = &m->args[i];
		bool kept = arg->type && arg->type->kept;
		bool secret = arg->type && (kept || arg->type->kind == KIND_SECRET ||
		    (what == MASK_HASHES && arg->type->kind == KIND_HASH));

		if (!secret || arg->offset < at || arg->offset > len)
			continue;
		words(line, at, arg->offset - at, ctx);
		if (kept) {
			mask_rest(line, arg->offset, out);
			return;
		}
		put(out, "*****", 5);
		at = arg->offset + strcspn(line + arg->offset, " \t");
	}
	words(line, at, len - at, ctx);
}

static void put_as_typed(const char *line, size_t at, size_t len, void *ctx)
{
	put(ctx, line + at, len);
}

void gram_mask(const char *line, const struct gram_match *m, enum gram_masked what,
    struct gram_out *out)
{
	mask(line, m, what, put_as_typed, out, out);
}

/* ---- spelled out ------------------------------------------------------------------ */

struct spelling {
	const struct gram_match *m;
	unsigned next; /* of the match's keywords */
	struct gram_out *out;
};

static bool is_value(const struct gram_match *m, size_t at)
{
	for (unsigned i = 0; i < m->n_args; i++)
		if (m->args[i].type && m->args[i].offset == at)
			return true;
	return false;
}

static void spell_word(struct spelling *s, const char *line, size_t at, size_t len)
{
	const struct gram_match *m = s->m;
	bool is_no = !s->next && (m->negated || m->defaulted) &&
		     line + at == line + strspn(line, " \t");
	const char *keyword = s->next < m->n_keywords ? m->keywords[s->next] : NULL;

	if (!is_no && keyword && !is_value(m, at) && strncasecmp(keyword, line + at, len) == 0) {
		put(s->out, keyword, strlen(keyword));
		s->next++;
	} else {
		put(s->out, line + at, len);
	}
}

static void put_spelled(const char *line, size_t at, size_t len, void *ctx)
{
	struct spelling *s = ctx;
	size_t end = at + len, n;

	while (at < end) {
		n = strspn(line + at, " \t");
		if (n) {
			put(s->out, " ", 1);
			at += n;
			continue;
		}
		n = strcspn(line + at, " \t");
		n = n > end - at ? end - at : n;
		spell_word(s, line, at, n);
		at += n;
	}
}

void gram_spell(const char *line, const struct gram_match *m, struct gram_out *out)
{
	struct spelling s = {.m = m, .out = out};

	mask(line, m, MASK_HASHES, put_spelled, &s, out);
}

/* ---- lines that were not understood -------------------------------------------------- */

/* Words behind which a secret stands: as they begin (cut short, continued), what they have in them,
 * and whole ones whose next word is one (`auth md5 SECRET priv aes SECRET`). */
static bool leads_to_secret(const char *word, size_t len)
{
	static const char *const begins[] = {"pass", "pre-", "secr", "commu", "ldap-login-p"};
	static const char *const holds[] = {
	    "passw", "passp", "key", "secret", "community", "credential", "token", "-pw"};
	static const char *const is[] = {"md5", "sha", "sha256", "auth", "priv", "pin"};

#define EACH(list) for (size_t i = 0; i < sizeof(list) / sizeof((list)[0]); i++)
	EACH(begins)
		if (len >= strlen(begins[i]) && !strncasecmp(word, begins[i], strlen(begins[i])))
			return true;
	EACH(holds)
		for (size_t at = 0, n = strlen(holds[i]); at + n <= len; at++)
			if (!strncasecmp(word + at, holds[i], n))
				return true;
	EACH(is)
		if (len == strlen(is[i]) && !strncasecmp(word, is[i], len))
			return true;
#undef EACH
	return false;
}

void gram_mask_unknown(const char *line, struct gram_out *out)
{
	size_t at = 0, len = 0;
	bool secret = false;

	for (; line[at] && !secret; at += len) {
		at += strspn(line + at, " \t");
		len = strcspn(line + at, " \t");
		secret = leads_to_secret(line + at, len);
	}
	/* an escape sequence must not reach a terminal */
	for (size_t i = 0, n; i < at; i += n + 1) {
		n = gram_clean(line + i, at - i);
		put(out, line + i, n);
		put(out, "?", i + n < at);
	}
	if (line[at + strspn(line + at, " \t")])
		put(out, " *****", 6);
}
