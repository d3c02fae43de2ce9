/* The frame that a configuration stands in, and the act of saving it. */
#ifndef GATEHOUSE_ACTS_FRAME_H
#define GATEHOUSE_ACTS_FRAME_H

#include "cli/acts/act.h"

/* From ": Saved" to the "!" above the first line; `written`: by whom and when, NULL = nobody. */
void frame_head(const struct manager *, const char *written, struct text *);
/* The whole running-config in its frame (RENDER_* flags); false: it is not complete. */
bool frame_text(const struct manager *, unsigned flags, struct text *);
/* The head of a text that is kept now, by him whose act it is; Unix time. */
int64_t frame_head_now(const struct act *, struct text *);
/* Saves and says so; false, and said, when it failed. */
bool frame_save(struct act *);

#endif
