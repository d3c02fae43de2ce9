/* The time of day, and how the device writes it. */
#ifndef GATEHOUSE_LOG_CLOCK_H
#define GATEHOUSE_LOG_CLOCK_H

#include <stdint.h>

#include "parser/text.h"

/* Unix time in seconds, and the milliseconds within it (may be NULL). */
int64_t clock_now(unsigned *milliseconds);
/* Appends "14:35:24.486 UTC Wed Jun 9 2021". */
void clock_text(struct text *, int64_t when, unsigned milliseconds);

#endif
