/* Main mode, quick mode and informational against a scripted Windows client. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "engine/ike/dpd.h"
#include "engine/ike/ike.h"
#include "engine/ike/qm.h"
#include "engine/ike/quick_mode_up.h"
#include "tests/support/ike_world.h"

static struct ike_world w;
static struct ike_initiator i;
static struct initiator_message msg;
static struct path path; /* from the server's side: what he sees */
static struct initiator_qm q;

static void setup(void)
{
	ike_world_init(&w, 7);
	initiator_init(&i, w.crypto, 1);
	path.local.port = path.remote.port = 500;
	addr_parse("172.16.1.2", &path.local.addr);
	addr_parse("10.1.1.2", &path.remote.addr);
	i.path.local = path.remote;
	i.path.remote = path.local;
}

static void teardown(void)
{
	ike_world_fini(&w);
}

static void say(void)
{
	w.n_sent = 0;
	ike_receive(w.ike, &path, msg.b, msg.len);
}

static void up_to_mm4(void)
{
	initiator_mm1(&i, &msg);
	say();
	ck_assert_uint_eq(w.n_sent, 1);
	ck_assert(initiator_mm2(&i, w.sent[0].b, w.sent[0].len));
	initiator_mm3(&i, &msg);
	say();
	ck_assert_uint_eq(w.n_sent, 1);
	ck_assert(initiator_mm4(&i, w.sent[0].b, w.sent[0].len));
	if (initiator_floats(&i)) {
		path.local.port = 4500;
		path.remote.port = 61002;
	}
}

static void phase1(void)
{
	up_to_mm4();
	initiator_mm5(&i, &msg);
	say();
	ck_assert_uint_eq(w.n_sent, 1);
	ck_assert(initiator_mm6(&i, w.sent[0].b, w.sent[0].len));
	ck_assert_uint_eq(w.up, 1);
}

static void phase2(void)
{
	initiator_qm1(&i, &q, &msg);
	say();
	ck_assert_uint_eq(w.n_sent, 1);
	ck_assert(initiator_qm2(&i, &q, w.sent[0].b, w.sent[0].len));
	initiator_qm3(&i, &q, &msg);
	say();
	ck_assert_uint_eq(w.n_sent, 0);
}

/* Both ends have the same keys, crosswise. */
static void keys_agree(void)
{
	size_t enc = cipher_info[w.child.cipher].key, auth = hash_info[w.child.auth].size;

	ck_assert_uint_eq(w.child.spi_in, q.child.spi_out);
	ck_assert_uint_eq(w.child.spi_out, q.child.spi_in);
	ck_assert_mem_eq(w.child.enc_in, q.child.enc_out, enc);
	ck_assert_mem_eq(w.child.enc_out, q.child.enc_in, enc);
	ck_assert_mem_eq(w.child.auth_in, q.child.auth_out, auth);
	ck_assert_mem_eq(w.child.auth_out, q.child.auth_in, auth);
}

START_TEST(lengths_of_the_guide)
{
	initiator_mm1(&i, &msg);
	ck_assert_uint_eq(msg.len, 408);
	say();
	ck_assert_uint_eq(w.sent[0].len, 124);
	ck_assert(initiator_mm2(&i, w.sent[0].b, w.sent[0].len));
	ck_assert_uint_eq(i.transform, 5);
	initiator_mm3(&i, &msg);
	ck_assert_uint_eq(msg.len, 260);
	say();
	ck_assert_uint_eq(w.sent[0].len, 304);
	ck_assert(initiator_mm4(&i, w.sent[0].b, w.sent[0].len));
	ck_assert(!initiator_floats(&i));
	initiator_mm5(&i, &msg);
	ck_assert_uint_eq(msg.plain, 64);
	say();
	ck_assert_uint_eq(w.sent[0].len, 84);
	ck_assert(initiator_mm6(&i, w.sent[0].b, w.sent[0].len));
	ck_assert_uint_eq(i.plain, 84);
	ck_assert(i.peer_dpd);
	initiator_qm1(&i, &q, &msg);
	ck_assert_uint_eq(msg.plain, 300);
	say();
	ck_assert(initiator_qm2(&i, &q, w.sent[0].b, w.sent[0].len));
	ck_assert_uint_eq(q.plain, 160);
	ck_assert_uint_eq(q.proposal, 2);
	ck_assert_uint_eq(w.inbound, 1);
	ck_assert_uint_eq(w.child_up, 0);
	initiator_qm3(&i, &q, &msg);
	ck_assert_uint_eq(msg.plain, 52);
	say();
	ck_assert_uint_eq(w.child_up, 1);
	keys_agree();
	ck_assert(w.child.transport && !w.child.udp_encap);
	ck_assert_uint_eq(w.child.seconds, 3600);
	ck_assert_uint_eq(w.child.kilobytes, 250000);
	ck_assert_uint_eq(w.child.local.port, 1701);
}
END_TEST

