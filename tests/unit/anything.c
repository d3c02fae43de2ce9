/*
 * Anything in any order: clients that dial, rekey, renew, vanish and speak nonsense at
 * every layer, datagrams replayed and damaged, operators' orders and a changing
 * configuration, over a network that loses, doubles and reorders. After each step all
 * tables are consistent; then an honest client gets through, and in the end nothing is left.
 */
#include <check.h>
#include <stdlib.h>

#include "engine/l2tp/avp.h"
#include "tests/support/consistent.h"
#include "tests/support/tap.h"

enum { SEEDS = 12, STEPS = 300, AT_ONCE = 8 };

static struct world *w;
static struct world_client *client[AT_ONCE];

static uint32_t below(uint32_t n)
{
	return sim_below(&w->sim, n);
}

static bool one_in(uint32_t n)
{
	return below(n) == 0;
}

/* ---- what was on the wire ------------------------------------------------------------ */

static struct tap tap;

/* Again, or damaged, or from elsewhere. */
static void replay(void)
{
	const struct tapped *kept = tap_get(&tap, below(TAP_KEPT));
	struct tapped r;

	if (!kept)
		return;
	r = *kept;
	if (one_in(3))
		r.path.remote.addr = addr_v4(0x0a090900 + below(4));
	if (one_in(3))
		r.path.remote.port = (uint16_t)(20000 + below(40));
	if (one_in(3))
		r.b[below((uint32_t)r.len)] ^= (uint8_t)(1 << below(8));
	if (one_in(6))
		r.len = below((uint32_t)r.len + 1);
	tap_say(w, &r);
}

/* ---- nonsense inside the tunnel ---------------------------------------------------------- */

static void put_avp(struct wr *to)
{
	unsigned len = one_in(3) ? 4 : one_in(6) ? below(20) : 2;

	wr_u16(to, (one_in(2) ? 0x8000u : 0) | (6 + len));
	wr_u16(to, one_in(20) ? 9 : 0);
	wr_u16(to, below(41));
	for (unsigned n = 0; n < len; n++)
		wr_u8(to, n + 1 == len ? below(5) : one_in(4) ? 0xff : 0);
}

static void control_message(struct world_client *c)
{
	uint16_t tunnel = c->lac && !one_in(3) ? lac_server_tunnel(c->lac) : (uint16_t)below(3);
	uint16_t session = c->lac && !one_in(3) ? lac_server_session(c->lac) : (uint16_t)below(3);
	enum l2tp_message type = (enum l2tp_message)below(17);
	uint8_t buf[512];
	struct wr to = wr_init(buf, sizeof buf);

	l2tp_begin(&to, tunnel, session, type);
	if (type == L2TP_SCCRQ) {
		l2tp_put_u16(&to, AVP_PROTOCOL_VERSION, 0x0100);
		l2tp_put_u16(&to, AVP_ASSIGNED_TUNNEL_ID, (uint16_t)(1 + below(3)));
	}
	for (unsigned n = below(8); n > 0; n--)
		put_avp(&to);
	if (!l2tp_end(&to))
		return;
	l2tp_stamp(buf, wr_len(&to), (uint16_t)below(8), (uint16_t)below(8));
	client_l2tp(c, buf, wr_len(&to));
}

static void ppp_packet(struct world_client *c)
{
	static const uint16_t protocol[] = {
	    0xc021, 0x8021, 0x80fd, 0xc023, 0xc223, 0xc227, 0x0021, 0x8057, 0x1235};
	uint8_t data[40];
	size_t len = below(sizeof data);

	if (!c->lac || !c->has_tunnel)
		return;
	for (size_t n = 0; n < len; n++)
		data[n] = (uint8_t)(one_in(2) ? below(8) : below(256));
	lac_send_ppp(c->lac, protocol[below(9)], (uint8_t)below(17), (uint8_t)below(6), data, len);
}

/* ---- what a client does -------------------------------------------------------------------- */

static void lives_at(struct world_client *c, uint32_t address)
{
	if (c->nat)
		return;
	c->ike.path.local.addr = addr_v4(address);
	c->outer500.addr = c->outer4500.addr = c->ike.path.local.addr;
}

static struct world_client *dials(void)
{
	struct world_client *c = world_client(w, one_in(2));

	c->ike.dpd = one_in(2);
	c->ike.initial_contact = one_in(2);
	c->ike.natt = !one_in(4);
	c->bare = one_in(2);
	c->sequencing = one_in(4);
	c->password = one_in(8) ? "wrong" : "test";
	c->ike.psk = one_in(8) ? "wrong" : c->ike.psk;
	if (one_in(2))
		lives_at(c, 0x0a020000 + (uint32_t)w->n_clients);
	client_connect(c);
	return c;
}

