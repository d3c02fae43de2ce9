/* Methods of PPP authentication in the configuration's words, and what to say where client and
 * tunnel group have none in common. */
#ifndef GATEHOUSE_SESSION_PPP_TERMS_H
#define GATEHOUSE_SESSION_PPP_TERMS_H

#include "engine/base/attempt.h"
#include "engine/config/config.h"
#include "engine/ppp/ppp.h"

/* "pap" ... "eap"; "" of none. */
const char *ppp_terms_word(enum ppp_auth);
/* What is allowed of what the group says: CHAP needs a login server that knows the clear password,
 * EAP one that speaks it; the local database is neither. */
void ppp_methods(const struct cfg_tunnel_group *, struct ppp_config *);
/* `asked`: what the client wanted instead (struct ppp_info). */
void ppp_terms(const struct cfg_tunnel_group *, unsigned asked, struct attempt_terms *);

#endif
