/* Checks of IKEv1: does anybody listen, and does phase 1 find a policy? */
#include <stdio.h>
#include <string.h>

#include "cli/doctor/entries.h"
#include "cli/doctor/served.h"

static const struct {
	const char *encryption, *hash;
	int64_t group;
} offered[] = {
#define OFFER_ESP(...)
#define OFFER_IKE(encryption, hash, group) {encryption, hash, group},
#include "cli/doctor/offers.def"
#undef OFFER_IKE
#undef OFFER_ESP
};

/* Where clients are meant to come by: each interface of a crypto map. */
void doctor_ike_disabled(struct exam *e)
{
	const char *ifname = served_interface(e);
	unsigned bound = 0;

	EACH_ROW (e, "crypto_map_interface", b) {
		const char *name = db_text(b, "ifname");

		if (!served_named(e, name))
			continue;
		bound++;
		if (exam_find(e, "ikev1_enable", "ifname", name))
			continue;
		found(e, "IKEv1 is not enabled on interface %s", name);
		prescribe_reason(e, &(struct cure_names){.interface = name});
	}
	if (bound || exam_find(e, "ikev1_enable", "ifname", ifname))
		return;
	found(e, "IKEv1 is not enabled on interface %s", ifname);
	prescribe_reason(e, &(struct cure_names){.interface = ifname});
}

/* The number of a policy that is free. */
static int64_t free_policy(struct exam *e)
{
	int64_t n = 10;
	bool taken;

	do {
		taken = false;
		EACH_ROW (e, "ikev1_policy", p)
			taken |= db_int(p, "priority", 0) == n;
		n += taken ? 10 : 0;
	} while (taken);
	return n;
}

static void cure_policy(struct exam *e)
{
	char number[24];

	snprintf(number, sizeof number, "%lld", (long long)free_policy(e));
	prescribe(e, CURE_IKE_POLICY, &(struct cure_names){.number = number});
}

void doctor_policy_none(struct exam *e)
{
	if (exam_sheet(e, "ikev1_policy")->n)
		return;
	found(e, "there is no crypto ikev1 policy");
	cure_policy(e);
}

static bool is_offered(const struct db_row *p)
{
	for (size_t i = 0; i < sizeof offered / sizeof *offered; i++)
		if (cell_is(p, "encryption", offered[i].encryption) &&
		    cell_is(p, "hash", offered[i].hash) && db_int(p, "dh", 0) == offered[i].group)
			return true;
	return false;
}

void doctor_policy_offered(struct exam *e)
{
	const struct db_row *first = NULL;

	EACH_ROW (e, "ikev1_policy", p) {
		if (is_offered(p))
			return;
		if (!first)
			first = p;
	}
	if (!first)
		return;
	found(e, "no crypto ikev1 policy is one that Windows offers (policy %s: %s, %s, group %s)",
	    db_text(first, "priority"), db_text(first, "encryption"), db_text(first, "hash"),
	    db_text(first, "dh"));
	cure_policy(e);
}

/* Is it off for each entry? One that has it on is enough for all. */
static bool without_natt(struct exam *e, const char *map)
{
	const struct db_row *entry;
	size_t n = 0;

	for (; (entry = entries_of(e, map, n)); n++)
		if (!db_bool(entry, "nat_t_disable"))
			return false;
	return n > 0;
}

static void cure_natt(struct exam *e, const char *map)
{
	const struct db_row *entry;

	for (size_t n = 0; (entry = entries_of(e, map, n)); n++)
		cure(e, "no %s set nat-t-disable", entry_line(entry));
}

void doctor_nat_traversal(struct exam *e)
{
	const char *map[ENTRIES_MAPS];
	size_t n;

	EACH_ROW (e, "isakmp", r) {
		if (db_bool(r, "nat_traversal"))
			continue;
		found(e, "NAT traversal is off");
		cure(e, "crypto isakmp nat-traversal");
		return;
	}
	n = entries_maps(e, map);
	for (size_t i = 0; i < n; i++)
		if (without_natt(e, map[i])) {
			found(e, "every entry of crypto map %s has nat-t-disable", map[i]);
			cure_natt(e, map[i]);
		}
}
