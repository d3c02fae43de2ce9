/*
 * Every client of the field (tests/support/personality.h) against the whole gateway, directly and
 * behind a NAT: it is up, it is known for what it is, and every field that it is answered with is
 * what a strict client of its kind accepts.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/l2tp/avp.h"
#include "engine/session/objects.h"
#include "tests/support/ike_initiator_parts.h"
#include "tests/support/world.h"

#define CLIENTS 11

/* ---- what stood on the wire --------------------------------------------------------- */

static struct {
	uint8_t b[8][2048]; /* messages 1 to 6 of main mode, then 1 and 2 of quick mode */
	size_t len[8];
	unsigned from_client, from_server;
} heard;

static void hear(unsigned at, const uint8_t *msg, size_t len)
{
	if (at >= 8)
		return;
	ck_assert_uint_le(len, sizeof heard.b[at]);
	memcpy(heard.b[at], msg, len);
	heard.len[at] = len;
}

/* Main mode and the quick mode behind it; informationals are left out. */
static bool counts(const uint8_t *msg, bool esp)
{
	return !esp && (msg[18] == XCHG_MAIN || msg[18] == XCHG_QUICK);
}

static void to_server(void *arg, const struct path *path, bool esp, const uint8_t *msg, size_t len)
{
	(void)arg, (void)path;
	if (counts(msg, esp))
		hear(2 * heard.from_client++, msg, len);
}

static void from_server(void *arg, const struct path *path, bool esp, const uint8_t *msg,
    size_t len)
{
	(void)arg, (void)path;
	if (counts(msg, esp))
		hear(2 * heard.from_server++ + 1, msg, len);
}

/* ---- the world ------------------------------------------------------------------------ */

/* What those need that have no 3DES or no group 2; DHCPINFORM is answered. */
static void widen(struct world *w)
{
	struct ipc_msg policy = world_group_policy();

	policy.cfg_group_policy.intercept = 1;
	world_config(w, MSG_CFG_GROUP_POLICY, policy);
	world_aes(w);
}

static struct world *connected(const struct personality *p, bool nat)
{
	struct world *w = world_create(1);
	struct world_client *c = world_client(w, nat);

	widen(w);
	memset(&heard, 0, sizeof heard);
	w->spy = (struct world_spy){.to_server = to_server, .from_server = from_server};
	client_like(c, p);
	client_connect(c);
	sim_run(&w->sim, 20 * SEC);
	ck_assert_msg(c->stage == CLIENT_UP, "%s: stage %d", p->name, c->stage);
	return w;
}

/* ---- tests ---------------------------------------------------------------------------- */

static void connects(const struct personality *p, bool nat)
{
	struct world *w = connected(p, nat);
	struct world_client *c = &w->client[0];
	uint64_t inside = w->to_tun;

	ck_assert_uint_eq(w->gw->n_peers, 1);
	ck_assert_str_eq(
	    profile_text(w->gw->peers[0]->session->client)->word, profile_text(p->family)->word);
	ck_assert_int_eq(c->ike.nat_me, nat);
	ck_assert(client_send(c, 0x0a0a0a0a));
	sim_run(&w->sim, SEC);
	ck_assert_uint_eq(w->to_tun, inside + 1);
	client_rekey(c);
	sim_run(&w->sim, SEC);
	ck_assert(client_send(c, 0x0a0a0a0a));
	sim_run(&w->sim, SEC);
	ck_assert_uint_eq(w->to_tun, inside + 2);
	client_leave(c);
	sim_run(&w->sim, 5 * SEC);
	ck_assert(LIST_EMPTY(&w->gw->sessions));
	world_destroy(w);
}

START_TEST(up_directly)
{
	connects(personality_at((size_t)_i), false);
}
END_TEST

START_TEST(up_behind_nat)
{
	connects(personality_at((size_t)_i), true);
}
END_TEST

/* ---- what a strict client looks at --------------------------------------------------- */

static struct message message(unsigned at)
{
	struct rd r = rd_init(heard.b[at], heard.len[at]);
	struct message m;

	ck_assert(isakmp_header_read(&r, &m.h));
	ck_assert(isakmp_payloads_read(&m, r.p, rd_left(&r), false));
	return m;
}

/* The n-th transform of an offer with one proposal, or of a proposal by number. */
static bool offered(struct chunk sa, uint8_t proposal, uint8_t number, struct transform *t)
{
	struct proposal p[PROPOSALS_MAX];
	size_t n;

	ck_assert(sa_read(sa, p, PROPOSALS_MAX, &n));
	for (size_t i = 0; i < n; i++) {
		struct rd r = rd_init(p[i].transforms.p, p[i].transforms.len);

		while (p[i].number == proposal && transform_next(&r, t))
			if (t->number == number)
				return true;
	}
	return false;
}

