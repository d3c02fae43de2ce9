/*
 * show vpn-sessiondb [summary], license-summary and ratio. The engine counts; which rows count
 * sessions and which count tunnels is known by their names.
 */
#include "cli/show/show.h"

#include <stdio.h>
#include <string.h>

#include "engine/crypto/algorithm.h"

#define RULE "---------------------------------------------------------------------------\n"
#define SHORT_RULE "                             ----------------------------------------------\n"

/* Session rows in the device's order; every other row counts tunnels. */
static const char *const session_rows[] = {
	"AnyConnect Client", "Clientless VPN", "Site-to-Site VPN", "IKEv1 IPsec/L2TP IPsec",
};

static bool is_session_row(const char *row)
{
	for (size_t i = 0; i < sizeof session_rows / sizeof *session_rows; i++)
		if (strcmp(row, session_rows[i]) == 0)
			return true;
	return false;
}

void show_summary(struct text *out, const struct msg_rec_summary *rec, size_t n,
    uint32_t capacity)
{
	uint32_t active = 0, cumulative = 0, tunnels = 0, tunnels_ever = 0;

	for (size_t i = 0; i < n; i++) {
		bool session = is_session_row(rec[i].row);

		*(session ? &active : &tunnels) += rec[i].active;
		*(session ? &cumulative : &tunnels_ever) += rec[i].cumulative;
	}
	if (!cumulative) {
		text_add(out, "INFO: There are presently no active sessions\n");
		return;
	}
	text_addf(out, RULE "%-75s\n" RULE, "VPN Session Summary");
	text_add(
	    out, "                               Active : Cumulative : Peak Concur : Inactive\n");
	text_add(out, SHORT_RULE);
	for (size_t i = 0; i < n; i++)
		if (is_session_row(rec[i].row) && rec[i].cumulative)
			text_addf(out, "%-29s:%7u :%11u :%12u\n", rec[i].row, rec[i].active,
			    rec[i].cumulative, rec[i].peak);
	text_addf(out, RULE "%-29s:%7u%29s :%7u\n", "Total Active and Inactive", active,
	    "Total Cumulative", cumulative);
	text_addf(out, "%-29s:%7u\n", "Device Total VPN Capacity", capacity);
	text_addf(out, "%-29s:%6u%%\n" RULE "\n", "Device Load",
	    capacity ? active * 100 / capacity : 0);
	text_addf(out, RULE "Tunnels Summary\n" RULE);
	text_add(out, "                               Active : Cumulative : Peak Concurrent   \n"
	    SHORT_RULE);
	for (size_t i = 0; i < n; i++)
		if (!is_session_row(rec[i].row) && rec[i].cumulative)
			text_addf(out, "%-29s:%7u :%11u :%16u\n", rec[i].row, rec[i].active,
			    rec[i].cumulative, rec[i].peak);
	text_addf(out, RULE "%-29s:%7u :%11u\n" RULE, "Totals", tunnels, tunnels_ever);
}

static void license_use(struct text *out, const char *name, uint32_t active, uint32_t peak,
    uint32_t limit)
{
	text_addf(out, "%-23s:%7u :%7u :%7u :%7u :%7u :%6u%%\n", name, active, 0, active, peak,
	    limit, limit ? active * 100 / limit : 0);
}

/* No licence is needed here, and none is shared: the device's rows of what needs none. */
void show_licenses(struct text *out, const struct msg_rec_summary *rec, size_t n,
    uint32_t capacity, uint32_t limit)
{
	uint32_t active = 0, peak = 0, most = limit && limit < capacity ? limit : capacity;
	char limited[16] = "NONE";

	for (size_t i = 0; i < n; i++) {
		active += is_session_row(rec[i].row) ? rec[i].active : 0;
		peak += is_session_row(rec[i].row) ? rec[i].peak : 0;
	}
	if (limit)
		snprintf(limited, sizeof limited, "%u", limit);
	text_add(out, RULE "VPN Licenses and Configured Limits Summary\n" RULE
	    "                                     Status : Capacity : Installed :  Limit\n"
	    "                                  -----------------------------------------\n");
	text_addf(out, "%-33s:%9s :%9u :%10u :%7s\n" RULE "\n", "Other VPN (Available by Default)",
	    "ENABLED", capacity, capacity, limited);
	text_add(out, RULE "VPN Licenses Usage Summary\n" RULE
	    "                          Local : Shared :   All  :   Peak :  Eff.  :\n"
	    "                         In Use : In Use : In Use : In Use :  Limit : Usage\n"
	    "                       ----------------------------------------------------\n");
	license_use(out, "Other VPN", active, peak, most);
	license_use(out, "  L2TP Clients", active, peak, most);
	text_add(out, RULE);
}

static void ratio_head(struct text *out, size_t active, uint32_t cumulative, const char *group)
{
	text_addf(out, "%-21s: %s\n", "Filter Group", group ? group : "All");
	text_addf(out, "%-21s: %zu\n", "Total Active Sessions", active);
	text_addf(out, "%-21s: %u\n\n", "Cumulative Sessions", cumulative);
}

static void ratio_row(struct text *out, int width, const char *name, size_t count, size_t total)
{
	text_addf(out, "%-*s%8zu%13zu%%\n", width, name, count, total ? count * 100 / total : 0);
}

void show_ratio_encryption(struct text *out, const struct msg_rec_session *rec, size_t n,
    uint32_t cumulative, const char *group)
{
	ratio_head(out, n, cumulative, group);
	text_addf(out, "%-25sSessions       Percent       \n", "Encryption");
	for (size_t c = 0; c < CIPHER_COUNT; c++) {
		size_t count = 0;

		for (size_t i = 0; i < n; i++)
			count += strcmp(rec[i].esp_encryption, cipher_info[c].show) == 0;
		ratio_row(out, 25, cipher_info[c].show, count, n);
	}
}

void show_ratio_protocol(struct text *out, const struct msg_rec_session *rec, size_t n,
    uint32_t cumulative, const char *group)
{
	static const char *const name[] = {"IKEv1", "IPsec", "IPsecOverNatT", "L2TPOverIPsec",
	    "L2TPOverIPsecOverNatT"};
	size_t count[5] = {0}, total = 0;

	for (size_t i = 0; i < n; i++) {
		count[0] += rec[i].ike_count;
		count[rec[i].nat_t ? 2 : 1] += rec[i].esp_count;
		count[rec[i].nat_t ? 4 : 3] += rec[i].l2tp_count;
	}
	for (size_t i = 0; i < 5; i++)
		total += count[i];
	ratio_head(out, n, cumulative, group);
	text_addf(out, "%-44sSessions       Percent       \n", "Protocol");
	for (size_t i = 0; i < 5; i++)
		ratio_row(out, 44, name[i], count[i], total);
}
