/*
 * Sequences: the rows with one first key (an access list) are numbered from 1 on,
 * without a hole. A row put in or taken out moves those behind it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db/sequence.h"
#include "db/sql.h"

void sequence_shift(struct db *db, const struct gram_table *t, const char *group,
    const char *from, int by)
{
	const char *column = t->columns[t->sequence].name;
	sqlite3_stmt *s = db_prepare(db, "UPDATE t%u_%s SET \"%w\"=\"%w\"+(%d) WHERE \"%w\"=? AND "
	    "\"%w\">=?", t->index, t->name, column, column, by, t->columns[0].name, column);

	db_bind(db, s, 1, t, 0, group);
	db_bind(db, s, 2, t, t->sequence, from);
	db_step(db, s);
	sqlite3_finalize(s);
}

/* The first place behind the group's rows. */
static long long sequence_end(struct store *s)
{
	const struct gram_table *t = s->table;
	struct table *table = &s->db->tables[t->index];
	long long end = 1;

	if (table->known == s->db->taken_back + 1 && !strcmp(table->group, s->values[0]))
		return table->end;
	if (!table->next)
		table->next = db_prepare(s->db,
		    "SELECT ifnull(max(\"%w\"),0)+1 FROM t%u_%s WHERE "
		    "\"%w\"=?",
		    t->columns[t->sequence].name, t->index, t->name, t->columns[0].name);
	db_bind(s->db, table->next, 1, t, 0, s->values[0]);
	if (db_next(s->db, table->next))
		end = sqlite3_column_int64(table->next, 0);
	sqlite3_reset(table->next);
	return end;
}

/* A row was added at the place `end`. */
void sequence_added(struct store *s, long long end)
{
	struct table *table = &s->db->tables[s->table->index];
	size_t len = strlen(s->values[0]);

	if (len >= sizeof(table->group))
		return;
	memcpy(table->group, s->values[0], len + 1);
	table->end = end + 1;
	table->known = s->db->taken_back + 1;
}

/* A row typed again stays where it is; a new one goes where it is typed, at most to the end. */
void sequence_place(struct store *s, char place[24])
{
	const char *was = s->existed ? s->db->before.values[s->table->sequence] : NULL;
	const char *typed = s->values[s->table->sequence];
	long long end = s->existed ? 0 : sequence_end(s);

	s->moves = typed && strtoll(typed, NULL, 10) < end;
	if (s->existed)
		snprintf(place, 24, "%s", was ? was : "1");
	else if (s->moves)
		snprintf(place, 24, "%s", typed);
	else
		snprintf(place, 24, "%lld", end);
	s->values[s->table->sequence] = place;
}
