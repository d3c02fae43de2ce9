/*
 * Which rows changed: SQLite's preupdate hook tells of every row operation, a
 * row is noted with its first state, and after the release each noted row is
 * read once and handed on. What a line did and undid is never seen. A row that
 * cannot be noted refuses the line (fault.c); one that cannot be read any more
 * when it is to be handed on is the receiver's to notice, by db_fault() at the
 * end of the delivery.
 */
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "db/internal.h"

#define CHAINS 4096

static uint32_t hash_keys(const struct gram_table *t, const char *keys, size_t len)
{
	uint32_t h = 2166136261u ^ t->index;

	for (size_t i = 0; i < len; i++)
		h = (h ^ (uint8_t)keys[i]) * 16777619u;
	return h;
}

/* ---- memory: freed as a whole after a delivery ------------------------------------- */

#define SLAB 65536

struct slab {
	struct slab *next;
	size_t used, size;
	char data[];
};

static void *slab_get(struct db *db, size_t size)
{
	struct slab *b = db->slabs;

	size = (size + 7) & ~(size_t)7;
	if (!b || b->size - b->used < size) {
		size_t room = size > SLAB ? size : SLAB;

		b = malloc(sizeof(*b) + room);
		if (!b) {
			fault_code(db, SQLITE_NOMEM);
			return NULL;
		}
		b->used = 0;
		b->size = room;
		b->next = db->slabs;
		db->slabs = b;
	}
	b->used += size;
	return b->data + b->used - size;
}

/* Keeps one for the next line. */
static void slabs_reset(struct db *db, bool all)
{
	struct slab *b = db->slabs, *next;

	if (b && !all && b->size == SLAB) {
		b->used = 0;
		db->slabs = b;
		next = b->next;
		b->next = NULL;
		b = next;
	} else {
		db->slabs = NULL;
	}
	for (; b; b = next) {
		next = b->next;
		free(b);
	}
}

/* ---- noting -------------------------------------------------------------------------- */

/* The key texts of the row that the hook stands at. */
static size_t hook_keys(struct db *db, const struct gram_table *t, bool old, char *buf, size_t size)
{
	size_t used = 0;

	for (int k = 0; k < t->n_keys; k++) {
		sqlite3_value *v = NULL;
		const char *text;
		size_t len;
		int rc = old ? sqlite3_preupdate_old(db->sql, k, &v) : sqlite3_preupdate_new(db->sql, k, &v);

		text = v ? (const char *)sqlite3_value_text(v) : NULL;
		if (rc || !text)
			fault_code(db, SQLITE_NOMEM);
		text = text ? text : "";
		len = strlen(text) + 1;
		if (used + len > size)
			break;
		memcpy(buf + used, text, len);
		used += len;
	}
	return used;
}

static bool sealed(const struct gram_column *c)
{
	return c->type.kind == KIND_SECRET || c->type.kind == KIND_HASH;
}

/* Copies the row as it was: values behind the array of pointers, in one piece. */
static char **hook_before(struct db *db, const struct gram_table *t)
{
	size_t total = t->n_columns * sizeof(char *);
	sqlite3_value *values[GRAM_COLS_MAX];
	char **copy, *to;

	for (int i = 0; i < t->n_columns; i++) {
		values[i] = NULL;
		if (sqlite3_preupdate_old(db->sql, i, &values[i]))
			fault_code(db, SQLITE_NOMEM);
		if (values[i] && sqlite3_value_type(values[i]) != SQLITE_NULL) {
			if (!sealed(&t->columns[i]) && !sqlite3_value_text(values[i]))
				fault_code(db, SQLITE_NOMEM);
			total += (size_t)sqlite3_value_bytes(values[i]) + 1;
		}
	}
	copy = db->fault ? NULL : slab_get(db, total);
	if (!copy)
		return NULL;
	to = (char *)(copy + t->n_columns);
	for (int i = 0; i < t->n_columns; i++) {
		size_t len = values[i] ? (size_t)sqlite3_value_bytes(values[i]) : 0;

		copy[i] = NULL;
		if (!values[i] || sqlite3_value_type(values[i]) == SQLITE_NULL)
			continue;
		copy[i] = to;
		if (sealed(&t->columns[i])) {
			if (!unseal(db, sqlite3_value_blob(values[i]), len, to))
				copy[i] = NULL;
		} else {
			memcpy(to, sqlite3_value_text(values[i]), len);
			to[len] = '\0';
		}
		to += len + 1;
	}
	return copy;
}

