/* Texts of configurations, compared and loaded; it holds nothing. */
#include "cli/config/revisions.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/config/hooks.h"
#include "cli/show/diff.h"

#define PRIVILEGE_ALL 15

/* ---- texts ------------------------------------------------------------------ */

static bool read_running(struct running *r, struct revision_text *t, char *error, size_t size)
{
	struct text all = {.secret = true};
	struct gram_out out = text_out(&all);

	if (!db_render(r->db, RENDER_CLEAR, NULL, &out) || text_failed(&all)) {
		snprintf(error, size, "ERROR: Unable to read the configuration: %s",
		    db_fault(r->db) ? db_fault(r->db) : "out of memory");
		text_free(&all);
		return false;
	}
	text_addc(&all, '\0');
	t->text = all.p;
	t->len = all.len - 1;
	return true;
}

static bool read_startup(struct running *r, struct revision_text *t, char *error, size_t size)
{
	t->text = db_startup_text(r->db, &t->len);
	if (!t->text && errno == ENOENT) {
		snprintf(error, size, "No Configuration");
		return false;
	}
	if (!t->text)
		snprintf(
		    error, size, "ERROR: Unable to read the startup-config: %s", strerror(errno));
	return t->text != NULL;
}

bool revisions_read(
    struct running *r, const char *which, struct revision_text *t, char *error, size_t size)
{
	*t = (struct revision_text){.number = -1};
	if (strcmp(which, "running") == 0)
		return read_running(r, t, error, size);
	if (strcmp(which, "startup") == 0)
		return read_startup(r, t, error, size);
	t->number = db_revision_find(r->db, which);
	if (t->number >= 0)
		t->text = db_revision_text(r->db, t->number);
	if (t->text) {
		t->len = strlen(t->text);
		return true;
	}
	if (db_fault(r->db))
		snprintf(error, size, "ERROR: Unable to read the revision: %s", db_fault(r->db));
	else
		snprintf(error, size, "ERROR: There is no revision %s", which);
	return false;
}

void revisions_free(struct revision_text *t)
{
	if (t->text)
		explicit_bzero(t->text, t->len);
	free(t->text);
	t->text = NULL;
}

/* ---- what differs -------------------------------------------------------------- */

struct differ {
	const struct gram *gram;
	struct revision_diff *to;
	enum gram_masked masked;
	struct parse_state at[GRAM_DEPTH_MAX]; /* where lines of each depth stand */
	bool known[GRAM_DEPTH_MAX];
	struct gram_match match;
};

static void add_masked(struct differ *d, unsigned depth, const char *line)
{
	struct gram_match *m = &d->match;
	struct gram_out out = text_out(&d->to->lines);

	if (depth >= GRAM_DEPTH_MAX || !d->known[depth]) {
		gram_mask_unknown(line, &out);
		return;
	}
	gram_match(d->gram, &d->at[depth], PRIVILEGE_ALL, line, m);
	if (m->status == GRAM_OK)
		gram_mask(line, m, password_in_clear(m) ? MASK_HASHES : d->masked, &out);
	else
		gram_mask_unknown(line, &out);
	for (unsigned i = depth + 1; i < GRAM_DEPTH_MAX; i++)
		d->known[i] = false;
	if (m->status == GRAM_OK && m->command->enter && depth + 1 < GRAM_DEPTH_MAX) {
		d->at[depth + 1] = d->at[depth];
		d->known[depth + 1] = parse_state_advance(d->gram, &d->at[depth + 1], m);
	}
	gram_match_done(m);
}

static void add_line(void *ctx, const struct diff_line *l)
{
	struct differ *d = ctx;
	struct text *to = &d->to->lines;
	char line[GRAM_LINE_MAX];

	for (unsigned i = 0; i < l->depth; i++)
		text_addc(to, ' ');
	if (l->sign != ' ')
		text_addc(to, l->sign);
	d->to->removed += l->sign == '-';
	d->to->added += l->sign == '+';
	snprintf(line, sizeof(line), "%.*s", (int)l->len, l->text);
	add_masked(d, l->depth, line);
	text_addc(to, '\n');
	explicit_bzero(line, sizeof(line));
}

bool revisions_diff(const struct gram *g, const char *from, const char *to, enum gram_masked masked,
    struct revision_diff *r)
{
	struct differ *d = calloc(1, sizeof(*d));
	bool ok;

	*r = (struct revision_diff){0};
	if (!d)
		return false;
	d->gram = g;
	d->to = r;
	d->masked = masked;
	parse_state_init(&d->at[0], g, true);
	d->known[0] = true;
	ok = diff_config(from, to, add_line, d) && !text_failed(&r->lines);
	explicit_bzero(d, sizeof(*d));
	free(d);
	return ok;
}

/* ---- the way back ----------------------------------------------------------------- */

void revisions_load(struct running *r, const struct config_change *c, const struct revision_text *t,
    const struct revision_diff *d)
{
	struct text lines = {0};

	text_addf(&lines, "%s\n%s", c->line, text_str(&d->lines));
	audit_add(r->audit, 5, 111007, "Begin configuration: %s reading from revision %lld",
	    c->author.from, (long long)t->number);
	settle_whole(&r->settle, c, t->text, text_str(&lines));
	text_free(&lines);
}
