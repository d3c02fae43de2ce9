/* Does the client still live? */
#ifndef GATEHOUSE_PPP_ECHO_H
#define GATEHOUSE_PPP_ECHO_H

#include "engine/ppp/objects.h"

void echo_init(struct ppp *);
/* LCP is open, or the owner is being asked: from now on silence is noticed. */
void echo_start(struct ppp *);
void echo_stop(struct ppp *);
/* Something of the client came: it postpones the question. */
void echo_heard(struct ppp *);
/* An Echo-Reply came. */
void echo_reply(struct ppp *, uint8_t id);

#endif
