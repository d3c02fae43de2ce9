/*
 * A client that has logged in does what it can think of, at every layer: the others do not notice,
 * what is held stays bounded and goes with it, and what is refused is counted.
 */
#include <check.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/ipsec/esp.h"
#include "engine/l2tp/avp.h"
#include "engine/session/objects.h"
#include "tests/support/consistent.h"
#include "tests/support/lac_inside.h"
#include "tests/support/steady.h"

enum { OTHERS = 3, ROUNDS = 600, LOOK = 60, KEPT = 256, BOUND = 4 << 20 };
enum { INSIDE = 0x0a0a0a0a, SERVER = 0xac100102 };

static struct world *w;
static struct world_client *other[OTHERS], *x;
static struct steady steady[OTHERS];

static uint32_t below(uint32_t n)
{
	return sim_below(&w->sim, n);
}

static uint8_t any(void)
{
	return (uint8_t)below(256);
}

static struct world_client *victim(unsigned n)
{
	return other[n % OTHERS];
}

/* ---- how it sends ----------------------------------------------------------------------- */

static struct path outside(void)
{
	return (struct path){.local = {addr_v4(SERVER), 4500}, .remote = x->outer4500};
}

static void esp_bytes(const uint8_t *b, size_t len)
{
	struct path p = outside();

	dp_input(w->dp, &p, true, b, len);
	dp_poll(w->dp);
}

/* Its SA around anything, of any next header. */
static void sealed(uint32_t spi, uint8_t next, const uint8_t *b, size_t len)
{
	struct esp_header h = {spi, ++x->tunnel.sequence};
	uint8_t iv[CRYPT_IV_MAX];
	struct esp_job job;
	struct packet p;

	w->sim.env.random(&w->sim.env, iv, sizeof iv);
	if (!packet_fill(&p, b, len) || !esp_seal(&p, x->tunnel.out, &h, iv, next, &job))
		return;
	crypt_run(x->tunnel.crypt, &job, 1, true);
	esp_bytes(p.data, p.len);
}

static void l2tp(const uint8_t *b, size_t len)
{
	struct packet p;

	if (tunnel_seal(&x->tunnel, &w->sim.env, &p, b, len))
		esp_bytes(p.data, p.len);
}

static void control(struct wr *m, uint16_t ns, uint16_t nr)
{
	if (!l2tp_end(m))
		return;
	l2tp_stamp(m->base, wr_len(m), ns, nr);
	l2tp(m->base, wr_len(m));
}

static void ppp(uint16_t protocol, uint8_t code, uint8_t id, const void *b, size_t len)
{
	lac_send_ppp(x->lac, protocol, code, id, b, len);
}

/* An IPv4 packet, its header checksum right. */
static void ip(uint8_t *b, size_t len)
{
	uint32_t sum = 0;

	b[10] = b[11] = 0;
	for (size_t n = 0; n < 20; n += 2)
		sum += (uint32_t)(b[n] << 8 | b[n + 1]);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	b[10] = (uint8_t)~(sum >> 8);
	b[11] = (uint8_t)~sum;
	lac_force_ip(x->lac, b, len);
}

static void plain_ip(uint8_t b[64])
{
	struct wr m = wr_init(b, 64);

	memset(b, 0, 64);
	wr_u32(&m, 0x45000040);
	wr_u32(&m, below(65536) << 16);
	wr_u32(&m, 0x40fd0000);
	wr_u32(&m, addr_to_v4(&x->ip.client));
	wr_u32(&m, INSIDE);
}

/* ---- ESP -------------------------------------------------------------------------------- */

static void esp_garbage(unsigned n)
{
	uint8_t b[200];
	struct wr to;

	for (size_t k = 0; k < sizeof b; k++)
		b[k] = any();
	to = wr_init(b, 4);
	wr_u32(&to, x->tunnel.spi_out);
	esp_bytes(b, n % 3 ? sizeof b : below(sizeof b));
}

static void esp_of_others(unsigned n)
{
	static const uint8_t b[40] = {0x06, 0xa5, 0x06, 0xa5, 0, 40};

	sealed(victim(n)->tunnel.spi_out, ESP_NEXT_UDP, b, sizeof b);
}

static void esp_inside(unsigned n)
{
	uint8_t b[60] = {0x06, 0xa5, 0x06, 0xa5, 0, 60};

	for (size_t k = 6; k < sizeof b; k++)
		b[k] = any();
	if (n % 4 == 1)
		b[n / 4 % 6] = any(); /* ports and length that are not so */
	sealed(x->tunnel.spi_out, n % 4 == 0 ? any() : ESP_NEXT_UDP, b,
	    n % 4 == 2 ? below(9) : sizeof b);
}

