/*
 * A hash table of embedded links: the members bring their own link, so adding
 * one neither allocates nor fails, and several members may have the same key.
 * Where a number leads to one pointer and the table may grow, use table.h.
 */
#ifndef GATEHOUSE_HASH_H
#define GATEHOUSE_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hash_link {
	struct hash_link *next; /* in its chain */
	uint64_t key;
};

struct hash {
	struct hash_link **chain;
	size_t size; /* of them, a power of two */
	uint64_t secret;
};

/* `size` is rounded up to a power of two. Where strangers choose the keys, a random `secret` keeps
 * them from filling one chain; else 0. False: out of memory. */
bool hash_init(struct hash *, size_t size, uint64_t secret);
/* Frees the chains; the members are their owners'. */
void hash_fini(struct hash *);
void hash_add(struct hash *, struct hash_link *, uint64_t key);
/* It must be in. */
void hash_remove(struct hash *, struct hash_link *);
/* The member that was added last with this key, or NULL. */
struct hash_link *hash_find(const struct hash *, uint64_t key);
/* Iterates in no order: NULL begins, NULL ends. The one in hand may go once the next is known. */
struct hash_link *hash_next(const struct hash *, const struct hash_link *);

#endif
