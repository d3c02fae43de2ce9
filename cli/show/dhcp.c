/* show ip address IF dhcp lease, server. */
#include "cli/show/show.h"

#include <stdio.h>
#include <strings.h>

/* RFC 2131 figure 5, as the device numbers and spells the states. */
static const char *state_text(const char *state, char to[32])
{
	static const struct {
		const char *state, *text;
	} row[] = {{"OFF", "0 Initial"}, {"REBOOTING", "0 Initial"}, {"SELECTING", "1 Selecting"},
	    {"REQUESTING", "2 Requesting"}, {"PROBING", "2 Requesting"}, {"BOUND", "3 Bound"},
	    {"RENEWING", "4 Renewing"}, {"REBINDING", "5 Rebinding"}};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++)
		if (strcasecmp(state, row[i].state) == 0)
			return row[i].text;
	snprintf(to, 32, "%.31s", state);
	return to;
}

void show_dhcp_lease(struct text *out, const char *nameif, const struct msg_rec_dhcp *r)
{
	char a[ADDR_TEXT_MAX], state[32];

	text_addf(
	    out, "Temp IP Addr:%s for peer on interface:%s\n", addr_text(&r->address, a), nameif);
	text_addf(out, "Temp sub net mask:%s\n", addr_text(&r->mask, a));
	text_addf(out, "DHCP Lease server:%s, state:%s\n", addr_text(&r->server, a),
	    state_text(r->state, state));
	text_addf(out, "DHCP Transaction id:0x%X\n", r->xid);
	text_addf(
	    out, "Lease:%u secs, Renewal:%u secs, Rebind:%u secs\n", r->lease, r->renew, r->rebind);
	if (r->gateway.family)
		text_addf(out, "Temp default-gateway addr:%s\n", addr_text(&r->gateway, a));
	text_addf(out, "Next timer fires after:%u secs\n", r->next);
	text_addf(out, "Retry count:%u, Client-ID:%s\n", r->tries, r->client_id);
	text_addf(out, "Proxy: FALSE\nHostname: %s\n", r->hostname);
}

static void numbered(struct text *out, const char *what, const struct strlist *l)
{
	for (unsigned i = 0; i < l->n; i++)
		text_addf(out, "%s%s%u: %s", i ? ", " : "", what, i, l->v[i]);
	if (l->n)
		text_addc(out, '\n');
}

void show_dhcp_server(struct text *out, const struct msg_rec_dhcp *r)
{
	char a[ADDR_TEXT_MAX];

	text_addf(out, "DHCP server: %s\n  Leases: %u\n",
	    r->server.family ? addr_text(&r->server, a) : "ANY (255.255.255.255)",
	    r->address.family ? 1u : 0u);
	text_addf(out, "  Offers: %u      Requests: %u     Acks: %u     Naks: %u\n", r->offers,
	    r->requests, r->acks, r->naks);
	text_addf(out, "  Declines: %u    Releases: %u     Bad: %u\n", r->declines, r->releases,
	    r->bad);
	numbered(out, "DNS", &r->dns);
	numbered(out, "WINS", &r->wins);
	if (r->mask.family || *r->domain)
		text_addf(out, "Subnet: %s%s%s\n", addr_text(&r->mask, a),
		    *r->domain ? " DNS Domain: " : "", r->domain);
}