/*
 * RFC 2408 4.2: one proposal with one transform, numbers and values those that were offered, in
 * their order. Windows gets lives in two bytes where they fit, everybody else his own bytes.
 */
static void takes(struct chunk offer, struct chunk answer, uint8_t protocol, size_t spi,
    bool shorten)
{
	struct transform was, is;
	struct proposal p;
	struct rd r;
	size_t n;

	ck_assert(sa_read(answer, &p, 1, &n));
	ck_assert_uint_eq(n, 1);
	ck_assert_uint_eq(p.protocol, protocol);
	ck_assert_uint_eq(p.spi.len, spi);
	r = rd_init(p.transforms.p, p.transforms.len);
	ck_assert(transform_next(&r, &is));
	ck_assert_uint_eq(rd_left(&r), 0);
	ck_assert(offered(offer, p.number, is.number, &was));
	if (shorten)
		transform_shorten(&was);
	ck_assert_uint_eq(is.id, was.id);
	ck_assert_uint_eq(is.n, was.n);
	for (size_t i = 0; i < is.n; i++) {
		ck_assert_uint_eq(is.attr[i].type, was.attr[i].type);
		ck_assert_uint_eq(is.attr[i].len, was.attr[i].len);
		ck_assert_uint_eq(is.attr[i].value, was.attr[i].value);
	}
}

static bool is_windows(const struct personality *p)
{
	return p->lac.identifies;
}

static bool draft(const struct personality *p)
{
	return p->family == PROFILE_WINDOWS_XP;
}

static bool fragments(const struct message *m)
{
	const struct payload *v;

	for (size_t i = 0; (v = message_get(m, HAS_VENDOR, i)) != NULL; i++)
		if (v->body.len >= 16 && memcmp(v->body.p, "\x40\x48\xb7\xd5", 4) == 0)
			return true;
	return false;
}

static void check_main_mode(const struct personality *p, const struct ike_initiator *i)
{
	static const uint8_t rfc[] = {0x4a, 0x13, 0x1c, 0x81}, d02n[] = {0x90, 0xcb, 0x80, 0x91};
	struct message m1 = message(0), m2 = message(1), m3 = message(2), m4 = message(3);
	const struct payload *vid = message_get(&m2, HAS_VENDOR, 0);
	size_t vids = 0;

	takes(m1.pay[0].body, m2.pay[0].body, PROTO_ISAKMP, 0, is_windows(p));
	ck_assert_uint_eq(vid->body.len, 16);
	ck_assert_mem_eq(vid->body.p, draft(p) ? d02n : rfc, 4);
	vid = message_get(&m2, HAS_VENDOR, 1);
	ck_assert_int_eq(vid != NULL, fragments(&m1));
	if (vid) { /* with capabilities: main and aggressive mode */
		ck_assert_uint_eq(vid->body.len, 20);
		ck_assert_mem_eq(vid->body.p + 16, "\xc0\0\0\0", 4);
	}
	ck_assert_uint_eq(message_get(&m3, HAS_NONCE, 0)->body.len, p->ike.nonce);
	ck_assert_uint_eq(message_get(&m4, HAS_KE, 0)->body.len, i->group->public_len);
	ck_assert_uint_eq(message_get(&m4, HAS_NONCE, 0)->body.len, 20);
	while (message_get(&m4, HAS_VENDOR, vids))
		vids++;
	ck_assert_uint_eq(vids, 4);
	for (size_t n = 0; n < 2; n++) {
		const struct payload *d = message_get(&m4, HAS_NATD, n);

		ck_assert_uint_eq(d->type, draft(p) ? PAY_NAT_D_DRAFT : PAY_NAT_D);
		ck_assert_uint_eq(d->body.len, hash_info[i->keys.hash].size);
	}
	ck_assert_ptr_null(message_get(&m4, HAS_NATD, 2));
	/* identity, hash, and DPD, which the device says to everybody */
	ck_assert_uint_eq(i->plain, 28 + 12 + 4 + hash_info[i->keys.hash].size + 20);
	ck_assert(i->peer_dpd);
}

static void check_quick_mode(const struct personality *p, const struct world_client *c)
{
	uint8_t offer[1024];
	struct wr w = wr_init(offer, sizeof offer);

	initiator_offer_phase2(&c->ike, &c->qm, &w);
	takes((struct chunk){offer, wr_len(&w)}, (struct chunk){c->qm.sa2, c->qm.sa2_len},
	    PROTO_ESP, 4, is_windows(p));
	ck_assert_uint_eq(c->qm.nr_len, 20);
	ck_assert_int_eq(c->qm.natoa, c->nat);
	ck_assert_uint_eq(c->qm.responder_seconds, 0);
	ck_assert_uint_eq(c->qm.plain, (size_t)28 + 4 + hash_info[c->ike.keys.hash].size + 4 +
	    c->qm.sa2_len + 24 + 24 + (c->nat ? 24u : 0u));
}

