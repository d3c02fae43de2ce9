/*
 * References: the names that a row's columns hold of other rows. What is named has
 * to be there; what goes is asked for whether it is still named, and takes along
 * what belongs to it. What gets another name is named by that.
 */
#include <stdio.h>
#include <string.h>

#include "db/reference.h"
#include "db/key.h"
#include "db/say.h"
#include "db/sql.h"
#include "db/where.h"

static bool target_exists(struct db *db, const struct gram_type *type, const char *name)
{
	return where_has(db, type->target, type->target_column, name);
}

static bool is_extra(const struct gram_type *t, const char *word)
{
	for (unsigned i = 0; i < t->n_extra; i++)
		if (!strcmp(t->extra[i], word))
			return true;
	return false;
}

bool reference_each_word(const struct gram_type *type, const char *value,
    bool (*each)(struct db *, const struct gram_type *, const char *word), struct db *db)
{
	char word[GRAM_LINE_MAX];

	if (!type->list_max)
		return each(db, type, value);
	while (*value) {
		size_t len = strcspn(value, " ");

		memcpy(word, value, len);
		word[len] = '\0';
		if (!each(db, type, word))
			return false;
		value += len + (value[len] == ' ');
	}
	return true;
}

bool reference_known(struct db *db, const struct gram_type *type, const char *word)
{
	if (is_extra(type, word) || target_exists(db, type, word))
		return true;
	snprintf(db->unknown, sizeof(db->unknown), "%s", word);
	return false;
}

/* Is the name still used over there? */
static bool used_by(struct db *db, const struct reference *r, const char *name)
{
	const struct gram_table *t = r->table;
	const char *column = t->columns[r->column].name;
	sqlite3_stmt *s = db_prepare(db,
	    t->columns[r->column].type.list_max
		? "SELECT 1 FROM t%u_%s WHERE instr(' '||\"%w\"||' ', ' '||?||' ') LIMIT 1"
		: "SELECT 1 FROM t%u_%s WHERE \"%w\"=? LIMIT 1",
	    t->index, t->name, column);
	bool used;

	db_bind_text(db, s, 1, name);
	used = db_next(db, s);
	sqlite3_finalize(s);
	return used;
}

/* The words between the commas of a text, each ?1 as ?2. */
static const char renamed_words[] =
    "trim(replace(replace(','||replace(\"%w\",',',',,')||',', ','||?1||',', ','||?2||','), "
    "',,', ','), ',')";

/* " WHERE": the rows whose column holds ?1 in this way. */
static void where_renamed(const struct reference *r, sqlite3_str *sql)
{
	const struct gram_table *t = r->table;
	const char *name = t->columns[r->column].name;

	if (r->kind != REF_RENAMED)
		sqlite3_str_appendf(sql, " WHERE \"%w\"=?1", name);
	else
		sqlite3_str_appendf(sql, " WHERE instr(','||\"%w\"||',', ','||?1||',')", name);
	if (r->kind == REF_RENAMED && r->renamed->when >= 0)
		sqlite3_str_appendf(
		    sql, " AND \"%w\"=%Q", t->columns[r->renamed->when].name, r->renamed->value);
}

/* What the column has held as ?1 is ?2. A row by its new name takes the place of one that has it
 * already; not so one of a `renamed` line, see renamed_alike(). */
static sqlite3_stmt *prepare_rename(struct db *db, const struct reference *r)
{
	const struct gram_table *t = r->table;
	const char *name = t->columns[r->column].name;
	bool words = r->kind == REF_RENAMED;
	sqlite3_str *sql = sqlite3_str_new(db->sql);
	char *now = words ? sqlite3_mprintf(renamed_words, name) : sqlite3_mprintf("?2");

	sqlite3_str_appendf(sql, "UPDATE %st%u_%s SET \"%w\"=%s", words ? "" : "OR REPLACE ",
	    t->index, t->name, name, now);
	if (key_is_joined(t)) {
		sqlite3_str_appendf(sql, ", \"" KEY_JOINED "\"=");
		key_expression(t, r->column, now, sql);
	}
	sqlite3_free(now);
	where_renamed(r, sql);
	return db_prepare_str(db, sql);
}