START_TEST(any_group_cipher_and_hash)
{
	static const struct {
		enum cipher c;
		enum hash h;
		uint16_t group;
	} row[] = {
		{CIPHER_DES, HASH_MD5, 1},        {CIPHER_3DES, HASH_MD5, 2},
		{CIPHER_3DES, HASH_SHA1, 5},      {CIPHER_AES128, HASH_SHA1, 14},
		{CIPHER_AES192, HASH_SHA256, 15}, {CIPHER_AES256, HASH_SHA384, 16},
		{CIPHER_AES256, HASH_SHA512, 19}, {CIPHER_AES256, HASH_SHA1, 20},
		{CIPHER_AES256, HASH_MD5, 21},
	};

	w.policy[0] = (struct ike_policy){
	    .set = {.priority = 1, .dh = row[_i].group, .lifetime = 3600},
	    .preshared = true, .cipher = row[_i].c, .hash = row[_i].h};
	i.n_p1 = 2;
	i.p1[0].cipher = CIPHER_AES256;
	i.p1[0].hash = HASH_SHA1;
	i.p1[0].group = 1;
	i.p1[1].cipher = row[_i].c;
	i.p1[1].hash = row[_i].h;
	i.p1[1].group = row[_i].group;
	i.pfs = row[_i].group;
	phase1();
	ck_assert_uint_eq(i.transform, 2);
	phase2();
	keys_agree();
	ck_assert_uint_eq(w.child.pfs_group, row[_i].group);
}
END_TEST

START_TEST(esp_algorithms)
{
	static const struct {
		enum cipher c;
		enum hash h;
	} row[] = {
	    {CIPHER_DES, HASH_MD5},
	    {CIPHER_3DES, HASH_SHA256},
	    {CIPHER_AES128, HASH_SHA1},
	    {CIPHER_AES192, HASH_SHA384},
	    {CIPHER_AES256, HASH_SHA512},
	    {CIPHER_NULL, HASH_SHA1},
	};

	w.set[0].cipher = row[_i].c;
	w.set[0].auth = row[_i].h;
	i.n_p2 = 1;
	i.p2[0].cipher = row[_i].c;
	i.p2[0].auth = row[_i].h;
	phase1();
	phase2();
	keys_agree();
}
END_TEST

/* Without a NAT the client stays where message 3 came from, but may change to port 4500. */
START_TEST(message_5_from_elsewhere)
{
	struct path home;

	up_to_mm4();
	home = path;
	if (_i == 0)
		path.remote.addr = addr_v4(0x0a090909);
	else
		path.local.port = path.remote.port = 4500;
	initiator_mm5(&i, &msg);
	say();
	ck_assert_uint_eq(w.up, 1);
	ck_assert_uint_eq(w.n_sent, 1);
	ck_assert(path_equal(&w.sent[0].path, _i == 0 ? &home : &path));
}
END_TEST

/* What was chosen comes back in its order and its encoding; a life of four bytes stays four bytes.
 */
START_TEST(attributes_come_back_as_they_were)
{
	static const uint8_t lives[] = {
	    0x80, OAK_LIFE_TYPE, 0, LIFE_SECONDS, 0, OAK_LIFE_DURATION, 0, 4, 0, 0, 0x70, 0x80};

	i.not_windows = true;
	i.n_p1 = 1;
	i.p1[0].cipher = CIPHER_3DES;
	i.p1[0].hash = HASH_SHA1;
	i.p1[0].group = 2;
	initiator_mm1(&i, &msg);
	say();
	ck_assert_uint_eq(w.n_sent, 1);
	ck_assert_ptr_nonnull(memmem(w.sent[0].b, w.sent[0].len, lives, sizeof lives));
	/* One transform was offered: the whole payload is the same. */
	ck_assert_ptr_nonnull(memmem(w.sent[0].b, w.sent[0].len, i.sai, i.sai_len));
	ck_assert(initiator_mm2(&i, w.sent[0].b, w.sent[0].len));
	initiator_mm3(&i, &msg);
	say();
	ck_assert(initiator_mm4(&i, w.sent[0].b, w.sent[0].len));
	initiator_mm5(&i, &msg);
	say();
	ck_assert(initiator_mm6(&i, w.sent[0].b, w.sent[0].len));
	phase2();
	/* 160 of the guide, where the life in seconds is shortened */
	ck_assert_uint_eq(q.plain, 164);
}
END_TEST

