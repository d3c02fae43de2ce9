/*
 * The whole engine: the input is a course of events for two clients and their network, an operator
 * and a login server. Whatever it is, all tables are consistent after each event, an honest client
 * gets through at last, and nothing is left when everybody has gone.
 *
 * An event is a byte, and those that it takes from behind it.
 */
#include <check.h>
#include <stdlib.h>

#include "tests/fuzz/fast_dh.h"
#include "tests/support/consistent.h"
#include "tests/support/tap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
const char *__asan_default_options(void);

/* What was freed comes back sooner: fresh pages cost much of an input's time. */
const char *__asan_default_options(void)
{
	return "quarantine_size_mb=8:thread_local_quarantine_size_kb=256:malloc_context_size=8";
}

/* The tests' assertions, without a test around them. */
void _mark_point(const char *file, int line)
{
	(void)file, (void)line;
}

void _ck_assert_failed(const char *file, int line, const char *expr, const char *msg, ...)
{
	(void)file, (void)line, (void)expr, (void)msg;
	abort();
}

enum { EVENTS = 64 };

static struct world *w;
static struct rd in;

static struct tap tap;

/* ---- the clients ---------------------------------------------------------------------- */

static void dials(struct world_client *c)
{
	unsigned how = rd_u8(&in);

	client_again(c);
	c->ike.dpd = how & 1;
	c->ike.initial_contact = how & 2;
	c->ike.not_windows = how & 4;
	c->bare = how & 8;
	c->sequencing = how & 16;
	c->password = how & 32 ? "wrong" : "test";
	c->ike.psk = how & 64 ? "wrong" : c->ike.psk;
	c->tunnel_id = how & 128 ? 2 : 1;
	client_connect(c);
}

static void rekey(struct world_client *c)
{
	if (c->expect >= 7)
		client_rekey(c);
}

static void renew(struct world_client *c)
{
	if (c->expect >= 7 && c->lac)
		client_renew(c);
}

static void leave(struct world_client *c)
{
	if (c->expect >= 7 && c->lac)
		client_leave(c);
}

static void sends(struct world_client *c)
{
	if (c->lac)
		client_force(c, WORLD_INSIDE);
}

static void link_again(struct world_client *c)
{
	if (c->lac)
		(rd_u8(&in) & 1 ? lac_renegotiate : lac_renegotiate_ipcp)(c->lac);
}

static void hangs_up(struct world_client *c)
{
	if (c->lac)
		lac_hangup(c->lac);
}

static void moves(struct world_client *c)
{
	uint16_t port = (uint16_t)(30000 + 600 * (c - w->client) + 2 * rd_u8(&in));

	c->outer500.port = port;
	c->outer4500.port = (uint16_t)(port + 1);
}

static void informational(struct world_client *c)
{
	unsigned what = rd_u8(&in);
	struct initiator_message m;

	if (c->expect < 7)
		return;
	if (what % 4 == 0)
		initiator_dpd(&c->ike, what & 4, what >> 3, &m);
	else if (what % 4 == 1)
		initiator_contact(&c->ike, &m);
	else if (what % 4 == 2)
		initiator_delete_sa(&c->ike, &m);
	else
		initiator_delete_child(&c->ike, c->tunnel.spi_in + (what >> 5), &m);
	client_say(c, &m);
}

/* The next bytes of the input, as many as the first of them says. */
static size_t bytes(uint8_t *to, size_t size)
{
	size_t len = rd_u8(&in);

	len = len < rd_left(&in) ? len : rd_left(&in);
	len = len < size ? len : size;
	rd_copy(&in, to, len);
	return len;
}

/* A control message, past the header what the input says. */
static void control(struct world_client *c)
{
	unsigned how = rd_u8(&in);
	uint8_t b[256] = {0xc8, 0x02};
	size_t len = 12 + bytes(b + 12, sizeof b - 12);
	uint16_t tunnel;

	if (!c->lac)
		return;
	tunnel = how & 1 ? lac_server_tunnel(c->lac) : 0;
	b[3] = (uint8_t)len;
	b[4] = (uint8_t)(tunnel >> 8);
	b[5] = (uint8_t)tunnel;
	b[9] = how >> 1 & 7;
	b[11] = (uint8_t)(how >> 4);
	client_l2tp(c, b, len);
}

