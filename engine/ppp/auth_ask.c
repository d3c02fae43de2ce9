/*
 * The question to the owner of a link whether the client is who he says. Life:
 * from auth_ask() to ppp_auth_done(), with the challenges of a server and the
 * client's answers between; one of a negotiation that is over is stale, is
 * cancelled, and keeps its place until the owner has said that it ended.
 */
#include "engine/ppp/auth_ask.h"

#include <stdlib.h>
#include <string.h>

#include "engine/crypto/crypto.h"
#include "engine/ppp/method.h"

static void wait_for_owner(struct ppp *p)
{
	timer_stop(p->env, &p->auth.timer);
	p->auth.state = AUTH_ASKED;
	p->link->asked(p);
}

void auth_ask(struct ppp *p)
{
	struct auth *a = &p->auth;
	struct ppp_auth_request *q = a->request;

	free(a->user);
	a->user = strdup(q->user);
	if (!a->user) {
		p->link->close(p, REASON_NO_MEMORY);
		return;
	}
	a->open = true;
	q->method = p->method;
	q->chap_id = a->id;
	q->challenge_len = a->challenge_len;
	memcpy(q->challenge, a->challenge, a->challenge_len);
	ppp_log_class(p, TRACE_PPP_AUTH, TRACE_EVENT, "PPP %s: user %s authenticates with %s",
	    p->label, a->user, auth_method(p->method)->name);
	wait_for_owner(p);
	p->ops->authenticate(p->owner, q);
}

void auth_tell(struct ppp *p, const struct ppp_auth_next *next)
{
	wait_for_owner(p);
	p->ops->next(p->owner, next);
}

void auth_forget_request(struct ppp *p)
{
	if (p->auth.request)
		crypto_wipe(p->auth.request, sizeof *p->auth.request);
}
