/*
 * Kept lines: what the device knows and this appliance only keeps. Their words are a text, so what
 * tells one from another, and what is a secret in it, is said by its words.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "parser/threads.h"

/* ---- words, and the secrets among them ------------------------------------------------ */

struct word {
	const char *at;
	size_t len;
	bool secret;
};

struct words {
	const char *rest;
	bool pending; /* a secret comes next */
	bool number;  /* and before it the number of an EIGRP process */
};

static bool is_one_of(const char *word, size_t len, const char *const *list)
{
	for (; *list; list++)
		if (strlen(*list) == len && !strncasecmp(*list, word, len))
			return true;
	return false;
}

static bool announces(const char *word, size_t len)
{
	static const char *const list[] = {"community", "password", "passwd", "secret", "key",
	    "key-string", "pre-shared-key", "shared-secret", "authentication-key", "auth", "priv",
	    "md5", "pin", "credential", "token", "passphrase", NULL};

	return is_one_of(word, len, list);
}

/* What stands between the announcement and the secret: algorithms, sizes, forms. */
static bool stands_between(const char *word, size_t len)
{
	static const char *const list[] = {"md5", "sha", "sha1", "sha224", "sha256", "sha384",
	    "sha512", "des", "3des", "aes", "128", "192", "256", "hex", "ascii", "eigrp", "0", "5",
	    "6", "7", "8", NULL};

	return is_one_of(word, len, list);
}

/* `before`: the word in front of the text. */
static struct words words_of(const char *before, size_t len, const char *text)
{
	return (struct words){text, announces(before, len), false};
}

static bool next(struct words *s, struct word *w)
{
	w->at = s->rest + strspn(s->rest, " \t");
	w->len = strcspn(w->at, " \t");
	s->rest = w->at + w->len;
	if (!w->len)
		return false;
	if (s->pending && s->rest[strspn(s->rest, " \t")] &&
	    (s->number || stands_between(w->at, w->len))) {
		s->number = !s->number && w->len == 5 && !strncasecmp(w->at, "eigrp", 5);
		w->secret = false;
		return true;
	}
	w->secret = s->pending;
	s->pending = !s->pending && announces(w->at, w->len);
	return true;
}

void kept_mask(const char *before, size_t len, const char *text, struct gram_out *out)
{
	struct words s = words_of(before, len, text);
	const char *told = text;
	struct word w;

	while (next(&s, &w)) {
		if (!w.secret)
			continue;
		mask_urls(told, (size_t)(w.at - told), out);
		out->write(out->ctx, "*****", 5);
		told = w.at + w.len;
	}
	mask_urls(told, strlen(told), out);
}

/* FNV-1a: what is left of words that are too long for a key. */
static uint64_t hash(const char *text)
{
	uint64_t h = UINT64_C(14695981039346656037);

	for (; *text; text++)
		h = (h ^ (unsigned char)*text) * UINT64_C(1099511628211);
	return h;
}

static const char *last_keyword(const struct gram_command *c)
{
	const struct gram_node *root = c->syntax;
	const char *word = "";

	for (unsigned i = 0; i < root->n_kids && root->kids[i]->kind == NODE_WORD; i++)
		word = root->kids[i]->text;
	return word;
}

const char *gram_bound(const struct gram_command *c, int column)
{
	const struct gram_node *root = c->syntax;

	for (unsigned i = 0; i < root->n_kids; i++)
		if (root->kids[i]->kind == NODE_WORD && root->kids[i]->column == column)
			return root->kids[i]->bound_value;
	for (unsigned i = 0; i < c->n_set; i++)
		if (c->set[i].column == column)
			return c->set[i].value;
	return NULL;
}

void gram_mask_kept(const struct gram_command *c, const char *text, struct gram_out *out)
{
	const char *before = last_keyword(c);

	kept_mask(before, strlen(before), text, out);
}

/* At most up to a secret, with one blank between them; as many as there is room for. */
static void key_of(const struct gram_command *c, const char *text, char *buf, size_t size)
{
	const char *before = last_keyword(c);
	struct words s = words_of(before, strlen(before), text);
	size_t used = 0;
	struct word w;

	buf[0] = '\0';
	for (int n = c->decides; n && next(&s, &w) && !w.secret; n--) {
		if (used + w.len + 20 > size) {
			snprintf(buf + used, size - used, " #%016llx",
			    (unsigned long long)hash(w.at));
			return;
		}
		if (used)
			buf[used++] = ' ';
		memcpy(buf + used, w.at, w.len);
		used += w.len;
		buf[used] = '\0';
	}
}

bool kept_key(const struct gram_command *c, struct gram_arg *args, uint8_t *n_args, char *to,
    size_t room)
{
	const struct gram_column *key = &c->table->columns[c->table->n_keys - 1];
	const char *text = "";
	size_t size = key->type.max + 1u;

	for (unsigned i = 0; i < *n_args; i++)
		if (args[i].type && args[i].type->kept)
			text = args[i].text;
	if (size > room || *n_args == GRAM_ARGS_MAX)
		return false;
	key_of(c, text, to, size);
	args[(*n_args)++] =
	    (struct gram_arg){key->name, &key->type, (int)c->table->n_keys - 1, to, 0};
	return true;
}

/* ---- lines that fit nothing else in a block of kept lines ------------------------------- */

static bool leaves(const struct gram *g, const char *word, size_t len)
{
	const struct gram_mode *m = g->config;

	for (unsigned i = 0; i < m->n_commands; i++) {
		const char *leave = m->commands[i]->syntax->kids[0]->text;

		if (m->commands[i]->leave && strlen(leave) == len &&
		    !strncasecmp(leave, word, len))
			return true;
	}
	return false;
}

bool kept_any(const struct walk *w, const struct parse_state *s, unsigned level,
    struct gram_match *m)
{
	const struct gram_mode *mode = s->level[level].mode;
	const struct gram_command *c = mode->any;
	const struct token *first = &w->tokens[0];
	bool off = c && c->no == NO_OFF && w->negated && w->n_tokens > 1;
	const char *text = w->line + w->tokens[off].offset;
	size_t len = w->length - w->tokens[off].offset;
	const struct gram_node *value;

	if (!c || gram_level(w->gram, c) > w->privilege ||
	    leaves(w->gram, w->line + first->offset, first->len) ||
	    (mode->data ? !line_is_hex(w->line) : first->offset <= s->level[level].margin))
		return false;
	value = c->syntax->kids[0];
	if (len > value->type->max || len >= sizeof(m->buffer))
		return false;
	memcpy(m->buffer, text, len);
	m->buffer[len] = '\0';
	m->used = (uint16_t)(len + 1);
	m->status = GRAM_OK;
	m->command = c;
	m->negated = off;
	m->defaulted = false;
	m->level = (uint8_t)level;
	m->global = level < s->depth;
	m->n_keywords = 0;
	m->n_args = 1;
	m->args[0] = (struct gram_arg){value->text, value->type, value->column, m->buffer,
		w->tokens[off].offset};
	kept_key(c, m->args, &m->n_args, m->buffer + m->used, sizeof(m->buffer) - m->used);
	return true;
}
