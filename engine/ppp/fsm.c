/*
 * The option negotiation automaton (RFC 1661 section 4), driven by the RFC's
 * own table: a cell's text is parsed each time, which costs less than the
 * packet that caused it. The flags r (restart option), p (passive option) and
 * x (crossed connection) stand as printed and change nothing.
 *
 * The new state is entered before the actions run, so that a callback may
 * cause the next event.
 */
#include "engine/ppp/fsm.h"

#include <string.h>

#define PERIOD_FIRST (500 * MSEC) /* a client's data path may open after our first packet */
#define PERIOD_MAX (3 * SEC)

struct fsm_reply {
	uint8_t code, id; /* of the answer to a Configure-Request, or of the packet as it came */
	const uint8_t *data;
	size_t len;
};

/* As in the RFC, in two halves: states 0 to 5, then 6 to 9. */
const char *const fsm_table[FSM_EVENTS][FSM_STATES] = {
/*                   0 Initial 1 Starting   2 Closed     3 Stopped        4 Closing 5 Stopping */
/*                   6 Req-Sent   7 Ack-Rcvd   8 Ack-Sent   9 Opened */
[FSM_UP]         = {"2",      "irc,scr/6", "-",         "-",             "-",      "-",
                    "-",         "-",         "-",         "-"},
[FSM_DOWN]       = {"-",      "-",         "0",         "tls/1",         "0",      "1",
                    "1",         "1",         "1",         "tld/1"},
[FSM_OPEN]       = {"tls/1",  "1",         "irc,scr/6", "3r",            "5r",     "5r",
                    "6",         "7",         "8",         "9r"},
[FSM_CLOSE]      = {"0",      "tlf/0",     "2",         "2",             "4",      "4",
                    "irc,str/4", "irc,str/4", "irc,str/4", "tld,irc,str/4"},
[FSM_TO_PLUS]    = {"-",      "-",         "-",         "-",             "str/4",  "str/5",
                    "scr/6",     "scr/6",     "scr/8",     "-"},
[FSM_TO_MINUS]   = {"-",      "-",         "-",         "-",             "tlf/2",  "tlf/3",
                    "tlf/3p",    "tlf/3p",    "tlf/3p",    "-"},
[FSM_RCR_PLUS]   = {"-",      "-",         "sta/2",     "irc,scr,sca/8", "4",      "5",
                    "sca/8",     "sca,tlu/9", "sca/8",     "tld,scr,sca/8"},
[FSM_RCR_MINUS]  = {"-",      "-",         "sta/2",     "irc,scr,scn/6", "4",      "5",
                    "scn/6",     "scn/7",     "scn/6",     "tld,scr,scn/6"},
[FSM_RCA]        = {"-",      "-",         "sta/2",     "sta/3",         "4",      "5",
                    "irc/7",     "scr/6x",    "irc,tlu/9", "tld,scr/6x"},
[FSM_RCN]        = {"-",      "-",         "sta/2",     "sta/3",         "4",      "5",
                    "irc,scr/6", "scr/6x",    "irc,scr/8", "tld,scr/6x"},
[FSM_RTR]        = {"-",      "-",         "sta/2",     "sta/3",         "sta/4",  "sta/5",
                    "sta/6",     "sta/6",     "sta/6",     "tld,zrc,sta/5"},
[FSM_RTA]        = {"-",      "-",         "2",         "3",             "tlf/2",  "tlf/3",
                    "6",         "6",         "8",         "tld,scr/6"},
[FSM_RUC]        = {"-",      "-",         "scj/2",     "scj/3",         "scj/4",  "scj/5",
                    "scj/6",     "scj/7",     "scj/8",     "scj/9"},
[FSM_RXJ_PLUS]   = {"-",      "-",         "2",         "3",             "4",      "5",
                    "6",         "6",         "8",         "9"},
[FSM_RXJ_MINUS]  = {"-",      "-",         "tlf/2",     "tlf/3",         "tlf/2",  "tlf/3",
                    "tlf/3",     "tlf/3",     "tlf/3",     "tld,irc,str/5"},
[FSM_RXR]        = {"-",      "-",         "2",         "3",             "4",      "5",
                    "6",         "7",         "8",         "ser/9"},
};

