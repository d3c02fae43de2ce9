/* Names in the place of addresses. They are rows; struct names is the delivery's copy of them. */
#include "cli/config/names.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/config/checks.h"
#include "cli/config/row.h"

#define NAME_MAX_LEN 63

struct named {
	const char *but; /* not this address */
	char address[16];
};

static void take_address(void *ctx, const struct db_row *row)
{
	struct named *n = ctx;

	if (!n->but || !row_is(row, "address", n->but))
		snprintf(n->address, sizeof(n->address), "%s", db_text(row, "address"));
}

/* The address of a name, of one besides `but`; false when it is none. */
static bool address_of(struct db *db, const char *name, const char *but, char address[16])
{
	static const char *const column[] = {"name"};
	struct named n = {.but = but};

	db_where(db, db_table(db, "name"), column, &name, 1, take_address, &n);
	memcpy(address, n.address, sizeof(n.address));
	return address[0] != 0;
}

static bool are_used(struct db *db)
{
	char used[4];

	return db_get(db, "names", "used", NULL, 0, used, sizeof(used)) && *used == '1';
}

bool names_expand(struct db *db, const char *line, char *to, size_t size)
{
	bool any = false;
	size_t used = 0;

	if (!are_used(db))
		return false;
	while (*line) {
		size_t blanks = strspn(line, " \t"), len = strcspn(line + blanks, " \t");
		char word[NAME_MAX_LEN + 1], address[16];
		const char *text = line + blanks;
		size_t n = len;

		snprintf(word, sizeof(word), "%.*s", len > NAME_MAX_LEN ? 0 : (int)len, text);
		if (isalpha((unsigned char)word[0]) && address_of(db, word, NULL, address)) {
			text = address;
			n = strlen(address);
			any = true;
		}
		if (used + blanks + n >= size)
			return false;
		memcpy(to + used, line, blanks);
		memcpy(to + used + blanks, text, n);
		used += blanks + n;
		line += blanks + len;
	}
	to[used] = 0;
	return any;
}

/* ---- printed -------------------------------------------------------------------- */

struct collecting {
	struct names *to;
	bool failed;
};

static void collect(void *ctx, const struct db_row *row)
{
	struct collecting *c = ctx;
	struct names *n = c->to;
	struct names_one *v = n->v;

	if (n->n == n->size) {
		v = realloc(v, (2 * n->size + 16) * sizeof(*v));
		if (!v) {
			c->failed = true;
			return;
		}
		n->v = v;
		n->size = 2 * n->size + 16;
	}
	v += n->n++;
	snprintf(v->address, sizeof(v->address), "%s", db_text(row, "address"));
	snprintf(v->name, sizeof(v->name), "%s", db_text(row, "name"));
}

static int by_address(const void *a, const void *b)
{
	return strcmp(
	    ((const struct names_one *)a)->address, ((const struct names_one *)b)->address);
}

bool names_read(struct names *n, struct db *db)
{
	struct collecting c = {n, false};
	bool read = true;

	n->n = 0;
	if (are_used(db))
		read = db_each(db, db_table(db, "name"), collect, &c) && !c.failed;
	if (!read)
		n->n = 0;
	if (n->n)
		qsort(n->v, n->n, sizeof(*n->v), by_address);
	return read && !db_fault(db);
}

void names_free(struct names *n)
{
	free(n->v);
	*n = (struct names){0};
}

const char *names_of(const struct names *n, const struct gram_table *t, const char *address)
{
	struct names_one key;
	const struct names_one *found;

	if (!n->n || strcmp(t->name, "name") == 0 || strlen(address) >= sizeof(key.address))
		return NULL;
	strcpy(key.address, address);
	found = bsearch(&key, n->v, n->n, sizeof(*n->v), by_address);
	return found ? found->name : NULL;
}

/* ---- typed -------------------------------------------------------------------------- */

/* One name for an address, and one address for a name. */
bool check_name(struct db_line *l)
{
	const char *name = db_text(&l->row, "name"), *other = name;
	char address[16];

	if (l->negated)
		return true;
	if (!isalpha((unsigned char)*name)) {
		db_say(l, "ERROR: the name does not begin with a letter");
		return false;
	}
	for (; isalnum((unsigned char)*other) || (*other && strchr("-_.", *other)); other++)
		;
	if (*other) {
		db_say(
		    l, "ERROR: the name has characters besides letters, digits, '-', '_' and '.'");
		return false;
	}
	if (address_of(l->db, name, db_text(&l->row, "address"), address)) {
		db_say(l, "ERROR: the name %s is that of %s", name, address);
		return false;
	}
	return true;
}
