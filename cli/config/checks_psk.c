/* Checks of pre-shared keys: which tunnel group a key leads to (engine/ike/psk.h). */
#include <stdio.h>

#include "cli/config/row.h"
#include "cli/config/checks.h"
#include "engine/ike/limits.h"

#define DEFAULT_GROUP "DefaultRAGroup"

/* Which of two groups with a key wins: one of LAN-to-LAN only by the client's address. */
enum rank { NO_GROUP, BY_ADDRESS, BY_DEFAULT, REMOTE };

/* The other group that wins among those with that key, and all distinct keys that are tried. */
struct keys {
	const char *name, *psk;
	char other[65];
	enum rank rank;
	char key[PSK_CANDIDATES_MAX + 1][129];
	unsigned n;
};

static bool is_remote(const struct db_row *group)
{
	return row_is(group, "type", "remote-access");
}

static enum rank rank(const struct db_row *group)
{
	if (!is_remote(group))
		return BY_ADDRESS;
	return row_is(group, "name", DEFAULT_GROUP) ? BY_DEFAULT : REMOTE;
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
	if (strcmp(psk, k->psk) != 0 || rank(group) <= k->rank)
		return;
	snprintf(k->other, sizeof k->other, "%s", name);
	k->rank = rank(group);
}

/* Where a client with the key of both lands, unless one is named by his address. */
static const char *lands(const struct db_line *l, const struct keys *k)
{
	enum rank own = rank(&l->row);

	if (own != k->rank)
		return own > k->rank ? k->name : k->other;
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
	explicit_bzero(k.key, sizeof k.key);
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
