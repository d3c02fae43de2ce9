/* The tables of IKE SAs (RFC 2408 2.5.3); see sa_table.h. */
#include "engine/ike/sa_table.h"

#include <string.h>

/* Our own cookie is random: any of its bits will do. */
static struct ike_sa **bucket_r(struct ike *ike, const uint8_t *cky_r)
{
	return &ike->by_r[cookie_number(cky_r) % COOKIE_BUCKETS];
}

/* The client's is his choice: a secret keeps him from filling one bucket. */
static struct ike_sa **bucket_i(struct ike *ike, const uint8_t *cky_i)
{
	uint64_t x = (cookie_number(cky_i) ^ ike->secret) * 0x9e3779b97f4a7c15ULL;

	x = (x ^ x >> 32) * (ike->secret | 1);
	return &ike->by_i[(x >> 40) % COOKIE_BUCKETS];
}

static struct ike_sa **bucket_p(struct ike *ike, const struct peer *peer)
{
	return &ike->by_peer[((uintptr_t)peer >> 4) % COOKIE_BUCKETS];
}

/* ---- by cookies ---------------------------------------------------------------- */

void sa_table_add(struct ike_sa *sa)
{
	struct ike_sa **i = bucket_i(sa->ike, sa->cky_i), **r = bucket_r(sa->ike, sa->cky_r);

	sa->next_i = *i;
	*i = sa;
	sa->next_r = *r;
	*r = sa;
}

static void unlink_from(struct ike_sa **at, struct ike_sa *sa, bool by_r)
{
	while (*at != sa)
		at = by_r ? &(*at)->next_r : &(*at)->next_i;
	*at = by_r ? sa->next_r : sa->next_i;
}

void sa_table_remove(struct ike_sa *sa)
{
	unlink_from(bucket_i(sa->ike, sa->cky_i), sa, false);
	unlink_from(bucket_r(sa->ike, sa->cky_r), sa, true);
}

struct ike_sa *sa_by_cookies(struct ike *ike, const uint8_t *cky_i, const uint8_t *cky_r)
{
	struct ike_sa *sa = *bucket_r(ike, cky_r);

	while (sa && (memcmp(sa->cky_r, cky_r, COOKIE_LEN) != 0 ||
	                 memcmp(sa->cky_i, cky_i, COOKIE_LEN) != 0))
		sa = sa->next_r;
	return sa;
}

struct ike_sa *sa_by_initiator(struct ike *ike, const struct endpoint *remote,
    const uint8_t *cky_i)
{
	struct ike_sa *sa = *bucket_i(ike, cky_i);

	while (sa && (memcmp(sa->cky_i, cky_i, COOKIE_LEN) != 0 ||
	                 !endpoint_equal(&sa->path.remote, remote)))
		sa = sa->next_i;
	return sa;
}

struct ike_sa *sa_begun(struct ike *ike, const uint8_t *cky_i)
{
	struct ike_sa *sa = *bucket_i(ike, cky_i);

	while (sa && (sa->role != ROLE_INITIATOR || !cookie_is_zero(sa->cky_r) ||
	                 memcmp(sa->cky_i, cky_i, COOKIE_LEN) != 0))
		sa = sa->next_i;
	return sa;
}

void sa_answered(struct ike_sa *sa, const uint8_t *cky_r)
{
	sa_table_remove(sa);
	memcpy(sa->cky_r, cky_r, COOKIE_LEN);
	sa_table_add(sa);
}

/* ---- in lists ------------------------------------------------------------------ */

void sa_list_add(struct ike_list *l, struct ike_sa *sa)
{
	sa->list = l;
	sa->next = NULL;
	sa->prev = l->tail;
	*(l->tail ? &l->tail->next : &l->head) = sa;
	l->tail = sa;
	l->n++;
}

void sa_list_remove(struct ike_sa *sa)
{
	struct ike_list *l = sa->list;

	*(sa->prev ? &sa->prev->next : &l->head) = sa->next;
	*(sa->next ? &sa->next->prev : &l->tail) = sa->prev;
	l->n--;
	if (l->shares)
		shares_give(l->shares, &sa->share);
	sa->list = NULL;
}

/* ---- of a peer ----------------------------------------------------------------- */

struct ike_sa *sa_sibling(const struct ike_sa *sa, const struct ike_sa *last)
{
	struct ike_sa *next = last ? last->next_p : *bucket_p(sa->ike, sa->peer);

	while (next && (next == sa || next->peer != sa->peer))
		next = next->next_p;
	return next;
}

void sa_leave(struct ike_sa *sa)
{
	struct ike_sa **at;

	if (!sa->peer)
		return;
	at = bucket_p(sa->ike, sa->peer);
	while (*at != sa)
		at = &(*at)->next_p;
	*at = sa->next_p;
}

void sa_mark_rekey(struct ike_sa *sa)
{
	for (struct ike_sa *other = NULL; (other = sa_sibling(sa, other)) != NULL;) {
		other->rekey = sa->rekey = true;
		if (sa->state == MM_ACTIVE && other->state == MM_ACTIVE)
			other->replaced = true;
	}
	if (sa->state == MM_ACTIVE)
		sa->ike->stats.phase1_rekeys += sa->rekey;
}

void sa_forget_rekey(struct ike_sa *gone)
{
	struct ike_sa *other;

	if (!gone->peer)
		return;
	other = sa_sibling(gone, NULL);
	if (other && !sa_sibling(gone, other))
		other->rekey = false;
}

void sa_join(struct ike_sa *sa, struct peer *peer)
{
	sa_forget_rekey(sa);
	sa_leave(sa);
	sa->rekey = false;
	sa->peer = peer;
	if (!peer)
		return;
	sa->next_p = *bucket_p(sa->ike, peer);
	*bucket_p(sa->ike, peer) = sa;
}
