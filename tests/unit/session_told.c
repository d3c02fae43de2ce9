/*
 * What the gateway tells and what operators ask of it: lines about strangers, the tally,
 * counters, sizes, which address is ours on a link, the routes of a client.
 */
#include "tests/support/gateway_alone.h"

static void interface(const char *hardware, const char *nameif, uint32_t set, uint32_t live)
{
	struct ipc_msg m = {.type = MSG_CFG_INTERFACE, .fd = -1};

	m.cfg_interface = (struct cfg_interface){.op = CFG_SET,
	    .hardware = hardware,
	    .device = hardware,
	    .nameif = nameif,
	    .address = set ? addr_v4(set) : (struct addr){0}};
	ck_assert(config_apply(&lone_config, &m));
	if (!live)
		return;
	m = (struct ipc_msg){.type = MSG_LINK_STATE, .fd = -1};
	m.link_state = (struct msg_link_state){
	    .device = hardware, .address = addr_v4(live), .mtu = 1400, .up = 1};
	ck_assert(config_apply(&lone_config, &m));
}

static void set_mtu(const char *device, uint32_t address, uint32_t mtu)
{
	struct ipc_msg m = {.type = MSG_LINK_STATE, .fd = -1};

	m.link_state = (struct msg_link_state){
	    .device = device, .address = addr_v4(address), .mtu = mtu, .up = 1};
	ck_assert(config_apply(&lone_config, &m));
}

/* ---- addresses and sizes ---------------------------------------------------------- */

/* Our end of a link: an inside address, never the one that the tunnel itself goes to. */
START_TEST(own_address)
{
	struct peer p = {.gw = lone_gw, .path.local.addr = addr_v4(0x0a000001)};
	struct addr a;

	a = session_own_address(&p);
	ck_assert_uint_eq(addr_to_v4(&a), 0x0a404040);
	interface("eth0", "outside", 0x0a000001, 0);
	interface("eth1", NULL, 0x0a000002, 0);
	interface("eth2", "empty", 0, 0);
	a = session_own_address(&p);
	ck_assert_uint_eq(addr_to_v4(&a), 0x0a404040);
	interface("eth3", "inside", 0x0a000004, 0);
	interface("eth4", "dmz", 0x0a000005, 0);
	a = session_own_address(&p);
	ck_assert_uint_eq(addr_to_v4(&a), 0x0a000004);
	interface("eth3", "inside", 0x0a000004, 0x0a000009); /* what the card has now */
	a = session_own_address(&p);
	ck_assert_uint_eq(addr_to_v4(&a), 0x0a000009);
	interface("eth3", "inside", 0x0a000004, 0x0a000001);
	a = session_own_address(&p);
	ck_assert_uint_eq(addr_to_v4(&a), 0x0a000005);
}
END_TEST

/* The interface's MTU is the peer's; PPP's MRU follows it, and is never above the RFC's 1500. */
START_TEST(sizes)
{
	struct peer *p = lone_peer(5, 1, "G", "x");
	struct sa_pair pair = {
	    .child = {.cipher = CIPHER_3DES, .auth = HASH_SHA1, .transport = true}};
	uint16_t mru;

	ck_assert_uint_eq(peer_link_mtu(p), 1500);
	ck_assert_uint_eq(peer_mru(p, false), 1500);
	p->use = &pair;
	mru = peer_mru(p, false);
	ck_assert_uint_lt(mru, 1450);
	ck_assert_uint_eq(peer_mru(p, true), mru - 4); /* Ns and Nr */
	interface("eth0", "outside", 0, 0x0a000001);
	ck_assert_uint_eq(peer_link_mtu(p), 1400);
	ck_assert_uint_lt(peer_mru(p, false), mru);
	set_mtu("eth0", 0x0a000001, 9000);
	ck_assert_uint_eq(peer_mru(p, false), 1500);
	ck_assert_uint_eq(p->fit.mtu, 0);
	gateway_links_changed(lone_gw);
	ck_assert_uint_eq(p->fit.mtu, 9000);
	set_mtu("eth0", 0x0a000001, 0); /* not known */
	ck_assert_uint_eq(peer_link_mtu(p), 1500);
	p->use = NULL;
	lone_destroy_all();
}
END_TEST

