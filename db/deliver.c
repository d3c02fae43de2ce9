/*
 * After the release each noted row is read once and handed on: what a line did and
 * undid is never seen. One that cannot be read any more is the receiver's to
 * notice, by db_fault() at the end of the delivery.
 */
#include "db/deliver.h"
#include "db/change.h"
#include "db/fault.h"
#include "db/key.h"
#include "db/row.h"
#include "db/sql.h"
#include "db/transaction.h"

static bool same_row(const struct gram_table *t, const struct db_row *a, const struct db_row *b)
{
	for (int i = 0; i < t->n_columns; i++)
		if (!same_text(a->values[i], b->values[i]))
			return false;
	return true;
}

/* The row as it is now; NULL: there is none, or a fault. */
static const struct db_row *row_now(struct db *db, const struct change *c, struct db_row *kept)
{
	const char *keys[GRAM_KEYS_MAX];

	if (c->after) {
		*kept = (struct db_row){c->table, (const char *const *)c->after};
		return kept;
	}
	key_unpack(c->table, c->keys, keys);
	return db_select(db, c->table, keys, &db->after) ? &db->after.row : NULL;
}

static void deliver_one(struct db *db, const struct change *c, unsigned *told)
{
	struct db_row before = {c->table, (const char *const *)c->before}, kept;
	struct db_change change = {.table = c->table, .before = c->existed ? &before : NULL};

	change.after = row_now(db, c, &kept);
	if (db->fault || (!change.before && !change.after) ||
	    (change.before && change.after && same_row(c->table, &before, change.after)))
		return;
	if (!(*told)++ && db->config.begin)
		db->config.begin(db->config.ctx);
	if (db->config.change)
		db->config.change(db->config.ctx, &change);
	rowbuf_wipe(&db->after);
}

void change_deliver(struct db *db)
{
	unsigned told = 0;
	bool many = db->n_changes > 4 && sqlite3_get_autocommit(db->sql);

	/* One transaction for all the reading is cheaper than one for each row. */
	call_begin(db);
	if (many)
		sqlite3_exec(db->sql, "BEGIN", NULL, NULL, NULL);
	/* A receiver may read the database, but a line run from there would be lost here. */
	for (unsigned i = 0; i < db->n_changes && !db->fault; i++)
		deliver_one(db, &db->changes[i], &told);
	if (many)
		sqlite3_exec(db->sql, "COMMIT", NULL, NULL, NULL);
	if (many)
		transaction_back(db);
	change_done(db);
	db->modified = db->modified || told || db->fault;
	if ((told || db->fault) && db->config.end)
		db->config.end(db->config.ctx, told);
	if (db->modified && !db->modified_kept)
		db->modified_kept =
		    db_exec(db, "INSERT OR REPLACE INTO meta VALUES ('modified', '1')");
	call_end(db);
}