/* Long offers are taken, too long ones are told of. */
START_TEST(offers_of_any_length)
{
	static const size_t transforms[] = {20, 21, 64, 100, 128};

	i.n_p1 = transforms[_i];
	for (size_t k = 0; k < i.n_p1; k++) {
		i.p1[k].cipher = k + 1 < i.n_p1 ? CIPHER_AES256 : CIPHER_3DES;
		i.p1[k].hash = HASH_SHA1;
		i.p1[k].group = 2;
	}
	initiator_mm1(&i, &msg);
	say();
	if (_i == 4) { /* 5 KB: refused, and said so */
		ck_assert_uint_eq(w.n_sent, 0);
		ck_assert_uint_eq(w.failed, 1);
		ck_assert_int_eq(w.reason, REASON_IKE_MALFORMED);
		return;
	}
	w.n_sent = 0;
	phase1();
	ck_assert_uint_eq(i.transform, transforms[_i]);
	phase2();
	ck_assert_uint_eq(w.child_up, 1);
}
END_TEST

/* Of too many unfinished quick modes the oldest goes, and the newest works. */
START_TEST(the_oldest_quick_mode_gives_way)
{
	struct initiator_qm first;

	phase1();
	initiator_qm1(&i, &first, &msg);
	say();
	ck_assert(initiator_qm2(&i, &first, w.sent[0].b, w.sent[0].len));
	for (unsigned n = 1; n < QUICK_MODES_MAX; n++) {
		initiator_qm1(&i, &q, &msg);
		say();
		ck_assert_uint_eq(w.n_sent, 1);
	}
	ck_assert_uint_eq(w.aborted, 0);
	/* What is not authentic pushes nobody out. */
	initiator_qm1(&i, &q, &msg);
	msg.b[msg.len - 1] ^= 1;
	msg.b[ISAKMP_HEADER_LEN + 9] ^= 1;
	say();
	ck_assert_uint_eq(w.aborted, 0);
	phase2();
	ck_assert_uint_eq(w.child_up, 1);
	ck_assert_uint_eq(w.aborted, 1);
	initiator_qm3(&i, &first, &msg);
	say();
	ck_assert_uint_eq(w.child_up, 1);
}
END_TEST

/* Message ids are remembered; when there is no room for more, phase 1 ends in good order. */
START_TEST(message_ids_are_remembered)
{
	struct initiator_message first;
	struct initiator_notice n;

	phase1();
	initiator_contact(&i, &first);
	msg = first;
	say();
	ck_assert_uint_eq(w.contact, 1);
	for (unsigned k = 1; k < MSGIDS_MAX - 1; k++) {
		initiator_contact(&i, &msg);
		say();
	}
	ck_assert_uint_eq(w.contact, MSGIDS_MAX - 1);
	msg = first;
	say();
	ck_assert_uint_eq(w.contact, MSGIDS_MAX - 1);
	ck_assert_uint_eq(w.down, 0);
	initiator_contact(&i, &msg);
	say();
	ck_assert_uint_eq(w.contact, MSGIDS_MAX);
	ck_assert_uint_eq(w.down, 1);
	ck_assert(initiator_notice(&i, w.sent[0].b, w.sent[0].len, &n));
	ck_assert(n.delete && n.protocol == PROTO_ISAKMP);
}
END_TEST

START_TEST(behind_nat)
{
	struct ike_sa_info info;

	addr_parse("192.168.77.5", &i.path.local.addr);
	path.remote.port = 1025;
	phase1();
	ck_assert(i.nat_me && !i.nat_server);
	phase2();
	keys_agree();
	ck_assert(w.child.udp_encap && w.child.transport && q.natoa);
	ike_sa_get(w.ike, w.sa, &info);
	ck_assert(info.nat_remote && !info.nat_local);
	ck_assert_uint_eq(info.path.remote.port, 61002);
	ck_assert_str_eq(info.client, "Windows");
	ck_assert_str_eq(info.state, "MM_ACTIVE");
	ck_assert_str_eq(info.tunnel_group, "DefaultRAGroup");
	ck_assert_mem_eq(info.id, "\xc0\xa8\x4d\x05", 4);
	/* The NAT changes its mind: an authenticated message moves the peer. */
	path.remote.port = 61003;
	initiator_dpd(&i, false, 5, &msg);
	say();
	ck_assert_uint_eq(w.moved, 1);
	ck_assert_uint_eq(w.moved_to.remote.port, 61003);
}
END_TEST