START_TEST(texts)
{
	struct selector s = {
	    .addr = addr_v4(0xac100102), .mask = addr_v4(UINT32_MAX), .protocol = 17, .port = 1701};
	char text[SELECTOR_TEXT_MAX];
	struct timer t = {.fire = lone_reap};

	selector_text(&s, text);
	ck_assert_str_eq(text, "172.16.1.2/255.255.255.255/17/1701");
	s.addr = s.mask = addr_v4(UINT32_MAX);
	s.protocol = 255;
	s.port = 65535;
	selector_text(&s, text);
	ck_assert_str_eq(text, "255.255.255.255/255.255.255.255/255/65535");
	ck_assert_uint_eq(timer_seconds(lone_gw, &t), 0);
	timer_start(&lone_time.env, &t, 3 * SEC - 1);
	ck_assert_uint_eq(timer_seconds(lone_gw, &t), 2);
	timer_start(&lone_time.env, &t, 3 * SEC);
	ck_assert_uint_eq(timer_seconds(lone_gw, &t), 3);
	timer_stop(&lone_time.env, &t);
}
END_TEST

/* ---- what is told ------------------------------------------------------------------- */

static struct attempt failed_from(uint32_t address, enum attempt_stage stage)
{
	return (struct attempt){.outcome = ATTEMPT_FAILED, .stage = stage,
	    .path = {.remote = {addr_v4(address), 500}}, .reason = REASON_IKE_MALFORMED};
}

static void fails(uint32_t address, enum attempt_stage stage)
{
	struct attempt a = failed_from(address, stage);

	report_attempt(lone_gw, &a);
}

/* Strangers may fail as often as they like: twenty lines a second, and then how many more. Those
 * whom phase 1 has let in are told all the same. */
START_TEST(lines_about_strangers)
{
	uint32_t from = 0x0a000005;

	sim_run(&lone_time, 10 * SEC);
	for (int i = 0; i < 20; i++)
		fails(from++, ATTEMPT_BEGUN);
	ck_assert_uint_eq(lone_lines, 20);
	for (int i = 0; i < 5; i++)
		fails(from++, ATTEMPT_BEGUN);
	ck_assert_uint_eq(lone_lines, 20);
	fails(from++, ATTEMPT_AUTHENTICATED);
	ck_assert_uint_eq(lone_lines, 21);
	sim_run(&lone_time, SEC - 1);
	fails(from++, ATTEMPT_NEGOTIATED);
	ck_assert_uint_eq(lone_lines, 21);
	sim_run(&lone_time, 1);
	fails(0x0a000105, ATTEMPT_NEGOTIATED);
	ck_assert_uint_eq(lone_lines, 23); /* "6 more", and its own */
	ck_assert_str_eq(lone_last_line,
	    "IP = 10.0.1.5, Client = unknown, Connection failed. Stage: phase 1 negotiated, "
	    "Reason: a malformed IKE message, Windows error 789. Cure: debug crypto ikev1 127 says "
	    "what is wrong in it; something between may damage packets");
	sim_run(&lone_time, SEC);
	fails(0x0a000106, ATTEMPT_BEGUN);
	ck_assert_uint_eq(lone_lines, 24); /* nothing was left out: no line about it */
	ck_assert_uint_eq(lone_gw->failures[REASON_IKE_MALFORMED], 29);
}
END_TEST

/* Who has the group's key can invent users: of one address five lines a second, of all twenty. */
START_TEST(lines_about_invented_users)
{
	struct attempt a = failed_from(0x0a000005, ATTEMPT_LOGIN);

	sim_run(&lone_time, 10 * SEC);
	for (int i = 0; i < 30; i++) {
		snprintf(a.user, sizeof a.user, "user%d", i);
		report_attempt(lone_gw, &a);
	}
	ck_assert_uint_eq(lone_lines, 5);
	for (uint32_t n = 1; n <= 20; n++)
		fails(0x0a000005 + n, ATTEMPT_LOGIN);
	ck_assert_uint_eq(lone_lines, 20);
	fails(0x0a000105, ATTEMPT_BEGUN); /* strangers have lines of their own */
	ck_assert_uint_eq(lone_lines, 21);
	sim_run(&lone_time, SEC);
	fails(0x0a000106, ATTEMPT_LOGIN);
	ck_assert_uint_eq(lone_lines, 23);
}
END_TEST

