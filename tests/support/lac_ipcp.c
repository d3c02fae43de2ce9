/* The client's IPCP. */
#include "tests/support/lac_inside.h"

static struct addr *place(struct lac *c, int which)
{
	struct addr *at[] = {
	    &c->ip.client, &c->ip.dns[0], &c->ip.wins[0], &c->ip.dns[1], &c->ip.wins[1]};

	return at[which];
}

static bool ask(struct lac *c, int which, struct wr *v)
{
	wr_u32(v, addr_to_v4(place(c, which)));
	return c->ask[which];
}

static void given(struct lac *c, int which, struct rd *value)
{
	*place(c, which) = addr_v4(rd_u32(value));
}

#define SERVER_OPTION(which)                                       \
	static bool ask_##which(struct fsm *f, struct wr *v)           \
	{                                                              \
		return ask(IPCP(f), which, v);                             \
	}                                                              \
	static void given_##which(struct fsm *f, struct rd *value)     \
	{                                                              \
		given(IPCP(f), which, value);                              \
	}                                                              \
	static void refused_##which(struct fsm *f)                     \
	{                                                              \
		IPCP(f)->ask[which] = false;                               \
	}
SERVER_OPTION(ADDRESS)
SERVER_OPTION(DNS1)
SERVER_OPTION(WINS1)
SERVER_OPTION(DNS2)
SERVER_OPTION(WINS2)

/* RFC 1332 4: Van Jacobson's, 16 slots, their ids compressed */
static bool ask_vj(struct fsm *f, struct wr *v)
{
	wr_u32(v, 0x002d0f01);
	return IPCP(f)->ask_vj;
}

static void given_vj(struct fsm *f, struct rd *value)
{
	(void)f, (void)value;
}

static void refused_vj(struct fsm *f)
{
	IPCP(f)->ask_vj = false;
	IPCP(f)->seen.vj_rejects++;
}

static const struct fsm_option ipcp_options[] = {
    {3, 6, lac_grant, ask_ADDRESS, given_ADDRESS, refused_ADDRESS},
    {2, 6, NULL, ask_vj, given_vj, refused_vj},
    {129, 6, NULL, ask_DNS1, given_DNS1, refused_DNS1},
    {130, 6, NULL, ask_WINS1, given_WINS1, refused_WINS1},
    {131, 6, NULL, ask_DNS2, given_DNS2, refused_DNS2},
    {132, 6, NULL, ask_WINS2, given_WINS2, refused_WINS2},
    {0, 0, NULL, NULL, NULL, NULL},
};

static void ipcp_send(struct fsm *f, uint8_t code, uint8_t id, const void *info, size_t len)
{
	lac_send_ppp(IPCP(f), PROTO_IPCP, code, id, info, len);
}

static void ipcp_up(struct fsm *f)
{
	struct lac *c = IPCP(f);

	c->stage = LAC_UP;
	c->ops->up(c->owner, &c->ip);
}

static void ipcp_down(struct fsm *f)
{
	if (IPCP(f)->stage == LAC_UP)
		IPCP(f)->stage = LAC_IPCP;
}

const struct fsm_ops lac_ipcp_ops = {
    .name = "IPCP",
    .protocol = PROTO_IPCP,
    .options = ipcp_options,
    .send = ipcp_send,
    .fresh = lac_fresh,
    .up = ipcp_up,
    .down = ipcp_down,
    .finished = lac_finished,
};
