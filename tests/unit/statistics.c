/*
 * What is counted, against what the other end counts and what was seen on the wire, to the byte:
 * over rekeys, replays, damaged packets, SPIs of nobody, and after everything has gone.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "engine/session/objects.h"
#include "tests/support/counted.h"

#define INSIDE 0x0a0a0a0au

static struct world *w;
static struct world_client *c;

static struct counted_wire wire;

static void setup(void)
{
	w = world_create(1);
	counted_listen(&wire, w);
	c = world_client(w, true);
}

static void teardown(void)
{
	world_destroy(w);
}

static uint64_t counter(const char *what, const char *section, const char *name)
{
	return counted(w, what, section, name);
}

static uint64_t ikev1(const char *name)
{
	return counted_ikev1(w, name);
}

static void as_on_the_wire(void)
{
	counted_as_on_the_wire(&wire, w);
}

static void pass(unsigned seconds)
{
	sim_run(&w->sim, seconds * SEC);
}

static void dial(void)
{
	client_connect(c);
	pass(10);
	ck_assert_int_eq(c->stage, CLIENT_UP);
}

/* Packets both ways. */
static void traffic(unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		ck_assert(client_send(c, INSIDE));
		world_inside_send(w, addr_to_v4(&c->ip.client));
		pass(1);
	}
}

/* The last datagram of ESP again, with one byte another. */
static void again(size_t at, uint8_t with)
{
	uint8_t copy[sizeof wire.last];

	memcpy(copy, wire.last, wire.last_len);
	copy[at] ^= with;
	dp_input(w->dp, &wire.last_path, true, copy, wire.last_len);
	dp_poll(w->dp);
}

static struct msg_rec_session session(void)
{
	struct ipc_msg m = {0};

	ck_assert_uint_eq(world_query(w, "session", &m), 1);
	return m.rec_session;
}

/* ---- IKE ------------------------------------------------------------------------- */

START_TEST(ike_of_a_whole_life)
{
	dial();
	as_on_the_wire();
	ck_assert_uint_eq(ikev1("Active Tunnels"), 1);
	ck_assert_uint_eq(ikev1("In P2 Exchanges"), 1);
	client_rekey(c);
	pass(10);
	client_renew(c);
	pass(10);
	as_on_the_wire();
	ck_assert_uint_eq(ikev1("In P2 Exchanges"), 3);
	ck_assert_uint_eq(ikev1("In P2 Exchange Invalids"), 0);
	ck_assert_uint_eq(ikev1("In P2 Exchange Rejects"), 0);
	ck_assert_uint_eq(ikev1("In Drop Packets"), 0);
	ck_assert_uint_eq(counter("protocol ikev1", "IKEv1 statistics", "SA creation requests"), 2);
	ck_assert_uint_eq(counter("protocol ikev1", "IKEv1 statistics", "SA rekey requests"), 1);
	ck_assert_uint_eq(counter("protocol ikev1", "IKEv1 statistics",
	    "Next phase key allocation requests"), 6);
	client_leave(c);
	pass(60);
	as_on_the_wire();
	ck_assert_uint_eq(ikev1("In P2 Sa Delete Requests"), 1);
	ck_assert_uint_eq(counter("stats", "", "In P1 Sa Delete Requests"), 1);
	ck_assert_uint_eq(ikev1("Active Tunnels"), 1); /* the first, which nobody deletes */
	pass(30000);
	ck_assert_uint_eq(ikev1("Active Tunnels"), 0);
	ck_assert_uint_eq(ikev1("Previous Tunnels"), 2);
	ck_assert_uint_eq(ikev1("Responder Fails"), 0);
}
END_TEST

