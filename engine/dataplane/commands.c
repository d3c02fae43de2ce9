/* What the control side says, done in order; see commands.h. */
#include "engine/dataplane/commands.h"

#include "engine/dataplane/outbound.h"
#include "engine/dataplane/short_icv.h"

static void peer_move(struct tables *t, const struct command *c)
{
	struct dp_peer *peer = tables_peer(t, c->peer);

	if (peer)
		peer->path = c->path;
}

/* The three kinds of bytes that the control side sends; whom they are for may be gone. */
static void send_bytes(struct worker *w, const struct command *c, size_t len)
{
	struct dp_link *l = tables_link(&w->tables, c->session);
	struct dp_peer *peer;

	if (c->type == COMMAND_SEND) {
		peer = tables_peer(&w->tables, c->peer);
		if (peer)
			outbound_l2tp(w, peer, c->local_port, c->remote_port, c->bytes, len);
	} else if (l && c->type == COMMAND_SEND_PPP) {
		outbound_ppp(w, l, c->bytes, len, c->df);
	} else if (l) {
		outbound_ip(w, l, c->bytes, len);
	}
}

static void carry_out(struct worker *w, const struct command *c, size_t len)
{
	struct tables *t = &w->tables;

	switch (c->type) {
	case COMMAND_SA_IN:
		tables_sa_add(t, c->sa, c->spare, &c->path);
		short_icv_presume(c->sa);
		break;
	case COMMAND_SA_OUT:
		tables_sa_outbound(t, c->spi, c->key, c->spi_out);
		break;
	case COMMAND_SA_GIVE:
		outbound_flush(w); /* its jobs may wait for its peer's path */
		tables_sa_give(t, c->spi, c->peer, c->spare, &c->path);
		break;
	case COMMAND_SA_REMOVE:
		outbound_flush(w); /* its jobs may wait with its key */
		tables_sa_remove(t, c->spi);
		crypt_forget(w->crypt);
		break;
	case COMMAND_PEER_USE:
		tables_peer_use(t, c->peer, c->spi);
		break;
	case COMMAND_PEER_MOVE:
		peer_move(t, c);
		break;
	case COMMAND_PEER_FIT:
		tables_peer_fit(t, c->peer, &c->fit);
		break;
	case COMMAND_SESSION_ADD:
		tables_link_add(t, c->link, &c->change);
		break;
	case COMMAND_SESSION_CHANGE:
		tables_link_change(t, &c->change);
		break;
	case COMMAND_SESSION_FILTER:
		tables_link_filter(t, c->session, c->filter);
		break;
	case COMMAND_SESSION_REMOVE:
		tables_link_remove(t, c->session);
		break;
	case COMMAND_SEND:
	case COMMAND_SEND_PPP:
	case COMMAND_SEND_IP:
		send_bytes(w, c, len);
		break;
	}
}

void commands_run(struct worker *w)
{
	const struct command *c;
	bool room = false;
	size_t len;

	while ((c = ring_peek(w->commands, &len)) != NULL) {
		carry_out(w, c, len - sizeof *c);
		ring_release(w->commands);
		room = true;
	}
	if (room && atomic_exchange(&w->wanted, false))
		w->outbox.news = true;
}
