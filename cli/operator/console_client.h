/* The connections of the console socket, each with its operator. */
#ifndef GATEHOUSE_CONSOLE_CLIENT_H
#define GATEHOUSE_CONSOLE_CLIENT_H

#include <uv.h>

#define CONSOLE_CLIENTS_MAX 200

struct manager;
struct tokens;
struct client;

struct clients {
	struct manager *manager;
	struct tokens *tokens; /* a door's socket: what opens a session there */
	struct client *first;
	unsigned n;
	/* Asks for clients_work() in the next turn of the loop. */
	void (*kick)(struct clients *);
};

/* Takes a connection of the listening socket, or turns it away when there are too many. */
void client_accept(struct clients *, uv_stream_t *listener);
/* Takes up what those have sent that had to wait. */
void clients_work(struct clients *);
/* The connection and its operator go; the memory in the loop's close callback. */
void client_drop(struct client *);

#endif
