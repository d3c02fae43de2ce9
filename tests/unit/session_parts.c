/*
 * The gateway's parts, each alone on a gateway that has nothing else: whose peer it is, which
 * address is ours on a link, what fits, lines about strangers, the tally, keepalives.
 */
#include <check.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/session/gateway.h"
#include "engine/net/ipv4.h"
#include "engine/session/dhcp.h"
#include "engine/session/fit.h"
#include "engine/session/liveness.h"
#include "engine/session/peer.h"
#include "engine/session/query.h"
#include "engine/session/report.h"
#include "engine/session/sa_pair.h"
#include "engine/session/session.h"
#include "tests/support/env_sim.h"
#include "tests/support/one_crypto.h"
#include "tests/support/lists.h"

static struct sim sim;
static struct config config;
static struct trace trace;
static struct gateway *gw;
static unsigned lines, wires;
static size_t wire_len; /* of the last one */
static char last_line[1100];

static void log_line(void *owner, unsigned severity, unsigned number, const char *text)
{
	(void)owner, (void)severity, (void)number;
	lines++;
	snprintf(last_line, sizeof last_line, "%s", text);
}

static void on_wire(void *arg, const struct path *path, bool udp, const uint8_t *esp, size_t len)
{
	(void)arg, (void)path, (void)udp, (void)esp;
	wires++;
	wire_len = len;
}

static void on_tun(void *arg, const uint8_t *ip, size_t len)
{
	(void)arg, (void)ip, (void)len;
}

static const struct gateway_ops ops = {0};

static void setup(void)
{
	struct dp_output output = {on_wire, on_tun, NULL};

	sim_init(&sim, 3, NULL, NULL);
	config_init(&config);
	log_init(&trace.log, log_line, NULL);
	gw = gateway_create(&sim.env, &config, &trace, one_crypto(), &ops, NULL);
	gateway_set_dataplane(
	    gw, dp_create_inline(&sim.env, one_crypto(), &output, &gateway_dp_ops, gw));
	lines = wires = 0;
}

static void teardown(void)
{
	struct dataplane *dp = gw->dp;

	gateway_destroy(gw);
	dp_destroy(dp);
	config_fini(&config);
	sim_fini(&sim);
}

static void interface(const char *hardware, const char *nameif, uint32_t set, uint32_t live)
{
	struct ipc_msg m = {.type = MSG_CFG_INTERFACE, .fd = -1};

	m.cfg_interface = (struct cfg_interface){.op = CFG_SET,
	    .hardware = hardware,
	    .device = hardware,
	    .nameif = nameif,
	    .address = set ? addr_v4(set) : (struct addr){0}};
	ck_assert(config_apply(&config, &m));
	if (!live)
		return;
	m = (struct ipc_msg){.type = MSG_LINK_STATE, .fd = -1};
	m.link_state = (struct msg_link_state){
	    .device = hardware, .address = addr_v4(live), .mtu = 1400, .up = 1};
	ck_assert(config_apply(&config, &m));
}

static void set_mtu(const char *device, uint32_t address, uint32_t mtu)
{
	struct ipc_msg m = {.type = MSG_LINK_STATE, .fd = -1};

	m.link_state = (struct msg_link_state){
	    .device = device, .address = addr_v4(address), .mtu = mtu, .up = 1};
	ck_assert(config_apply(&config, &m));
}

static void reap(struct timer *t)
{
	peer_destroy(container_of(t, struct peer, reap));
}

static struct ike_sa_info who(uint32_t address, uint16_t port, const char *group, const char *id)
{
	return (struct ike_sa_info){.path = {{addr_v4(0x0a000001), 4500}, {addr_v4(address), port}},
	    .tunnel_group = group,
	    .id_type = 1,
	    .id = (const uint8_t *)id,
	    .id_len = strlen(id)};
}

static struct peer *create(uint32_t address, uint16_t port, const char *group, const char *id)
{
	struct ike_sa_info i = who(address, port, group, id);
	struct peer *p = peer_create(gw, &i, reap);

