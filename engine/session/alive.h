/*
 * Whether the client of a peer still lives: one model over everything that is authentic. A client
 * that was not heard for a while is asked, by one kind of question at a time, and whatever comes of
 * him then is the answer: data, an IKE message, any control frame. No kind alone ends anything.
 */
#ifndef GATEHOUSE_SESSION_ALIVE_H
#define GATEHOUSE_SESSION_ALIVE_H

#include "engine/session/objects.h"

void alive_start(struct peer *);
void alive_stop(struct peer *);
/* Something has changed of what he can be asked or of what is wanted: it holds from his next
 * question, which may be due. */
void alive_look(struct peer *);
/* Is a client who answers nothing still waited for? */
bool alive_waited_for(const struct peer *);
/* Asks at once and quickly, ALIVE_HURRY at most. Nobody is ended by that: whoever wants to know
 * looks whether peer_last_heard() has moved. */
void alive_hurry(struct peer *);

#define ALIVE_HURRY (5 * SEC)

#endif
