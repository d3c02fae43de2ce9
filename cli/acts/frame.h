/* The frame that a configuration stands in, and the act of saving it. */
#ifndef GATEHOUSE_ACTS_FRAME_H
#define GATEHOUSE_ACTS_FRAME_H

#include "cli/acts/act.h"

/* From ": Saved" to the "!" above the first line; `written`: by whom and when, NULL = nobody. */
void frame_head(const struct manager *, const char *written, struct text *);
/* Saves and says so; false, and said, when it failed. */
bool frame_save(struct act *);

#endif