/* ---- L2TP ------------------------------------------------------------------------------- */

static void l2tp_garbage(unsigned n)
{
	uint8_t b[80];
	size_t len = below(sizeof b);

	for (size_t k = 0; k < sizeof b; k++)
		b[k] = any();
	if (n % 2) { /* past the header */
		b[0] = 0xc8;
		b[1] = 0x02;
		b[2] = 0;
		b[3] = (uint8_t)len;
		b[4] = (uint8_t)(lac_server_tunnel(x->lac) >> 8);
		b[5] = (uint8_t)lac_server_tunnel(x->lac);
	}
	l2tp(b, len);
}

static void sccrq_storm(unsigned n)
{
	uint8_t b[256];
	struct wr m = wr_init(b, sizeof b);

	l2tp_begin(&m, 0, 0, L2TP_SCCRQ);
	l2tp_put_u16(&m, AVP_PROTOCOL_VERSION, 0x0100);
	l2tp_put_u32(&m, AVP_FRAMING_CAPABILITIES, 3);
	l2tp_put_text(&m, AVP_HOST_NAME, "storm");
	l2tp_put_u16(&m, AVP_ASSIGNED_TUNNEL_ID, (uint16_t)(n + 2));
	control(&m, 0, 0);
}

static void icrq_storm(unsigned n)
{
	uint8_t b[128];
	struct wr m = wr_init(b, sizeof b);

	l2tp_begin(&m, lac_server_tunnel(x->lac), 0, L2TP_ICRQ);
	l2tp_put_u16(&m, AVP_ASSIGNED_SESSION_ID, (uint16_t)(n + 2));
	l2tp_put_u32(&m, AVP_CALL_SERIAL_NUMBER, n);
	control(&m, x->lac->channel.ns++, x->lac->channel.nr);
}

static void hello_storm(unsigned n)
{
	uint8_t b[64];
	struct wr m = wr_init(b, sizeof b);

	l2tp_begin(&m, lac_server_tunnel(x->lac), 0, L2TP_HELLO);
	control(&m, n % 2 ? x->lac->channel.ns++ : (uint16_t)(x->lac->channel.ns + below(40000)),
	    x->lac->channel.nr);
}

static void window_games(unsigned n)
{
	uint8_t b[64];
	struct wr m = wr_init(b, sizeof b);

	l2tp_begin(&m, lac_server_tunnel(x->lac), 0, n % 3 ? L2TP_HELLO : L2TP_ZLB);
	control(&m, (uint16_t)below(65536), (uint16_t)below(65536));
}

static void hidden_avps(unsigned n)
{
	uint8_t b[128];
	struct wr m = wr_init(b, sizeof b);

	l2tp_begin(&m, lac_server_tunnel(x->lac), 0, n % 2 ? L2TP_ICRQ : L2TP_STOPCCN);
	wr_u16(&m, 0xc000 | 12); /* M and H, and no Random Vector before it */
	wr_u16(&m, 0);
	wr_u16(&m, 1 + n % 40);
	wr_u32(&m, n);
	wr_u16(&m, 0);
	control(&m, x->lac->channel.ns, x->lac->channel.nr);
}

static void tunnels_of_others(unsigned n)
{
	struct world_client *v = victim(n);
	uint8_t b[128];
	struct wr m = wr_init(b, sizeof b);

	l2tp_begin(&m, lac_server_tunnel(v->lac), n % 2 ? lac_server_session(v->lac) : 0,
	    n % 2 ? L2TP_CDN : L2TP_STOPCCN);
	l2tp_put_result(&m, 1, 0, "");
	l2tp_put_u16(&m, n % 2 ? AVP_ASSIGNED_SESSION_ID : AVP_ASSIGNED_TUNNEL_ID, 1);
	control(&m, v->lac->channel.ns, v->lac->channel.nr);
}

static void data_for_others(unsigned n)
{
	struct lac *l = victim(n)->lac;
	uint8_t b[100] = {0};
	struct wr m = wr_init(b, sizeof b);

	wr_u16(&m, 0x0002);
	wr_u16(&m, n % 2 ? lac_server_tunnel(l) : lac_server_tunnel(x->lac));
	wr_u16(&m, lac_server_session(l));
	wr_u16(&m, 0xff03);
	wr_u16(&m, 0xc021);
	wr_u32(&m, 0x05010004); /* Terminate-Request */
	l2tp(b, wr_len(&m));
}

