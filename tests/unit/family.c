/*
 * Families of clients as truth tables: what IKE's first message tells, what L2TP's adds; and that
 * what is found goes with an attempt and a session.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "engine/ike/vendor.h"
#include "engine/l2tp/avp.h"
#include "engine/l2tp/family.h"
#include "engine/session/objects.h"
#include "tests/support/world.h"

/* ---- IKE: vendor ids ---------------------------------------------------------------- */

#define REALM "01528bbbc00696121849ab9a1c5b2a5100000001"
#define NT5 "1e2b516905991c7d7c96fcbfb587e461"
#define RFC "4a131c81070358455c5728f20e95452f"
#define D02N "90cb80913ebb696e086381b5ec427b1f"
#define D02 "cd60464335df21f87cfdb2fc68b6a448"
#define D03 "7d9419a65310ca6f2c179d9215529d56"
#define D08 "8f8d83826d246b6fc7a8a6a428c11de8"
#define D00 "4485152d18b6bbcd0be8a8469579ddcc"
#define FRAG "4048b7d56ebce88525e7de7f00d6c2d3"
#define DPD "afcad71368a1f1c96b8696fc77570100"
#define APPLE "4df37928e9fc4fd1b3262170d515c662"
#define XAUTH "09002689dfd6b712"
#define UNITY "12f5f28c457168a9702d9fe274cc0100"
#define SWAN "882fe56d6fd20dbc2251613b2ebe5beb"
#define KAME "7003cbc1097dbe9c2600ba6983bc8b35"

/* Attributes of a transform: what of each there is. */
enum order { NO_OFFER, ENC_FIRST, RACOON, PLUTO, ODD };

static const struct family_row {
	enum order order;
	bool curves; /* and 3DES */
	const char *vids[12];
	enum client_profile is;
} ike_rows[] = {
	{ENC_FIRST, true, {REALM, NT5 "00000009", RFC, D02N, FRAG}, PROFILE_WINDOWS},
	{ENC_FIRST, true, {NT5 "00000008", RFC, D02N, FRAG}, PROFILE_WINDOWS_7},
	{ENC_FIRST, false, {NT5 "00000004", FRAG, D02N}, PROFILE_WINDOWS_XP},
	{ENC_FIRST, false, {NT5 "00000003"}, PROFILE_WINDOWS_XP},
	{ENC_FIRST, false, {NT5 "00000005"}, PROFILE_WINDOWS},
	{ENC_FIRST, false, {NT5}, PROFILE_WINDOWS}, /* without a version */
	{ENC_FIRST, false, {NT5 "0000000400"}, PROFILE_WINDOWS},
	{ENC_FIRST, false, {"fb1de3cdf341b7ea16b7e5be0855f120"}, PROFILE_WINDOWS},
	{ENC_FIRST, false, {"26244d38eddb61b3172a36e3d0cfb819"}, PROFILE_WINDOWS},
	{ENC_FIRST, false, {"e3a5966a76379fe707228231e5ce8652"}, PROFILE_WINDOWS},
	{ENC_FIRST, false, {REALM}, PROFILE_WINDOWS},
	{RACOON, false, {RFC, APPLE, D08, D03, D02, D02N, FRAG "80000000", DPD}, PROFILE_APPLE},
	{RACOON, false, {RFC, D02, D02N, D00, FRAG "80000000", DPD}, PROFILE_ANDROID},
	{RACOON, false, {RFC, D02, D02N, D00, DPD, KAME}, PROFILE_UNKNOWN},
	{RACOON, false, {RFC, D08, D03, D02, D02N, D00, DPD}, PROFILE_UNKNOWN},
	{RACOON, false, {RFC, D08, D03, D02, D02N, D00, UNITY, DPD}, PROFILE_MIKROTIK},
	{RACOON, false, {RFC, D02, D02N, XAUTH, UNITY, DPD}, PROFILE_UNKNOWN},
	{ENC_FIRST, false, {XAUTH, DPD, FRAG "80000000", RFC, D02N}, PROFILE_STRONGSWAN},
	{ENC_FIRST, true, {XAUTH, DPD, FRAG "80000000", RFC, D02N}, PROFILE_NETWORKMANAGER},
	{ENC_FIRST, true, {XAUTH, DPD, UNITY, RFC, D02N}, PROFILE_UNKNOWN},
	{ODD, false, {SWAN}, PROFILE_STRONGSWAN},
	{PLUTO, false, {DPD, FRAG "80000000", RFC, D03, D02N, D02}, PROFILE_LIBRESWAN},
	{ODD, false, {"4f4568794c64414365636661"}, PROFILE_LIBRESWAN}, /* OEhyLdACecfa */
	{ODD, true, {DPD, RFC, XAUTH}, PROFILE_UNKNOWN},
	{ENC_FIRST, false, {"00112233"}, PROFILE_UNKNOWN},
	{NO_OFFER, false, {"00112233"}, PROFILE_UNKNOWN},
};

