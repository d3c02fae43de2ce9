/*
 * Checks across fields and rows that the grammar cannot express. Each sees the
 * row as the line has left it; what it refuses has never happened.
 */
#include "cli/config/checks.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cli/config/row.h"

bool check_hostname(struct db_line *l)
{
	const char *name = db_text(&l->row, "hostname");
	bool ok = name && name[strspn(name, "0123456789.")]; /* an address is no name */

	for (const char *p = name; ok && *p; p++)
		ok = isalnum((unsigned char)*p) || (*p == '-' && p != name && p[1]) || *p == '.';
	if (!ok)
		db_say(l, "ERROR: %% Invalid Hostname");
	return ok;
}

/* A limit of 0 is none. */
bool check_tcpmss(struct db_line *l)
{
	int64_t most = db_int(&l->row, "tcpmss", 0), least = db_int(&l->row, "tcpmss_least", 0);

	if (most == 0 || least <= most)
		return true;
	db_say(l, "ERROR: the minimum of tcpmss is above its limit, %" PRId64, most);
	return false;
}

/* ---- what several of them need ---------------------------------------------------------- */

bool row_there(struct db_line *l, const char *table, const char *const *columns,
    const char *const *texts, unsigned n)
{
	return db_any(l->db, db_table(l->db, table), columns, texts, n);
}

void warn_interface(struct db_line *l, const char *name)
{
	static const char *const nameif[] = {"nameif"};

	if (!row_there(l, "interface", nameif, &name, 1))
		db_say(l,
		    "WARNING: there is no interface \"%s\" yet; this takes effect when there is",
		    name);
}

/* ---- addresses ----------------------------------------------- */

bool check_pair(struct db_line *l, const char *address, const char *mask)
{
	const char *m = db_text(&l->row, mask);
	bool pairs = !m || !*m || !(row_v4(&l->row, address) & ~row_v4(&l->row, mask));

	if (!pairs)
		db_say(
		    l, "ERROR: IP address,mask <%s,%s> doesn't pair", db_text(&l->row, address), m);
	return pairs;
}

/* ---- crypto ------------------------------------------------------------------ */

/* L2TP runs in transport mode: what is not authenticated there could be forged by anyone. */
bool check_transform_set(struct db_line *l)
{
	if (row_is(&l->row, "mode", "transport") && row_is(&l->row, "authentication", "esp-none")) {
		db_say(l,
		    "ERROR: transform set %s has no authentication (esp-none); L2TP over IPsec "
		    "needs "
		    "one, such as esp-sha-hmac",
		    db_text(&l->row, "name"));
		return false;
	}
	if (row_is(&l->row, "encryption", "esp-null") &&
	    row_is(&l->row, "authentication", "esp-none")) {
		db_say(l,
		    "ERROR: a transform set with neither encryption nor authentication protects "
		    "nothing");
		return false;
	}
	return true;
}

bool check_crypto_map(struct db_line *l)
{
	const struct db_row *r = &l->row;

	if (!db_text(r, "dynamic") &&
	    !(db_text(r, "match_acl") && db_text(r, "peers") && db_text(r, "transform_sets")))
		db_say(l, "WARNING: The crypto map entry is incomplete!");
	return true;
}

static void count(void *ctx, const struct db_row *row)
{
	(void)row;
	++*(unsigned *)ctx;
}

bool check_ikev1_policies(struct db_line *l)
{
	enum { MOST = 20 };
	unsigned n = 0;

	db_each(l->db, l->command->table, count, &n);
	if (n > MOST)
		db_say(
		    l, "ERROR: there are %d ISAKMP policies already, the most there can be", MOST);
	return n <= MOST;
}
