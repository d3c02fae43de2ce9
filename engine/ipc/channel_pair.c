/*
 * Both ends of a channel inside one process: what one end sends stands in the
 * other's inbox until the loop's next turn, or until ipc_channel_run().
 */
#include "engine/ipc/channel_private.h"

/* Delivers the inbox; true when there was anything. */
static bool pair_deliver(struct ipc_channel *ch)
{
	struct packet *p;
	bool any = false;

	while (!ch->closing && (p = ch->head)) {
		int fd = p->fd;

		ch->head = p->next;
		if (!p->next)
			ch->tail = &ch->head;
		ch->queued -= p->len;
		p->fd = -1;
		ipc_deliver(ch, p->bytes, p->len, fd);
		ipc_packet_free(p);
		any = true;
	}
	if (!ch->peer)
		ipc_died(ch);
	return any;
}

static void on_async(uv_async_t *h)
{
	pair_deliver(h->data);
}

bool ipc_channel_pair(uv_loop_t *loop, struct ipc_channel **a, struct ipc_channel **b)
{
	struct ipc_channel *end[2] = {ipc_channel_new(-1), ipc_channel_new(-1)};

	if (!end[0] || !end[1]) {
		for (int i = 0; i < 2; i++)
			if (end[i])
				ipc_channel_free(end[i]);
		return false;
	}
	for (int i = 0; i < 2; i++) {
		end[i]->peer = end[!i];
		end[i]->has_async = loop != NULL;
		end[i]->async.data = end[i];
		end[i]->handles = 1;
		if (loop)
			uv_async_init(loop, &end[i]->async, on_async);
	}
	*a = end[0];
	*b = end[1];
	return true;
}

static void release(struct ipc_channel *ch)
{
	if (--ch->hold == 0 && ch->closing)
		ipc_channel_free(ch);
}

void ipc_channel_run(struct ipc_channel *ch)
{
	struct ipc_channel *peer = ch->peer;
	bool again;

	ch->hold++;
	if (peer)
		peer->hold++;
	do {
		again = pair_deliver(ch);
		again |= peer && pair_deliver(peer);
	} while (again);
	if (peer)
		release(peer);
	release(ch);
}