	ck_assert_ptr_nonnull(p);
	return p;
}

/* And nothing of them is left in the packet path. */
static void destroy_all(void)
{
	struct dp_census n;

	while (gw->n_peers)
		peer_destroy(gw->peers[gw->n_peers - 1]);
	dp_poll(gw->dp);
	ck_assert(dp_consistent(gw->dp, &n));
	ck_assert_uint_eq(n.spis + n.sas + n.sessions + n.peers, 0);
	ck_assert(LIST_EMPTY(&gw->leaving));
	ck_assert_uint_eq(gw->pairs.used, 0);
}

/* ---- peers ---------------------------------------------------------------------- */

/* A fresh phase 1 joins a peer only if all of it is the same. */
START_TEST(the_same_client)
{
	static const struct {
		uint32_t address;
		uint16_t port;
		const char *group, *id;
		uint8_t type;
		bool same;
	} row[] = {
	    {5, 4500, "G", "abcd", 1, true},
	    {6, 4500, "G", "abcd", 1, false},
	    {5, 4501, "G", "abcd", 1, false},
	    {5, 4500, "H", "abcd", 1, false},
	    {5, 4500, "G", "abce", 1, false},
	    {5, 4500, "G", "abcd", 2, false},
	    {5, 4500, "G", "abc", 1, false},
	    {5, 4500, "G", "abcde", 1, false},
	};
	struct peer *p = create(5, 4500, "G", "abcd");
	struct ike_sa_info i;

	for (size_t n = 0; n < sizeof row / sizeof *row; n++) {
		i = who(row[n].address, row[n].port, row[n].group, row[n].id);
		i.id_type = row[n].type;
		ck_assert_msg((peer_find_same(gw, &i) == p) == row[n].same, "row %zu", n);
	}
	i = who(5, 4500, "G", "abcd");
	peer_moved(p, &(struct path){{addr_v4(0x0a000001), 4500}, {addr_v4(7), 1}});
	ck_assert_ptr_null(peer_find_same(gw, &i));
	i = who(7, 1, "G", "abcd");
	ck_assert_ptr_eq(peer_find_same(gw, &i), p);
	p->ending = true;
	ck_assert_ptr_null(peer_find_same(gw, &i));
	destroy_all();
}
END_TEST

/* The list stays in the order of the ids, whoever goes. */
START_TEST(list_of_peers)
{
	static const size_t go[] = {0, 50, 97, 3};
	struct peer *p[101];

	for (uint16_t i = 0; i < 101; i++)
		p[i] = create(5, i, "G", "x");
	for (size_t n = 0; n < sizeof go / sizeof *go; n++) {
		struct peer *gone = gw->peers[go[n]];

		peer_destroy(gone);
		ck_assert_uint_eq(gw->n_peers, 100 - n);
		for (size_t i = 0; i < gw->n_peers; i++) {
			ck_assert_ptr_ne(gw->peers[i], gone);
			ck_assert(i == 0 || gw->peers[i - 1]->id < gw->peers[i]->id);
		}
	}
	ck_assert_uint_eq(p[100]->index, p[100]->id);
	destroy_all();
}
END_TEST

