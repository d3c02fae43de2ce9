/*
 * struct sender: one per `logging host`, and one for the journal. It asks for a
 * socket, sends, and asks again when that one fails: after a second, and then
 * twice as long each time. A datagram that cannot go is dropped; to a TCP server
 * lines go whole, each with its \n, in the order in which they were said.
 */
#include "cli/log/senders.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static void closed(uv_handle_t *h)
{
	free(h);
}

static void drop_first(struct sender *s)
{
	struct sender_line *l = STAILQ_FIRST(&s->queue);

	STAILQ_REMOVE_HEAD(&s->queue, next);
	s->n--;
	s->gone = 0;
	free(l);
}

static void close_socket(struct sender *s)
{
	if (s->poll)
		uv_close((uv_handle_t *)s->poll, closed);
	s->poll = NULL;
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
}

static void ask(struct sender *s)
{
	struct senders *all = s->all;

	s->state = SENDER_ASKED;
	s->id = ++all->last_id;
	all->open(all->open_ctx, s->id, s->kind == SENDER_JOURNAL ? NULL : &s->host);
}

static void ask_again(uv_timer_t *t)
{
	ask(t->data);
}

/* What was sent of the first line is lost with the connection: it goes whole to the next. The first
 * try of a start may come before its interface: it is no news that it failed. */
static void fail(struct sender *s)
{
	bool news = s->state == SENDER_UP || s->again > SENDER_AGAIN_MIN;

	close_socket(s);
	s->gone = 0;
	s->errors++;
	if (s->state != SENDER_DOWN)
		s->since = time(NULL);
	s->state = SENDER_DOWN;
	uv_timer_start(s->timer, ask_again, s->again, 0);
	s->again = s->again * 2 > SENDER_AGAIN_MAX ? SENDER_AGAIN_MAX : s->again * 2;
	if (s->kind == SENDER_TCP && news && !s->told) {
		s->told = true;
		s->all->lost(s->all->ctx, &s->host, true);
	}
}