START_TEST(without_natt)
{
	if (_i == 0)
		i.natt = false;
	else if (_i == 1)
		w.config.isakmp.nat_traversal = false;
	else
		w.dynamic[0].set.nat_t_disable = true;
	initiator_mm1(&i, &msg);
	say();
	ck_assert_uint_eq(w.sent[0].len, 104);
	ck_assert(initiator_mm2(&i, w.sent[0].b, w.sent[0].len));
	initiator_mm3(&i, &msg);
	say();
	ck_assert_uint_eq(w.sent[0].len, 304 - 48);
	ck_assert(initiator_mm4(&i, w.sent[0].b, w.sent[0].len));
}
END_TEST

START_TEST(repetitions_get_the_same_bytes)
{
	uint8_t first[2048];
	size_t len;

#define TWICE() \
	do { \
		say(); \
		len = w.sent[0].len; \
		memcpy(first, w.sent[0].b, len); \
		say(); \
		ck_assert_uint_eq(w.n_sent, 1); \
		ck_assert_uint_eq(w.sent[0].len, len); \
		ck_assert_mem_eq(w.sent[0].b, first, len); \
	} while (0)
	initiator_mm1(&i, &msg);
	TWICE();
	ck_assert(initiator_mm2(&i, first, len));
	initiator_mm3(&i, &msg);
	TWICE();
	ck_assert(initiator_mm4(&i, first, len));
	initiator_mm5(&i, &msg);
	TWICE();
	ck_assert_uint_eq(w.up, 1);
	ck_assert(initiator_mm6(&i, first, len));
	initiator_qm1(&i, &q, &msg);
	TWICE();
	ck_assert_uint_eq(w.reserved, 1);
	ck_assert(initiator_qm2(&i, &q, first, len));
	initiator_qm3(&i, &q, &msg);
	say();
	say();
	ck_assert_uint_eq(w.child_up, 1);
	initiator_dpd(&i, false, 77, &msg);
	TWICE();
	ck_assert_uint_eq(ike_stats(w.ike)->duplicates, 6);
}
END_TEST

START_TEST(parked_exchange_ignores_duplicates)
{
	initiator_mm1(&i, &msg);
	say();
	ck_assert(initiator_mm2(&i, w.sent[0].b, w.sent[0].len));
	w.sim.slow_jobs = true;
	initiator_mm3(&i, &msg);
	say();
	ck_assert_uint_eq(w.n_sent, 0);
	say();
	ck_assert_uint_eq(w.n_sent, 0);
	sim_run(&w.sim, SEC / 10);
	ck_assert_uint_eq(w.n_sent, 1);
	ck_assert(initiator_mm4(&i, w.sent[0].b, w.sent[0].len));
}
END_TEST

START_TEST(wrong_key)
{
	i.psk = "another";
	up_to_mm4();
	initiator_mm5(&i, &msg);
	say();
	say();
	ck_assert_uint_eq(w.n_sent, 0);
	ck_assert_uint_eq(w.failed, 1);
	ck_assert_int_eq(w.reason, REASON_IKE_WRONG_PSK);
	ck_assert_uint_eq(w.up, 0);
	sim_run(&w.sim, 31 * SEC);
	ck_assert_ptr_null(ike_sa_next(w.ike, NULL));
	ck_assert_uint_eq(w.failed, 1);
}
END_TEST

START_TEST(second_group_has_the_key)
{
	struct ike_sa_info info;

	w.group[1] = (struct cfg_tunnel_group){
	    .name = "Other", .type = "remote-access", .psk = "second"};
	w.config.n_tunnel_groups = 2;
	i.psk = "second";
	phase1();
	ike_sa_get(w.ike, w.sa, &info);
	ck_assert_str_eq(info.tunnel_group, "Other");
	phase2();
	ck_assert_uint_eq(w.child_up, 1);
}
END_TEST

START_TEST(no_proposal)
{
	w.policy[0].cipher = CIPHER_AES192;
	initiator_mm1(&i, &msg);
	say();
	ck_assert_int_eq(w.reason, REASON_IKE_NO_PROPOSAL);
	ck_assert_uint_eq(w.failed, 1);
	ck_assert_ptr_null(ike_sa_next(w.ike, NULL));
	ck_assert_uint_eq(w.sent[0].len, 40);
	ck_assert_uint_eq(w.sent[0].b[18], XCHG_INFORMATIONAL);
	ck_assert_uint_eq(ike_stats(w.ike)->no_proposal, 1);
}
END_TEST

