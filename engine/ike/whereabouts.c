/* Peers that move; see whereabouts.h. */
#include "engine/ike/whereabouts.h"

static bool may_move(const struct ike_sa *sa, const struct path *path)
{
	return sa->natt && sa->path.local.port == NATT_PORT && path->local.port == NATT_PORT &&
	    !path_equal(&sa->path, path);
}

void sa_seen(struct ike_sa *sa, const struct path *path)
{
	sa_alive(sa);
	if (sa->rest)
		sa->rest->heard = sa->ike->env->now(sa->ike->env);
	if (!may_move(sa, path))
		return;
	sa->path = *path;
	if (sa->peer)
		sa->ike->ops->moved(sa->ike->owner, sa->peer, sa, path);
}

void sa_relocate(struct ike_sa *sa, const struct path *path)
{
	if (!sa->dead && may_move(sa, path))
		sa->path = *path;
}

bool sa_may_arrive(const struct ike_sa *sa, const struct path *path)
{
	if (sa->path.local.port == NATT_PORT && path->local.port != NATT_PORT)
		return false; /* nobody goes back (RFC 3947 4) */
	if (sa->nat_local || sa->nat_remote)
		return true;
	return sa->natt && path->local.port == NATT_PORT &&
	    addr_equal(&sa->path.remote.addr, &path->remote.addr) &&
	    addr_equal(&sa->path.local.addr, &path->local.addr);
}