/* Every datagram that nothing comes of is one dropped, whatever is wrong with it. */
START_TEST(ike_that_is_dropped)
{
	struct initiator_message m;
	struct path p = {.local = {.port = 500}, .remote = {.port = 500}};
	uint64_t drops = 0;

	dial();
	p = wire.last_path;
	p.local.port = p.remote.port = 500;
	initiator_dpd(&c->ike, false, 1, &m);
	gateway_ike(w->gw, &p, m.b, 27); /* no header */
	ck_assert_uint_eq(ikev1("In Drop Packets"), ++drops);
	m.b[8] ^= 1; /* of no SA */
	gateway_ike(w->gw, &p, m.b, m.len);
	ck_assert_uint_eq(ikev1("In Drop Packets"), ++drops);
	ck_assert_uint_eq(ikev1("No Sa Fails"), 1);
	m.b[8] ^= 1;
	m.b[m.len - 1] ^= 1; /* damaged: deciphered to something else */
	gateway_ike(w->gw, &p, m.b, m.len);
	ck_assert_uint_eq(ikev1("In Drop Packets"), ++drops);
	ck_assert_uint_eq(ikev1("Decrypt Fails") + ikev1("Hash Valid Fails"), 1);
	ck_assert_uint_eq(counter("protocol ikev1", "IKEv1 statistics", "Failed requests"), 1);
	initiator_qm1(&c->ike, &c->qm, &m);
	m.b[m.len - 1] ^= 1;
	gateway_ike(w->gw, &p, m.b, m.len);
	ck_assert_uint_eq(ikev1("In Drop Packets"), ++drops);
	ck_assert_uint_eq(ikev1("In P2 Exchange Invalids"), 1);
	ck_assert_uint_eq(ikev1("In P2 Exchanges"), 1);
	ck_assert_uint_eq(ikev1("Auth Fails"), 0);
}
END_TEST

START_TEST(phase1_that_comes_to_nothing)
{
	const char *const admission = "IKEV1 Call Admission Statistics";

	c->ike.psk = "another";
	client_connect(c);
	pass(5);
	ck_assert_uint_eq(ikev1("Auth Fails"), 1);
	ck_assert_uint_eq(ikev1("Decrypt Fails"), 1);
	ck_assert_uint_eq(ikev1("In Drop Packets"), 1);
	ck_assert_uint_eq(counter("stats", admission, "In-Negotiation SAs"), 1);
	ck_assert_uint_eq(counter("stats", admission, "In-Negotiation SAs Highwater"), 1);
	ck_assert_uint_eq(counter("stats", admission, "Max In-Negotiation SAs"), 6400);
	ck_assert_uint_eq(ikev1("Responder Fails"), 0);
	pass(600);
	ck_assert_uint_eq(counter("stats", admission, "In-Negotiation SAs"), 0);
	ck_assert_uint_eq(counter("stats", admission, "In-Negotiation SAs Rejected"), 0);
	ck_assert_uint_eq(ikev1("Responder Fails"), 1);
	ck_assert_uint_eq(ikev1("Initiator Fails"), 0);
	ck_assert_uint_eq(gateway_clear_stats(w->gw, "stats"), 1);
	ck_assert_uint_eq(counter("stats", admission, "In-Negotiation SAs Highwater"), 0);
	ck_assert_uint_eq(ikev1("In Packets"), 0);
	ck_assert_uint_eq(ikev1("Responder Fails"), 0);
}
END_TEST

START_TEST(aggressive_mode_is_under_way)
{
	const char *const admission = "IKEV1 Call Admission Statistics";

	w->config.isakmp.am_disable = false;
	c->aggressive = true;
	c->mute_after = 1; /* its message 3 never comes */
	client_connect(c);
	pass(1);
	ck_assert_uint_eq(counter("stats", admission, "In-Negotiation SAs"), 1);
	ck_assert_uint_eq(counter("stats", admission, "In-Negotiation SAs Highwater"), 1);
	pass(600);
	ck_assert_uint_eq(counter("stats", admission, "In-Negotiation SAs"), 0);
	ck_assert_uint_eq(ikev1("Responder Fails"), 1);
}
END_TEST

/* ---- ESP ------------------------------------------------------------------------- */

static uint64_t in(const char *name)
{
	return counter("ipsec-stats", "Inbound", name);
}

static uint64_t out(const char *name)
{
	return counter("ipsec-stats", "Outbound", name);
}

static uint64_t ipsec(const char *name)
{
	return counter("protocol ipsec", "IPsec statistics", name);
}

static void as_the_client_says(void)
{
	const struct tunnel_count *t = &c->tunnel.carried;

	ck_assert_uint_gt(t->sent, 0);
	ck_assert_uint_eq(in("Packets"), t->sent);
	ck_assert_uint_eq(in("Bytes"), t->sent_bytes);
	ck_assert_uint_eq(out("Packets"), t->got);
	ck_assert_uint_eq(out("Bytes"), t->got_bytes);
	ck_assert_uint_eq(ipsec("Encrypt packet requests"), t->got);
	ck_assert_uint_eq(ipsec("HMAC calculation requests"),
	    ipsec("Encrypt packet requests") + ipsec("Decrypt packet requests"));
}

