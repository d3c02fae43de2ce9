/* The lines that an operator typed: of this session for `show history`, of his earlier ones for
 * arrow-up. */
#ifndef GATEHOUSE_OPERATOR_HISTORY_H
#define GATEHOUSE_OPERATOR_HISTORY_H

#include <stddef.h>

struct operator;

/* Keeps the line that was matched, secrets masked; `filter` is what was cut off it. Among those for
 * the next session only when there was nothing to mask. */
void history_keep(struct operator*, const char *filter, size_t len);
/* Sends him those of his earlier sessions. */
void history_send(struct operator*);
/* The session ends: what it typed is stored. */
void history_close(struct operator*);

#endif
