/*
 * See flow_log.h. Once a second those flows are looked at whose interval may be over; their texts
 * are kept as they were said first.
 */
#include "engine/firewall/flow_log.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEADS 4096

struct flow {
	struct chain_link link;
	struct acl_seen packet;
	enum log_id id;
	unsigned severity;
	uint32_t hash;
	bool permit;
	uint16_t interval;
	uint32_t hits;	/* in this interval */
	bool first;	/* what began it was said already, and counts all the same */
	uint64_t since; /* when it began, by env's clock */
	char head[];
};

#define OF_LINK(l) container_of(l, struct flow, link)

/* False: there were too many of that message. */
static bool say(struct flow_log *l, const struct flow *f, uint64_t seconds)
{
	char how[40];

	snprintf(how, sizeof how, seconds ? "%" PRIu64 "-second interval" : "first hit", seconds);
	return log_sayf_as(l->log, f->id, f->severity,
	    "%s hit-cnt %u %s [0x%08x, 0x00000000]", f->head, f->hits, how, f->hash);
}

static void forget(struct flow_log *l, struct flow *f)
{
	chains_remove(&l->flows, &f->link);
	l->total--;
	l->denied -= !f->permit;
	free(f);
}

/* Its interval is over. `full`: of which messages there were too many now; their flows go on
 * counting until there is room. */
static void interval_over(struct flow_log *l, struct flow *f, uint64_t now, bool full[LOG_COUNT])
{
	if (f->hits == f->first) {
		forget(l, f);
		return;
	}
	if (full[f->id] || !say(l, f, f->interval)) {
		full[f->id] = true;
		return;
	}
	f->hits = 0;
	f->first = false;
	f->since = now;
}

static void tick(struct timer *t)
{
	struct flow_log *l = container_of(t, struct flow_log, tick);
	uint64_t now = l->env->now(l->env);
	struct chain_link *at = chains_next(&l->flows, NULL), *next;
	bool full[LOG_COUNT] = {false};

	for (; at; at = next) {
		struct flow *f = OF_LINK(at);

		next = chains_next(&l->flows, at);
		if (now - f->since >= f->interval * SEC)
			interval_over(l, f, now, full);
	}
	if (l->total)
		timer_start(l->env, &l->tick, SEC);
}

void flow_log_init(
    struct flow_log *l, struct env *env, const struct config *config, struct log *log)
{
	*l = (struct flow_log){.env = env, .config = config, .log = log, .tick = {.fire = tick}};
}

void flow_log_fini(struct flow_log *l)
{
	struct chain_link *at;

	if (!l->flows.head)
		return;
	timer_stop(l->env, &l->tick);
	while ((at = chains_next(&l->flows, NULL)))
		forget(l, OF_LINK(at));
	chains_fini(&l->flows);
}

static uint64_t key_of(const struct flow_hit *h)
{
	const struct acl_seen *p = h->packet;
	uint64_t k = p->source;

	for (const char *c = h->head; *c; c++)
		k = (k ^ (unsigned char)*c) * 0x100000001b3;
	k = (k ^ (uint64_t)p->dest << 32 ^ h->hash) * 0x9e3779b97f4a7c15;
	return (k ^ (uint64_t)p->source_port << 16 ^ p->dest_port ^ (uint64_t)p->protocol << 40) *
	       0x9e3779b97f4a7c15;
}

static bool is_flow(const struct flow *f, const struct flow_hit *h)
{
	return f->id == h->id && f->hash == h->hash && f->severity == h->severity &&
	       f->interval == h->interval && f->packet.source == h->packet->source &&
	       f->packet.dest == h->packet->dest &&
	       f->packet.source_port == h->packet->source_port &&
	       f->packet.dest_port == h->packet->dest_port &&
	       f->packet.protocol == h->packet->protocol && !strcmp(f->head, h->head);
}

/* Of two with one key the later one is found; the other is forgotten in its time. */
static struct flow *find(const struct flow_log *l, uint64_t key, const struct flow_hit *h)
{
	struct chain_link *at = chains_find(&l->flows, key);

	return at && is_flow(OF_LINK(at), h) ? OF_LINK(at) : NULL;
}

static bool ready(struct flow_log *l)
{
	uint64_t secret;

	if (l->flows.head)
		return true;
	l->env->random(l->env, &secret, sizeof secret);
	return chains_init(&l->flows, HEADS, secret);
}

/* One more that is refused is too many. */
static void alert(struct flow_log *l)
{
	uint64_t now = l->env->now(l->env);

	if (l->alerted && now - l->alerted < l->config->access_log.alert_interval * SEC)
		return;
	l->alerted = now;
	log_say(l->log, 106101, "Number of cached deny-flows for ACL log has reached limit (%u).",
	    l->config->access_log.deny_flow_max);
}

void flow_log_hit(struct flow_log *l, const struct flow_hit *h)
{
	uint64_t key = key_of(h);
	size_t length = strlen(h->head) + 1;
	struct flow *f;

	if (!ready(l))
		return;
	f = find(l, key, h);
	if (f) {
		f->hits++;
		return;
	}
	if (!h->permit && l->denied >= l->config->access_log.deny_flow_max) {
		alert(l);
		return;
	}
	f = malloc(sizeof *f + length);
	if (!f)
		return;
	*f = (struct flow){.packet = *h->packet,
	    .id = h->id,
	    .severity = h->severity,
	    .hash = h->hash,
	    .permit = h->permit,
	    .interval = h->interval,
	    .hits = 1,
	    .since = l->env->now(l->env)};
	memcpy(f->head, h->head, length);
	f->first = say(l, f, 0);
	if (h->permit && l->total - l->denied >= FLOW_LOG_MAX) {
		free(f);
		return;
	}
	chains_add(&l->flows, &f->link, key);
	l->denied += !h->permit;
	if (!l->total++)
		timer_start(l->env, &l->tick, SEC);
}
