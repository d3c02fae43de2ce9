/*
 * The IKE SA: identity is the cookie pair, found by it in two tables. Life:
 * sa_new() by message 1, sa_move() from list to list as it earns trust, sa_end()
 * when it is over for whatever reason. Callbacks may end an SA that is being
 * worked on, so whoever works holds it, and a dead one is freed by the last.
 */
#include <stdlib.h>
#include <string.h>

#include "engine/ike/internal.h"

static const char *const state_name[IKE_STATES] = {
	[MM_START] = "MM_START",
	[MM_WAIT_MSG3] = "MM_WAIT_MSG3",
	[MM_BLD_MSG4] = "MM_BLD_MSG4",
	[MM_WAIT_MSG5] = "MM_WAIT_MSG5",
	[MM_ACTIVE] = "MM_ACTIVE",
};

const char *sa_state_name(enum ike_state s)
{
	return state_name[s];
}

static uint64_t cookie_number(const uint8_t *cookie)
{
	struct rd r = rd_init(cookie, COOKIE_LEN);

	return rd_u64(&r);
}

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

struct ike_sa *sa_sibling(const struct ike_sa *sa, const struct ike_sa *last)
{
	struct ike_sa *next = last ? last->next_p : *bucket_p(sa->ike, sa->peer);

	while (next && (next == sa || next->peer != sa->peer))
		next = next->next_p;
	return next;
}

static void unlink_peer(struct ike_sa *sa)
{
	struct ike_sa **at = bucket_p(sa->ike, sa->peer);

	while (*at != sa)
		at = &(*at)->next_p;
	*at = sa->next_p;
}

/* A pair that replaced each other is no longer one when either goes. */
static void rekey_forget(struct ike_sa *gone)
{
	struct ike_sa *other = sa_sibling(gone, NULL);

	if (other && !sa_sibling(gone, other))
		other->rekey = false;
}

void sa_join(struct ike_sa *sa, struct peer *peer)
{
	if (sa->peer) {
		if (sa->rekey)
			rekey_forget(sa);
		sa->rekey = false;
		unlink_peer(sa);
	}
	sa->peer = peer;
	if (!peer)
		return;
	sa->next_p = *bucket_p(sa->ike, peer);
	*bucket_p(sa->ike, peer) = sa;
}

static void list_add(struct ike_list *l, struct ike_sa *sa)
{
	sa->list = l;
	sa->next = NULL;
	sa->prev = l->tail;
	if (l->tail)
		l->tail->next = sa;
	else
		l->head = sa;
	l->tail = sa;
	l->n++;
}

static void list_remove(struct ike_sa *sa)
{
	struct ike_list *l = sa->list;

	if (sa->prev)
		sa->prev->next = sa->next;
	else
		l->head = sa->next;
	if (sa->next)
		sa->next->prev = sa->prev;
	else
		l->tail = sa->prev;
	l->n--;
	if (l->shares)
		shares_give(l->shares, &sa->share);
	sa->list = NULL;
}

static void push_out(struct ike_sa *sa)
{
	struct ike *ike = sa->ike;
	struct path path = sa->path;

	++*(sa->list == &ike->half_open ? &ike->stats.half_open_evicted :
	                                  &ike->stats.negotiating_evicted);
	sa_kill(sa);
	ike->ops->failed(ike->owner, &path, REASON_SHARE_USED_UP, "");
}

/* A place among those of this list: whoever holds too much makes room. */
static bool list_take(struct ike_list *l, struct ike_sa *sa)
{
	struct share *gone;

	if (!l->shares)
		return true;
	while ((gone = shares_victim(l->shares, sa->origin)))
		push_out(container_of(gone, struct ike_sa, share));
	return shares_take(l->shares, &sa->share, sa->origin);
}

struct ike_sa *sa_new(struct ike *ike, const struct path *path, const uint8_t *cky_i,
    struct chunk sai)
{
	struct ike_sa *sa;

	_Static_assert(sizeof *sa <= 512, "no room left for an offer of a hundred transforms");
	if (sizeof *sa + sai.len > HALF_OPEN_BYTES)
		return NULL;
	sa = calloc(1, sizeof *sa);
	if (!sa)
		return NULL;
	sa->origin = share_key_of(&path->remote.addr);
	sa->sai = malloc(sai.len);
	if (!sa->sai || !list_take(&ike->half_open, sa)) {
		free(sa->sai);
		free(sa);
		return NULL;
	}
	memcpy(sa->sai, sai.p, sai.len);
	sa->sai_len = sai.len;
	sa->ike = ike;
	sa->path = *path;
	sa->client = "";
	memcpy(sa->cky_i, cky_i, COOKIE_LEN);
	do
		ike->env->random(ike->env, sa->cky_r, COOKIE_LEN);
	while (cookie_number(sa->cky_r) == 0);
	sa->next_i = *bucket_i(ike, cky_i);
	*bucket_i(ike, cky_i) = sa;
	sa->next_r = *bucket_r(ike, sa->cky_r);
	*bucket_r(ike, sa->cky_r) = sa;
	list_add(&ike->half_open, sa);
	return sa;
}

bool sa_move(struct ike_sa *sa, struct ike_list *l)
{
	list_remove(sa);
	list_add(l, sa);
	return list_take(l, sa);
}

