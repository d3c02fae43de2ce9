/* Checks of transform-sets and crypto maps: does a client's phase 2 find a place? */
#include <stdio.h>
#include <string.h>

#include "cli/doctor/entries.h"
#include "cli/doctor/served.h"

#define SETS_MAX 11 /* of an entry */

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

/* One that a client's offer fits; `any_mode`: even if it is in tunnel mode. */
static bool fits(const struct db_row *set, bool any_mode)
{
	return is_offered(set) && (any_mode || cell_is(set, "mode", "transport"));
}

/* ---- the sets that clients can get --------------------------------------------------------- */

/* The first set of the entry that fits, or NULL. */
static const struct db_row *fitting(struct exam *e, const struct db_row *entry, bool any_mode)
{
	char name[EXAM_NAME];

	for (unsigned i = 0; db_word(entry, "transform_sets", i, name, sizeof name); i++) {
		const struct db_row *set = exam_find(e, "transform_set", "name", name);

		if (set && fits(set, any_mode))
			return set;
	}
	return NULL;
}

/* Each entry that decides over clients, by the maps that they come by. */
#define EACH_DECIDING(e, entry)                                                                    \
	for (struct deciding d_ = deciding(e); d_.i < d_.n; d_.i++)                                \
		for (const struct db_row *entry = entry_deciding(e, d_.map[d_.i]); entry;          \
		     entry = NULL)

struct deciding {
	const char *map[ENTRIES_MAPS];
	size_t n, i;
};

static struct deciding deciding(struct exam *e)
{
	struct deciding d = {0};

	d.n = entries_maps(e, d.map);
	return d;
}

static bool set_free(void *exam, const char *name)
{
	return !exam_find(exam, "transform_set", "name", name);
}

/* Its name is free: a set of that name may have other algorithms, for others. Gives `next` or a
 * text. */
static const char *cure_new_set(struct exam *e, char next[CURE_NAME_MAX])
{
	const char *name =
	    set_free(e, CURE_SET) ? CURE_SET : cure_next_name(CURE_SET, set_free, e, next);

	prescribe(e, CURE_NEW_SET,
	    &(struct cure_names){.transform_set = name,
		.encryption = CURE_ESP_ENCRYPTION,
		.hash = CURE_ESP_HASH});
	return name;
}

/* One that serves already, or NULL. */
static const char *serving_set(struct exam *e)
{
	EACH_ROW (e, "transform_set", s)
		if (fits(s, false))
			return db_text(s, "name");
	return NULL;
}

/* A set that can be used, wherever it stands; `buf` has its name. Made by the cure if need be. */
static const char *usable_set(struct exam *e)
{
	const char *set = serving_set(e);

	if (set)
		return set;
	EACH_ROW (e, "transform_set", s)
		if (fits(s, true))
			return db_text(s, "name");
	EACH_ROW (e, "transform_set", s)
		return db_text(s, "name");
	return CURE_SET;
}

void doctor_transform_none(struct exam *e)
{
	char next[CURE_NAME_MAX];

	if (exam_sheet(e, "transform_set")->n)
		return;
	found(e, "there is no transform-set");
	cure_new_set(e, next);
}

void doctor_transform_mode(struct exam *e)
{
	EACH_DECIDING (e, entry) {
		const struct db_row *set = fitting(e, entry, true);

		if (!set || fitting(e, entry, false))
			continue;
		found(e, "transform-set %s is in tunnel mode, L2TP clients use transport mode",
		    db_text(set, "name"));
		prescribe_reason(e, &(struct cure_names){.transform_set = db_text(set, "name")});
	}
}

/* The entry's own sets stay: other clients may use them. */
static void cure_add_set(struct exam *e, const struct db_row *entry)
{
	const char *set = serving_set(e);
	char names[SETS_MAX * EXAM_NAME], name[EXAM_NAME], next[CURE_NAME_MAX];
	size_t used = 0;

	if (!set)
		set = cure_new_set(e, next);
	names[0] = '\0';
	for (unsigned i = 0;
	     i < SETS_MAX - 1 && db_word(entry, "transform_sets", i, name, sizeof name); i++)
		if (strcmp(name, set) != 0) /* it may be named, and not be there */
			used += (size_t)snprintf(names + used, sizeof names - used, "%s ", name);
	prescribe(e, CURE_ADD_SET,
	    &(struct cure_names){.entry = entry_line(entry), .sets = names, .transform_set = set});
}

void doctor_transform_offered(struct exam *e)
{
	EACH_DECIDING (e, entry) {
		if (fitting(e, entry, true))
			continue;
		found(e,
		    "no Windows client offers a transform-set of \"%s\", the first entry that "
		    "fits, which decides",
		    entry_line(entry));
		cure_add_set(e, entry);
	}
}

static void cure_new_dynamic(struct exam *e, const char *name)
{
	prescribe(e, CURE_NEW_DYNAMIC,
	    &(struct cure_names){.dynamic_map = name, .transform_set = usable_set(e)});
}