const char *const fsm_state_name[FSM_STATES] = {"Initial", "Starting", "Closed", "Stopped",
    "Closing", "Stopping", "Req-Sent", "Ack-Rcvd", "Ack-Sent", "Opened"};
const char *const fsm_event_name[FSM_EVENTS] = {"Up", "Down", "Open", "Close", "TO+", "TO-", "RCR+",
    "RCR-", "RCA", "RCN", "RTR", "RTA", "RUC", "RXJ+", "RXJ-", "RXR"};

/* ---- actions ---------------------------------------------------------- */

static void restart_timer(struct fsm *f)
{
	uint64_t period = f->tries < 3 ? PERIOD_FIRST << f->tries : PERIOD_MAX;

	f->tries++;
	timer_start(f->env, &f->restart, period);
}

static void this_layer_up(struct fsm *f)
{
	f->failures = f->refused = 0;
	f->ops->up(f);
}

static void this_layer_down(struct fsm *f)
{
	f->ops->down(f);
}

static void this_layer_started(struct fsm *f)
{
	(void)f; /* whoever sends Open brings Up as well */
}

static void this_layer_finished(struct fsm *f)
{
	f->ops->finished(f, f->event == FSM_TO_MINUS);
}

/* RFC 1661 4.6: as often as fits what will be repeated. */
static void init_restart_count(struct fsm *f)
{
	bool farewell = f->state == FSM_CLOSING || f->state == FSM_STOPPING;

	f->count = farewell ? FSM_MAX_TERMINATE : FSM_MAX_CONFIGURE;
	f->tries = 0;
}

static void zero_restart_count(struct fsm *f)
{
	f->count = 0;
	f->tries = 0;
	restart_timer(f);
}

/* A request repeated because of a timeout keeps its identifier: a late answer is still good. */
static void send_configure_request(struct fsm *f)
{
	uint8_t options[sizeof f->sent];
	struct wr w = wr_init(options, sizeof options);

	for (const struct fsm_option *o = f->ops->options; o->type; o++) {
		uint8_t value[8];
		struct wr v = wr_init(value, sizeof value);

		if (!o->ask || !o->ask(f, &v))
			continue;
		wr_u8(&w, o->type);
		wr_u8(&w, (unsigned)wr_len(&v) + 2);
		wr_bytes(&w, value, wr_len(&v));
	}
	if (f->event != FSM_TO_PLUS || wr_len(&w) != f->sent_len ||
	    memcmp(options, f->sent, f->sent_len) != 0)
		f->id++;
	f->answered = false;
	f->sent_len = wr_len(&w);
	memcpy(f->sent, options, f->sent_len);
	if (f->count)
		f->count--;
	f->ops->send(f, CONF_REQUEST, f->id, f->sent, f->sent_len);
	restart_timer(f);
}

static void send_answer(struct fsm *f)
{
	f->ops->send(f, f->reply->code, f->reply->id, f->reply->data, f->reply->len);
}

static void send_terminate_request(struct fsm *f)
{
	if (f->count)
		f->count--;
	f->ops->send(f, TERM_REQUEST, ++f->id, NULL, 0);
	restart_timer(f);
}

static void send_terminate_ack(struct fsm *f)
{
	f->ops->send(f, TERM_ACK, f->reply ? f->reply->id : ++f->id, NULL, 0);
}

static void send_code_reject(struct fsm *f)
{
	f->ops->send(f, CODE_REJECT, ++f->id, f->reply->data, f->reply->len);
}

static void send_echo_reply(struct fsm *f)
{
	if (f->reply) /* only an Echo-Request is answered, the other codes of RXR are not */
		f->ops->send(f, ECHO_REPLY, f->reply->id, f->reply->data, f->reply->len);
}

static const struct {
	char name[4];
	void (*run)(struct fsm *);
} actions[] = {
    {"tlu", this_layer_up},          {"tld", this_layer_down},
    {"tls", this_layer_started},     {"tlf", this_layer_finished},
    {"irc", init_restart_count},     {"zrc", zero_restart_count},
    {"scr", send_configure_request}, {"sca", send_answer},
    {"scn", send_answer},            {"str", send_terminate_request},
    {"sta", send_terminate_ack},     {"scj", send_code_reject},
    {"ser", send_echo_reply},
};

