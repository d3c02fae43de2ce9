/*
 * Between the files of the engine's configuration: sorted vectors of objects,
 * and what kinds of object there are. Nothing else includes this.
 */
#ifndef GATEHOUSE_CONFIG_PRIVATE_H
#define GATEHOUSE_CONFIG_PRIVATE_H

#include "engine/config/config.h"
#include "engine/ipc/shape.h"

/*
 * A kind of object: where struct config has its vector (or, with `n` 0, the only one of it), and
 * how long an item is. An item begins with the struct of its message, by which it is compared,
 * copied and freed.
 */
struct kind {
	size_t vec, n, size;
	/* Works out what the item has behind that; NULL: nothing. */
	void (*derive)(const struct config *, void *item);
	/* Of a kind whose items are no message's struct. */
	int (*cmp)(const void *a, const void *b);
	void (*fini)(void *item);
};

/* By the type of the message; NULL when that is no object of the configuration. */
const struct kind *config_kind(enum msg_type);

/* Takes `item` over: replaces the one with the same key, else inserts it. */
void *vec_put(struct config *, enum msg_type, const void *item);
/* Removes the one with that key, if there is one. */
void vec_drop(struct config *, enum msg_type, const void *key);
void vec_clear(struct config *, enum msg_type);
/* The item with that key (only its key fields count), or NULL. */
void *vec_find(const struct config *, enum msg_type, const void *key);

/* What the kernel said of the device becomes the interface's live part. */
void config_see_link(struct interface *, const struct link *);
/* `p`, which is not NULL: a gateway that cannot hold its configuration must not run on half of
 * it. */
void *config_must(void *p);
/* strcmp() for which NULL is "". */
int config_text_cmp(const char *a, const char *b);

#endif
