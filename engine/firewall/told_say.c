/* The texts. */
#include "engine/firewall/told_say.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/firewall/told.h"
#include "engine/net/acl_index.h"
#include "engine/net/ipv4.h"

struct seen {
	struct acl_seen p;
	struct ipv4 ip;
	uint8_t flags; /* of TCP */
	const char *in, *out;
	char source[ADDR_TEXT_MAX], dest[ADDR_TEXT_MAX];
};

/* The link of clients is none of the configuration: they are behind the interface of a map. */
static const char *name_of(const struct told_say *s, uint32_t link)
{
	for (size_t i = 0; i < s->config->n_interfaces; i++)
		if (s->config->interfaces[i].ifindex == link && s->config->interfaces[i].set.nameif)
			return s->config->interfaces[i].set.nameif;
	return s->config->n_map_bindings ? s->config->map_bindings[0].ifname : "unknown";
}

static bool look(const struct told_say *s, const struct told *t, struct seen *v)
{
	struct rd r = rd_init(t->packet, t->len);
	struct addr from, to;

	*v = (struct seen){.in = name_of(s, t->in), .out = name_of(s, t->out)};
	if (!ipv4_parse_quoted(t->packet, t->len, &v->ip))
		return false;
	rd_skip(&r, v->ip.header);
	v->p = (struct acl_seen){
	    .source = v->ip.src, .dest = v->ip.dst, .protocol = v->ip.protocol};
	v->p.ported = v->p.protocol == IPPROTO_TCP || v->p.protocol == IPPROTO_UDP ||
		      v->p.protocol == IPPROTO_SCTP || v->p.protocol == IPPROTO_ICMP;
	if (v->p.ported && v->p.protocol == IPPROTO_ICMP) {
		v->p.dest_port = rd_u16(&r);
	} else if (v->p.ported) {
		v->p.source_port = rd_u16(&r);
		v->p.dest_port = rd_u16(&r);
	}
	if (v->p.protocol == IPPROTO_TCP && !r.bad) {
		rd_skip(&r, 9);
		v->flags = rd_left(&r) ? rd_u8(&r) : 0;
	}
	from = addr_v4(v->ip.src);
	to = addr_v4(v->ip.dst);
	addr_text(&from, v->source);
	addr_text(&to, v->dest);
	return !r.bad;
}

static const char *flags_text(uint8_t flags, char to[32])
{
	static const char *const name[] = {"FIN", "SYN", "RST", "PSH", "ACK", "URG"};
	size_t n = 0;

	to[0] = 0;
	for (size_t i = 0; i < 6; i++)
		if (flags & 1u << i)
			n += (size_t)snprintf(to + n, 32 - n, "%s%s", n ? " " : "", name[i]);
	return n ? to : "none";
}

/* `tcp src outside:198.51.100.5/6005 dst inside:10.10.10.10/80` */
static void ends_text(const struct seen *v, char *to, size_t size)
{
	unsigned type = v->p.dest_port >> 8, code = v->p.dest_port & 255;

	if (v->p.protocol == IPPROTO_ICMP)
		snprintf(to, size, "icmp src %s:%s dst %s:%s (type %u, code %u)", v->in, v->source,
		    v->out, v->dest, type, code);
	else if (v->p.protocol == IPPROTO_TCP || v->p.protocol == IPPROTO_UDP)
		snprintf(to, size, "%s src %s:%s/%u dst %s:%s/%u",
		    v->p.protocol == IPPROTO_TCP ? "tcp" : "udp", v->in, v->source,
		    v->p.source_port, v->out, v->dest, v->p.dest_port);
	else
		snprintf(to, size, "protocol %u src %s:%s dst %s:%s", v->p.protocol, v->in,
		    v->source, v->out, v->dest);
}

/* ---- lists --------------------------------------------------------------------------- */

static const struct config_list *list_of(const struct config *c, uint64_t mark)
{
	for (size_t i = 0; i < c->n_access_lists; i++)
		if (told_mark(c->access_lists[i].name) == mark)
			return &c->access_lists[i];
	return NULL;
}