/* ---- dynamic maps -------------------------------------------------------------------------- */

void doctor_dynamic_missing(struct exam *e)
{
	const char *map[ENTRIES_MAPS];
	size_t n = entries_maps(e, map);

	for (size_t i = 0; i < n; i++) {
		if (entries_of(e, map[i], 0))
			continue;
		EACH_ROW (e, "crypto_map", r) {
			const char *name = db_text(r, "dynamic");

			if (!cell_is(r, "name", map[i]))
				continue;
			found(e, "crypto map %s %s leads to dynamic map %s, which does not exist",
			    map[i], db_text(r, "seq"), name);
			cure_new_dynamic(e, name);
			break;
		}
	}
}

/* The first entry of the map that does not fit for that reason, where none fits; else NULL. */
static const struct db_row *unfit(struct exam *e, const char *map, enum entry_fit why)
{
	const struct db_row *entry, *first = NULL;

	for (size_t n = 0; (entry = entries_of(e, map, n)); n++) {
		enum entry_fit fit = entry_fit(e, entry);

		if (fit == ENTRY_FITS)
			return NULL;
		if (!first && fit == why && strcmp(entry->table->name, "dynamic_map") == 0)
			first = entry;
	}
	return first;
}

void doctor_dynamic_empty(struct exam *e)
{
	const char *map[ENTRIES_MAPS];
	size_t n = entries_maps(e, map);

	for (size_t i = 0; i < n; i++) {
		const struct db_row *entry = unfit(e, map[i], ENTRY_EMPTY);

		if (!entry || unfit(e, map[i], ENTRY_NO_LIST) || unfit(e, map[i], ENTRY_REFUSED))
			continue;
		found(e, "dynamic map %s has no transform-set", db_text(entry, "name"));
		prescribe(e, CURE_ADD_SET,
		    &(struct cure_names){
			.entry = entry_line(entry), .transform_set = usable_set(e)});
	}
}

void doctor_pfs(struct exam *e)
{
	EACH_DECIDING (e, entry) {
		if (!db_bool(entry, "pfs_on"))
			continue;
		found(e, "\"%s\" insists on perfect forward secrecy", entry_line(entry));
		prescribe(e, CURE_NO_PFS, &(struct cure_names){.entry = entry_line(entry)});
	}
}

static void match_found(struct exam *e, enum entry_fit why, const char *what)
{
	const char *map[ENTRIES_MAPS];
	size_t n = entries_maps(e, map);

	for (size_t i = 0; i < n; i++) {
		const struct db_row *entry = unfit(e, map[i], why);

		if (!entry)
			continue;
		found(e, "\"%s\" matches by access-list %s, which %s", entry_line(entry),
		    db_text(entry, "match_acl"), what);
		prescribe(e, CURE_NO_MATCH,
		    &(struct cure_names){
			.entry = entry_line(entry), .list = db_text(entry, "match_acl")});
	}
}

void doctor_match_missing(struct exam *e)
{
	match_found(e, ENTRY_NO_LIST, "does not exist");
}

void doctor_match_refuses(struct exam *e)
{
	const char *map[ENTRIES_MAPS];
	size_t n = entries_maps(e, map);

	for (size_t i = 0; i < n; i++)
		if (unfit(e, map[i], ENTRY_NO_LIST))
			return; /* that one's cure is enough */
	match_found(e, ENTRY_REFUSED, "does not permit UDP port 1701 between us and anybody");
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

/* An entry that leads to a dynamic map, which is made if there is none. */
static void cure_entry(struct exam *e, const char *map)
{
	const char *dynamic = some_dynamic(e);

	if (!dynamic)
		cure_new_dynamic(e, NULL);
	prescribe(e, CURE_NEW_ENTRY, &(struct cure_names){.map = map, .dynamic_map = dynamic});
}

static void cure_bind(struct exam *e, const char *map)
{
	prescribe(e, CURE_BIND, &(struct cure_names){.map = map, .interface = served_interface(e)});
}

void doctor_map_missing(struct exam *e)
{
	const char *map = NULL;

	if (exam_sheet(e, "crypto_map")->n)
		return;
	EACH_ROW (e, "crypto_map_interface", b)
		if (!map && served_named(e, db_text(b, "ifname")))
			map = db_text(b, "name");
	found(e, "there is no crypto map");
	cure_entry(e, map);
	if (!map)
		cure_bind(e, NULL);
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
	cure_bind(e, map);
}

void doctor_map_static(struct exam *e)
{
	const char *map = NULL;

	EACH_ROW (e, "crypto_map_interface", b) {
		if (served_map(e, "crypto_map", db_text(b, "name"), "dynamic"))
			return;
		if (served_map(e, "crypto_map", db_text(b, "name"), NULL) &&
		    !entry_deciding(e, db_text(b, "name")))
			map = db_text(b, "name");
	}
	if (!map)
		return;
	found(
	    e, "crypto map %s has no dynamic entry: only peers that it names can come by it", map);
	cure_entry(e, map);
}
