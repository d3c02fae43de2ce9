/*
 * One line, one savepoint: what a matched line does to the rows, with its
 * hooks and texts; and whole texts, line by line in one transaction.
 */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "db/internal.h"

#define PUT_TEXT 8192 /* what the `store` functions of one line may write */

/* A line in work: the store operation and what hooks may reach of it. */
struct work {
	struct db_line line; /* first: hooks are given this */
	struct store store;
	struct gram_match *match;
	size_t used;
	bool full; /* a `store` function had more to write than there is room for */
	char text[PUT_TEXT];
};

void db_say(struct db_line *l, const char *format, ...)
{
	char text[2 * GRAM_LINE_MAX]; /* what a line holds, and some words around it */
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	say_text(l->db, text, "");
}

static bool is_typed(const struct gram_match *m, int column)
{
	for (unsigned i = 0; i < m->n_args; i++)
		if (m->args[i].column == column)
			return true;
	return false;
}

void db_put(struct db_line *l, const char *column, const char *text)
{
	struct work *w = (struct work *)l;
	int c = gram_column(w->store.table, column);
	size_t len = text ? strlen(text) + 1 : 0;

	if (c < 0)
		return;
	if (len > sizeof(w->text) - w->used) {
		w->full = true;
		return;
	}
	if (text) {
		memcpy(w->text + w->used, text, len);
		text = w->text + w->used;
		w->used += len;
	}
	w->store.values[c] = text;
	w->store.own[c] = true;
	if (text && w->store.table->columns[c].key && is_typed(w->match, c))
		w->full = !gram_replace(w->match, c, text) || w->full;
}

const char *db_typed(const struct db_line *l, const char *name)
{
	return gram_arg(((const struct work *)l)->match, name);
}

static bool list_has(const char *list, const char *word, size_t len)
{
	for (; *list; list += strcspn(list, " "), list += *list == ' ')
		if (strcspn(list, " ") == len && !memcmp(list, word, len))
			return true;
	return false;
}

/* The words of `list` that are not among those of `gone`, into `buf`. */
static void list_without(const char *list, const char *gone, char *buf, size_t size)
{
	size_t used = 0;

	buf[0] = '\0';
	for (size_t len; *list; list += len + (list[len] == ' ')) {
		len = strcspn(list, " ");
		if (!list_has(gone, list, len) && used + len + 2 < size)
			used += (size_t)snprintf(buf + used, size - used, "%s%.*s", used ? " " : "",
			    (int)len, list);
	}
}

/* The list (or set) that the line's only column was typed, or NULL. */
static const struct gram_arg *typed_list(const struct work *w)
{
	const struct gram_command *c = w->store.command;

	for (unsigned i = 0; c->n_columns == 1 && i < w->match->n_args; i++) {
		const struct gram_arg *a = &w->match->args[i];

		if (a->column == c->columns[0] && a->type &&
		    (a->type->list_max || a->type->kind == KIND_SET))
			return a;
	}
	return NULL;
}

/* What the column of the row holds so far; NULL: nothing. */
static const char *stored(const struct store *s, int column)
{
	return db_select(s->db, s->table, s->values, &s->db->scratch) ? s->db->scratch.values[column]
								       : NULL;
}

/* `no address-pool P2` takes one pool out of the list: what is left is stored. Without members, or
 * when none is left, the line is the plain `no`. */
static void without_members(struct work *w)
{
	struct store *s = &w->store;
	const struct gram_arg *a = typed_list(w);
	char left[GRAM_LINE_MAX];
	const char *before;

	if (!a || !w->line.negated || s->defaulted || s->command->no != NO_RESET)
		return;
	before = stored(s, a->column);
	if (!before)
		return;
	list_without(before, a->text, left, sizeof(left));
	if (!left[0])
		return;
	db_put(&w->line, s->table->columns[a->column].name, left);
	s->negated = w->line.negated = false;
}

static unsigned list_length(const char *list)
{
	unsigned n = 0;

	for (; *list; list += strcspn(list, " "), list += *list == ' ')
		n++;
	return n;
}

/* Where each line adds to the list (`append`): the words so far, then those typed that are not among
 * them, each once. False: that would be too many, and is said. */
