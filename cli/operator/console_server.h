/* The console socket: the connections of terminal clients, each with its operator. */
#ifndef GATEHOUSE_CONSOLE_SERVER_H
#define GATEHOUSE_CONSOLE_SERVER_H

#include <uv.h>

struct manager;
struct console_server;
struct tokens;

/* Listens on `fd`, a bound and listening socket that is taken over. With `tokens` it is a door's:
 * who connects shows one of them and nothing else opens a session there; without (NULL) the
 * console's, where no token does. NULL when that fails. */
struct console_server *console_server_open(struct manager *, uv_loop_t *, int fd, struct tokens *);
/* Drops all clients; the memory goes in the loop's close callbacks. NULL is allowed. */
void console_server_close(struct console_server *);

#endif
