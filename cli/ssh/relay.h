/* What passes between an SSH channel and the descriptors of a gatesh, both ways. */
#ifndef GATESSH_RELAY_H
#define GATESSH_RELAY_H

#include <libssh/libssh.h>
#include <stdbool.h>
#include <stddef.h>

struct pollfd;

#define RELAY_PIECE 16384

/* One way's piece on its way. */
struct piece {
	char bytes[RELAY_PIECE];
	size_t at, len;
};

struct relay {
	ssh_session ssh;
	ssh_channel channel;
	bool pty;
	int in, out,
	    err;      /* to gatesh, from it; non-blocking; -1: none, or over. A pty: in is out */
	bool in_over; /* the client sends nothing more, and gatesh knows it */
	struct piece input, output, error;
	bool moved; /* something moved since the caller cleared it */
};

/* Takes over the descriptors: one of a pty's master, or those of three pipes. */
void relay_start(struct relay *, ssh_session, ssh_channel, const int *fd, bool pty);
/* The descriptors to wait for, at most 3; how many. Nothing is read that the other side has no
 * room for. */
unsigned relay_poll(const struct relay *, struct pollfd *);
/* May relay_move() do something now, without waiting for any descriptor? */
bool relay_ready(const struct relay *);
/* Moves what can be moved. */
void relay_move(struct relay *);
/* All that gatesh has said is with libssh. */
bool relay_drained(const struct relay *);
/* The window of the terminal has another size now. */
void relay_resize(const struct relay *, int columns, int rows);
void relay_stop(struct relay *);

#endif
