/* show route, host-firewall. */
#include "cli/show/show.h"

#include <string.h>

static bool is_default(const struct show_route_entry *r)
{
	return r->gateway.family && !addr_to_v4(&r->dest) && !addr_to_v4(&r->mask);
}

/* The one that packets take. */
static const struct show_route_entry *default_route(const struct show_route_entry *r, size_t n)
{
	const struct show_route_entry *best = NULL;

	for (size_t i = 0; i < n; i++)
		if (is_default(&r[i]) && (!best || r[i].metric < best->metric))
			best = &r[i];
	return best;
}

static bool has_code(const struct show_route_entry *r, size_t n, char code)
{
	for (size_t i = 0; i < n; i++)
		if (r[i].code == code)
			return true;
	return false;
}

static void route_row(struct text *out, const struct show_route_entry *r)
{
	enum { WRAP = 74, INDENT = 11 };
	char a[ADDR_TEXT_MAX], net[64];
	struct text rest = {0};
	size_t start = out->len;
	bool ours = r->code == 'S';

	/* Of the host's own routes the second letter tells, as of OSPF's: readers of this output
	 * know none but the device's first letters. */
	if (r->code == 'K')
		text_addf(out, "S%cK      ", is_default(r) ? '*' : ' ');
	else
		text_addf(out, "%c%-8s", r->code, is_default(r) ? "*" : "");
	strcpy(net, addr_text(&r->dest, a));
	text_addf(out, "%s %s ", net, addr_text(&r->mask, a));
	if (r->code == 'V')
		text_addf(&rest, "connected by VPN (advertised), %s", r->ifname);
	else if (r->gateway.family) /* distance and metric; Linux has one number */
		text_addf(&rest, "[%u/%u] via %s, %s", ours ? r->metric : 0, ours ? 0 : r->metric,
		    addr_text(&r->gateway, a), r->ifname);
	else
		text_addf(&rest, "is directly connected, %s", r->ifname);
	if (out->len - start + rest.len > WRAP)
		text_addf(out, "\n%*s", INDENT, "");
	text_add(out, text_str(&rest));
	text_addc(out, '\n');
	text_free(&rest);
}

void show_route(struct text *out, const struct show_route_entry *route, size_t n)
{
	const struct show_route_entry *last = default_route(route, n);
	char a[ADDR_TEXT_MAX];

	text_add(out,
	    "\nCodes: L - local, C - connected, S - static, R - RIP, M - mobile, B - BGP\n"
	    "       D - EIGRP, EX - EIGRP external, O - OSPF, IA - OSPF inter area \n"
	    "       N1 - OSPF NSSA external type 1, N2 - OSPF NSSA external type 2\n"
	    "       E1 - OSPF external type 1, E2 - OSPF external type 2, V - VPN\n"
	    "       i - IS-IS, su - IS-IS summary, L1 - IS-IS level-1, L2 - IS-IS level-2\n"
	    "       ia - IS-IS inter area, * - candidate default, U - per-user static route\n"
	    "       o - ODR, P - periodic downloaded static route, + - replicated route\n");
	if (has_code(route, n, 'K'))
		text_add(out, "       K - route of the host, not of this configuration\n");
	if (last)
		text_addf(out, "Gateway of last resort is %s to network 0.0.0.0\n\n",
		    addr_text(&last->gateway, a));
	else
		text_add(out, "Gateway of last resort is not set\n\n");
	for (size_t i = 0; i < n; i++)
		route_row(out, &route[i]);
}

/* ---- routes to an address ---------------------------------------------------------- */

/* Who made the route, in the device's words where it has them. */
static const char *known_via(char code)
{
	static const struct {
		char code;
		const char *name;
	} row[] = {{'S', "static"}, {'C', "connected"}, {'L', "connected"}, {'V', "vpn"},
	    {'B', "bgp"}, {'i', "isis"}, {'O', "ospf"}, {'R', "rip"}, {'D', "eigrp"}};

	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++)
		if (row[i].code == code)
			return row[i].name;
	return "kernel"; /* the host's own */
}

/* Larger than the network of its class, as the default route is. */
static bool is_supernet(const struct show_route_entry *r)
{
	uint32_t net = addr_to_v4(&r->dest), mask = addr_to_v4(&r->mask);

	return mask < (net >> 31 == 0 ? 0xff000000u : net >> 30 == 2 ? 0xffff0000u : 0xffffff00u);
}

static bool is_better(const struct show_route_entry *a, const struct show_route_entry *b)
{
	uint32_t x = addr_to_v4(&a->mask), y = addr_to_v4(&b->mask);

	return x != y ? x > y : a->metric < b->metric;
}

static void descriptor(struct text *out, const struct show_route_entry *r, bool first,
    uint32_t metric)
{
	char a[ADDR_TEXT_MAX];

	text_addf(out, "  %c ", first ? '*' : ' ');
	if (r->code == 'V')
		text_addf(out, "connected by VPN (advertised), via %s\n", r->ifname);
	else if (r->gateway.family)
		text_addf(out, "%s, via %s\n", addr_text(&r->gateway, a), r->ifname);
	else
		text_addf(out, "directly connected, via %s\n", r->ifname);
	text_addf(out, "      Route metric is %u, traffic share count is 1\n", metric);
}

void show_route_to(struct text *out, const struct show_route_entry *route, size_t n)
{
	const struct show_route_entry *best = n ? route : NULL;
	char net[ADDR_TEXT_MAX], mask[ADDR_TEXT_MAX];
	bool first = true, ours;

	for (size_t i = 1; i < n; i++)
		if (is_better(&route[i], best))
			best = &route[i];
	if (!best) {
		text_add(out, "% Network not in table\n");
		return;
	}
	ours = best->code == 'S'; /* its distance: Linux has one number for both */
	text_addf(out, "\nRouting entry for %s %s%s\n", addr_text(&best->dest, net),
	    addr_text(&best->mask, mask), is_supernet(best) ? ", supernet" : "");
	text_addf(out, "  Known via \"%s\", distance %u, metric %u%s%s\n", known_via(best->code),
	    ours ? best->metric : 0, ours ? 0 : best->metric,
	    best->code == 'C' || best->code == 'L' ? " (connected, via interface)" : "",
	    is_default(best) ? ", candidate default path" : "");
	text_add(out, "  Routing Descriptor Blocks:\n");
	for (size_t i = 0; i < n; i++)
		if (!is_better(best, &route[i])) {
			descriptor(out, &route[i], first, ours ? 0 : best->metric);
			first = false;
		}
}

/* ---- the host's chains -------------------------------------------------------------- */

void show_host_firewall(struct text *out, const struct msg_rec_host_chain *rec, size_t n)
{
	if (!n)
		text_add(
		    out, "No chain of the host drops packets by its policy or its last rule.\n");
	for (size_t i = 0; i < n; i++)
		text_addf(out,
		    "WARNING: chain %s %s %s drops what it does not accept (%s).\n"
		    "         It has to accept %s.\n",
		    rec[i].family, rec[i].table, rec[i].chain,
		    rec[i].policy ? "policy" : "last rule",
		    rec[i].forward ? "what VPN clients send and get, and what passes between "
				     "interfaces"
				   : "UDP 500, UDP 4500 and protocol ESP");
}
