/* The lines of Samba's log that are looked at; see nt_log.h. Nothing is kept here. */
#include "engine/child/nt_log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* [MS-NLMP] 2.2.2.1, of its challenge: printed with what it has chosen, and with the user's name.
 */
#define NAME_LEVEL 1
#define NAME_LINE "AvNbComputerName         : '"
/* [MS-NLMP] 3.4.4: the check sum of SPNEGO's list of mechanisms. */
#define PROOF_LINE "ntlmssp_check_packet: NTLMSSP signature OK"
#define STATUS_LINE "map_errno_from_nt_status: 32 bit codes: code="

/* What stands behind it; NULL: the line does not begin so. */
static const char *behind(const char *line, const char *begin)
{
	size_t len = strlen(begin);

	line += strspn(line, " \t");
	return strncmp(line, begin, len) == 0 ? line + len : NULL;
}

void nt_log_line(struct nt_log *l, int level, const char *line)
{
	const char *status = level == NT_LOG_LEVEL ? behind(line, STATUS_LINE) : NULL;
	const char *name = level == NAME_LEVEL ? behind(line, NAME_LINE) : NULL;

	if (level == NT_LOG_LEVEL && behind(line, PROOF_LINE))
		l->proved = true;
	if (status)
		l->status = (uint32_t)strtoul(status, NULL, 16);
	if (name)
		snprintf(l->name, sizeof l->name, "%.*s", (int)strcspn(name, "'"), name);
}
