/* The walk over the entries of crypto maps. Owns nothing. */
#include "cli/doctor/entries.h"

#include <stdio.h>
#include <string.h>

#include "cli/config/access_lists.h"
#include "cli/doctor/served.h"

#define L2TP_PORT 1701

static size_t map_added(const char *map[ENTRIES_MAPS], size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(map[i], name) == 0)
			return n;
	if (n < ENTRIES_MAPS)
		map[n++] = name;
	return n;
}

size_t entries_maps(struct exam *e, const char *map[ENTRIES_MAPS])
{
	size_t n = 0;

	EACH_ROW (e, "crypto_map_interface", b)
		if (served_map(e, "crypto_map", db_text(b, "name"), NULL))
			n = map_added(map, n, db_text(b, "name"));
	if (n)
		return n;
	EACH_ROW (e, "crypto_map", r)
		if (cell_set(r, "dynamic"))
			n = map_added(map, n, db_text(r, "name"));
	return n;
}

const struct db_row *entries_of(struct exam *e, const char *map, size_t n)
{
	EACH_ROW (e, "crypto_map", r) {
		if (!cell_is(r, "name", map))
			continue;
		if (!cell_set(r, "dynamic")) {
			if (n-- == 0)
				return r;
			continue;
		}
		EACH_ROW (e, "dynamic_map", d)
			if (cell_is(d, "name", db_text(r, "dynamic")) && n-- == 0)
				return d;
	}
	return NULL;
}

/* ---- whom an entry fits -------------------------------------------------------------------- */

static bool list_permits(struct exam *e, const char *name, uint32_t us)
{
	const struct access_list_rules *l =
	    e->facts->lists ? feed_access_list(e->facts->lists, e->db, name) : NULL;

	/* What is not known is not judged. */
	return !l || acl_list_serves(&l->rules, us, L2TP_PORT);
}

/* Where clients come; 0: that is not known before there is a lease. */
static uint32_t our_address(struct exam *e)
{
	const struct db_row *i = served_named(e, served_interface(e));

	return i ? cell_v4(i, "address") : 0;
}

static bool is_dynamic(const struct db_row *entry)
{
	return strcmp(entry->table->name, "dynamic_map") == 0;
}

enum entry_fit entry_fit(struct exam *e, const struct db_row *entry)
{
	const char *list = cell_text(entry, "match_acl");

	if (!cell_set(entry, "transform_sets"))
		return ENTRY_EMPTY;
	if (!is_dynamic(entry) && cell_set(entry, "peers"))
		return ENTRY_PEERS;
	if (!*list)
		return ENTRY_FITS;
	if (!exam_find(e, "access_list", "name", list))
		return ENTRY_NO_LIST;
	return list_permits(e, list, our_address(e)) ? ENTRY_FITS : ENTRY_REFUSED;
}

const struct db_row *entry_deciding(struct exam *e, const char *map)
{
	const struct db_row *entry;

	for (size_t n = 0; (entry = entries_of(e, map, n)); n++)
		if (entry_fit(e, entry) == ENTRY_FITS)
			return entry;
	return NULL;
}

const char *entry_line(const struct db_row *entry)
{
	static char line[EXAM_NAME];

	snprintf(line, sizeof line, "crypto %s %s %s", is_dynamic(entry) ? "dynamic-map" : "map",
	    db_text(entry, "name"), db_text(entry, "seq"));
	return line;
}
