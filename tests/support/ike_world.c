/* See ike_world.h. The rows are static texts: config_fini() is never called on them. */
#include "tests/support/ike_world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct ike_world *world(void *owner)
{
	return owner;
}

static struct peer *phase1_up(void *owner, struct ike_sa *sa)
{
	struct ike_world *w = world(owner);

	w->up++;
	w->sa = sa;
	if (w->refuse_peer)
		return NULL;
	if (!w->same_peer || !w->peers)
		w->peers++;
	return (struct peer *)(w->peers * 16);
}

static void phase1_down(void *owner, struct peer *p, struct ike_sa *sa, enum reason r)
{
	(void)p, (void)sa;
	world(owner)->down++;
	world(owner)->reason = r;
}

static void initial_contact(void *owner, struct peer *p, struct ike_sa *sa)
{
	(void)p, (void)sa;
	world(owner)->contact++;
}

static bool child_reserve(void *owner, struct peer *p, uint32_t *spi)
{
	(void)p;
	if (world(owner)->refuse_spi)
		return false;
	world(owner)->reserved++;
	*spi = world(owner)->next_spi++;
	return true;
}

static bool child_inbound(void *owner, struct peer *p, const struct child *c)
{
	(void)p;
	world(owner)->inbound++;
	world(owner)->child = *c;
	return !world(owner)->refuse_inbound;
}

static void child_up(void *owner, struct peer *p, const struct child *c)
{
	(void)p, (void)c;
	world(owner)->child_up++;
}

static void child_abort(void *owner, struct peer *p, uint32_t spi, enum reason r)
{
	(void)p, (void)spi;
	world(owner)->aborted++;
	world(owner)->reason = r;
}

static void quick_mode_failed(void *owner, struct peer *p, struct ike_sa *sa, enum reason r,
    const struct attempt_terms *terms)
{
	(void)p, (void)sa, (void)terms;
	world(owner)->reason = r;
}

static void child_deleted(void *owner, struct peer *p, uint32_t spi)
{
	(void)p;
	world(owner)->deleted++;
	world(owner)->deleted_spi = spi;
}

static void moved(void *owner, struct peer *p, struct ike_sa *sa, const struct path *path)
{
	(void)p, (void)sa;
	world(owner)->moved++;
	world(owner)->moved_to = *path;
}

static struct peer *quick_mode(
    void *owner, struct peer *p, struct ike_sa *sa, const struct child *c)
{
	(void)sa, (void)c;
	if (world(owner)->refuse_settled)
		return NULL;
	return world(owner)->settled ? world(owner)->settled : p;
}

static bool l2tp_allowed(void *owner, const struct cfg_tunnel_group *g)
{
	(void)g;
	return !world(owner)->refuse_l2tp;
}

static void groups_at(void *owner, const struct addr *addr,
    void (*each)(void *ctx, const char *group), void *ctx)
{
	(void)addr;
	if (world(owner)->connected)
		each(ctx, world(owner)->connected);
}

static void attempt_closed(void *owner, const struct attempt *a)
{
	if (a->outcome != ATTEMPT_FAILED)
		return;
	world(owner)->failed++;
	world(owner)->reason = a->reason;
}

static const struct ike_ops ops = {
	.phase1_up = phase1_up,
	.phase1_down = phase1_down,
	.initial_contact = initial_contact,
	.child_reserve = child_reserve,
	.child_inbound = child_inbound,
	.child_up = child_up,
	.child_abort = child_abort,
	.quick_mode_failed = quick_mode_failed,
	.child_deleted = child_deleted,
	.moved = moved,
	.quick_mode = quick_mode,
	.l2tp_allowed = l2tp_allowed,
	.groups_at = groups_at,
	.attempt_closed = attempt_closed,
};

static void sink(void *arg, enum trace_class cls, unsigned level, const char *text)
{
	struct ike_world *w = arg;
	size_t len = strlen(text);

	(void)cls, (void)level;
	if (w->text_len + len + 2 > WORLD_TRACE)
		return;
	memcpy(w->text + w->text_len, text, len);
	w->text_len += len;
	w->text[w->text_len++] = '\n';
	w->text[w->text_len] = '\0';
}

