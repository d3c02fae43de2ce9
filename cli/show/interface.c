/* show nameif, interface and its forms, ip address, arp. */
#include "cli/show/show.h"

#include <inttypes.h>

#define ETHERNET_HEADER 14 /* bytes, which the kernel counts and IP does not */

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
		    l->shutdown ? "administratively down"
		    : l->up	? "up"
				: "down",
		    l->up && !l->shutdown ? "up  " : "down");
	}
}

/* ---- show interface -------------------------------------------------------------- */

static void heading(struct text *out, const struct show_link *l)
{
	bool up = l->up && !l->shutdown;

	text_addf(out, "Interface %s \"%s\", is %s, line protocol is %s\n", l->hardware,
	    l->nameif ? l->nameif : "",
	    l->shutdown ? "administratively down"
	    : up	? "up"
			: "down",
	    up ? "up" : "down");
}

static void addresses(struct text *out, const struct show_link *l)
{
	char a[ADDR_TEXT_MAX], m[ADDR_TEXT_MAX];

	if (!l->nameif || !*l->nameif)
		text_add(out, "\tAvailable but not configured via nameif\n");
	text_add(out, "\tMAC address ");
	show_mac(out, l->mac);
	text_addf(out, ", MTU %u\n", l->mtu);
	if (l->address.family)
		text_addf(out, "\tIP address %s, subnet mask %s\n", addr_text(&l->address, a),
		    addr_text(&l->mask, m));
	else
		text_add(out, "\tIP address unassigned\n");
}

static void hardware(struct text *out, const struct show_link *l, const struct msg_rec_link *c)
{
	if (l->present)
		text_addf(out, "  Hardware is %s, BW %u Mbps, DLY 10 usec\n",
		    c && *c->driver ? c->driver : "unknown", c ? c->speed : 0);
	else if (l->device)
		text_addf(out, "  Hardware is not present%s%s, BW 0 Mbps, DLY 10 usec\n",
		    *l->device ? ", last seen as " : "", l->device);
	if (c && c->speed && c->duplex)
		text_addf(out, "\tAuto-Duplex(%s-duplex), Auto-Speed(%u Mbps)\n",
		    c->duplex == LINK_DUPLEX_FULL ? "Full" : "Half", c->speed);
	else
		text_add(out, "\tAuto-Duplex, Auto-Speed\n");
	text_add(out, "\tInput flow control is unsupported, output flow control is unsupported\n");
	if (l->sub && l->vlan)
		text_addf(out, "\tVLAN identifier %" PRId64 "\n", l->vlan);
	else if (l->sub)
		text_add(out, "\tVLAN identifier none\n");
	if (l->description && *l->description)
		text_addf(out, "\tDescription: %s\n", l->description);
}

/* What the card has seen; lines that Linux keeps no count of are 0. */
static void counters(struct text *out, const struct msg_rec_link *c)
{
	text_addf(out, "\t%" PRIu64 " packets input, %" PRIu64 " bytes, 0 no buffer\n",
	    c->in_packets, c->in_bytes);
	text_addf(out, "\tReceived %" PRIu64 " broadcasts, 0 runts, %" PRIu64 " giants\n",
	    c->multicast, c->in_length);
	text_addf(out,
	    "\t%" PRIu64 " input errors, %" PRIu64 " CRC, %" PRIu64 " frame, %" PRIu64
	    " overrun, 0 ignored, 0 abort\n",
	    c->in_errors, c->in_crc, c->in_frame, c->in_overrun);
	text_add(out, "\t0 pause input, 0 resume input\n\t0 L2 decode drops\n");
	text_addf(out, "\t%" PRIu64 " packets output, %" PRIu64 " bytes, %" PRIu64 " underruns\n",
	    c->out_packets, c->out_bytes, c->out_underruns);
	text_addf(out,
	    "\t0 pause output, 0 resume output\n\t%" PRIu64 " output errors, %" PRIu64
	    " collisions, 0 interface resets\n",
	    c->out_errors, c->collisions);
	text_add(out,
	    "\t0 late collisions, 0 deferred\n\t0 input reset drops, 0 output reset drops\n"
	    "\tinput queue (blocks free curr/low): hardware (0/0)\n"
	    "\toutput queue (blocks free curr/low): hardware (0/0)\n");
}

static uint64_t payload(uint64_t bytes, uint64_t packets)
{
	return bytes > packets * ETHERNET_HEADER ? bytes - packets * ETHERNET_HEADER : 0;
}

static void rate(
    struct text *out, unsigned minutes, const char *way, uint64_t packets, uint64_t bytes)
{
	text_addf(out, "      %u minute %s rate %" PRIu64 " pkts/sec,  %" PRIu64 " bytes/sec\n",
	    minutes, way, packets, payload(bytes, packets));
}

