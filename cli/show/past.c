/* show vpn-sessiondb history: sessions that have ended, laid out as those that last. */
#include "cli/show/show.h"

#include <inttypes.h>
#include <stdio.h>

enum { LABEL = 13, RIGHT = 38 };

static void two(
    struct text *out, const char *label, const char *value, const char *label2, const char *value2)
{
	text_addf(out, "%-*s: %s", LABEL, label, value);
	text_pad(out, RIGHT, 1);
	text_addf(out, "%-*s: %s\n", LABEL, label2, value2);
}

static const char *number(uint64_t n, char buf[24])
{
	if (n == UINT64_MAX)
		return "unknown";
	snprintf(buf, 24, "%" PRIu64, n);
	return buf;
}

void show_past(struct text *out, const struct msg_session_record *r)
{
	char a[ADDR_TEXT_MAX], b[ADDR_TEXT_MAX], n[24], m[24];

	two(out, "Username", r->user, "Index", number(r->index, n));
	two(out, "Assigned IP", addr_text(&r->assigned, a), "Public IP", addr_text(&r->public, b));
	two(out, "Client", r->client, "Protocol", r->protocol);
	two(out, "Group Policy", r->group_policy, "Tunnel Group", r->tunnel_group);
	two(out, "Bytes Tx", number(r->bytes_out, n), "Bytes Rx", number(r->bytes_in, m));
	text_addf(out, "%-*s: ", LABEL, "Login Time");
	show_time(out, r->login_time);
	text_addf(out, "\n%-*s: ", LABEL, "Duration");
	if (r->duration == UINT32_MAX)
		text_add(out, "unknown");
	else
		show_duration(out, r->duration);
	text_addf(out, "\n%-*s: %s\n", LABEL, "Reason", r->reason);
	text_addf(out, "%-*s: %s\n\n", LABEL, "Meaning", r->why);
}