/* A peer ends once, for the first reason; a wait that has begun is not begun again. */
START_TEST(ends_and_waits)
{
	struct peer *p = create(5, 1, "G", "x");

	peer_orphan(p, 5 * SEC, REASON_PEER_DELETE);
	sim_run(&sim, 2 * SEC);
	peer_orphan(p, 5 * SEC, REASON_AUTH_REJECTED);
	ck_assert_uint_eq(timer_left(&sim.env, &p->orphan), 3 * SEC);
	ck_assert_int_eq(p->orphan_why, REASON_PEER_DELETE);
	peer_end(p, REASON_ADMIN_RESET);
	peer_end(p, REASON_IDLE_TIMEOUT);
	ck_assert_int_eq(p->why, REASON_ADMIN_RESET);
	peer_check(p);
	ck_assert_int_eq(p->why, REASON_ADMIN_RESET);
	ck_assert_uint_eq(gw->n_peers, 1); /* not under a caller's feet */
	timer_stop(&sim.env, &p->orphan);
	peer_orphan(p, SEC, REASON_PEER_DELETE);
	ck_assert(!timer_armed(&p->orphan));
	sim_run(&sim, 0);
	ck_assert_uint_eq(gw->n_peers, 0);
	p = create(5, 1, "G", "x");
	peer_orphan(p, SEC, REASON_PEER_DELETE);
	sim_run(&sim, SEC);
	ck_assert_uint_eq(gw->n_peers, 0);
	p = create(5, 1, "G", "x"); /* with nothing left: the client wanted it so */
	peer_check(p);
	ck_assert_int_eq(p->why, REASON_USER_REQUESTED);
	sim_run(&sim, 0);
	ck_assert_uint_eq(gw->n_peers, 0);
}
END_TEST

/* Too many of one address without a session: it pushes out its own. */
START_TEST(idle_peers_are_bounded)
{
	struct peer *other = create(0x01020304, 1, "G", "x");
	size_t ending = 0;

	for (uint16_t i = 0; i <= IDLE_PEERS_ADDRESS; i++)
		create(5, i, "G", "x");
	for (size_t i = 0; i < gw->n_peers; i++)
		ending += gw->peers[i]->ending;
	ck_assert_uint_eq(ending, 1);
	ck_assert(!other->ending);
	ck_assert_uint_eq(gw->failures[REASON_SHARE_USED_UP], 1);
	peer_busy(other);
	peer_busy(other);
	peer_idle(other);
	peer_idle(other); /* counted once */
	ck_assert_ptr_nonnull(other->share.group);
	destroy_all();
}
END_TEST

/* What operators see of the user: nobody before he is in. */
START_TEST(context)
{
	struct session s = {.user = "test"};
	struct peer p = {.tunnel_group = "G"};

	ck_assert_ptr_null(peer_ctx(&p).user);
	ck_assert_str_eq(peer_ctx(&p).group, "G");
	p.session = &s;
	ck_assert_ptr_null(peer_ctx(&p).user);
	s.up = true;
	ck_assert_str_eq(peer_ctx(&p).user, "test");
}
END_TEST

/* ---- addresses and sizes ---------------------------------------------------------- */

/* Our end of a link: an inside address, never the one that the tunnel itself goes to. */
START_TEST(own_address)
{
	struct peer p = {.gw = gw, .path.local.addr = addr_v4(0x0a000001)};
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
	struct peer *p = create(5, 1, "G", "x");
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
	gateway_links_changed(gw);
	ck_assert_uint_eq(p->fit.mtu, 9000);
	set_mtu("eth0", 0x0a000001, 0); /* not known */
	ck_assert_uint_eq(peer_link_mtu(p), 1500);
	p->use = NULL;
	destroy_all();
}
END_TEST

START_TEST(texts)
{
	struct selector s = {
	    .addr = addr_v4(0xac100102), .mask = addr_v4(UINT32_MAX), .protocol = 17, .port = 1701};
	char text[SELECTOR_TEXT_MAX];
	struct timer t = {.fire = reap};

	selector_text(&s, text);
	ck_assert_str_eq(text, "172.16.1.2/255.255.255.255/17/1701");
	s.addr = s.mask = addr_v4(UINT32_MAX);
	s.protocol = 255;
	s.port = 65535;
	selector_text(&s, text);
	ck_assert_str_eq(text, "255.255.255.255/255.255.255.255/255/65535");
	ck_assert_uint_eq(timer_seconds(gw, &t), 0);
	timer_start(&sim.env, &t, 3 * SEC - 1);
	ck_assert_uint_eq(timer_seconds(gw, &t), 2);
	timer_start(&sim.env, &t, 3 * SEC);
	ck_assert_uint_eq(timer_seconds(gw, &t), 3);
	timer_stop(&sim.env, &t);
}
END_TEST