#define BIT(avp) (1ULL << AVP_##avp)

static void check_l2tp_and_ppp(const struct personality *p, struct world_client *c)
{
	const uint64_t sccrp = BIT(PROTOCOL_VERSION) | BIT(FRAMING_CAPABILITIES) | BIT(HOST_NAME) |
	    BIT(ASSIGNED_TUNNEL_ID);
	const struct lac_seen *s = lac_seen(c->lac);
	uint64_t before = c->received;

	ck_assert_uint_eq(s->sccrp & sccrp, sccrp);
	ck_assert_uint_eq(s->version, 0x0100);
	ck_assert_uint_ne(s->icrp & BIT(ASSIGNED_SESSION_ID), 0);
	ck_assert_uint_ne(lac_server_tunnel(c->lac), 0);
	ck_assert_uint_ne(lac_server_session(c->lac), 0);
	ck_assert_uint_ge(s->mru, 1380);
	ck_assert_uint_le(s->mru, 1500);
	if (p->lac.callback) /* exactly what it asked for, and nothing else */
		ck_assert_mem_eq(s->rejected, "\x0d\x03\x06", s->rejected_len);
	ck_assert_uint_eq(s->rejected_len, p->lac.callback ? 3 : 0);
	ck_assert_uint_eq(s->vj_rejects, p->lac.van_jacobson);
	/* IPV6CP, and CCP where it was begun; what comes before the login is not heard */
	ck_assert_uint_eq(s->protocol_rejects, p->lac.early_ipcp ? 0 : 1 + p->lac.mppe);
	ck_assert_int_eq(lac_method(c->lac), PPP_AUTH_MSCHAPV2);
	ck_assert_uint_eq(addr_to_v4(&c->ip.client) >> 8, 0xc0a801);
	ck_assert_uint_eq(addr_to_v4(&c->ip.dns[0]), 0x08080808);
	ck_assert_uint_eq(addr_to_v4(&c->ip.dns[1]), p->lac.dns2 ? 0x04040402 : 0);
	ck_assert_uint_eq(addr_to_v4(&c->ip.wins[0]), 0);
	if (!p->lac.informs)
		return;
	ck_assert(client_dhcpinform(c));
	sim_run(&c->w->sim, SEC);
	ck_assert_uint_eq(c->received, before + 1);
	ck_assert_mem_eq(c->last + 20, "\0\x43\0\x44", 4); /* from port 67 to 68 */
	ck_assert_uint_eq(c->last[28], 2);                  /* BOOTREPLY */
}

static void check(const struct personality *p, bool nat)
{
	struct world *w = connected(p, nat);
	struct world_client *c = &w->client[0];

	check_main_mode(p, &c->ike);
	check_quick_mode(p, c);
	check_l2tp_and_ppp(p, c);
	world_destroy(w);
}

START_TEST(every_field)
{
	check(personality_at((size_t)_i), false);
	check(personality_at((size_t)_i), true);
}
END_TEST

/* Lengths that were seen in the field: message 1, and the answers with 3DES and group 2. */
START_TEST(lengths)
{
	static const struct {
		const char *name;
		size_t mm1, mm2, mm3, mm4, mm6, qm2;
	} seen[] = {
		{"windows-7", 384, 124, 260, 304, 84, 160},
		{"windows-8", 408, 124, 260, 304, 84, 160},
		{"windows-10", 408, 124, 260, 304, 84, 160},
		{"macos", 788, 0, 0, 0, 84, 0},
		{"ios", 788, 0, 0, 0, 84, 0},
	};
	struct world *w = connected(personality_find(seen[_i].name), false);

	ck_assert_uint_eq(heard.len[0], seen[_i].mm1);
	ck_assert_uint_eq(w->client[0].ike.plain, seen[_i].mm6);
	if (seen[_i].mm2) {
		ck_assert_uint_eq(heard.len[1], seen[_i].mm2);
		ck_assert_uint_eq(heard.len[2], seen[_i].mm3);
		ck_assert_uint_eq(heard.len[3], seen[_i].mm4);
		ck_assert_uint_eq(w->client[0].qm.plain, seen[_i].qm2);
	}
	world_destroy(w);
}
END_TEST

/* ---- what operators see --------------------------------------------------------------- */

static enum client_profile wanted;
static struct msg_rec_client_profile found;

static void pick(void *arg, const struct ipc_msg *m)
{
	(void)arg;
	if (m->type == MSG_REC_CLIENT_PROFILE &&
	    strcmp(m->rec_client_profile.name, profile_text(wanted)->word) == 0)
		found = m->rec_client_profile;
}