static void deliver(void *arg, const struct path *path, const uint8_t *msg, size_t len)
{
	struct ike_world *w = arg;

	if (w->n_sent < WORLD_SENT && len <= sizeof w->sent[0].b) {
		w->sent[w->n_sent].path = *path;
		w->sent[w->n_sent].len = len;
		memcpy(w->sent[w->n_sent].b, msg, len);
	}
	w->n_sent++;
}

/* The guide's configuration. */
static void configure(struct ike_world *w)
{
	struct config *c = &w->config;

	w->policy[0] = (struct ike_policy){
	    .set = {.priority = 10, .dh = 2, .lifetime = 86400},
	    .preshared = true, .cipher = CIPHER_3DES, .hash = HASH_SHA1};
	w->set[0] = (struct transform_set){
	    .set = {.name = "TRANS-ESP-3DES-SHA"}, CIPHER_3DES, HASH_SHA1, true};
	w->dynamic[0] = (struct map_entry){
	    .set = {.name = "outside_dyn_map", .seq = 10, .kilobytes = -1}};
	w->dynamic[0].set.transform_sets.n = 1;
	w->dynamic[0].set.transform_sets.v[0] = "TRANS-ESP-3DES-SHA";
	w->map[0] = (struct map_entry){.set = {.name = "outside_map", .seq = 65535,
	    .dynamic = "outside_dyn_map", .kilobytes = -1}};
	w->binding[0] = (struct cfg_crypto_map_interface){
	    .name = "outside_map", .ifname = "outside"};
	w->group[0] = (struct cfg_tunnel_group){.name = "DefaultRAGroup", .type = "remote-access",
	    .psk = "C!sc0@123", .threshold = 300, .retry = 2};
	w->ifc[0] = (struct interface){
	    .set = {.hardware = "GigabitEthernet0/0", .nameif = "outside"},
	    .up = true};
	addr_parse("172.16.1.2", &w->ifc[0].set.address);
	addr_parse("255.255.255.0", &w->ifc[0].set.mask);
	w->ifc[0].live_address = w->ifc[0].set.address;
	w->ike_ifs[0].ifname = "outside";
	*c = (struct config){.system = {.hostname = "ciscoasa"},
	    .isakmp = {.identity = "auto", .nat_traversal = true, .nat_keepalive = 20,
	        .nat_masquerade = true, .am_disable = true},
	    .ipsec = {.seconds = 28800, .kilobytes = 4608000}};
	c->policies = w->policy;
	c->n_policies = 1;
	c->transform_sets = w->set;
	c->n_transform_sets = 1;
	c->dynamic_maps = w->dynamic;
	c->n_dynamic_maps = 1;
	c->crypto_maps = w->map;
	c->n_crypto_maps = 1;
	c->map_bindings = w->binding;
	c->n_map_bindings = 1;
	c->tunnel_groups = w->group;
	c->n_tunnel_groups = 1;
	c->interfaces = w->ifc;
	c->n_interfaces = 1;
	c->ike_interfaces = w->ike_ifs;
	c->n_ike_interfaces = 1;
}

void ike_world_init(struct ike_world *w, uint64_t seed)
{
	memset(w, 0, sizeof *w);
	w->text = calloc(1, WORLD_TRACE);
	sim_init(&w->sim, seed, deliver, w);
	configure(w);
	w->next_spi = 0x7ad72e0d;
	w->crypto = crypto_create();
	w->trace.sink = sink;
	w->trace.arg = w;
	w->ike = ike_create(&w->sim.env, &w->config, &w->trace, w->crypto, &ops, w);
	if (!w->text || !w->crypto || !w->ike)
		abort();
}

void ike_world_fini(struct ike_world *w)
{
	ike_destroy(w->ike);
	sim_fini(&w->sim);
	crypto_destroy(w->crypto);
	free(w->text);
}

const uint8_t *ike_world_ask(struct ike_world *w, const struct path *from_server,
    const struct initiator_message *m, size_t *len)
{
	w->n_sent = 0;
	ike_receive(w->ike, from_server, m->b, m->len);
	*len = w->n_sent ? w->sent[0].len : 0;
	return w->sent[0].b;
}
