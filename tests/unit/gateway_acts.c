/*
 * What operators order of the engine, and what they are told of it: what is
 * cleared with which filter, counters and sums with their exact numbers, pages
 * that go on where the last one ended.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/session/report.h"
#include "parser/text.h"
#include "tests/support/world.h"

static struct world *w;
static struct text told;
static uint32_t cursor, records;

static void setup(void)
{
	w = world_create(1);
}

static void teardown(void)
{
	world_destroy(w);
	text_free(&told);
}

static struct world_client *connected(bool nat)
{
	struct world_client *c = world_client(w, nat);

	client_connect(c);
	sim_run(&w->sim, 2 * SEC);
	ck_assert_int_eq(c->stage, CLIENT_UP);
	return c;
}

/* One record a line; of sessions and SAs the number. */
static void emit(void *arg, const struct ipc_msg *m)
{
	char buf[ADDR_TEXT_MAX];

	(void)arg;
	switch (m->type) {
	case MSG_QUERY_END:
		cursor = m->query_end.cursor;
		records = m->query_end.records;
		break;
	case MSG_REC_SUMMARY:
		text_addf(&told, "%s %u %u %u %u\n", m->rec_summary.row, m->rec_summary.active,
		    m->rec_summary.cumulative, m->rec_summary.peak, m->rec_summary.inactive);
		break;
	case MSG_REC_COUNTER:
		if (m->rec_counter.value)
			text_addf(&told, "%s %llu\n", m->rec_counter.name,
			    (unsigned long long)m->rec_counter.value);
		break;
	case MSG_REC_IPSEC_SA:
		text_addf(&told, "%s %s %u %s ", addr_text(&m->rec_ipsec_sa.assigned, buf),
		    m->rec_ipsec_sa.map, m->rec_ipsec_sa.seq, m->rec_ipsec_sa.user);
		break;
	case MSG_REC_SESSION:
		text_addf(&told, "%u ", m->rec_session.index);
		break;
	default:
		break;
	}
}

static const char *query(const char *what, const char *filter, const char *value, uint32_t from)
{
	const struct msg_query q = {1, what, filter, value, from};

	text_clear(&told);
	cursor = records = UINT32_MAX;
	gateway_query(w->gw, &q, emit, NULL);
	return text_str(&told);
}

START_TEST(sums_are_those_of_now_and_ever)
{
	struct world_client *c[3] = {connected(false), connected(true), connected(true)};

	ck_assert_str_eq(query("summary", "", "", 0), "IKEv1 IPsec/L2TP IPsec 3 3 3 0\n"
	    "IKEv1 3 3 3 0\nIPsec 1 1 1 0\nIPsecOverNatT 2 2 2 0\n"
	    "L2TPOverIPsec 1 1 1 0\nL2TPOverIPsecOverNatT 2 2 2 0\n");
	ck_assert_uint_eq(cursor, 0);
	ck_assert_uint_eq(records, 6);
	client_leave(c[1]);
	sim_run(&w->sim, 2 * SEC);
	ck_assert_str_eq(query("summary", "", "", 0), "IKEv1 IPsec/L2TP IPsec 2 3 3 0\n"
	    "IKEv1 2 3 3 0\nIPsec 1 1 1 0\nIPsecOverNatT 1 2 2 0\n"
	    "L2TPOverIPsec 1 1 1 0\nL2TPOverIPsecOverNatT 1 2 2 0\n");
}
END_TEST

START_TEST(counters_tell_what_happened)
{
	static const uint8_t noise[40] = {1};
	const struct path from = {{addr_v4(0xac100102), 500}, {addr_v4(0x0a010163), 500}};
	struct world_client *c = connected(false), *d = world_client(w, true);
	const char *all;

	gateway_ike(w->gw, &from, noise, sizeof noise);
	d->ike.psk = "wrong";
	client_connect(d);
	sim_run(&w->sim, 2 * SEC);
	all = query("stats", "", "", 0);
	ck_assert_uint_eq(cursor, 0);
	ck_assert_ptr_nonnull(strstr(all, "Active Tunnels 1\n"));
	ck_assert_ptr_null(strstr(all, "Previous Tunnels"));
	ck_assert_ptr_nonnull(strstr(all, "In P2 Exchanges 1\n"));
	ck_assert_uint_gt(records, 44);
	client_leave(c);
	sim_run(&w->sim, 2 * SEC);
	all = query("stats", "", "", 0);
	ck_assert_ptr_null(strstr(all, "Active Tunnels"));
	ck_assert_ptr_nonnull(strstr(all, "Previous Tunnels 1\n"));
}
END_TEST