START_TEST(no_proposal_in_phase_2)
{
	struct initiator_notice n;

	if (_i == 0)
		w.set[0].cipher = CIPHER_AES192;
	else if (_i == 1)
		w.set[0].transport = false;
	else if (_i == 2)
		w.dynamic[0].pfs_group = 2;
	else
		w.set[0].auth = HASH_NONE;
	phase1();
	initiator_qm1(&i, &q, &msg);
	say();
	ck_assert_uint_eq(w.n_sent, 2); /* the notification, and the Delete of the useless SA */
	ck_assert(initiator_notice(&i, w.sent[0].b, w.sent[0].len, &n));
	ck_assert_uint_eq(n.type, NOTIFY_NO_PROPOSAL_CHOSEN);
	ck_assert(initiator_notice(&i, w.sent[1].b, w.sent[1].len, &n));
	ck_assert(n.delete);
	ck_assert_uint_eq(w.down, 1);
	ck_assert_int_eq(w.reason, REASON_IPSEC_NO_PROPOSAL);
	ck_assert_uint_eq(w.reserved, 0);
	ck_assert_uint_eq(ike_stats(w.ike)->no_proposal, 1);
}
END_TEST

/* What we do not speak gets a reason, a counter and an answer; noise of that kind does not. */
START_TEST(foreign_exchanges)
{
	bool v2 = _i == 1;

	w.trace.level[TRACE_IKE] = 127;
	initiator_mm1(&i, &msg);
	msg.b[17] = v2 ? 0x20 : 0x10;
	msg.b[18] = v2 ? 34 : XCHG_AGGRESSIVE;
	msg.b[19] = v2 ? 0x08 : 0;
	say();
	ck_assert_uint_eq(w.failed, 1);
	ck_assert_int_eq(w.reason, v2 ? REASON_IKE_VERSION_2 : REASON_IKE_AGGRESSIVE);
	ck_assert_uint_eq(v2 ? ike_stats(w.ike)->version2 : ike_stats(w.ike)->aggressive, 1);
	ck_assert_ptr_nonnull(strstr(w.text, v2 ? "IKEv2" : "Aggressive Mode"));
	ck_assert_uint_eq(w.n_sent, 1);
	ck_assert_mem_eq(w.sent[0].b, i.cky_i, COOKIE_LEN);
	if (v2) {
		static const uint8_t answer[] = {0, 0, 0, 0, 0, 0, 0, 0, 41, 0x10, 34, 0x20,
		    0, 0, 0, 0, 0, 0, 0, 36, 0, 0, 0, 8, 0, 0, 0, 5};

		ck_assert_uint_eq(w.sent[0].len, 36);
		ck_assert_mem_eq(w.sent[0].b + COOKIE_LEN, answer, sizeof answer);
		msg.b[19] = 0x28; /* a response is not answered */
		say();
		msg.b[19] = 0x08;
		msg.b[8] = 1; /* nor what is no beginning */
		say();
	} else {
		ck_assert_uint_eq(w.sent[0].b[18], XCHG_INFORMATIONAL);
		ck_assert_uint_eq(w.sent[0].b[39], NOTIFY_INVALID_EXCHANGE_TYPE);
		msg.b[8] = 1;
		say();
	}
	ck_assert_uint_eq(w.n_sent, 0);
	ck_assert_uint_eq(w.failed, 1);
	ck_assert_ptr_null(ike_sa_next(w.ike, NULL));
}
END_TEST

START_TEST(not_enabled)
{
	w.config.n_ike_interfaces = 0;
	initiator_mm1(&i, &msg);
	say();
	ck_assert_uint_eq(w.n_sent, 0);
	ck_assert_int_eq(w.reason, REASON_IKE_NOT_ENABLED);
	ck_assert_uint_eq(ike_stats(w.ike)->not_enabled, 1);
}
END_TEST

START_TEST(l2tp_refused_by_policy)
{
	w.refuse_l2tp = true;
	phase1();
	initiator_qm1(&i, &q, &msg);
	say();
	ck_assert_uint_eq(w.down, 1);
	ck_assert_int_eq(w.reason, REASON_IPSEC_PROTOCOL_OFF);
}
END_TEST

START_TEST(lifetime_is_shortened)
{
	w.dynamic[0].set.seconds = 1200;
	phase1();
	phase2();
	ck_assert_uint_eq(q.responder_seconds, 1200);
	ck_assert_uint_eq(w.child.seconds, 1200);
}
END_TEST

START_TEST(quick_mode_without_end)
{
	phase1();
	initiator_qm1(&i, &q, &msg);
	say();
	ck_assert_uint_eq(w.reserved, 1);
	w.n_sent = 0;
	sim_run(&w.sim, 100 * SEC);
	ck_assert_uint_eq(w.n_sent, QM_RESENDS);
	ck_assert(initiator_qm2(&i, &q, w.sent[0].b, w.sent[0].len));
	ck_assert_uint_eq(w.aborted, 0);
	sim_run(&w.sim, 141 * SEC);
	ck_assert_uint_eq(w.aborted, 1);
	ck_assert_int_eq(w.reason, REASON_QM_TIMEOUT);
}
END_TEST