/* ---- PPP -------------------------------------------------------------------------------- */

static void option_storm(unsigned n)
{
	static const uint16_t protocol[] = {0xc021, 0x8021};
	uint8_t b[120];
	size_t len = 4 * below(sizeof b / 4);

	for (size_t k = 0; k < len; k += 4) {
		b[k] = n % 3 ? any() : (uint8_t)(1 + below(20));
		b[k + 1] = n % 5 ? 4 : any();
		b[k + 2] = any();
		b[k + 3] = any();
	}
	ppp(protocol[n % 2], (uint8_t)(1 + below(4)), (uint8_t)n, b, len);
}

static void protocols(unsigned n)
{
	uint8_t b[20] = {0};

	ppp((uint16_t)(n * 109 | 1), any(), any(), b, below(sizeof b));
}

static void renegotiation(unsigned n)
{
	if (n % 20 == 0 && n % 40)
		lac_renegotiate_ipcp(x->lac);
	else if (n % 20 == 0)
		lac_renegotiate(x->lac);
}

static void terminates(unsigned n)
{
	ppp(n % 2 ? 0x8021 : 0xc021, n % 4 < 2 ? 5 : 6, (uint8_t)n, "", 0);
}

static void echo_storm(unsigned n)
{
	uint8_t b[64] = {0};

	ppp(0xc021, n % 2 ? 9 : 10, (uint8_t)n, b, n % 3 ? 4 : below(sizeof b));
}

static void mrus(unsigned n)
{
	static const uint16_t mru[] = {0, 1, 63, 64, 127, 1500, 4096, 65535};
	uint8_t b[4] = {1, 4, (uint8_t)(mru[n % 8] >> 8), (uint8_t)mru[n % 8]};

	ppp(0xc021, 1, (uint8_t)n, b, sizeof b);
	world_inside_long(w, addr_to_v4(&x->ip.client), 1400, n % 2);
}

static void logins(unsigned n)
{
	uint8_t b[100];

	for (size_t k = 0; k < sizeof b; k++)
		b[k] = any();
	b[0] = 49;
	ppp(n % 2 ? 0xc223 : 0xc023, n % 3 ? 2 : 1, (uint8_t)n, b, below(sizeof b));
}

/* ---- IP and DHCP ------------------------------------------------------------------------ */

static void spoofed(unsigned n)
{
	uint8_t b[64];

	plain_ip(b);
	memcpy(b + 12, n % 2 ? victim(n)->ip.client.b : (uint8_t[]){10, 10, 10, any()}, 4);
	ip(b, sizeof b);
}

static void ip_headers(unsigned n)
{
	uint8_t b[64];

	plain_ip(b);
	switch (n % 6) {
	case 0:
		b[8] = 0; /* TTL */
		break;
	case 1:
		b[0] = (uint8_t)(any() | 0x01); /* version, header length */
		break;
	case 2:
		b[2] = any(); /* total length */
		break;
	case 3:
		b[6] = (uint8_t)(0x20 | below(32)); /* pieces that overlap */
		b[7] = any();
		break;
	case 4:
		memset(b + 16, n % 12 == 4 ? 0xff : 0, 4); /* to everybody, to nobody */
		break;
	default:
		b[16] = 224;
	}
	ip(b, n % 7 ? sizeof b : below(sizeof b));
}

static void dhcp(unsigned n)
{
	uint8_t b[400];
	size_t len = n % 2 ? sizeof b : 28 + below(sizeof b - 28);

	for (size_t k = 0; k < sizeof b; k++)
		b[k] = k < 260 ? 0 : any();
	memcpy(b, (uint8_t[]){0x45, 0, (uint8_t)(len >> 8), (uint8_t)len, 0, 1, 0, 0, 64, 17}, 10);
	memcpy(b + 12, x->ip.client.b, 4);
	memset(b + 16, 0xff, 4);
	memcpy(b + 20, (uint8_t[]){0, 68, 0, 67, (uint8_t)((len - 20) >> 8), (uint8_t)(len - 20)},
	    6);
	memcpy(b + 28, (uint8_t[]){1, n % 3 ? 1 : any(), n % 5 ? 6 : any(), 0}, 4);
	memcpy(b + 40, x->ip.client.b, 4);
	memcpy(b + 264, (uint8_t[]){0x63, 0x82, 0x53, 0x63, 53, 1, (uint8_t)(n % 10)}, 7);
	ip(b, len);
}

