/* The frame that a configuration stands in, and what is saved in it. */
#ifndef GATEHOUSE_MANAGER_FRAME_H
#define GATEHOUSE_MANAGER_FRAME_H

#include "cli/manager/manager.h"
#include "parser/text.h"

/* The whole running-config in its frame (RENDER_* flags); false: it is not complete. */
bool frame_text(const struct manager *, unsigned flags, struct text *);
/* The head of a text that is kept now, for `who`; Unix time. */
int64_t frame_head_of(const struct manager *, const char *who, struct text *);
/* Saves the running-config as startup-config: the bytes written, -1 and why in `error`. */
long frame_store(struct manager *, const char *who, char *error, size_t size);

#endif
