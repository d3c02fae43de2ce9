/* What login servers said of an accepted user becomes his login, or a refusal. */
#ifndef GATEHOUSE_SESSION_ADMISSION_H
#define GATEHOUSE_SESSION_ADMISSION_H

#include "engine/session/objects.h"

/* All that was said of him; texts and bytes live during the call. */
struct admitted {
	const char *user;
	bool local; /* the local database has a say: what is configured of the user holds */
	struct bytes accepted, authorized; /* attributes; the latter, if any, go over the former */
	struct bytes cookie;		   /* for accounting */
	const char *server_group;	   /* who has accepted him ... */
	const char *method;		   /* ... by what, of AUTH_REQUEST's words; a constant */
};

/* Begins the session's login, or lets the one that it has go on. REASON_NONE, or why not. */
enum reason admission_decide(
    struct session *, const struct cfg_tunnel_group *, const struct admitted *);

/* Others of his sessions are being asked whether they still live (place.h): he waits, until
 * place_known() or ALIVE_HURRY is over. */
bool admission_waits(struct session *, const struct cfg_tunnel_group *, const struct admitted *);

#define ADMISSION_MESSAGE_MAX 256
/* What PPP tells the client of it: `said`, the server's own words, if there are any; else how long
 * the password is good for, or the banner, the servers' or the group policy's. NULL: nothing. */
const char *admission_message(const struct session *, const struct cfg_tunnel_group *,
    const struct admitted *, const char *said, char buf[ADMISSION_MESSAGE_MAX]);

#endif
