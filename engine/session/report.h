/* What the gateway tells: syslog lines, failures, the tally. */
#ifndef GATEHOUSE_SESSION_REPORT_H
#define GATEHOUSE_SESSION_REPORT_H

#include "engine/session/objects.h"

void tally_add(struct gateway *, enum tally_row);
void tally_remove(struct gateway *, enum tally_row);
/* Counts it. */
void gateway_failure(struct gateway *, enum reason);
/* Where every attempt that is closed arrives (struct attempt_sink): failures are counted, those of
 * strangers with a line. */
void report_attempt(void *owner, const struct attempt *);
/* Counts the failure of somebody who has no session; with a line, unless there are too many. */
void report_failed(struct gateway *, const struct path *, enum reason, const char *detail);

#endif
