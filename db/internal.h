/*
 * What the files of db/ share: the open database, its statements, the rows in
 * memory and the list of rows that changed.
 */
#ifndef GATEHOUSE_DB_INTERNAL_H
#define GATEHOUSE_DB_INTERNAL_H

#define SQLITE_ENABLE_PREUPDATE_HOOK 1 /* declarations that Debian's library has */
#include <sqlite3.h>
#include <string.h>

#include "db/db.h"

#define SEAL_KEY 32
#define SEAL_NONCE 12
#define SEAL_OVERHEAD 28 /* nonce and tag */

/* A row copied out of the database: texts in one buffer, which is wiped. */
struct rowbuf {
	const char *values[GRAM_COLS_MAX];
	struct db_row row;
	char *text;
	size_t size;
};

/* A column elsewhere that refers to a column of this table. */
struct reference {
	const struct gram_table *table;
	int column, target; /* there, here */
	enum gram_ref kind;
};

/* The statement of a db_where(), by its columns. */
struct where {
	struct where *next;
	int columns[DB_WHERE_MAX];
	sqlite3_stmt *statement;
};

struct table {
	const struct gram_table *gram;
	struct where *wheres;
	sqlite3_stmt *select, *all, *delete, *next, *ranges;
	sqlite3_stmt *update_one[GRAM_COLS_MAX], *has[GRAM_COLS_MAX]; /* by column, when first needed */
	struct reference *references;
	unsigned n_references;
	bool referred[GRAM_COLS_MAX]; /* columns that something refers to */
	bool presets;
};

/* The first state of a row that changed since the last delivery. */
struct change {
	const struct gram_table *table;
	unsigned next; /* in the chain of its hash, index + 1 */
	uint32_t hash;
	bool existed;
	char *keys;    /* key texts, each with its NUL */
	size_t keys_len;
	char **before; /* values, NULL = unset; NULL when it did not exist */
};

struct db {
	struct db_config config;
	const struct gram *gram;
	sqlite3 *sql;
	struct table *tables;
	sqlite3_stmt **upserts; /* by command */
	sqlite3_stmt *begin, *commit, *rollback, *save, *release, *back;
	unsigned char key[SEAL_KEY], nonce[SEAL_NONCE];
	struct evp_cipher_ctx_st *sealer, *opener;
	bool key_is_new; /* and perhaps not on the disk yet */
	db_function **stores, **checks; /* by command */
	struct change *changes;
	unsigned n_changes, max_changes;
	unsigned *chains; /* by hash */
	unsigned n_chains;
	struct slab *slabs; /* the memory of `changes`, until they are delivered */
	bool recording, held; /* held: db_begin() */
	bool renaming;        /* keys change in UPDATEs, too */
	bool whole;           /* a whole configuration text is being applied */
	bool modified;
	struct rowbuf before, after, scratch, child[GRAM_DEPTH_MAX];
	struct gram_out *out;
	char unknown[256]; /* the word that the last failed reference named */
};

/* Equal texts, or both unset. */
static inline bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

/* ---- sql.c: statements and rows */
/* A statement from a format of SQLite's own printf (%w, %Q). */
sqlite3_stmt *db_prepare(struct db *, const char *format, ...);
bool db_exec(struct db *, const char *sql);
/* Runs a statement that returns no rows and resets it. */
bool db_step(sqlite3_stmt *);
/* Binds a value in the form its column is stored in (number, sealed bytes, text, NULL). The text is
 * not copied: it must live until the statement has been stepped. */
void db_bind(struct db *, sqlite3_stmt *, int at, const struct gram_table *, int column,
    const char *text);
/* Copies the row a statement stands at. */
void db_copy_row(struct db *, sqlite3_stmt *, const struct gram_table *, struct rowbuf *);
/* The row with these keys (n_keys texts); false when there is none. */
bool db_select(struct db *, const struct gram_table *, const char *const *keys, struct rowbuf *);
void rowbuf_free(struct rowbuf *);
void rowbuf_wipe(struct rowbuf *);
/* The own defaults of a preset row, or NULL. */
char *const *db_presets(struct db *, const struct gram_table *, const char *const *keys);
void db_finish_statements(struct db *);

/* ---- seal.c: secrets at rest */
bool seal_key(struct db *, const char *path, char *error, size_t size);
/* A new key reaches the disk: before the first thing that shall outlive this boot is sealed with it. */
bool seal_key_kept(struct db *);
/* With the key there: ready to seal and unseal; and done with it, the key wiped. */
bool seal_start(struct db *);
void seal_stop(struct db *);
/* Sealed bytes of `text` into `out` (length + SEAL_OVERHEAD); their number. */
size_t seal(struct db *, const char *text, size_t len, unsigned char *out);
/* The text (NUL-terminated) into `out` (at least `len`); false when it was not sealed here. */
bool unseal(struct db *, const void *in, size_t len, char *out);

/* ---- change.c */
void change_hook(void *db, sqlite3 *, int op, const char *database, const char *table,
    sqlite3_int64 old_row, sqlite3_int64 new_row);
/* Forgets what was recorded since `mark`. */
void change_back(struct db *, unsigned mark);
/* Hands all changes on and forgets them. */
void change_deliver(struct db *);
void change_free(struct db *);

/* ---- line.c */
/* Stores (or takes back) a matched line in a transaction, or in a savepoint of the one that is open.
 * False: refused, said why. */
bool line_store(struct db *, const struct parse_state *, struct gram_match *, const char *line,
    unsigned prompt_width);

/* ---- clear.c */
/* `clear configure`, within a transaction: everything (NULL, or family_all), or what a match's
 * branches name. False: refused, said why. */
bool store_clear(struct db *, const struct gram_match *);

/* ---- store.c */
struct store {
	struct db *db;
	const struct gram_command *command;
	const struct gram_table *table;
	const char *values[GRAM_COLS_MAX]; /* keys always; others where `own` */
	bool own[GRAM_COLS_MAX];
	char *const *presets;
	const char *name; /* the first key, for texts */
	bool negated, defaulted;
	bool existed; /* set by store_row(): the row was there, and db->before holds it if need be */
};
enum stored { STORED_OK, STORED_REFUSED, STORED_UNKNOWN };
/* Writes (or takes back) a line's row; the refusal has been said, except STORED_UNKNOWN without a
 * text: *bad is the column whose value refers to nothing. */
enum stored store_row(struct store *, int *bad);
/* The line is one statement that nothing takes back: it needs no savepoint of its own. */
bool store_is_simple(const struct store *);
/* Removes a row: what refers to it is asked, or goes along. */
bool store_delete(struct db *, const struct gram_table *, const char *const *keys, bool ask);
/* Puts columns of a row back to their defaults; the row vanishes where the table says so. */
void store_reset(struct db *, const struct gram_table *, const char *const *keys,
    const bool *columns);
/* Makes the rows that exist from the start. */
bool store_presets(struct db *);
/* Marks as own the columns of all lines of the block that the command enters. */
void store_own_block(struct store *);
/* Calls `each` for each word of a list, or for the whole of a single value; false as soon as it is. */
bool store_each_word(const struct gram_type *, const char *value,
    bool (*each)(struct db *, const struct gram_type *, const char *word), struct db *);
/* Does the word name a row that its type refers to? */
bool store_word_known(struct db *, const struct gram_type *, const char *word);
/* Says a text of the grammar, its %s replaced. */
void say_text(struct db *, const char *text, const char *name);

#endif
