/*
 * The proof that is asked of somebody who speaks of a session elsewhere; see proof.h. Identity:
 * its session, which has one at a time. Life: from the first Challenge until the verdict; no longer
 * than the session, and no use without the peer.
 *
 *   Challenge -->   repeated until
 *             <--   Response: goes to the login servers
 *   Success   -->   once they have accepted, again for each Response that is repeated
 *
 * A refusal is not told: whoever has the key may ask for it, and a client that is told goes.
 */
#include "engine/session/proof.h"

#include <stdlib.h>
#include <string.h>

#include "engine/crypto/crypto.h"
#include "engine/l2tp/header.h"
#include "engine/ppp/proof.h"
#include "engine/session/peer.h"
#include "engine/session/question.h"

#define AGAIN (2 * SEC)
#define TRIES 4

enum proof_state { PROOF_ASKED, PROOF_CHECKED, PROOF_GIVEN };

struct proof {
	enum proof_state state;
	uint32_t place; /* the peer's id: it may go at any time */
	uint16_t local_port, remote_port;
	struct ppp_proof ppp;
	uint32_t auth_id; /* of the question that is out, 0 = none */
	uint8_t success[PPP_PROOF_MAX];
	size_t success_len;
	unsigned tries;
	uint64_t since, least; /* monotonic: when it began, and when it may end */
	struct timer timer;
	struct session *session;
	proof_verdict *verdict;
};

/* ---- the end -------------------------------------------------------------------------------- */

void proof_drop(struct session *s)
{
	struct proof *f = s->proof;

	if (!f)
		return;
	s->proof = NULL;
	timer_stop(s->gw->env, &f->timer);
	if (f->auth_id) {
		table_remove(&s->gw->auths, f->auth_id);
		s->gw->ops->cancel(s->gw->owner, f->auth_id);
	}
	crypto_wipe(f, sizeof *f);
	free(f);
}

static void end(struct session *s, enum reason why)
{
	struct peer *place = peer_by_id(s->gw, s->proof->place);
	proof_verdict *verdict = s->proof->verdict;
	uint64_t since = s->proof->since;

	proof_drop(s);
	if (place && !place->ending)
		verdict(s, place, why, since);
}

/* ---- asking --------------------------------------------------------------------------------- */

/* One frame in a data message of the session, as its client knows it. */
static void say(const struct session *s, const uint8_t *frame, size_t len)
{
	const struct proof *f = s->proof;
	uint8_t msg[L2TP_DATA_HEADER + PPP_PROOF_MAX];
	struct wr w = wr_init(msg, sizeof msg);

	l2tp_put_data_header(
	    &w, L2TP_DATA_HEADER + len, s->remote_tunnel, s->remote_id, false, 0);
	wr_bytes(&w, frame, len);
	dp_send_l2tp(s->gw->dp, f->place, f->local_port, f->remote_port, msg, wr_len(&w));
}

static void ask(struct session *s)
{
	struct proof *f = s->proof;
	uint8_t frame[PPP_PROOF_MAX];

	f->tries++;
	say(s, frame, ppp_proof_challenge(s->ppp, &f->ppp, frame, sizeof frame));
	timer_start(s->gw->env, &f->timer, AGAIN);
}

static void waited(struct timer *t)
{
	struct proof *f = container_of(t, struct proof, timer);
	struct session *s = f->session;

	if (f->state == PROOF_GIVEN)
		end(s, REASON_NONE);
	else if (f->tries < TRIES)
		ask(s);
	else
		end(s, REASON_PPP_TIMEOUT);
}

bool proof_begin(struct session *s, struct peer *place, uint16_t local_port, uint16_t remote_port,
    uint64_t least, proof_verdict *verdict)
{
	struct ppp_proof ppp;
	struct proof *f;

	/* The number of the next data message is the packet path's. Servers count refusals, and
	 * lock a user out: his password may be another one by now. */
	if (s->proof || s->proof_refused || s->sequencing ||
	    !ppp_proof_begin(s->ppp, &ppp))
		return false;
	f = s->proof = calloc(1, sizeof *f);
	if (!f)
		return false;
	f->place = place->id;
	f->local_port = local_port;
	f->remote_port = remote_port;
	f->ppp = ppp;
	f->since = s->gw->env->now(s->gw->env);
	f->least = f->since + least;
	f->session = s;
	f->verdict = verdict;
	f->timer.fire = waited;
	ask(s);
	return true;
}

/* ---- answers -------------------------------------------------------------------------------- */

void proof_heard(struct session *s, const struct peer *place, const uint8_t *frame, size_t len)
{
	struct proof *f = s->proof;
	struct ppp_auth_request r;
	struct msg_auth_request q;

	if (!f || f->place != place->id ||
	    !ppp_proof_response(s->ppp, &f->ppp, frame, len, &r))
		return;
	if (f->state == PROOF_GIVEN)
		say(s, f->success, f->success_len);
	if (f->state != PROOF_ASKED || !(f->auth_id = question_number(s)))
		return;
	f->state = PROOF_CHECKED;
	timer_stop(s->gw->env, &f->timer);
	q = question_whether(s, f->auth_id, &r);
	q.client = place->path.remote.addr;
	s->gw->ops->authenticate(s->gw->owner, &q);
}

static void given(struct session *s, const struct msg_auth_reply *r)
{
	struct proof *f = s->proof;
	struct ppp_auth_reply yes = {.accepted = true};
	uint64_t now = s->gw->env->now(s->gw->env);

	if (r->mschap_success.len && r->mschap_success.len < sizeof yes.mschap_success)
		memcpy(yes.mschap_success, r->mschap_success.p, r->mschap_success.len);
	f->state = PROOF_GIVEN;
	f->success_len = ppp_proof_success(&f->ppp, &yes, f->success, sizeof f->success);
	say(s, f->success, f->success_len);
	timer_start(s->gw->env, &f->timer, f->least > now ? f->least - now : 0);
}

bool proof_answered(struct session *s, const struct msg_auth_reply *r)
{
	struct proof *f = s->proof;
	struct ppp_info info;

	if (!f || !f->auth_id || r->id != f->auth_id)
		return false;
	if (r->result == AUTH_CHALLENGE) { /* for more than the password there is no asking here */
		end(s, REASON_AUTH_NEEDS_PROMPT);
		return true;
	}
	table_remove(&s->gw->auths, f->auth_id);
	f->auth_id = 0;
	s->proof_refused = r->result == AUTH_REJECT;
	ppp_get(s->ppp, &info);
	if (r->result != AUTH_ACCEPT)
		end(s, r->reason < REASON_COUNT && r->reason ? r->reason : REASON_AUTH_REJECTED);
	else if (strcmp(*r->user ? r->user : info.user, s->user) != 0)
		end(s, REASON_AUTH_REJECTED);
	else
		given(s, r);
	return true;
}