bool sa_grow(struct ike_sa *sa)
{
	struct sa_rest *rest = calloc(1, sizeof *rest);

	if (!rest)
		return false;
	rest->hs = calloc(1, sizeof *rest->hs);
	if (!rest->hs) {
		free(rest);
		return false;
	}
	rest->sa = sa;
	sa->rest = rest;
	if (sa_move(sa, &sa->ike->negotiating))
		return true;
	sa_kill(sa);
	return false;
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

struct ike_exchanged sa_exchanged(const struct ike_sa *sa)
{
	const struct handshake *hs = sa->rest->hs;
	size_t pub = sa->group->public_len;

	return (struct ike_exchanged){
	    .cky_i = sa->cky_i,
	    .cky_r = sa->cky_r,
	    .gxi = {hs->gxi, pub},
	    .gxr = {hs->gxr, pub},
	    .gxy = {hs->gxy, sa->group->shared_len},
	    .ni = {hs->ni, hs->ni_len},
	    .nr = {hs->nr, NONCE_LEN},
	    .sai = {sa->sai, sa->sai_len},
	};
}

void sa_drop_handshake(struct ike_sa *sa)
{
	struct handshake *hs = sa->rest->hs;

	if (!hs)
		return;
	dh_job_orphan(&hs->job);
	crypto_wipe(hs, sizeof *hs);
	free(hs);
	sa->rest->hs = NULL;
	free(sa->sai);
	sa->sai = NULL;
	sa->sai_len = 0;
}

static void rest_free(struct sa_rest *rest)
{
	answered_drop(&rest->last);
	answered_drop(&rest->info);
	msgids_fini(&rest->quick_ids);
	msgids_fini(&rest->info_ids);
	free(rest->id);
	crypto_wipe(rest, sizeof *rest);
	free(rest);
}

static void sa_free(struct ike_sa *sa)
{
	if (sa->rest)
		rest_free(sa->rest);
	free(sa->sai);
	free(sa->group_name);
	free(sa);
}

void sa_hold(struct ike_sa *sa)
{
	sa->refs++;
}

void sa_release(struct ike_sa *sa)
{
	if (--sa->refs == 0 && sa->dead)
		sa_free(sa);
}

static void unlink_from(struct ike_sa **at, struct ike_sa *sa, bool by_r)
{
	while (*at != sa)
		at = by_r ? &(*at)->next_r : &(*at)->next_i;
	*at = by_r ? sa->next_r : sa->next_i;
}

/* Out of every table; its quick modes and secrets of the moment go with it. */
static void sa_unlink(struct ike_sa *sa)
{
	struct ike *ike = sa->ike;
	struct qm *next;

	sa->dead = true;
	timer_stop(ike->env, &sa->timer);
	list_remove(sa);
	unlink_from(bucket_i(ike, sa->cky_i), sa, false);
	unlink_from(bucket_r(ike, sa->cky_r), sa, true);
	if (sa->peer)
		unlink_peer(sa);
	if (sa->rest) {
		timer_stop(ike->env, &sa->rest->dpd_timer);
		for (struct qm *q = sa->rest->qms; q; q = next) {
			next = q->next;
			qm_end(q, REASON_QM_TIMEOUT);
		}
		sa_drop_handshake(sa);
		fragments_free(sa);
	}
}

void sa_kill(struct ike_sa *sa)
{
	if (sa->dead)
		return;
	sa_unlink(sa);
	if (sa->refs == 0)
		sa_free(sa);
}

void sa_end(struct ike_sa *sa, enum reason reason)
{
	struct ike *ike = sa->ike;
	bool up = sa->peer != NULL;
	struct path path = sa->path;
	bool told = sa->rest && sa->rest->hs && sa->rest->hs->psk_failed;

	if (sa->dead)
		return;
	sa_hold(sa);
	if (up && sa->rekey)
		rekey_forget(sa);
	sa_unlink(sa);
	if (up)
		ike->ops->phase1_down(ike->owner, sa->peer, sa, reason);
	else if (!told)
		ike->ops->failed(ike->owner, &path, reason, "");
	sa_release(sa);
}

struct qm *qm_new(struct ike_sa *sa, uint32_t msgid)
{
	struct qm *q = calloc(1, sizeof *q);

	if (!q)
		return NULL;
	q->sa = sa;
	q->msgid = msgid;
	q->next = sa->rest->qms;
	sa->rest->qms = q;
	sa->rest->n_qms++;
	return q;
}

struct qm *qm_find(struct ike_sa *sa, uint32_t msgid)
{
	struct qm *q = sa->rest->qms;

	while (q && q->msgid != msgid)
		q = q->next;
	return q;
}

void qm_end(struct qm *q, enum reason reason)
{
	struct ike_sa *sa = q->sa;
	struct ike *ike = sa->ike;
	struct qm **at = &sa->rest->qms;
	bool abort = q->reserved;
	uint32_t spi = q->child.spi_in;

	while (*at != q)
		at = &(*at)->next;
	*at = q->next;
	sa->rest->n_qms--;
	timer_stop(ike->env, &q->timer);
	if (table_get(&ike->children, spi) == q)
		table_remove(&ike->children, spi);
	dh_job_orphan(&q->job);
	answered_drop(&q->last);
	free(q->ke);
	crypto_wipe(q, sizeof *q);
	free(q);
	if (abort)
		ike->ops->child_abort(ike->owner, sa->peer, spi, reason);
}

void qm_make_room(struct qm *keep)
{
	struct ike_sa *sa = keep->sa;
	struct qm *oldest = keep; /* the newest, which comes first */

	if (sa->rest->n_qms <= QUICK_MODES_MAX)
		return;
	while (oldest->next)
		oldest = oldest->next;
	trace_ike(TRACE_OF(sa), GROUP_OF(sa),
	    "Too many unfinished quick modes: msg id = %08x gives way", oldest->msgid);
	qm_end(oldest, REASON_QM_TIMEOUT);
}
