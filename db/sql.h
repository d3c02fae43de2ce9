/* See sql.c. */
#ifndef GATEHOUSE_DB_SQL_H
#define GATEHOUSE_DB_SQL_H

#include "db/internal.h"

/* A statement from a format of SQLite's own printf (%w, %Q); NULL on a fault, which all that is
 * done with a statement bears. */
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
/* Is that value the same text when it is read again? (Numbers are: 7, but not 007.) */
bool db_reads_back(const struct gram_type *, const char *text);
/* Binds a value in the form its column is stored in (number, sealed bytes, text, NULL). The text is
 * not copied: it must live until the statement has been stepped. */
void db_bind(struct db *, sqlite3_stmt *, int at, const struct gram_table *, int column,
    const char *text);
/* The same for a text that belongs to no column of the grammar; it is copied. */
void db_bind_text(struct db *, sqlite3_stmt *, int at, const char *text);
void db_finish_statements(struct db *);

#endif
