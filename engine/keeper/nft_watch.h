/*
 * What the nftables of this network namespace look like: whether our table is
 * as we left it, and which chains of the host drop what they are not told to
 * accept. An event of the kernel is only a hint to look again.
 */
#ifndef GATEHOUSE_NFT_WATCH_H
#define GATEHOUSE_NFT_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct nft_watch;

#define NFT_NAME_MAX 256
#define NFT_DROPPING_MAX 32

/* A base chain of the host that drops: by its policy, or by a last rule without a condition. */
struct nft_dropping {
	char family[8], table[NFT_NAME_MAX], chain[NFT_NAME_MAX];
	bool forward; /* hook forward, else input */
	bool policy;  /* else the last rule */
};

struct nft_view {
	uint64_t ours; /* changes with whatever is changed in our table but counts; 0 = no table */
	struct nft_dropping dropping[NFT_DROPPING_MAX];
	size_t n_dropping;
};

/* NULL with errno: a kernel without nftables. */
struct nft_watch *nft_watch_open(void);
void nft_watch_close(struct nft_watch *);
/* Gets readable when there is something to drain. */
int nft_watch_fd(const struct nft_watch *);
/* That process is ours: what it changes is no news. It has to end before the next draining. */
void nft_watch_own(struct nft_watch *, pid_t);
/* Empties it. What others have changed: bits of enum nft_seen. */
enum nft_seen {
	NFT_SEEN_RULES = 1 << 0,   /* tables, chains or rules of anyone's */
	NFT_SEEN_OURS = 1 << 1 /* our table, its chains, rules or elements */
};
unsigned nft_watch_drain(struct nft_watch *);
/* 0 or an errno. */
int nft_watch_look(struct nft_watch *, struct nft_view *);
/* Calls `each` for every named counter of our table. It must not ask for more meanwhile. 0 or an
 * errno; EINTR: the table was changed meanwhile, and some were not told. */
int nft_watch_counts(struct nft_watch *,
    void (*each)(void *arg, const char *name, uint64_t packets), void *arg);
/* Calls `each` for every element of that map of ours that counts, with the beginning of its key. As
 * nft_watch_counts(). */
int nft_watch_elements(struct nft_watch *, const char *map,
    void (*each)(void *arg, const uint8_t *key, size_t len, uint64_t packets), void *arg);

#endif
