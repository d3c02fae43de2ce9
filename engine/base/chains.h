/*
 * A hash table of embedded links: the members bring their own link, so adding
 * one neither allocates nor fails, and several members may have the same key.
 * Where a number leads to one pointer and the table may grow, use table.h.
 */
#ifndef GATEHOUSE_CHAINS_H
#define GATEHOUSE_CHAINS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct chain_link {
	struct chain_link *next; /* in its chain */
	uint64_t key;
};

struct chains {
	struct chain_link **head;
	size_t size; /* of heads, a power of two */
	uint64_t secret;
};

/* `size` is rounded up to a power of two. Where strangers choose the keys, a random `secret` keeps
 * them from filling one chain; else 0. False: out of memory. */
bool chains_init(struct chains *, size_t size, uint64_t secret);
/* Frees the chains; the members are their owners'. */
void chains_fini(struct chains *);
void chains_add(struct chains *, struct chain_link *, uint64_t key);
/* It must be in. */
void chains_remove(struct chains *, struct chain_link *);
/* The member that was added last with this key, or NULL. */
struct chain_link *chains_find(const struct chains *, uint64_t key);
/* Iterates in no order: NULL begins, NULL ends. The one in hand may go once the next is known. */
struct chain_link *chains_next(const struct chains *, const struct chain_link *);

#endif
