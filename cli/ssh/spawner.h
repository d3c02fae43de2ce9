/*
 * The one process of the door that may open terminals and start gatesh. It is
 * not chrooted, reads no network bytes, and takes orders from two sides: from
 * the listener a token with one end of a socket pair, from the process of the
 * connection, at the other end, what terminal the client asks for.
 */
#ifndef GATESSH_SPAWNER_H
#define GATESSH_SPAWNER_H

/* Starts it, as root, before the listener gives that up: it goes on as the door's user. `gatesh` is
 * the program, `tokens` the socket where a token is shown. The socket to speak to it, -1 after
 * saying why. It ends when that is closed, and each terminal with its connection. */
int spawner_start(const char *gatesh, const char *tokens);

#endif