static void ppp(struct world_client *c)
{
	static const uint16_t protocol[] = {0xc021, 0x8021, 0xc023, 0xc223, 0xc227, 0x0021, 0x8057};
	uint8_t how = rd_u8(&in), id = rd_u8(&in), b[256];
	size_t len = bytes(b, sizeof b);

	if (c->lac && c->has_tunnel)
		lac_send_ppp(c->lac, protocol[how % 7], how / 7 % 17, id, b, len);
}

static void ip(struct world_client *c)
{
	uint8_t b[256];
	size_t len = bytes(b, sizeof b);

	if (c->lac && c->has_tunnel)
		lac_force_ip(c->lac, b, len);
}

static void dhcpinform(struct world_client *c)
{
	if (c->lac)
		client_dhcpinform(c);
}

/* ---- everybody else ---------------------------------------------------------------------- */

/* Again, or damaged, or from elsewhere. */
static void replay(struct world_client *c)
{
	unsigned which = rd_u8(&in), at = rd_u8(&in), what = rd_u8(&in);
	const struct tapped *kept = tap_get(&tap, which);
	struct tapped r;

	(void)c;
	if (!kept)
		return;
	r = *kept;
	r.b[at % r.len] ^= (uint8_t)what;
	if (which & 0x40)
		r.path.remote.port++;
	if (which & 0x80)
		r.path.remote.addr = addr_v4(0x0a090909);
	tap_say(w, &r);
}

static void weather(struct world_client *c)
{
	unsigned how = rd_u8(&in);

	(void)c;
	w->sim.loss = how & 1 ? 1000 : how & 2 ? 300 : 0;
	w->sim.doubled = how & 4 ? 1000 : 0;
	w->sim.jitter = how & 8 ? 5 * MSEC : 0;
	w->sim.job_time = how & 16 ? 3 * MSEC : 0;
	w->no_answers = how & 32;
}

static void from_inside(struct world_client *c)
{
	world_inside_send(w, addr_to_v4(&c->ip.client));
}

static void operator(struct world_client *c)
{
	unsigned what = rd_u8(&in);

	(void)c;
	if (what % 5 == 0)
		gateway_clear_ike(w->gw, &(struct addr){0});
	else if (what % 5 == 1)
		gateway_clear_ipsec(w->gw, "", "");
	else if (what % 5 == 2)
		gateway_logoff(w->gw, "", "");
	else if (what % 5 == 3)
		gateway_auth_lost(w->gw);
	else
		gateway_links_changed(w->gw);
}

static void configures(struct world_client *c)
{
	unsigned what = rd_u8(&in);

	(void)c;
	if (what % 3 == 0)
		world_without_pool(w);
	else if (what % 3 == 1)
		world_without_tunnel_group(w);
	else
		world_guide(w);
}

static void moment(struct world_client *c)
{
	(void)c;
	sim_run(&w->sim, rd_u8(&in) * MSEC);
}

static void while_passes(struct world_client *c)
{
	(void)c;
	sim_run(&w->sim, rd_u8(&in) * 8 * SEC);
}

/* ---- the course of events ------------------------------------------------------------------ */

static void (*const event[])(struct world_client *) = {dials, moment, rekey, renew, client_vanish,
    leave, sends, from_inside, link_again, hangs_up, moves, informational, control, ppp, ip,
    dhcpinform, replay, weather, operator, configures, while_passes};

static void honest(void)
{
	struct world_client *c = world_client(w, true);

	w->sim.loss = w->sim.doubled = 0;
	w->sim.jitter = w->sim.job_time = 0;
	w->no_answers = false;
	world_guide(w);
	client_connect(c);
	sim_run(&w->sim, 10 * SEC);
	if (c->stage != CLIENT_UP)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > 1024)
		return 0;
	w = world_create(1);
	tap_begin(&tap, w);
	world_client(w, false);
	world_client(w, true);
	in = rd_init(data, size);
	for (unsigned n = 0; n < EVENTS && rd_left(&in) > 0; n++) {
		unsigned what = rd_u8(&in);

		event[what % 128 % (sizeof event / sizeof *event)](&w->client[what >> 7]);
		gateway_consistent(w->gw, w->routes);
	}
	honest();
	for (size_t n = 0; n < w->n_clients; n++)
		client_vanish(&w->client[n]);
	sim_run(&w->sim, 2ULL * 86400 * SEC);
	gateway_is_empty(w->gw);
	world_destroy(w);
	return 0;
}
