/* show conn, clear conn: the connections that the kernel tracks. */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/acts/act.h"
#include "cli/acts/acts.h"
#include "cli/acts/interfaces.h"
#include "cli/acts/names.h"
#include "cli/show/conn.h"
#include "cli/show/machine.h"
#include "cli/show/tracked.h"
#include "engine/net/access_words.h"
#include "engine/net/conn_filter.h"

#define OURSELVES "NP Identity Ifc" /* as the device calls what is no interface */

/* ---- which ones -------------------------------------------------------------------------------
 */

/* `address A[-B] [netmask M]`, the first or the second of the line. */
static void range_arg(const struct act *a, const char *name, const char *mask, struct range *to)
{
	const char *text = gram_arg(&a->match, name), *mask_text = gram_arg(&a->match, mask);
	const char *dash = text ? strchr(text, '-') : NULL;
	char first[ADDR_TEXT_MAX];
	struct addr x = {0}, y = {0};
	uint32_t bits;

	if (!text)
		return;
	snprintf(first, sizeof first, "%.*s", (int)(dash ? dash - text : (int)strlen(text)), text);
	(void)addr_parse(first, &x);
	(void)addr_parse(dash ? dash + 1 : first, &y);
	*to = (struct range){addr_to_v4(&x), addr_to_v4(&y)};
	if (mask_text && addr_parse(mask_text, &x)) {
		bits = addr_to_v4(&x);
		*to = (struct range){to->first & bits, to->first | ~bits};
	}
}

/* "www", "80"; false: it is none. */
static bool port_of(const char *text, uint16_t *to)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	*to = port_number(text);
	return *text >= '0' && *text <= '9' ? !*end && n <= UINT16_MAX : *text != '-' && *to;
}

/* One of those, or "80-90"; false: it is none. */
static bool port_range(const char *text, uint16_t *low, uint16_t *high)
{
	const char *dash = text + strcspn(text, "-");
	char first[24];

	if (*dash && text[0] >= '0' && text[0] <= '9') {
		snprintf(first, sizeof first, "%.*s", (int)(dash - text), text);
		return port_of(first, low) && port_of(dash + 1, high) && *low <= *high;
	}
	return port_of(text, low) && port_of(text, high);
}

static bool port_arg(struct act *a, const char *name, struct conn_end *to)
{
	const char *text = gram_arg(&a->match, name);

	if (!text || port_range(text, &to->low, &to->high))
		return true;
	act_refuse(a, "ERROR: %s is neither a port nor a range of ports", text);
	return false;
}

/* False: it has been refused. */
static bool filter_read(struct act *a, struct conn_filter *f)
{
	static const struct {
		const char *word;
		uint8_t number;
	} row[] = {{"tcp", IPPROTO_TCP}, {"udp", IPPROTO_UDP}, {"icmp", IPPROTO_ICMP},
	    {"sctp", IPPROTO_SCTP}};
	const char *protocol = gram_arg(&a->match, "protocol");

	*f = (struct conn_filter){.end = {conn_end_any, conn_end_any}};
	for (size_t i = 0; protocol && i < sizeof(row) / sizeof(row[0]); i++)
		if (!strcmp(protocol, row[i].word))
			f->protocol = row[i].number;
	range_arg(a, "address", "netmask", &f->end[0].address);
	range_arg(a, "address2", "netmask2", &f->end[1].address);
	return port_arg(a, "port", &f->end[0]) && port_arg(a, "port2", &f->end[1]);
}

static struct conn_ways ways_of(const struct msg_rec_connection *c)
{
	return (struct conn_ways){c->protocol,
	    {addr_to_v4(&c->source), addr_to_v4(&c->dest), c->source_port, c->dest_port},
	    {addr_to_v4(&c->back_source), addr_to_v4(&c->back_dest), c->back_source_port,
		c->back_dest_port}};
}

/* ---- show
 * ----------------------------------------------------------------------------------------- */

struct listing {
	struct act *a;
	struct places places;
	struct interfaces *interfaces;
	struct conn_filter filter;
	enum show_conn_form form;
};

static bool is_ours(const struct listing *l, const struct addr *address)
{
	const struct links *links = &l->a->manager->links;
	char text[ADDR_TEXT_MAX];
	size_t len;

	addr_text(address, text);
	len = strlen(text);
	for (unsigned i = 0; i < links->n; i++)
		for (unsigned k = 0; k < links->v[i].n_addresses; k++)
			if (!strncmp(links->v[i].addresses[k], text, len) &&
			    links->v[i].addresses[k][len] == '/')
				return true;
	return false;
}

static int64_t level_of(const struct listing *l, const char *ifname)
{
	for (size_t i = 0; i < l->interfaces->n; i++)
		if (!strcmp(l->interfaces->v[i].nameif, ifname))
			return l->interfaces->v[i].security_level;
	return -1;
}

