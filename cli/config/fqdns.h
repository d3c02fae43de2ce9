/* The addresses of host names that objects mean (`fqdn`), as they were last found. */
#ifndef GATEHOUSE_CONFIG_FQDNS_H
#define GATEHOUSE_CONFIG_FQDNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FQDN_ADDRESSES 64 /* kept of one name */
#define FQDN_LIVES_MIN 60 /* seconds: a name is not asked for more often */
#define FQDN_LIVES_MAX 86400
#define FQDN_AGAIN_FIRST 2 /* seconds after an answer that was none; each time twice that, */
#define FQDN_AGAIN 60	   /* but this at most */

struct fqdn {
	char name[128];
	uint32_t address[FQDN_ADDRESSES]; /* ascending, host order */
	unsigned n;
	uint64_t due;  /* when to ask (next), in the caller's seconds */
	uint32_t wait; /* since the last answer, which was none; 0: it was one */
	bool wanted;   /* some object means it */
	bool answered; /* it was found, once */
};

/* By name. Zeroed memory is an empty one. */
struct fqdns {
	struct fqdn **v;
	size_t n, size;
};

void fqdns_free(struct fqdns *);
/* Before all that are meant are named by fqdns_want(), and after: the others are forgotten. */
void fqdns_begin(struct fqdns *);
void fqdns_forget(struct fqdns *);
/* A name that an object means; a new one is due at once. False: no memory. */
bool fqdns_want(struct fqdns *, const char *name);
/* The one that is due first; NULL: there is none. */
struct fqdn *fqdns_next(const struct fqdns *);
/* Those without an answer so far are due. */
void fqdns_again(struct fqdns *);
/* An answer at second `now`: these addresses live so many seconds; n = 0: it was none, and what was
 * known stays. True when the addresses are others than before. */
bool fqdns_answer(struct fqdns *, const char *name, const uint32_t *addresses, unsigned n,
    uint32_t lives, uint64_t now);
/* The known IPv4 addresses of a name, in host order, ascending; their number is returned, 0: none.
 * Valid until the next answer. */
unsigned fqdns_find(const struct fqdns *, const char *name, const uint32_t **addresses);
/* NULL: nothing is known of it. */
const struct fqdn *fqdns_entry(const struct fqdns *, const char *name);

#endif
