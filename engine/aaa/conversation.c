/*
 * A login on its way. Identity: its owner's. Life: from its start to the one
 * answer that is no challenge, or to its cancellation; then its secrets are
 * wiped. While a server owes an answer the group's deadline runs; the client
 * may take the time that its own protocol gives it for the answer to a challenge.
 *
 *              start            answer: challenge
 *   OVER --------------> ASKED -------------------> CHALLENGED
 *     ^                   | ^                           |
 *     +-------------------+ +---------------------------+
 *       answer, deadline               next
 */
#include "engine/aaa/conversation.h"

#include "engine/crypto/crypto.h"

static uint64_t now(const struct conversation *c)
{
	return c->env->now(c->env);
}

static void over(struct conversation *c)
{
	timer_stop(c->env, &c->deadline);
	c->state = CONVERSATION_OVER;
	crypto_wipe(&c->request.password, sizeof c->request.password);
	crypto_wipe(&c->request.response, sizeof c->request.response);
}

/* Ends it; `a` may speak of the request's user. */
static void finish(struct conversation *c, const struct aaa_answer *a)
{
	over(c);
	c->done(c, a);
}

/* Asks who is left, or says that nobody answers. The conversation may be gone afterwards. */
static void ask(struct conversation *c, struct aaa_server *s)
{
	static const struct aaa_answer nobody = {
	    .result = AUTH_ERROR, .reason = REASON_AUTH_TIMEOUT};

	c->server = s;
	if (s)
		s->protocol->start(c, s->server);
	else
		finish(c, &nobody);
}

void conversation_answer(struct conversation *c, const struct aaa_answer *a)
{
	switch (a->result) {
	case AUTH_ERROR:
		aaa_group_failed(c->group, c->server, now(c));
		ask(c, aaa_group_next(c->group, c->fallback, c->server, now(c)));
		break;
	case AUTH_CHALLENGE:
		timer_stop(c->env, &c->deadline);
		c->state = CONVERSATION_CHALLENGED;
		c->done(c, a);
		break;
	default:
		finish(c, a);
		break;
	}
}

static void forsake(struct conversation *c)
{
	if (c->state != CONVERSATION_OVER && c->server->protocol->cancel)
		c->server->protocol->cancel(c, c->server->server);
	over(c);
}

static void deadline(struct timer *t)
{
	static const struct aaa_answer late = {.result = AUTH_ERROR, .reason = REASON_AUTH_TIMEOUT};
	struct conversation *c = container_of(t, struct conversation, deadline);

	forsake(c);
	aaa_group_failed(c->group, c->server, now(c));
	c->server = NULL;
	c->done(c, &late);
}

static void wait_for_answer(struct conversation *c)
{
	c->state = CONVERSATION_ASKED;
	timer_start(c->env, &c->deadline, c->group->deadline);
}

void conversation_start(struct conversation *c, struct env *env, struct aaa_group *group,
    struct aaa_server *fallback, const struct aaa_request *request, conversation_done *done)
{
	*c = (struct conversation){.env = env, .group = group, .fallback = fallback, .done = done,
	    .request = *request, .deadline.fire = deadline};
	wait_for_answer(c);
	ask(c, aaa_group_first(group, fallback, now(c)));
}

void conversation_next(struct conversation *c, const struct aaa_next *next)
{
	if (c->state != CONVERSATION_CHALLENGED)
		return;
	wait_for_answer(c);
	c->server->protocol->next(c, c->server->server, next);
}

void conversation_cancel(struct conversation *c)
{
	forsake(c);
}
