/* A configuration in its frame, as acts keep it. */
#ifndef GATEHOUSE_ACTS_FRAME_H
#define GATEHOUSE_ACTS_FRAME_H

#include "cli/acts/act.h"
#include "cli/manager/frame.h"

/* The head of a text that is kept now, by him whose act it is; Unix time. */
int64_t frame_head_now(const struct act *, struct text *);
/* "Cryptochecksum: ..." of the running-config; false: it cannot be read. */
bool frame_say_checksum(struct act *);
/* Saves and says so; false, and said, when it failed. */
bool frame_save(struct act *);

#endif