static void rates(struct text *out, const struct msg_rec_link *c)
{
	rate(out, 1, "input", c->in_packets_1, c->in_bytes_1);
	rate(out, 1, "output", c->out_packets_1, c->out_bytes_1);
	text_addf(out, "      1 minute drop rate, %" PRIu64 " pkts/sec\n", c->dropped_1);
	rate(out, 5, "input", c->in_packets_5, c->in_bytes_5);
	rate(out, 5, "output", c->out_packets_5, c->out_bytes_5);
	text_addf(out, "      5 minute drop rate, %" PRIu64 " pkts/sec\n", c->dropped_5);
}

static void traffic(struct text *out, const struct show_link *l, const struct msg_rec_link *c)
{
	text_addf(out, "  Traffic Statistics for \"%s\":\n", l->nameif);
	text_addf(out, "\t%" PRIu64 " packets input, %" PRIu64 " bytes\n", c->in_packets,
	    payload(c->in_bytes, c->in_packets));
	text_addf(out, "\t%" PRIu64 " packets output, %" PRIu64 " bytes\n", c->out_packets,
	    payload(c->out_bytes, c->out_packets));
	text_addf(out, "\t%" PRIu64 " packets dropped\n", c->in_dropped + c->out_dropped);
	rates(out, c);
}

static void control_point(struct text *out, const struct show_link *l)
{
	text_addf(out, "  Control Point Interface States:\n\tInterface number is %u\n", l->ifindex);
	text_addf(out, "\tInterface config status is %s\n", l->shutdown ? "not active" : "active");
	text_addf(
	    out, "\tInterface state is %s\n", l->up && !l->shutdown ? "active" : "not active");
	if (l->present)
		text_addf(out, "\tDevice of the host is %s\n", l->device);
}

void show_interface(struct text *out, const struct show_link *l, const struct msg_rec_link *c,
    enum show_interface_form form)
{
	heading(out, l);
	if (form != SHOW_INTERFACE_SUMMARY)
		hardware(out, l, c);
	addresses(out, l);
	if (form == SHOW_INTERFACE_SUMMARY)
		return;
	if (c)
		counters(out, c);
	if (c && l->nameif && *l->nameif)
		traffic(out, l, c);
	if (form == SHOW_INTERFACE_DETAIL)
		control_point(out, l);
}

/* ---- show traffic ---------------------------------------------------------------- */

static void way_counted(
    struct text *out, const char *way, uint32_t seconds, uint64_t packets, uint64_t bytes)
{
	uint64_t s = seconds ? seconds : 1;

	text_addf(out, "\t%s (in %u.000 secs):\n", way, seconds);
	text_addf(out, "\t\t%" PRIu64 " packets\t%" PRIu64 " bytes\n", packets, bytes);
	text_addf(out, "\t\t%" PRIu64 " pkts/sec\t%" PRIu64 " bytes/sec\n", packets / s, bytes / s);
}

void show_traffic(struct text *out, const char *name, const struct msg_rec_link *c)
{
	text_addf(out, "%s:\n", name);
	way_counted(out, "received", c->counted_for, c->in_packets,
	    payload(c->in_bytes, c->in_packets));
	way_counted(out, "transmitted", c->counted_for, c->out_packets,
	    payload(c->out_bytes, c->out_packets));
	rates(out, c);
}

void show_traffic_cards(struct text *out)
{
	text_add(out, "\n----------------------------------------\n"
		      "Aggregated Traffic on Physical Interface\n"
		      "----------------------------------------\n");
}

/* ---- ip address, arp, mapping ------------------------------------------------------ */

static void address_table(
    struct text *out, const char *title, const struct show_link *link, size_t n)
{
	char a[ADDR_TEXT_MAX], m[ADDR_TEXT_MAX];

	text_addf(out, "%s\n%-25s%-23s%-16s%-16sMethod \n", title, "Interface", "Name",
	    "IP address", "Subnet mask");
	for (size_t i = 0; i < n; i++)
		if (link[i].nameif && *link[i].nameif && link[i].address.family)
			text_addf(out, "%-25s%-23s%-16s%-16s%s\n", link[i].hardware, link[i].nameif,
			    addr_text(&link[i].address, a), addr_text(&link[i].mask, m),
			    link[i].method);
}

void show_ip_address(struct text *out, const struct show_link *link, size_t n)
{
	address_table(out, "System IP Addresses:", link, n);
	address_table(out, "Current IP Addresses:", link, n);
}

void show_arp(struct text *out, const char *ifname, const struct msg_rec_neighbour *rec)
{
	char a[ADDR_TEXT_MAX];

	text_addf(out, "\t%s %s ", ifname, addr_text(&rec->address, a));
	show_mac(out, rec->mac);
	if (rec->permanent)
		text_add(out, " -\n");
	else
		text_addf(out, " %u\n", rec->age);
}

void show_mapping(struct text *out, const struct show_card *card, size_t n)
{
	text_addf(out, "%-27s%-16s%-17s%s\n", "Interface", "MAC-Address", "Device", "Status");
	for (size_t i = 0; i < n; i++) {
		text_addf(out, "%-27s", card[i].hardware);
		show_mac(out, card[i].mac);
		text_addf(out, "  %-17s%s\n", *card[i].device ? card[i].device : "-",
		    !card[i].present ? "not present"
		    : card[i].up     ? "up"
				     : "down");
	}
}
