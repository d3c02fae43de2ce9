/* Names in the place of addresses; it holds nothing: they are rows. */
#include "cli/config/names.h"

#include <ctype.h>
#include <stdio.h>
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
