/*
 * show vpn-sessiondb [detail] ra-ikev1-ipsec: label : value pairs in two
 * columns. A label is 13 wide; a left value has 23 with the gap behind it, and where it needs
 * them all the right pair goes on a line of its own. Tunnel blocks stand 2 further in.
 */
#include "cli/show/show.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "engine/base/time_zone.h"

enum { LABEL = 13, VALUE = 23, VALUE_MAX = 256 };

static void vleft(struct text *out, size_t margin, const char *label, const char *fmt, va_list ap)
{
	char value[VALUE_MAX];

	vsnprintf(value, sizeof value, fmt, ap);
	text_addf(out, "%*s%-*s: %s", (int)margin, "", LABEL, label, value);
}

/* The left pair; the line stays open for a right one. */
__attribute__((format(printf, 4, 5)))
static void left(struct text *out, size_t margin, const char *label, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vleft(out, margin, label, fmt, ap);
	va_end(ap);
}

/* A pair that has its line for itself. */
__attribute__((format(printf, 4, 5)))
static void line(struct text *out, size_t margin, const char *label, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vleft(out, margin, label, fmt, ap);
	va_end(ap);
	text_addc(out, '\n');
}

__attribute__((format(printf, 4, 5)))
static void right(struct text *out, size_t margin, const char *label, const char *fmt, ...)
{
	size_t column = margin + LABEL + 2 + VALUE, start = out->len;
	va_list ap;

	while (start && out->p[start - 1] != '\n')
		start--;
	if (out->len - start >= column) {
		text_addc(out, '\n');
		text_pad(out, margin, 0);
	} else {
		text_pad(out, column, 0);
	}
	va_start(ap, fmt);
	vleft(out, 0, label, fmt, ap);
	va_end(ap);
	text_addc(out, '\n');
}

