/*
 * Checks of an access-list element: what the grammar takes word by word must
 * make sense as a whole. What an element means is decided by its protocol.
 */
#include "cli/access_words.h"
#include "cli/row.h"
#include "cli/store_checks.h"

/* A list is standard or extended by its first element. */
static bool kind_fits(struct db_line *l)
{
	static const char *const columns[] = {"name", "kind"};
	const char *name = db_text(&l->row, "name"), *kind = db_text(&l->row, "kind");
	const char *other = row_is(&l->row, "kind", "standard") ? "extended" : "standard";
	bool found = row_there(l, "access_list", columns, (const char *const[]){name, other}, 2);

	if (found)
		db_say(l, "ERROR: access-list <%s> is %s; no %s element can be added to it", name, other,
		    kind);
	return !found;
}

static bool is_v6(const struct db_row *row, const char *kind)
{
	return row_is(row, kind, "any6");
}

static bool is_v4(const struct db_row *row, const char *kind)
{
	return !is_v6(row, kind) && !row_is(row, kind, "any");
}

static bool families_fit(struct db_line *l)
{
	bool fit = !(is_v6(&l->row, "src_kind") && is_v4(&l->row, "dst_kind")) &&
	    !(is_v4(&l->row, "src_kind") && is_v6(&l->row, "dst_kind"));

	if (!fit)
		db_say(l, "ERROR: source and destination are not of the same address family");
	return fit;
}

static bool typed(const struct db_row *row, const char *column)
{
	const char *text = db_text(row, column);

	return text && *text;
}

static bool ports_fit(struct db_line *l, const char *op, const char *low, const char *high)
{
	bool tcp = row_is(&l->row, "protocol", "tcp"), udp = row_is(&l->row, "protocol", "udp");
	const char *columns[] = {low, high};

	if (!typed(&l->row, op))
		return true;
	if (!tcp && !udp && !row_is(&l->row, "protocol", "sctp")) {
		db_say(l, "ERROR: ports need the protocol tcp or udp");
		return false;
	}
	for (int i = 0; i < 2; i++) {
		const char *text = db_text(&l->row, columns[i]);

		if (text && !port_fits(text, !udp)) {
			db_say(l, "ERROR: %s is not a port of %s", text, db_text(&l->row, "protocol"));
			return false;
		}
	}
	if (row_is(&l->row, op, "range") &&
	    port_number(db_text(&l->row, low)) > port_number(db_text(&l->row, high))) {
		db_say(l, "ERROR: the range of ports ends before it begins");
		return false;
	}
	return true;
}

static bool icmp_fits(struct db_line *l)
{
	bool fits = !typed(&l->row, "icmp") || row_is(&l->row, "protocol", "icmp") ||
	    row_is(&l->row, "protocol", "icmp6");

	if (!fits)
		db_say(l, "ERROR: an ICMP type needs the protocol icmp");
	return fits;
}

/* The element is there and nothing of it has changed. */
static bool repeated(const struct db_line *l)
{
	static const char *const columns[] = {"log", "level", "interval", "inactive"};
	bool same = l->before != NULL;

	for (size_t i = 0; same && i < sizeof columns / sizeof *columns; i++)
		same = row_is(l->before, columns[i], db_text(&l->row, columns[i]));
	return same;
}

bool check_access_list(struct db_line *l)
{
	if (l->negated)
		return true;
	if (!kind_fits(l) || !check_pair(l, "dst", "dst_mask") || !check_pair(l, "src", "src_mask"))
		return false;
	if (row_is(&l->row, "kind", "extended") &&
	    (!families_fit(l) || !ports_fit(l, "src_op", "src_port", "src_high") ||
	        !ports_fit(l, "op", "port", "port_high") || !icmp_fits(l)))
		return false;
	if (db_bool(&l->row, "log") && !row_is(&l->row, "level", "disable") &&
	    !row_is(&l->row, "level", "default"))
		db_say(l, "WARNING: log: what this element matches is not logged");
	if (repeated(l))
		db_say(l, "WARNING: <%s> found duplicate element", db_text(&l->row, "name"));
	return true;
}