/* A transform with the attributes in this order. */
static void put_transform(struct wr *w, enum order order, unsigned cipher, unsigned group,
    bool last)
{
	static const uint16_t orders[][7] = {
		[ENC_FIRST] = {1, 14, 2, 4, 3, 11, 12},
		[RACOON] = {11, 12, 1, 14, 3, 2, 4},
		[PLUTO] = {11, 12, 1, 2, 3, 4, 14},
		[ODD] = {2, 1, 14, 4, 3, 11, 12},
	};
	const uint64_t value[15] = {0, cipher, 2, 1, group, 0, 0, 0, 0, 0, 0, 1, 3600, 0, 128};
	struct transform t = {.number = 1, .id = 1};

	for (size_t i = 0; i < 7; i++)
		if (orders[order][i] != 14 || cipher == 7)
			t.attr[t.n++] = (struct attribute){
			    .type = orders[order][i], .value = value[orders[order][i]]};
	wr_transform(w, &t, last);
}

static size_t offer(struct proposal *p, uint8_t *to, size_t size, enum order order, bool curves)
{
	struct wr w = wr_init(to, size);

	if (order == NO_OFFER)
		return 0;
	put_transform(&w, order, 7, curves ? 20 : 14, false);
	put_transform(&w, order, curves ? 5 : 1, 2, true);
	*p = (struct proposal){.number = 1, .protocol = 1, .transforms = {to, wr_len(&w)}};
	return 1;
}

static size_t unhex(uint8_t *to, const char *hex)
{
	size_t n = strlen(hex) / 2;

	for (size_t i = 0; i < n; i++)
		to[i] = (uint8_t)strtoul((char[]){hex[2 * i], hex[2 * i + 1], 0}, NULL, 16);
	return n;
}

START_TEST(told_by_ike)
{
	const struct family_row *row = &ike_rows[_i];
	uint8_t bytes[256], vid[12][32];
	struct family_signs signs;
	struct trace quiet = {0};
	struct trace_ctx ctx = {0};
	struct proposal p;
	struct message m;
	uint16_t vids = 0;
	struct out o;
	size_t n;

	out_begin(&o, (const uint8_t *)"initiat", (const uint8_t *)"respond", 2, 0, 0);
	for (size_t i = 0; row->vids[i]; i++)
		out_payload(&o, PAY_VENDOR, vid[i], unhex(vid[i], row->vids[i]));
	m.h = (struct isakmp_header){.next = PAY_VENDOR};
	ck_assert(isakmp_payloads_read(&m, o.buf + ISAKMP_HEADER_LEN,
	    wr_len(&o.w) - ISAKMP_HEADER_LEN, false));
	n = offer(&p, bytes, sizeof bytes, row->order, row->curves);
	signs = (struct family_signs){.seen = family_offer_signs(&p, n)};
	vendors_read(&m, &quiet, &ctx, &vids, &signs);
	ck_assert_str_eq(profile_text(family_of(&signs))->word, profile_text(row->is)->word);
}
END_TEST

/* ---- L2TP --------------------------------------------------------------------------- */

#define MTPD 0x020703090a