/* Bytes that the socket took; -1 with errno. */
static ssize_t push(const struct sender *s, const char *p, size_t len)
{
	struct iovec v = {.iov_base = (void *)(uintptr_t)p, .iov_len = len};
	struct msghdr m = {.msg_iov = &v, .msg_iovlen = 1};

	return sendmsg(s->fd, &m, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void on_event(uv_poll_t *, int status, int events);

static void listen_for(struct sender *s, bool writable)
{
	int events = (s->kind == SENDER_TCP ? UV_READABLE | UV_DISCONNECT : 0) |
	    (writable ? UV_WRITABLE : 0);

	if (events)
		uv_poll_start(s->poll, events, on_event);
	else
		uv_poll_stop(s->poll);
}

static bool is_full(int error)
{
	return error == EAGAIN || error == EWOULDBLOCK || error == ENOBUFS;
}

static void flush_stream(struct sender *s)
{
	while (s->n) {
		const struct sender_line *l = STAILQ_FIRST(&s->queue);
		ssize_t sent = push(s, l->text + s->gone, l->len - s->gone);

		if (sent < 0 && !is_full(errno)) {
			fail(s);
			return;
		}
		if (sent < 0)
			break;
		s->gone += (size_t)sent;
		if (s->gone < l->len)
			break;
		s->sent++;
		drop_first(s);
	}
	listen_for(s, s->n != 0);
}

/* A server that refused the last datagram says so at the next one, which may go all the same. */
static void flush_datagrams(struct sender *s)
{
	while (s->n) {
		const struct sender_line *l = STAILQ_FIRST(&s->queue);
		ssize_t sent = push(s, l->text, l->len);

		if (sent < 0 && errno == ECONNREFUSED) {
			s->errors++;
			sent = push(s, l->text, l->len);
		}
		if (sent < 0 && is_full(errno))
			s->dropped++;
		else if (sent < 0 && errno != ECONNREFUSED && errno != EMSGSIZE) {
			fail(s);
			return;
		} else if (sent >= 0)
			s->sent++;
		drop_first(s);
	}
}

static void flush(struct sender *s)
{
	if (s->state != SENDER_UP)
		return;
	if (s->kind == SENDER_TCP)
		flush_stream(s);
	else
		flush_datagrams(s);
}

static void up(struct sender *s)
{
	s->state = SENDER_UP;
	s->again = SENDER_AGAIN_MIN;
	s->since = time(NULL);
	if (s->told)
		s->all->lost(s->all->ctx, &s->host, false);
	s->told = false;
	flush(s);
}

/* The server says nothing; what comes is thrown away, the end is the end. */
static bool is_over(const struct sender *s)
{
	char buf[512];
	struct iovec v = {.iov_base = buf, .iov_len = sizeof(buf)};
	struct msghdr m = {.msg_iov = &v, .msg_iovlen = 1};
	ssize_t got = recvmsg(s->fd, &m, MSG_DONTWAIT);

	return got == 0 || (got < 0 && !is_full(errno));
}

static void on_event(uv_poll_t *p, int status, int events)
{
	struct sender *s = p->data;
	int error = 0;
	socklen_t len = sizeof(error);

	if (s->state == SENDER_CONNECTING) {
		getsockopt(s->fd, SOL_SOCKET, SO_ERROR, &error, &len);
		if (status < 0 || error)
			fail(s);
		else if (events & UV_WRITABLE)
			up(s);
		return;
	}
	if (status < 0 || events & UV_DISCONNECT || (events & UV_READABLE && is_over(s)))
		fail(s);
	else if (events & UV_WRITABLE)
		flush(s);
}

static bool watch(struct sender *s)
{
	s->poll = malloc(sizeof(*s->poll));
	if (s->poll && uv_poll_init(s->all->loop, s->poll, s->fd) == 0) {
		s->poll->data = s;
		return true;
	}
	free(s->poll);
	s->poll = NULL;
	return false;
}

static void sender_free(struct sender *s)
{
	TAILQ_REMOVE(&s->all->list, s, next);
	flush(s);
	close_socket(s);
	while (s->n)
		drop_first(s);
	uv_close((uv_handle_t *)s->timer, closed);
	free(s);
}

void sender_opened(struct senders *all, uint32_t id, int fd)
{
	struct sender *s;

	TAILQ_FOREACH(s, &all->list, next)
		if (s->state == SENDER_ASKED && s->id == id)
			break;
	if (!s) {
		if (fd >= 0)
			close(fd);
		return;
	}
	if (fd < 0 && s->kind == SENDER_JOURNAL && !s->sent) { /* the host has none for us */
		sender_free(s);
		return;
	}
	s->fd = fd;
	if (fd < 0 || (s->kind == SENDER_TCP && !watch(s))) {
		fail(s);
		return;
	}
	s->state = SENDER_CONNECTING;
	if (s->kind == SENDER_TCP)
		listen_for(s, true);
	else
		up(s);
}

void sender_say(struct sender *s, const char *line, size_t len)
{
	struct sender_line *l;
	bool stream = s->kind == SENDER_TCP;

	if (s->n >= s->all->queue || !(l = malloc(sizeof(*l) + len + 1))) {
		s->dropped++;
		return;
	}
	memcpy(l->text, line, len);
	l->text[len] = '\n';
	l->len = len + stream;
	STAILQ_INSERT_TAIL(&s->queue, l, next);
	if (++s->n > s->most)
		s->most = s->n;
	if (s->n == 1 || !stream)
		flush(s);
}

/* ---- birth and death -------------------------------------------------------- */

static struct sender *sender_new(struct senders *all, enum sender_kind kind,
    const struct log_host *host)
{
	struct sender *s = calloc(1, sizeof(*s));

	if (!s || !(s->timer = malloc(sizeof(*s->timer)))) {
		free(s);
		return NULL;
	}
	uv_timer_init(all->loop, s->timer);
	s->timer->data = s;
	s->all = all;
	s->kind = kind;
	s->fd = -1;
	s->again = SENDER_AGAIN_MIN;
	s->since = time(NULL);
	if (host)
		s->host = *host;
	STAILQ_INIT(&s->queue);
	TAILQ_INSERT_TAIL(&all->list, s, next);
	ask(s);
	return s;
}

static bool same_server(const struct log_host *a, const struct log_host *b)
{
	return a->tcp == b->tcp && a->port == b->port && addr_equal(&a->address, &b->address) &&
	    strcmp(a->ifname, b->ifname) == 0;
}

static struct sender *find(const struct senders *all, const struct log_host *h)
{
	struct sender *s;

	TAILQ_FOREACH(s, &all->list, next)
		if (s->kind != SENDER_JOURNAL && same_server(&s->host, h))
			return s;
	return NULL;
}

static bool is_wanted(const struct sender *s, const struct log_host *hosts, size_t n)
{
	if (s->kind == SENDER_JOURNAL)
		return true;
	for (size_t i = 0; i < n; i++)
		if (same_server(&s->host, &hosts[i]))
			return true;
	return false;
}

void senders_init(struct senders *all, uv_loop_t *loop)
{
	memset(all, 0, sizeof(*all));
	TAILQ_INIT(&all->list);
	all->loop = loop;
}

void senders_set(struct senders *all, const struct log_host *hosts, size_t n, unsigned queue)
{
	struct sender *s, *after;

	all->queue = queue;
	if (!all->loop || !all->open)
		return;
	for (s = TAILQ_FIRST(&all->list); s; s = after) {
		after = TAILQ_NEXT(s, next);
		if (!is_wanted(s, hosts, n))
			sender_free(s);
	}
	for (size_t i = 0; i < n; i++) {
		s = find(all, &hosts[i]);
		if (s)
			s->host.emblem = hosts[i].emblem;
		else
			sender_new(all, hosts[i].tcp ? SENDER_TCP : SENDER_UDP, &hosts[i]);
	}
}

void senders_want_journal(struct senders *all)
{
	if (all->loop && all->open)
		sender_new(all, SENDER_JOURNAL, NULL);
}

bool senders_have_journal(const struct senders *all)
{
	const struct sender *s;

	TAILQ_FOREACH(s, &all->list, next)
		if (s->kind == SENDER_JOURNAL)
			return true;
	return false;
}

void senders_fini(struct senders *all)
{
	while (!TAILQ_EMPTY(&all->list)) /* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): it is out */
		sender_free(TAILQ_FIRST(&all->list));
}