static struct msg_rec_client_profile profile_now(struct world *w, enum client_profile which)
{
	struct msg_query q = {.id = 1, .what = "client-profiles", .filter = "", .value = ""};

	wanted = which;
	memset(&found, 0, sizeof found);
	gateway_query(w->gw, &q, pick, NULL);
	ck_assert_ptr_nonnull(found.known_by);
	ck_assert_ptr_nonnull(found.handled);
	return found;
}

START_TEST(shown)
{
	const struct personality *p = personality_at((size_t)_i);
	struct world *w = connected(p, false);
	struct ipc_msg m;

	ck_assert_uint_eq(profile_now(w, p->family).active, 1);
	ck_assert_uint_eq(profile_now(w, p->family).cumulative, 1);
	ck_assert_uint_eq(profile_now(w, PROFILE_UNKNOWN).cumulative, 0);
	ck_assert_uint_eq(world_query(w, "client-profiles", NULL), PROFILE_COUNT);
	ck_assert_uint_eq(world_query(w, "session", &m), 1);
	client_leave(&w->client[0]);
	sim_run(&w->sim, 5 * SEC);
	ck_assert_uint_eq(profile_now(w, p->family).active, 0);
	ck_assert_uint_eq(profile_now(w, p->family).cumulative, 1);
	world_destroy(w);
}
END_TEST

static char system_of[64], version_of[16];

static void pick_session(void *arg, const struct ipc_msg *m)
{
	(void)arg;
	if (m->type != MSG_REC_SESSION)
		return;
	snprintf(system_of, sizeof system_of, "%s", m->rec_session.client_os);
	snprintf(version_of, sizeof version_of, "%s", m->rec_session.client_os_version);
}

/* What Windows says of itself is shown as it is; of who says nothing his family is. */
START_TEST(systems)
{
	static const struct {
		const char *name, *system, *version;
	} want[] = {{"windows-8", "Microsoft", "6.2"}, {"windows-10", "Microsoft", "10.0"},
	    {"ios", "iOS", ""}, {"macos", "macOS", ""}, {"android", "Android", ""},
	    {"strongswan", "Linux, strongSwan", ""}, {"mikrotik", "MikroTik RouterOS", ""}};
	struct world *w = connected(personality_find(want[_i].name), false);
	struct msg_query q = {.id = 1, .what = "session", .filter = "", .value = ""};

	gateway_query(w->gw, &q, pick_session, NULL);
	ck_assert_str_eq(system_of, want[_i].system);
	ck_assert_str_eq(version_of, want[_i].version);
	world_destroy(w);
}
END_TEST

/* Android's old way to cut HMAC-SHA2-256 works; libreswan may not, and is told of. */
START_TEST(short_icv)
{
	struct world *w = world_create(1);
	struct world_client *c = world_client(w, true);

	widen(w);
	world_config(w, MSG_CFG_TRANSFORM_SET, (struct ipc_msg){.cfg_transform_set = {CFG_SET,
	    "TRANS-ESP-3DES-SHA", "esp-aes-256", "esp-sha256-hmac", "transport"}});
	client_like(c, personality_find(_i ? "libreswan" : "android"));
	c->ike.p2[0].cipher = CIPHER_AES256;
	c->ike.p2[0].auth = HASH_SHA256;
	c->ike.n_p2 = 1;
	c->ike.short_icv = true;
	client_connect(c);
	sim_run(&w->sim, 20 * SEC);
	ck_assert_int_eq(c->stage == CLIENT_UP, _i == 0);
	ck_assert_int_eq(strstr(w->log, "cut to 96 bits") != NULL, _i == 1);
	world_destroy(w);
}
END_TEST

START_TEST(names)
{
	ck_assert_ptr_null(personality_find("nobody"));
	ck_assert_ptr_null(personality_at(CLIENTS));
	ck_assert_ptr_nonnull(personality_at(CLIENTS - 1));
	ck_assert_str_eq(personality_find("android")->name, "android");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("personality");
	TCase *tc = tcase_create("all");
	SRunner *r;
	int failed;

	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, up_directly, 0, CLIENTS);
	tcase_add_loop_test(tc, up_behind_nat, 0, CLIENTS);
	tcase_add_loop_test(tc, every_field, 0, CLIENTS);
	tcase_add_loop_test(tc, lengths, 0, 5);
	tcase_add_loop_test(tc, shown, 0, CLIENTS);
	tcase_add_loop_test(tc, systems, 0, 7);
	tcase_add_loop_test(tc, short_icv, 0, 2);
	tcase_add_test(tc, names);
	suite_add_tcase(s, tc);
	r = srunner_create(s);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