static const struct {
	enum client_profile so_far;
	const char *vendor, *host;
	uint16_t firmware;
	uint64_t order;
	enum client_profile is;
} l2tp_rows[] = {
	{PROFILE_WINDOWS, "Microsoft", "PC", 0x0a00, 0, PROFILE_WINDOWS_10},
	{PROFILE_WINDOWS, "Microsoft", "PC", 0x0603, 0, PROFILE_WINDOWS_8},
	{PROFILE_WINDOWS, "Microsoft", "PC", 0x0602, 0, PROFILE_WINDOWS_8},
	{PROFILE_WINDOWS_7, "Microsoft", "PC", 0x0601, 0, PROFILE_WINDOWS_7},
	{PROFILE_WINDOWS_7, "Microsoft", "PC", 0x0a00, 0, PROFILE_WINDOWS_10},
	{PROFILE_UNKNOWN, "Microsoft", "PC", 0x0601, 0, PROFILE_WINDOWS_7},
	{PROFILE_UNKNOWN, "Microsoft", "PC", 0x0600, 0, PROFILE_WINDOWS},
	{PROFILE_WINDOWS_XP, "Microsoft", "PC", 0x0501, 0, PROFILE_WINDOWS_XP},
	{PROFILE_WINDOWS, "Microsoft", "PC", 0, 0, PROFILE_WINDOWS},
	{PROFILE_APPLE, "Microsoft", "PC", 0x0a00, 0, PROFILE_APPLE},
	{PROFILE_APPLE, "", "Annas-iPhone", 0, 0, PROFILE_IOS},
	{PROFILE_APPLE, "", "IPAD", 0, 0, PROFILE_IOS},
	{PROFILE_APPLE, "", "Annas-MacBook-Air.local", 0, 0, PROFILE_MACOS},
	{PROFILE_APPLE, "", "studio.local", 0, 0, PROFILE_MACOS},
	{PROFILE_APPLE, "", "studio", 0, 0, PROFILE_APPLE},
	{PROFILE_UNKNOWN, "", "iPhone", 0, 0, PROFILE_IOS},
	{PROFILE_UNKNOWN, "somebody", "iPhone", 0, 0, PROFILE_UNKNOWN},
	{PROFILE_WINDOWS, "", "iPhone", 0, 0, PROFILE_WINDOWS},
	{PROFILE_UNKNOWN, "", "anonymous", 0, MTPD, PROFILE_ANDROID},
	{PROFILE_UNKNOWN, "", "anonymous", 0, 0x0207030a09, PROFILE_UNKNOWN},
	{PROFILE_UNKNOWN, "", "other", 0, MTPD, PROFILE_UNKNOWN},
	{PROFILE_UNKNOWN, "MikroTik", "router", 1, 0, PROFILE_MIKROTIK},
	{PROFILE_STRONGSWAN, "MikroTik", "router", 1, 0, PROFILE_MIKROTIK},
	{PROFILE_STRONGSWAN, "xelerance.com", "laptop", 0x0690, 0, PROFILE_STRONGSWAN},
	{PROFILE_UNKNOWN, "xelerance.com", "laptop", 0x0690, 0, PROFILE_LINUX},
	{PROFILE_UNKNOWN, "", "", 0, 0, PROFILE_UNKNOWN},
};

START_TEST(told_by_l2tp)
{
	struct l2tp_session_info i = {
	    .vendor = l2tp_rows[_i].vendor,
	    .host = l2tp_rows[_i].host,
	    .firmware = l2tp_rows[_i].firmware,
	    .order = l2tp_rows[_i].order,
	};

	ck_assert_str_eq(profile_text(l2tp_family(l2tp_rows[_i].so_far, &i))->word,
	    profile_text(l2tp_rows[_i].is)->word);
}
END_TEST

START_TEST(order_of_attributes)
{
	static const enum l2tp_avp said[] = {
	    AVP_PROTOCOL_VERSION, AVP_RECEIVE_WINDOW_SIZE, AVP_ASSIGNED_TUNNEL_ID};
	uint8_t b[128];
	struct wr w = wr_init(b, sizeof b);
	struct l2tp_msg m;

	l2tp_begin(&w, 0, 0, L2TP_SCCRQ);
	for (size_t i = 0; i < 3; i++)
		l2tp_put_u16(&w, said[i], 1);
	ck_assert(l2tp_end(&w));
	ck_assert(l2tp_read_avps(rd_init(b + 12, wr_len(&w) - 12), &m));
	ck_assert_uint_eq(m.order, 0x020a09);
}
END_TEST

/* ---- where it goes ------------------------------------------------------------------ */

static enum client_profile closed_as;
static struct attempt_sink gateways;

static void note(void *owner, const struct attempt *a)
{
	(void)owner;
	closed_as = a->client;
	gateways.closed(gateways.owner, a);
}

START_TEST(goes_with_attempt_and_session)
{
	struct world *w = world_create(1);
	struct world_client *c = world_client(w, false);

	gateways = w->gw->attempts;
	w->gw->attempts = (struct attempt_sink){.closed = note, .owner = NULL};
	client_connect(c);
	sim_run(&w->sim, 5 * SEC);
	ck_assert_int_eq(c->stage, CLIENT_UP);
	ck_assert_int_eq(closed_as, PROFILE_WINDOWS_8);
	ck_assert_int_eq(w->gw->peers[0]->client, PROFILE_WINDOWS);
	ck_assert_int_eq(w->gw->peers[0]->session->client, PROFILE_WINDOWS_8);
	world_destroy(w);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("family");
	TCase *tc = tcase_create("all");
	SRunner *r;
	int failed;

	tcase_add_loop_test(tc, told_by_ike, 0, sizeof ike_rows / sizeof *ike_rows);
	tcase_add_loop_test(tc, told_by_l2tp, 0, sizeof l2tp_rows / sizeof *l2tp_rows);
	tcase_add_test(tc, order_of_attributes);
	tcase_add_test(tc, goes_with_attempt_and_session);
	suite_add_tcase(s, tc);
	r = srunner_create(s);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