void show_time(struct text *out, uint64_t when)
{
	static const char day[][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
	static const char month[][4] = {
	    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	const char *zone;
	struct tm tm;

	zone_local(zone_here(), (int64_t)when, &tm, &zone);
	text_addf(out, "%02d:%02d:%02d %s %s %s %d %d", tm.tm_hour, tm.tm_min, tm.tm_sec, zone,
	    day[tm.tm_wday], month[tm.tm_mon], tm.tm_mday, tm.tm_year + 1900);
}

void show_duration(struct text *out, uint32_t seconds)
{
	if (seconds >= 86400)
		text_addf(out, "%ud ", seconds / 86400);
	text_addf(out, "%uh:%02um:%02us", seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
}

static const char *nat(const struct msg_rec_session *r)
{
	return r->nat_t ? "OverNatT" : "";
}

/* "IKEv1: (1)3DES  IPsec: (1)3DES  L2TPOverIPsec: (1)none", only kinds that are there. */
static void algorithms(struct text *out, const struct msg_rec_session *r, const char *label,
    const char *ike, const char *esp)
{
	const char *gap = "";

	text_addf(out, "%-*s: ", LABEL, label);
	if (r->ike_count) {
		text_addf(out, "IKEv1: (%u)%s", r->ike_count, ike);
		gap = "  ";
	}
	if (r->esp_count) {
		text_addf(out, "%sIPsec%s: (%u)%s", gap, nat(r), r->esp_count, esp);
		gap = "  ";
	}
	if (r->l2tp_count)
		text_addf(out, "%sL2TPOverIPsec%s: (%u)none", gap, nat(r), r->l2tp_count);
	text_addc(out, '\n');
}

static void protocols(struct text *out, const struct msg_rec_session *r)
{
	const char *gap = "";

	if (r->ike_count) {
		text_add(out, "IKEv1");
		gap = " ";
	}
	if (r->esp_count) {
		text_addf(out, "%sIPsec%s", gap, nat(r));
		gap = " ";
	}
	if (r->l2tp_count)
		text_addf(out, "%sL2TPOverIPsec%s", gap, nat(r));
}

static void top(struct text *out, const struct msg_rec_session *r)
{
	char a[ADDR_TEXT_MAX];

	left(out, 0, "Username", "%s", r->user);
	right(out, 0, "Index", "%u", r->index);
	left(out, 0, "Assigned IP", "%s", addr_text(&r->assigned, a));
	right(out, 0, "Public IP", "%s", addr_text(&r->public, a));
	text_addf(out, "%-*s: ", LABEL, "Protocol");
	protocols(out, r);
	text_addc(out, '\n');
	line(out, 0, "License", "Other VPN");
	algorithms(out, r, "Encryption", r->ike_encryption, r->esp_encryption);
	algorithms(out, r, "Hashing", r->ike_hash, r->esp_hash);
	left(out, 0, "Bytes Tx", "%" PRIu64, r->bytes_out);
	right(out, 0, "Bytes Rx", "%" PRIu64, r->bytes_in);
	left(out, 0, "Pkts Tx", "%" PRIu64, r->pkts_out);
	right(out, 0, "Pkts Rx", "%" PRIu64, r->pkts_in);
	left(out, 0, "Pkts Tx Drop", "%" PRIu64, r->drop_out);
	right(out, 0, "Pkts Rx Drop", "%" PRIu64, r->drop_in);
	left(out, 0, "Group Policy", "%s", r->group_policy);
	right(out, 0, "Tunnel Group", "%s", r->tunnel_group);
	text_addf(out, "%-*s: ", LABEL, "Login Time");
	show_time(out, r->login_time);
	text_addf(out, "\n%-*s: ", LABEL, "Duration");
	show_duration(out, r->duration);
	text_addf(out, "\n%-*s: ", LABEL, "Inactivity");
	show_duration(out, r->inactivity);
	text_addc(out, '\n');
	left(out, 0, "VLAN Mapping", "N/A");
	right(out, 0, "VLAN", "none");
	line(out, 0, "Audt Sess ID", "%s", r->audit_id);
	line(out, 0, "Security Grp", "none");
}

static void ike_block(struct text *out, const struct msg_rec_session *r)
{
	text_add(out, "\nIKEv1:\n");
	line(out, 2, "Tunnel ID", "%u.%u", r->index, r->ike_tunnel);
	left(out, 2, "UDP Src Port", "%u", r->public_port);
	right(out, 2, "UDP Dst Port", "%u", r->local_port);
	left(out, 2, "IKE Neg Mode", r->aggressive ? "Aggressive" : "Main");
	right(out, 2, "Auth Mode", "%s", r->ike_auth);
	left(out, 2, "Encryption", "%s", r->ike_encryption);
	right(out, 2, "Hashing", "%s", r->ike_hash);
	left(out, 2, "Rekey Int (T)", "%u Seconds", r->ike_life);
	right(out, 2, "Rekey Left(T)", "%u Seconds", r->ike_left);
	line(out, 2, "D/H Group", "%u", r->ike_group);
	if (r->filter_name && *r->filter_name)
		line(out, 2, "Filter Name", "%s", r->filter_name);
	else
		text_addf(out, "  %-*s:\n", LABEL, "Filter Name");
}

/* Whole minutes, as on the device: of thirty, 29 are left as soon as one second has passed. */
static void idle(struct text *out, uint32_t timeout, uint32_t remaining)
{
	if (!timeout)
		return;
	left(out, 2, "Idle Time Out", "%u Minutes", timeout / 60);
	right(out, 2, "Idle TO Left", "%u Minutes", remaining / 60);
}

/* In this block the device pads the right values as well. */
static void pad_right(struct text *out)
{
	out->len--;
	text_pad(out, 2 + 2 * (LABEL + 2 + VALUE), 0);
	text_addc(out, '\n');
}

static void ipsec_block(struct text *out, const struct msg_rec_session *r)
{
	text_addf(out, "\nIPsec%s:\n", nat(r));
	line(out, 2, "Tunnel ID", "%u.%u", r->index, r->esp_tunnel);
	line(out, 2, "Local Addr", "%s", r->local_ident);
	line(out, 2, "Remote Addr", "%s", r->remote_ident);
	left(out, 2, "Encryption", "%s", r->esp_encryption);
	right(out, 2, "Hashing", "%s", r->esp_hash);
	pad_right(out);
	line(out, 2, "Encapsulation", "%s", r->transport ? "Transport" : "Tunnel");
	left(out, 2, "Rekey Int (T)", "%u Seconds", r->esp_life);
	right(out, 2, "Rekey Left(T)", "%u Seconds", r->esp_left);
	pad_right(out);
	if (r->esp_life_kb) {
		left(out, 2, "Rekey Int (D)", "%u K-Bytes", r->esp_life_kb);
		right(out, 2, "Rekey Left(D)", "%u K-Bytes", r->esp_left_kb);
		pad_right(out);
	}
	idle(out, r->idle_timeout, r->idle_left);
	if (r->idle_timeout)
		pad_right(out);
	left(out, 2, "Bytes Tx", "%" PRIu64, r->bytes_out);
	right(out, 2, "Bytes Rx", "%" PRIu64, r->bytes_in);
	pad_right(out);
	left(out, 2, "Pkts Tx", "%" PRIu64, r->pkts_out);
	right(out, 2, "Pkts Rx", "%" PRIu64, r->pkts_in);
	pad_right(out);
}

static void l2tp_block(struct text *out, const struct msg_rec_session *r)
{
	char a[ADDR_TEXT_MAX];

	text_addf(out, "\nL2TPOverIPsec%s:\n", nat(r));
	line(out, 2, "Tunnel ID", "%u.%u", r->index, r->l2tp_tunnel);
	line(out, 2, "Username", "%s", r->user);
	left(out, 2, "Assigned IP", "%s", addr_text(&r->assigned, a));
	right(out, 2, "Public IP", "%s", addr_text(&r->public, a));
	left(out, 2, "Encryption", "none");
	right(out, 2, "Hashing", "none");
	line(out, 2, "Auth Mode", "%s", r->ppp_auth);
	idle(out, r->idle_timeout, r->ppp_idle_left);
	if (r->client_os && *r->client_os)
		line(out, 2, "Client OS", "%s", r->client_os);
	if (r->client_os_version && *r->client_os_version)
		line(out, 2, "Client OS Ver", "%s", r->client_os_version);
	left(out, 2, "Bytes Tx", "%" PRIu64, r->ppp_bytes_out);
	right(out, 2, "Bytes Rx", "%" PRIu64, r->ppp_bytes_in);
	left(out, 2, "Pkts Tx", "%" PRIu64, r->ppp_pkts_out);
	right(out, 2, "Pkts Rx", "%" PRIu64, r->ppp_pkts_in);
}

void show_sessions(struct text *out, const struct msg_rec_session *rec, size_t n, bool detail)
{
	if (!n) {
		text_add(
		    out, "INFO: There are presently no active sessions of the type specified\n");
		return;
	}
	text_addf(out, "\nSession Type: IKEv1 IPsec%s\n", detail ? " Detailed" : "");
	for (size_t i = 0; i < n; i++) {
		const struct msg_rec_session *r = &rec[i];

		text_addc(out, '\n');
		top(out, r);
		if (!detail)
			continue;
		text_addc(out, '\n');
		if (r->ike_count)
			text_addf(out, "IKEv1 Tunnels: %u\n", r->ike_count);
		if (r->esp_count)
			text_addf(out, "IPsec%s Tunnels: %u\n", nat(r), r->esp_count);
		if (r->l2tp_count)
			text_addf(out, "L2TPOverIPsec%s Tunnels: %u\n", nat(r), r->l2tp_count);
		if (r->ike_count)
			ike_block(out, r);
		if (r->esp_count)
			ipsec_block(out, r);
		if (r->l2tp_count)
			l2tp_block(out, r);
	}
}

void show_sessions_full(struct text *out, const struct msg_rec_session *rec, size_t n)
{
	char a[ADDR_TEXT_MAX];

	if (!n)
		text_add(
		    out, "INFO: There are presently no active sessions of the type specified\n");
	for (size_t i = 0; i < n; i++) {
		const struct msg_rec_session *r = &rec[i];

		text_addf(out, "\nSession Type: IKEv1 IPsec || Username: %s || Index: %u", r->user,
		    r->index);
		text_addf(out, " || Assigned IP: %s", addr_text(&r->assigned, a));
		text_addf(out, " || Public IP: %s || Protocol: ", addr_text(&r->public, a));
		protocols(out, r);
		text_addf(out,
		    " || License: Other VPN || Bytes Tx: %" PRIu64 " || Bytes Rx: %" PRIu64,
		    r->bytes_out, r->bytes_in);
		text_addf(out, " || Group Policy: %s || Tunnel Group: %s || Login Time: ",
		    r->group_policy, r->tunnel_group);
		show_time(out, r->login_time);
		text_add(out, " || Duration: ");
		show_duration(out, r->duration);
		text_addf(out, " || Audt Sess ID: %s ||\n", r->audit_id);
	}
}