/* Of the two ends that with the lower level is the outside one; of equals, who was asked. */
static struct show_conn as_shown(const struct listing *l, const struct msg_rec_connection *c)
{
	struct show_conn_end opener = {places_find(&l->places, &c->source), c->source, c->back_dest,
	    c->source_port, c->back_dest_port};
	struct show_conn_end other = {places_find(&l->places, &c->back_source), c->back_source,
	    c->dest, c->back_source_port, c->dest_port};
	bool inbound;

	if (c->protocol == IPPROTO_ICMP) { /* one identifier, of who asks */
		opener.mapped_port = c->back_source_port;
		other.port = other.mapped_port = 0;
	}
	if (is_ours(l, &c->source))
		opener.ifname = OURSELVES;
	if (is_ours(l, &c->back_source))
		other.ifname = OURSELVES;
	inbound = strcmp(opener.ifname, OURSELVES) != 0 &&
		  (!strcmp(other.ifname, OURSELVES) ||
		      level_of(l, opener.ifname) < level_of(l, other.ifname));
	return inbound ? (struct show_conn){c, opener, other, true}
		       : (struct show_conn){c, other, opener, false};
}

static void one_listed(struct listing *l, const struct msg_rec_connection *c)
{
	const char *state = gram_arg(&l->a->match, "state");
	struct conn_ways ways = ways_of(c);
	struct show_conn s;

	if (!conn_fits(&l->filter, &ways))
		return;
	s = as_shown(l, c);
	if (!gram_typed(&l->a->match, "all") &&
	    (!strcmp(s.outside.ifname, OURSELVES) || !strcmp(s.inside.ifname, OURSELVES)))
		return;
	if (!state || show_conn_in_state(&s, state))
		show_conn(&l->a->out, &s, l->form);
}

static void listed(struct act *a, const struct answer *r)
{
	struct listing l = {.a = a,
	    .form = gram_typed(&a->match, "detail") ? SHOW_CONN_DETAIL
		    : gram_typed(&a->match, "long") ? SHOW_CONN_LONG
						    : SHOW_CONN};
	struct msg_rec_connection *rec;
	size_t n;

	if (act_keeper_failed(a, r) || !filter_read(a, &l.filter)) {
		act_done(a);
		return;
	}
	if (!places_read(&l.places, a->manager))
		act_refuse_unread(a);
	l.interfaces = interfaces_collect(a);
	if (l.form != SHOW_CONN) {
		show_conn_flags(&a->out);
		act_say(a, "\n");
	}
	rec = answer_records(r, MSG_REC_CONNECTION, sizeof(*rec), &n);
	for (size_t i = 0; i < n; i++)
		one_listed(&l, &rec[i]);
	if (n == CONNECTIONS_TOLD_MAX)
		act_say(a, "(more than %zu are not looked at)\n", n);
	free(rec);
	free(l.interfaces);
	places_free(&l.places);
	act_done(a);
}

static void counted(struct act *a, const struct answer *r)
{
	struct msg_rec_system *rec;
	size_t n;

	if (act_keeper_failed(a, r)) {
		act_done(a);
		return;
	}
	rec = answer_records(r, MSG_REC_SYSTEM, sizeof(*rec), &n);
	if (n)
		show_in_use(&a->out, rec->tracked, rec->tracked_peak);
	free(rec);
	if (gram_typed(&a->match, "count")) {
		act_done(a);
		return;
	}
	act_query(a, ROLE_KEEPER, "connections", NULL, NULL, listed);
}

static void act_show_conn(struct act *a)
{
	act_query(a, ROLE_KEEPER, "system", NULL, NULL, counted);
}

/* ---- clear
 * ------------------------------------------------------------------------------------------ */

static void cleared(struct act *a, const struct answer *r)
{
	if (!act_keeper_failed(a, r))
		act_say(a, "%s connection(s) deleted.\n", r->text);
	act_done(a);
}

static void act_clear_conn(struct act *a)
{
	struct ipc_msg msg = {.type = MSG_KEEP_CLEAR_CONN, .fd = -1};
	struct msg_keep_clear_conn *k = &msg.keep_clear_conn;
	struct conn_filter f;

	if (!filter_read(a, &f)) {
		act_done(a);
		return;
	}
	*k = (struct msg_keep_clear_conn){.protocol = f.protocol,
	    .own_spared = !gram_typed(&a->match, "all"),
	    .one = f.end[0].address,
	    .one_low = f.end[0].low,
	    .one_high = f.end[0].high,
	    .other = f.end[1].address,
	    .other_low = f.end[1].low,
	    .other_high = f.end[1].high};
	act_send(a, ROLE_KEEPER, &msg, cleared);
}

const struct act_row acts_conn[] = {
    ACT(show_conn),
    ACT(clear_conn),
    ACTS_END,
};
