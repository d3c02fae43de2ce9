/* What the files that own the keeper's kernel objects share. */
#ifndef GATEHOUSE_OBJECTS_PRIVATE_H
#define GATEHOUSE_OBJECTS_PRIVATE_H

#include "engine/keeper/objects.h"

/* Room for one more element of `size` bytes. */
bool objects_grow(void *vector, size_t *room, size_t n, size_t size);
#define GROW(o, what) objects_grow(&(o)->what, &(o)->size_##what, (o)->n_##what, sizeof *(o)->what)
/* Takes element `at` out of a vector whose order matters to nobody. */
#define TAKE_OUT(o, what, at) ((o)->what[at] = (o)->what[--(o)->n_##what])

/* The link of that name now, or NULL. */
const struct link *objects_link(const struct objects *, const char *name);

/* The route of a client. */
struct netlink_route objects_client_route(const struct objects *, in_addr_t client);

/* interfaces.c: links or addresses have changed; stale settings go, and what an earlier keeper
 * changed on links that nobody asks for is put back; is that address one of ours? */
void objects_interfaces_links(struct objects *);
void objects_interfaces_sweep(struct objects *);
bool objects_interfaces_own(const struct objects *, uint32_t ifindex, const struct addr *,
    const struct addr *mask);

/* own_routes.c, own_nat.c: what is stale goes. */
void objects_routes_sweep(struct objects *);
void objects_nat_sweep(struct objects *);

/* forwarding.c: as interfaces.c. */
void objects_forwarding_links(struct objects *);
void objects_forwarding_sweep(struct objects *);

#endif
