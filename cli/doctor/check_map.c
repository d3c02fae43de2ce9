/* Checks of transform-sets and crypto maps: does a client's phase 2 find a place? */
#include <stdio.h>
#include <string.h>

#include "cli/doctor/served.h"

#define OUR_SET "L2TP-SET"
#define OUR_DYNAMIC "outside_dyn_map"
#define OUR_MAP "outside_map"

static const struct {
	const char *encryption, *authentication;
} offered[] = {
#define OFFER_IKE(...)
#define OFFER_ESP(encryption, authentication) {encryption, authentication},
#include "cli/doctor/offers.def"
#undef OFFER_ESP
#undef OFFER_IKE
};

static bool is_offered(const struct db_row *set)
{
	for (size_t i = 0; i < sizeof offered / sizeof *offered; i++)
		if (cell_is(set, "encryption", offered[i].encryption) &&
		    cell_is(set, "authentication", offered[i].authentication))
			return true;
	return false;
}

/* One that a client's offer fits; `mode`: even if it is in tunnel mode. */
static bool fits(const struct db_row *set, bool any_mode)
{
	return is_offered(set) && (any_mode || cell_is(set, "mode", "transport"));
}

/* ---- the sets that clients can get --------------------------------------------------------- */

struct sets {
	unsigned n, usable, offered; /* usable: offered, and in transport mode */
	const struct db_row *tunnel; /* the first that would be, but for its mode */
	const struct db_row *entry;  /* of a dynamic map, the last that has any */
};

static struct sets reachable(struct exam *e)
{
	struct sets s = {0};
	char name[EXAM_NAME];

	EACH_ROW (e, "dynamic_map", d) {
		if (!served_dynamic(e, db_text(d, "name")))
			continue;
		for (unsigned i = 0; db_word(d, "transform_sets", i, name, sizeof name); i++) {
			const struct db_row *set = exam_find(e, "transform_set", "name", name);

			if (!set)
				continue;
			s.n++;
			s.entry = d;
			s.usable += fits(set, false);
			s.offered += fits(set, true);
			if (!s.tunnel && fits(set, true) && !fits(set, false))
				s.tunnel = set;
		}
	}
	return s;
}

static void cure_new_set(struct exam *e)
{
	cure(e, "crypto ipsec ikev1 transform-set %s esp-aes-256 esp-sha-hmac", OUR_SET);
	cure(e, "crypto ipsec ikev1 transform-set %s mode transport", OUR_SET);
}

/* A set that can be used, wherever it stands; `buf` has its name. Made by the cure if need be. */
static const char *usable_set(struct exam *e)
{
	EACH_ROW (e, "transform_set", s)
		if (fits(s, false))
			return db_text(s, "name");
	EACH_ROW (e, "transform_set", s)
		if (fits(s, true))
			return db_text(s, "name");
	EACH_ROW (e, "transform_set", s)
		return db_text(s, "name");
	return OUR_SET;
}

void doctor_transform_none(struct exam *e)
{
	if (exam_sheet(e, "transform_set")->n)
		return;
	found(e, "there is no transform-set");
	cure_new_set(e);
}

void doctor_transform_mode(struct exam *e)
{
	struct sets s = reachable(e);
	const struct db_row *set = s.tunnel;

	if (s.usable || !set)
		return;
	found(e, "transform-set %s is in tunnel mode, L2TP clients use transport mode",
	    db_text(set, "name"));
	cure(e, "crypto ipsec ikev1 transform-set %s mode transport", db_text(set, "name"));
}

void doctor_transform_offered(struct exam *e)
{
	struct sets s = reachable(e);

	if (!s.n || s.offered)
		return;
	found(e, "no Windows client offers a transform-set that dynamic map %s has",
	    db_text(s.entry, "name"));
	cure_new_set(e);
	cure(e, "crypto dynamic-map %s %s set ikev1 transform-set %s", db_text(s.entry, "name"),
	    db_text(s.entry, "seq"), OUR_SET);
}

/* ---- dynamic maps -------------------------------------------------------------------------- */

void doctor_dynamic_missing(struct exam *e)
{
	EACH_ROW (e, "crypto_map", r) {
		const char *name = db_text(r, "dynamic");

		if (!name || served_map(e, "dynamic_map", name, NULL) || !served_dynamic(e, name))
			continue;
		found(e, "crypto map %s %s leads to dynamic map %s, which does not exist",
		    db_text(r, "name"), db_text(r, "seq"), name);
		cure(e, "crypto dynamic-map %s 10 set ikev1 transform-set %s", name, usable_set(e));
		return;
	}
}

