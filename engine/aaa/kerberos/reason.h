/* Why a Kerberos server refuses: its error number, its words (MIT) and its status (Active
 * Directory) as a reason. Pure. */
#ifndef GATEHOUSE_AAA_KERBEROS_REASON_H
#define GATEHOUSE_AAA_KERBEROS_REASON_H

#include "engine/base/reason.h"
#include "engine/wire/wire.h"

/* The numbers that are acted on elsewhere (RFC 4120 7.5.9). */
enum { KERBEROS_SERVICE_UNKNOWN = 7, KERBEROS_PREAUTH_REQUIRED = 25, KERBEROS_TOO_BIG = 52 };

struct kerberos_verdict {
	uint8_t result; /* AUTH_REJECT, AUTH_ERROR */
	enum reason reason;
};

/* Of KRB-ERROR: error-code, e-text, e-data. */
struct kerberos_verdict kerberos_verdict(int error, struct rd text, struct rd data);
/* The name of the number, "" = not known here. */
const char *kerberos_error_name(int error);

#endif
