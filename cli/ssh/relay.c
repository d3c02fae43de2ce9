/*
 * struct relay: part of a connection, from the start of its gatesh. Each way
 * has one piece of memory, and is read only when that is empty: a client that
 * does not read stops gatesh, a gatesh that does not read stops the client's
 * window from growing.
 */
#include "cli/ssh/relay.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define END_OF_INPUT 4 /* ^D, as a terminal says it */

void relay_start(struct relay *r, ssh_session ssh, ssh_channel channel, const int *fd, bool pty)
{
	memset(r, 0, sizeof(*r));
	r->ssh = ssh;
	r->channel = channel;
	r->pty = pty;
	r->in = fd[0];
	r->out = pty ? fd[0] : fd[1];
	r->err = pty ? -1 : fd[2];
	for (int i = 0; i < (pty ? 1 : 3); i++)
		(void)fcntl(fd[i], F_SETFL, O_NONBLOCK);
}

/* Does the client take more? Not while the socket is full, or its window is. */
static bool client_has_room(const struct relay *r)
{
	return ssh_channel_window_size(r->channel) > 0 &&
	       !(ssh_get_poll_flags(r->ssh) & SSH_WRITE_PENDING);
}

static bool input_waits(const struct relay *r)
{
	return ssh_channel_poll(r->channel, 0) != 0; /* data, or the end of it */
}

unsigned relay_poll(const struct relay *r, struct pollfd *p)
{
	bool room = client_has_room(r);
	unsigned n = 0;

	if (r->in >= 0 && r->input.len)
		p[n++] = (struct pollfd){.fd = r->in, .events = POLLOUT};
	if (r->out >= 0 && !r->output.len && room)
		p[n++] = (struct pollfd){.fd = r->out, .events = POLLIN};
	if (r->err >= 0 && !r->error.len && room)
		p[n++] = (struct pollfd){.fd = r->err, .events = POLLIN};
	return n;
}

bool relay_ready(const struct relay *r)
{
	return (r->in >= 0 && !r->in_over && !r->input.len && input_waits(r)) ||
	       ((r->output.len || r->error.len) && client_has_room(r));
}

/* ---- the client's way ---------------------------------------------------------- */

static void close_in(struct relay *r)
{
	if (!r->pty)
		close(r->in);
	r->in = -1;
}

static void fetch_input(struct relay *r)
{
	int n = ssh_channel_read_nonblocking(r->channel, r->input.bytes, RELAY_PIECE, 0);

	if (n > 0) {
		r->input.len = (size_t)n;
		r->input.at = 0;
		r->moved = true;
	} else if (n == SSH_EOF || ssh_channel_is_eof(r->channel)) {
		r->in_over = true;
		if (r->pty) {
			r->input.bytes[0] = END_OF_INPUT;
			r->input.len = 1;
			r->input.at = 0;
		} else {
			close_in(r);
		}
	}
}

/* Passwords are typed, too. */
static void wipe(struct piece *p)
{
	explicit_bzero(p->bytes, p->len);
	p->at = p->len = 0;
}

static void put_input(struct relay *r)
{
	struct piece *p = &r->input;
	ssize_t n = write(r->in, p->bytes + p->at, p->len - p->at);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n < 0) { /* gatesh reads nothing more */
		wipe(p);
		close_in(r);
		return;
	}
	p->at += (size_t)n;
	r->moved = true;
	if (p->at == p->len)
		wipe(p);
}

/* ---- the way of gatesh ----------------------------------------------------------- */

static void fetch_output(struct relay *r, int *fd, struct piece *p)
{
	ssize_t n;

	if (*fd < 0 || p->len || !client_has_room(r))
		return;
	n = read(*fd, p->bytes, RELAY_PIECE);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) { /* of a pty: EIO, when the last one has closed it */
		if (!r->pty)
			close(*fd);
		*fd = -1;
		return;
	}
	p->len = (size_t)n;
	p->at = 0;
}

static void put_output(struct relay *r, struct piece *p, bool error)
{
	int n;

	if (!p->len || !client_has_room(r))
		return;
	n = error
		? ssh_channel_write_stderr(r->channel, p->bytes + p->at, (uint32_t)(p->len - p->at))
		: ssh_channel_write(r->channel, p->bytes + p->at, (uint32_t)(p->len - p->at));
	if (n <= 0)
		return;
	r->moved = true;
	p->at += (size_t)n;
	if (p->at == p->len)
		p->at = p->len = 0;
}

void relay_move(struct relay *r)
{
	if (r->in >= 0 && !r->input.len && !r->in_over)
		fetch_input(r);
	if (r->in >= 0 && r->input.len)
		put_input(r);
	fetch_output(r, &r->out, &r->output);
	put_output(r, &r->output, false);
	fetch_output(r, &r->err, &r->error);
	put_output(r, &r->error, true);
}

bool relay_drained(const struct relay *r)
{
	return r->out < 0 && r->err < 0 && !r->output.len && !r->error.len;
}

void relay_resize(const struct relay *r, int columns, int rows)
{
	const struct winsize size = {
	    .ws_col = (unsigned short)columns, .ws_row = (unsigned short)rows};

	if (r->pty && r->out >= 0)
		(void)ioctl(r->out, TIOCSWINSZ, &size);
}

void relay_stop(struct relay *r)
{
	if (r->in >= 0 && !r->pty)
		close(r->in);
	if (r->out >= 0)
		close(r->out);
	if (r->err >= 0)
		close(r->err);
	wipe(&r->input);
}
