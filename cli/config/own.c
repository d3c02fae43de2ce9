/*
 * struct own: part of the running-config's struct delivery; kept in step with the rows by their
 * changes. A setting is a row of the table; its function does what the setting is for, or keeps the
 * value where that is done.
 */
#include "cli/config/own.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/config/deliver.h"
#include "cli/config/logging.h"

static void set_hostname(struct delivery *d, const char *value)
{
	snprintf(d->own.hostname, sizeof(d->own.hostname), "%.63s", value ? value : "ciscoasa");
}

static void set_domain(struct delivery *d, const char *value)
{
	snprintf(d->own.domain, sizeof(d->own.domain), "%.127s", value ? value : "");
}

static void set_prompt(struct delivery *d, const char *value)
{
	snprintf(
	    d->own.prompt, sizeof(d->own.prompt), "%.47s", value ? value : "hostname context");
}

static void set_width(struct delivery *d, const char *value)
{
	d->own.width = value ? (unsigned)strtoul(value, NULL, 10) : 80;
}

static void set_console_timeout(struct delivery *d, const char *value)
{
	d->own.console_timeout = value ? (unsigned)strtoul(value, NULL, 10) : 0;
}

#define SET_ACCOUNTING(what) \
	static void set_acct_##what(struct delivery *d, const char *value) \
	{ \
		snprintf(d->own.accounting.what, sizeof(d->own.accounting.what), "%.16s", \
		    value ? value : ""); \
	}
SET_ACCOUNTING(ssh)
SET_ACCOUNTING(serial)
SET_ACCOUNTING(enable)
SET_ACCOUNTING(command)

static void set_commands(struct delivery *d, const char *value)
{
	snprintf(d->own.commands.group, sizeof(d->own.commands.group), "%.16s", value ? value : "");
}

static void set_commands_local(struct delivery *d, const char *value)
{
	d->own.commands.fallback = value && strcmp(value, "0") != 0;
}

static void set_acct_level(struct delivery *d, const char *value)
{
	d->own.accounting.level = value ? atoi(value) : 0;
}

static const struct {
	const char *table, *column; /* of a table that has one row */
	void (*set)(struct delivery *, const char *value); /* NULL: unset */
} settings[] = {
	{"system", "hostname", set_hostname},
	{"system", "domain_name", set_domain},
	{"session", "prompt", set_prompt},
	{"session", "console", set_console_timeout},
	{"terminal", "width", set_width},
	{"aaa", "command", set_commands},
	{"aaa", "command_local", set_commands_local},
	{"aaa", "acct_ssh", set_acct_ssh},
	{"aaa", "acct_serial", set_acct_serial},
	{"aaa", "acct_enable", set_acct_enable},
	{"aaa", "acct_command", set_acct_command},
	{"aaa", "acct_level", set_acct_level},
};

#define N_SETTINGS (sizeof(settings) / sizeof(settings[0]))

/* Tables of one row whose columns count together. */
static const struct {
	const char *table;
	void (*set)(struct delivery *, const struct db_row *);
} rows[] = {
	{"clock", own_clock},
};

#define N_ROWS (sizeof(rows) / sizeof(rows[0]))

unsigned own_check(const struct gram *g, char *errors, size_t size)
{
	unsigned wrong = 0;
	size_t at = 0;

	for (size_t i = 0; i < N_SETTINGS && at < size; i++) {
		const struct gram_table *t = gram_table(g, settings[i].table);

		if (t && t->single && gram_column(t, settings[i].column) >= 0)
			continue;
		at += (size_t)snprintf(errors + at, size - at,
		    "%scli/config/own.c: no table of one row has this: %s.%s", wrong ? "\n" : "",
		    settings[i].table, settings[i].column);
		wrong++;
	}
	for (size_t i = 0; i < N_ROWS && at < size; i++) {
		const struct gram_table *t = gram_table(g, rows[i].table);

		if (t && t->single)
			continue;
		at += (size_t)snprintf(errors + at, size - at,
		    "%scli/config/own.c: no table of one row has this name: %s", wrong ? "\n" : "",
		    rows[i].table);
		wrong++;
	}
	return wrong;
}

void own_init(struct delivery *d)
{
	for (size_t i = 0; i < N_SETTINGS; i++)
		settings[i].set(d, NULL);
	for (size_t i = 0; i < N_ROWS; i++)
		rows[i].set(d, NULL);
}

/* A local user comes or goes. */
static void log_user(const struct delivery *d, const struct db_change *c)
{
	const struct db_row *row = c->after ? c->after : c->before;
	int privilege = (int)db_int(row, "privilege", 2);

	if (d->booting || strcmp(c->table->name, "user") != 0 || (c->before && c->after))
		return;
	if (c->after)
		audit_add(d->audit, 5, 502101,
		    "New user added to local dbase: Uname: %s Priv: %d Encpass: *****",
		    db_text(row, "name"), privilege);
	else
		audit_add(d->audit, 5, 502102,
		    "User deleted from local dbase: Uname: %s Priv: %d Encpass: *****",
		    db_text(row, "name"), privilege);
}

/* Tables that say what commands need. */
static bool is_of_rights(const struct gram_table *t)
{
	return strcmp(t->name, "privilege_level") == 0 || strcmp(t->name, "aaa") == 0;
}

void own_change(struct delivery *d, const struct db_change *c)
{
	log_user(d, c);
	d->own.rights += is_of_rights(c->table);
	for (size_t i = 0; i < N_SETTINGS; i++)
		if (strcmp(c->table->name, settings[i].table) == 0)
			settings[i].set(d, c->after ? db_text(c->after, settings[i].column) : NULL);
	for (size_t i = 0; i < N_ROWS; i++)
		if (strcmp(c->table->name, rows[i].table) == 0)
			rows[i].set(d, c->after);
	d->own.logging |= logging_concerns(c);
}

bool own_end(struct delivery *d)
{
	struct log_settings s;

	if (!d->own.logging)
		return true;
	if (!logging_read(d->db, &s))
		return false;
	d->own.logging = false;
	audit_configure(d->audit, &s);
	return true;
}

struct own_row {
	struct delivery *delivery;
	size_t at;
};

static void row_read(void *ctx, const struct db_row *row)
{
	const struct own_row *r = ctx;

	rows[r->at].set(r->delivery, row);
}

/* Without it nobody's commands are authorized. */
static bool authorizes(size_t setting)
{
	return settings[setting].set == set_commands || settings[setting].set == set_commands_local;
}

bool own_read(struct delivery *d)
{
	char value[256];
	bool all = true, known = true, there;

	d->own.rights++;
	for (size_t i = 0; i < N_SETTINGS; i++) {
		there = db_get(d->db, settings[i].table, settings[i].column, NULL, 0, value,
		    sizeof(value));
		if (there || !db_fault(d->db)) {
			settings[i].set(d, there ? value : NULL);
			continue;
		}
		all = false;
		known = known && !authorizes(i);
	}
	d->own.known = d->own.known || known;
	for (size_t i = 0; i < N_ROWS; i++) {
		struct own_row r = {d, i};

		there = db_find(d->db, rows[i].table, NULL, 0, row_read, &r);
		if (!there && db_fault(d->db))
			all = false;
		else if (!there)
			rows[i].set(d, NULL);
	}
	d->own.logging = true;
	return own_end(d) && all;
}