START_TEST(esp_stands_for_message_3)
{
	phase1();
	initiator_qm1(&i, &q, &msg);
	say();
	ck_assert(initiator_qm2(&i, &q, w.sent[0].b, w.sent[0].len));
	ike_child_confirmed(w.ike, w.child.spi_in + 1);
	sim_run(&w.sim, 2 * SEC);
	ck_assert_uint_eq(w.child_up, 0);
	ike_child_confirmed(w.ike, w.child.spi_in);
	ck_assert_uint_eq(w.child_up, 0);
	if (_i == 0) {
		sim_run(&w.sim, 2 * SEC);
		ck_assert_uint_eq(w.child_up, 1);
	}
	initiator_qm3(&i, &q, &msg);
	say();
	ck_assert_uint_eq(w.child_up, 1);
	sim_run(&w.sim, 300 * SEC);
	ck_assert_uint_eq(w.child_up, 1);
	ck_assert_uint_eq(w.aborted, 0);
}
END_TEST

/* A finished quick mode is no longer found under its SPI: ESP that comes late wakes nobody up. */
START_TEST(a_finished_quick_mode_is_forgotten)
{
	phase1();
	phase2();
	sim_run(&w.sim, 31 * SEC);
	ck_assert_uint_eq(w.ike->children.used, 0);
	ike_child_confirmed(w.ike, w.child.spi_in);
	phase2();
	sim_run(&w.sim, 2 * SEC);
	ck_assert_uint_eq(w.child_up, 2);
	ck_assert_uint_eq(w.ike->children.used, 0);
}
END_TEST

START_TEST(refused_peer)
{
	w.refuse_peer = true;
	up_to_mm4();
	initiator_mm5(&i, &msg);
	say();
	ck_assert_uint_eq(w.n_sent, 0);
	ck_assert_uint_eq(w.down, 0);
	ck_assert_ptr_null(ike_sa_next(w.ike, NULL));
}
END_TEST

START_TEST(rekeys)
{
	struct ike_sa_info info;
	struct ike_initiator again;

	phase1();
	phase2();
	phase2();
	ck_assert_uint_eq(w.child_up, 2);
	ck_assert_uint_eq(w.aborted, 0);
	/* A fresh main mode of the same client. */
	w.same_peer = true;
	again = i;
	initiator_init(&i, w.crypto, 2);
	i.path = again.path;
	up_to_mm4();
	initiator_mm5(&i, &msg);
	say();
	ck_assert_uint_eq(w.up, 2);
	ike_sa_get(w.ike, ike_sa_next(w.ike, NULL), &info);
	ck_assert(info.rekey);
	initiator_delete_sa(&again, &msg);
	say();
	ck_assert_uint_eq(w.down, 1);
	ike_sa_get(w.ike, ike_sa_next(w.ike, NULL), &info);
	ck_assert(!info.rekey);
}
END_TEST

START_TEST(deletes_and_contact)
{
	struct initiator_notice n;

	i.initial_contact = true;
	phase1();
	ck_assert_uint_eq(w.contact, 1);
	phase2();
	initiator_contact(&i, &msg);
	say();
	ck_assert_uint_eq(w.contact, 2);
	initiator_delete_child(&i, q.child.spi_in, &msg);
	say();
	ck_assert_uint_eq(w.deleted, 1);
	ck_assert_uint_eq(w.deleted_spi, q.child.spi_in);
	w.n_sent = 0;
	ike_child_delete(w.ike, w.sa, w.child.spi_in);
	ck_assert(initiator_notice(&i, w.sent[0].b, w.sent[0].len, &n));
	ck_assert(n.delete && n.protocol == PROTO_ESP);
	ck_assert_uint_eq(n.spi, w.child.spi_in);
	ike_sa_delete(w.ike, w.sa, REASON_ADMIN_RESET);
	ck_assert(initiator_notice(&i, w.sent[1].b, w.sent[1].len, &n));
	ck_assert(n.delete && n.protocol == PROTO_ISAKMP);
	ck_assert_uint_eq(w.down, 1);
	ck_assert_ptr_null(ike_sa_next(w.ike, NULL));
}
END_TEST

