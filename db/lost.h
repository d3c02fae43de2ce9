/* See lost.c. */
#ifndef GATEHOUSE_DB_LOST_H
#define GATEHOUSE_DB_LOST_H

#include "db/internal.h"

/* One of them, while its row is at hand. */
struct lost {
	const struct gram_table *table;
	const struct rowbuf *row; /* as it is read: the secret unset */
	int column;
};

/* Calls for each of them; their number. */
unsigned lost_each(struct db *, void (*each)(void *ctx, const struct lost *), void *ctx);
/* Secrets that cannot be unsealed. */
unsigned lost_count(struct db *);
/* "tunnel-group X ipsec-attributes / ikev1 pre-shared-key *****" */
void lost_line(struct db *, const struct lost *, char *buf, size_t size);

#endif
