/*
 * The front of the IKE room: datagrams are told apart by their cookies (RFC 2408
 * 2.5.3, 3.1) and handed to the exchange they belong to. What belongs to nothing
 * is counted and leaves nothing behind.
 */
#include <stdlib.h>
#include <string.h>

#include "engine/ike/internal.h"

static bool shares_init(struct ike *ike)
{
	static const struct share_limits half_open = {HALF_OPEN_MAX, HALF_OPEN_NETWORK, HALF_OPEN_ADDRESS},
	    negotiating = {NEGOTIATING_MAX, NEGOTIATING_NETWORK, NEGOTIATING_ADDRESS},
	    fragmented = {FRAGMENTED_MAX, FRAGMENTED_NETWORK, FRAGMENTED_ADDRESS};

	ike->half_open.shares = shares_create(ike->env, &half_open);
	ike->negotiating.shares = shares_create(ike->env, &negotiating);
	ike->fragmented = shares_create(ike->env, &fragmented);
	return ike->half_open.shares && ike->negotiating.shares && ike->fragmented;
}

struct ike *ike_create(struct env *env, const struct config *config, struct trace *trace,
    const struct crypto *crypto, const struct ike_ops *ops, void *owner)
{
	struct ike *ike = calloc(1, sizeof *ike);

	if (!ike)
		return NULL;
	ike->env = env;
	ike->config = config;
	ike->trace = trace;
	ike->crypto = crypto;
	ike->ops = ops;
	ike->owner = owner;
	env->random(env, &ike->secret, sizeof ike->secret);
	if (shares_init(ike) && dh_queue_init(ike))
		return ike;
	ike_destroy(ike);
	return NULL;
}

void ike_destroy(struct ike *ike)
{
	struct ike_list *list[] = {&ike->half_open, &ike->negotiating, &ike->active};

	for (size_t i = 0; i < 3; i++)
		while (list[i]->head)
			sa_kill(list[i]->head);
	dh_queue_fini(ike);
	shares_destroy(ike->half_open.shares);
	shares_destroy(ike->negotiating.shares);
	shares_destroy(ike->fragmented);
	table_fini(&ike->children);
	crypto_wipe(ike, sizeof *ike);
	free(ike);
}

static bool zero_cookie(const uint8_t *cookie)
{
	static const uint8_t zero[COOKIE_LEN];

	return memcmp(cookie, zero, COOKIE_LEN) == 0;
}

bool incoming_read(struct incoming *in, const struct ike *ike, const uint8_t *msg, size_t len)
{
	const struct isakmp_header *h = &in->m.h;
	struct rd r = rd_init(msg, len);
	uint8_t sum[CRYPTO_HASH_MAX];

	if (len > MESSAGE_MAX || !isakmp_header_read(&r, &in->m.h) || zero_cookie(h->cky_i) ||
	    h->flags & ~(FLAG_ENCRYPTED | FLAG_COMMIT))
		return false;
	in->body_len = rd_left(&r);
	rd_copy(&r, in->body, in->body_len);
	/* Not the flags: a message is the same one with the Commit bit, which nothing protects. */
	struct chunk part[] = {
		{h->cky_i, COOKIE_LEN},
		{h->cky_r, COOKIE_LEN},
		{&h->next, 1},
		{&h->exchange, 1},
		{&h->msgid, sizeof h->msgid},
		{in->body, in->body_len},
	};
	if (!crypto_hash(ike->crypto, HASH_SHA256, part, 6, sum))
		return false;
	memcpy(in->digest, sum, DIGEST_LEN);
	return true;
}

/* A datagram without a responder's cookie can only begin something. */
static void receive_first(struct ike *ike, struct incoming *in)
{
	struct ike_sa *sa;

	if (in->m.h.exchange == XCHG_INFORMATIONAL) {
		informational_clear(ike, NULL, in);
		return;
	}
	if (in->m.h.exchange == XCHG_AGGRESSIVE) {
		aggressive_receive(ike, in);
		return;
	}
	if (in->m.h.exchange != XCHG_MAIN || in->m.h.flags & FLAG_ENCRYPTED ||
	    in->m.h.msgid != 0) {
		ike->stats.in_drops++;
		return;
	}
	sa = sa_by_initiator(ike, &in->path->remote, in->m.h.cky_i);
	if (sa) {
		ike->stats.duplicates++;
		main_mode_repeat(sa, in->path);
		return;
	}
	main_mode_start(ike, in);
}

