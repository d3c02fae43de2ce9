/* The log's way to the other roles. */
#ifndef GATEHOUSE_MANAGER_LOG_ROLES_H
#define GATEHOUSE_MANAGER_LOG_ROLES_H

#include "cli/log/audit.h"
#include "engine/ipc/message.h"

struct manager;

/* What audit_init() gets; the ctx is the manager. */
struct audit_roles log_roles(struct manager *);
/* Nobody waits for a socket any more. */
void log_roles_close(struct manager *);
/* A debug line of a role: to those who listen, or to the log (`logging debug-trace`). */
void log_trace_line(struct manager *, const struct msg_trace_line *);

#endif
