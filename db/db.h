/*
 * The running-config: an SQLite file whose schema comes from the grammar.
 * One line is one savepoint; what changed is taken by the preupdate hook and
 * handed on row by row after the line (or the whole file) has been released.
 * Not thread-safe: one owner, the manager's loop.
 *
 * Disk and memory may fail at any step: then the line (the transaction, the save)
 * is refused as a whole, or what was read is said not to be all.
 */
#ifndef GATEHOUSE_DB_H
#define GATEHOUSE_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "parser/parser.h"

struct db;

/* A table of the grammar; NULL: there is none of that name. */
const struct gram_table *db_table(const struct db *, const char *name);

/* ---- rows ------------------------------------------------------------------ */

struct db_row {
	const struct gram_table *table;
	const char *const *values; /* one text per column, NULL = unset; bools are "0" and "1" */
};

/* A column by name: text or NULL; number, or `unset` when NULL or not a number; flag. */
const char *db_text(const struct db_row *, const char *column);
int64_t db_int(const struct db_row *, const char *column, int64_t unset);
bool db_bool(const struct db_row *, const char *column);
/* The i-th word of a list (or set) column into `buf`; false past the end. */
bool db_word(const struct db_row *, const char *column, unsigned i, char *buf, size_t size);

/* One changed row. `before` NULL: new; `after` NULL: gone. Valid during the call only; secrets
 * in it are clear and are wiped afterwards. */
struct db_change {
	const struct gram_table *table;
	const struct db_row *before, *after;
};

/* ---- hooks of the grammar --------------------------------------------------- */

/* A `store` or `check` function works on this. */
struct db_line {
	struct db *db;
	const struct gram_command *command;
	bool negated;
	bool whole;                  /* of a whole configuration, which was accepted once */
	const void *tools;           /* db_config.tools */
	/* typed values (store); as it is now, or was if it is gone (check) */
	struct db_row row;
	const struct db_row *before; /* check: the row before the line, NULL = new */
};

/* What `store` and `check` are: false refuses the line, db_say() gave the reason. `store` may
 * change values by db_put(). */
typedef bool db_function(struct db_line *);

struct db_named_function {
	const char *name;
	db_function *function;
};

/* `store`: replaces (NULL: unsets) a column of the row about to be stored; the text is copied.
 * A key column too (`g0/1` becomes `GigabitEthernet0/1`). */