START_TEST(sa_pairs_are_cleared_by_peer)
{
	struct world_client *c = connected(false), *d = connected(true);

	ck_assert_uint_eq(gateway_clear_ipsec(w->gw, "peer", "10.9.9.9"), 0);
	ck_assert_uint_eq(gateway_clear_ipsec(w->gw, "counters", ""), 2);
	ck_assert_uint_eq(gateway_clear_ipsec(w->gw, "peer", "10.1.1.2"), 1);
	sim_run(&w->sim, 5 * SEC);
	ck_assert_uint_eq(world_query(w, "ipsec", NULL), 1);
	ck_assert_uint_eq(world_query(w, "session", NULL), 1);
	ck_assert_int_eq(d->stage, CLIENT_UP);
	ck_assert_uint_gt(c->notices, 0); /* he was told */
	ck_assert_uint_eq(gateway_clear_ipsec(w->gw, "", ""), 1);
	sim_run(&w->sim, 5 * SEC);
	ck_assert_uint_eq(world_query(w, "ipsec", NULL), 0);
	ck_assert_uint_eq(w->routes, 0);
}
END_TEST

START_TEST(sa_pairs_are_found)
{
	char spi[24];

	connected(false);
	connected(true);
	ck_assert_str_eq(query("ipsec", "", "", 0),
	    "192.168.1.1 outside_dyn_map 10 test "
	    "192.168.1.2 outside_dyn_map 10 test ");
	ck_assert_uint_eq(records, 2);
	ck_assert_str_eq(query("ipsec", "peer", "10.1.1.2", 0),
	    "192.168.1.1 outside_dyn_map 10 test ");
	ck_assert_uint_eq(records, 1);
	snprintf(spi, sizeof spi, "%u", w->client[1].tunnel.spi_out);
	ck_assert_str_eq(query("ipsec", "spi", spi, 0),
	    "192.168.1.2 outside_dyn_map 10 test ");
	ck_assert_str_eq(query("ipsec", "user", "nobody", 0), "");
	ck_assert_uint_eq(records, 0);
	ck_assert_str_eq(query("ipsec", "map", "another", 0), "");
	ck_assert_str_eq(query("ipsec", "colour", "red", 0), "");
	query("ipsec", "user", "test", 0);
	ck_assert_uint_eq(records, 2);
}
END_TEST

START_TEST(ike_sas_are_cleared_by_peer)
{
	const struct addr all = {0}, first = addr_v4(0x0a010102), nobody = addr_v4(0x0a090909);

	connected(false);
	connected(true);
	ck_assert_uint_eq(gateway_clear_ike(w->gw, &nobody), 0);
	ck_assert_uint_eq(gateway_clear_ike(w->gw, &first), 1);
	ck_assert_uint_eq(gateway_clear_ike(w->gw, &first), 0); /* it is ending */
	sim_run(&w->sim, 5 * SEC);
	ck_assert_uint_eq(world_query(w, "ike", NULL), 1);
	ck_assert_uint_eq(gateway_clear_ike(w->gw, &all), 1);
	sim_run(&w->sim, 5 * SEC);
	ck_assert_uint_eq(world_query(w, "ike", NULL), 0);
	ck_assert_uint_eq(world_query(w, "session", NULL), 0);
}
END_TEST

