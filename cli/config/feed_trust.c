/*
 * Certificates of authorities: the lines of hexadecimal words below `certificate ca SERIAL` of a
 * chain, of which each certificate is made at the end of a delivery that has touched them. What
 * aaa was told of is remembered by its name, so that it hears of what has gone.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/config/feed_private.h"
#include "cli/config/row.h"
#include "engine/crypto/base64.h"

#define CHAIN "ca-chain" /* the family of these lines (grammars/98-kept-crypto.gram) */
#define AUTHORITY "ca "

struct trusted {
	char *trustpoint, *serial;
	bool there;
};

/* The certificate whose lines are being read. */
struct reading {
	struct feed *feed;
	char trustpoint[201], serial[201];
	uint8_t der[BASE64_MAX];
	size_t len;
	bool whole; /* all of it was hexadecimal, and there was room */
};

static struct trusted *find(const struct feed *f, const char *trustpoint, const char *serial)
{
	for (size_t i = 0; i < f->n_trusted; i++)
		if (strcmp(f->trusted[i].trustpoint, trustpoint) == 0 &&
		    strcmp(f->trusted[i].serial, serial) == 0)
			return &f->trusted[i];
	return NULL;
}

static void remember(struct feed *f, const char *trustpoint, const char *serial)
{
	struct trusted *t = find(f, trustpoint, serial), *grown;

	if (!t && (grown = realloc(f->trusted, (f->n_trusted + 1) * sizeof *grown))) {
		f->trusted = grown;
		t = &grown[f->n_trusted];
		*t = (struct trusted){.trustpoint = strdup(trustpoint), .serial = strdup(serial)};
		f->n_trusted += t->trustpoint && t->serial;
	}
	if (!t || !t->trustpoint || !t->serial)
		f->stale[ROLE_AAA] = true;
	else
		t->there = true;
}

static void say(
    struct feed *f, uint8_t op, const char *trustpoint, const char *serial, const char *certificate)
{
	struct ipc_msg m = {.type = MSG_CFG_CA_CERTIFICATE,
	    .fd = -1,
	    .cfg_ca_certificate = {
		.op = op, .trustpoint = trustpoint, .serial = serial, .certificate = certificate}};

	feed_send(f, ROLE_AAA, &m);
}

/* The certificate is read: aaa hears of it. */
static void tell(struct reading *r)
{
	char text[BASE64_TEXT(BASE64_MAX)];

	if (!r->len || !r->whole)
		return;
	base64_encode(r->der, r->len, text);
	remember(r->feed, r->trustpoint, r->serial);
	say(r->feed, CFG_SET, r->trustpoint, r->serial, text);
}

static int nibble(char c)
{
	return isdigit((unsigned char)c)    ? c - '0'
	       : isxdigit((unsigned char)c) ? tolower((unsigned char)c) - 'a' + 10
					    : -1;
}

static void add_words(struct reading *r, const char *words)
{
	int high = -1;

	for (; *words; words++) {
		int n = nibble(*words);

		if (isspace((unsigned char)*words))
			continue;
		if (n < 0 || (high >= 0 && r->len == sizeof r->der)) {
			r->whole = false;
			return;
		}
		if (high >= 0)
			r->der[r->len++] = (uint8_t)(high << 4 | n);
		high = high < 0 ? n : -1;
	}
	r->whole = r->whole && high < 0;
}

static void a_line(void *ctx, const struct db_row *row)
{
	struct reading *r = ctx;
	const char *trustpoint = db_text(row, "id"), *part = db_text(row, "part");

	if (!row_is(row, "word", "certificate") || strncmp(part, AUTHORITY, strlen(AUTHORITY)))
		return;
	part += strlen(AUTHORITY);
	if (strcmp(r->trustpoint, trustpoint) != 0 || strcmp(r->serial, part) != 0) {
		tell(r);
		snprintf(r->trustpoint, sizeof r->trustpoint, "%s", trustpoint);
		snprintf(r->serial, sizeof r->serial, "%s", part);
		r->len = 0;
		r->whole = true;
	}
	add_words(r, db_text(row, "rest") ? db_text(row, "rest") : "");
}

/* All of them to aaa. */
static void tell_all(struct feed *f, struct db *db)
{
	static const char *const family[] = {"family"}, *const chain[] = {CHAIN};
	struct reading *r = calloc(1, sizeof *r);

	if (!r) {
		f->stale[ROLE_AAA] = true;
		return;
	}
	r->feed = f;
	if (db_where(db, gram_table(f->gram, "kept_below"), family, chain, 1, a_line, r))
		tell(r);
	else
		f->stale[ROLE_AAA] = true;
	free(r);
}

static void forget(struct feed *f, size_t i)
{
	free(f->trusted[i].trustpoint);
	free(f->trusted[i].serial);
	f->trusted[i] = f->trusted[--f->n_trusted];
}

void feed_trust_change(struct feed *f, const struct db_change *c)
{
	const struct db_row *row = c->after ? c->after : c->before;

	if (strcmp(c->table->name, "kept_below") == 0 && row_is(row, "family", CHAIN))
		f->trust_dirty = true;
}

void feed_trust_end(struct feed *f, struct db *db)
{
	if (!f->trust_dirty || f->stale[ROLE_AAA])
		return;
	f->trust_dirty = false;
	for (size_t i = 0; i < f->n_trusted; i++)
		f->trusted[i].there = false;
	tell_all(f, db);
	for (size_t i = 0; i < f->n_trusted && !f->stale[ROLE_AAA];) {
		if (f->trusted[i].there) {
			i++;
			continue;
		}
		/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): it is out */
		say(f, CFG_DELETE, f->trusted[i].trustpoint, f->trusted[i].serial, "");
		forget(f, i);
	}
}

void feed_trust_snapshot(struct feed *f, struct db *db)
{
	feed_trust_free(f);
	f->trust_dirty = false;
	tell_all(f, db);
}

void feed_trust_free(struct feed *f)
{
	while (f->n_trusted)
		forget(f, f->n_trusted - 1);
	free(f->trusted);
	f->trusted = NULL;
}
