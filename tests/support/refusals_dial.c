/* Ways to dial that end in a refusal; see refusals_dial.h. */
#include "tests/support/refusals_dial.h"

#include <check.h>
#include <string.h>

#include "engine/ike/isakmp.h"
#include "engine/session/objects.h"

/* RFC 7296 3.1: the version in its header, and IKE_SA_INIT. */
void dials_with_version_2(struct world_client *c)
{
	struct initiator_message m;

	initiator_mm1(&c->ike, &m);
	m.b[17] = 0x20;
	m.b[18] = 34;
	client_say(c, &m);
}

/* In each transform, RSA signatures for the pre-shared key (RFC 2409, appendix A). */
void dials_with_certificates(struct world_client *c)
{
	static const uint8_t psk[] = {0x80, OAK_AUTH, 0, AUTH_PSK};
	struct initiator_message m;
	uint8_t *at;

	initiator_mm1(&c->ike, &m);
	while ((at = memmem(m.b, m.len, psk, sizeof psk)) != NULL)
		at[3] = AUTH_RSA_SIG;
	client_say(c, &m);
}

/* The first proposal of message 1 is longer than the message. */
void dials_malformed(struct world_client *c)
{
	struct initiator_message m;

	initiator_mm1(&c->ike, &m);
	m.b[ISAKMP_HEADER_LEN + 4 + 8 + 2] = 0xff;
	client_say(c, &m);
}

/* A nonce that is shorter than RFC 2409 5 has it, in quick mode. */
void dials_malformed_quick_mode(struct world_client *c)
{
	client_connect(c);
	for (unsigned n = 0; n < 10000 && c->expect != 6; n++)
		sim_run(&c->w->sim, MSEC);
	c->ike.ni_len = NONCE_MIN - 1;
}

static struct initiator_message newest; /* of the server */

static void keep(void *arg, const struct path *path, bool esp, const uint8_t *msg, size_t len)
{
	(void)arg, (void)path, (void)esp;
	memcpy(newest.b, msg, len);
	newest.len = len;
}

/* Messages 5 by the right key, with what has no place in them: three, and one more. */
void dials_malformed_message_5(struct world_client *c)
{
	static const uint8_t stray[] = {PAY_KE, PAY_NAT_OA, PAY_DELETE, PAY_SA};
	struct initiator_message m;
	struct ike_initiator i;

	c->w->spy.from_server = keep;
	c->mute_after = 2;
	client_connect(c);
	sim_run(&c->w->sim, SEC);
	c->mute_after = 0;
	c->silent = false;
	c->expect = 0;
	ck_assert(initiator_mm4(&c->ike, newest.b, newest.len));
	for (size_t n = 0; n < sizeof stray; n++) {
		i = c->ike;
		i.stray = stray[n];
		initiator_mm5(&i, &m);
		client_say(c, &m);
	}
}

static enum attempt_stage reached(const struct world *w)
{
	const struct peer *p = w->gw->n_peers ? w->gw->peers[0] : NULL;
	const struct attempt *a = !p ? NULL : p->session ? p->session->attempt : p->attempt;

	return a ? a->stage : ATTEMPT_BEGUN;
}

static void until(struct world_client *c, enum attempt_stage stage)
{
	client_connect(c);
	for (unsigned n = 0; n < 10000 && reached(c->w) < stage; n++)
		sim_run(&c->w->sim, MSEC);
	ck_assert_int_eq(reached(c->w), stage);
}

void dials_and_closes(struct world_client *c)
{
	client_connect(c);
	for (unsigned n = 0; n < 10000 && (!c->lac || !lac_server_tunnel(c->lac)); n++)
		sim_run(&c->w->sim, MSEC);
	client_leave(c);
}

void dials_and_leaves(struct world_client *c)
{
	until(c, ATTEMPT_ACCEPTED);
	client_leave(c);
}

/* RFC 1661 5.7: IPCP is a protocol that it does not know. */
void dials_without_ip(struct world_client *c)
{
	until(c, ATTEMPT_ACCEPTED);
	lac_send_ppp(c->lac, 0xc021, 8, 78, "\x80\x21", 2);
}

/* Another one was there before. */
void dials_second(struct world_client *c)
{
	client_connect(world_client(c->w, true));
	sim_run(&c->w->sim, 10 * SEC);
	client_connect(c);
}