START_TEST(sessions_are_found_and_logged_off)
{
	char index[4][12];
	const char *at;
	uint32_t n[3];
	char *end;

	for (int i = 0; i < 3; i++)
		connected(i > 0);
	at = query("session", "", "", 0);
	for (int i = 0; i < 3; i++, at = end) {
		n[i] = (uint32_t)strtoul(at, &end, 10);
		snprintf(index[i], sizeof index[i], "%u ", n[i]);
	}
	ck_assert_uint_eq(records, 3);
	ck_assert_str_eq(query("session", "p-ipaddress", "10.1.1.2", 0), index[0]);
	ck_assert_str_eq(query("session", "a-ipaddress", "192.168.1.2", 0), index[1]);
	ck_assert_str_eq(query("session", "index", index[2], 0), index[2]);
	ck_assert_str_eq(query("session", "name", "nobody", 0), "");
	ck_assert_uint_eq(records, 0);
	ck_assert_uint_eq(gateway_logoff(w->gw, "index", index[1]), 1);
	ck_assert_uint_eq(gateway_logoff(w->gw, "index", index[1]), 0);
	sim_run(&w->sim, 5 * SEC);
	ck_assert_str_eq(query("session", "a-ipaddress", "192.168.1.2", 0), "");
	ck_assert_uint_eq(gateway_logoff(w->gw, "all", ""), 2);
	sim_run(&w->sim, 5 * SEC);
	ck_assert_str_eq(query("session", "", "", 0), "");
}
END_TEST

/* The initiator's to renew: what he lets run out is gone, and so is he. */
START_TEST(lifetimes_end)
{
	struct world_client *c = connected(false);

	for (int n = 0; n < 119; n++) {
		ck_assert(client_send(c, 0x0a0a0a0a));
		sim_run(&w->sim, 30 * SEC);
	}
	ck_assert_uint_eq(world_query(w, "ipsec", NULL), 1);
	sim_run(&w->sim, 40 * SEC);
	ck_assert_uint_eq(world_query(w, "ipsec", NULL), 0);
	ck_assert_uint_eq(world_query(w, "session", NULL), 0);
}
END_TEST

START_TEST(kilobytes_end)
{
	struct world_client *c = connected(false);
	uint32_t spi = c->tunnel.spi_out;

	gateway_dp_ops.exhausted(w->gw, spi, false);
	ck_assert_uint_eq(world_query(w, "ipsec", NULL), 1);
	gateway_dp_ops.exhausted(w->gw, spi + 1, true);
	ck_assert_uint_eq(world_query(w, "ipsec", NULL), 1);
	gateway_dp_ops.exhausted(w->gw, spi, true);
	ck_assert_uint_eq(world_query(w, "ipsec", NULL), 0);
}
END_TEST

static uint64_t counter(const char *name)
{
	const char *at, *all = query("stats", "", "", 0);
	size_t len = strlen(name);

	for (at = all; *at; at += strcspn(at, "\n") + 1)
		if (!strncmp(at, name, len) && at[len] == ' ')
			return strtoull(at + len, NULL, 10);
	return 0;
}

/* RFC 2408 5.15: what says nothing under a key is not believed, whole or not. */
START_TEST(informationals_in_the_clear)
{
	static const uint8_t whole[40] = {1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0, 0, 0, 0, 0,
	    11, 0x10, 5, 0, 0, 0, 0, 9, 0, 0, 0, 40,
	    0, 0, 0, 12, 0, 0, 0, 1, 1, 0, 0, 14 /* NO-PROPOSAL-CHOSEN */};
	const struct path from = {{addr_v4(0xac100102), 500}, {addr_v4(0x0a010163), 500}};
	uint8_t longer[40];

	memset(w->trace.level, 255, sizeof w->trace.level);
	gateway_ike(w->gw, &from, whole, sizeof whole);
	ck_assert_uint_eq(counter("In Drop Packets"), 1);
	ck_assert_uint_eq(counter("Malformed Packets"), 0);
	ck_assert_ptr_nonnull(strstr(w->text, "Received an un-encrypted NO_PROPOSAL_CHOSEN notify "
	    "message, dropping"));
	memcpy(longer, whole, sizeof longer);
	longer[31] = 13; /* than the message is */
	gateway_ike(w->gw, &from, longer, sizeof longer);
	ck_assert_uint_eq(counter("In Drop Packets"), 2);
	ck_assert_uint_eq(counter("Malformed Packets"), 1);
}
END_TEST

