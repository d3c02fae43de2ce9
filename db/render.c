/*
 * The running-config as text: one walk over sections, tables, rows and commands,
 * for the screen, the file and the checksum alike.
 */
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db/fault.h"
#include "db/row.h"
#include "db/sql.h"
#include "parser/text.h"

struct print {
	struct db *db;
	unsigned flags;
	const struct gram_match *match; /* limits the commands; NULL = all */
	/* limits the lines, those of blocks too; NULL = all */
	bool (*wants)(void *ctx, const struct gram_command *);
	void *ctx;
	const char *section;
	struct gram_out *out;
	bool printed; /* something, since the last `!` */
	bool parted;  /* of limited lines: the next one stands behind a `!` */
};

static void out(struct print *p, const char *text, size_t len)
{
	if (len && !p->db->fault) {
		if (p->parted)
			p->out->write(p->out->ctx, "!\n", 2);
		p->parted = false;
		p->out->write(p->out->ctx, text, len);
		p->printed = true;
	}
}

static void indented_line(struct text *b, unsigned depth, const char *line, size_t len)
{
	while (depth--)
		text_addn(b, " ", 1);
	text_addn(b, line, len);
	text_addn(b, "\n", 1);
}

/* A line of a submode stands in the section of its header, unless its block says otherwise. */
/* Asked of every command for every section: the first letter tells most of them apart. */
static bool same_section(const char *a, const char *b)
{
	return *a == *b && !strcmp(a, b);
}

static bool in_section(const struct print *p, const struct gram_command *c, const char *inherited)
{
	const char *s = c->section || c->mode == p->db->gram->config ? c->section : inherited;

	return s && same_section(s, p->section);
}

static void command_lines(struct print *p, const struct gram_command *c, const struct db_row *row,
    const char *section, unsigned depth, struct text *to);

/* Rows of another table whose lines stand in a block: those that share the keys of its row. */
static void child_rows(struct print *p, const struct gram_command *c, const struct db_row *parent,
    const char *section, unsigned depth, struct text *to)
{
	sqlite3_stmt *s = db_prepare(p->db, "%s", sqlite3_sql(p->db->tables[c->table->index].all));
	struct rowbuf row = {0};

	while (db_next(p->db, s) && db_copy_row(p->db, s, c->table, &row)) {
		bool ours = true;

		for (int k = 0; k < c->table->n_keys; k++) {
			int same_key = gram_column(parent->table, c->table->columns[k].name);

			if (same_key >= 0 && same_key < parent->table->n_keys)
				ours = ours && same_text(row.values[k], parent->values[same_key]);
		}
		if (ours)
			command_lines(p, c, &row.row, section, depth, to);
	}
	sqlite3_finalize(s);
	rowbuf_free(&row);
}

static bool is_first_of_table(const struct gram_mode *m, unsigned i)
{
	for (unsigned k = 0; k < i; k++)
		if (m->commands[k]->table == m->commands[i]->table)
			return false;
	return true;
}

/* The lines of a block that stand in the order in which they came, whatever they begin with. */
static void ordered_rows(struct print *p, const struct gram_mode *m, const struct gram_table *t,
    const struct db_row *parent, const char *section, unsigned depth, struct text *to)
{
	sqlite3_str *sql = db_select_from(p->db, t);
	struct rowbuf row = {0};
	sqlite3_stmt *s;

	for (int k = 0; k < parent->table->n_keys; k++)
		sqlite3_str_appendf(sql, "%s\"%w\"=?", k ? " AND " : " WHERE ", t->columns[k].name);
	sqlite3_str_appendf(sql, " ORDER BY rowid");
	s = db_prepare_str(p->db, sql);
	for (int k = 0; k < parent->table->n_keys; k++)
		db_bind(p->db, s, k + 1, t, k, parent->values[k]);
	while (db_next(p->db, s) && db_copy_row(p->db, s, t, &row))
		for (unsigned i = 0; i < m->n_commands; i++)
			if (m->commands[i]->table == t && in_section(p, m->commands[i], section))
				command_lines(p, m->commands[i], &row.row, section, depth, to);
	sqlite3_finalize(s);
	rowbuf_free(&row);
}

