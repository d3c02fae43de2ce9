/*
 * struct own: part of the running-config's struct delivery; kept in step with the rows by their
 * changes. A setting is a row of the table; its function does what the setting is for, or keeps the
 * value where that is done.
 */
#include "cli/config/own.h"

#include <stdio.h>
#include <string.h>

#include "cli/config/deliver.h"

static void set_hostname(struct delivery *d, const char *value)
{
	snprintf(d->own.hostname, sizeof(d->own.hostname), "%.63s", value ? value : "ciscoasa");
}

static const struct {
	const char *table, *column; /* of a table that has one row */
	void (*set)(struct delivery *, const char *value); /* NULL: unset */
} settings[] = {
	{"system", "hostname", set_hostname},
};

#define N_SETTINGS (sizeof(settings) / sizeof(settings[0]))

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
	return wrong;
}

void own_init(struct delivery *d)
{
	for (size_t i = 0; i < N_SETTINGS; i++)
		settings[i].set(d, NULL);
}

void own_change(struct delivery *d, const struct db_change *c)
{
	for (size_t i = 0; i < N_SETTINGS; i++)
		if (strcmp(c->table->name, settings[i].table) == 0)
			settings[i].set(d, c->after ? db_text(c->after, settings[i].column) : NULL);
}

void own_read(struct delivery *d)
{
	char value[256];

	for (size_t i = 0; i < N_SETTINGS; i++) {
		bool there = db_get(d->db, settings[i].table, settings[i].column, NULL, 0, value,
		    sizeof(value));

		if (there || !db_fault(d->db))
			settings[i].set(d, there ? value : NULL);
	}
}