/* An element that is logged. */
static void logged(const struct told_say *s, const struct seen *v, const char *list,
    const struct acl_rule *r)
{
	char head[700], proto[12];
	unsigned port = v->p.dest_port;
	bool icmp = v->p.protocol == IPPROTO_ICMP;
	const struct flow_hit hit = {LOG_106100, r->log - ACL_LOG_LEVEL, &v->p, r->hash, r->permit,
	    r->interval, head};

	snprintf(proto, sizeof proto, "%u", v->p.protocol);
	snprintf(head, sizeof head, "access-list %s %s %s %s/%s(%u) -> %s/%s(%u)", list,
	    r->permit ? "permitted" : "denied",
	    v->p.protocol == IPPROTO_TCP   ? "tcp"
	    : v->p.protocol == IPPROTO_UDP ? "udp"
	    : icmp			   ? "icmp"
					   : proto,
	    v->in, v->source, icmp ? port >> 8 : v->p.source_port, v->out, v->dest,
	    icmp ? port & 255 : port);
	flow_log_hit(s->flows, &hit);
}

static void by_list(const struct told_say *s, const struct seen *v, uint64_t mark)
{
	const struct config_list *l = list_of(s->config, mark);
	const struct acl_rule *r = NULL;
	char ends[160];
	size_t i;

	if (!l || (!log_wants(s->log, LOG_106023) && !log_wants(s->log, LOG_106100)))
		return;
	i = acl_first(NULL, l->rules.rule, l->rules.n, &v->p);
	if (i < l->rules.n)
		r = &l->rules.rule[i];
	if (r && r->log >= ACL_LOG_LEVEL) {
		logged(s, v, l->name, r);
		return;
	}
	ends_text(v, ends, sizeof ends);
	log_say(s->log, 106023, "Deny %s by access-group \"%s\" [0x%x, 0x0]", ends, l->name,
	    r ? r->hash : 0);
}

/* ---- without one -------------------------------------------------------------------------- */

static void by_level(const struct told_say *s, const struct seen *v)
{
	char text[160], flags[32];

	ends_text(v, text, sizeof text);
	if (v->p.protocol == IPPROTO_TCP)
		log_say(s->log, 106001,
		    "Inbound TCP connection denied from %s/%u to %s/%u flags %s on interface %s",
		    v->source, v->p.source_port, v->dest, v->p.dest_port,
		    flags_text(v->flags, flags), v->in);
	else if (v->p.protocol == IPPROTO_UDP && v->p.dest_port == 53)
		log_say(s->log, 106007, "Deny inbound UDP from %s/%u to %s/%u due to DNS Query",
		    v->source, v->p.source_port, v->dest, v->p.dest_port);
	else if (v->p.protocol == IPPROTO_UDP)
		log_say(s->log, 106006, "Deny inbound UDP from %s/%u to %s/%u on interface %s",
		    v->source, v->p.source_port, v->dest, v->p.dest_port, v->in);
	else if (v->p.protocol == IPPROTO_ICMP)
		log_say(s->log, 106014, "Deny inbound %s", text);
	else
		log_say(s->log, 106010, "Deny inbound %s", text);
}

static void by_state(const struct told_say *s, const struct seen *v)
{
	char flags[32];

	if (v->p.protocol == IPPROTO_TCP)
		log_say(s->log, 106015,
		    "Deny TCP (no connection) from %s/%u to %s/%u flags %s on interface %s",
		    v->source, v->p.source_port, v->dest, v->p.dest_port,
		    flags_text(v->flags, flags), v->in);
}

void told_say(const struct told_say *s, const struct told *t)
{
	static const size_t list = sizeof TOLD_LIST - 1;
	struct seen v;

	if (!look(s, t, &v))
		return;
	if (!strncmp(t->prefix, TOLD_LIST, list))
		by_list(s, &v, strtoull(t->prefix + list, NULL, 16));
	else if (!strcmp(t->prefix, TOLD_LEVEL))
		by_level(s, &v);
	else if (!strcmp(t->prefix, TOLD_STATE))
		by_state(s, &v);
}
