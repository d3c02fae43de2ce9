#include <string.h>

#include "tests/support/one_fsm.h"

static uint64_t now(struct env *e)
{
	return container_of(e, struct one_fsm, env)->now_us;
}

static void did(struct one_fsm *o, const char *what)
{
	if (*o->said)
		strcat(o->said, ",");
	strcat(o->said, what);
}

static void send_packet(struct fsm *x, uint8_t code, uint8_t id, const void *data, size_t len)
{
	static const char *const word[] = {[CONF_REQUEST] = "scr",
	    [CONF_ACK] = "sca",
	    [CONF_NAK] = "scn",
	    [CONF_REJECT] = "scn",
	    [TERM_REQUEST] = "str",
	    [TERM_ACK] = "sta",
	    [CODE_REJECT] = "scj",
	    [ECHO_REPLY] = "ser"};
	struct one_fsm *o = container_of(x, struct one_fsm, f);

	did(o, word[code]);
	o->requests += code == CONF_REQUEST;
	o->last_code = code;
	o->last_id = id;
	o->last_len = len;
	if (len)
		memcpy(o->last_data, data, len);
}

static void up(struct fsm *x)
{
	struct one_fsm *o = container_of(x, struct one_fsm, f);

	did(o, "tlu");
}

static void down(struct fsm *x)
{
	struct one_fsm *o = container_of(x, struct one_fsm, f);

	did(o, "tld");
}

static void finished(struct fsm *x, bool timed_out)
{
	struct one_fsm *o = container_of(x, struct one_fsm, f);

	o->last_timed_out = timed_out;
	did(o, "tlf");
}

static void fresh(struct fsm *x)
{
	(void)x;
}

static enum verdict check_first(struct fsm *x, struct rd *value, struct wr *nak)
{
	(void)x;
	if (rd_u16(value) == 7)
		return OPTION_ACK;
	wr_u16(nak, 7);
	return OPTION_NAK;
}

static bool ask(struct fsm *x, struct wr *value)
{
	struct one_fsm *o = container_of(x, struct one_fsm, f);

	wr_u16(value, 0x1234);
	return o->ask_first;
}

static void naked(struct fsm *x, struct rd *value)
{
	(void)x, (void)value;
}

static void rejected(struct fsm *x)
{
	struct one_fsm *o = container_of(x, struct one_fsm, f);

	o->ask_first = false;
}

static const struct fsm_option options[] = {
    {1, 4, check_first, ask, naked, rejected},
    {0, 0, NULL, NULL, NULL, NULL},
};

static const struct fsm_ops ops = {.name = "TEST",
    .protocol = 0x8021,
    .options = options,
    .send = send_packet,
    .fresh = fresh,
    .up = up,
    .down = down,
    .finished = finished};

void one_fsm_setup(struct one_fsm *o)
{
	o->now_us = 1000;
	o->ask_first = true;
	memset(&o->env, 0, sizeof o->env);
	o->env.now = now;
	fsm_init(&o->f, &ops, &o->env);
	o->said[0] = '\0';
	o->requests = 0;
}

void one_fsm_teardown(struct one_fsm *o)
{
	fsm_halt(&o->f, FSM_INITIAL);
	timer_fini(&o->env);
}