/* The same again is counted, and told once a minute; whoever differs in anything is another. */
START_TEST(repeats_are_counted)
{
	struct attempt_terms terms = {
	    .offered = "AES256/SHA1/group 20", .configured = "policy 10: 3DES"};
	struct attempt a = failed_from(0x0a000005, ATTEMPT_LOGIN);
	const struct failure *f;

	a.detail = "why";
	snprintf(a.user, sizeof a.user, "test");
	snprintf(a.group, sizeof a.group, "DefaultRAGroup");
	for (int i = 0; i < 5; i++) {
		report_attempt(lone_gw, &a);
		sim_run(&lone_time, 11 * SEC);
	}
	ck_assert_uint_eq(lone_lines, 1);
	sim_run(&lone_time, 10 * SEC);
	a.terms = &terms;
	report_attempt(lone_gw, &a);
	ck_assert_uint_eq(lone_lines, 2);
	ck_assert_ptr_nonnull(strstr(lone_last_line, "Group = DefaultRAGroup, Username = test, "
	    "IP = 10.0.0.5, Client = unknown, Connection failed (5 times). Stage: login, "
	    "Reason: a malformed IKE message: why, Windows error 788. Cure: "));
	ck_assert_ptr_nonnull(strstr(lone_last_line,
	    ". Offered: AES256/SHA1/group 20; configured: policy 10: 3DES"));
	f = failures_before(&lone_gw->failed, UINT32_MAX);
	ck_assert_uint_eq(f->count, 6);
	ck_assert_int_eq(f->last - f->first, 65);
	ck_assert_str_eq(f->offered, terms.offered); /* as of the last */
	ck_assert_ptr_null(failures_before(&lone_gw->failed, f->stamp));
	a.client = PROFILE_WINDOWS_7;
	report_attempt(lone_gw, &a);
	snprintf(a.user, sizeof a.user, "tes");
	report_attempt(lone_gw, &a);
	a.stage = ATTEMPT_ACCEPTED;
	report_attempt(lone_gw, &a);
	a.reason = REASON_NO_MEMORY;
	report_attempt(lone_gw, &a);
	a.group[0] = 'd';
	report_attempt(lone_gw, &a);
	ck_assert_uint_eq(failures_clear(&lone_gw->failed), 6);
	ck_assert_ptr_null(failures_before(&lone_gw->failed, UINT32_MAX));
}
END_TEST

/* Which ends are failures: who is let go, or comes again, has not failed. */
START_TEST(attempts_are_told)
{
	static const struct {
		enum attempt_outcome outcome;
		enum attempt_stage stage;
		enum reason why, told;
	} row[] = {
	    {ATTEMPT_SUCCEEDED, ATTEMPT_UP, REASON_NONE, REASON_NONE},
	    {ATTEMPT_ABANDONED, ATTEMPT_BEGUN, REASON_ADMIN_SHUTDOWN, REASON_NONE},
	    {ATTEMPT_ABANDONED, ATTEMPT_IPSEC, REASON_ADMIN_RESET, REASON_NONE},
	    {ATTEMPT_ABANDONED, ATTEMPT_IPSEC, REASON_PEER_RECONNECTED, REASON_NONE},
	    {ATTEMPT_ABANDONED, ATTEMPT_LOGIN, REASON_SERVER_DISCONNECT, REASON_NONE},
	    {ATTEMPT_FAILED, ATTEMPT_BEGUN, REASON_IKE_TIMEOUT, REASON_IKE_TIMEOUT},
	    {ATTEMPT_ABANDONED, ATTEMPT_BEGUN, REASON_NO_MEMORY, REASON_NO_MEMORY},
	    {ATTEMPT_FAILED, ATTEMPT_LOGIN, REASON_AUTH_REJECTED, REASON_AUTH_REJECTED},
	    {ATTEMPT_ABANDONED, ATTEMPT_AUTHENTICATED, REASON_USER_REQUESTED,
	        REASON_CLIENT_GAVE_UP},
	    {ATTEMPT_ABANDONED, ATTEMPT_IPSEC, REASON_USER_REQUESTED, REASON_NO_L2TP},
	    {ATTEMPT_ABANDONED, ATTEMPT_IPSEC, REASON_IDLE_TIMEOUT, REASON_NO_L2TP},
	    {ATTEMPT_ABANDONED, ATTEMPT_L2TP, REASON_PEER_DELETE, REASON_CLIENT_GAVE_UP},
	    {ATTEMPT_ABANDONED, ATTEMPT_ACCEPTED, REASON_LOST_SERVICE, REASON_CLIENT_GAVE_UP},
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct attempt a = failed_from(0x0a000005, row[i].stage);
		uint64_t before = lone_gw->failures[row[i].told];
		const struct failure *f;

		a.outcome = row[i].outcome;
		a.reason = row[i].why;
		failures_clear(&lone_gw->failed);
		report_attempt(lone_gw, &a);
		f = failures_before(&lone_gw->failed, UINT32_MAX);
		ck_assert_msg((f != NULL) == (row[i].told != REASON_NONE), "row %zu", i);
		if (!f)
			continue;
		ck_assert_uint_eq(lone_gw->failures[row[i].told], before + 1);
		ck_assert_uint_eq(f->reason, row[i].told);
		ck_assert_msg(f->code != 0 && *f->cure, "row %zu", i);
	}
}
END_TEST

