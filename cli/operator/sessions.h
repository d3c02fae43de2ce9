/* The list of all operators' sessions, manager.operators: who is here, from where, since when. */
#ifndef GATEHOUSE_OPERATOR_SESSIONS_H
#define GATEHOUSE_OPERATOR_SESSIONS_H

struct act_session;
struct manager;

/* A session begins: it gets the lowest number that no other has, and the time. It stays the
 * operator's. */
void sessions_join(struct manager *, struct act_session *);
void sessions_leave(struct manager *, struct act_session *);

#endif
