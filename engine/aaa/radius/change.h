/* CoA-Requests and Disconnect-Requests (RFC 5176): a server changes and ends sessions. */
#ifndef GATEHOUSE_AAA_RADIUS_CHANGE_H
#define GATEHOUSE_AAA_RADIUS_CHANGE_H

#include "engine/aaa/conversation.h"

struct radius_ears;

/* That server is heard at the port of its group (dynamic-authorization). NULL: the group has none,
 * or no memory. The world and the server live longer. */
struct radius_ears *radius_ears_open(const struct aaa_world *, struct aaa_server *);
void radius_ears_close(struct radius_ears *); /* NULL is allowed */

#endif
