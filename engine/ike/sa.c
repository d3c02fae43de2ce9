/* The IKE SA's record (RFC 2408 2.5.3); see sa.h. */
#include "engine/ike/sa.h"

#include <stdlib.h>
#include <string.h>

struct ike_sa *sa_alloc(struct ike *ike, const struct path *path, const uint8_t *cky_i,
    struct chunk sai)
{
	struct ike_sa *sa;

	_Static_assert(sizeof *sa <= 512, "no room left for an offer of a hundred transforms");
	if (sizeof *sa + sai.len > HALF_OPEN_BYTES)
		return NULL;
	sa = calloc(1, sizeof *sa);
	if (!sa)
		return NULL;
	sa->sai = malloc(sai.len);
	if (!sa->sai) {
		free(sa);
		return NULL;
	}
	memcpy(sa->sai, sai.p, sai.len);
	sa->sai_len = sai.len;
	sa->ike = ike;
	sa->path = *path;
	sa->origin = share_key_of(&path->remote.addr);
	sa->role = ROLE_RESPONDER;
	memcpy(sa->cky_i, cky_i, COOKIE_LEN);
	do
		ike_random(ike, sa->cky_r, COOKIE_LEN);
	while (cookie_is_zero(sa->cky_r));
	return sa;
}

bool sa_alloc_rest(struct ike_sa *sa)
{
	struct sa_rest *rest = calloc(1, sizeof *rest);

	if (!rest)
		return false;
	rest->hs = handshake_new();
	if (!rest->hs) {
		free(rest);
		return false;
	}
	rest->sa = sa;
	sa->rest = rest;
	return true;
}

static void rest_free(struct sa_rest *rest)
{
	answered_drop(&rest->last);
	answered_drop(&rest->info);
	msgids_fini(&rest->quick_ids);
	msgids_fini(&rest->info_ids);
	msgids_fini(&rest->dpd_ids);
	free(rest->id);
	crypto_wipe(rest, sizeof *rest);
	free(rest);
}

void sa_free(struct ike_sa *sa)
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

void sa_drop_handshake(struct ike_sa *sa)
{
	if (!sa->rest->hs)
		return;
	handshake_free(sa->rest->hs);
	sa->rest->hs = NULL;
	free(sa->sai);
	sa->sai = NULL;
	sa->sai_len = 0;
}

const char *sa_state_name(enum ike_state s)
{
	static const char *const name[IKE_STATES] = {
		[MM_START] = "MM_START",
		[MM_WAIT_MSG3] = "MM_WAIT_MSG3",
		[MM_BLD_MSG4] = "MM_BLD_MSG4",
		[MM_WAIT_MSG5] = "MM_WAIT_MSG5",
		[MM_WAIT_MSG2] = "MM_WAIT_MSG2",
		[MM_BLD_MSG3] = "MM_BLD_MSG3",
		[MM_WAIT_MSG4] = "MM_WAIT_MSG4",
		[MM_BLD_MSG5] = "MM_BLD_MSG5",
		[MM_WAIT_MSG6] = "MM_WAIT_MSG6",
		[MM_ACTIVE] = "MM_ACTIVE",
		[AM_BLD_MSG2] = "AM_BLD_MSG2",
		[AM_WAIT_MSG3] = "AM_WAIT_MSG3",
	};

	return name[s];
}

void sa_step(struct ike_sa *sa, enum ike_state next)
{
	trace_ike_dump(TRACE_OF(sa), GROUP_OF(sa),
	    "IKE SA %02x%02x%02x%02x: %s --> %s", sa->cky_r[0], sa->cky_r[1],
		    sa->cky_r[2], sa->cky_r[3], sa_state_name(sa->state), sa_state_name(next));
	*(enum ike_state *)&sa->state = next;
}

void sa_trace_renewal(const struct ike_sa *sa, unsigned phase, const struct addr *local,
    const struct addr *remote, const char *map)
{
	const struct interface *ifc =
	    config_interface_by_addr(sa->ike->config, &sa->path.local.addr);
	char peer[ADDR_TEXT_MAX], l[ADDR_TEXT_MAX], r[ADDR_TEXT_MAX];

	trace_ike(TRACE_OF(sa), 713041, GROUP_OF(sa),
	    "IKE Initiator: Rekeying Phase %u, Intf %s, IKE Peer %s local Proxy Address %s, "
	    "remote Proxy Address %s, Crypto map (%s)",
	    phase, ifc && ifc->set.nameif ? ifc->set.nameif : "",
	    addr_text(&sa->path.remote.addr, peer), local ? addr_text(local, l) : "N/A",
	    remote ? addr_text(remote, r) : "N/A", map ? map : "N/A");
}

enum outcome sa_refuse(struct ike_sa *sa, uint64_t *counter)
{
	++*counter;
	sa->ike->stats.in_drops++;
	return GO_STAY;
}

void sa_alive(struct ike_sa *sa)
{
	if (!sa->dead && sa->rest)
		sa->rest->dpd_tries = 0;
}

bool sa_set_group_name(struct ike_sa *sa, const char *name)
{
	char *copy = strdup(name);

	if (!copy)
		return false;
	free(sa->group_name);
	sa->group_name = copy;
	return true;
}

bool sa_set_identity(struct ike_sa *sa, uint8_t type, struct chunk data)
{
	uint8_t *copy = malloc(data.len + 1);

	if (!copy)
		return false;
	memcpy(copy, data.p, data.len);
	free(sa->rest->id);
	sa->rest->id = copy;
	sa->rest->id_len = data.len;
	sa->rest->id_type = type;
	return true;
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
	    .nr = {hs->nr, hs->nr_len},
	    .sai = {sa->sai, sa->sai_len},
	};
}

struct sa_cookies sa_cookies(const struct ike_sa *sa)
{
	struct sa_cookies c;

	memcpy(c.b, sa->cky_i, COOKIE_LEN);
	memcpy(c.b + COOKIE_LEN, sa->cky_r, COOKIE_LEN);
	return c;
}
