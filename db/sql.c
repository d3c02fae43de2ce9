/*
 * Statements: a value's text in the grammar -> its form in a column. Numbers are
 * stored as numbers (they sort so), secrets sealed, the rest as text; NULL is
 * "unset".
 */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db/sql.h"
#include "db/fault.h"
#include "db/keyfile.h"
#include "db/seal.h"

sqlite3_stmt *db_prepare(struct db *db, const char *format, ...)
{
	sqlite3_stmt *s = NULL;
	va_list ap;
	char *sql;
	int rc;

	va_start(ap, format);
	sql = sqlite3_vmprintf(format, ap);
	va_end(ap);
	rc = sql ? sqlite3_prepare_v3(db->sql, sql, -1, SQLITE_PREPARE_PERSISTENT, &s, NULL)
		 : SQLITE_NOMEM;
	if (rc == SQLITE_ERROR) /* a statement made from a checked grammar: our own mistake */
		fprintf(stderr, "database: %s: %s\n", sqlite3_errmsg(db->sql), sql);
	if (!s)
		fault_code(db, rc ? rc : SQLITE_NOMEM);
	sqlite3_free(sql);
	return s;
}

sqlite3_stmt *db_prepare_str(struct db *db, sqlite3_str *sql)
{
	char *text = sqlite3_str_finish(sql);
	sqlite3_stmt *s = text ? db_prepare(db, "%s", text) : NULL;

	if (!text)
		fault_code(db, SQLITE_NOMEM);
	sqlite3_free(text);
	return s;
}

sqlite3_str *db_select_from(struct db *db, const struct gram_table *t)
{
	sqlite3_str *sql = sqlite3_str_new(db->sql);

	for (int i = 0; i < t->n_columns; i++)
		sqlite3_str_appendf(sql, "%s\"%w\"", i ? "," : "SELECT ", t->columns[i].name);
	sqlite3_str_appendf(sql, " FROM t%u_%s", t->index, t->name);
	return sql;
}

bool db_exec(struct db *db, const char *sql)
{
	int rc = sql ? sqlite3_exec(db->sql, sql, NULL, NULL, NULL) : SQLITE_NOMEM;

	if (rc)
		fault_code(db, rc);
	return !rc;
}

bool db_step(struct db *db, sqlite3_stmt *s)
{
	int rc;

	if (db->fault)
		return false;
	rc = sqlite3_step(s);
	sqlite3_reset(s);
	if (rc != SQLITE_DONE && rc != SQLITE_ROW)
		fault_code(db, rc);
	return !db->fault;
}

bool db_next(struct db *db, sqlite3_stmt *s)
{
	int rc = sqlite3_step(s);

	if (rc != SQLITE_DONE && rc != SQLITE_ROW)
		fault_code(db, rc);
	return rc == SQLITE_ROW;
}

static bool is_number(const struct gram_type *t, const char *text)
{
	if ((t->kind != KIND_INT && t->kind != KIND_BOOL) || t->list_max)
		return false;
	return isdigit((unsigned char)text[0]) || (text[0] == '-' && text[1]);
}

bool db_reads_back(const struct gram_type *t, const char *text)
{
	return !is_number(t, text) ||
	       (text[0] >= '1' && text[0] <= '9' && strlen(text) < 19 &&
		   !text[strspn(text, "0123456789")]) ||
	       !strcmp(text, "0");
}

static int bind_sealed(struct db *db, sqlite3_stmt *s, int at, const char *text)
{
	size_t len = strlen(text), n;
	unsigned char *sealed = sqlite3_malloc64(len + SEAL_OVERHEAD);

	n = sealed && keyfile_stands(db) ? seal(db, text, len, sealed) : 0;
	if (n)
		return sqlite3_bind_blob64(s, at, sealed, n, sqlite3_free);
	if (sealed)
		fault_note(db, "a secret cannot be sealed");
	sqlite3_free(sealed);
	return SQLITE_NOMEM;
}

void db_bind(struct db *db, sqlite3_stmt *s, int at, const struct gram_table *t, int column,
    const char *text)
{
	const struct gram_type *type = &t->columns[column].type;
	int rc;

	if (!text)
		rc = sqlite3_bind_null(s, at);
	else if (is_number(type, text))
		rc = sqlite3_bind_int64(s, at, strtoll(text, NULL, 10));
	else if (db_is_sealed(type))
		rc = bind_sealed(db, s, at, text);
	else
		rc = sqlite3_bind_text(s, at, text, -1, SQLITE_STATIC);
	if (rc)
		fault_code(db, rc);
}

void db_bind_text(struct db *db, sqlite3_stmt *s, int at, const char *text)
{
	int rc = sqlite3_bind_text(s, at, text, -1, SQLITE_TRANSIENT);

	if (rc)
		fault_code(db, rc);
}

void db_finish_statements(struct db *db)
{
	sqlite3_stmt *s;

	while ((s = sqlite3_next_stmt(db->sql, NULL)))
		sqlite3_finalize(s);
}
