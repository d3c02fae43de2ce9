/*
 * Between the files of the engine's configuration: sorted vectors of objects,
 * and what kinds of object there are. Nothing else includes this.
 */
#ifndef GATEHOUSE_CONFIG_PRIVATE_H
#define GATEHOUSE_CONFIG_PRIVATE_H

#include "engine/config/config.h"

/* What a vector holds: how long an item is, its order, and how its parts are freed. */
struct kind {
	size_t size;
	int (*cmp)(const void *a, const void *b);
	void (*fini)(void *);
};

extern const struct kind kind_ike_policies, kind_transform_sets, kind_map_entries, kind_bindings, kind_pools, kind_policies,
    kind_groups, kind_interfaces, kind_links, kind_access_entries, kind_ifnames;

/* `vec` is the address of a vector's pointer, `n` of its length. */

/* Takes `item` over: replaces the one with the same key, else inserts it. */
void *vec_put(void *vec, size_t *n, const struct kind *, const void *item);
/* CFG_SET puts; CFG_DELETE removes the one with `item`'s key and frees `item`'s parts too. */
void vec_change(void *vec, size_t *n, const struct kind *, uint8_t op, void *item);
void vec_clear(void *vec, size_t *n, const struct kind *);
/* The item with that key (only its key fields count), or NULL. */
void *vec_find(const void *vec, size_t n, const struct kind *, const void *key);

/* Frees everything but the links. */
void config_forget(struct config *);
/* `p`, which is not NULL: a gateway that cannot hold its configuration must not run on half of it. */
void *config_must(void *p);
/* strcmp() for which NULL is "". */
int config_text_cmp(const char *a, const char *b);

#endif