/* The last one is answered again, in case that the answer was lost; those before it are not. */
START_TEST(informationals_said_twice)
{
	struct world_client *c = connected(_i);
	struct initiator_message m, other;
	size_t notices = c->notices;

	initiator_dpd(&c->ike, false, 7, &m);
	initiator_dpd(&c->ike, false, 8, &other);
	client_say(c, &m);
	sim_run(&w->sim, SEC);
	ck_assert_uint_eq(c->notices, notices + 1);
	client_say(c, &m);
	sim_run(&w->sim, SEC);
	ck_assert_uint_eq(c->notices, notices + 2);
	ck_assert_uint_eq(counter("Duplicates"), 1);
	client_say(c, &other);
	sim_run(&w->sim, SEC);
	ck_assert_uint_eq(c->notices, notices + 3);
	client_say(c, &m);
	sim_run(&w->sim, SEC);
	ck_assert_uint_eq(c->notices, notices + 3);
	ck_assert_uint_eq(counter("Duplicates"), 2);
	other.b[other.len - 1] ^= 1; /* what nobody said */
	client_say(c, &other);
	sim_run(&w->sim, SEC);
	ck_assert_uint_eq(c->notices, notices + 3);
}
END_TEST

/* The pair of a client that does not renew goes when its kilobytes are used up, not before. */
START_TEST(kilobytes_are_counted)
{
	struct world_client *c = world_client(w, false);
	unsigned sent = 0;

	c->ike.kilobytes = 20;
	client_connect(c);
	sim_run(&w->sim, 2 * SEC);
	ck_assert_int_eq(c->stage, CLIENT_UP);
	while (world_query(w, "ipsec", NULL) && sent < 2000) {
		client_send(c, 0x0a0a0a0a);
		sim_run(&w->sim, 10 * MSEC);
		sent++;
	}
	/* 28 bytes of IP in PPP, L2TP and UDP are 47; the negotiation took a few, and the answer to
	 * the question whether long packets pass */
	ck_assert_uint_gt(sent, (20 * 1024 - 1500) / 47 - 20);
	ck_assert_uint_le(sent, 20 * 1024 / 46);
	sim_run(&w->sim, 60 * SEC);
	ck_assert_uint_eq(world_query(w, "session", NULL), 0);
}
END_TEST

static unsigned lines_of(const char *text)
{
	unsigned n = 0;

	for (const char *at = w->log; (at = strstr(at, text)); at++)
		n++;
	return n;
}

/* Failures are counted with the reasons, and listed until an operator clears the list. */
START_TEST(failures_are_counted_and_listed)
{
	struct attempt a = {.path = {{addr_v4(0xac100102), 500}, {addr_v4(0x0a010163), 500}},
	    .outcome = ATTEMPT_FAILED, .reason = REASON_IKE_NO_PSK};
	const char *plain = reason_text(REASON_IKE_NO_PSK)->plain;

	for (int n = 0; n < 33; n++)
		report_attempt(w->gw, &a);
	ck_assert_uint_eq(lines_of("IP = 10.1.1.99, Client = unknown, Connection failed"), 1);
	ck_assert_uint_eq(counter(plain), 33);
	ck_assert_uint_eq(gateway_clear_failures(w->gw), 1);
	ck_assert_uint_eq(gateway_clear_failures(w->gw), 0);
	ck_assert_uint_eq(counter(plain), 33);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("gateway_acts");
	TCase *tc = tcase_create("gateway_acts");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, sums_are_those_of_now_and_ever);
	tcase_add_test(tc, counters_tell_what_happened);
	tcase_add_test(tc, sa_pairs_are_cleared_by_peer);
	tcase_add_test(tc, sa_pairs_are_found);
	tcase_add_test(tc, ike_sas_are_cleared_by_peer);
	tcase_add_test(tc, sessions_are_found_and_logged_off);
	tcase_add_test(tc, lifetimes_end);
	tcase_add_test(tc, kilobytes_end);
	tcase_add_test(tc, kilobytes_are_counted);
	tcase_add_test(tc, failures_are_counted_and_listed);
	tcase_add_test(tc, informationals_in_the_clear);
	tcase_add_loop_test(tc, informationals_said_twice, 0, 2);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
