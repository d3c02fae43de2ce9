/*
 * Which rows changed: SQLite's preupdate hook tells of every row operation, and a
 * row is noted with its first state. A row that cannot be noted refuses the line.
 */
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "db/change.h"
#include "db/fault.h"
#include "db/key.h"
#include "db/known.h"
#include "db/seal.h"
#include "db/sql.h"

#define CHAINS 4096

static uint32_t hash_keys(const struct gram_table *t, const char *keys, size_t len)
{
	uint32_t h = 2166136261u ^ t->index;

	for (size_t i = 0; i < len; i++)
		h = (h ^ (uint8_t)keys[i]) * 16777619u;
	return h;
}

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

/* Its text as it stands: without the NUL, for which SQLite would copy it. NULL: unset. */
static const char *value_text(struct db *db, sqlite3_value *v, size_t *len)
{
	int type = v ? sqlite3_value_type(v) : SQLITE_NULL;
	const char *text = NULL;

	*len = 0;
	if (type == SQLITE_NULL)
		return NULL;
	text = type == SQLITE_INTEGER ? (const char *)sqlite3_value_text(v) : sqlite3_value_blob(v);
	*len = (size_t)sqlite3_value_bytes(v);
	if (!text && (*len || type == SQLITE_INTEGER))
		fault_code(db, SQLITE_NOMEM);
	return text ? text : "";
}

static const char *hook_text(struct db *db, int column, bool old, size_t *len)
{
	sqlite3_value *v = NULL;

	if (old ? sqlite3_preupdate_old(db->sql, column, &v)
		: sqlite3_preupdate_new(db->sql, column, &v))
		fault_code(db, SQLITE_NOMEM);
	return value_text(db, v, len);
}

/* The packed keys of the row that the hook stands at. */
static size_t hook_keys(struct db *db, const struct gram_table *t, bool old, char *buf, size_t size)
{
	int first = key_is_joined(t) ? t->n_columns : 0, n = key_is_joined(t) ? 1 : t->n_keys;
	size_t used = 0;

	for (int i = first; i < first + n; i++) {
		size_t len;
		const char *text = hook_text(db, i, old, &len);

		if (!text || len >= size - used) {
			fault_note(db, "a row has no key, or too long ones");
			return 0;
		}
		memcpy(buf + used, text, len);
		used += len;
		buf[used++] = '\0';
	}
	if (key_is_joined(t))
		key_split(buf, used);
	return used;
}

/* Copies that row as it was: values behind the array of pointers, in one piece. */
static char **hook_row(struct db *db, const struct gram_table *t)
{
	size_t total = t->n_columns * sizeof(char *), len[GRAM_COLS_MAX];
	const char *text[GRAM_COLS_MAX];
	char **copy, *to;

	for (int i = 0; i < t->n_columns; i++) {
		text[i] = hook_text(db, i, true, &len[i]);
		total += len[i] + 1;
	}
	copy = db->fault ? NULL : slab_get(db, total);
	to = (char *)(copy + t->n_columns);
	for (int i = 0; copy && i < t->n_columns; i++) {
		bool is = text[i] != NULL;

		if (is && db_is_sealed(&t->columns[i].type)) {
			is = unseal(db, text[i], len[i], to);
		} else if (is) {
			memcpy(to, text[i], len[i]);
			to[len[i]] = '\0';
		}
		copy[i] = is ? to : NULL;
		to += len[i] + 1;
	}
	return copy;
}

/* The row that a line is making. NULL: it has to be read. */
static char **row_made(struct db *db, const struct gram_table *t)
{
	size_t total = t->n_columns * sizeof(char *), len[GRAM_COLS_MAX];
	const char *const *text = db->made.values;
	char **copy, *to;

	for (int i = 0; i < t->n_columns; i++) {
		if (text[i] && !db_reads_back(&t->columns[i].type, text[i]))
			return NULL;
		len[i] = text[i] ? strlen(text[i]) + 1 : 0;
		total += len[i];
	}
	copy = slab_get(db, total);
	to = (char *)(copy + t->n_columns);
	for (int i = 0; copy && i < t->n_columns; i++) {
		copy[i] = text[i] ? memcpy(to, text[i], len[i]) : NULL;
		to += len[i];
	}
	return copy;
}