void doctor_dynamic_empty(struct exam *e)
{
	EACH_ROW (e, "dynamic_map", d) {
		const char *name = db_text(d, "name");

		if (!served_dynamic(e, name) ||
		    served_map(e, "dynamic_map", name, "transform_sets"))
			continue;
		found(e, "dynamic map %s has no transform-set", name);
		cure(e, "crypto dynamic-map %s %s set ikev1 transform-set %s", name,
		    db_text(d, "seq"), usable_set(e));
		return;
	}
}

void doctor_pfs(struct exam *e)
{
	EACH_ROW (e, "dynamic_map", d) {
		if (!served_dynamic(e, db_text(d, "name")) || !db_bool(d, "pfs_on"))
			continue;
		found(e, "dynamic map %s %s insists on perfect forward secrecy", db_text(d, "name"),
		    db_text(d, "seq"));
		cure(e, "no crypto dynamic-map %s %s set pfs", db_text(d, "name"),
		    db_text(d, "seq"));
	}
}

void doctor_match_missing(struct exam *e)
{
	EACH_ROW (e, "dynamic_map", d) {
		const char *list = db_text(d, "match_acl");

		if (!list || !*list || !served_dynamic(e, db_text(d, "name")) ||
		    exam_find(e, "access_list", "name", list))
			continue;
		found(e, "dynamic map %s %s matches by access-list %s, which does not exist",
		    db_text(d, "name"), db_text(d, "seq"), list);
		cure(e, "no crypto dynamic-map %s %s match address %s", db_text(d, "name"),
		    db_text(d, "seq"), list);
	}
}

/* ---- crypto maps --------------------------------------------------------------------------- */

/* The name of a map that leads to a dynamic one, or NULL. */
static const char *map_with_dynamic(struct exam *e)
{
	EACH_ROW (e, "crypto_map", r)
		if (cell_set(r, "dynamic"))
			return db_text(r, "name");
	return NULL;
}

static const char *some_dynamic(struct exam *e)
{
	EACH_ROW (e, "dynamic_map", d)
		return db_text(d, "name");
	return NULL;
}

void doctor_map_missing(struct exam *e)
{
	const char *dynamic = some_dynamic(e);

	if (exam_sheet(e, "crypto_map")->n)
		return;
	found(e, "there is no crypto map");
	if (!dynamic)
		cure(e, "crypto dynamic-map %s 10 set ikev1 transform-set %s", OUR_DYNAMIC,
		    usable_set(e));
	cure(e, "crypto map %s 65535 ipsec-isakmp dynamic %s", OUR_MAP,
	    dynamic ? dynamic : OUR_DYNAMIC);
	EACH_ROW (e, "crypto_map_interface", b)
		if (served_named(e, db_text(b, "ifname")) && cell_is(b, "name", OUR_MAP))
			return;
	cure(e, "crypto map %s interface %s", OUR_MAP, served_interface(e));
}

void doctor_map_unbound(struct exam *e)
{
	const char *map = map_with_dynamic(e);

	if (!exam_sheet(e, "crypto_map")->n)
		return;
	/* Without any name of an interface it is that which is missing. */
	EACH_ROW (e, "crypto_map_interface", b)
		if (served_map(e, "crypto_map", db_text(b, "name"), NULL) &&
		    (served_named(e, db_text(b, "ifname")) ||
			!served_named(e, served_interface(e))))
			return;
	if (!map)
		map = db_text(exam_sheet(e, "crypto_map")->row, "name");
	found(e, "crypto map %s is not bound to an interface", map);
	cure(e, "crypto map %s interface %s", map, served_interface(e));
}

void doctor_map_static(struct exam *e)
{
	const char *dynamic = some_dynamic(e), *map = NULL;

	EACH_ROW (e, "crypto_map_interface", b) {
		if (served_map(e, "crypto_map", db_text(b, "name"), "dynamic"))
			return;
		if (served_map(e, "crypto_map", db_text(b, "name"), NULL))
			map = db_text(b, "name");
	}
	if (!map)
		return;
	found(
	    e, "crypto map %s has no dynamic entry: only peers that it names can come by it", map);
	if (!dynamic)
		cure(e, "crypto dynamic-map %s 10 set ikev1 transform-set %s", OUR_DYNAMIC,
		    usable_set(e));
	cure(
	    e, "crypto map %s 65535 ipsec-isakmp dynamic %s", map, dynamic ? dynamic : OUR_DYNAMIC);
}