/* ---- what is told ------------------------------------------------------------------- */

/* Strangers may fail as often as they like: twenty lines a second, and then how many more. */
START_TEST(lines_about_strangers)
{
	struct path from = {.remote = {addr_v4(0x0a000005), 500}};

	sim_run(&sim, 10 * SEC);
	for (int i = 0; i < 20; i++)
		report_failed(gw, &from, REASON_IKE_MALFORMED, i ? NULL : "why");
	ck_assert_uint_eq(lines, 20);
	for (int i = 0; i < 5; i++)
		report_failed(gw, &from, REASON_IKE_MALFORMED, NULL);
	ck_assert_uint_eq(lines, 20);
	sim_run(&sim, SEC - 1);
	report_failed(gw, &from, REASON_IKE_MALFORMED, NULL);
	ck_assert_uint_eq(lines, 20);
	sim_run(&sim, 1);
	report_failed(gw, &from, REASON_IKE_MALFORMED, "detail");
	ck_assert_uint_eq(lines, 22); /* "6 more", and its own */
	ck_assert_str_eq(last_line, "IP = 10.0.0.5, Error processing payload: detail");
	report_failed(gw, &from, REASON_IKE_MALFORMED, "");
	ck_assert_str_eq(last_line, "IP = 10.0.0.5, Error processing payload");
	ck_assert_uint_eq(lines, 23);
	sim_run(&sim, SEC);
	report_failed(gw, &from, REASON_IKE_MALFORMED, NULL);
	ck_assert_uint_eq(lines, 24); /* nothing was left out: no line about it */
	ck_assert_uint_eq(gw->failures[REASON_IKE_MALFORMED], 29);
}
END_TEST

/* An attempt that fails before phase 1 is a stranger's; a later one is counted only. */
START_TEST(attempts_are_told)
{
	static const struct {
		enum attempt_outcome outcome;
		enum attempt_stage stage;
		unsigned failures, lines;
	} row[] = {
	    {ATTEMPT_SUCCEEDED, ATTEMPT_UP, 0, 0},
	    {ATTEMPT_ABANDONED, ATTEMPT_BEGUN, 0, 0},
	    {ATTEMPT_FAILED, ATTEMPT_BEGUN, 1, 1},
	    {ATTEMPT_FAILED, ATTEMPT_NEGOTIATED, 1, 1},
	    {ATTEMPT_FAILED, ATTEMPT_AUTHENTICATED, 1, 0},
	    {ATTEMPT_FAILED, ATTEMPT_LOGIN, 1, 0},
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		uint64_t before = gw->failures[REASON_IKE_TIMEOUT];

		lines = 0;
		report_attempt(gw, &(struct attempt){.outcome = row[i].outcome,
				       .stage = row[i].stage,
				       .reason = REASON_IKE_TIMEOUT});
		ck_assert_uint_eq(gw->failures[REASON_IKE_TIMEOUT] - before, row[i].failures);
		ck_assert_uint_eq(lines, row[i].lines);
	}
}
END_TEST

START_TEST(tally_of_what_is_up)
{
	const struct tally *t = &gw->tally[TALLY_IPSEC];

	for (int i = 0; i < 3; i++)
		tally_add(gw, TALLY_IPSEC);
	tally_remove(gw, TALLY_IPSEC);
	tally_add(gw, TALLY_IPSEC);
	ck_assert_uint_eq(t->active, 3);
	ck_assert_uint_eq(t->peak, 3);
	ck_assert_uint_eq(t->cumulative, 4);
	tally_add(gw, TALLY_IPSEC);
	ck_assert_uint_eq(t->peak, 4);
	ck_assert_uint_eq(gw->tally[TALLY_IPSEC_NAT].active, 0);
}
END_TEST

/* ---- keepalives ---------------------------------------------------------------------- */

