/* Packets between workers; see stranger.h. Neither side locks, waits or allocates. */
#include "engine/dataplane/stranger.h"

struct stranger {
	struct path path;
	bool udp;
	uint8_t bytes[];
};

void stranger_give(struct worker *w, unsigned owner, const struct packet *p)
{
	struct worker *to = w->all[owner];
	struct ring *ring = to->strangers[w->number];
	struct stranger *s = ring_reserve(ring, sizeof *s + p->len, 0);

	if (!s) {
		count(&w->stats.stranger_full, 1);
		return;
	}
	s->path = p->path;
	s->udp = p->udp;
	memcpy(s->bytes, p->data, p->len);
	ring_commit(ring);
	worker_call(to);
}

bool stranger_take(struct worker *w, struct packet *to)
{
	for (unsigned i = 0; i < owners_count(w->tables.owners); i++) {
		const struct stranger *s;
		size_t len;

		if (i == w->number || !(s = ring_peek(w->strangers[i], &len)))
			continue;
		packet_fill(to, s->bytes, len - sizeof *s);
		to->path = s->path;
		to->udp = s->udp;
		ring_release(w->strangers[i]);
		return true;
	}
	return false;
}

bool stranger_waits(const struct worker *w)
{
	for (unsigned i = 0; i < owners_count(w->tables.owners); i++)
		if (i != w->number && !ring_empty(w->strangers[i]))
			return true;
	return false;
}
