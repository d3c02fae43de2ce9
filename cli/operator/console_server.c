/* struct console_server: one per manager role: the console socket, from its open to the end of
 * the role. */
#include "cli/operator/console_server.h"

#include <stdlib.h>

#include "cli/operator/console_client.h"

struct console_server {
	struct clients clients; /* first: kick() finds the server */
	uv_pipe_t pipe;
	uv_idle_t idle; /* runs while a client is kicked */
	unsigned open_handles;
};

static void server_idle(uv_idle_t *idle)
{
	struct console_server *srv = idle->data;

	uv_idle_stop(idle);
	clients_work(&srv->clients);
}

static void server_kick(struct clients *all)
{
	uv_idle_start(&((struct console_server *)(void *)all)->idle, server_idle);
}

static void server_accept(uv_stream_t *s, int status)
{
	struct console_server *srv = s->data;

	if (status >= 0)
		client_accept(&srv->clients, s);
}

struct console_server *console_server_open(
    struct manager *m, uv_loop_t *loop, int fd, struct tokens *tokens)
{
	struct console_server *srv = calloc(1, sizeof(*srv));

	if (!srv)
		return NULL;
	srv->clients.manager = m;
	srv->clients.tokens = tokens;
	srv->clients.kick = server_kick;
	if (uv_pipe_init(loop, &srv->pipe, 0) < 0) {
		free(srv);
		return NULL;
	}
	uv_idle_init(loop, &srv->idle);
	srv->pipe.data = srv->idle.data = srv;
	srv->open_handles = 2;
	if (uv_pipe_open(&srv->pipe, fd) < 0 ||
	    uv_listen((uv_stream_t *)&srv->pipe, 16, server_accept) < 0) {
		console_server_close(srv);
		return NULL;
	}
	return srv;
}

static void server_closed(uv_handle_t *h)
{
	struct console_server *srv = h->data;

	if (--srv->open_handles == 0)
		free(srv);
}

void console_server_close(struct console_server *srv)
{
	if (!srv)
		return;
	while (srv->clients.first)
		client_drop(srv->clients.first);
	uv_close((uv_handle_t *)&srv->pipe, server_closed);
	uv_close((uv_handle_t *)&srv->idle, server_closed);
}
