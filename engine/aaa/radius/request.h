/* What we ask a RADIUS server: the attributes of Access-Requests and Accounting-Requests. */
#ifndef GATEHOUSE_AAA_RADIUS_REQUEST_H
#define GATEHOUSE_AAA_RADIUS_REQUEST_H

#include "engine/aaa/conversation.h"
#include "engine/aaa/radius/packet.h"

/* Who asks. */
struct radius_nas {
	const char *name;    /* "" = not known */
	struct addr address; /* ours towards the server; unset: not known */
};

/* Who we are to that server, by its interface. */
struct radius_nas radius_nas_of(const struct aaa_world *, const struct aaa_server *);

/* Of a login, or of who is only to be authorized: with `password`, which all of them have then.
 * False: no memory, or the password is too long. */
bool radius_put_login(struct wr *, const struct radius_key *, const struct radius_nas *,
    const struct aaa_request *, const char *password, bool authorize_only);
/* The client's answer to a challenge; `state` is the server's. */
bool radius_put_answer(struct wr *, const struct radius_key *, const struct radius_nas *,
    const struct aaa_request *, const struct aaa_next *, struct bytes state);
/* That access list's lines (ACS:CiscoSecure-Defined-ACL); `state`: the next ones. */
bool radius_put_acl(struct wr *, const struct radius_key *, const struct radius_nas *,
    const char *name, struct bytes state);
/* A record. False: RADIUS has none of that kind. */
bool radius_put_account(
    struct wr *, const struct radius_nas *, const struct msg_account *, int64_t now);

#endif