static unsigned keepalives;
static void on_keepalive(struct env *e, const struct path *path)
{
	(void)e, (void)path;
	keepalives++;
}

/* While the client is behind a NAT, at the configured interval, and by one timer (RFC 3948 4). */
START_TEST(nat_keepalives)
{
	struct ipc_msg m = {.type = MSG_CFG_ISAKMP, .fd = -1};
	struct peer *p = create(5, 1, "G", "x");

	m.cfg_isakmp = (struct cfg_isakmp){.nat_keepalive = 20};
	ck_assert(config_apply(&config, &m));
	sim.env.keepalive = on_keepalive;
	keepalives = 0;
	liveness_start(p);
	peer_nat_t(p, false);
	sim_run(&sim, 100 * SEC);
	ck_assert_uint_eq(keepalives, 0);
	peer_nat_t(p, true);
	sim_run(&sim, 10 * SEC);
	peer_nat_t(p, true); /* a rekey does not put it off */
	sim_run(&sim, 10 * SEC);
	ck_assert_uint_eq(keepalives, 1);
	sim_run(&sim, 40 * SEC);
	ck_assert_uint_eq(keepalives, 3);
	peer_nat_t(p, false);
	sim_run(&sim, 100 * SEC);
	ck_assert_uint_eq(keepalives, 3);
	peer_nat_t(p, true);
	sim_run(&sim, 20 * SEC);
	ck_assert_uint_eq(keepalives, 4);
	liveness_stop(p);
	sim_run(&sim, 100 * SEC);
	ck_assert_uint_eq(keepalives, 4);
	destroy_all();
}
END_TEST

/* ---- SA pairs -------------------------------------------------------------------------- */

/* Until there is a session a peer has a few pairs at most: the oldest go, not the one in use. */
START_TEST(pairs_before_a_session)
{
	struct peer *p = create(5, 1, "G", "x");
	struct session s = {.peer = p};
	struct sa_pair *first = sa_pair_reserve(p), *pair;
	size_t n = 0;

	ck_assert_ptr_nonnull(first);
	p->use = first;
	for (int i = 0; i < 3 * IDLE_PAIRS_MAX; i++)
		ck_assert_ptr_nonnull(sa_pair_reserve(p));
	LIST_FOREACH(pair, &p->pairs, link)
	n++;
	ck_assert_uint_eq(n, IDLE_PAIRS_MAX);
	ck_assert_ptr_eq(table_get(&gw->pairs, first->child.spi_in), first);
	ck_assert_uint_eq(
	    gw->failures[REASON_SHARE_USED_UP], 1 + 3 * IDLE_PAIRS_MAX - IDLE_PAIRS_MAX);
	s.up = true;
	p->session = &s;
	for (int i = 0; i < IDLE_PAIRS_MAX; i++)
		ck_assert_ptr_nonnull(sa_pair_reserve(p));
	n = 0;
	LIST_FOREACH(pair, &p->pairs, link)
	n++;
	ck_assert_uint_eq(n, 2 * IDLE_PAIRS_MAX);
	p->session = NULL;
	p->use = NULL;
	while ((pair = LIST_FIRST(&p->pairs)))
		sa_pair_remove(pair, true);
	destroy_all();
}
END_TEST

