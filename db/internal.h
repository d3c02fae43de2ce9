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
	unsigned prefix; /* so many of them begin the table's joined key */
	sqlite3_stmt *statement;
	struct rowbuf row;
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
	/* The sequence last added to, and its end; they hold while `known` is db->taken_back + 1. */
	char group[256];
	long long end;
	unsigned known;
};

/* The first state of a row that changed since the last delivery. */
struct change {
	const struct gram_table *table;
	unsigned next; /* in the chain of its hash, index + 1 */
	uint32_t hash;
	bool existed;
	char *keys;    /* packed */
	size_t keys_len;
	char **before; /* values, NULL = unset; NULL when it did not exist */
	char **after;  /* of a row that was made and not touched since; else NULL */
};

/* The record of the transaction that is open: lines, each with its \n. */
struct history {
	bool recording; /* somebody is known whose lines these are */
	char who[65], from[64];
	int64_t when;
	char *text;
	size_t used, size;
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
	char boot[256];  /* this boot's name, until the first transaction of its rows is committed */
	char held_back[256]; /* why the startup-config must not be replaced; "" = it may be */
	db_function **stores, **checks; /* by command */
	struct change *changes;
	unsigned n_changes, max_changes;
	unsigned *chains; /* by hash */
	unsigned n_chains;
	struct slab *slabs; /* the memory of `changes`, until they are delivered */
	bool recording, held; /* held: db_begin() */
	bool renaming;        /* keys change in UPDATEs, too */
	const struct store *inserting; /* the line whose row is being made, when no other is likely to add to it */
	bool whole;           /* a whole configuration text is being applied */
	bool modified, modified_kept; /* since the last save; and so noted in the file */
	int code;            /* SQLite's word for `fault`, when it had one */
	const char *fault;   /* what failed first in this call or transaction: nothing is written any more */
	const char *aside;   /* the fault of an open transaction, while somebody else reads */
	const char *why;     /* what failed in the last call */
	unsigned taken_back; /* counts: what is remembered of rows does not hold any more */
	unsigned depth;      /* calls within calls (hooks, receivers of changes) */
	struct rowbuf before, after, scratch, child[GRAM_DEPTH_MAX];
	char joined[2 * GRAM_LINE_MAX]; /* key.c: the keys last bound */
	struct gram_out *out;
	struct history history;
	char unknown[256]; /* the word that the last failed reference named */
};

/* Is a value of this type kept sealed? */
static inline bool db_is_sealed(const struct gram_type *t)
{
	return t->kind == KIND_SECRET || t->kind == KIND_HASH;
}

/* Equal texts, or both unset. */
static inline bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

/* ---- fault.c: what a step that failed means to the call it was part of */
/* Notes it, the first one of a call or transaction; NULL statements and texts lead here, too. */
void fault_note(struct db *, const char *why);
void fault_code(struct db *, int sqlite_code);
/* A public function that writes, from begin to end; within an open transaction a fault stays. */
void call_begin(struct db *);
bool call_end(struct db *);
/* One that only reads: its fault is not the fault of the transaction it looks into. */
void read_begin(struct db *);
bool read_end(struct db *);
/* COMMIT, or ROLLBACK when that (or anything before) failed. */
bool transaction_end(struct db *);
void transaction_back(struct db *);
/* SQLite's commit hook: nothing is committed while a fault stands. */
int fault_commit_hook(void *db);
/* Opens a transaction for a line, or within one a savepoint; and ends it: stored (true), or taken back
 * with the changes recorded since `mark`. */
bool line_begin(struct db *);
bool line_end(struct db *, bool ok, unsigned mark);

/* ---- sql.c: statements and rows. What fails is noted as the call's fault. */
/* A statement from a format of SQLite's own printf (%w, %Q); NULL on a fault, which all that is done
 * with a statement bears. */