/* Room for one more in the list and its chains. */
static bool note_room(struct db *db)
{
	struct change *bigger;
	unsigned max = db->max_changes ? 2 * db->max_changes : 64;

	if (!db->chains)
		db->chains = calloc(CHAINS, sizeof(*db->chains));
	db->n_chains = CHAINS;
	if (db->chains && db->n_changes < db->max_changes)
		return true;
	bigger = db->chains ? realloc(db->changes, max * sizeof(*db->changes)) : NULL;
	if (!bigger) {
		fault_code(db, SQLITE_NOMEM);
		return false;
	}
	db->changes = bigger;
	db->max_changes = max;
	return true;
}

static void note(struct db *db, const struct gram_table *t, bool existed, bool old)
{
	char keys[2 * GRAM_LINE_MAX];
	size_t len = hook_keys(db, t, old, keys, sizeof(keys));
	uint32_t h = hash_keys(t, keys, len);
	unsigned *chain, i;
	struct change *c;

	if (db->fault || !note_room(db))
		return;
	chain = &db->chains[h % db->n_chains];
	for (i = *chain; i; i = db->changes[i - 1].next) {
		c = &db->changes[i - 1];
		if (c->hash == h && c->table == t && c->keys_len == len && !memcmp(c->keys, keys, len))
			return;
	}
	c = &db->changes[db->n_changes];
	*c = (struct change){.table = t, .next = *chain, .hash = h, .existed = existed,
		.keys_len = len};
	c->keys = slab_get(db, len + 1);
	c->before = existed && c->keys ? hook_before(db, t) : NULL;
	if (!c->keys || (existed && !c->before))
		return;
	memcpy(c->keys, keys, len);
	*chain = ++db->n_changes;
}

/* The tables of rows are named t<number>_<name>. */
void change_hook(void *ctx, sqlite3 *sql, int op, const char *database, const char *table,
    sqlite3_int64 old_row, sqlite3_int64 new_row)
{
	struct db *db = ctx;
	const struct gram_table *t;
	unsigned n;
	char *end;

	(void)sql;
	(void)database;
	(void)old_row;
	(void)new_row;
	if (!db->recording || table[0] != 't')
		return;
	n = (unsigned)strtoul(table + 1, &end, 10);
	if (*end != '_' || n >= db->gram->n_tables)
		return;
	t = db->gram->tables[n];
	note(db, t, op != SQLITE_INSERT, op != SQLITE_INSERT);
	if (op == SQLITE_UPDATE && db->renaming)
		note(db, t, false, false);
}

static void drop(struct change *c)
{
	if (c->before)
		for (int i = 0; i < c->table->n_columns; i++)
			if (c->before[i] && sealed(&c->table->columns[i]))
				OPENSSL_cleanse(c->before[i], strlen(c->before[i]));
}

void change_back(struct db *db, unsigned mark)
{
	while (db->n_changes > mark) {
		struct change *c = &db->changes[--db->n_changes];

		db->chains[c->hash % db->n_chains] = c->next;
		drop(c);
	}
}

static bool same_row(const struct change *c, const struct rowbuf *after)
{
	for (int i = 0; i < c->table->n_columns; i++)
		if (!same_text(c->before[i], after->values[i]))
			return false;
	return true;
}

static void deliver_one(struct db *db, const struct change *c, unsigned *told)
{
	const char *keys[GRAM_KEYS_MAX], *at = c->keys;
	struct db_row before = {c->table, (const char *const *)c->before};
	struct db_change change = {.table = c->table};
	bool exists;

	for (int k = 0; k < c->table->n_keys; k++) {
		keys[k] = at;
		at += strlen(at) + 1;
	}
	exists = db_select(db, c->table, keys, &db->after);
	if (db->fault)
		return;
	if (c->existed == exists && (!exists || same_row(c, &db->after)))
		return;
	change.before = c->existed ? &before : NULL;
	change.after = exists ? &db->after.row : NULL;
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
	change_back(db, 0);
	slabs_reset(db, false);
	db->modified = db->modified || told || db->fault;
	if ((told || db->fault) && db->config.end)
		db->config.end(db->config.ctx, told);
	if (db->modified && !db->modified_kept)
		db->modified_kept =
		    db_exec(db, "INSERT OR REPLACE INTO meta VALUES ('modified', '1')");
	call_end(db);
}

void change_free(struct db *db)
{
	change_back(db, 0);
	slabs_reset(db, true);
	free(db->changes);
	free(db->chains);
}