/* ---- IKE -------------------------------------------------------------------------------- */

static void quick_modes(unsigned n)
{
	struct initiator_message m;
	struct initiator_qm q;

	(void)n;
	initiator_qm1(&x->ike, &q, &m);
	client_say(x, &m);
}

static void deletes(unsigned n)
{
	struct world_client *v = victim(n);
	uint8_t cookies[2 * COOKIE_LEN];
	struct initiator_message m;

	memcpy(cookies, v->ike.cky_i, COOKIE_LEN);
	memcpy(cookies + COOKIE_LEN, v->ike.cky_r, COOKIE_LEN);
	if (n % 3 == 0)
		initiator_delete_cookies(&x->ike, cookies, &m);
	else
		initiator_delete_child(
		    &x->ike, n % 3 == 1 ? v->tunnel.spi_in : v->tunnel.spi_out, &m);
	client_say(x, &m);
}

static void dpd_storm(unsigned n)
{
	struct initiator_message m;

	initiator_dpd(&x->ike, n % 2, n % 4 ? n : below(1u << 31), &m);
	client_say(x, &m);
}

static void contacts(unsigned n)
{
	struct initiator_message m;

	(void)n;
	initiator_contact(&x->ike, &m);
	client_say(x, &m);
}

static void port_flapping(unsigned n)
{
	x->outer500.port = (uint16_t)(50000 + 2 * (n % 400));
	x->outer4500.port = (uint16_t)(x->outer500.port + 1);
	client_force(x, INSIDE);
}

/* What all have said, again, from where they are and from elsewhere. */
static struct recorded {
	struct path path;
	bool esp;
	size_t len;
	uint8_t b[2048];
} recorded[KEPT];
static size_t n_recorded;

static void record(void *arg, const struct path *path, bool esp, const uint8_t *msg, size_t len)
{
	struct recorded *r = &recorded[n_recorded % KEPT];

	(void)arg;
	if (n_recorded >= KEPT || len > sizeof r->b)
		return;
	*r = (struct recorded){.path = *path, .esp = esp, .len = len};
	memcpy(r->b, msg, len);
	n_recorded++;
}

static void replay(unsigned n)
{
	struct recorded r = recorded[n % n_recorded];

	if (n / n_recorded % 2)
		r.path.remote = (struct endpoint){addr_v4(0x0a090909), (uint16_t)(4000 + n)};
	if (!r.esp)
		gateway_ike(w->gw, &r.path, r.b, r.len);
	else
		dp_input(w->dp, &r.path, r.path.local.port == 4500, r.b, r.len);
	dp_poll(w->dp);
}

/* ---- all of it -------------------------------------------------------------------------- */

/* `refused`: of a hundred, how many have to be counted somewhere at least. */
/* clang-format off */
static const struct attack {
	const char *what;
	void (*act)(unsigned n);
	unsigned refused;
} attacks[] = {
	{"ESP garbage",              esp_garbage,       90},
	{"ESP with others' SPIs",    esp_of_others,     90},
	{"ESP around nonsense",      esp_inside,        30},
	{"L2TP garbage",             l2tp_garbage,      90},
	{"SCCRQ storm",              sccrq_storm,       90},
	{"ICRQ storm",               icrq_storm,        90},
	{"Hello storm",              hello_storm,       10},
	{"windows",                  window_games,      30},
	{"hidden AVPs",              hidden_avps,       90},
	{"tunnels of others",        tunnels_of_others, 90},
	{"data for others",          data_for_others,   90},
	{"options",                  option_storm,       0},
	{"protocols",                protocols,          0},
	{"renegotiation",            renegotiation,      0},
	{"Terminate storm",          terminates,        50},
	{"echo storm",               echo_storm,         0},
	{"MRUs",                     mrus,               0},
	{"logins",                   logins,             0},
	{"spoofed sources",          spoofed,           90},
	{"IP headers",               ip_headers,        20},
	{"DHCP",                     dhcp,              50},
	{"quick mode storm",         quick_modes,       80},
	{"Deletes for others' SAs",  deletes,            0},
	{"DPD storm",                dpd_storm,         50},
	{"INITIAL-CONTACT storm",    contacts,           0},
	{"port flapping",            port_flapping,      0},
	{"replays",                  replay,            50},
};
/* clang-format on */

static uint64_t all_of(const void *stats, size_t size)
{
	uint64_t sum = 0, n;

	for (size_t at = 0; at < size; at += sizeof n) {
		memcpy(&n, (const char *)stats + at, sizeof n);
		sum += n;
	}
	return sum;
}