START_TEST(dead_peer_detection)
{
	struct initiator_notice n, next;

	i.dpd = true;
	phase1();
	w.n_sent = 0;
	ike_sa_probe(w.ike, w.sa);
	ck_assert_uint_eq(w.n_sent, 1);
	ck_assert(initiator_notice(&i, w.sent[0].b, w.sent[0].len, &n));
	ck_assert_uint_eq(n.type, NOTIFY_R_U_THERE);
	ck_assert_uint_ne(n.seq, 0); /* by chance, and its high bit is clear (RFC 3706 7) */
	ck_assert_uint_lt(n.seq, 0x80000000);
	initiator_dpd(&i, true, n.seq, &msg);
	say();
	sim_run(&w.sim, 60 * SEC);
	ck_assert_uint_eq(w.down, 0);
	w.n_sent = 0;
	ike_sa_probe(w.ike, w.sa);
	ike_sa_probe(w.ike, w.sa);
	ck_assert_uint_eq(w.n_sent, 1);
	ck_assert(initiator_notice(&i, w.sent[0].b, w.sent[0].len, &next));
	ck_assert_uint_eq(next.seq, n.seq + 1);
	sim_run(&w.sim, 60 * SEC);
	ck_assert_uint_eq(w.down, 1);
	ck_assert_int_eq(w.reason, REASON_LOST_SERVICE);
	ck_assert_uint_eq(w.n_sent, DPD_TRIES + 1);
}
END_TEST

START_TEST(phase1_expires)
{
	struct ike_sa_info info;

	phase1();
	ike_sa_get(w.ike, w.sa, &info);
	ck_assert_uint_eq(info.lifetime, 28800);
	sim_run(&w.sim, 28799 * SEC);
	ck_assert_uint_eq(w.down, 0);
	sim_run(&w.sim, 2 * SEC);
	ck_assert_uint_eq(w.down, 1);
	ck_assert_int_eq(w.reason, REASON_PHASE1_LIFETIME);
}
END_TEST

START_TEST(half_open_is_bounded)
{
	struct ike_initiator flood;
	size_t n = 0;

	for (unsigned k = 0; k < HALF_OPEN_ADDRESS + 100; k++) {
		initiator_init(&flood, w.crypto, 1000 + k);
		initiator_mm1(&flood, &msg);
		say();
	}
	for (struct ike_sa *sa = NULL; (sa = ike_sa_next(w.ike, sa)) != NULL;)
		n++;
	ck_assert_uint_eq(n, HALF_OPEN_ADDRESS);
	ck_assert_uint_eq(ike_stats(w.ike)->half_open_evicted, 100);
	phase1();
	sim_run(&w.sim, 40 * SEC);
	ck_assert_ptr_eq(ike_sa_next(w.ike, NULL), w.sa);
	ck_assert_ptr_null(ike_sa_next(w.ike, w.sa));
}
END_TEST

/* Fragments in any order; the first fragment of another message is forgotten. */
/* Piece `at` of three of a message, under a fragment id. */
static void fragment(const struct initiator_message *whole, size_t at, uint16_t id)
{
	size_t len = at == 2 ? whole->len - 48 : 24;
	struct wr wr = wr_init(msg.b, sizeof msg.b);

	wr_bytes(&wr, whole->b, ISAKMP_HEADER_LEN);
	wr_patch8(&wr, 16, PAY_FRAGMENT);
	wr_patch32(&wr, 24, (uint32_t)(ISAKMP_HEADER_LEN + 8 + len));
	wr_u16(&wr, 0);
	wr_u16(&wr, (unsigned)(8 + len));
	wr_u16(&wr, id);
	wr_u8(&wr, (unsigned)at + 1);
	wr_u8(&wr, at == 2);
	wr_bytes(&wr, whole->b + at * 24, len);
	msg.len = wr_len(&wr);
	say();
}

START_TEST(fragments)
{
	struct initiator_message whole;

	up_to_mm4();
	initiator_mm5(&i, &whole);
	fragment(&whole, 2, 9);
	fragment(&whole, 0, 9);
	ck_assert_uint_eq(w.up, 0);
	fragment(&whole, 1, 9);
	ck_assert_uint_eq(w.up, 1);
	ck_assert(initiator_mm6(&i, w.sent[0].b, w.sent[0].len));
}
END_TEST

/* Recorded pieces that come from elsewhere meanwhile disturb nothing: neither others' nor his own.
 */
START_TEST(fragments_from_elsewhere)
{
	struct initiator_message whole;
	struct path home, elsewhere;

	up_to_mm4();
	home = elsewhere = path;
	elsewhere.remote.port = 4242;
	initiator_mm5(&i, &whole);
	fragment(&whole, 2, 9);
	path = elsewhere;
	fragment(&whole, 0, 7);
	fragment(&whole, 0, 9);
	fragment(&whole, 1, 9);
	path = home;
	ck_assert_uint_eq(w.up, 0);
	fragment(&whole, 0, 9);
	fragment(&whole, 1, 9);
	ck_assert_uint_eq(w.up, 1);
	ck_assert(initiator_mm6(&i, w.sent[0].b, w.sent[0].len));
}
END_TEST