static bool is_ordered(const struct gram_table *t)
{
	return t->keeps || (t->within && t->created_order);
}

static void block(struct print *p, const struct gram_mode *m, const struct db_row *row,
    const char *section, unsigned depth, struct text *to)
{
	for (unsigned i = 0; i < m->n_commands; i++) {
		const struct gram_command *c = m->commands[i];

		if (c->show == SHOW_NEVER || !in_section(p, c, section))
			continue;
		if (c->table == row->table)
			command_lines(p, c, row, section, depth, to);
		else if (!is_ordered(c->table))
			child_rows(p, c, row, section, depth, to);
		else if (is_first_of_table(m, i))
			ordered_rows(p, m, c->table, row, section, depth, to);
	}
}

/* A text in lines (`append`) is printed as the lines that made it. */
static void all_lines(const struct gram_command *c, const struct db_row *row, struct text *to,
    unsigned depth, const char *line, size_t len)
{
	const char *text = c->append_text && c->n_columns == 1 ? row->values[c->columns[0]] : NULL;
	size_t head = text && strlen(text) <= len ? len - strlen(text) : 0, n;

	if (!head || !memchr(line, '\n', len)) {
		indented_line(to, depth, line, len);
		return;
	}
	for (;; text += n + 1) {
		char one[2 * GRAM_LINE_MAX];

		n = strcspn(text, "\n");
		indented_line(to, depth, one,
		    (size_t)snprintf(one, sizeof(one), "%.*s%.*s", (int)head, line, (int)n, text));
		if (!text[n])
			break;
	}
}

/* The row as it is printed: with names for addresses that have one. */
static const char *const *printed(
    const struct print *p, const struct db_row *row, const char *to[GRAM_COLS_MAX])
{
	const struct db_config *config = &p->db->config;

	if (!config->name_of)
		return row->values;
	for (int i = 0; i < row->table->n_columns; i++) {
		const struct gram_type *type = &row->table->columns[i].type;
		const char *v = row->values[i], *name = NULL;

		if ((type->kind == KIND_ADDR || type->kind == KIND_NET) && !type->n_extra && v &&
		    *v)
			name = config->name_of(config->ctx, row->table, v);
		to[i] = name ? name : v;
	}
	return to;
}

/* One command of a row: its line, and the block below it. */
static void command_lines(struct print *p, const struct gram_command *c, const struct db_row *row,
    const char *section, unsigned depth, struct text *to)
{
	char line[2 * GRAM_LINE_MAX];
	char *const *presets = db_presets(p->db, row->table, row->values);
	const char *values[GRAM_COLS_MAX];
	struct gram_row r = {printed(p, row, values), presets};
	struct text inner = {0};
	bool changed, here = in_section(p, c, section), alone;
	size_t len;

	len = gram_render(c, &r, p->flags, &changed, line, sizeof(line));
	/* The header of a block must be known even when its own line says nothing new. */
	if (!len && c->enter)
		len = gram_render(c, &r, p->flags | RENDER_ALL, NULL, line, sizeof(line));
	if (!len || (!c->enter && !here))
		return;
	if (!c->enter) {
		if (!p->wants || p->wants(p->ctx, c))
			all_lines(c, row, to, depth, line, len);
		return;
	}
	block(p, c->enter, row, c->section ? c->section : section, depth + (c->enter->data ? 3 : 1),
	    &inner);
	if (c->enter->data)
		indented_line(&inner, depth + 1, "quit", 4);
	alone = here && c->show != SHOW_BLOCK && (!p->wants || (c->kept && p->wants(p->ctx, c))) &&
	    (!presets || changed || (p->flags & RENDER_ALL) || c->show == SHOW_ALWAYS);
	if (alone || inner.len)
		indented_line(to, depth, line, len);
	if (inner.len)
		text_addn(to, inner.p, inner.len);
	if (text_failed(&inner) || text_failed(to))
		fault_code(p->db, SQLITE_NOMEM);
	text_free(&inner);
}

/* Is the command of the row what the words of a branch name? A form that is never printed names the
 * one that is. */
static bool is_of(const struct gram_branch *b, const struct gram_command *c)
{
	return b->command == c ||
	       (b->command->show == SHOW_NEVER && b->command->enter &&
		   b->command->enter == c->enter && b->command->table == c->table);
}