/* Every line's place and key, and once more those of the lines that get the new name. */
static sqlite3_stmt *prepare_alike(struct db *db, const struct reference *r)
{
	const struct gram_table *t = r->table;
	const char *list = t->columns[0].name, *place = t->columns[t->sequence].name;
	char *words = sqlite3_mprintf(renamed_words, t->columns[r->column].name);
	sqlite3_str *sql = sqlite3_str_new(db->sql);

	sqlite3_str_appendf(sql,
	    "SELECT min(place), max(place), trim(replace(%Q,'_','-')||' '||list) FROM ("
	    "SELECT \"%w\" AS list, \"%w\" AS place, \"" KEY_JOINED "\" AS line FROM t%u_%s "
	    "UNION ALL SELECT \"%w\", \"%w\", ",
	    t->name, list, place, t->index, t->name, list, place);
	key_expression(t, r->column, words, sql);
	sqlite3_free(words);
	sqlite3_str_appendf(sql, " FROM t%u_%s", t->index, t->name);
	where_renamed(r, sql);
	sqlite3_str_appendf(
	    sql, ") GROUP BY line HAVING count(*)>1 ORDER BY list, min(place) LIMIT 1");
	return db_prepare_str(db, sql);
}

/* Would two lines of a sequence be the same by the new name? Neither may go, for what stands
 * between them counts: it is said which they are. */
static bool renamed_alike(
    struct db *db, const struct reference *r, const char *name, const char *now)
{
	sqlite3_stmt *s;
	char *text = NULL;

	if (r->table->sequence < 0 || r->column >= r->table->n_keys)
		return false;
	s = prepare_alike(db, r);
	db_bind_text(db, s, 1, name);
	db_bind_text(db, s, 2, now);
	if (db_next(db, s))
		text = sqlite3_mprintf("ERROR: lines %lld and %lld of %s would be the same with "
				       "the name \"%s\"; remove one of them first",
		    sqlite3_column_int64(s, 0), sqlite3_column_int64(s, 1),
		    sqlite3_column_text(s, 2), now);
	sqlite3_finalize(s);
	if (text)
		say_text(db, "%s", text);
	sqlite3_free(text);
	return text != NULL;
}

/* A name has gone (or is `now` another): rows that go along with it. */
static void cascade(struct db *db, const struct reference *r, const char *name, const char *now)
{
	const struct gram_table *t = r->table;
	const char *column = t->columns[r->column].name;
	sqlite3_stmt *s;

	if (now)
		s = prepare_rename(db, r);
	else if (r->column < t->n_keys)
		s = db_prepare(db, "DELETE FROM t%u_%s WHERE \"%w\"=?1", t->index, t->name, column);
	else
		s = db_prepare(db, "UPDATE t%u_%s SET \"%w\"=NULL WHERE \"%w\"=?1", t->index,
		    t->name, column, column);
	db_bind_text(db, s, 1, name);
	if (now)
		db_bind_text(db, s, 2, now);
	db->renaming = now != NULL;
	db_step(db, s);
	db->renaming = false;
	sqlite3_finalize(s);
}

/* Column `column` of a row held `name` and does not any more (`now`: what it holds). False: it is
 * in use, or lines would be the same by what it is now. Called after the change. */
bool reference_gone(struct db *db, const struct gram_table *t, int column, const char *name,
    const char *now, bool ask)
{
	const struct table *table = &db->tables[t->index];
	struct gram_type type = {.target = t, .target_column = column};

	if (!table->referred[column] || !name || !*name || target_exists(db, &type, name))
		return true;
	for (unsigned i = 0; i < table->n_references && !db->fault; i++) {
		const struct reference *r = &table->references[i];

		if (r->target != column)
			continue;
		if (r->kind == REF_RENAMED && now && renamed_alike(db, r, name, now))
			return false;
		if (r->kind == REF_CASCADE || (r->kind == REF_RENAMED && now)) {
			cascade(db, r, name, now);
		} else if (ask && r->kind == REF_STRICT && used_by(db, r, name)) {
			say_text(db, t->inuse ? t->inuse : "ERROR: %s is being used", name);
			return false;
		}
	}
	return true;
}

bool references_gone(struct db *db, const struct gram_table *t, const struct rowbuf *before,
    const char *const *now, bool ask)
{
	for (int i = 0; i < t->n_columns; i++)
		if (!same_text(before->values[i], now ? now[i] : NULL) &&
		    !reference_gone(db, t, i, before->values[i], now ? now[i] : NULL, ask))
			return false;
	return true;
}

bool reference_any(const struct table *t)
{
	for (int i = 0; i < t->gram->n_columns; i++)
		if (t->referred[i])
			return true;
	return false;
}

bool db_is_named(struct db *db, const char *table, const char *key)
{
	const struct gram_table *t = gram_table(db->gram, table);
	const struct table *of = t ? &db->tables[t->index] : NULL;

	for (unsigned i = 0; of && i < of->n_references; i++)
		if (of->references[i].kind == REF_STRICT && of->references[i].target == 0 &&
		    used_by(db, &of->references[i], key))
			return true;
	return db_fault(db) != NULL;
}
