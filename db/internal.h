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
#include "parser/text.h"

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
	const struct gram_renamed *renamed; /* of REF_RENAMED */
};

#define KNOWN_TEXTS 128 /* longer ones are asked for anew */

/* What was asked last, and answered (known.c). */
struct known {
	bool stands, found;
	unsigned taken_back; /* as db->taken_back was */
	size_t len;
	char texts[KNOWN_TEXTS]; /* packed */
};

/* The statement of a db_where(), by its columns. */
struct where {
	struct where *next;
	int columns[DB_WHERE_MAX]; /* -1 behind the last */
	unsigned prefix; /* so many of them begin the table's joined key */
	sqlite3_stmt *statement;
	struct rowbuf row;
	struct known known;
};

/* What writes the rows of a command. */
struct writer {
	sqlite3_stmt *statement;
	uint64_t empty; /* parameters (of the first 64) that hold "" from the time before */
};

struct table {
	const struct gram_table *gram;
	struct where *wheres;
	sqlite3_stmt *select, *all, *delete, *next, *ranges;
	/* by column, when first needed */
	sqlite3_stmt *update_one[GRAM_COLS_MAX], *set[GRAM_COLS_MAX];
	struct reference *references;
	unsigned n_references;
	bool referred[GRAM_COLS_MAX]; /* columns that something refers to */
	bool presets;
	bool makes; /* the last line of it made a row */
	/* The sequence last added to, and its end; they hold while `known` is db->taken_back + 1.
	 */
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
	struct text text;
};

struct db {
	struct db_config config;
	const struct gram *gram;
	sqlite3 *sql;
	struct table *tables;
	struct writer *upserts, *inserts; /* by command */
	sqlite3_stmt *begin, *commit, *rollback, *save, *release, *back;
	unsigned char key[SEAL_KEY], nonce[SEAL_NONCE];
	struct evp_cipher_ctx_st *sealer, *opener;
	bool key_is_new; /* and perhaps not on the disk yet */
	/* this boot's name, until the first transaction of its rows is committed */
	char boot[256];
	char held_back[256]; /* why the startup-config must not be replaced; "" = it may be */
	db_function **stores, **checks; /* by command */
	struct change *changes;
	unsigned n_changes, max_changes;
	unsigned *chains; /* by hash */
	unsigned n_chains;
	struct slab *slabs; /* the memory of `changes`, until they are delivered */
	bool recording, held; /* held: db_begin() */
	bool renaming;        /* keys change in UPDATEs, too */
	/* what the line being stored makes, where no other is likely to add to it */
	struct db_row made;
	bool whole;           /* a whole configuration text is being applied */
	bool counting;        /* lines that are only kept are counted, not told one by one */
	unsigned kept;
	bool modified, modified_kept; /* since the last save; and so noted in the file */
	int code;            /* SQLite's word for `fault`, when it had one */
	/* what failed first in this call or transaction: nothing is written any more */
	const char *fault;
	const char *aside;   /* the fault of an open transaction, while somebody else reads */
	const char *why;     /* what failed in the last call */
	unsigned unread;     /* calls that read, and failed */
	const char *unread_why; /* the last of them */
	unsigned taken_back; /* counts: what is remembered of rows does not hold any more */
	unsigned depth;      /* calls within calls (hooks, receivers of changes) */
	struct rowbuf before, after, scratch, child[GRAM_DEPTH_MAX];
	char joined[2 * GRAM_LINE_MAX]; /* key.c: the keys last bound */
	struct gram_out *out;
	struct history history;
	bool past_there;    /* the table of sessions */
	sqlite3_stmt *past_put; /* a row of it; NULL before the first */
	unsigned past_puts; /* sessions that have ended, since it was opened */
	char unknown[256]; /* the word that the last failed reference named */
};

/* Is a value of this type kept sealed? */
static inline bool db_is_sealed(const struct gram_type *t)
{
	return t->kind == KIND_SECRET || t->kind == KIND_HASH || t->kept;
}

/* Equal texts, or both unset. */
static inline bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

/* The row of a line (store.c). */
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

#endif
