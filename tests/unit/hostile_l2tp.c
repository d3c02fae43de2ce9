/*
 * A client that has logged in does to L2TP what it can think of (attacks.h): garbage, storms,
 * windows, hidden AVPs, others' tunnels and sessions.
 */
#include "engine/l2tp/avp.h"
#include "tests/support/hostile/attacks.h"
#include "tests/support/lac_inside.h"

static void control(struct wr *m, uint16_t ns, uint16_t nr)
{
	if (!l2tp_end(m))
		return;
	l2tp_stamp(m->base, wr_len(m), ns, nr);
	client_l2tp(attacker, m->base, wr_len(m));
}

/* ---- L2TP ------------------------------------------------------------------------------- */

static void l2tp_garbage(unsigned n)
{
	uint8_t b[80];
	size_t len = attack_below(sizeof b);

	for (size_t k = 0; k < sizeof b; k++)
		b[k] = attack_any();
	if (n % 2) { /* past the header */
		b[0] = 0xc8;
		b[1] = 0x02;
		b[2] = 0;
		b[3] = (uint8_t)len;
		b[4] = (uint8_t)(lac_server_tunnel(attacker->lac) >> 8);
		b[5] = (uint8_t)lac_server_tunnel(attacker->lac);
	}
	client_l2tp(attacker, b, len);
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

	l2tp_begin(&m, lac_server_tunnel(attacker->lac), 0, L2TP_ICRQ);
	l2tp_put_u16(&m, AVP_ASSIGNED_SESSION_ID, (uint16_t)(n + 2));
	l2tp_put_u32(&m, AVP_CALL_SERIAL_NUMBER, n);
	control(&m, attacker->lac->channel.ns++, attacker->lac->channel.nr);
}

static void hello_storm(unsigned n)
{
	uint8_t b[64];
	struct wr m = wr_init(b, sizeof b);

	l2tp_begin(&m, lac_server_tunnel(attacker->lac), 0, L2TP_HELLO);
	control(&m,
	    n % 2 ? attacker->lac->channel.ns++
		  : (uint16_t)(attacker->lac->channel.ns + attack_below(40000)),
	    attacker->lac->channel.nr);
}

static void window_games(unsigned n)
{
	uint8_t b[64];
	struct wr m = wr_init(b, sizeof b);

	l2tp_begin(&m, lac_server_tunnel(attacker->lac), 0, n % 3 ? L2TP_HELLO : L2TP_ZLB);
	control(&m, (uint16_t)attack_below(65536), (uint16_t)attack_below(65536));
}

static void hidden_avps(unsigned n)
{
	uint8_t b[128];
	struct wr m = wr_init(b, sizeof b);

	l2tp_begin(&m, lac_server_tunnel(attacker->lac), 0, n % 2 ? L2TP_ICRQ : L2TP_STOPCCN);
	wr_u16(&m, 0xc000 | 12); /* M and H, and no Random Vector before it */
	wr_u16(&m, 0);
	wr_u16(&m, 1 + n % 40);
	wr_u32(&m, n);
	wr_u16(&m, 0);
	control(&m, attacker->lac->channel.ns, attacker->lac->channel.nr);
}

static void tunnels_of_others(unsigned n)
{
	struct world_client *v = attacked(n);
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
	struct lac *l = attacked(n)->lac;
	uint8_t b[100] = {0};
	struct wr m = wr_init(b, sizeof b);

	wr_u16(&m, 0x0002);
	wr_u16(&m, n % 2 ? lac_server_tunnel(l) : lac_server_tunnel(attacker->lac));
	wr_u16(&m, lac_server_session(l));
	wr_u16(&m, 0xff03);
	wr_u16(&m, 0xc021);
	wr_u32(&m, 0x05010004); /* Terminate-Request */
	client_l2tp(attacker, b, wr_len(&m));
}

/* clang-format off */
static const struct attack attacks[] = {
	{"L2TP garbage",             l2tp_garbage,      90},
	{"SCCRQ storm",              sccrq_storm,       90},
	{"ICRQ storm",               icrq_storm,        90},
	{"Hello storm",              hello_storm,       10},
	{"windows",                  window_games,      30},
	{"hidden AVPs",              hidden_avps,       90},
	{"tunnels of others",        tunnels_of_others, 90},
	{"data for others",          data_for_others,   90},
};
/* clang-format on */

int main(void)
{
	return attacks_run("hostile_l2tp", attacks, sizeof attacks / sizeof *attacks);
}
