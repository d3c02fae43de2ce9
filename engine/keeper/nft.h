/* The call of nft. */
#ifndef GATEHOUSE_NFT_H
#define GATEHOUSE_NFT_H

#include <stddef.h>

/* Runs `nft -f -` with that text and waits for it. 0, or an errno with nft's first line of
 * complaint in `why`. */
int nft_run(const char *text, char *why, size_t size);

#endif
