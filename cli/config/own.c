/*
 * struct own: part of the running-config's struct delivery; kept in step with the rows by their
 * changes. A setting is a row of the table and a field, which is read where the setting acts.
 */
#include "cli/config/own.h"

#include <stdio.h>
#include <string.h>

static void set_hostname(struct own *o, const char *value)
{
	if (value)
		snprintf(o->hostname, sizeof(o->hostname), "%.63s", value);
}

static const struct {
	const char *table, *column; /* of a table that has one row */
	void (*set)(struct own *, const char *value); /* NULL: unset */
} settings[] = {
	{"system", "hostname", set_hostname},
};

#define N_SETTINGS (sizeof(settings) / sizeof(settings[0]))

void own_init(struct own *o)
{
	snprintf(o->hostname, sizeof(o->hostname), "ciscoasa");
}

void own_change(struct own *o, const struct db_change *c)
{
	for (size_t i = 0; i < N_SETTINGS; i++)
		if (strcmp(c->table->name, settings[i].table) == 0)
			settings[i].set(o, c->after ? db_text(c->after, settings[i].column) : NULL);
}

void own_read(struct own *o, struct db *db)
{
	char value[256];

	for (size_t i = 0; i < N_SETTINGS; i++) {
		bool there = db_get(db, settings[i].table, settings[i].column, NULL, 0, value,
		    sizeof(value));

		if (there || !db_fault(db))
			settings[i].set(o, there ? value : NULL);
	}
}
