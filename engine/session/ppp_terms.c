/* Methods in words; see ppp_terms.h. */
#include "engine/session/ppp_terms.h"

#include <stdio.h>
#include <string.h>

static const char *const words[] = {
    [PPP_AUTH_NONE] = "",
    [PPP_AUTH_PAP] = "pap",
    [PPP_AUTH_CHAP] = "chap",
    [PPP_AUTH_MSCHAPV1] = "ms-chap-v1",
    [PPP_AUTH_MSCHAPV2] = "ms-chap-v2",
    [PPP_AUTH_EAP] = "eap-proxy",
};
#define METHODS (sizeof words / sizeof *words)

const char *ppp_terms_word(enum ppp_auth m)
{
	return m == PPP_AUTH_EAP ? "eap" : words[m];
}

static bool has_servers(const struct cfg_tunnel_group *g)
{
	return g->auth_group && *g->auth_group && strcmp(g->auth_group, "LOCAL") != 0;
}

void ppp_methods(const struct cfg_tunnel_group *g, struct ppp_config *c)
{
	c->pap = g->pap;
	c->mschapv1 = g->mschapv1;
	c->mschapv2 = g->mschapv2;
	c->chap = g->chap && has_servers(g);
	c->eap = g->eap && has_servers(g);
}

/* Of a set of methods, a bit each. */
static void list(unsigned set, char *to)
{
	size_t at = 0;

	*to = '\0';
	for (unsigned m = PPP_AUTH_PAP; m < METHODS; m++)
		if (set & 1u << m)
			at += (size_t)snprintf(to + at, ATTEMPT_TERMS_MAX - at, "%s%s",
			    at ? ", " : "", words[m]);
}

void ppp_terms(const struct cfg_tunnel_group *g, unsigned asked, struct attempt_terms *t)
{
	const unsigned of_servers = 1u << PPP_AUTH_CHAP | 1u << PPP_AUTH_EAP;
	const unsigned set = (g->pap ? 1u << PPP_AUTH_PAP : 0) |
	    (g->chap ? 1u << PPP_AUTH_CHAP : 0) | (g->mschapv1 ? 1u << PPP_AUTH_MSCHAPV1 : 0) |
	    (g->mschapv2 ? 1u << PPP_AUTH_MSCHAPV2 : 0) | (g->eap ? 1u << PPP_AUTH_EAP : 0);
	size_t n;

	memset(t, 0, sizeof *t);
	list(asked, t->offered);
	list(set, t->configured);
	n = strlen(t->configured);
	snprintf(t->configured + n, sizeof t->configured - n, "%s%s", set ? "" : "none",
	    set & of_servers && !has_servers(g)
	        ? " (chap and eap-proxy need an authentication-server-group)"
	        : "");
	for (unsigned m = METHODS; m-- > PPP_AUTH_PAP;)
		if (asked & 1u << m && (has_servers(g) || !(of_servers & 1u << m))) {
			cure_add(t->cure, CURE_METHOD,
			    &(struct cure_names){.tunnel_group = g->name, .method = words[m]});
			return;
		}
}