static void act(struct fsm *f, const char *name)
{
	for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
		if (memcmp(actions[i].name, name, 3) == 0)
			actions[i].run(f);
}

/* ---- the dispatcher --------------------------------------------------- */

void fsm_event(struct fsm *f, enum fsm_event event)
{
	const char *cell = fsm_table[event][f->state], *slash = strchr(cell, '/');
	enum fsm_state from = f->state;

	if (*cell == '-')
		return;
	f->state = (enum fsm_state)((slash ? slash[1] : cell[0]) - '0');
	f->event = event;
	if (f->ops->state && f->state != from)
		f->ops->state(f, event, from, f->state);
	if (f->state < FSM_CLOSING || f->state == FSM_OPENED)
		timer_stop(f->env, &f->restart);
	for (const char *p = cell; slash && p < slash; p += 4)
		act(f, p);
}

static void timed_out(struct timer *t)
{
	struct fsm *f = container_of(t, struct fsm, restart);

	fsm_event(f, f->count ? FSM_TO_PLUS : FSM_TO_MINUS);
}

void fsm_init(struct fsm *f, const struct fsm_ops *ops, struct env *env)
{
	memset(f, 0, sizeof *f);
	f->ops = ops;
	f->env = env;
	f->restart.fire = timed_out;
}

void fsm_halt(struct fsm *f, enum fsm_state state)
{
	timer_stop(f->env, &f->restart);
	f->state = state;
}

/* ---- packets ---------------------------------------------------------- */

static const struct fsm_option *option_row(const struct fsm *f, uint8_t type)
{
	for (const struct fsm_option *o = f->ops->options; o->type; o++)
		if (o->type == type)
			return o;
	return NULL;
}

static bool next_option(struct rd *r, uint8_t *type, const uint8_t **whole, struct rd *value)
{
	uint8_t len;

	*whole = r->p;
	*type = rd_u8(r);
	len = rd_u8(r);
	if (len < 2) {
		r->bad = true;
		return false;
	}
	*value = rd_sub(r, len - 2U);
	return !r->bad;
}

/*
 * RFC 1661 5.1-5.4: one Reject with every refused option exactly as it came, in its order; else one
 * Nak with wanted values; else the Ack. A peer that ignores our Naks gets them as Rejects.
 */
static bool answer_request(struct fsm *f, struct rd options, uint8_t out[1500],
    struct fsm_reply *reply)
{
	struct rd all = options;
	uint8_t nak_buf[256], type;
	struct wr rej = wr_init(out, 1500), nak = wr_init(nak_buf, sizeof nak_buf);
	bool to_reject = f->failures >= FSM_MAX_FAILURE;
	const uint8_t *whole;
	struct rd value, walk = options;

	while (rd_left(&walk)) /* a malformed request changes nothing */
		if (!next_option(&walk, &type, &whole, &value))
			return false;
	f->ops->fresh(f);
	while (rd_left(&options)) {
		const struct fsm_option *o;
		enum verdict v = OPTION_REJECT;
		uint8_t want[16];
		struct wr w = wr_init(want, sizeof want);
		size_t len;

		next_option(&options, &type, &whole, &value);
		len = rd_left(&value) + 2;
		o = option_row(f, type);
		if (o && o->check && (o->len == 0 || o->len == len))
			v = o->check(f, &value, &w);
		if (v == OPTION_NAK && to_reject)
			v = OPTION_REJECT;
		if (v == OPTION_REJECT)
			wr_bytes(&rej, whole, len);
		if (v == OPTION_NAK) {
			wr_u8(&nak, type);
			wr_u8(&nak, (unsigned)wr_len(&w) + 2);
			wr_bytes(&nak, want, wr_len(&w));
		}
	}
	if (rej.full || nak.full)
		return false;
	if (wr_len(&rej) == 0 && f->ops->missing && !to_reject)
		f->ops->missing(f, &nak);
	*reply = (struct fsm_reply){
	    .code = CONF_ACK, .id = reply->id, .data = all.p, .len = rd_left(&all)};
	if (wr_len(&rej)) {
		reply->code = CONF_REJECT;
		reply->data = out;
		reply->len = wr_len(&rej);
	} else if (wr_len(&nak)) {
		f->failures++;
		memcpy(out, nak_buf, wr_len(&nak));
		reply->code = CONF_NAK;
		reply->data = out;
		reply->len = wr_len(&nak);
	} else {
		f->failures = 0;
	}
	return true;
}

