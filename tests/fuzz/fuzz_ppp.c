/*
 * PPP: the input is a sequence of frames, each behind one byte that says how
 * much time passes and two of length, thrown at one link. Users whose name
 * begins with 'a' are accepted at once, 'e' is challenged by EAP with what comes
 * next in the input, 'n' is told to choose a new password.
 */
#include <stdlib.h>
#include <string.h>

#include "engine/ppp/ppp.h"
#include "engine/wire/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct owner {
	struct ppp *ppp;
	bool asked, cancelled;
	char user; /* its first letter */
	unsigned downs;
	bool open;
};

static uint64_t clock_us;

static uint64_t now(struct env *e)
{
	(void)e;
	return clock_us;
}

static int64_t wall(struct env *e)
{
	(void)e;
	return 0;
}

static void same(struct env *e, void *to, size_t len)
{
	(void)e;
	memset(to, 0x5a, len);
}

static void out(void *owner, const uint8_t *frame, size_t len)
{
	struct rd r = rd_init(frame, len);

	(void)owner;
	rd_skip(&r, 6);
	if (rd_u16(&r) != len - 4)
		abort();
}

static void cancel(void *owner)
{
	((struct owner *)owner)->asked = false;
	((struct owner *)owner)->cancelled = true;
}

static void ask(void *owner, const struct ppp_auth_request *q)
{
	struct owner *o = owner;

	if (o->asked || o->cancelled) /* one at a time */
		abort();
	if (q->method == PPP_AUTH_EAP && (q->eap_len < 5 || q->eap[0] != 2))
		abort();
	o->asked = true;
	o->user = q->user[0];
}

static void next(void *owner, const struct ppp_auth_next *n)
{
	struct owner *o = owner;

	if (o->asked || o->cancelled || !n->response_len || n->response_len > 1500)
		abort();
	o->asked = true;
	o->user = (char)n->response[n->response_len - 1];
}

static bool address(void *owner, struct ppp_ip *ip)
{
	(void)owner;
	ip->client = addr_v4(0xc0a80101);
	ip->dns[0] = addr_v4(0x0a0a0a0a);
	return true;
}

static void up(void *owner)
{
	struct owner *o = owner;

	if (o->open)
		abort();
	o->open = true;
}

static void closed(void *owner)
{
	struct owner *o = owner;

	if (!o->open)
		abort();
	o->open = false;
}

static void down(void *owner, enum reason why)
{
	(void)why;
	if (((struct owner *)owner)->downs++ || ((struct owner *)owner)->open)
		abort(); /* once only */
}

static void sink(void *arg, enum trace_class cls, unsigned level, const char *text)
{
	(void)arg, (void)cls, (void)level;
	if (strlen(text) > 4096)
		abort();
}

/* The owner decides, or asks back. */
static void decide(struct owner *o, struct rd *r)
{
	struct ppp_auth_reply reply = {.accepted = o->user == 'a',
	    .reason = REASON_AUTH_REJECTED, .mschap_success = "S=00"};
	bool put = false;

	if (o->asked && o->user == 'e') {
		size_t len = rd_u16(r) % (rd_left(r) + 1);
		uint8_t *exact = malloc(len ? len : 1);

		rd_copy(r, exact, len);
		put = ppp_auth_eap(o->ppp, exact, len);
		free(exact);
	} else if (o->asked && o->user == 'n') {
		put = ppp_auth_new_password(o->ppp, "new");
	}
	o->asked = o->cancelled = false;
	if (!put)
		ppp_auth_done(o->ppp, &reply);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct ppp_ops ops = {.send = out, .authenticate = ask,
	    .next = next, .cancel = cancel, .address = address, .up = up, .closed = closed,
	    .down = down};
	struct env env = {.now = now, .wall = wall, .random = same};
	struct trace trace = {.sink = sink,
	    .level = {[TRACE_PPP] = 127, [TRACE_PPP_AUTH] = 127, [TRACE_PPP_PACKET] = 127}};
	struct ppp_config config = {.pap = true, .mschapv1 = true, .mschapv2 = true, .mru = 1400,
	    .local = addr_v4(0x0a0a0a01), .name = "gateway", .echo_seconds = 30};
	struct owner owner = {0};
	struct rd r = rd_init(data, size);

	clock_us = 1;
	if (size && data[0] & 0x80) /* half of the inputs begin with PAP, which needs no luck */
		config.mschapv1 = config.mschapv2 = false;
	else if (size && (data[0] & 0x3f) == 0x3f)
		config = (struct ppp_config){.eap = true, .mru = 1400, .name = "gateway"};
	owner.ppp = ppp_create(&env, &trace, &config, &ops, &owner, "fuzz");
	ppp_start(owner.ppp);
	while (rd_left(&r) > 3) {
		uint8_t how = rd_u8(&r);
		size_t len = rd_u16(&r) % (rd_left(&r) + 1);
		uint8_t *exact = malloc(len ? len : 1);

		rd_copy(&r, exact, len);
		clock_us += (how & 0x3f) * (SEC / 8);
		timer_run(&env);
		ppp_receive(owner.ppp, exact, len);
		free(exact);
		if ((owner.asked || owner.cancelled) && how & 0x40)
			decide(&owner, &r);
	}
	ppp_destroy(owner.ppp);
	if (timer_next(&env) != UINT64_MAX)
		abort();
	timer_fini(&env);
	return 0;
}