/* A pair is found by the client's number once it is up; an operator clears what is up. */
START_TEST(pairs_that_are_up)
{
	struct peer *p = create(5, 1, "G", "x"), *idle = create(6, 1, "G", "x");
	struct sa_pair *a = sa_pair_reserve(p), *b = sa_pair_reserve(p), *c = sa_pair_reserve(idle);
	struct child child = {.cipher = CIPHER_3DES,
	    .auth = HASH_SHA1,
	    .spi_out = 77,
	    .kilobytes = 10,
	    .seconds = 100,
	    .map = "m"};

	child.spi_in = a->child.spi_in;
	ck_assert(sa_pair_inbound(a, &child));
	ck_assert_str_eq(a->map, "m");
	ck_assert_ptr_null(sa_pair_by_out(p, 77));
	sa_pair_up(a, &child);
	ck_assert(a->up);
	ck_assert_ptr_eq(p->use, a);
	ck_assert_ptr_eq(sa_pair_by_out(p, 77), a);
	ck_assert_ptr_null(sa_pair_by_out(p, 78));
	ck_assert_ptr_null(sa_pair_by_out(idle, 77));
	ck_assert_uint_eq(sa_pair_kilobytes_left(a), 10);
	ck_assert_uint_eq(timer_left(&sim.env, &a->life), 100 * SEC);
	ck_assert_uint_eq(gw->tally[TALLY_IPSEC].active, 1);
	child.spi_in = b->child.spi_in;
	child.spi_out = 78;
	child.seconds = 0;
	child.map = NULL;
	ck_assert(sa_pair_inbound(b, &child));
	ck_assert_str_eq(b->map, "");
	sa_pair_up(b, &child);
	ck_assert_ptr_eq(p->use, b);
	ck_assert(!timer_armed(&b->life));
	sa_pair_remove(b, false); /* what is left takes its place */
	ck_assert_ptr_eq(p->use, a);
	ck_assert_uint_eq(gateway_clear_ipsec(gw, "counters", ""), 2);
	ck_assert_uint_eq(gateway_clear_ipsec(gw, "map", "n"), 0);
	ck_assert_uint_eq(gateway_clear_ipsec(gw, "map", "m"), 1);
	ck_assert_ptr_null(p->use);
	ck_assert_uint_eq(gw->tally[TALLY_IPSEC].active, 0);
	ck_assert_ptr_eq(LIST_FIRST(&idle->pairs), c); /* it never came up */
	sa_pair_remove(c, true);
	destroy_all();
}
END_TEST

/* A pair's lifetime ends it, and with it a peer that has nothing else. */
START_TEST(lifetime_of_a_pair)
{
	struct peer *p = create(5, 1, "G", "x");
	struct sa_pair *a = sa_pair_reserve(p);
	struct child child = {.cipher = CIPHER_3DES,
	    .auth = HASH_SHA1,
	    .spi_out = 77,
	    .spi_in = a->child.spi_in,
	    .seconds = 100};

	ck_assert(sa_pair_inbound(a, &child));
	sa_pair_up(a, &child);
	sim_run(&sim, 100 * SEC - 1);
	ck_assert_uint_eq(gw->n_peers, 1);
	sim_run(&sim, 1);
	ck_assert_uint_eq(gw->n_peers, 0);
	ck_assert(LIST_EMPTY(&gw->leaving));
}
END_TEST

/* A DHCPINFORM of 192.168.1.1, in a PPP frame. */
static size_t make_inform(uint8_t *to, size_t size)
{
	struct wr w = wr_init(to, size);
	size_t bootp = 240 + 7;

	wr_u32(&w, 0xff030021);
	ipv4_header(&w, IPPROTO_UDP, 0xc0a80101, UINT32_MAX, 0, 1, UDP_HEADER + bootp);
	udp_header(&w, 68, 67, bootp);
	wr_u32(&w, 0x01080600);
	wr_zero(&w, 8);
	wr_u32(&w, 0xc0a80101);
	wr_zero(&w, 240 - 16);
	wr_patch32(&w, wr_len(&w) - 4, 0x63825363);
	wr_bytes(&w, "\x35\x01\x08\x37\x01\x79\xff", 7); /* it asks for routes */
	ck_assert(!w.full);
	return wr_len(&w);
}

/* Which DHCPINFORM is answered here: of an open session that is to have it so, from its own
 * address; another's is swallowed, and what is none goes its way. */