static bool with_members(struct work *w)
{
	struct store *s = &w->store;
	const struct gram_arg *a = typed_list(w);
	char all[2 * GRAM_LINE_MAX];
	const char *before;
	size_t used, len;

	if (!a || w->match->negated || !s->command->append_text)
		return true;
	before = stored(s, a->column);
	used = (size_t)snprintf(all, sizeof(all), "%s", before ? before : "");
	for (const char *at = a->text; *at; at += len + (at[len] == ' ')) {
		len = strcspn(at, " ");
		if (list_has(all, at, len) || used + len + 2 > sizeof(all))
			continue;
		if (used)
			all[used++] = ' ';
		memcpy(all + used, at, len);
		used += len;
		all[used] = '\0';
	}
	if (list_length(all) > a->type->list_max) {
		say_text(s->db, s->command->append_text, s->name);
		return false;
	}
	db_put(&w->line, s->table->columns[a->column].name, all);
	return true;
}

/* `*****` is what is shown where a secret stands: a pasted configuration must not make it one. */
static bool secrets_typed(const struct work *w)
{
	for (unsigned i = 0; !w->match->negated && i < w->match->n_args; i++) {
		const struct gram_arg *a = &w->match->args[i];

		if (!a->type || (a->type->kind != KIND_SECRET && a->type->kind != KIND_HASH) ||
		    a->text[strspn(a->text, "*")])
			continue;
		say_text(w->store.db, "ERROR: %s only stands for a secret that is not shown; type the "
		    "secret itself", a->text);
		return false;
	}
	return true;
}

/* The values of a line: keys from the words or the mode, the rest typed or at default. */
static void fill(struct work *w, const struct parse_state *state)
{
	struct store *s = &w->store;
	const struct gram_match *m = w->match;

	for (unsigned i = 0; i < m->n_args; i++)
		if (m->args[i].column >= 0)
			s->values[m->args[i].column] = m->args[i].text;
	for (unsigned i = 0; i < m->command->n_set; i++)
		if (!s->values[m->command->set[i].column])
			s->values[m->command->set[i].column] = m->command->set[i].value;
	for (int k = 0; k < s->table->n_keys; k++)
		if (!s->values[k])
			s->values[k] = gram_key(state, m, s->table->columns[k].name);
	s->name = s->table->n_keys ? s->values[0] : "";
	s->presets = db_presets(s->db, s->table, s->values);
	for (unsigned i = 0; i < m->command->n_columns; i++) {
		unsigned c = m->command->columns[i];

		s->own[c] = true;
		if (!s->values[c])
			s->values[c] = gram_default(s->table, (int)c, s->presets);
	}
}

static void warn(struct work *w)
{
	const struct gram_command *c = w->match->command;

	for (unsigned i = 0; i < c->n_warn; i++) {
		const char *v = w->store.values[c->warn[i].column];

		for (char **x = c->warn[i].values; v && *x; x++)
			if (!strcmp(*x, v))
				say_text(w->store.db, c->warn[i].text, v);
	}
}

static bool run_check(struct work *w, db_function *check)
{
	struct db *db = w->store.db;
	const struct store *s = &w->store;
	const char *const *values = change_new(db, s->table, s->values);

	if (!values && db_select(db, s->table, s->values, &db->scratch))
		values = db->scratch.values;
	if (!values && !s->existed)
		return true; /* `no` of a row that never was */
	w->line.before = s->existed ? &db->before.row : NULL;
	/* A row that the line removed is shown as it was. */
	w->line.row = values ? (struct db_row){s->table, values} : db->before.row;
	return check(&w->line);
}

/* Where the word stands in the line, from `at` on. */
static size_t find_word(const char *line, size_t at, const char *word)
{
	size_t len = strlen(word);

	for (size_t i = at; line[i]; i++) {
		char before = i ? line[i - 1] : ' ', after;

		if (strncmp(line + i, word, len))
			continue;
		after = line[i + len];
		if ((isspace((unsigned char)before) || before == '(') &&
		    (!after || isspace((unsigned char)after) || after == ')'))
			return i;
	}
	return at;
}

/* An unknown name: the caret stands under it, as under any bad value. */
static void say_unknown(struct work *w, int column, const char *line, unsigned prompt_width)
{
	struct gram_match *m = w->match;
	struct gram_out *out = w->store.db->out;
	char text[GRAM_LINE_MAX + 100];
	size_t at = 0;

	for (unsigned i = 0; i < m->n_args; i++)
		if (m->args[i].column == column)
			at = m->args[i].offset;
	if (w->store.db->fault)
		return;
	m->caret = (uint16_t)find_word(line, at, w->store.db->unknown);
	m->status = GRAM_INVALID;
	out->write(out->ctx, text, gram_error(m, line, prompt_width, text, sizeof(text)));
	m->status = GRAM_OK;
}