/* A flood from anywhere pushes out itself: one reason's entries give way to each other, those who
 * passed phase 1 are elsewhere, and no address has more than its share. */
START_TEST(floods_push_out_themselves)
{
	struct attempt honest = failed_from(0x0a000005, ATTEMPT_NEGOTIATED);
	struct attempt known = failed_from(0x0a000006, ATTEMPT_LOGIN);
	unsigned n = 0, honest_ones = 0, known_ones = 0, busy = 0;
	const struct failure *f;
	uint32_t at = UINT32_MAX;

	honest.reason = REASON_IKE_WRONG_PSK;
	known.reason = REASON_AUTH_REJECTED;
	report_attempt(lone_gw, &honest);
	report_attempt(lone_gw, &known);
	for (uint32_t i = 0; i < 20000; i++)
		fails(0x0b000000 + i, ATTEMPT_BEGUN);
	known.path.remote.addr = addr_v4(0x0c000001);
	for (int i = 0; i < 1000; i++) {
		snprintf(known.user, sizeof known.user, "user%d", i);
		report_attempt(lone_gw, &known);
	}
	while ((f = failures_before(&lone_gw->failed, at))) {
		at = f->stamp;
		n++;
		honest_ones += f->reason == REASON_IKE_WRONG_PSK;
		known_ones += f->reason == REASON_AUTH_REJECTED && !*f->user;
		busy += addr_to_v4(&f->address) == 0x0c000001;
	}
	ck_assert_uint_eq(honest_ones, 1);
	ck_assert_uint_eq(known_ones, 1);
	ck_assert_uint_eq(busy, FAILURES_ADDRESS);
	ck_assert_uint_eq(n, FAILURES_PART + 1 + FAILURES_ADDRESS);
	ck_assert_uint_eq(lone_gw->failed.gone, 20001 - FAILURES_PART + 1000 - FAILURES_ADDRESS);
	ck_assert_uint_eq(lone_gw->failures[REASON_IKE_MALFORMED], 20000);
}
END_TEST

START_TEST(tally_of_what_is_up)
{
	const struct tally *t = &lone_gw->tally[TALLY_IPSEC];

	for (int i = 0; i < 3; i++)
		tally_add(lone_gw, TALLY_IPSEC);
	tally_remove(lone_gw, TALLY_IPSEC);
	tally_add(lone_gw, TALLY_IPSEC);
	ck_assert_uint_eq(t->active, 3);
	ck_assert_uint_eq(t->peak, 3);
	ck_assert_uint_eq(t->cumulative, 4);
	tally_add(lone_gw, TALLY_IPSEC);
	ck_assert_uint_eq(t->peak, 4);
	ck_assert_uint_eq(lone_gw->tally[TALLY_IPSEC_NAT].active, 0);
}
END_TEST

/* ---- SA pairs -------------------------------------------------------------------------- */

/* The newest sign of life, whichever it is: IKE's, or of any SA pair; what is only reserved has
 * none. */