void db_put(struct db_line *, const char *column, const char *text);
/* The text typed for the value `name` of the line, of one that no column keeps too; NULL: none. */
const char *db_typed(const struct db_line *, const char *name);
/* Adds a line to what the terminal is told. */
void db_say(struct db_line *, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Why the last call failed, or did not read everything; NULL: it did. Asked by a hook, a receiver
 * of changes or a reader: whether anything has failed so far. Valid until the next call. */
const char *db_fault(const struct db *);
/* How many calls that only read have failed, or not read everything, since it was opened; `why`:
 * the last of them, NULL without one. Who compares it before and after has not to look at each. */
unsigned db_unread(const struct db *, const char **why);

/* ---- opening ----------------------------------------------------------------- */

struct db_config {
	const char *dir;  /* state directory: running.db, startup-config, secret.key, revisions */
	const struct gram *gram; /* must outlive the db */
	const struct db_named_function *functions; /* ended by a NULL name */
	const void *tools;       /* what these work with: db_line.tools; must outlive the db */
	/* Called once per changed row, after the release of the line or of the whole text. It may
	 * read the database but must not run lines. */
	void (*change)(void *ctx, const struct db_change *);
	/* Before and after a delivery. When db_fault() tells of a fault at the end, not all that
	 * has changed could be read: the receiver has to read everything anew. */
	void (*begin)(void *ctx);
	void (*end)(void *ctx, unsigned changes);
	/* A line that is none, with other words for some of its words: it is tried again. False:
	 * there are no others. May be NULL. */
	bool (*expand)(void *ctx, const char *line, char *to, size_t size);
	/* The name that is printed in the place of an address in lines of that table; NULL: none.
	 * `expand` has to know it. May be NULL. */
	const char *(*name_of)(void *ctx, const struct gram_table *, const char *address);
	/* What an operator has to know of the state directory: a file put aside, a key replaced,
	 * secrets lost, a startup-config that cannot be read. One line without its \n. */
	void (*note)(void *ctx, const char *text);
	void *ctx;
};

enum db_opened { DB_FRESH, DB_KEPT };

/* Opens (or makes) the running database. When `boot_id` and the grammar are those it was written
 * under, its rows are kept (`*opened` = DB_KEPT), else it is emptied (DB_FRESH: the caller loads a
 * configuration). It is this boot's from its first transaction on. A damaged file, or a key that is
 * none, is put aside and replaced; on a disk that takes nothing the database is in memory. NULL on
 * an error, with the reason in `error`. */
struct db *db_open(const struct db_config *, const char *boot_id, enum db_opened *opened,
    char *error, size_t size);
void db_close(struct db *);

/* Kept rows whose secrets cannot be unsealed (the key was replaced) get those that the
 * startup-config has for the same rows, in one transaction. The number of secrets that remain lost,
 * each told by db_config.note as the line that sets it; those taken over are told, too. */
unsigned db_recover(struct db *);
/* Is the secret in this column of the row with these keys lost: unset for all that reads rows, but
 * not forgotten? Also true when that cannot be read. */
bool db_is_lost(struct db *, const char *table, const char *column, const char *const *keys);

/* ---- lines --------------------------------------------------------------------- */

enum db_status {
	/* done (or nothing to do) */
	DB_OK,
	/* nothing has changed; the reason is in `out`. After a fault (db_fault()) within a
	 * transaction, that one cannot be committed any more */
	DB_REFUSED,
	/* an exec act: command->run of the match is the caller's to do */
	DB_ACT,
	/* `exit` at the exec prompt */
	DB_LOGOFF,
};

/* Matches one typed line, stores it in a savepoint, moves `state` on, delivers the changes.
 * `match` is filled (gram_match_done() it). What the terminal is told, errors with their caret
 * included (column + prompt_width), goes to `out`. */
enum db_status db_line(struct db *, struct parse_state *state, int privilege, const char *line,
    unsigned prompt_width, struct gram_match *match, struct gram_out *out);
/* The same for a line already matched. */
enum db_status db_run(struct db *, struct parse_state *state, struct gram_match *match,
    const char *line, unsigned prompt_width, struct gram_out *out);

struct db_report {
	/* Each line that was refused or said something; `text` is what a terminal would show. May
	 * be NULL. */
	void (*line)(void *ctx, unsigned number, const char *line, bool refused, const char *text);
	void *ctx;
	unsigned lines, refused;
	unsigned kept; /* lines that are stored and shown, and nothing else */
};

enum {
	DB_APPLY_WHOLE = 1, /* the text is a whole configuration: the frame
	                     * (`:` lines, `ASA Version`, `Cryptochecksum:`) is accepted */
	DB_APPLY_KEEP = 2,  /* refused lines are kept as startup-config errors */
};

/* Applies a text line by line from (config)#: each line in a savepoint of one transaction; the
 * changes are delivered once, at the end. Exec acts in it are refused. Returns refused lines; -1:
 * nothing of it could be stored (db_fault() says why). */
int db_apply(struct db *, const char *text, size_t len, int privilege, unsigned flags,
    struct db_report *);
/* Several db_line() in one transaction: until db_commit() nothing is delivered; false when a
 * transaction is open already, or none can be. db_commit() false: nothing of it was stored.
 * db_abort() forgets all of it; db_fault() then still says what failed before. */
bool db_begin(struct db *);
bool db_commit(struct db *);
void db_abort(struct db *);
/* Empties the configuration (presets remain), as `clear configure all`. */
bool db_clear(struct db *);

/* Whose lines those that follow are: each accepted one is recorded in the transaction that stores
 * it, secrets masked. `who` NULL: nobody's (a configuration that is loaded); the texts are copied.
 */
void db_author(struct db *, const char *who, const char *from, int64_t when);

/* Adds lines, each with its \n, to the record of the transaction that is open (db_begin()), when
 * its author is known: what is told of lines that were not typed. Secrets in them are masked
 * already. */
void db_record_lines(struct db *, const char *lines);

struct db_record {
	int64_t number, when; /* Unix time, milliseconds */
	const char *who, *from;
	/* as typed, each with its \n; `[MODE KEY]\n` first when they stand in a block */
	const char *lines;
};

/* The newest records of the history, oldest of them first. False: these were not all. */
bool db_history(struct db *, unsigned newest, void (*each)(void *ctx, const struct db_record *),
    void *ctx);

/* ---- sessions of clients ------------------------------------------------------------ */

/* One that lasts, or has ended. Times: Unix, seconds; -1: not known. */
struct db_past {
	bool ended;
	int64_t session, login, end, seconds, bytes_out, bytes_in; /* session: its Index */
	const char *key; /* of no other ever */
	const char *user, *assigned, *public, *client, *protocol, *tunnel_group, *group_policy;
	const char *reason, *why; /* the device's text, plain text */
};

/* Stores that it is there, or its end: once, however often it is told. Of those that have ended the
 * newest DB_PAST_MAX are kept, over restarts and reboots. False: it was not stored, also while a
 * transaction is open, that may yet be taken back: to be tried again. */
#define DB_PAST_MAX 1000
bool db_past_put(struct db *, const struct db_past *);
/* What `each` stores by db_past_put() is one transaction, which spares the disk most of what a row
 * costs. False: nothing of it is stored, as when `each` returns false; or as above. */
bool db_past_together(struct db *, bool (*each)(void *ctx), void *ctx);
/* Those that last and whose key does not begin with `life` (NULL: all that last) have ended: at
 * `end` (-1: nobody knows), for that reason. False as above. */
bool db_past_lost(struct db *, const char *life, int64_t end, const char *reason, const char *why);
/* The newest of those that have ended, of that user (NULL: of all), the last to end first. False:
 * these were not all. */
bool db_past(struct db *, unsigned newest, const char *user,
    void (*each)(void *ctx, const struct db_past *), void *ctx);
/* Forgets all that have ended. False as of db_past_put(). */
bool db_past_clear(struct db *);

/* ---- reading --------------------------------------------------------------------- */

/* Calls `each` for every row of a table (NULL: of all tables, in order of the grammar): the
 * snapshot for a role that starts. Secrets are clear. False: these were not all of them. */
bool db_each(struct db *, const struct gram_table *, void (*each)(void *ctx, const struct db_row *),
    void *ctx);
/* The same for the rows in which that column (of words, in a table that the keeper hears of) is
 * set; the others cost nothing. */
bool db_each_set(struct db *, const struct gram_table *, const char *column,
    void (*each)(void *ctx, const struct db_row *), void *ctx);
/* The row with these keys (`n` texts), for the length of the call to `each`; false: none, or
 * db_fault(). */
bool db_find(struct db *, const char *table, const char *const *keys, unsigned n,
    void (*each)(void *ctx, const struct db_row *), void *ctx);
/* Calls `each` for every row whose columns (`n`, at most DB_WHERE_MAX) have these texts; quick when
 * they are the table's first keys. `each` must not ask for the same columns again. False: these
 * were not all. */
#define DB_WHERE_MAX 4
bool db_where(struct db *, const struct gram_table *, const char *const *columns,
    const char *const *texts, unsigned n, void (*each)(void *ctx, const struct db_row *),
    void *ctx);
/* Is there such a row? False also on a fault. */
bool db_any(struct db *, const struct gram_table *, const char *const *columns,
    const char *const *texts, unsigned n);
/* Does any row refer to the one of that table whose first key this is, so that it could not go?
 * True also on a fault. */
bool db_is_named(struct db *, const char *table, const char *key);
/* Calls `each` for the two rows whose range (the column `column`, of kind `range`) begins nearest
 * at or below `address`. Among ranges that do not overlap no other can reach up to it. */
bool db_ranges(struct db *, const struct gram_table *, const char *column, uint32_t address,
    void (*each)(void *ctx, const struct db_row *), void *ctx);
/* A single column as text into `buf` (single tables: n = 0); false when no row, or unset, or
 * db_fault(). */
bool db_get(struct db *, const char *table, const char *column, const char *const *keys, unsigned n,
    char *buf, size_t size);
/* For gram_help() and gram_complete(). */
struct gram_names db_names(struct db *);

/* The running-config's body (from after the version line to before the checksum), every line with
 * its \n. `flags`: RENDER_ALL, RENDER_CLEAR. `match`: a match with a `family`, which limits it to
 * those commands, without separators; NULL: everything. False: it is not complete. */
bool db_render(struct db *, unsigned flags, const struct gram_match *match, struct gram_out *);
/* Those lines only whose commands `wants` takes, below the heads of their blocks, with `!` where
 * the order has one between two of them. False: it is not complete. */
bool db_render_lines(struct db *, unsigned flags,
    bool (*wants)(void *ctx, const struct gram_command *), void *ctx, struct gram_out *);
/* The canonical text (clear, without separators) is what the checksum is of: 32 hex digits. */
bool db_checksum(struct db *, char hex[33]);

/* ---- startup-config --------------------------------------------------------------- */

/* Writes the running-config as startup-config (temp, fsync, rename; 0600) and as the next revision.
 * `header`: text before the body (": Saved\n..."), may be ""; `who` goes into the revision. The
 * bytes written, or -1 with the reason in `error`: then the startup-config is still the old one
 * (or, when only its folder could not be synced, the new one). It is not replaced while it holds
 * more than the running-config: when it could not be read or loaded, or secrets are lost. */
long db_save(struct db *, const char *header, const char *who, int64_t when, char *error,
    size_t size);
/* The same for a text that came from elsewhere, as it is: it is what the next start loads, and the
 * next revision. Also where db_save() would spare the old one: it is what somebody wants in its
 * place. */
bool db_startup_replace(struct db *, const char *text, size_t len, const char *who, int64_t when,
    char *error, size_t size);
/* The startup-config's text, malloc'ed, NUL-terminated; NULL with errno: ENOENT when there is
 * none. */
char *db_startup_text(const struct db *, size_t *len);
/* Loads it: empties the running-config, then DB_APPLY_WHOLE | DB_APPLY_KEEP. When it cannot be read
 * or stored nothing has changed, and it is spared until it is erased. */
enum db_load { DB_LOAD_NONE, DB_LOAD_DONE, DB_LOAD_FAILED };
enum db_load db_load_startup(struct db *, struct db_report *);
/* The lines that did not parse at the last load, in clear, to `each` (may be NULL); their number.
 */
unsigned db_startup_errors(struct db *, void (*each)(void *ctx, unsigned number, const char *line),
    void *ctx);
/* Removes the startup-config (`write erase`), or puts aside what is no file. False with errno. */
bool db_erase_startup(struct db *);
/* True when the running-config has changed since it was last saved or loaded. */
bool db_modified(struct db *);

/* A note of whoever owns the database, which lives as long as the rows of this boot ("": none).
 * Names begin with "note-"; that of "note-revision" begins with the number of a revision, which
 * stays while it does. False: it could not be kept (or read). */
bool db_note_put(struct db *, const char *name, const char *text);
bool db_note_get(struct db *, const char *name, char *buf, size_t size);
/* The rows are of no boot any more: the next db_open() is DB_FRESH. False: it cannot be stored. */
bool db_forget_boot(struct db *);

struct db_revision {
	int64_t number, when; /* Unix time */
	const char *who, *checksum;
	const char *name;     /* of a checkpoint; "": none was given. NULL: a save */
	int64_t bytes;        /* of its text */
};

/* The running-config as the next revision, without a save; as db_save(). Its number, or -1 with the
 * reason in `error`. */
int64_t db_checkpoint(struct db *, const char *name, const char *header, const char *who,
    int64_t when, char *error, size_t size);
/* Newest first. False: these were not all. */
bool db_revisions(struct db *, void (*each)(void *ctx, const struct db_revision *), void *ctx);
/* The newest revision of that name, or with that number; -1: there is none, or db_fault(). */
int64_t db_revision_find(struct db *, const char *name);
/* The text of one, malloc'ed; NULL when there is none, or db_fault(). */
char *db_revision_text(struct db *, int64_t number);

#endif