START_TEST(whose_dhcpinform)
{
	static const struct {
		bool open, intercept;
		uint32_t address;
		bool taken;
		unsigned answers;
	} row[] = {
	    {true, true, 0xc0a80101, true, 1},
	    {true, true, 0xc0a80102, true, 0},
	    {false, true, 0xc0a80101, false, 0},
	    {true, false, 0xc0a80101, false, 0},
	};
	struct peer *p = create(5, 1, "G", "x");
	struct sa_pair *a = sa_pair_reserve(p);
	struct child child = {.cipher = CIPHER_3DES, .auth = HASH_SHA1, .spi_out = 77,
	    .transport = true, .spi_in = a->child.spi_in};
	struct dp_session d = {.peer = p->id, .session = 9, .open = true,
	    .client = addr_v4(0xc0a80101), .mtu = 1400};
	struct session s = {.gw = gw, .peer = p, .id = 9};
	uint8_t frame[512];
	size_t len = make_inform(frame, sizeof frame);

	ck_assert(sa_pair_inbound(a, &child));
	sa_pair_up(a, &child);
	ck_assert(dp_session_add(gw->dp, &d));
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		s.open = row[i].open;
		s.policy.intercept_dhcp = row[i].intercept;
		s.address = row[i].address;
		wires = 0;
		ck_assert_msg(session_dhcp(&s, frame, len) == row[i].taken, "row %zu", i);
		ck_assert_uint_eq(wires, row[i].answers);
	}
	s.open = s.policy.intercept_dhcp = true;
	frame[3] = 0x23; /* no IP */
	ck_assert(!session_dhcp(&s, frame, len));
	frame[3] = 0x21;
	ck_assert(!session_dhcp(&s, frame, len - 1));
	dp_session_remove(gw->dp, 9);
	sa_pair_remove(a, true);
	destroy_all();
}
END_TEST

/* The newest sign of life, whichever it is: IKE's, or of any SA pair; what is only reserved has
 * none. */
START_TEST(signs_of_life)
{
	struct peer *p = create(5, 1, "G", "x");
	struct sa_pair *a = sa_pair_reserve(p);
	struct child child = {.cipher = CIPHER_3DES, .auth = HASH_SHA1, .spi_in = a->child.spi_in};

	sim_run(&sim, SEC);
	p->last_ike = sim.now;
	ck_assert_uint_eq(peer_last_heard(p), sim.now);
	ck_assert(sa_pair_inbound(a, &child)); /* never heard of */
	ck_assert_uint_eq(peer_last_heard(p), sim.now);
	sa_pair_remove(a, true);
	destroy_all();
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
	gateway_query(gw, &q, on_record, NULL);
	ck_assert_uint_eq(ends, 1);
	ck_assert_uint_eq(cursor, 0);
	for (unsigned i = 0; i < n_names; i++)
		for (unsigned k = 0; k < i; k++)
			ck_assert_str_ne(names[i], names[k]);
	quiet = n_names;
	gateway_failure(gw, REASON_NONE); /* none is none */
	gateway_failure(gw, REASON_IKE_TIMEOUT);
	gateway_failure(gw, (enum reason)(REASON_COUNT - 1));
	n_names = 0;
	gateway_query(gw, &q, on_record, NULL);
	ck_assert_uint_eq(n_names, quiet + 2);
	ck_assert_str_eq(
	    names[n_names - 1], reason_text((enum reason)(REASON_COUNT - 1))->plain);
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
	struct peer *p = create(5, 1, "G", "x"), *other = create(6, 1, "G", "x");
	struct session s = {.gw = gw, .peer = p, .user = "test"};
	struct addr a = addr_v4(5), any = {0};

	ck_assert_uint_eq(gateway_logoff(gw, "all", ""), 0); /* nobody has a session */
	p->session = &s;
	ck_assert_uint_eq(gateway_logoff(gw, "all", ""), 0); /* nobody is in yet */
	s.up = true;
	ck_assert_uint_eq(gateway_logoff(gw, "name", "nobody"), 0);
	ck_assert_uint_eq(gateway_logoff(gw, "name", "test"), 1);
	ck_assert(p->ending && !other->ending);
	ck_assert_int_eq(p->why, REASON_ADMIN_RESET);
	ck_assert_uint_eq(gateway_logoff(gw, "name", "test"), 0); /* it is going */
	p->ending = false;
	p->session = NULL;
	p->n_ike = 2;
	other->n_ike = 1;
	ck_assert_uint_eq(gateway_clear_ike(gw, &a), 2);
	ck_assert(p->ending && !other->ending);
	ck_assert_uint_eq(gateway_clear_ike(gw, &a), 0);
	ck_assert_uint_eq(gateway_clear_ike(gw, &any), 1);
	ck_assert(other->ending);
	p->n_ike = other->n_ike = 0;
	destroy_all();
}
END_TEST

