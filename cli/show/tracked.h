/* What is printed alike of connections and of translations. */
#ifndef GATEHOUSE_SHOW_TRACKED_H
#define GATEHOUSE_SHOW_TRACKED_H

#include <stdint.h>

#include "parser/text.h"

/* The first line of `show conn` and `show xlate`: how many there are, and were at most. */
void show_in_use(struct text *, uint32_t now, uint32_t peak);
/* "0:01:59" */
void show_clock_span(struct text *, uint32_t seconds);
/* "TCP", "IP97" */
void show_protocol(struct text *, uint8_t number);

#endif
