/*
 * Install, change, remove, send: each is a command to the worker of the peer
 * whose it is; see dataplane.h. What the worker will own is allocated here.
 */
#include <stdlib.h>
#include <string.h>

#include "engine/dataplane/control.h"

/* ---- SA pairs ---------------------------------------------------------------- */

uint32_t dp_spi_reserve(struct dataplane *dp, uint32_t peer)
{
	return spi_reserve(dp->spis, dp->env, owner_of_peer(dp->owners, peer));
}

void dp_spi_release(struct dataplane *dp, uint32_t spi)
{
	struct spi_slot *s = spi_slot(dp->spis, spi);

	if (s && s->state == SPI_RESERVED)
		spi_free(dp->spis, s);
}

/* What becomes the peer if the worker has none of that id. NULL: out of memory. */
static struct dp_peer *spare_peer(void)
{
	struct dp_peer *spare = calloc(1, sizeof *spare);

	if (spare)
		spare->object.kind = OBJECT_PEER;
	return spare;
}

bool dp_sa_inbound(struct dataplane *dp, uint32_t peer, const struct path *path,
    const struct child *child, uint32_t replay_window)
{
	struct spi_slot *slot = spi_slot(dp->spis, child->spi_in);
	struct handoff *to = to_peer(dp, peer);
	struct dp_sa *sa;
	struct dp_peer *spare;

	if (!slot || slot->state != SPI_RESERVED || to != to_spi(dp, child->spi_in) ||
	    !esp_suite_ok(child->cipher, child->auth))
		return false;
	sa = pair_create(to->worker->crypt, peer, child, replay_window);
	spare = spare_peer();
	if (sa && spare) {
		struct command c = {.type = COMMAND_SA_IN, .path = *path};

		c.sa = sa;
		c.spare = spare;
		if (handoff_command(to, &c)) {
			slot->state = SPI_INSTALLED;
			slot->sa = sa;
			slot->peer = peer;
			return true;
		}
	}
	pair_free(sa);
	free(spare);
	return false;
}

bool dp_sa_outbound(struct dataplane *dp, uint32_t peer, const struct child *child)
{
	struct spi_slot *slot = installed(dp, child->spi_in);
	struct handoff *to = to_peer(dp, peer);
	struct crypt_key *key;

	if (!slot || slot->peer != peer || slot->outbound)
		return false;
	key = crypt_key_create(to->worker->crypt, child->cipher, child->auth, child->enc_out,
	    child->auth_out, true);
	if (!key)
		return false;
	if (!handoff_command(to, &(struct command){.type = COMMAND_SA_OUT, .spi = child->spi_in,
	                             .spi_out = child->spi_out, .key = key})) {
		crypt_key_destroy(key);
		return false;
	}
	slot->outbound = true;
	return true;
}

bool dp_sa_give(struct dataplane *dp, uint32_t spi_in, uint32_t peer, const struct path *path)
{
	struct spi_slot *slot = installed(dp, spi_in);
	struct handoff *to = to_peer(dp, peer);
	struct command c = {.type = COMMAND_SA_GIVE, .peer = peer, .spi = spi_in, .path = *path};

	if (!slot || to != to_spi(dp, spi_in) || !(c.spare = spare_peer()))
		return false;
	if (!handoff_command(to, &c)) {
		free(c.spare);
		return false;
	}
	slot->peer = peer;
	return true;
}

uint32_t dp_peer_beside(const struct dataplane *dp, uint32_t id, uint32_t peer)
{
	while (owner_of_peer(dp->owners, id) != owner_of_peer(dp->owners, peer))
		id++;
	return id;
}

bool dp_sa_remove(struct dataplane *dp, uint32_t spi_in)
{
	struct spi_slot *slot = installed(dp, spi_in);
	struct dp_totals *told = slot ? calloc(1, sizeof *told) : NULL;

	if (!told)
		return false;
	free(slot->sa->told); /* of a try that failed */
	slot->sa->told = told;
	if (!handoff_command(to_spi(dp, spi_in),
		&(struct command){.type = COMMAND_SA_REMOVE, .spi = spi_in}))
		return false;
	slot->state = SPI_REMOVED; /* its number is free once the worker has let go */
	pair_count(dp, slot->sa);
	return true;
}

/* ---- peers ------------------------------------------------------------------- */

bool dp_peer_use(struct dataplane *dp, uint32_t peer, uint32_t spi_in)
{
	struct spi_slot *slot = installed(dp, spi_in);

	return slot && slot->outbound && slot->peer == peer &&
	    handoff_command(to_peer(dp, peer),
	        &(struct command){.type = COMMAND_PEER_USE, .peer = peer, .spi = spi_in});
}

