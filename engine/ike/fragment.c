/* Messages in pieces; see fragment.h. */
#include "engine/ike/fragment.h"

#include <stdlib.h>
#include <string.h>

#include "engine/ike/piece.h"

struct fragments {
	struct ike *ike;
	struct fragments **place; /* where its SA keeps it */
	struct share share;
	struct path path; /* all pieces came this way */
	uint16_t id;
	uint8_t last; /* its number, 0 = not seen yet */
	size_t total;
	struct {
		uint8_t *p;
		size_t len;
	} piece[PIECES_MAX]; /* by number - 1 */
};

static void fragments_reset(struct fragments *f)
{
	for (size_t i = 0; i < PIECES_MAX; i++) {
		free(f->piece[i].p);
		f->piece[i].p = NULL;
	}
	f->last = 0;
	f->total = 0;
}

static void place_free(struct fragments **f)
{
	if (!*f)
		return;
	fragments_reset(*f);
	shares_give((*f)->ike->fragmented, &(*f)->share);
	free(*f);
	*f = NULL;
}

void fragments_free(struct ike_sa *sa)
{
	for (size_t i = 0; i < FRAGMENT_PLACES; i++)
		place_free(&sa->rest->fragments[i]);
}

/* Room for one more message: what is put together at a time is shared out. */
static struct fragments *fragments_new(struct ike_sa *sa, struct fragments **place)
{
	struct shares *s = sa->ike->fragmented;
	struct fragments *f = calloc(1, sizeof *f);
	struct share *gone;

	if (!f)
		return NULL;
	while ((gone = shares_victim(s, sa->origin))) {
		sa->ike->stats.fragments_evicted++;
		place_free(container_of(gone, struct fragments, share)->place);
	}
	if (!shares_take(s, &f->share, sa->origin)) {
		free(f);
		return NULL;
	}
	f->ike = sa->ike;
	f->place = place;
	return f;
}

/* Puts one piece away; false when it is a duplicate or impossible. */
static bool keep(struct fragments *f, const struct piece *p)
{
	size_t len = p->data.len;
	uint8_t *copy;

	if (f->piece[p->number - 1].p || f->total + len > MESSAGE_MAX ||
	    (f->last && p->number > f->last))
		return false;
	copy = malloc(len);
	if (!copy)
		return false;
	memcpy(copy, p->data.p, len);
	f->piece[p->number - 1].p = copy;
	f->piece[p->number - 1].len = len;
	f->total += len;
	if (p->last)
		f->last = p->number;
	return true;
}

static bool complete(const struct fragments *f)
{
	if (!f->last)
		return false;
	for (size_t i = 0; i < f->last; i++)
		if (!f->piece[i].p)
			return false;
	return true;
}

/* The whole message takes the place of its last fragment. */
static bool assemble(struct fragments **place, struct incoming *in)
{
	struct fragments *f = *place;
	uint8_t whole[MESSAGE_MAX];
	struct wr w = wr_init(whole, sizeof whole);
	struct isakmp_header h = in->m.h;

	for (size_t i = 0; i < f->last; i++)
		wr_bytes(&w, f->piece[i].p, f->piece[i].len);
	place_free(place);
	return incoming_read(in, whole, wr_len(&w)) &&
	    in->m.h.next != PAY_FRAGMENT &&
	    memcmp(in->m.h.cky_i, h.cky_i, COOKIE_LEN) == 0 &&
	    memcmp(in->m.h.cky_r, h.cky_r, COOKIE_LEN) == 0;
}

bool fragment_receive(struct ike_sa *sa, struct incoming *in)
{
	struct fragments *f, **place;
	struct piece p;

	if (!piece_read(&p, in->body, in->body_len)) {
		sa_refuse(sa, &sa->ike->stats.malformed);
		return false;
	}
	place = &sa->rest->fragments[path_equal(&sa->path, in->path) ? FRAGMENTS_HERE :
	    FRAGMENTS_ELSEWHERE];
	if (!*place)
		*place = fragments_new(sa, place);
	f = *place;
	if (!f) {
		sa_refuse(sa, &sa->ike->stats.capacity_fails);
		return false;
	}
	if (f->id != p.id || !path_equal(&f->path, in->path)) {
		fragments_reset(f);
		f->id = p.id;
		f->path = *in->path;
	}
	if (!keep(f, &p)) {
		sa->ike->stats.in_drops++;
		return false;
	}
	return complete(f) && assemble(place, in);
}
