#include <check.h>
#include <stdio.h>
#include <string.h>

#include "tests/support/one_link.h"

static void send_frame(void *owner, const uint8_t *frame, size_t len)
{
	struct one_link *l = owner;
	struct rd r = rd_init(frame, len);

	ck_assert_ptr_eq(l->p->owner, owner);
	ck_assert_uint_eq(rd_u16(&r), PPP_ADDRESS_CONTROL); /* RFC 1661 6.5: never compressed */
	l->sent.protocol = rd_u16(&r);
	l->sent.code = rd_u8(&r);
	l->sent.id = rd_u8(&r);
	l->sent.len = rd_u16(&r) - 4U;
	ck_assert_uint_eq(rd_left(&r), l->sent.len);
	rd_copy(&r, l->sent.data, l->sent.len);
	l->sent.n++;
}

static void authenticate(void *owner, const struct ppp_auth_request *q)
{
	struct one_link *l = owner;

	l->asked++;
	l->request = *q;
	if (q->eap_len)
		memcpy(l->next, q->eap, q->eap_len);
}

static void next(void *owner, const struct ppp_auth_next *n)
{
	struct one_link *l = owner;

	l->nexts++;
	l->next_len = n->response_len;
	memcpy(l->next, n->response, n->response_len);
	l->next_challenge_len = n->challenge_len;
	if (n->challenge_len)
		memcpy(l->next_challenge, n->challenge, n->challenge_len);
}

static void cancel(void *owner)
{
	struct one_link *l = owner;

	l->cancelled++;
}

static bool address(void *owner, struct ppp_ip *to)
{
	struct one_link *l = owner;

	*to = l->given;
	return l->have_address;
}

static void up(void *owner)
{
	struct one_link *l = owner;

	l->ups++;
}

static void is_closed(void *owner)
{
	struct one_link *l = owner;

	l->closed++;
}

static void down(void *owner, enum reason reason)
{
	struct one_link *l = owner;

	l->downs++;
	l->why = reason;
}

const struct ppp_ops one_link_ops = {.send = send_frame,
    .authenticate = authenticate,
    .next = next,
    .cancel = cancel,
    .address = address,
    .up = up,
    .closed = is_closed,
    .down = down};

static void sink(void *arg, enum trace_class cls, unsigned level, const char *text)
{
	struct one_link *l = arg;
	size_t len = strlen(l->lines);

	(void)level;
	ck_assert(cls >= TRACE_PPP && cls <= TRACE_PPP_PACKET);
	snprintf(l->lines + len, sizeof l->lines - len, "%s\n", text);
}

void one_link_setup(struct one_link *l)
{
	sim_init(&l->sim, 7, NULL, NULL);
	l->trace = (struct trace){.sink = sink,
	    .arg = l,
	    .level = {[TRACE_PPP] = TRACE_EVENT, [TRACE_PPP_AUTH] = TRACE_EVENT}};
	l->config = (struct ppp_config){
	    .pap = true, .mru = 1400, .local = addr_v4(0x0a000001), .name = "asa"};
	l->given = (struct ppp_ip){.client = addr_v4(0x0a000101),
	    .dns = {addr_v4(0x0a000035), addr_v4(0x0a000036)},
	    .wins = {addr_v4(0x0a000089), addr_v4(0x0a00008a)}};
	l->have_address = true;
	l->asked = l->nexts = l->cancelled = l->ups = l->closed = l->downs = 0;
	l->why = REASON_NONE;
	l->lines[0] = '\0';
	memset(&l->sent, 0, sizeof l->sent);
	l->p = ppp_create(&l->sim.env, &l->trace, &l->config, &one_link_ops, l, "test");
}

void one_link_teardown(struct one_link *l)
{
	ppp_destroy(l->p);
	l->p = NULL;
	sim_fini(&l->sim);
}

void one_link_create_again(struct one_link *l)
{
	ppp_destroy(l->p);
	l->p = ppp_create(&l->sim.env, &l->trace, &l->config, &one_link_ops, l, "test");
}

void one_link_hear(
    struct one_link *l, uint16_t protocol, uint8_t code, uint8_t id, const void *data, size_t len)
{
	uint8_t frame[2048];
	struct wr w = wr_init(frame, sizeof frame);

	ppp_put_header(&w, protocol);
	wr_u8(&w, code);
	wr_u8(&w, id);
	wr_u16(&w, (unsigned)len + 4);
	wr_bytes(&w, data, len);
	ppp_receive(l->p, frame, wr_len(&w));
}

void one_link_expect(struct one_link *l, uint16_t protocol, uint8_t code)
{
	ck_assert_uint_eq(l->sent.protocol, protocol);
	ck_assert_uint_eq(l->sent.code, code);
}

void one_link_agree(struct one_link *l, uint16_t protocol, const void *wish, size_t len)
{
	one_link_expect(l, protocol, CONF_REQUEST);
	one_link_hear(l, protocol, CONF_ACK, l->sent.id, l->sent.data, l->sent.len);
	one_link_hear(l, protocol, CONF_REQUEST, 50, wish, len);
}

void one_link_until_authenticate(struct one_link *l)
{
	ppp_start(l->p);
	one_link_agree(l, PROTO_LCP, NULL, 0);
	ck_assert_int_eq(l->p->phase, PHASE_AUTHENTICATE);
}

void one_link_prove(struct one_link *l, uint8_t id)
{
	one_link_hear(l, PROTO_PAP, PAP_REQUEST, id, "\4user\6secret", 12);
}

void one_link_accept_user(struct one_link *l)
{
	ppp_auth_done(l->p, &(struct ppp_auth_reply){.accepted = true});
}

void one_link_until_network(struct one_link *l)
{
	one_link_until_authenticate(l);
	one_link_prove(l, 3);
	ck_assert_uint_eq(l->asked, 1);
	one_link_accept_user(l);
	ck_assert_int_eq(l->p->phase, PHASE_NETWORK);
}

void one_link_until_open(struct one_link *l)
{
	one_link_until_network(l);
	one_link_agree(l, PROTO_IPCP, "\x03\x06\x0a\x00\x01\x01", 6);
	ck_assert_uint_eq(l->ups, 1);
}

void one_link_ended_with(struct one_link *l, enum reason reason)
{
	ck_assert_uint_eq(l->downs, 0); /* from a timer of its own, never inside our call */
	sim_run(&l->sim, 0);
	ck_assert_uint_eq(l->downs, 1);
	ck_assert_int_eq(l->why, reason);
	ck_assert_int_eq(l->p->phase, PHASE_DEAD);
}