static bool work(struct work *w, const char *line, unsigned prompt_width)
{
	struct db *db = w->store.db;
	const struct gram_command *c = w->match->command;
	db_function *check = db->checks[c->index];
	int bad = -1;

	w->store.name = w->store.table->n_keys ? w->store.values[0] : "";
	switch (store_row(&w->store, &bad)) {
	case STORED_REFUSED:
		return false;
	case STORED_UNKNOWN:
		say_unknown(w, bad, line, prompt_width);
		return false;
	case STORED_OK:
		break;
	}
	if (check && !run_check(w, check))
		return false;
	if (!w->line.negated)
		warn(w);
	if (c->say)
		say_text(db, c->say, w->store.name);
	return true;
}

/* ---- lines -------------------------------------------------------------------------------------- */

bool line_store(struct db *db, const struct parse_state *state, struct gram_match *m,
    const char *line, unsigned prompt_width)
{
	struct work w;
	unsigned mark = db->n_changes;
	bool ok = false;

	w.store = (struct store){.db = db, .command = m->command, .table = m->command->table,
		.negated = m->negated, .defaulted = m->defaulted};
	w.match = m;
	w.used = 0;
	w.full = false;
	w.line = (struct db_line){.db = db, .command = m->command,
		.negated = m->negated || m->defaulted, .whole = db->whole, .tools = db->config.tools,
		.row = {m->command->table, w.store.values}};
	db->before.row.values = NULL;
	fill(&w, state);
	without_members(&w);
	ok = secrets_typed(&w) && with_members(&w) &&
	    (!db->stores[m->command->index] || db->stores[m->command->index](&w.line));
	if (ok && w.full) {
		say_text(db, "ERROR: % Line too long", "");
		ok = false;
	}
	if (ok)
		ok = store_end(&w.store, work(&w, line, prompt_width), mark);
	if (db->fault) {
		change_back(db, mark);
		ok = false;
	}
	if (w.used)
		OPENSSL_cleanse(w.text, w.used);
	return ok;
}

static bool run_clear(struct db *db, const struct gram_match *m)
{
	unsigned mark = db->n_changes;
	bool held = db->held, ok;

	ok = line_begin(db);
	db->held = true; /* lines cleared one by one are savepoints in this */
	ok = ok && store_clear(db, m);
	db->held = held;
	return line_end(db, ok, mark);
}

static void say_fault(struct db *db, struct gram_out *out)
{
	char text[256];
	int len = snprintf(text, sizeof(text), "ERROR: Unable to store the configuration line: %s\n",
	    db->fault);

	out->write(out->ctx, text, (size_t)len);
}

enum db_status db_run(struct db *db, struct parse_state *state, struct gram_match *m,
    const char *line, unsigned prompt_width, struct gram_out *out)
{
	const struct gram_command *c = m->command;
	bool changes = c->table || c->family == FAMILY_CLEAR, ok = true;
	size_t recorded;

	call_begin(db);
	db->out = out;
	recorded = db->history.used;
	if (changes)
		history_line(db, state, m, line);
	if (c->family == FAMILY_CLEAR)
		ok = run_clear(db, m);
	else if (c->table)
		ok = line_store(db, state, m, line, prompt_width);
	if (!ok)
		history_back(db, recorded);
	if (db->fault && !ok)
		say_fault(db, out);
	call_end(db);
	if (!ok)
		return DB_REFUSED;
	if (!parse_state_advance(db->gram, state, m))
		return DB_LOGOFF;
	if (c->run)
		return DB_ACT;
	if (!db->held)
		change_deliver(db);
	return DB_OK;
}

enum db_status db_line(struct db *db, struct parse_state *state, int privilege, const char *line,
    unsigned prompt_width, struct gram_match *m, struct gram_out *out)
{
	char text[GRAM_LINE_MAX + 100];
	enum db_status status = DB_REFUSED;

	gram_match(db->gram, state, privilege, line, m);
	if (m->status == GRAM_EMPTY)
		return DB_OK;
	if (m->status == GRAM_OK)
		status = db_run(db, state, m, line, prompt_width, out);
	else
		out->write(out->ctx, text, gram_error(m, line, prompt_width, text, sizeof(text)));
	if (status == DB_REFUSED)
		parse_state_refused(db->gram, state, line);
	return status;
}

