/*
 * One line: what a matched line does to the rows, with its hooks and texts. All of
 * it is stored, or nothing.
 */
#include <ctype.h>
#include <openssl/crypto.h>
#include <string.h>

#include "db/line.h"
#include "db/change.h"
#include "db/kept.h"
#include "db/members.h"
#include "db/reference.h"
#include "db/row.h"
#include "db/say.h"
#include "db/store.h"
#include "db/work.h"

/* `*****` is what is shown where a secret stands: a pasted configuration must not make it one. */
static bool secrets_typed(const struct work *w)
{
	for (unsigned i = 0; !w->match->negated && i < w->match->n_args; i++) {
		const struct gram_arg *a = &w->match->args[i];

		if (!a->type || (a->type->kind != KIND_SECRET && a->type->kind != KIND_HASH) ||
		    a->text[strspn(a->text, "*")])
			continue;
		say_text(w->store.db,
		    "ERROR: %s only stands for a secret that is not shown; type the "
		    "secret itself",
		    a->text);
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
	w->line.row = db->before.row; /* NOLINT(clang-analyzer-core.NullDereference): db is there */
	if (values)
		w->line.row = (struct db_row){s->table, values};
	return check(&w->line);
}

/* Where the word stands in the line, from `at` on. */
static size_t find_word(const char *line, size_t at, const char *word)
{
	size_t len = strlen(word);

	for (size_t i = at; line[i]; i++) {
		if (strncmp(line + i, word, len) || (i && !isspace((unsigned char)line[i - 1])))
			continue;
		if (!line[i + len] || isspace((unsigned char)line[i + len]))
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
	kept_stored(w);
	if (!w->line.negated)
		warn(w);
	if (c->say)
		say_text(db, c->say, w->store.name);
	return true;
}

/* A word that begins a literal one, and is a name: `a`, where there is an object `a`, is not
 * `any`. */
static void names_typed(struct work *w, const char *line)
{
	for (unsigned i = 0; i < w->match->n_args; i++) {
		const struct gram_arg *a = &w->match->args[i];
		size_t len = strcspn(line + a->offset, " \t\r\n");
		char *name = w->text + w->used;

		if (a->column < 0 || !a->type || a->type->kind != KIND_REF || a->type->list_max ||
		    len >= strlen(a->text) || len >= sizeof w->text - w->used)
			continue;
		memcpy(name, line + a->offset, len);
		name[len] = '\0';
		if (!reference_known(w->store.db, a->type, name))
			continue;
		w->store.values[a->column] = name;
		w->used += len + 1;
	}
}

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
	w.line = (struct db_line){.db = db,
	    .command = m->command,
	    .negated = m->negated || m->defaulted,
	    .whole = db->whole,
	    .tools = db->config.tools,
	    .row = {m->command->table, w.store.values}};
	db->before.row.values = NULL;
	fill(&w, state);
	names_typed(&w, line);
	members_removed(&w);
	kept_line(&w);
	ok = secrets_typed(&w) && members_added(&w) &&
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
