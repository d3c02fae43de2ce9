/* What `show logging ...` prints. */
#ifndef GATEHOUSE_LOG_REPORT_H
#define GATEHOUSE_LOG_REPORT_H

#include "cli/log/audit.h"

/* The settings and what went where, as the device has it. */
void report_settings(const struct audit *, struct text *);
/* A message that is not as the catalogue has it, or `all` of the catalogue, or the one with this
 * number; false: there is no such message. */
bool report_messages(const struct audit *, uint32_t number, bool all, struct text *);
void report_queue(const struct audit *, struct text *);

#endif
