/*
 * The neighbours of the gateway in the simulated world: aaa, which has a local user and may be made
 * to wait; who keeps accounting, sessions that ended and host routes; the relays of DHCP.
 */
#include <check.h>
#include <string.h>

#include "tests/support/world_parts.h"

static void ask_aaa(void *owner, const struct msg_auth_request *q)
{
	struct world *w = owner;

	w->held = *q;
	if (!w->hold_auth)
		world_answer(w);
}

void world_answer(struct world *w)
{
	struct ipc_msg m = {.type = MSG_AUTH_REQUEST, .fd = -1, .auth_request = w->held};

	struct ipc_msg cancel = {
	    .type = MSG_AUTH_CANCEL, .fd = -1, .auth_cancel = {.id = w->held_cancel}};

	if (w->no_answers)
		return;
	aaa_message(w->aaa, ROLE_ENGINE, &m);
	if (w->held_cancel)
		aaa_message(w->aaa, ROLE_ENGINE, &cancel);
	w->held_cancel = 0;
}

static void tell_aaa(void *owner, const struct msg_auth_next *n)
{
	struct world *w = owner;
	struct ipc_msg m = {.type = MSG_AUTH_NEXT, .fd = -1, .auth_next = *n};

	w->nexts++;
	w->next = *n;
	w->next_len = n->response.len;
	if (n->response.len)
		memcpy(w->next_response, n->response.p, n->response.len);
	if (!w->hold_auth)
		aaa_message(w->aaa, ROLE_ENGINE, &m);
}

static void cancel_aaa(void *owner, uint32_t id)
{
	struct world *w = owner;
	struct ipc_msg m = {.type = MSG_AUTH_CANCEL, .fd = -1, .auth_cancel = {.id = id}};

	if (w->hold_auth) /* it does not overtake the question */
		w->held_cancel = id;
	else
		aaa_message(w->aaa, ROLE_ENGINE, &m);
}

void world_from_aaa(void *arg, enum role to, const struct ipc_msg *m)
{
	struct world *w = arg;
	uint8_t packet[16384];
	struct ipc_msg over;

	/* Through the codec, as over the bus: there are no NULL strings behind it. */
	if (to == ROLE_ENGINE && m->type == MSG_AUTH_REPLY &&
	    ipc_decode(&over, packet, ipc_encode(m, packet, sizeof packet)))
		gateway_auth_done(w->gw, &over.auth_reply);
}

/* Kept as over the bus. */
static void account(void *owner, const struct msg_account *record)
{
	struct world *w = owner;
	size_t at = w->n_told++ % WORLD_TOLD;
	struct ipc_msg m = {.type = MSG_ACCOUNT, .fd = -1, .account = *record};
	size_t len = ipc_encode(&m, w->told_bytes[at], sizeof w->told_bytes[at]);

	ck_assert(ipc_decode(&w->told[at], w->told_bytes[at], len));
}

static void past(void *owner, const struct msg_session_record *record)
{
	struct world *w = owner;
	size_t at = w->n_past++ % WORLD_PAST;
	struct ipc_msg m = {.type = MSG_SESSION_RECORD, .fd = -1, .session_record = *record};
	size_t len = ipc_encode(&m, w->past_bytes[at], sizeof w->past_bytes[at]);

	ck_assert(ipc_decode(&w->past[at], w->past_bytes[at], len));
}

static void route(void *owner, bool add, const struct addr *client)
{
	struct world *w = owner;

	(void)client;
	w->routes += add ? 1 : (size_t)-1;
}

/* ---- DHCP servers of the inside ------------------------------------------------- */

static void relay_open(void *owner, const struct addr *server, const struct addr *scope)
{
	struct world *w = owner;
	struct addr own = addr_v4(0x0a0a0a01);

	w->relays++;
	if (scope->family)
		own = *scope;
	gateway_relay(w->gw, server, scope, w->dhcp ? &own : &(struct addr){0});
}

static void relay_end(void *owner, const struct addr *server, const struct addr *scope)
{
	struct world *w = owner;

	(void)server;
	(void)scope;
	ck_assert_uint_gt(w->relays, 0);
	w->relays--;
}

static void relay_send(void *owner, const struct addr *server, const struct addr *scope,
    const uint8_t *msg, size_t len)
{
	struct world *w = owner;

	(void)scope;
	if (w->dhcp)
		w->dhcp(w, server, msg, len);
}

const struct gateway_ops world_gateway_ops = {.authenticate = ask_aaa,
    .next = tell_aaa,
    .cancel = cancel_aaa,
    .account = account,
    .session = past,
    .route = route,
    .relay_open = relay_open,
    .relay_end = relay_end,
    .relay_send = relay_send};
