/*
 * Error numbers of RFC 4120 7.5.9; e-data of Active Directory (MS-KILE 2.2.2: KERB-EXT-ERROR, a
 * status of MS-ERREF 2.3.1). See kerberos_reason.h.
 */
#include "engine/aaa/kerberos/reason.h"

#include "engine/wire/ber.h"
#include "engine/ipc/message.h"

/* clang-format off */
static const struct {
	int error;
	uint8_t result;
	enum reason reason;
	const char *name;
} ERRORS[] = {
	{1,  AUTH_REJECT, REASON_AUTH_ACCOUNT_EXPIRED, "KDC_ERR_NAME_EXP"},
	{6,  AUTH_REJECT, REASON_AUTH_UNKNOWN_USER, "KDC_ERR_C_PRINCIPAL_UNKNOWN"},
	{KERBEROS_SERVICE_UNKNOWN, AUTH_ERROR, REASON_AUTH_SERVER_ERROR, "KDC_ERR_S_PRINCIPAL_UNKNOWN"},
	{8,  AUTH_ERROR,  REASON_AUTH_SERVER_ERROR, "KDC_ERR_PRINCIPAL_NOT_UNIQUE"},
	{12, AUTH_REJECT, REASON_AUTH_NOT_AUTHORIZED, "KDC_ERR_POLICY"},
	{14, AUTH_ERROR,  REASON_AUTH_SERVER_ERROR, "KDC_ERR_ETYPE_NOSUPP"},
	{18, AUTH_REJECT, REASON_AUTH_DISABLED, "KDC_ERR_CLIENT_REVOKED"},
	{21, AUTH_REJECT, REASON_AUTH_DISABLED, "KDC_ERR_CLIENT_NOTYET"},
	{23, AUTH_REJECT, REASON_AUTH_EXPIRED, "KDC_ERR_KEY_EXPIRED"},
	{24, AUTH_REJECT, REASON_AUTH_REJECTED, "KDC_ERR_PREAUTH_FAILED"},
	{KERBEROS_PREAUTH_REQUIRED, AUTH_ERROR, REASON_AUTH_SERVER_ERROR, "KDC_ERR_PREAUTH_REQUIRED"},
	{29, AUTH_ERROR,  REASON_AUTH_SERVER_ERROR, "KDC_ERR_SVC_UNAVAILABLE"},
	{31, AUTH_REJECT, REASON_AUTH_REJECTED, "KRB_AP_ERR_BAD_INTEGRITY"},
	{37, AUTH_ERROR,  REASON_AUTH_CLOCK, "KRB_AP_ERR_SKEW"},
	{KERBEROS_TOO_BIG, AUTH_ERROR, REASON_AUTH_SERVER_ERROR, "KRB_ERR_RESPONSE_TOO_BIG"},
	{60, AUTH_ERROR,  REASON_AUTH_SERVER_ERROR, "KRB_ERR_GENERIC"},
	{68, AUTH_ERROR,  REASON_AUTH_SERVER_ERROR, "KDC_ERR_WRONG_REALM"},
};
static const struct {
	uint32_t status;
	enum reason reason;
} STATUS[] = {
	{0xc0000064, REASON_AUTH_UNKNOWN_USER},
	{0xc000006a, REASON_AUTH_REJECTED},
	{0xc000006f, REASON_AUTH_HOURS},
	{0xc0000070, REASON_AUTH_NOT_AUTHORIZED}, /* not from this workstation */
	{0xc0000071, REASON_AUTH_EXPIRED},
	{0xc0000072, REASON_AUTH_DISABLED},
	{0xc0000193, REASON_AUTH_ACCOUNT_EXPIRED},
	{0xc0000224, REASON_AUTH_EXPIRED},        /* he has to set a new one first */
	{0xc0000234, REASON_AUTH_LOCKED},
};
/* clang-format on */

/* MIT says the same number of a disabled account. */
static const char LOCKED_OUT[] = "LOCKED_OUT";

enum { DATA_TYPE = 0xa1, DATA_VALUE = 0xa2, EXTENDED = 3 };

/* Of a pair of type and value; 0: it is something else. */
static uint32_t read_status(struct rd pair)
{
	struct rd type = ber_expect(&pair, DATA_TYPE), value = ber_expect(&pair, DATA_VALUE), bytes;
	uint32_t status = 0;

	if (pair.bad || ber_number(&type, BER_INTEGER) != EXTENDED)
		return 0;
	bytes = ber_expect(&value, BER_OCTETS);
	if (rd_left(&bytes) < 4)
		return 0;
	for (int i = 0; i < 4; i++) /* the other way round */
		status |= (uint32_t)rd_u8(&bytes) << 8 * i;
	return status;
}

/* Such a pair alone, or one of a list (METHOD-DATA). */
static uint32_t status_of(struct rd data)
{
	struct rd r = ber_expect(&data, BER_SEQUENCE);
	uint32_t status = 0;

	if (ber_is(&r, DATA_TYPE))
		return read_status(r);
	while (!status && rd_left(&r))
		status = read_status(ber_expect(&r, BER_SEQUENCE));
	return status;
}

struct kerberos_verdict kerberos_verdict(int error, struct rd text, struct rd data)
{
	struct kerberos_verdict v = {AUTH_ERROR, REASON_AUTH_SERVER_ERROR};
	uint32_t status = status_of(data);

	for (size_t i = 0; i < sizeof ERRORS / sizeof *ERRORS; i++)
		if (ERRORS[i].error == error)
			v = (struct kerberos_verdict){ERRORS[i].result, ERRORS[i].reason};
	if (v.reason == REASON_AUTH_DISABLED && rd_left(&text) >= strlen(LOCKED_OUT) &&
	    memcmp(text.p, LOCKED_OUT, strlen(LOCKED_OUT)) == 0)
		v.reason = REASON_AUTH_LOCKED;
	for (size_t i = 0; v.result == AUTH_REJECT && i < sizeof STATUS / sizeof *STATUS; i++)
		if (STATUS[i].status == status)
			v.reason = STATUS[i].reason;
	return v;
}

const char *kerberos_error_name(int error)
{
	for (size_t i = 0; i < sizeof ERRORS / sizeof *ERRORS; i++)
		if (ERRORS[i].error == error)
			return ERRORS[i].name;
	return "";
}
