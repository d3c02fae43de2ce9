/*
 * struct access_lists; see access_lists.h. Rows tell where an element was and where it is (their
 * column `line`, from 1 without a hole): a list's elements are an array that is put together anew
 * when some have moved, so that only what says something new is compiled.
 */
#include "cli/config/access_lists.h"

#include <stdlib.h>
#include <string.h>

#include "cli/config/row.h"

/* A row, for as long as what it names may change. */
struct kept_row {
	struct db_row row;
	const char *values[];
};

struct access_element {
	struct kept_row *row; /* of one that names something, else NULL */
	bool remark, standard, compiled;
	size_t n;
	struct acl_rule rule[];
};

/* An element that came (was 0), went (is 0) or moved. */
struct access_move {
	uint32_t was, is;
	struct access_element *element; /* NULL: the one that was there */
};

/* ---- elements -------------------------------------------------------------------------- */

static struct kept_row *keep(const struct db_row *row)
{
	size_t n = (size_t)row->table->n_columns,
	       size = sizeof(struct kept_row) + n * sizeof(char *);
	struct kept_row *k;
	char *at;

	for (size_t i = 0; i < n; i++)
		size += row->values[i] ? strlen(row->values[i]) + 1 : 0;
	if (!(k = malloc(size)))
		return NULL;
	at = (char *)(k->values + n);
	for (size_t i = 0; i < n; i++) {
		k->values[i] = row->values[i] ? strcpy(at, row->values[i]) : NULL;
		at += row->values[i] ? strlen(at) + 1 : 0;
	}
	k->row = (struct db_row){row->table, k->values};
	return k;
}

static void element_free(struct access_element *e)
{
	if (e)
		free(e->row);
	free(e);
}

/* NULL: no memory, or what it names could not be read. names NULL: it names something, and is
 * compiled later. */
static struct access_element *element(const struct cover *names, const struct db_row *row)
{
	struct acl_list rules = {0};
	struct access_element *e = NULL;
	bool named = access_has_names(row);

	if ((named && !names) || access_compile(names, row, &rules))
		e = malloc(sizeof *e + rules.n * sizeof *rules.rule);
	if (e) {
		*e = (struct access_element){.row = named ? keep(row) : NULL,
		    .remark = access_is_remark(row),
		    .standard = row_is(row, "kind", "standard"),
		    .compiled = !named || names,
		    .n = rules.n};
		if (rules.n)
			memcpy(e->rule, rules.rule, rules.n * sizeof *rules.rule);
	}
	acl_list_free(&rules);
	if (e && named && !e->row) {
		free(e);
		return NULL;
	}
	return e;
}

/* ---- lists ----------------------------------------------------------------------------- */

static void list_free(struct access_list_rules *l)
{
	for (size_t i = 0; i < l->n_elements; i++)
		element_free(l->elements[i]);
	for (size_t i = 0; i < l->n_moves; i++)
		element_free(l->moves[i].element);
	free(l->elements);
	free(l->moves);
	free(l->name);
	acl_list_free(&l->rules);
}

void access_lists_free(struct access_lists *s)
{
	for (size_t i = 0; i < s->n; i++)
		list_free(&s->v[i]);
	free(s->v);
	*s = (struct access_lists){0};
}

