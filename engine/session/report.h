/* What the gateway tells: syslog lines, failures, the tally. */
#ifndef GATEHOUSE_SESSION_REPORT_H
#define GATEHOUSE_SESSION_REPORT_H

#include "engine/session/objects.h"

void tally_add(struct gateway *, enum tally_row);
void tally_remove(struct gateway *, enum tally_row);
/* Counts it, when it is no attempt's. */
void gateway_failure(struct gateway *, enum reason);
/* Is one more that is refused for that reason with its first message to be described? */
bool report_wanted(void *owner, enum reason);
/* Where every attempt that is closed arrives (struct attempt_sink). One that failed is counted,
 * listed (failures.h) and told; so is one that its client left before it was up. */
void report_attempt(void *owner, const struct attempt *);

#endif
