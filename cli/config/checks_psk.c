/* Checks of pre-shared keys: which tunnel group a key leads to (engine/ike/psk.h). */
#include <stdio.h>

#include "cli/config/row.h"
#include "cli/config/checks.h"
#include "engine/ike/limits.h"

#define DEFAULT_GROUP "DefaultRAGroup"

/* Another group with that key, and all distinct keys that are tried. */
struct keys {
	const char *name, *psk;
	char other[65];
	bool other_remote;
	char key[PSK_CANDIDATES_MAX + 1][129];
	unsigned n;
};

static bool is_remote(const struct db_row *group)
{
	return row_is(group, "type", "remote-access");
}

static void count(struct keys *k, const char *psk)
{
	for (unsigned i = 0; i < k->n; i++)
		if (strcmp(k->key[i], psk) == 0)
			return;
	if (k->n <= PSK_CANDIDATES_MAX)
		snprintf(k->key[k->n++], sizeof k->key[0], "%s", psk);
}

static void look(void *ctx, const struct db_row *group)
{
	struct keys *k = ctx;
	const char *name = db_text(group, "name"), *psk = db_text(group, "psk");

	if (!psk || !name || strcmp(name, k->name) == 0)
		return;
	if (is_remote(group))
		count(k, psk);
	if (strcmp(psk, k->psk) != 0 || *k->other)
		return;
	snprintf(k->other, sizeof k->other, "%s", name);
	k->other_remote = is_remote(group);
}

/* Where a client with the key of both lands, unless one is named by his address. */
static const char *lands(const struct db_line *l, const struct keys *k)
{
	if (!k->other_remote || strcmp(k->other, DEFAULT_GROUP) == 0)
		return k->name;
	if (!is_remote(&l->row) || strcmp(k->name, DEFAULT_GROUP) == 0)
		return k->other;
	return strcmp(k->name, k->other) < 0 ? k->name : k->other;
}

bool check_psk(struct db_line *l)
{
	struct keys k = {.name = db_text(&l->row, "name"), .psk = db_text(&l->row, "psk")};

	if (!k.psk || (l->before && row_is(l->before, "psk", k.psk)))
		return check_mschap_users(l);
	if (is_remote(&l->row))
		count(&k, k.psk);
	db_each(l->db, db_table(l->db, "tunnel_group"), look, &k);
	if (*k.other)
		db_say(l,
		    "WARNING: tunnel-group %s and tunnel-group %s have the same pre-shared key; "
		    "whoever has it lands in %s",
		    k.name, k.other, lands(l, &k));
	if (k.n > PSK_CANDIDATES_MAX)
		db_say(l,
		    "WARNING: tunnel groups have more than %u different pre-shared keys; main mode "
		    "tries no more",
		    PSK_CANDIDATES_MAX);
	memset(k.key, 0, sizeof k.key);
	return check_mschap_users(l);
}

bool check_aggressive(struct db_line *l)
{
	if (l->negated)
		db_say(l,
		    "WARNING: aggressive mode shows a hash of the pre-shared key to whoever asks, "
		    "who can guess the key by it at home: use long random keys");
	return true;
}