static uint64_t refused_by(const struct dp_sa_counters *c)
{
	return c->errors + c->replay_failed + c->auth_failed + c->malformed + c->policy_failed;
}

static uint64_t refusals(void)
{
	struct ike_stats i = *ike_stats(w->gw->ike);
	struct l2tp_stats l = *l2tp_stats(w->gw->l2tp);
	struct dp_session_counters c = {0};
	struct dp_sa_counters sa = {0};
	struct dp_stats d;
	uint64_t sum = 0;

	dp_get_stats(w->dp, &d);
	d.rx_packets = d.tx_packets = d.tx_df = 0;
	i.in_packets = i.in_octets = i.out_packets = i.out_octets = 0;
	i.quick_modes = i.deletes_in = i.deletes_out = i.notifies_in = i.notifies_out = 0;
	i.quick_modes_out = i.phase1_deletes_in = i.phase1_deletes_out = i.initiator_tunnels = 0;
	i.phase1_ups = i.phase1_rekeys = i.phase1_ends = i.negotiating_most = 0;
	i.work = (struct ike_work){0};
	dp_session_counters(w->dp, lac_server_session(x->lac), &c);
	dp_sa_counters(w->dp, x->tunnel.spi_out, &sa, NULL);
	for (size_t n = 0; n < OTHERS; n++) {
		struct dp_sa_counters of = {0};

		dp_sa_counters(w->dp, other[n]->tunnel.spi_out, &of, NULL);
		sum += refused_by(&of);
	}
	return sum + all_of(&d, sizeof d) + all_of(&i, sizeof i) + all_of(&l, sizeof l) +
	    c.drop_in + refused_by(&sa) +
	    all_of(w->gw->failures, sizeof w->gw->failures);
}

static void passes(struct world_client *c)
{
	uint64_t before = w->to_tun, got = c->received;

	sim_run(&w->sim, 20 * MSEC); /* what the other one sent has arrived */
	before = w->to_tun;
	got = c->received;
	ck_assert_int_eq(c->stage, CLIENT_UP);
	ck_assert(client_send(c, INSIDE));
	world_inside_send(w, addr_to_v4(&c->ip.client));
	sim_run(&w->sim, 20 * MSEC);
	ck_assert_uint_ge(w->to_tun, before + 1);
	ck_assert_uint_eq(c->received, got + 1);
}

static void look(void)
{
	gateway_consistent(w->gw, w->routes);
	for (size_t n = 0; n < OTHERS; n++)
		passes(other[n]);
}

static struct world_client *joins(bool nat, const char *name)
{
	struct world_client *c = world_client(w, nat);

	world_user(w, name);
	c->user = name;
	return c;
}

static void setup(void)
{
	static const char *const name[] = {"a", "b", "c"};

	w = world_create(77);
	n_recorded = 0;
	w->spy.to_server = record;
	for (size_t n = 0; n < OTHERS; n++)
		steady_begin(&steady[n], other[n] = joins(n > 0, name[n]));
	x = joins(true, "x");
	x->ike.dpd = true;
	client_connect(x);
	sim_run(&w->sim, 10 * SEC);
	ck_assert_int_eq(x->stage, CLIENT_UP);
}

static void teardown(void)
{
	world_destroy(w);
}

START_TEST(nobody_notices)
{
	const struct attack *a = &attacks[_i];
	uint64_t counted = refusals();
	size_t held;

	look();
	held = mallinfo2().uordblks;
	for (unsigned n = 0; n < ROUNDS; n++) {
		a->act(n);
		sim_run(&w->sim, MSEC);
		if (n % LOOK == 0)
			look();
	}
	look();
	ck_assert_uint_le(mallinfo2().uordblks, held + BOUND);
	counted = refusals() - counted;
	printf("# %s: %llu refused\n", a->what, (unsigned long long)counted);
	ck_assert_uint_ge(counted, ROUNDS * a->refused / 100);
	client_vanish(x);
	for (unsigned n = 0; n < 60; n++) {
		sim_run(&w->sim, 60 * SEC);
		look();
	}
	ck_assert_uint_eq(w->gw->tally[TALLY_SESSION].active, OTHERS);
	ck_assert_uint_eq(w->gw->n_peers, OTHERS);
	ck_assert_uint_le(mallinfo2().uordblks, held + 65536);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("hostile");
	TCase *tc = tcase_create("hostile");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, nobody_notices, 0, sizeof attacks / sizeof *attacks);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