bool dp_peer_move(struct dataplane *dp, uint32_t peer, const struct path *path)
{
	return handoff_command(to_peer(dp, peer),
	    &(struct command){.type = COMMAND_PEER_MOVE, .peer = peer, .path = *path});
}

bool dp_peer_fit(struct dataplane *dp, uint32_t peer, const struct dp_fit *fit)
{
	return handoff_command(to_peer(dp, peer),
	    &(struct command){.type = COMMAND_PEER_FIT, .peer = peer, .fit = *fit});
}

/* ---- sessions ---------------------------------------------------------------- */

/* The same with an MTU that the packet buffers can hold. */
static struct dp_session within_room(const struct dp_session *s)
{
	struct dp_session r = *s;

	if (r.mtu > PACKET_ROOM)
		r.mtu = PACKET_ROOM;
	return r;
}

/* Tells all workers whose the client is, once the owner has been told of him; NULL: nobody's. */
static void tell_whose(struct dataplane *dp, struct dp_link *l, const struct dp_session *s)
{
	uint32_t address = s && s->open ? addr_to_v4(&s->client) : 0;

	if (!dp->whose || address == l->known_by)
		return;
	if (address)
		whose_add(dp->whose, address, l->owner);
	if (l->known_by)
		whose_remove(dp->whose, l->known_by, l->owner);
	l->known_by = address;
}

bool dp_session_add(struct dataplane *dp, const struct dp_session *s)
{
	struct dp_link *l;

	if (link_at(dp, s->session) && !dp_session_remove(dp, s->session))
		return false;
	l = calloc(1, sizeof *l);
	if (!l || !table_add(&dp->links, s->session, l)) {
		free(l);
		return false;
	}
	l->object.kind = OBJECT_SESSION;
	l->owner = owner_of_peer(dp->owners, s->peer);
	if (!handoff_command(to_peer(dp, s->peer),
	        &(struct command){.type = COMMAND_SESSION_ADD, .link = l,
	            .change = within_room(s)})) {
		table_remove(&dp->links, s->session);
		free(l);
		return false;
	}
	tell_whose(dp, l, s);
	return true;
}

bool dp_session_change(struct dataplane *dp, const struct dp_session *s)
{
	struct dp_link *l = link_at(dp, s->session);

	if (!l || !handoff_command(to_session(dp, s->session),
	              &(struct command){.type = COMMAND_SESSION_CHANGE, .change = within_room(s)}))
		return false;
	tell_whose(dp, l, s);
	return true;
}

bool dp_session_filter(struct dataplane *dp, uint16_t session, struct acl *acl)
{
	struct command c = {.type = COMMAND_SESSION_FILTER, .session = session};

	if (!link_at(dp, session) || !(c.filter = calloc(1, sizeof *c.filter)))
		return false;
	c.filter->object.kind = OBJECT_FILTER;
	c.filter->acl = acl_hold(acl);
	if (handoff_command(to_session(dp, session), &c))
		return true;
	acl_let_go(acl);
	free(c.filter);
	return false;
}

bool dp_session_remove(struct dataplane *dp, uint16_t session)
{
	if (!link_at(dp, session) ||
	    !handoff_command(to_session(dp, session),
	        &(struct command){.type = COMMAND_SESSION_REMOVE, .session = session}))
		return false;
	tell_whose(dp, table_remove(&dp->links, session), NULL);
	return true;
}

/* ---- bytes ------------------------------------------------------------------- */

bool dp_send_l2tp(struct dataplane *dp, uint32_t peer, uint16_t local_port, uint16_t remote_port,
    const uint8_t *msg, size_t len)
{
	return handoff_send(to_peer(dp, peer),
	    &(struct command){.type = COMMAND_SEND, .peer = peer, .local_port = local_port,
	        .remote_port = remote_port}, msg, len);
}

static bool send_to_session(struct dataplane *dp, enum command_type type, uint16_t session,
    bool df, const uint8_t *bytes, size_t len)
{
	return link_at(dp, session) &&
	    handoff_send(to_session(dp, session),
	        &(struct command){.type = type, .session = session, .df = df}, bytes, len);
}

bool dp_send_ppp(
    struct dataplane *dp, uint16_t session, const uint8_t *frame, size_t len, bool df)
{
	return send_to_session(dp, COMMAND_SEND_PPP, session, df, frame, len);
}

bool dp_send_ip(struct dataplane *dp, uint16_t session, const uint8_t *ip, size_t len)
{
	return send_to_session(dp, COMMAND_SEND_IP, session, false, ip, len);
}
