/*
 * Checks of an access-list element: what the grammar takes word by word must
 * make sense as a whole. What an element means is decided by its protocol.
 */
#include "engine/net/access_words.h"
#include "cli/config/row.h"
#include "cli/config/checks.h"

/* A list is standard or extended by its first element. */
static bool kind_fits(struct db_line *l)
{
	static const char *const columns[] = {"name", "kind"};
	const char *name = db_text(&l->row, "name"), *kind = db_text(&l->row, "kind");
	const char *other = row_is(&l->row, "kind", "standard") ? "extended" : "standard";
	bool found = row_there(l, "access_list", columns, (const char *const[]){name, other}, 2);

	if (found)
		db_say(l, "ERROR: access-list <%s> is %s; no %s element can be added to it", name,
		    other, kind);
	return !found;
}

/* `any` is of both families, all that is neither it nor any6 IPv4. */
static bool families_fit(struct db_line *l, const char *source, const char *dest)
{
	bool fit = strcmp(source, "any") == 0 || strcmp(dest, "any") == 0 ||
	    (strcmp(source, "any6") == 0) == (strcmp(dest, "any6") == 0);

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
	const char *columns[] = {low, high};
	bool tcp, udp;

	if (!typed(&l->row, op))
		return true;
	tcp = row_is(&l->row, "protocol", "tcp");
	udp = row_is(&l->row, "protocol", "udp");
	if (!tcp && !udp && !row_is(&l->row, "protocol", "sctp")) {
		db_say(l, "ERROR: ports need the protocol tcp or udp");
		return false;
	}
	for (int i = 0; i < 2; i++) {
		const char *text = db_text(&l->row, columns[i]);

		if (text && !port_fits(text, !udp)) {
			db_say(
			    l, "ERROR: %s is not a port of %s", text, db_text(&l->row, "protocol"));
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

/* What stands in the place of ports without eq, gt, lt or range is a type of ICMP. */
static bool icmp_fits(struct db_line *l)
{
	bool fits = typed(&l->row, "op") || !typed(&l->row, "port") ||
		    row_is(&l->row, "protocol", "icmp") || row_is(&l->row, "protocol", "icmp6");

	if (!fits)
		db_say(l, "ERROR: an ICMP type needs the protocol icmp");
	return fits;
}

/* The element is there and nothing of it has changed. */
static bool repeated(const struct db_line *l)
{
	static const char *const columns[] = {"log", "interval", "inactive"};
	bool same = l->before != NULL;

	for (size_t i = 0; same && i < sizeof columns / sizeof *columns; i++)
		same = row_is(l->before, columns[i], db_text(&l->row, columns[i]));
	return same;
}

static void warn_of(struct db_line *l, const char *source, const char *dest)
{
	const char *log = db_text(&l->row, "log");

	if (strcmp(source, "interface") == 0)
		warn_interface(l, db_text(&l->row, "src"));
	if (strcmp(dest, "interface") == 0)
		warn_interface(l, db_text(&l->row, "dst"));
	if (log && strcmp(log, "disable") != 0 && strcmp(log, "default") != 0)
		db_say(l, "WARNING: log: what this element matches is not logged");
	if (repeated(l))
		db_say(l, "WARNING: <%s> found duplicate element", db_text(&l->row, "name"));
}

bool check_access_list(struct db_line *l)
{
	const char *source = db_text(&l->row, "src_kind"), *dest = db_text(&l->row, "dst_kind");

	if (l->negated)
		return true;
	if (!kind_fits(l) || !check_pair(l, "dst", "dst_mask") || !check_pair(l, "src", "src_mask"))
		return false;
	if (row_is(&l->row, "kind", "extended") &&
	    (!families_fit(l, source, dest) || !ports_fit(l, "src_op", "src_port", "src_high") ||
	        !ports_fit(l, "op", "port", "port_high") || !icmp_fits(l)))
		return false;
	warn_of(l, source, dest);
	return true;
}