static bool receive_request(struct fsm *f, uint8_t id, struct rd data)
{
	uint8_t out[1500];
	struct fsm_reply reply = {.id = id};

	if (f->state < FSM_CLOSED)
		return true;
	if (!answer_request(f, data, out, &reply))
		return false;
	f->reply = &reply;
	fsm_event(f, reply.code == CONF_ACK ? FSM_RCR_PLUS : FSM_RCR_MINUS);
	f->reply = NULL;
	return true;
}

/* Answers count for our last request only (RFC 1661 5.2: identifier; of an Ack, every byte). */
static bool receive_answer(struct fsm *f, uint8_t code, uint8_t id, struct rd data)
{
	const uint8_t *whole;
	struct rd value, walk = data;
	uint8_t type;

	if (id != f->id || f->answered)
		return true;
	if (code == CONF_ACK) {
		if (rd_left(&data) != f->sent_len || memcmp(data.p, f->sent, f->sent_len) != 0)
			return false;
		f->answered = true;
		fsm_event(f, FSM_RCA);
		return true;
	}
	while (rd_left(&walk))
		if (!next_option(&walk, &type, &whole, &value))
			return false;
	f->answered = true;
	if (f->state < FSM_REQ_SENT) {
		fsm_event(f, FSM_RCN);
		return true;
	}
	while (rd_left(&data) && next_option(&data, &type, &whole, &value)) {
		const struct fsm_option *o = option_row(f, type);

		if (o && o->ask && code == CONF_NAK &&
		    (o->len == 0 || o->len == rd_left(&value) + 2))
			o->naked(f, &value);
		if (o && o->ask && code == CONF_REJECT)
			o->rejected(f);
	}
	if (f->state >= FSM_REQ_SENT) /* the protocol may have given up */
		fsm_event(f, ++f->refused > FSM_MAX_REFUSED ? FSM_RXJ_MINUS : FSM_RCN);
	return true;
}

static bool receive_code_reject(struct fsm *f, struct rd data)
{
	uint8_t code = rd_u8(&data);

	if (data.bad)
		return false;
	fsm_event(f, code >= CONF_REQUEST && code <= CODE_REJECT ? FSM_RXJ_MINUS : FSM_RXJ_PLUS);
	return true;
}

void fsm_echo(struct fsm *f, uint8_t id, const void *data, size_t len)
{
	struct fsm_reply reply = {.code = ECHO_REPLY, .id = id, .data = data, .len = len};

	f->reply = &reply;
	fsm_event(f, FSM_RXR);
	f->reply = NULL;
}

bool fsm_receive(struct fsm *f, struct rd packet)
{
	struct rd whole = packet, data;
	uint8_t code = rd_u8(&packet), id = rd_u8(&packet);
	size_t len = rd_u16(&packet);
	struct fsm_reply as_is;

	if (len < 4) /* 0 when there is none */
		return false;
	data = rd_sub(&packet, len - 4);
	if (data.bad)
		return false;
	as_is = (struct fsm_reply){.code = code, .id = id, .data = data.p, .len = len - 4};
	switch (code) {
	case CONF_REQUEST:
		return receive_request(f, id, data);
	case CONF_ACK:
	case CONF_NAK:
	case CONF_REJECT:
		return receive_answer(f, code, id, data);
	case CODE_REJECT:
		return receive_code_reject(f, data);
	case TERM_REQUEST:
		if (f->ops->terminated)
			f->ops->terminated(f, data);
		f->reply = &as_is;
		fsm_event(f, FSM_RTR);
		break;
	case TERM_ACK:
		fsm_event(f, FSM_RTA);
		break;
	default:
		if (f->ops->extra && f->ops->extra(f, code, id, data))
			return true;
		as_is.data = whole.p;
		as_is.len = len;
		f->reply = &as_is;
		fsm_event(f, FSM_RUC);
	}
	f->reply = NULL;
	return true;
}
