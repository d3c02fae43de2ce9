/* `ping`, `traceroute`: children of the keeper's do them; the manager resolves no name. */
#include <stdlib.h>
#include <string.h>

#include "cli/acts/act.h"
#include "cli/acts/acts.h"
#include "cli/acts/task.h"

/* The number typed for `name`, else `otherwise`. */
static uint32_t number(const struct act *a, const char *name, uint32_t otherwise)
{
	const char *typed = gram_arg(&a->match, name);

	return typed ? (uint32_t)strtoul(typed, NULL, 10) : otherwise;
}

/* ---- where from ----------------------------------------------------------------------- */

struct whose {
	const struct links *links;
	struct addr address;
};

static void interface_row(void *ctx, const struct db_row *row)
{
	struct whose *w = ctx;
	const struct net_link *l = links_find(w->links, db_text(row, "hardware"));

	if (l)
		w->address = l->address;
}

/* The address that an interface's packets come from; false, and refused, when it has none. */
static bool source_of(struct act *a, const char *nameif, struct addr *to)
{
	const struct manager *m = a->manager;
	const char *column = "nameif";
	struct whose w = {.links = &m->links};

	db_where(m->running.db, gram_table(m->gram, "interface"), &column, &nameif, 1,
	    interface_row, &w);
	*to = w.address;
	if (!to->family)
		act_refuse(a, "ERROR: There is no interface %s with an IP address", nameif);
	return to->family != 0;
}

/* ---- the child --------------------------------------------------------------------------- */

static void ended(struct act *a, const char *why)
{
	if (why) {
		act_say_foreign(a, why, strlen(why));
		act_refuse(a, "%s", "");
	}
	act_done(a);
}

static void enough(struct act *a)
{
	child_finish(a->child);
}

static void start(struct act *a, struct ipc_msg *request)
{
	static const struct act_task task = {.ended = ended};

	act_task(a, request, &task);
	a->interrupt = enough;
}

/* ---- the acts ------------------------------------------------------------------------------ */

static void act_ping(struct act *a)
{
	const char *nameif = gram_arg(&a->match, "ifname");
	const char *pattern = gram_arg(&a->match, "pattern");
	struct ipc_msg m = {.type = MSG_KEEP_PING, .fd = -1};

	if (pattern && strspn(pattern, "0123456789abcdefABCDEF") != strlen(pattern))
		act_refuse(a, "ERROR: %s is no pattern of 0 - FFFF", pattern);
	if (a->refused || (nameif && !source_of(a, nameif, &m.keep_ping.source))) {
		act_done(a);
		return;
	}
	m.keep_ping.host = gram_arg(&a->match, "host");
	m.keep_ping.repeat = number(a, "repeat", 5);
	m.keep_ping.size = number(a, "size", 100);
	m.keep_ping.timeout = number(a, "timeout", 2);
	m.keep_ping.pattern = pattern ? (uint16_t)strtoul(pattern, NULL, 16) : 0xabcd;
	m.keep_ping.validate = gram_typed(&a->match, "validate");
	start(a, &m);
}

static void act_traceroute(struct act *a)
{
	const char *source = gram_arg(&a->match, "source");
	struct ipc_msg m = {.type = MSG_KEEP_TRACEROUTE, .fd = -1};

	if (source && !addr_parse(source, &m.keep_traceroute.source) &&
	    !source_of(a, source, &m.keep_traceroute.source)) {
		act_done(a);
		return;
	}
	m.keep_traceroute.host = gram_arg(&a->match, "host");
	m.keep_traceroute.numeric = gram_typed(&a->match, "numeric");
	m.keep_traceroute.icmp = gram_typed(&a->match, "use-icmp");
	m.keep_traceroute.timeout = number(a, "timeout", 3);
	m.keep_traceroute.probes = number(a, "probe", 3);
	m.keep_traceroute.first = number(a, "first", 1);
	m.keep_traceroute.last = number(a, "last", 30);
	m.keep_traceroute.port = (uint16_t)number(a, "port", 33434);
	if (m.keep_traceroute.first > m.keep_traceroute.last) {
		act_refuse(a, "ERROR: The minimum TTL is greater than the maximum TTL");
		act_done(a);
		return;
	}
	start(a, &m);
}

const struct act_row acts_net_tools[] = {
    ACT(ping),
    ACT(traceroute),
    ACTS_END,
};
