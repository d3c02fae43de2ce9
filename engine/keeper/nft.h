/* The call of nft. */
#ifndef GATEHOUSE_NFT_H
#define GATEHOUSE_NFT_H

#include <stddef.h>
#include <sys/types.h>

/* An nft that runs. */
struct nft_child {
	pid_t pid;
	int out; /* what it prints; at its end it has ended */
};

/* Starts `nft -f -` with that text; nft_finish() has to follow. 0, or an errno with why in `why`:
 * then it did not start. */
int nft_start(struct nft_child *, const char *text, char *why, size_t size);
/* Waits for its end. 0, or an errno with its first line of complaint in `why`. */
int nft_finish(struct nft_child *, char *why, size_t size);
/* Both. */
int nft_run(const char *text, char *why, size_t size);

#endif
