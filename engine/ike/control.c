/*
 * What the owner of the room may ask for: that there be one, what its SAs are, that they end, move
 * or prove that their peer is alive.
 */
#include <stdlib.h>

#include "engine/ike/dh_job.h"
#include "engine/ike/dpd.h"
#include "engine/ike/ike.h"
#include "engine/ike/life.h"
#include "engine/ike/main_mode_renew.h"
#include "engine/ike/natt.h"
#include "engine/ike/quick_mode_renew.h"
#include "engine/ike/quick_mode_up.h"
#include "engine/ike/sa_table.h"
#include "engine/ike/send.h"
#include "engine/ike/whereabouts.h"

static bool shares_init(struct ike *ike)
{
	static const struct share_limits
	    half_open = {HALF_OPEN_MAX, HALF_OPEN_NETWORK, HALF_OPEN_ADDRESS},
	    aggressive = {AGGRESSIVE_MAX, AGGRESSIVE_NETWORK, AGGRESSIVE_ADDRESS},
	    second = {AGGRESSIVE_SECOND, AGGRESSIVE_SECOND_NETWORK, AGGRESSIVE_SECOND_ADDRESS},
	    negotiating = {NEGOTIATING_MAX, NEGOTIATING_NETWORK, NEGOTIATING_ADDRESS},
	    fragmented = {FRAGMENTED_MAX, FRAGMENTED_NETWORK, FRAGMENTED_ADDRESS};

	ike->half_open.shares = shares_create(ike->env, &half_open);
	ike->aggressive.shares = shares_create(ike->env, &aggressive);
	ike->second.shares = shares_create(ike->env, &second);
	ike->negotiating.shares = shares_create(ike->env, &negotiating);
	ike->fragmented = shares_create(ike->env, &fragmented);
	return ike->half_open.shares && ike->aggressive.shares && ike->second.shares &&
	    ike->negotiating.shares && ike->fragmented;
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
	ike->attempts = (struct attempt_sink){
	    .closed = ops->attempt_closed, .wanted = ops->attempt_wanted, .owner = owner};
	env->random(env, &ike->secret, sizeof ike->secret);
	env->random(env, &ike->tries.secret, sizeof ike->tries.secret);
	ike->dh = dh_queue_create(env, crypto, ike->stats.work.dh);
	if (ike->dh && shares_init(ike))
		return ike;
	ike_destroy(ike);
	return NULL;
}

void ike_destroy(struct ike *ike)
{
	struct ike_list *list[] = {&ike->half_open, &ike->aggressive, &ike->negotiating,
	    &ike->begun, &ike->active};

	for (size_t i = 0; i < sizeof list / sizeof *list; i++)
		while (list[i]->head)
			sa_kill(list[i]->head, REASON_ADMIN_SHUTDOWN);
	dh_queue_destroy(ike->dh);
	shares_destroy(ike->half_open.shares);
	shares_destroy(ike->aggressive.shares);
	shares_destroy(ike->second.shares);
	shares_destroy(ike->negotiating.shares);
	shares_destroy(ike->fragmented);
	table_fini(&ike->children);
	crypto_wipe(ike, sizeof *ike);
	free(ike);
}