bool db_begin(struct db *db)
{
	if (db->held)
		return false;
	call_begin(db);
	db->held = line_begin(db);
	return call_end(db);
}

bool db_commit(struct db *db)
{
	bool ok;

	if (!db->held)
		return true;
	call_begin(db);
	db->held = false;
	ok = transaction_end(db);
	if (!ok) {
		change_back(db, 0);
		history_back(db, 0);
	}
	call_end(db);
	if (ok)
		change_deliver(db);
	return ok;
}

void db_abort(struct db *db)
{
	const char *why = db_fault(db);

	if (!db->held)
		return;
	call_begin(db);
	db->held = false;
	transaction_back(db);
	change_back(db, 0);
	history_back(db, 0);
	call_end(db);
	db->why = why;
}

bool db_clear(struct db *db)
{
	bool ok;

	call_begin(db);
	ok = run_clear(db, NULL);
	call_end(db);
	if (ok && !db->held)
		change_deliver(db);
	return ok;
}

/* ---- whole texts ------------------------------------------------------------------------------------- */

struct said {
	char text[4096];
	size_t used;
};

static void said_write(void *ctx, const char *text, size_t len)
{
	struct said *s = ctx;

	if (len > sizeof(s->text) - 1 - s->used)
		len = sizeof(s->text) - 1 - s->used;
	memcpy(s->text + s->used, text, len);
	s->used += len;
	s->text[s->used] = '\0';
}

struct apply {
	struct db *db;
	struct parse_state state;
	int privilege;
	unsigned flags, refused;
	bool indented; /* the lines of a block are: a line in column 0 is a global one */
	bool binary;   /* the line held NUL bytes */
	struct db_report *report;
	sqlite3_stmt *keep;
	struct gram_match match;
	struct said said;
};

static bool is_frame(const char *line)
{
	return !strncmp(line, "ASA Version", 11) || !strncmp(line, "Cryptochecksum:", 15);
}

static bool is_indented(const char *text, size_t len)
{
	for (size_t i = 0; i + 2 < len; i++)
		if ((text[i] == '\n' || text[i] == '\r') && text[i + 1] == ' ' &&
		    !isspace((unsigned char)text[i + 2]))
			return true;
	return false;
}

/* In an indented text a line in column 0 belongs to global configuration, even where the submode
 * knows its words; only if it fits nothing there is it tried where we are. */
static void apply_match(struct apply *a, const char *line)
{
	const struct gram *g = a->db->gram;

	if (a->indented && a->state.depth > 1 && !isspace((unsigned char)*line)) {
		gram_match_global(g, &a->state, a->privilege, line, &a->match);
		if (a->match.status == GRAM_OK) {
			a->state.depth = 1;
			a->state.left = true;
		}
		if (a->match.status == GRAM_OK || a->match.status == GRAM_EMPTY)
			return;
	}
	gram_match(g, &a->state, a->privilege, line, &a->match);
}

static bool apply_line(struct apply *a, const char *line)
{
	struct gram_out out = {said_write, &a->said};
	char error[GRAM_LINE_MAX + 100];
	enum db_status status;

	a->match.status = GRAM_INVALID;
	a->match.branches = NULL;
	if (a->binary) {
		static const char text[] = GRAM_NUL_ERROR "\n";

		said_write(&a->said, text, sizeof(text) - 1);
		return false;
	}
	if (strlen(line) >= GRAM_LINE_MAX) {
		static const char text[] = "ERROR: % Line too long\n";

		said_write(&a->said, text, sizeof(text) - 1);
		return false;
	}
	apply_match(a, line);
	if (a->match.status == GRAM_EMPTY)
		return true;
	if (a->match.status != GRAM_OK) {
		said_write(&a->said, error, gram_error(&a->match, line, 0, error, sizeof(error)));
		return false;
	}
	if (a->match.command->run) {
		static const char text[] = "ERROR: not a configuration command\n";

		said_write(&a->said, text, sizeof(text) - 1);
		return false;
	}
	status = db_run(a->db, &a->state, &a->match, line, 0, &out);
	if (status == DB_LOGOFF || a->state.depth == 0) /* one `exit` too many ends nothing here */
		parse_state_init(&a->state, a->db->gram, true);
	return status != DB_REFUSED;
}

