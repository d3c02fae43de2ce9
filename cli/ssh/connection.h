/* The process of one connection: SSH with a stranger, from its first byte to the end. */
#ifndef GATESSH_CONNECTION_H
#define GATESSH_CONNECTION_H

#include <libssh/server.h>

/*
 * Speaks SSH over `net`. Logins, and the terminal of who has logged in, are
 * asked for over `door`, one end of a talk pair with the listener. What it is
 * accepted with comes by `bind`. Everything else was given up before; returns
 * at the end of the connection, when the process is to end.
 */
void connection_run(ssh_bind bind, int net, int door);

#endif
