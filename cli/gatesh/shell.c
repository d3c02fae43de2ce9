/*
 * struct shell: the client's end of one console session. It lives from connect
 * to CLOSE (or the loss of the socket).
 */
#include "cli/gatesh/shell.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

static bool shell_connect(struct shell *sh, const char *path)
{
	struct sockaddr_un sa = {.sun_family = AF_UNIX};

	*sh = (struct shell){.fd = -1};
	errno = ENAMETOOLONG;
	if (strlen(path) >= sizeof(sa.sun_path))
		return false;
	memcpy(sa.sun_path, path, strlen(path));
	sh->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	return sh->fd >= 0 && connect(sh->fd, (const struct sockaddr *)&sa, sizeof(sa)) == 0;
}

bool shell_open(struct shell *sh, const char *path)
{
	if (shell_connect(sh, path))
		return true;
	fprintf(stderr, "gatesh: cannot reach gatehouse at %s: %s\n", path, strerror(errno));
	return false;
}

bool shell_reopen(struct shell *sh, const char *path)
{
	shell_close(sh);
	return shell_connect(sh, path);
}

void shell_close(struct shell *sh)
{
	if (sh->fd >= 0)
		close(sh->fd);
	console_reader_free(&sh->reader);
	pager_free(&sh->pager);
}

void put_bytes(int fd, const void *data, size_t len)
{
	const char *p = data;

	while (len) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EAGAIN)
			(void)poll(&(struct pollfd){.fd = fd, .events = POLLOUT}, 1, -1);
		else if (n < 0 && errno != EINTR)
			return;
		if (n > 0) {
			p += n;
			len -= (size_t)n;
		}
	}
}

void shell_send(struct shell *sh, enum console_type type, const void *data, size_t len)
{
	uint8_t head[CONSOLE_HEAD];
	struct iovec iov[2] = {{head, sizeof(head)}, {(void *)(uintptr_t)data, len}};
	struct msghdr m = {.msg_iov = iov, .msg_iovlen = 2};
	size_t left = sizeof(head) + len;

	console_head(head, type, len);
	sh->done = false;
	while (left) {
		ssize_t n = sendmsg(sh->fd, &m, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			sh->closed = true;
			return;
		}
		left -= (size_t)n;
		for (size_t i = 0; i < 2; i++) {
			size_t took = (size_t)n < iov[i].iov_len ? (size_t)n : iov[i].iov_len;

			iov[i].iov_base = (char *)iov[i].iov_base + took;
			iov[i].iov_len -= took;
			n -= (ssize_t)took;
		}
	}
}

void shell_tell(struct shell *sh, enum console_type type, const void *data, size_t len)
{
	bool done = sh->done;

	if (sh->closed)
		return;
	shell_send(sh, type, data, len);
	sh->done = done;
}

void shell_hello(struct shell *sh, enum console_kind kind, bool interactive)
{
	struct console_hello h = {.kind = (uint8_t)kind, .interactive = interactive};
	uint8_t bytes[CONSOLE_HELLO_MAX];
	struct winsize ws;

	if (sh->by_token) {
		h.kind = CONSOLE_KIND_TOKEN;
		h.quiet = kind == CONSOLE_KIND_SCRIPT;
		memcpy(h.token, sh->token, sizeof(h.token));
		explicit_bzero(sh->token, sizeof(sh->token));
	}
	if (interactive && ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) == 0) {
		h.width = ws.ws_col;
		h.height = ws.ws_row;
	}
	sh->pager.width = sh->width = h.width;
	sh->window = h.width != 0;
	shell_send(sh, CONSOLE_HELLO, bytes, console_hello_encode(&h, bytes));
	explicit_bzero(&h, sizeof(h));
	explicit_bzero(bytes, sizeof(bytes));
}

/* What every front end wants to know of a frame. */
static void shell_note(struct shell *sh, const struct console_frame *f)
{
	uint16_t n;

	switch (f->type) {
	case CONSOLE_PROMPT:
		memcpy(sh->prompt, f->data, f->len);
		sh->prompt[f->len] = 0;
		break;
	case CONSOLE_PAGER:
		if (console_u16_decode(f, 1, &n))
			sh->pager.lines = sh->pager.room = n;
		break;
	case CONSOLE_WIDTH:
		if (console_u16_decode(f, 1, &n))
			sh->width = n;
		if (!sh->window)
			sh->pager.width = sh->width;
		break;
	case CONSOLE_DONE:
		sh->done = true;
		if (f->len && f->data[0])
			sh->refused = true;
		break;
	case CONSOLE_CLOSE:
		sh->closed = true;
		sh->over = !f->len || !f->data[0];
		break;
	default:
		break;
	}
}

int shell_next(struct shell *sh, struct console_frame *f)
{
	for (;;) {
		int got = console_reader_next(&sh->reader, f);
		size_t room;
		uint8_t *to;
		ssize_t n;

		if (got > 0) {
			shell_note(sh, f);
			return 1;
		}
		if (got < 0 || sh->closed)
			break;
		to = console_reader_room(&sh->reader, 4096, &room);
		if (!to)
			break;
		n = recv(sh->fd, to, room, MSG_DONTWAIT);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return 0;
		if (n <= 0)
			break;
		console_reader_added(&sh->reader, (size_t)n);
	}
	sh->closed = true;
	return -1;
}
