/* A line of the log as it is written: to terminals and buffers, to syslog servers, to the journal.
 */
#ifndef GATEHOUSE_LOG_LINE_H
#define GATEHOUSE_LOG_LINE_H

#include "cli/log/order.h"
#include "cli/log/settings.h"
#include "parser/text.h"

/* Appends "May 18 2015 04:17:18 fw1 : %ASA-6-113004: text" (time and device id where the settings
 * have them), without \n. `severity`: the one that it has here. */
void line_text(struct text *, const struct log_settings *, const struct log_line *, int severity);
/* The same with "<166>" in front, for a server. `emblem`: in the form that routers have,
 * "<166>:May 18 04:17:18 UTC: %ASA-auth-6-113004: text". */
void line_wire(struct text *, const struct log_settings *, const struct log_line *, int severity,
    bool emblem);
/* The fields of the journal's own protocol (systemd.journal-fields(7)), a line each. */
void line_journal(
    struct text *, const struct log_settings *, const struct log_line *, int severity);

#endif
