/*
 * Owns the way from a server's name to its address. Names are asked for again every few minutes,
 * sooner while there is no answer; the address that was known stays until there is another. A
 * server of an interface that has no device has no address: nothing leaves by another way.
 */
#include "engine/aaa/reach.h"

#include <stdio.h>
#include <string.h>

#include "engine/aaa/directory.h"

#define AGAIN (300 * SEC)
#define AGAIN_UNKNOWN (15 * SEC)

/* From what is known; true: it is another place. */
static bool settle(struct aaa_reach *r)
{
	struct aaa_server *s = r->server;
	const struct cfg_aaa_host *h = s->config;
	const struct cfg_aaa_interface *i =
	    *h->interface ? aaa_directory_interface(r->world->directory, h->interface) : NULL;
	struct addr address = *h->interface && !i ? (struct addr){0} : r->found;
	const char *device = i ? i->device : "";

	if (addr_equal(&address, &s->address) && strcmp(device, s->device) == 0)
		return false;
	s->address = address;
	snprintf(s->device, sizeof s->device, "%s", device);
	return true;
}

static void looked(void *arg, const struct addr *a)
{
	struct aaa_reach *r = arg;

	r->lookup = NULL;
	if (a->family)
		r->found = *a;
	timer_start(r->world->env, &r->again, a->family ? AGAIN : AGAIN_UNKNOWN);
	if (settle(r))
		r->changed(r);
}

static void look(struct timer *t)
{
	struct aaa_reach *r = container_of(t, struct aaa_reach, again);

	r->lookup = r->world->net->lookup(r->world->net, r->server->config->host, looked, r);
	if (!r->lookup)
		timer_start(r->world->env, &r->again, AGAIN_UNKNOWN);
}

void aaa_reach_begin(struct aaa_reach *r, const struct aaa_world *world, struct aaa_server *server,
    void (*changed)(struct aaa_reach *))
{
	*r = (struct aaa_reach){
	    .world = world, .server = server, .changed = changed, .again.fire = look};
	if (!addr_parse(server->config->host, &r->found))
		look(&r->again);
	settle(r);
}

void aaa_reach_end(struct aaa_reach *r)
{
	timer_stop(r->world->env, &r->again);
	if (r->lookup)
		r->world->net->lookup_cancel(r->lookup);
	r->lookup = NULL;
}

/* Its name is what identifies it: only the interface may be another. */
void aaa_reach_interface(struct aaa_reach *r)
{
	settle(r);
}

void aaa_reach_device(struct aaa_reach *r)
{
	if (settle(r))
		r->changed(r);
}
