/* Packets between workers; see stranger.h. Neither side locks, waits or allocates. */
#include "engine/dataplane/stranger.h"

struct stranger {
	struct path path;
	bool udp, follows;
	enum stranger_from from;
	uint8_t bytes[];
};

void stranger_give(
    struct worker *w, unsigned owner, enum stranger_from from, const struct packet *p)
{
	struct ring *ring = w->all[owner]->strangers[w->number];
	struct stranger *s = ring_reserve(ring, sizeof *s + p->len, STRANGER_RING / 2);

	if (!s) { /* called at the end of the round he would be too late for it */
		worker_call(w->all[owner]);
		s = ring_reserve(ring, sizeof *s + p->len, 0);
	}
	if (!s) {
		count(&w->stats.stranger_full, 1);
		return;
	}
	s->path = p->path;
	s->udp = p->udp;
	s->follows = p->follows;
	s->from = from;
	memcpy(s->bytes, p->data, p->len);
	ring_commit(ring);
	count(&w->stats.handed_over, 1);
	w->to_call |= 1u << owner;
}

void stranger_call(struct worker *w)
{
	while (w->to_call) {
		unsigned owner = (unsigned)__builtin_ctz(w->to_call);

		w->to_call &= w->to_call - 1;
		worker_call(w->all[owner]);
	}
}

/* Whose turn it is after that one's. */
static unsigned after(const struct worker *w, unsigned i)
{
	return i + 1 < owners_count(w->tables.owners) ? i + 1 : 0;
}

/* Who has something, beginning with the one whose turn it is; the worker itself: nobody. */
static unsigned giver(const struct worker *w)
{
	unsigned n = owners_count(w->tables.owners), i = w->next_giver;

	for (unsigned k = 0; k < n; k++, i = after(w, i))
		if (i != w->number && !ring_empty(w->strangers[i]))
			return i;
	return w->number;
}

enum stranger_from stranger_next(const struct worker *w)
{
	unsigned i = giver(w);
	const struct stranger *s;
	size_t len;

	if (i == w->number)
		return STRANGER_NOBODY;
	s = ring_peek(w->strangers[i], &len);
	return s->from;
}

void stranger_take(struct worker *w, struct packet *to)
{
	unsigned i = giver(w);
	size_t len;
	const struct stranger *s = ring_peek(w->strangers[i], &len);

	packet_fill(to, s->bytes, len - sizeof *s);
	to->path = s->path;
	to->udp = s->udp;
	to->follows = s->follows;
	ring_release(w->strangers[i]);
	w->next_giver = after(w, i);
}