static void list(const char *name, bool permit, size_t n)
{
	struct acl_rule r[40];

	for (uint32_t i = 0; i < n; i++)
		r[i] = list_rule(permit, 0, 0x0a000000 + (i << 9), 0x0a0000ff + (i << 9));
	list_is(&config, name, true, r, n);
}

/* The routes that a client is told are the networks of his list that are permitted and active, and
 * none of another list's. */
START_TEST(routes_of_a_client)
{
	struct peer *p = create(5, 1, "G", "x");
	struct sa_pair *a = sa_pair_reserve(p);
	struct child child = {.cipher = CIPHER_3DES, .auth = HASH_SHA1, .spi_out = 77,
	    .transport = true, .spi_in = a->child.spi_in};
	struct dp_session d = {.peer = p->id, .session = 9, .open = true,
	    .client = addr_v4(0xc0a80101), .mtu = 1400};
	struct session s = {.gw = gw, .peer = p, .id = 9, .open = true, .address = 0xc0a80101};
	uint8_t frame[512];
	size_t len = make_inform(frame, sizeof frame), without;

	ck_assert(sa_pair_inbound(a, &child));
	sa_pair_up(a, &child);
	ck_assert(dp_session_add(gw->dp, &d));
	s.policy.intercept_dhcp = true;
	ck_assert(session_dhcp(&s, frame, len));
	without = wire_len;
	s.policy.split_policy = SPLIT_SPECIFIED;
	strcpy(s.policy.split_list, "L");
	list("L", false, 40);
	list("M", true, 40);
	ck_assert(session_dhcp(&s, frame, len));
	ck_assert_uint_eq(wire_len, without);
	list("L", true, 0);
	ck_assert(session_dhcp(&s, frame, len));
	ck_assert_uint_eq(wire_len, without);
	list("L", true, 40);
	ck_assert(session_dhcp(&s, frame, len));
	ck_assert_uint_gt(wire_len, without + 200);
	ck_assert_uint_eq(wires, 4);
	dp_session_remove(gw->dp, 9);
	sa_pair_remove(a, true);
	destroy_all();
}
END_TEST

int main(void)
{
	Suite *s = suite_create("session_parts");
	TCase *tc = tcase_create("all");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, the_same_client);
	tcase_add_test(tc, list_of_peers);
	tcase_add_test(tc, ends_and_waits);
	tcase_add_test(tc, idle_peers_are_bounded);
	tcase_add_test(tc, context);
	tcase_add_test(tc, own_address);
	tcase_add_test(tc, sizes);
	tcase_add_test(tc, texts);
	tcase_add_test(tc, lines_about_strangers);
	tcase_add_test(tc, attempts_are_told);
	tcase_add_test(tc, tally_of_what_is_up);
	tcase_add_test(tc, nat_keepalives);
	tcase_add_test(tc, pairs_before_a_session);
	tcase_add_test(tc, pairs_that_are_up);
	tcase_add_test(tc, lifetime_of_a_pair);
	tcase_add_test(tc, whose_dhcpinform);
	tcase_add_test(tc, signs_of_life);
	tcase_add_test(tc, rows_of_counters);
	tcase_add_test(tc, nothing_is_destroyed);
	tcase_add_test(tc, ordered_by_operators);
	tcase_add_test(tc, routes_of_a_client);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
