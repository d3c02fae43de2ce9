/* struct copy, for the files that copy: copy.c asks, copy_move.c moves the bytes. */
#ifndef GATEHOUSE_ACTS_COPY_PRIVATE_H
#define GATEHOUSE_ACTS_COPY_PRIVATE_H

#include <stdint.h>

#include "cli/acts/act.h"
#include "cli/config/turns.h"
#include "cli/disk/disk.h"
#include "cli/disk/place.h"
#include "cli/disk/scp_hosts.h"

struct copy {
	struct act *act;
	struct place from, to;
	bool quiet;	   /* asks nothing that has an answer already */
	unsigned step;	   /* of the questions (copy.c) */
	struct text bytes; /* the file */
	size_t sent;	   /* of an upload, or of what goes to disk0: */
	struct disk_writer writer;
	uv_timer_t *pace; /* writes to disk0:, a piece in each turn of the loop */
	uint64_t start;	  /* uv_hrtime() */
	unsigned marks;	  /* `!` so far */
	bool in_line;	  /* what was said last has no end yet */
	bool uploading;	  /* it is the destination that is spoken to */
	struct waiter turn;
	char known[SCP_KEY_MAX];   /* the other host's key, as accepted; "" = none */
	char offered[SCP_KEY_MAX]; /* the one it has shown; "" = none */
};

static inline struct copy *copy_of(struct act *a)
{
	return a->work;
}

/* What it has open is closed. */
void copy_close(struct copy *);
/* All questions are answered: moves the file and ends the act. */
void copy_move(struct copy *);

#endif