/* Has the row what was typed? A secret tells nothing, and a place in a sequence moves. */
static bool has_typed(const struct gram_arg *a, const struct gram_table *t,
    const struct db_row *row)
{
	return a->column < 0 || a->column == t->sequence ||
	       db_is_sealed(&t->columns[a->column].type) ||
	       same_text(row->values[a->column], a->text);
}

/* Does the filter let this command of this row through? */
static bool wanted(const struct print *p, const struct gram_command *c, const struct db_row *row)
{
	const struct gram_match *m = p->match;

	if (!m || m->family_all)
		return true;
	for (unsigned i = 0; i < m->n_branches; i++) {
		const struct gram_branch *b = &m->branches[i];
		bool ok = is_of(b, c);

		for (unsigned k = 0; ok && k < b->n_args; k++)
			ok = has_typed(&b->args[k], c->table, row);
		if (ok)
			return true;
	}
	return false;
}

static bool has_lines_here(const struct print *p, const struct gram_command *c)
{
	if (c->show == SHOW_NEVER)
		return false;
	if (in_section(p, c, NULL))
		return true;
	for (unsigned i = 0; c->enter && i < c->enter->n_commands; i++)
		if (c->enter->commands[i]->section && c->enter->commands[i]->show != SHOW_NEVER &&
		    same_section(c->enter->commands[i]->section, p->section) &&
		    (!c->section || !same_section(c->section, p->section)))
			return true;
	return false;
}

static void print_table(struct print *p, const struct gram_table *t, bool each, const char *of);

/* The rows of other tables that stand behind those of `t` with this first key. */
static void print_followers(struct print *p, const struct gram_table *t, const char *key)
{
	for (unsigned i = 0; key && i < p->db->gram->n_tables; i++) {
		const struct gram_table *f = p->db->gram->tables[i];

		if (f->follows && !strcmp(f->follows, t->name))
			print_table(p, f, false, key);
	}
}

static bool is_followed(const struct db *db, const struct gram_table *t)
{
	for (unsigned i = 0; i < db->gram->n_tables; i++)
		if (db->gram->tables[i]->follows && !strcmp(db->gram->tables[i]->follows, t->name))
			return true;
	return false;
}

/* A row that follows another is printed behind it (`of` = that one's key), or at the end of the
 * section when there is none. */
static bool has_place(struct print *p, const struct gram_table *t, const struct rowbuf *row,
    const char *of)
{
	const struct gram_table *leader = t->follows ? gram_table(p->db->gram, t->follows) : NULL;
	const char *key = leader ? row->values[t->follows_column] : NULL;
	sqlite3_stmt *s;
	bool led;

	if (!leader)
		return true;
	if (of)
		return same_text(key, of);
	s = db_prepare(p->db, "SELECT 1 FROM t%u_%s WHERE \"%w\"=%Q", leader->index, leader->name,
	    leader->columns[0].name, key ? key : "");
	led = db_next(p->db, s);
	sqlite3_finalize(s);
	return !led;
}

/* The rows of a table that have lines here. Of kept lines there are many kinds in one table: those
 * of this section are asked for. */
static sqlite3_stmt *rows_of(struct print *p, const struct gram_table *t)
{
	const struct gram_mode *config = p->db->gram->config;
	const char *comma = "";
	sqlite3_str *sql;

	if (!t->keeps)
		return p->db->tables[t->index].all;
	sql = db_select_from(p->db, t);
	sqlite3_str_appendf(sql, " WHERE \"%w\" IN (", t->columns[0].name);
	for (unsigned i = 0; i < config->n_commands; i++) {
		const struct gram_command *c = config->commands[i];

		if (c->table != t || !has_lines_here(p, c))
			continue;
		sqlite3_str_appendf(sql, "%s%Q", comma, gram_bound(c, 0));
		comma = ",";
	}
	sqlite3_str_appendf(sql, ") ORDER BY rowid");
	return db_prepare_str(p->db, sql);
}

