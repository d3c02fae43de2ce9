/* Reasons: one list for every refusal and every end of a session (reason.def). */
#ifndef GATEHOUSE_REASON_H
#define GATEHOUSE_REASON_H

enum reason {
#define REASON(name, device, plain, windows, cure) REASON_##name,
#include "engine/base/reason.def"
#undef REASON
	REASON_COUNT
};

struct reason_text {
	const char *device; /* what an ASA prints */
	const char *plain;  /* what it means */
	int windows;        /* the error number the Windows user sees, 0 if none */
	const char *cure;   /* what the operator can do, may be empty */
};

/* Never NULL; an unknown number gives REASON_NONE's texts. */
const struct reason_text *reason_text(enum reason);

#endif