START_TEST(signs_of_life)
{
	struct peer *p = lone_peer(5, 1, "G", "x");
	struct sa_pair *a = sa_pair_reserve(p);
	struct child child = {.cipher = CIPHER_3DES, .auth = HASH_SHA1, .spi_in = a->child.spi_in};

	sim_run(&lone_time, SEC);
	p->last_heard = lone_time.now;
	ck_assert_uint_eq(peer_last_heard(p), lone_time.now);
	ck_assert(sa_pair_inbound(a, &child)); /* never heard of */
	ck_assert_uint_eq(peer_last_heard(p), lone_time.now);
	sa_pair_remove(a, true);
	lone_destroy_all();
}
END_TEST

static const char *names[256];
static unsigned n_names, ends;
static uint32_t cursor;

static void on_record(void *arg, const struct ipc_msg *m)
{
	(void)arg;
	if (m->type == MSG_QUERY_END) {
		ends++;
		cursor = m->query_end.cursor;
		ck_assert_uint_eq(m->query_end.records, n_names);
	} else {
		ck_assert_int_eq(m->type, MSG_REC_COUNTER);
		ck_assert_uint_lt(n_names, 256);
		names[n_names++] = m->rec_counter.name;
	}
}

/* Each counter is one row; of the failures those that happened. */
START_TEST(rows_of_counters)
{
	struct msg_query q = {.id = 1, .what = "stats", .filter = "", .value = ""};
	unsigned quiet;

	n_names = ends = 0;
	gateway_query(lone_gw, &q, on_record, NULL);
	ck_assert_uint_eq(ends, 1);
	ck_assert_uint_eq(cursor, 0);
	for (unsigned i = 0; i < n_names; i++)
		for (unsigned k = 0; k < i; k++)
			ck_assert_str_ne(names[i], names[k]);
	quiet = n_names;
	gateway_failure(lone_gw, REASON_NONE); /* none is none */
	gateway_failure(lone_gw, REASON_IKE_TIMEOUT);
	gateway_failure(lone_gw, (enum reason)(REASON_COUNT - 1));
	n_names = 0;
	gateway_query(lone_gw, &q, on_record, NULL);
	ck_assert_uint_eq(n_names, quiet + 2);
	ck_assert_str_eq(names[n_names - 1], reason_text((enum reason)(REASON_COUNT - 1))->plain);
}
END_TEST

static void on_end(void *arg, const struct ipc_msg *m)
{
	*(unsigned *)arg += m->type == MSG_QUERY_END;
}

/* The engine can be asked before its sockets are there: everything has an answer. */
START_TEST(asked_before_it_serves)
{
	static const char *const what[] = {"ike", "ipsec", "session", "summary", "pool", "stats",
	    "ipsec-stats", "protocol", "accelerator", "access-hits", "access-flows", "failures",
	    "client-filter", "serving", "client-profiles"};
	struct dataplane *dp = lone_gw->dp;

	lone_gw->dp = NULL;
	for (size_t i = 0; i < sizeof what / sizeof *what; i++) {
		struct msg_query q = {.id = 1, .what = what[i], .filter = "", .value = ""};
		unsigned ended = 0;

		gateway_query(lone_gw, &q, on_end, &ended);
		ck_assert_uint_eq(ended, 1);
		gateway_clear_stats(lone_gw, what[i]);
	}
	lone_gw->dp = dp;
}
END_TEST

/* Whoever never came to be goes without a word. */
START_TEST(nothing_is_destroyed)
{
	gateway_destroy(NULL);
}
END_TEST

/* An operator ends what there is: sessions that are up, IKE SAs of that address, and nothing of a
 * peer that is ending already. */