static void session_as_the_client_says(void)
{
	const struct tunnel_count *t = &c->tunnel.carried;
	struct msg_rec_session s = session();

	ck_assert_uint_eq(s.pkts_in, t->sent);
	ck_assert_uint_eq(s.bytes_in, t->sent_bytes);
	ck_assert_uint_eq(s.pkts_out, t->got);
	ck_assert_uint_eq(s.bytes_out, t->got_bytes);
}

/* A session counts on over its rekeys, and what it was stays counted when it is gone. */
START_TEST(esp_of_a_whole_life)
{
	dial();
	traffic(7);
	as_the_client_says();
	session_as_the_client_says();
	ck_assert_uint_eq(session().ppp_pkts_in, 7);
	ck_assert_uint_eq(session().ppp_bytes_in, 7 * 28);
	ck_assert_uint_eq(session().ppp_pkts_out, 7);
	ck_assert_uint_eq(session().ppp_bytes_out, 7 * 28);
	for (unsigned i = 0; i < 3; i++) {
		client_rekey(c);
		pass(5);
		session_as_the_client_says();
		traffic(3);
	}
	as_the_client_says();
	session_as_the_client_says();
	ck_assert_uint_eq(gateway_clear_ipsec(w->gw, "counters", "") > 0, 1);
	session_as_the_client_says(); /* that is of the pairs */
	ck_assert_uint_eq(ipsec("SA creation requests"), 8);
	ck_assert_uint_eq(ipsec("SA rekey requests"), 6);
	client_leave(c);
	pass(60);
	as_the_client_says();
	pass(4000); /* nobody deletes pairs that were replaced */
	as_the_client_says();
	ck_assert_uint_eq(counter("ipsec-stats", "", "Active tunnels"), 0);
	ck_assert_uint_eq(counter("ipsec-stats", "", "Previous tunnels"), 4);
	ck_assert_uint_eq(ipsec("SA deletion requests"), 8);
	ck_assert_uint_eq(in("Dropped packets"), 0);
	ck_assert_uint_eq(out("Dropped packets"), 0);
}
END_TEST

START_TEST(esp_that_is_dropped)
{
	struct ipc_msg m = {0};
	uint64_t checked;

	dial();
	traffic(2);
	checked = in("Authentications");
	again(0, 0); /* a replay: nobody looks at its ICV */
	again(0, 0);
	ck_assert_uint_eq(in("Replay failures"), 2);
	ck_assert_uint_eq(in("Authentications"), checked);
	again(7, 0x40); /* a number of its own, which the ICV is not for */
	ck_assert_uint_eq(in("Authentication failures"), 1);
	ck_assert_uint_eq(in("Authentications"), checked + 1);
	again(3, 1); /* an SPI of nobody */
	ck_assert_uint_eq(counter("ipsec-stats", "", "Missing SA failures"), 1);
	wire.last_len -= 1; /* of no suite's length */
	again(0, 0);
	ck_assert_uint_eq(counter("ipsec-stats", "", "Protocol failures"), 1);
	ck_assert_uint_eq(in("Dropped packets"), 4);
	ck_assert_uint_eq(ipsec("Failed requests"), 1);
	as_the_client_says();
	ck_assert_uint_eq(session().drop_in, 4);
	ck_assert_uint_eq(session().drop_out, 0);
	ck_assert_uint_eq(world_query(w, "ipsec", &m), 1);
	ck_assert_uint_eq(m.rec_ipsec_sa.recv_errors, 4);
	ck_assert_uint_eq(m.rec_ipsec_sa.replay_failed, 2);
	ck_assert_uint_eq(m.rec_ipsec_sa.auth_failed, 1);
	ck_assert_uint_eq(m.rec_ipsec_sa.bad_length, 1);
	ck_assert_uint_eq(m.rec_ipsec_sa.bad_pad + m.rec_ipsec_sa.bad_next +
	    m.rec_ipsec_sa.bad_identity + m.rec_ipsec_sa.bad_inner, 0);
	client_leave(c);
	pass(60);
	ck_assert_uint_eq(in("Dropped packets"), 4); /* they do not go with their pair */
	ck_assert_uint_eq(in("Replay failures"), 2);
	ck_assert_uint_eq(gateway_clear_stats(w->gw, "ipsec-stats"), 1);
	ck_assert_uint_eq(in("Dropped packets"), 0);
	ck_assert_uint_eq(in("Bytes"), 0);
	ck_assert_uint_eq(counter("ipsec-stats", "", "Previous tunnels"), 0);
	ck_assert_uint_gt(ipsec("Encrypt packet requests"), 0); /* that has a zero of its own */
	ck_assert_uint_eq(gateway_clear_stats(w->gw, "protocol"), 2);
	ck_assert_uint_eq(ipsec("Encrypt packet requests"), 0);
	ck_assert_uint_eq(gateway_clear_stats(w->gw, "proto"), 0); /* nobody's name */
}
END_TEST