static void receive_more(struct ike *ike, struct incoming *in)
{
	struct ike_sa *sa = sa_by_cookies(ike, in->m.h.cky_i, in->m.h.cky_r);

	if (!sa) {
		ike->stats.unknown_cookie++;
		ike->stats.in_drops++;
		return;
	}
	sa_hold(sa);
	if (in->m.h.next != PAY_FRAGMENT || fragment_receive(sa, in))
		exchange_receive(sa, in);
	sa_release(sa);
}

void ike_receive(struct ike *ike, const struct path *path, const uint8_t *msg, size_t len)
{
	struct incoming in;
	char local[ADDR_TEXT_MAX], remote[ADDR_TEXT_MAX];

	ike->stats.in_packets++;
	ike->stats.in_octets += len;
	in.path = path;
	if (!incoming_read(&in, ike, msg, len)) {
		if (version2_receive(ike, path, msg, len))
			return;
		trace_ike(ike->trace, &(struct trace_ctx){.ip = &path->remote.addr},
		    "Received a packet of %zu bytes that is not ISAKMP, dropping", len);
		ike->stats.malformed++;
		ike->stats.in_drops++;
		return;
	}
	trace_ike(ike->trace, NULL, "IKE Receiver: Packet received on %s:%u from %s:%u",
	    addr_text(&path->local.addr, local), path->local.port,
	    addr_text(&path->remote.addr, remote), path->remote.port);
	if (zero_cookie(in.m.h.cky_r))
		receive_first(ike, &in);
	else
		receive_more(ike, &in);
	crypto_wipe(in.body, in.body_len);
}

void ike_sa_delete(struct ike *ike, struct ike_sa *sa, enum reason reason)
{
	uint8_t cookies[2 * COOKIE_LEN];

	(void)ike;
	if (sa->dead)
		return;
	if (sa->state == MM_ACTIVE) {
		memcpy(cookies, sa->cky_i, COOKIE_LEN);
		memcpy(cookies + COOKIE_LEN, sa->cky_r, COOKIE_LEN);
		trace_ike_debug(TRACE_OF(sa), GROUP_OF(sa),
		    "IKE SA MM:%02x%02x%02x%02x terminating", sa->cky_r[0], sa->cky_r[1],
		    sa->cky_r[2], sa->cky_r[3]);
		send_delete(sa, PROTO_ISAKMP, (struct chunk){cookies, sizeof cookies});
	}
	sa_end(sa, reason);
}

void ike_child_delete(struct ike *ike, struct ike_sa *sa, uint32_t spi_in)
{
	uint8_t spi[4];
	struct wr w = wr_init(spi, sizeof spi);

	(void)ike;
	if (sa->dead || sa->state != MM_ACTIVE)
		return;
	wr_u32(&w, spi_in);
	send_delete(sa, PROTO_ESP, (struct chunk){spi, sizeof spi});
}

void ike_sa_get(struct ike *ike, const struct ike_sa *sa, struct ike_sa_info *info)
{
	uint64_t now = ike->env->now(ike->env);
	bool known = sa->authenticated;

	*info = (struct ike_sa_info){
	    .path = sa->path,
	    .state = sa_state_name(sa->state),
	    .tunnel_group = known ? sa->group_name : NULL,
	    .peer = sa->peer,
	    .cipher = sa->cipher,
	    .hash = sa->hash,
	    .group = sa->group->number,
	    .lifetime = sa->lifetime,
	    .rekey = sa->rekey,
	    .nat_remote = sa->nat_remote,
	    .nat_local = sa->nat_local,
	    .dpd = sa->dpd,
	    .client = sa->client,
	};
	if (sa->state == MM_ACTIVE && sa->expires > now)
		info->remaining = (uint32_t)((sa->expires - now) / SEC);
	if (known) {
		info->id_type = sa->rest->id_type;
		info->id = sa->rest->id;
		info->id_len = sa->rest->id_len;
	}
}

struct ike_sa *ike_sa_next(struct ike *ike, struct ike_sa *sa)
{
	struct ike_list *list[] = {&ike->active, &ike->negotiating, &ike->half_open};
	size_t i = 0;

	if (sa) {
		if (sa->next)
			return sa->next;
		while (i < 3 && list[i] != sa->list)
			i++;
		i++;
	}
	while (i < 3 && !list[i]->head)
		i++;
	return i < 3 ? list[i]->head : NULL;
}

const struct ike_stats *ike_stats(const struct ike *ike)
{
	return &ike->stats;
}
