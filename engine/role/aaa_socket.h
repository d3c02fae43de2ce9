/* Sockets towards login servers: made, bound to a link, connected; nothing blocks. */
#ifndef GATEHOUSE_ROLE_AAA_SOCKET_H
#define GATEHOUSE_ROLE_AAA_SOCKET_H

#include "engine/aaa/net.h"

/* A socket that is connected there, or (SOCK_STREAM) connecting, *error 0 then. -1: there is none,
 * *error says why; a stream that is refused at once is one too, with its *error. */
int aaa_socket(int type, const struct aaa_place *, int *error);

#endif
