/* Reasons: one list for every refusal and every end of a session (reason.def). */
#ifndef GATEHOUSE_REASON_H
#define GATEHOUSE_REASON_H

/* Acct-Terminate-Cause of the end of a session (RFC 2866 5.10). */
enum terminate_cause {
	CAUSE_USER_REQUEST = 1,
	CAUSE_LOST_CARRIER,
	CAUSE_LOST_SERVICE,
	CAUSE_IDLE_TIMEOUT,
	CAUSE_SESSION_TIMEOUT,
	CAUSE_ADMIN_RESET,
	CAUSE_ADMIN_REBOOT,
	CAUSE_PORT_ERROR,
	CAUSE_NAS_ERROR,
	CAUSE_NAS_REQUEST,
	CAUSE_NAS_REBOOT,
	CAUSE_PORT_UNNEEDED,
	CAUSE_PORT_PREEMPTED,
	CAUSE_PORT_SUSPENDED,
	CAUSE_SERVICE_UNAVAILABLE,
	CAUSE_CALLBACK,
	CAUSE_USER_ERROR
};

enum reason {
#define REASON(name, device, plain, windows, cure, cause) REASON_##name,
#include "engine/base/reason.def"
#undef REASON
	REASON_COUNT
};

struct reason_text {
	const char *device; /* what an ASA prints */
	const char *plain;  /* what it means */
	int windows;        /* the error number the Windows user sees, 0 if none */
	const char *cure;   /* what the operator can do, may be empty */
	enum terminate_cause cause; /* what accounting says of it */
};

/* Never NULL; an unknown number gives REASON_NONE's texts. */
const struct reason_text *reason_text(enum reason);

#endif
