/* show version, nameif, interface [ip brief | mapping], route, host-firewall. */
#include "cli/show/show.h"

#include <inttypes.h>
#include <string.h>

void show_uptime(struct text *out, uint64_t seconds)
{
	static const struct {
		uint64_t length;
		const char *one, *many;
	} unit[] = {{86400, "day", "days"}, {3600, "hour", "hours"}, {60, "min", "mins"},
	    {1, "sec", "secs"}};
	size_t i = 0;

	while (i < 2 && seconds < unit[i].length)
		i++;
	for (size_t k = i; k < i + 2; k++) {
		uint64_t v = seconds / unit[k].length;

		text_addf(out, "%s%" PRIu64 " %s", k > i ? " " : "", v,
		    v == 1 ? unit[k].one : unit[k].many);
		seconds %= unit[k].length;
	}
}

void show_mac(struct text *out, const char *mac)
{
	size_t digits = 0;

	if (!mac || !*mac)
		mac = "00:00:00:00:00:00";
	for (; *mac; mac++) {
		if (*mac == ':')
			continue;
		if (digits && digits % 4 == 0)
			text_addc(out, '.');
		text_addc(out, *mac);
		digits++;
	}
}

/* Rows of "Licensed features": the line set is the device's, the values are ours. */
static void features(struct text *out, uint32_t capacity)
{
	static const struct {
		const char *name, *value; /* NULL = our capacity */
	} row[] = {
	    {"Maximum VLANs", "50"},
	    {"Inside Hosts", "Unlimited"},
	    {"Failover", "Disabled"},
	    {"Encryption-DES", "Enabled"},
	    {"Encryption-3DES-AES", "Enabled"},
	    {"Security Contexts", "0"},
	    {"Carrier", "Disabled"},
	    {"AnyConnect Premium Peers", "0"},
	    {"AnyConnect Essentials", "Disabled"},
	    {"Other VPN Peers", NULL},
	    {"Total VPN Peers", NULL},
	    {"AnyConnect for Mobile", "Disabled"},
	    {"AnyConnect for Cisco VPN Phone", "Disabled"},
	    {"Advanced Endpoint Assessment", "Disabled"},
	    {"Shared License", "Disabled"},
	    {"Total TLS Proxy Sessions", "0"},
	    {"Botnet Traffic Filter", "Disabled"},
	    {"Cluster", "Disabled"},
	};

	text_add(out, "Licensed features for this platform:\n");
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		if (row[i].value)
			text_addf(out, "%-34s: %-15s\n", row[i].name, row[i].value);
		else
			text_addf(out, "%-34s: %-15u\n", row[i].name, capacity);
	}
}

void show_version(struct text *out, const struct show_version_info *v)
{
	text_addf(out, "\nCisco Adaptive Security Appliance Software Version %s\n\n", v->version);
	text_addf(out, "Compiled on %s by builders\n", v->compiled);
	text_add(out, "System image file is \"boot:/gatehouse\"\n");
	text_addf(out, "Config file at boot was \"%s\"\n\n%s up ", v->config_file, v->hostname);
	show_uptime(out, v->uptime);
	text_addf(out, "\n\nHardware:   %s, %u MB RAM, CPU %s,\n\n\n", v->hardware, v->memory_mb,
	    v->cpu);
	for (size_t i = 0; i < v->links; i++) {
		text_addf(out, "%2zu: Ext: %-20s: address is ", i, v->link[i].hardware);
		show_mac(out, v->link[i].mac);
		text_add(out, ", irq 0\n");
	}
	text_add(out, v->links ? "\n" : "");
	features(out, v->capacity);
	text_addf(out, "\nSerial Number: %s\n\n", v->serial);
	if (v->modified)
		text_addf(out, "Configuration last modified by %s\n", v->modified);
	else
		text_add(out, "Configuration has not been modified since last system restart.\n");
}

void show_nameif(struct text *out, const struct show_link *link, size_t n)
{
	text_addf(out, "%-25s%-25sSecurity\n", "Interface", "Name");
	for (size_t i = 0; i < n; i++)
		if (link[i].nameif && *link[i].nameif)
			text_addf(out, "%-25s%-25s%3" PRId64 "\n", link[i].hardware, link[i].nameif,
			    link[i].security_level < 0 ? 0 : link[i].security_level);
}

void show_interface_brief(struct text *out, const struct show_link *link, size_t n)
{
	char a[ADDR_TEXT_MAX];

	text_addf(out, "%-27s%-16s%-4s%-7s%-22s%s\n", "Interface", "IP-Address", "OK?", "Method",
	    "Status", "Protocol");
	for (size_t i = 0; i < n; i++) {
		const struct show_link *l = &link[i];
		bool set = l->address.family != 0;

		text_addf(out, "%-27s%-16s%-4s%-7s%-22s%s\n", l->hardware,
		    set ? addr_text(&l->address, a) : "unassigned", "YES", l->method,
		    l->shutdown ? "administratively down" : l->up ? "up" : "down",
		    l->up && !l->shutdown ? "up  " : "down");
	}
}

void show_interface(struct text *out, const struct show_link *link, size_t n)
{
	char a[ADDR_TEXT_MAX], m[ADDR_TEXT_MAX];

	for (size_t i = 0; i < n; i++) {
		const struct show_link *l = &link[i];
		bool up = l->up && !l->shutdown;

		text_addf(out, "Interface %s \"%s\", is %s, line protocol is %s\n", l->hardware,
		    l->nameif ? l->nameif : "",
		    l->shutdown ? "administratively down" : up ? "up" : "down", up ? "up" : "down");
		if (l->device && !l->present)
			text_addf(out, "\tHardware is not present%s%s\n",
			    *l->device ? ", last seen as " : "", l->device);
		else if (l->device)
			text_addf(out, "\tHardware is %s\n", l->device);
		if (!l->nameif || !*l->nameif)
			text_add(out, "\tAvailable but not configured via nameif\n");
		text_add(out, "\tMAC address ");
		show_mac(out, l->mac);
		text_addf(out, ", MTU %u\n", l->mtu);
		if (l->address.family)
			text_addf(out, "\tIP address %s, subnet mask %s\n",
			    addr_text(&l->address, a), addr_text(&l->mask, m));
		else
			text_add(out, "\tIP address unassigned\n");
	}
}

void show_mapping(struct text *out, const struct show_card *card, size_t n)
{
	text_addf(out, "%-27s%-16s%-17s%s\n", "Interface", "MAC-Address", "Device", "Status");
	for (size_t i = 0; i < n; i++) {
		text_addf(out, "%-27s", card[i].hardware);
		show_mac(out, card[i].mac);
		text_addf(out, "  %-17s%s\n", *card[i].device ? card[i].device : "-",
		    !card[i].present ? "not present" : card[i].up ? "up" : "down");
	}
}

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
		    rec[i].forward ? "the traffic of VPN clients"
				   : "UDP 500, UDP 4500 and protocol ESP");
}
