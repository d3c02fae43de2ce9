/* A question as a message becomes one as the protocols see it. */
#ifndef GATEHOUSE_AAA_REQUEST_H
#define GATEHOUSE_AAA_REQUEST_H

#include "engine/aaa/conversation.h"

/* Zeroed memory becomes the request. False: it is malformed, a text is too long, or no method is
 * called that. */
bool aaa_request_take(struct aaa_request *, const struct msg_auth_request *);

#endif
