/*
 * What Samba's library says in its log while it asks a domain controller: the only place that has
 * the status, and whether the controller has proved itself. Names that the user or the controller
 * has chosen stand in other lines of that log, so a line counts only where the library begins one,
 * at the level at which it does.
 */
#ifndef GATEHOUSE_CHILD_NT_LOG_H
#define GATEHOUSE_CHILD_NT_LOG_H

#include <stdbool.h>
#include <stdint.h>

#define NT_LOG_LEVEL 10 /* that the library is to be asked for */
#define NT_LOG_NAME 256

/* Zeroed: nothing was said yet. */
struct nt_log {
	bool proved;	 /* it has the session's key, which comes of the password */
	uint32_t status; /* the last that the controller said, 0 = none */
	char name[NT_LOG_NAME]; /* of the controller, as it says */
};

/* One line of the log, of that level. */
void nt_log_line(struct nt_log *, int level, const char *line);

#endif