/* Where it is, or would be. */
static size_t place(const struct access_lists *s, const char *name, bool *found)
{
	size_t low = 0, high = s->n;

	*found = false;
	while (low < high && !*found) {
		size_t mid = (low + high) / 2;
		int r = strcmp(s->v[mid].name, name);

		*found = r == 0;
		if (*found)
			return mid;
		if (r < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

const struct access_list_rules *access_lists_find(const struct access_lists *s, const char *name)
{
	bool found;
	size_t at = place(s, name, &found);

	return found ? &s->v[at] : NULL;
}

/* NULL: no memory. */
static struct access_list_rules *list_of(struct access_lists *s, const char *name)
{
	bool found;
	size_t at = place(s, name, &found), size = s->size ? 2 * s->size : 8;
	struct access_list_rules *grown;
	char *own;

	if (found)
		return &s->v[at];
	if (s->n == s->size) {
		if (!(grown = realloc(s->v, size * sizeof *grown)))
			return NULL;
		s->v = grown;
		s->size = size;
	}
	if (!(own = strdup(name)))
		return NULL;
	memmove(&s->v[at + 1], &s->v[at], (s->n++ - at) * sizeof *s->v);
	s->v[at] = (struct access_list_rules){.name = own};
	return &s->v[at];
}

static void list_drop(struct access_lists *s, size_t at)
{
	list_free(&s->v[at]);
	memmove(&s->v[at], &s->v[at + 1], (--s->n - at) * sizeof *s->v);
}

static bool add_move(struct access_list_rules *l, const struct access_move *m)
{
	struct access_move *grown = l->moves;
	size_t size = l->size_moves ? 2 * l->size_moves : 8;

	if (l->n_moves == l->size_moves) {
		if (!(grown = realloc(l->moves, size * sizeof *grown)))
			return false;
		l->moves = grown;
		l->size_moves = size;
	}
	l->moves[l->n_moves++] = *m;
	return true;
}

/* ---- changes --------------------------------------------------------------------------- */

/* But for where they stand. */
static bool says_the_same(const struct db_row *a, const struct db_row *b)
{
	for (int i = 0; i < a->table->n_columns; i++) {
		const char *x = a->values[i], *y = b->values[i];

		if (i != a->table->sequence && (x && y ? strcmp(x, y) != 0 : x != y))
			return false;
	}
	return true;
}

static uint32_t line_of(const struct db_row *row)
{
	return row ? (uint32_t)db_int(row, "line", 0) : 0;
}

void access_lists_change(struct access_lists *s, const struct db_change *c)
{
	const struct db_row *row = c->after ? c->after : c->before;
	struct access_move m = {line_of(c->before), line_of(c->after), NULL};
	bool moved = c->before && c->after && says_the_same(c->before, c->after);
	struct access_list_rules *l;

	if (!s->read)
		return;
	l = list_of(s, db_text(row, "name"));
	if (l && c->after && !moved)
		m.element = element(NULL, c->after);
	if (!l || (c->after && !moved && !m.element) || !add_move(l, &m)) {
		element_free(m.element);
		s->read = false;
	}
}

/* How many elements there are after the moves, and which of those that were there have moved, by
 * line; false: they do not fit. */
static bool count_moves(const struct access_list_rules *l, bool *moved, size_t *n)
{
	size_t came = 0, went = 0;

	for (size_t i = 0; i < l->n_moves; i++) {
		const struct access_move *m = &l->moves[i];

		if (m->was > l->n_elements || (m->was && moved[m->was]))
			return false;
		came += m->is != 0;
		went += m->was != 0;
		moved[m->was] = m->was != 0;
	}
	*n = l->n_elements + came - went;
	return true;
}

/* Every element at its place; false: a place has none, or two. */
static bool fill(
    const struct access_list_rules *l, const bool *moved, struct access_element **now, size_t n)
{
	size_t filled = 0;

	for (size_t i = 0; i < l->n_moves; i++) {
		const struct access_move *m = &l->moves[i];

		if (!m->is)
			continue;
		if (m->is > n || now[m->is - 1])
			return false;
		now[m->is - 1] = m->element ? m->element : l->elements[m->was - 1];
		filled++;
	}
	for (size_t i = 0; i < l->n_elements; i++) {
		if (moved[i + 1])
			continue;
		if (i >= n || now[i])
			return false;
		now[i] = l->elements[i];
		filled++;
	}
	return filled == n;
}

/* The elements go to their new places; false: no memory, or they do not fit what is known. */
static bool move(struct access_list_rules *l)
{
	bool *moved = calloc(l->n_elements + 1, sizeof *moved);
	struct access_element **now = NULL;
	size_t n;

	if (!moved || !count_moves(l, moved, &n) || !(now = calloc(n + 1, sizeof(void *))) ||
	    !fill(l, moved, now, n)) {
		free(moved);
		free(now);
		return false;
	}
	free(moved);
	for (size_t i = 0; i < l->n_moves; i++)
		if (l->moves[i].was && (l->moves[i].element || !l->moves[i].is))
			element_free(l->elements[l->moves[i].was - 1]);
	free(l->elements);
	l->elements = now;
	l->n_elements = n;
	l->n_moves = 0;
	return true;
}

/* ---- rules ----------------------------------------------------------------------------- */

/* Those that name something, as it is now: all, or those that have not been. */
static bool compile(struct access_list_rules *l, const struct cover *names, bool all)
{
	for (size_t i = 0; i < l->n_elements; i++) {
		struct access_element *e = l->elements[i];

		if (!e->row || (e->compiled && !all))
			continue;
		if (!(e = element(names, &e->row->row)))
			return false;
		element_free(l->elements[i]);
		l->elements[i] = e;
	}
	return true;
}

static bool flatten(const struct access_list_rules *l, struct acl_list *to)
{
	for (size_t i = 0; i < l->n_elements; i++)
		for (size_t k = 0; k < l->elements[i]->n; k++) {
			struct acl_rule r = l->elements[i]->rule[k];

			r.line = (uint32_t)i + 1;
			if (!acl_list_add(to, &r))
				return false;
		}
	return true;
}

/* What is said of a list that is another one, and to whom. */
struct telling {
	access_list_told *each;
	void *ctx;
};

/* The list's rules become those of its elements. */
static bool refresh(struct access_list_rules *l, const struct telling *t)
{
	struct acl_list old = l->rules, now = {0};
	bool was = l->there;

	if (!flatten(l, &now)) {
		acl_list_free(&now);
		return false;
	}
	l->rules = now;
	l->there = l->standard = false;
	for (size_t i = 0; i < l->n_elements; i++) {
		l->there = l->there || !l->elements[i]->remark;
		l->standard = l->standard || l->elements[i]->standard;
	}
	t->each(t->ctx, l, &old, was);
	acl_list_free(&old);
	return true;
}

static bool has_names(const struct access_list_rules *l)
{
	for (size_t i = 0; i < l->n_elements; i++)
		if (l->elements[i]->row)
			return true;
	return false;
}

/* ---- all of them anew ------------------------------------------------------------------- */

struct reading {
	struct access_lists lists;
	const struct cover *names;
	bool failed;
};

static void read_row(void *ctx, const struct db_row *row)
{
	struct reading *r = ctx;
	struct access_move m = {.is = line_of(row)};
	struct access_list_rules *l = r->failed ? NULL : list_of(&r->lists, db_text(row, "name"));

	m.element = l ? element(r->names, row) : NULL;
	if (!m.element || !add_move(l, &m)) {
		element_free(m.element);
		r->failed = true;
	}
}

/* What was told of lists is still what `s` has of them. */
static bool read_all(
    struct access_lists *s, const struct cover *names, const struct telling *t)
{
	struct reading r = {.names = names};
	bool read = db_each(names->db, db_table(names->db, "access_list"), read_row, &r) &&
		    !r.failed;

	for (size_t i = 0; read && i < s->n; i++)
		read = list_of(&r.lists, s->v[i].name) != NULL;
	for (size_t i = 0; read && i < r.lists.n; i++)
		read = move(&r.lists.v[i]);
	for (size_t i = 0; read && i < s->n; i++) {
		bool found;
		struct access_list_rules *l = &r.lists.v[place(&r.lists, s->v[i].name, &found)];

		l->rules = s->v[i].rules;
		l->there = s->v[i].there;
		s->v[i].rules = (struct acl_list){0};
	}
	if (read) {
		access_lists_free(s);
		*s = r.lists;
	} else {
		access_lists_free(&r.lists);
	}
	for (size_t i = 0; read && i < s->n; i++)
		read = refresh(&s->v[i], t);
	s->read = read;
	return read;
}

bool access_lists_settle(struct access_lists *s, const struct cover *names, bool named,
    access_list_told *each, void *ctx)
{
	const struct telling t = {each, ctx};

	for (size_t i = 0; i < s->n && s->read; i++) {
		struct access_list_rules *l = &s->v[i];
		bool moves = l->n_moves != 0, again = named && has_names(l);

		if (moves || again)
			s->read = move(l) && compile(l, names, again) && refresh(l, &t);
	}
	if (!s->read && !read_all(s, names, &t))
		return false;
	for (size_t i = s->n; i-- > 0;)
		if (s->v[i].n_elements == 0)
			list_drop(s, i);
	return true;
}