/* Every message cut at every length and with every bit flipped: nothing happens that cannot be
 * put right by the message itself. */
static void abuse(void)
{
	struct initiator_message good = msg;

	for (size_t n = 0; n < good.len; n++) {
		msg.len = n;
		say();
	}
	for (size_t bit = 0; bit < good.len * 8; bit += 3) {
		msg = good;
		msg.b[bit / 8] ^= (uint8_t)(1 << bit % 8);
		say();
	}
	msg = good;
}

START_TEST(damage)
{
	initiator_mm1(&i, &msg);
	if (_i == 0)
		abuse();
	say();
	ck_assert(initiator_mm2(&i, w.sent[0].b, w.sent[0].len));
	initiator_mm3(&i, &msg);
	if (_i == 1) { /* one damaged message 3 is forgiven, and all cut ones */
		struct initiator_message good = msg;

		for (size_t n = 0; n < good.len; n++) {
			msg.len = n;
			say();
		}
		msg = good;
		msg.b[60] ^= 4;
		say();
		msg = good;
	}
	say();
	ck_assert_uint_eq(w.n_sent, 1);
	ck_assert(initiator_mm4(&i, w.sent[0].b, w.sent[0].len));
	initiator_mm5(&i, &msg);
	if (_i == 2) { /* all cut ones, and damaged ones but for the last that is allowed */
		struct initiator_message good = msg;

		for (size_t n = 0; n < good.len; n++) {
			msg.len = n;
			say();
		}
		for (unsigned n = 1; n < MM5_TRIES; n++) {
			msg = good;
			msg.b[60] ^= (uint8_t)n;
			say();
		}
		msg = good;
	}
	say();
	ck_assert_uint_eq(w.n_sent, 1);
	ck_assert(initiator_mm6(&i, w.sent[0].b, w.sent[0].len));
	initiator_qm1(&i, &q, &msg);
	if (_i == 3)
		abuse();
	say();
	ck_assert_uint_eq(w.n_sent, 1);
	ck_assert(initiator_qm2(&i, &q, w.sent[0].b, w.sent[0].len));
	initiator_qm3(&i, &q, &msg);
	if (_i == 4)
		abuse();
	say();
	ck_assert_uint_eq(w.child_up, 1);
	initiator_delete_sa(&i, &msg);
	if (_i == 5)
		abuse();
	say();
	ck_assert_uint_eq(w.down, 1);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("ike_exchange");
	TCase *tc = tcase_create("exchange");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, lengths_of_the_guide);
	tcase_add_loop_test(tc, any_group_cipher_and_hash, 0, 9);
	tcase_add_loop_test(tc, esp_algorithms, 0, 6);
	tcase_add_loop_test(tc, message_5_from_elsewhere, 0, 2);
	tcase_add_test(tc, attributes_come_back_as_they_were);
	tcase_add_loop_test(tc, offers_of_any_length, 0, 5);
	tcase_add_test(tc, the_oldest_quick_mode_gives_way);
	tcase_add_test(tc, message_ids_are_remembered);
	tcase_add_test(tc, behind_nat);
	tcase_add_loop_test(tc, without_natt, 0, 3);
	tcase_add_test(tc, repetitions_get_the_same_bytes);
	tcase_add_test(tc, parked_exchange_ignores_duplicates);
	tcase_add_test(tc, wrong_key);
	tcase_add_test(tc, second_group_has_the_key);
	tcase_add_test(tc, no_proposal);
	tcase_add_loop_test(tc, no_proposal_in_phase_2, 0, 4);
	tcase_add_loop_test(tc, foreign_exchanges, 0, 2);
	tcase_add_test(tc, not_enabled);
	tcase_add_test(tc, l2tp_refused_by_policy);
	tcase_add_test(tc, lifetime_is_shortened);
	tcase_add_test(tc, quick_mode_without_end);
	tcase_add_loop_test(tc, esp_stands_for_message_3, 0, 2);
	tcase_add_test(tc, a_finished_quick_mode_is_forgotten);
	tcase_add_test(tc, refused_peer);
	tcase_add_test(tc, rekeys);
	tcase_add_test(tc, deletes_and_contact);
	tcase_add_test(tc, dead_peer_detection);
	tcase_add_test(tc, phase1_expires);
	tcase_add_test(tc, half_open_is_bounded);
	tcase_add_test(tc, fragments);
	tcase_add_test(tc, fragments_from_elsewhere);
	tcase_add_loop_test(tc, damage, 0, 6);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