void ike_sa_delete(struct ike *ike, struct ike_sa *sa, enum reason reason)
{
	(void)ike;
	sa_delete(sa, reason);
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

/* As the device has it of two that replace each other. */
static const char *state_shown(const struct ike_sa *sa)
{
	if (sa->aggressive && sa->state == MM_ACTIVE)
		return "AM_ACTIVE";
	if (sa->state != MM_ACTIVE || !sa->rekey)
		return sa_state_name(sa->state);
	if (sa->replaced)
		return "MM_REKEY_DONE_H2";
	for (const struct ike_sa *s = NULL; (s = sa_sibling(sa, s)) != NULL;)
		if (s->state != MM_ACTIVE)
			return "MM_ACTIVE_REKEY";
	return sa_state_name(sa->state);
}

void ike_sa_get(struct ike *ike, const struct ike_sa *sa, struct ike_sa_info *info)
{
	uint64_t now = ike->env->now(ike->env);
	bool known = sa->authenticated;

	*info = (struct ike_sa_info){
	    .path = sa->path,
	    .state = state_shown(sa),
	    .initiator = sa->role == ROLE_INITIATOR,
	    .aggressive = sa->aggressive,
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
	    .masquerade = sa->masquerade,
	    .masquerade_late = natt_masquerade_late(sa),
	    .client = sa->client,
	};
	if (sa->expires > now)
		info->remaining = (uint32_t)((sa->expires - now) / SEC);
	if (known) {
		info->id_type = sa->rest->id_type;
		info->id = sa->rest->id;
		info->id_len = sa->rest->id_len;
	}
}

struct attempt **ike_sa_attempt(struct ike_sa *sa)
{
	return &sa->attempt;
}

struct ike_sa *ike_sa_next(struct ike *ike, struct ike_sa *sa)
{
	struct ike_list *list[] = {&ike->active, &ike->begun, &ike->negotiating,
	    &ike->aggressive, &ike->half_open};
	const size_t n = sizeof list / sizeof *list;
	size_t i = 0;

	if (sa) {
		if (sa->next)
			return sa->next;
		while (i < n && list[i] != sa->list)
			i++;
		i++;
	}
	while (i < n && !list[i]->head)
		i++;
	return i < n ? list[i]->head : NULL;
}

const struct ike_stats *ike_stats(const struct ike *ike)
{
	return &ike->stats;
}

struct ike_admission ike_admission(const struct ike *ike)
{
	return (struct ike_admission){
	    .limit = HALF_OPEN_MAX + AGGRESSIVE_MAX + NEGOTIATING_MAX,
	    .now = ike_under_way(ike),
	};
}

void ike_admission_clear(struct ike *ike)
{
	ike->stats.negotiating_most = ike_under_way(ike);
}

bool ike_sa_ask(struct ike_sa *sa)
{
	return dpd_ask(sa);
}

uint64_t ike_sa_heard(const struct ike_sa *sa)
{
	return sa->rest ? sa->rest->heard : 0;
}

void ike_sa_alive(struct ike_sa *sa)
{
	sa_alive(sa);
}

void ike_sa_move(struct ike_sa *sa, const struct path *path)
{
	sa_relocate(sa, path);
}

void ike_sa_give(struct ike_sa *sa, struct peer *peer)
{
	sa_join(sa, peer);
	sa_mark_rekey(sa);
}

void ike_sa_terms(const struct ike_sa *sa, struct ike_terms *t)
{
	*t = (struct ike_terms){.cipher = sa->cipher, .hash = sa->hash, .auth = sa->auth,
	    .group = sa->group->number, .lifetime = sa->lifetime, .natt = sa->natt,
	    .client = sa->client, .his_alone = sa->aggressive || sa->masquerade};
}

struct ike_sa *ike_sa_renew(struct ike *ike, struct peer *peer, const struct path *path,
    const char *tunnel_group, const struct ike_terms *terms)
{
	if (terms->his_alone)
		return NULL;
	return main_mode_renew(ike, peer, path, tunnel_group, terms);
}

uint32_t ike_child_renew(struct ike *ike, struct ike_sa *sa, const struct child *old)
{
	(void)ike;
	return quick_mode_renew(sa, old);
}

void ike_child_hurry(struct ike *ike, uint32_t spi_in, bool proved)
{
	qm_hurry(ike, spi_in, proved);
}

void ike_child_confirmed(struct ike *ike, uint32_t spi_in)
{
	qm_confirmed(ike, spi_in);
}

void ike_child_gone(struct ike *ike, uint32_t spi_in)
{
	qm_gone(ike, spi_in);
}