static void wipe(const struct gram_table *t, char **values)
{
	for (int i = 0; values && i < t->n_columns; i++)
		if (values[i] && db_is_sealed(&t->columns[i].type))
			OPENSSL_cleanse(values[i], strlen(values[i]));
}

static void forget_after(struct change *c)
{
	wipe(c->table, c->after);
	c->after = NULL;
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

static struct change *find(struct db *db, const struct gram_table *t, const char *keys, size_t len,
    uint32_t hash)
{
	struct change *c;

	for (unsigned i = db->chains ? db->chains[hash % db->n_chains] : 0; i; i = c->next) {
		c = &db->changes[i - 1];
		if (c->hash == hash && c->table == t && c->keys_len == len &&
		    !memcmp(c->keys, keys, len))
			return c;
	}
	return NULL;
}

/* Is the row that a line is making of this table, its keys as they will be read? */
static bool made_keys_read_back(const struct db *db, const struct gram_table *t)
{
	for (int k = 0; k < t->n_keys && db->made.table == t; k++)
		if (!db->made.values[k] ||
		    !db_reads_back(&t->columns[k].type, db->made.values[k]))
			return false;
	return db->made.table == t;
}

/* A row that a line makes needs not be read to be handed on, unless it is touched again. */
static void note(struct db *db, const struct gram_table *t, bool existed)
{
	char keys[2 * GRAM_LINE_MAX];
	size_t len = existed || !made_keys_read_back(db, t)
			     ? hook_keys(db, t, existed, keys, sizeof(keys))
			     : key_pack(t, db->made.values, keys, sizeof(keys));
	uint32_t h = hash_keys(t, keys, len);
	struct change *c = find(db, t, keys, len, h);
	unsigned *chain;

	if (!existed)
		known_made(db, t, keys, len);
	if (c)
		forget_after(c);
	if (c || db->fault || !note_room(db))
		return;
	chain = &db->chains[h % db->n_chains];
	c = &db->changes[db->n_changes];
	*c = (struct change){.table = t, .next = *chain, .hash = h, .existed = existed,
		.keys_len = len};
	c->keys = slab_get(db, len + 1);
	if (c->keys && existed)
		c->before = hook_row(db, t);
	else if (c->keys && db->made.table == t)
		c->after = row_made(db, t);
	if (db->fault)
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
	if (table[0] != 't')
		return;
	n = (unsigned)strtoul(table + 1, &end, 10);
	if (*end != '_' || n >= db->gram->n_tables)
		return;
	t = db->gram->tables[n];
	known_changed(db, t, op);
	if (op != SQLITE_INSERT)
		db->tables[n].known = 0;
	if (!db->recording)
		return;
	note(db, t, op != SQLITE_INSERT);
	if (op == SQLITE_UPDATE && db->renaming)
		note(db, t, false);
}

const char *const *change_new(struct db *db, const struct gram_table *t, const char *const *keys)
{
	char text[2 * GRAM_LINE_MAX];
	size_t len = key_pack(t, keys, text, sizeof(text));
	const struct change *c;

	c = find(db, t, text, len, hash_keys(t, text, len));
	return c ? (const char *const *)c->after : NULL;
}

void change_back(struct db *db, unsigned mark)
{
	while (db->n_changes > mark) {
		struct change *c = &db->changes[--db->n_changes];

		db->chains[c->hash % db->n_chains] = c->next;
		wipe(c->table, c->before);
		forget_after(c);
	}
}

void change_done(struct db *db)
{
	change_back(db, 0);
	slabs_reset(db, false);
}

void change_free(struct db *db)
{
	change_back(db, 0);
	slabs_reset(db, true);
	free(db->changes);
	free(db->chains);
}
