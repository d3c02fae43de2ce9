/* struct own: part of the running-config's struct delivery; kept in step with the rows by its
 * changes. */
#include "cli/config/own.h"

#include <stdio.h>
#include <string.h>

void own_init(struct own *o)
{
	snprintf(o->hostname, sizeof(o->hostname), "ciscoasa");
}

void own_change(struct own *o, const struct db_change *c)
{
	if (strcmp(c->table->name, "system") == 0 && c->after && db_text(c->after, "hostname"))
		snprintf(o->hostname, sizeof(o->hostname), "%s", db_text(c->after, "hostname"));
}

void own_read(struct own *o, struct db *db)
{
	db_get(db, "system", "hostname", NULL, 0, o->hostname, sizeof(o->hostname));
}