/* Sealed: nothing tells which of its words is a secret. */
static void keep_error(struct apply *a, unsigned number, const char *line)
{
	unsigned char sealed[GRAM_LINE_MAX + 1 + SEAL_OVERHEAD];
	size_t len = seal(a->db, line, strlen(line), sealed);

	if (!a->keep)
		a->keep = db_prepare(a->db, "INSERT INTO startup_error VALUES(?, ?)");
	sqlite3_bind_int64(a->keep, 1, number);
	if (a->keep && sqlite3_bind_blob64(a->keep, 2, sealed, len, SQLITE_TRANSIENT) != SQLITE_OK)
		fault_code(a->db, SQLITE_NOMEM);
	db_step(a->db, a->keep);
}

static void apply_one(struct apply *a, unsigned number, const char *line)
{
	bool ok;

	if ((a->flags & DB_APPLY_WHOLE) && is_frame(line))
		return;
	a->said.used = 0;
	a->said.text[0] = '\0';
	ok = apply_line(a, line);
	gram_match_done(&a->match);
	if (a->db->fault) /* not of this line's making: the whole text is refused */
		return;
	if (!ok) {
		if (a->match.status != GRAM_OK || !a->match.command->run) /* no block begins with an act */
			parse_state_refused(a->db->gram, &a->state, line);
		a->refused++;
		if (a->flags & DB_APPLY_KEEP)
			keep_error(a, number, line);
	}
	if (a->indented && !a->state.data)
		a->state.block = NULL; /* its lines are told by their indentation */
	if (a->report && a->report->line && (!ok || a->said.used))
		a->report->line(a->report->ctx, number, line, !ok, a->said.text);
}

/* Copies a line that can be one: without the mark before and the carriage returns behind it. NUL
 * bytes become blanks, too long is refused by the matcher. */
static void take_line(struct apply *a, const char *text, size_t len, char line[GRAM_LINE_MAX + 1])
{
	text = gram_skip_mark(text, &len);
	while (len && text[len - 1] == '\r')
		len--;
	if (len > GRAM_LINE_MAX)
		len = GRAM_LINE_MAX;
	a->binary = memchr(text, '\0', len) != NULL;
	for (size_t i = 0; i < len; i++)
		line[i] = text[i] ? text[i] : ' ';
	line[len] = '\0';
}

static void apply_lines(struct apply *a, const char *text, size_t len)
{
	/* Where nothing else ends a line, a carriage return does. */
	char line[GRAM_LINE_MAX + 1], mark = memchr(text, '\n', len) ? '\n' : '\r';
	unsigned number = 0;
	size_t at = 0;

	while (at < len && !a->db->fault) {
		const char *end = memchr(text + at, mark, len - at);
		size_t n = end ? (size_t)(end - text) - at : len - at;

		take_line(a, text + at, n, line);
		at += n + 1;
		apply_one(a, ++number, line);
	}
	if (a->report) {
		a->report->lines = number;
		a->report->refused = a->refused;
	}
	OPENSSL_cleanse(line, sizeof(line));
}

/* Within a transaction; refused lines, or -1. */
static int apply_held(struct db *db, const char *text, size_t len, int privilege, unsigned flags,
    struct db_report *report)
{
	struct apply *a = calloc(1, sizeof(*a));
	int refused;

	if (!a) {
		fault_code(db, SQLITE_NOMEM);
		return -1;
	}
	a->db = db;
	a->privilege = privilege;
	a->flags = flags;
	a->report = report;
	a->indented = is_indented(text, len);
	parse_state_init(&a->state, db->gram, true);
	db->whole = flags & DB_APPLY_WHOLE;
	apply_lines(a, text, len);
	db->whole = false;
	sqlite3_finalize(a->keep);
	refused = db->fault ? -1 : (int)a->refused;
	OPENSSL_cleanse(&a->match, sizeof(a->match));
	free(a);
	return refused;
}

int db_apply(struct db *db, const char *text, size_t len, int privilege, unsigned flags,
    struct db_report *report)
{
	bool began = !db->held;
	int refused;

	if (began && !db_begin(db))
		return -1;
	refused = apply_held(db, text, len, privilege, flags, report);
	if (began && !db_commit(db))
		refused = -1;
	return refused;
}
