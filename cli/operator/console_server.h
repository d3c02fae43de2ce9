/* The console socket: the connections of terminal clients, each with its operator. */
#ifndef GATEHOUSE_CONSOLE_SERVER_H
#define GATEHOUSE_CONSOLE_SERVER_H

#include <uv.h>

struct manager;
struct console_server;

#define CONSOLE_CLIENTS_MAX 100
/* A client with more than this unread gets no debug lines; with more than the second, it is not
 * listened to until it has read. */
#define CONSOLE_ASYNC_QUEUE (256u << 10)
#define CONSOLE_QUEUE (1u << 20)

/* Listens on `fd`, a bound and listening socket that is taken over. NULL when that fails. */
struct console_server *console_server_open(struct manager *, uv_loop_t *, int fd);
/* Drops all clients; the memory goes in the loop's close callbacks. NULL is allowed. */
void console_server_close(struct console_server *);

#endif
