/*
 * What PPP is told of an accepted user, while his address is asked for: PPP
 * keeps the client quiet meanwhile. Identity: its session. Life: from the
 * acceptance to the address, or to the end of the session.
 */
#include "engine/session/welcome.h"

#include <stdio.h>
#include <stdlib.h>

#include "engine/crypto/crypto.h"
#include "engine/session/address.h"
#include "engine/session/admission.h"

struct welcome {
	struct ppp_auth_reply yes; /* its message is ... */
	char message[ADMISSION_MESSAGE_MAX];
};

static struct welcome *keep(const struct ppp_auth_reply *yes)
{
	struct welcome *w = calloc(1, sizeof *w);

	if (!w)
		return NULL;
	w->yes = *yes;
	if (yes->message) {
		snprintf(w->message, sizeof w->message, "%s", yes->message);
		w->yes.message = w->message;
	}
	return w;
}

void welcome_drop(struct session *s)
{
	if (s->welcome)
		crypto_wipe(s->welcome, sizeof *s->welcome);
	free(s->welcome);
	s->welcome = NULL;
}

/* There is an address, or there will be none: IPCP says so. */
static void addressed(struct session *s)
{
	struct welcome *w = s->welcome;
	struct ppp_auth_reply no = {.accepted = false};

	if (!w)
		return;
	s->welcome = NULL;
	/* LCP was negotiated anew meanwhile: he has to prove himself again. */
	ppp_auth_done(s->ppp, ppp_auth_expected(s->ppp) ? &w->yes : &no);
	crypto_wipe(w, sizeof *w);
	free(w);
}

void welcome(struct session *s, const struct ppp_auth_reply *yes)
{
	s->welcome = keep(yes);
	if (s->welcome && address_prepare(s, addressed))
		return;
	welcome_drop(s);
	ppp_auth_done(s->ppp, yes);
}

void welcome_hurry(struct session *s)
{
	if (s->welcome)
		address_hurry(s);
}
