/*
 * struct running: one per manager, from its start to its end. Here is which
 * configuration a start loads, and what is told of it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/config/running.h"
#include "cli/config/feed.h"
#include "cli/config/hooks.h"
#include "cli/config/names.h"
#include "engine/base/journal.h"

#define PRIVILEGE_ALL 15 /* of who loads a configuration */

void running_init(struct running *c, uv_loop_t *loop, const struct delivery_roles *roles,
    struct audit *audit)
{
	c->audit = audit;
	revert_init(&c->revert, loop, c);
	delivery_init(&c->delivery, loop, roles, audit);
}

/* What the database says of the state directory goes to the journal, the log, and every operator
 * who logs in until the configuration has been saved again. */
static void noted(void *ctx, const char *text)
{
	struct running *c = ctx;

	journal(LOG_WARNING, "%s", text);
	audit_add(c->audit, 2, 199020, "%s", text);
	text_addf(&c->notes, "WARNING: %s\n", text);
}

static const char *name_of(void *ctx, const struct gram_table *t, const char *address)
{
	return delivery_name_of(&((struct running *)ctx)->delivery, t, address);
}

static bool expand(void *ctx, const char *line, char *to, size_t size)
{
	return names_expand(((struct running *)ctx)->db, line, to, size);
}

static void changed(void *ctx, const struct db_change *change)
{
	delivery_change(&((struct running *)ctx)->delivery, change);
}

static void delivered(void *ctx, unsigned changes)
{
	delivery_end(&((struct running *)ctx)->delivery, changes);
}

static void boot_line(void *ctx, unsigned number, const char *line, bool refused, const char *text)
{
	struct running *c = ctx;
	int len = (int)strcspn(text, "\n");

	(void)line; /* may hold secrets in a place where nothing tells so */
	if (!refused)
		return;
	while (text[len] && strncmp(text, "ERROR", 5) != 0) { /* the caret line says nothing here */
		text += len + 1;
		len = (int)strcspn(text, "\n");
	}
	journal(LOG_ERR, "%s: line %u refused: %.*s", c->file, number, len, text);
	audit_add(c->audit, 3, 111011, "%s: line %u refused: %.*s", c->file, number, len, text);
}

/* False: the text of --config could not be stored. Without a startup-config that can be loaded the
 * operators are still served; they have been told. */
static bool load(struct running *c, const char *text, size_t len)
{
	struct db_report report = {.line = boot_line, .ctx = c};

	if (!text) {
		db_load_startup(c->db, &report);
		return true;
	}
	snprintf(c->file, sizeof(c->file), "--config");
	if (!db_begin(c->db))
		return false;
	db_clear(c->db);
	db_apply(c->db, text, len, PRIVILEGE_ALL, DB_APPLY_WHOLE, &report);
	return db_commit(c->db);
}

/* What the configuration of this boot is, once it is; the keeper asked for what it has to have. */
static bool load_what_is_called_for(struct running *c, enum db_opened opened,
    const struct running_boot *b)
{
	if (opened == DB_KEPT)
		db_recover(c->db);
	if ((b->text || opened == DB_FRESH) && !load(c, b->text, b->len))
		return false;
	/* A text that is what the database had already has changed nothing. */
	if (opened != DB_FRESH)
		delivery_snapshot(&c->delivery, ROLE_KEEPER);
	return true;
}

#define NOTE "note-history"

struct newest {
	struct running *running;
	long long number, first; /* of records; those above `first` are of this boot */
};

static void take_newest(void *ctx, const struct db_record *r)
{
	struct newest *n = ctx;

	n->number = r->number;
	if (n->number > n->first)
		settle_modified(&n->running->settle, r->who, r->when);
}

/* Who changed the configuration last since the start, also when another process was told. What
 * cannot be read or stored of it is told, and stops nothing. */
static void find_last_change(struct running *c, enum db_opened opened)
{
	struct newest n = {c, 0, INT64_MAX};
	bool kept = opened == DB_KEPT, known = true;
	char note[32];

	if (kept && db_note_get(c->db, NOTE, note, sizeof(note)))
		n.first = atoll(note);
	else if (kept)
		known = !db_fault(c->db);
	known = db_history(c->db, 1, take_newest, &n) && known;
	snprintf(note, sizeof(note), "%lld", n.number);
	if (!kept && known)
		known = db_note_put(c->db, NOTE, note);
	if (!known)
		noted(c, "Who changed the configuration last since the start may not be known");
}

bool running_start(struct running *c, const struct running_boot *b, char *error, size_t size)
{
	const struct db_config dc = {
	    .dir = b->dir,
	    .gram = b->gram,
	    .functions = store_functions,
	    .tools = b->crypto,
	    .expand = expand,
	    .name_of = name_of,
	    .change = changed,
	    .end = delivered,
	    .note = noted,
	    .ctx = c,
	};
	enum db_opened opened;

	if (!delivery_open(&c->delivery, b->gram)) {
		if (feed_fits(b->gram, error, size))
			snprintf(error, size, "out of memory");
		return false;
	}
	c->db = db_open(&dc, b->boot_id, &opened, error, size);
	if (!c->db)
		return false;
	c->gram = b->gram;
	c->delivery.db = c->db;
	settle_init(&c->settle, c->db, &c->delivery, c->audit);
	snprintf(c->file, sizeof(c->file), "startup-config");
	delivery_flush(&c->delivery, "begin");
	if (!load_what_is_called_for(c, opened, b)) {
		snprintf(error, size, "the configuration cannot be stored: %s", db_fault(c->db));
		return false;
	}
	delivery_booted(&c->delivery);
	find_last_change(c, opened);
	if (opened == DB_KEPT && !b->text)
		revert_resume(&c->revert);
	return true;
}

void running_stop(struct running *c)
{
	c->delivery.stopping = true;
}

/* Each of the timers; the last one lets the memory go. */
static void timer_closed(uv_handle_t *h)
{
	struct running *c = h->data;

	if (--c->closing)
		return;
	h->data = c->closed_data;
	c->closed(h);
}

void running_close(struct running *c, uv_close_cb closed, void *data)
{
	if (c->db)
		db_close(c->db);
	c->db = NULL;
	settle_free(&c->settle);
	text_free(&c->notes);
	c->closed = closed;
	c->closed_data = data;
	c->closing = 1 + DELIVERY_TIMERS;
	revert_close(&c->revert, timer_closed, c);
	delivery_close(&c->delivery, timer_closed, c);
}

bool running_forget(struct running *c)
{
	return c->db && db_forget_boot(c->db);
}

void running_drop(const char *dir)
{
	static const char *const names[] = {"running.db", "running.db-wal", "running.db-shm"};
	char path[512];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		(void)unlink(path);
	}
}