/* All rows of a table, with those commands of the configuration mode that have lines here. */
static void print_table(struct print *p, const struct gram_table *t, bool each, const char *of)
{
	const struct gram_mode *config = p->db->gram->config;
	sqlite3_stmt *s = rows_of(p, t);
	char *leading = NULL;
	bool leads = is_followed(p->db, t);
	struct rowbuf row = {0};

	while (db_next(p->db, s) && db_copy_row(p->db, s, t, &row)) {
		struct text b = {0};

		if (!has_place(p, t, &row, of))
			continue;
		if (leads && (!leading || strcmp(leading, row.values[0]))) {
			print_followers(p, t, leading);
			free(leading);
			leading = strdup(row.values[0]);
			if (!leading)
				fault_code(p->db, SQLITE_NOMEM);
		}
		for (unsigned i = 0; i < config->n_commands; i++) {
			const struct gram_command *c = config->commands[i];

			if (c->table == t && has_lines_here(p, c) && wanted(p, c, &row.row))
				command_lines(p, c, &row.row, NULL, 0, &b);
		}
		if (b.len && each)
			text_addn(&b, "!\n", 2);
		if (text_failed(&b))
			fault_code(p->db, SQLITE_NOMEM);
		out(p, b.p, b.len);
		text_free(&b);
	}
	if (t->keeps)
		sqlite3_finalize(s);
	else
		sqlite3_reset(s);
	rowbuf_free(&row);
	print_followers(p, t, leading);
	free(leading);
}

static void print_section(struct print *p, const char *name, bool each)
{
	const struct gram_mode *config = p->db->gram->config;
	bool done[p->db->gram->n_tables + 1];

	memset(done, 0, sizeof(done));
	p->section = name;
	for (unsigned i = 0; i < config->n_commands; i++) {
		const struct gram_command *c = config->commands[i];

		if (!c->table || done[c->table->index] || !has_lines_here(p, c))
			continue;
		done[c->table->index] = true;
		print_table(p, c->table, each, NULL);
	}
}

static void print_order(struct print *p, bool separators)
{
	for (unsigned i = 0; i < p->db->gram->n_order; i++) {
		const struct gram_order *o = &p->db->gram->order[i];
		bool bang = !strcmp(o->name, "!"), maybe = !strcmp(o->name, "!?");

		if (bang || maybe) {
			p->parted |= p->wants && p->printed;
			if (separators && !p->wants && (bang || p->printed))
				out(p, "!\n", 2);
			p->printed = false;
		} else if (!strcmp(o->name, "blank")) {
			if (separators && !p->wants)
				out(p, "\n", 1);
		} else {
			print_section(p, o->name, separators && o->each);
		}
	}
}

static void print_all(struct db *db, unsigned flags, const struct gram_match *m, bool separators,
    struct gram_out *to)
{
	struct print p = {.db = db, .flags = flags, .match = m, .out = to};

	print_order(&p, separators);
}

bool db_render(struct db *db, unsigned flags, const struct gram_match *m, struct gram_out *to)
{
	bool whole = !m || m->family_all;

	read_begin(db);
	print_all(db, flags, whole ? NULL : m, whole, to);
	return read_end(db);
}

bool db_render_lines(struct db *db, unsigned flags,
    bool (*wants)(void *ctx, const struct gram_command *), void *ctx, struct gram_out *to)
{
	struct print p = {.db = db, .flags = flags, .wants = wants, .ctx = ctx, .out = to};

	read_begin(db);
	print_order(&p, true);
	return read_end(db);
}

static void digest(void *ctx, const char *text, size_t len)
{
	EVP_DigestUpdate(ctx, text, len);
}

bool db_checksum(struct db *db, char hex[33])
{
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	struct gram_out to = {digest, c};
	unsigned char sum[EVP_MAX_MD_SIZE];
	unsigned len = 0;
	bool ok = c && EVP_DigestInit_ex(c, EVP_md5(), NULL) == 1;

	memset(sum, 0, sizeof(sum));
	read_begin(db);
	if (ok)
		print_all(db, RENDER_CLEAR, NULL, false, &to);
	if (!ok || EVP_DigestFinal_ex(c, sum, &len) != 1)
		fault_note(db, "no checksum can be made");
	EVP_MD_CTX_free(c);
	for (int i = 0; i < 16; i++)
		snprintf(hex + 2 * i, 3, "%02x", sum[i]);
	return read_end(db);
}