sqlite3_stmt *db_prepare(struct db *, const char *format, ...);
/* From a string of SQLite's, which it takes. */
sqlite3_stmt *db_prepare_str(struct db *, sqlite3_str *);
/* "SELECT every column FROM table", to be gone on with. */
sqlite3_str *db_select_from(struct db *, const struct gram_table *);
bool db_exec(struct db *, const char *sql);
/* Runs a statement that returns no rows and resets it; not after a fault. */
bool db_step(struct db *, sqlite3_stmt *);
/* Does the statement stand at a (next) row? */
bool db_next(struct db *, sqlite3_stmt *);
/* Binds a value in the form its column is stored in (number, sealed bytes, text, NULL). The text is
 * not copied: it must live until the statement has been stepped. */
void db_bind(struct db *, sqlite3_stmt *, int at, const struct gram_table *, int column,
    const char *text);
/* Is that value the same text when it is read again? (Numbers are: 7, but not 007.) */
bool db_reads_back(const struct gram_type *, const char *text);
/* The same for a text that belongs to no column of the grammar; it is copied. */
void db_bind_text(struct db *, sqlite3_stmt *, int at, const char *text);
/* Copies the row a statement stands at; false on a fault. */
bool db_copy_row(struct db *, sqlite3_stmt *, const struct gram_table *, struct rowbuf *);
/* The row with these keys (n_keys texts); false when there is none, or on a fault. */
bool db_select(struct db *, const struct gram_table *, const char *const *keys, struct rowbuf *);
void rowbuf_free(struct rowbuf *);
void rowbuf_wipe(struct rowbuf *);
/* The own defaults of a preset row, or NULL. */
char *const *db_presets(struct db *, const struct gram_table *, const char *const *keys);
void db_finish_statements(struct db *);

/* ---- open.c */
/* A database of its own in memory, with the same grammar and hooks; nobody is told what changes in
 * it. NULL on a fault, noted in the given one. */
struct db *db_open_scratch(struct db *);
/* Tells who opened the database what an operator has to know. */
void db_note(struct db *, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Renames a file of the state directory that is of no use, never over another: `to` is its new name. */
bool put_aside(struct db *, const char *name, char to[64]);
bool get_meta(struct db *, const char *name, char *buf, size_t size);
bool put_meta(struct db *, const char *name, const char *value);

/* ---- recover.c */
/* Secrets that cannot be unsealed. */
unsigned lost_count(struct db *);

/* ---- seal.c: secrets at rest */
/* The key of the state directory; made, and said, when there is none that is one. */
bool seal_key(struct db *, char *error, size_t size);
/* What is sealed now can be read after a restart: a key file that somebody removed is written again. */
bool seal_key_stands(struct db *);
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
/* The values of the row with these keys, if it is new and not delivered yet; NULL: it has to be read. */
const char *const *change_new(struct db *, const struct gram_table *, const char *const *keys);
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

/* ---- history.c */
/* Adds a line, about to be run from `at`, to the transaction's record; where that stood before, for
 * history_back() when the line is refused. */
size_t history_line(struct db *, const struct parse_state *at, const struct gram_match *,
    const char *line);
void history_back(struct db *, size_t mark);
/* Stores the record as part of the transaction that is about to be committed. */
void history_write(struct db *);
void history_free(struct db *);

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
	/* set by store_row(): */
	bool existed; /* the row was there, and db->before holds it if need be */
	bool moves;   /* rows of its sequence make place for it */
	bool guarded; /* a transaction or savepoint was begun for it */
	bool written;
};
enum stored { STORED_OK, STORED_REFUSED, STORED_UNKNOWN };
/* Writes (or takes back) a line's row; the refusal has been said, except STORED_UNKNOWN without a
 * text: *bad is the column whose value refers to nothing. */
enum stored store_row(struct store *, int *bad);
/* What a row that the line makes has in a column. */
const char *store_value(const struct store *, int column);
/* What store_row() wrote stays, or is taken back with the changes recorded since `mark`. True: it stays. */
bool store_end(struct store *, bool ok, unsigned mark);
/* Removes a row: what refers to it is asked, or goes along. */
bool store_delete(struct db *, const struct gram_table *, const char *const *keys, bool ask);
/* Puts columns of a row back to their defaults; the row vanishes where the table says so. */
void store_reset(struct db *, const struct gram_table *, const char *const *keys,
    const bool *columns);
/* Stores one value of a row that is there. */
void put_column(struct db *, const struct gram_table *, const char *const *keys, int column,
    const char *value);
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
