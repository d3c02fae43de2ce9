/*
 * Addresses of NAT that nobody has: the interface before which others look for
 * them answers ARP, unless its line or `sysopt noproxyarp` forbids it. Whether they
 * are in one of its networks the keeper knows.
 */
#include <stdio.h>
#include <string.h>

#include "cli/config/feed_wanted.h"

#define NEIGHBOURS_MAX UINT16_MAX /* a longer range is no part of a network of ours */

struct asking {
	struct feed_wanted *w;
	struct range addresses;
};

static void want_at(struct feed_wanted *w, const char *nameif, struct range addresses)
{
	struct ipc_msg m = {.type = MSG_KEEP_PROXY_ARP, .fd = -1};
	char device[64], key[128];

	if (!feed_answers_arp(w, nameif))
		return;
	feed_device_of(w, nameif, device);
	m.keep_proxy_arp.device = device;
	m.keep_proxy_arp.addresses = addresses;
	snprintf(key, sizeof key, "proxy-arp %s %u %u", device, addresses.first, addresses.last);
	if (*device && !feed_is_wanted(w, key))
		feed_want(w, key, &m);
}

static void at_each(void *ctx, const struct db_row *row)
{
	struct asking *a = ctx;
	const char *nameif = db_text(row, "nameif");

	if (nameif && !db_bool(row, "shutdown"))
		want_at(a->w, nameif, a->addresses);
}

/* What stands for these addresses on that side; `nameif`: its interface, or `any`. */
static void want_side(
    struct feed_wanted *w, const char *nameif, struct range real, struct range mapped)
{
	struct asking a = {w, mapped};

	if ((real.first == mapped.first && real.last == mapped.last) || !mapped.last ||
	    mapped.last - mapped.first > NEIGHBOURS_MAX)
		return;
	if (strcmp(nameif, "any") != 0)
		want_at(w, nameif, mapped);
	else if (!db_each(w->db, gram_table(w->feed->gram, "interface"), at_each, &a))
		w->failed = true;
}

void feed_want_nat_arp(
    struct feed_wanted *w, const struct msg_keep_nat *m, const char *real_if, const char *mapped_if)
{
	if (m->no_proxy_arp)
		return;
	want_side(w, mapped_if, m->real, m->mapped);
	want_side(w, real_if, m->dest_real, m->dest_mapped);
}
