/* The time of day in the zone of the configuration, and how the device writes it. */
#ifndef GATEHOUSE_LOG_CLOCK_H
#define GATEHOUSE_LOG_CLOCK_H

#include <stdint.h>

#include "engine/base/time_zone.h"
#include "parser/text.h"

/* Unix time in seconds, and the milliseconds within it (may be NULL). */
int64_t clock_now(unsigned *milliseconds);
/* Appends "14:35:24.486 UTC Wed Jun 9 2021". */
void clock_text(struct text *, int64_t when, unsigned milliseconds);
/* The same by a format of strftime(), %Z being the zone's name; "" when it does not fit. */
void clock_format(char *to, size_t size, const char *format, int64_t when)
    __attribute__((format(strftime, 3, 0)));
/* Appends a line of another role; a stamp before it ("Jun 09 14:35:24 "), which tells the time of
 * the host's zone, becomes that of the configuration's. */
void clock_restamp(struct text *, const char *line);

#endif
