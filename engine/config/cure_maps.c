/* Cures that depend on what there is of crypto maps; see cure_names.h. */
#include <stdio.h>
#include <string.h>

#include "engine/config/cure_names.h"

static bool same(const char *a, const char *b)
{
	return a && b && strcmp(a, b) == 0;
}

static const char *bound_map(const struct config *c, const char *nameif)
{
	for (size_t i = 0; i < c->n_map_bindings; i++)
		if (same(c->map_bindings[i].ifname, nameif))
			return c->map_bindings[i].name;
	return NULL;
}

/* The dynamic map that the first dynamic entry of that map leads to (NULL: of any map), and the
 * name of its map. */
static const char *leads_to(const struct config *c, const char *map, const char **name)
{
	for (size_t i = 0; i < c->n_crypto_maps; i++) {
		const struct cfg_crypto_map *e = &c->crypto_maps[i].set;

		if (!e->dynamic || (map && !same(e->name, map)))
			continue;
		*name = e->name;
		return e->dynamic;
	}
	return NULL;
}

/* An entry that leads to a dynamic map, which is made if there is none. */
static void add_entry(const struct config *c, const struct cure_names *n, char *buf)
{
	struct cure_names set = {.encryption = CURE_ESP_ENCRYPTION, .hash = CURE_ESP_HASH};

	if (!c->n_transform_sets)
		cure_add(buf, CURE_NEW_SET, &set);
	if (!c->n_dynamic_maps)
		cure_add(buf, CURE_NEW_DYNAMIC, n);
	cure_add(buf, CURE_NEW_ENTRY, n);
}

/* No entry at all serves the interface. */
static void no_entry(const struct config *c, const struct cure_names *given, char *buf)
{
	const char *bound = bound_map(c, given->interface), *map = NULL;
	const char *dynamic = bound ? leads_to(c, bound, &map) : NULL;
	struct cure_names n = *given;

	if (dynamic) { /* which has no entry itself */
		n.dynamic_map = dynamic;
		cure_add(buf, CURE_NEW_DYNAMIC, &n);
	} else if (c->n_crypto_maps) {
		n.map = leads_to(c, NULL, &map) ? map : c->crypto_maps[0].set.name;
		cure_add(buf, CURE_BIND, &n);
	} else {
		n.map = bound;
		add_entry(c, &n, buf);
		if (!bound)
			cure_add(buf, CURE_BIND, &n);
	}
}

/* What keeps an L2TP client from a dynamic entry, the worst last. */
enum unfit { FITS, EMPTY, REFUSES, NO_LIST };

static enum unfit unfit(
    const struct config *c, const struct interface *i, const struct cfg_crypto_map *e)
{
	const struct config_list *l = e->match_acl ? config_access_list(c, e->match_acl) : NULL;
	const struct addr *us = i->live_address.family ? &i->live_address : &i->set.address;

	if (e->transform_sets.n == 0)
		return EMPTY;
	if (!e->match_acl)
		return FITS;
	return !l ? NO_LIST : acl_list_serves(&l->rules, addr_to_v4(us), 1701) ? FITS : REFUSES;
}

static void none_fits(
    const struct config *c, const struct interface *i, const struct cure_names *given, char *buf)
{
	const struct map_entry *e, *first = NULL;
	enum unfit why = FITS;
	struct cure_names n = *given;
	char entry[CURE_ENTRY_MAX];
	const char *map;

	for (size_t k = 0; i && (e = config_map_entry(c, i, k)); k++) {
		enum unfit is = config_entry_is_dynamic(c, e) ? unfit(c, i, &e->set) : FITS;

		if (is > why) {
			why = is;
			first = e;
		}
	}
	if (!first && leads_to(c, n.map, &map)) { /* to entries of named peers */
		cure_add(buf, CURE_LAST_DYNAMIC, &n);
		return;
	}
	if (!first) {
		add_entry(c, &n, buf);
		return;
	}
	n.entry = config_entry_line(c, first, entry);
	n.list = first->set.match_acl;
	cure_add(buf, why == EMPTY ? CURE_ADD_SET : CURE_NO_MATCH, &n);
}

bool config_entry_is_dynamic(const struct config *c, const struct map_entry *e)
{
	for (size_t i = 0; i < c->n_dynamic_maps; i++)
		if (&c->dynamic_maps[i] == e)
			return true;
	return false;
}

const char *config_entry_line(
    const struct config *c, const struct map_entry *e, char to[CURE_ENTRY_MAX])
{
	snprintf(to, CURE_ENTRY_MAX, "crypto %smap %s %u",
	    config_entry_is_dynamic(c, e) ? "dynamic-" : "", e->set.name, e->set.seq);
	return to;
}

const char *config_cure(const struct config *c, const struct interface *i, enum reason why,
    const struct cure_names *names, char buf[CURE_MAX])
{
	*buf = '\0';
	if (why == REASON_IKE_MAP_UNBOUND || why == REASON_IKE_MAP_EMPTY)
		no_entry(c, names, buf);
	else if (why == REASON_IKE_NO_MAP)
		none_fits(c, i, names, buf);
	else
		cure_text(reason_text(why)->cure, names, CURE_LINES, buf);
	return buf;
}