START_TEST(ordered_by_operators)
{
	struct peer *p = lone_peer(5, 1, "G", "x"), *other = lone_peer(6, 1, "G", "x");
	struct session s = {.gw = lone_gw, .peer = p, .user = "test"};
	struct addr a = addr_v4(5), any = {0};

	ck_assert_uint_eq(gateway_logoff(lone_gw, "all", ""), 0); /* nobody has a session */
	p->session = &s;
	ck_assert_uint_eq(gateway_logoff(lone_gw, "all", ""), 0); /* nobody is in yet */
	s.up = true;
	ck_assert_uint_eq(gateway_logoff(lone_gw, "name", "nobody"), 0);
	ck_assert_uint_eq(gateway_logoff(lone_gw, "name", "test"), 1);
	ck_assert(p->ending && !other->ending);
	ck_assert_int_eq(p->why, REASON_ADMIN_RESET);
	ck_assert_uint_eq(gateway_logoff(lone_gw, "name", "test"), 0); /* it is going */
	p->ending = false;
	p->session = NULL;
	p->n_ike = 2;
	other->n_ike = 1;
	ck_assert_uint_eq(gateway_clear_ike(lone_gw, &a), 2);
	ck_assert(p->ending && !other->ending);
	ck_assert_uint_eq(gateway_clear_ike(lone_gw, &a), 0);
	ck_assert_uint_eq(gateway_clear_ike(lone_gw, &any), 1);
	ck_assert(other->ending);
	p->n_ike = other->n_ike = 0;
	lone_destroy_all();
}
END_TEST

static void list(const char *name, bool permit, size_t n)
{
	struct acl_rule r[40];

	for (uint32_t i = 0; i < n; i++)
		r[i] = list_rule(permit, 0, 0x0a000000 + (i << 9), 0x0a0000ff + (i << 9));
	list_is(&lone_config, name, true, r, n);
}

/* The routes that a client is told are the networks of his list that are permitted and active, and
 * none of another list's. */
START_TEST(routes_of_a_client)
{
	struct peer *p = lone_peer(5, 1, "G", "x");
	struct sa_pair *a = sa_pair_reserve(p);
	struct child child = {.cipher = CIPHER_3DES,
	    .auth = HASH_SHA1,
	    .spi_out = 77,
	    .transport = true,
	    .spi_in = a->child.spi_in};
	struct dp_session d = {
	    .peer = p->id, .session = 9, .open = true, .client = addr_v4(0xc0a80101), .mtu = 1400};
	struct session_policy policy = {.intercept_dhcp = true};
	struct session s = {.gw = lone_gw, .peer = p, .id = 9, .open = true, .address = 0xc0a80101,
	    .user = "", .policy = &policy};
	uint8_t frame[512];
	size_t len = lone_inform(frame, sizeof frame), without;

	ck_assert(sa_pair_inbound(a, &child));
	sa_pair_up(a, &child);
	ck_assert(dp_session_add(lone_gw->dp, &d));
	ck_assert(session_dhcp(&s, frame, len));
	without = lone_wire_len;
	policy.split_policy = SPLIT_SPECIFIED;
	strcpy(policy.split_list, "L");
	list("L", false, 40);
	list("M", true, 40);
	ck_assert(session_dhcp(&s, frame, len));
	ck_assert_uint_eq(lone_wire_len, without);
	list("L", true, 0);
	ck_assert(session_dhcp(&s, frame, len));
	ck_assert_uint_eq(lone_wire_len, without);
	list("L", true, 40);
	ck_assert(session_dhcp(&s, frame, len));
	ck_assert_uint_gt(lone_wire_len, without + 200);
	ck_assert_uint_eq(lone_wires, 4);
	dp_session_remove(lone_gw->dp, 9);
	sa_pair_remove(a, true);
	lone_destroy_all();
}
END_TEST

int main(void)
{
	Suite *s = suite_create("session_told");
	TCase *tc = tcase_create("all");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, lone_setup, lone_teardown);
	tcase_add_test(tc, own_address);
	tcase_add_test(tc, sizes);
	tcase_add_test(tc, texts);
	tcase_add_test(tc, lines_about_strangers);
	tcase_add_test(tc, lines_about_invented_users);
	tcase_add_test(tc, repeats_are_counted);
	tcase_add_test(tc, attempts_are_told);
	tcase_add_test(tc, floods_push_out_themselves);
	tcase_add_test(tc, tally_of_what_is_up);
	tcase_add_test(tc, signs_of_life);
	tcase_add_test(tc, rows_of_counters);
	tcase_add_test(tc, asked_before_it_serves);
	tcase_add_test(tc, nothing_is_destroyed);
	tcase_add_test(tc, ordered_by_operators);
	tcase_add_test(tc, routes_of_a_client);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