static void link_event(struct world_client *c)
{
	if (!c->lac)
		return;
	switch (below(5)) {
	case 0:
		lac_renegotiate(c->lac);
		break;
	case 1:
		lac_renegotiate_ipcp(c->lac);
		break;
	case 2:
		client_force(c, WORLD_INSIDE);
		break;
	case 3:
		lac_hangup(c->lac);
		break;
	default:
		client_send(c, WORLD_INSIDE);
	}
}

static void ike_message(struct world_client *c)
{
	struct initiator_message m;
	struct initiator_qm q;

	if (c->expect < 7)
		return;
	switch (below(5)) {
	case 0:
		initiator_dpd(&c->ike, one_in(2), below(5), &m);
		break;
	case 1:
		initiator_contact(&c->ike, &m);
		break;
	case 2:
		initiator_delete_sa(&c->ike, &m);
		break;
	case 3:
		initiator_delete_child(&c->ike, one_in(3) ? below(1000) : c->tunnel.spi_in, &m);
		break;
	default:
		initiator_qm1(&c->ike, &q, &m);
	}
	client_say(c, &m);
}

static void client_event(struct world_client **at)
{
	struct world_client *c = *at;

	switch (below(10)) {
	case 0:
	case 1:
		client_vanish(c);
		*at = dials();
		break;
	case 2:
		if (c->expect >= 7)
			client_rekey(c);
		break;
	case 3:
		if (c->expect >= 7 && c->lac)
			client_renew(c);
		break;
	case 4:
		control_message(c);
		break;
	case 5:
		ppp_packet(c);
		break;
	case 6:
	case 7:
		link_event(c);
		break;
	default:
		ike_message(c);
	}
}

/* ---- what others do ---------------------------------------------------------------------- */

static void operator_event(void)
{
	switch (below(7)) {
	case 0:
		gateway_clear_ike(w->gw, &(struct addr){0});
		break;
	case 1:
		gateway_clear_ipsec(w->gw, "", "");
		break;
	case 2:
		gateway_logoff(w->gw, "", "");
		break;
	case 3:
		gateway_auth_lost(w->gw);
		break;
	case 4:
		world_without_pool(w);
		break;
	case 5:
		world_without_tunnel_group(w);
		break;
	default:
		world_guide(w);
		gateway_links_changed(w->gw);
	}
}

static void weather(void)
{
	w->sim.loss = one_in(3) ? below(200) : 0;
	w->sim.doubled = one_in(3) ? below(300) : 0;
	w->sim.jitter = one_in(3) ? below(5000) : 0;
	w->sim.job_time = one_in(3) ? below(30) * MSEC : 0;
	w->no_answers = one_in(5);
}

static void step(void)
{
	uint32_t what = below(20), pause = below(20);

	if (what < 12)
		client_event(&client[below(AT_ONCE)]);
	else if (what < 16)
		replay();
	else if (what < 17)
		weather();
	else if (what < 18)
		world_inside_send(w, 0xc0a80101 + below(5));
	else if (one_in(3))
		operator_event();
	gateway_consistent(w->gw, w->routes);
	sim_run(&w->sim, pause < 12   ? below(8) * MSEC
			 : pause < 19 ? below(4000) * MSEC
				      : below(1800) * SEC);
	gateway_consistent(w->gw, w->routes);
}

/* ---- how it ends -------------------------------------------------------------------------- */

static void fair_again(void)
{
	w->sim.loss = w->sim.doubled = 0;
	w->sim.jitter = w->sim.job_time = 0;
	w->no_answers = false;
	world_guide(w);
}

static void honest_client(bool nat)
{
	struct world_client *c = world_client(w, nat);

	lives_at(c, 0x0a0f0f0f);
	client_connect(c);
	sim_run(&w->sim, 10 * SEC);
	ck_assert_int_eq(c->stage, CLIENT_UP);
	ck_assert(client_passes(c));
}

START_TEST(anything)
{
	w = world_create(100 + (uint64_t)_i);
	tap_begin(&tap, w);
	for (int n = 0; n < AT_ONCE; n++)
		client[n] = dials();
	for (int n = 0; n < STEPS; n++)
		step();
	fair_again();
	honest_client(_i % 2);
	for (size_t n = 0; n < w->n_clients; n++)
		client_vanish(&w->client[n]);
	sim_run(&w->sim, 2ULL * 86400 * SEC);
	gateway_is_empty(w->gw);
	world_destroy(w);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("anything");
	TCase *tc = tcase_create("anything");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, anything, 0, SEEDS);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