/* ---- who computed it --------------------------------------------------------------- */

static struct {
	uint64_t ways_in, ways_out, suites_in, suites_out, out_bytes, failed;
	unsigned suites;
	uint64_t groups[32]; /* jobs, by the group's number */
} sum;

static void on_accelerator(void *arg, const struct ipc_msg *m)
{
	const struct msg_rec_suite *s = &m->rec_suite;

	(void)arg;
	if (m->type == MSG_REC_ACCELERATOR) {
		sum.ways_in += m->rec_accelerator.in_packets;
		sum.ways_out += m->rec_accelerator.out_packets;
		sum.out_bytes += m->rec_accelerator.out_bytes;
		sum.failed += m->rec_accelerator.in_failed;
	} else if (m->type == MSG_REC_DH_GROUP) {
		sum.groups[m->rec_dh_group.group] = m->rec_dh_group.jobs;
	} else if (m->type == MSG_REC_SUITE) {
		sum.suites++;
		ck_assert_str_ne(s->served_by, "");
		ck_assert_str_eq(s->measured, ""); /* the way was told */
		*(s->encrypt ? &sum.suites_out : &sum.suites_in) += s->packets;
		if (s->packets) {
			ck_assert_str_eq(s->encryption, "esp-3des");
			ck_assert_str_eq(s->authentication, "esp-sha-hmac");
		}
	}
}

static void accelerators(void)
{
	const struct msg_query q = {.id = 1, .what = "accelerator", .filter = "", .value = ""};

	memset(&sum, 0, sizeof sum);
	gateway_query(w->gw, &q, on_accelerator, NULL);
}

START_TEST(who_computed_it)
{
	dial();
	traffic(5);
	again(7, 0x40);
	accelerators();
	ck_assert_uint_eq(sum.ways_in, c->tunnel.carried.sent + 1);
	ck_assert_uint_eq(sum.ways_out, c->tunnel.carried.got);
	ck_assert_uint_eq(sum.suites_in, sum.ways_in);
	ck_assert_uint_eq(sum.suites_out, sum.ways_out);
	ck_assert_uint_eq(sum.failed, 1);
	ck_assert_uint_gt(sum.out_bytes, c->tunnel.carried.got_bytes); /* with padding */
	ck_assert_uint_eq(sum.suites, CIPHER_COUNT * (HASH_COUNT - 1) * 2);
	ck_assert_uint_eq(sum.groups[2], 1);
	ck_assert_uint_eq(sum.groups[14], 0);
	ck_assert_uint_eq(gateway_clear_stats(w->gw, "accelerator"), 1);
	accelerators();
	ck_assert_uint_eq(sum.ways_in + sum.ways_out + sum.suites_in + sum.suites_out, 0);
	ck_assert_uint_eq(sum.groups[2], 0);
	traffic(1);
	accelerators();
	ck_assert_uint_ge(sum.ways_in, 1);
	ck_assert_uint_le(sum.ways_in, 3);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("statistics");
	TCase *tc = tcase_create("statistics");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, ike_of_a_whole_life);
	tcase_add_test(tc, ike_that_is_dropped);
	tcase_add_test(tc, phase1_that_comes_to_nothing);
	tcase_add_test(tc, aggressive_mode_is_under_way);
	tcase_add_test(tc, esp_of_a_whole_life);
	tcase_add_test(tc, esp_that_is_dropped);
	tcase_add_test(tc, who_computed_it);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
