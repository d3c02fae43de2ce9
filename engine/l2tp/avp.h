/*
 * L2TP control messages (RFC 2661 section 4) as structs. Pure: bytes in,
 * struct out, and back.
 */
#ifndef GATEHOUSE_L2TP_AVP_H
#define GATEHOUSE_L2TP_AVP_H

#include "engine/l2tp/header.h"

#define L2TP_MESSAGE_LIST(M) \
	M(SCCRQ, 1, "SCCRQ") \
	M(SCCRP, 2, "SCCRP") \
	M(SCCCN, 3, "SCCCN") \
	M(STOPCCN, 4, "StopCCN") \
	M(HELLO, 6, "HELLO") \
	M(OCRQ, 7, "OCRQ") \
	M(OCRP, 8, "OCRP") \
	M(OCCN, 9, "OCCN") \
	M(ICRQ, 10, "ICRQ") \
	M(ICRP, 11, "ICRP") \
	M(ICCN, 12, "ICCN") \
	M(CDN, 14, "CDN") \
	M(WEN, 15, "WEN") \
	M(SLI, 16, "SLI")

enum l2tp_message {
	L2TP_ZLB = 0, /* no AVP at all: an acknowledgement */
#define MESSAGE(name, number, text) L2TP_##name = number,
	L2TP_MESSAGE_LIST(MESSAGE)
#undef MESSAGE
	L2TP_MESSAGES
};

enum l2tp_avp {
#define AVP(number, name, m, kind, field, text, required) AVP_##name = number,
#define NOTED(number, name, m, kind, text, required) AVP_##name = number,
#include "engine/l2tp/avp.def"
#undef AVP
#undef NOTED
};

/* Result codes and general errors (RFC 2661 4.4.2). */
enum {
	STOP_CLEAR = 1,
	STOP_ERROR = 2,
	STOP_NOT_AUTHORIZED = 4,
	STOP_VERSION = 5,
	STOP_SHUTDOWN = 6,
	STOP_FSM = 7
};
enum {
	CDN_LOST_CARRIER = 1,
	CDN_ERROR = 2,
	CDN_ADMINISTRATIVE = 3,
	CDN_NO_FACILITIES = 4,
	CDN_NEVER_FACILITIES = 5
};
enum {
	ERROR_NONE = 0,
	ERROR_LENGTH = 2,
	ERROR_VALUE = 3,
	ERROR_RESOURCES = 4,
	ERROR_UNKNOWN_AVP = 8
};

#define L2TP_TEXT_MAX 64

/* One control message. What its AVPs say is declared by their rows: an integer; a text; RESULT is
 * the Result Code with NAME_error and NAME_text, which may be absent. */
struct l2tp_msg {
	struct l2tp_header header;
	bool mandatory;     /* M bit of the Message Type */
	uint64_t have;      /* bits 1 << AVP number of what was understood */
	uint16_t error;     /* ERROR_*: why the message cannot be accepted */
	uint16_t error_avp; /* which one */
	uint64_t order;     /* numbers of those without a vendor, a byte each, the last 8 */
	/* `type` is L2TP_ZLB when there is no AVP. */
#define FIELD_U16(f) uint16_t f;
#define FIELD_U32(f) uint32_t f;
#define FIELD_TEXT(f) char f[L2TP_TEXT_MAX];
#define FIELD_RESULT(f) uint16_t f, f##_error; char f##_text[L2TP_TEXT_MAX];
#define AVP(number, name, m, kind, field, text, required) FIELD_##kind(field)
#define NOTED(number, name, m, kind, text, required)
#include "engine/l2tp/avp.def"
#undef AVP
#undef NOTED
};

#define l2tp_has(m, avp) (((m)->have >> (avp)&1) != 0)

/* False: RFC 2661 has no such message. */
bool l2tp_message_known(uint16_t type);
/* "SCCRQ"; unknown numbers give "unknown". */
const char *l2tp_message_name(uint16_t type);
const char *avp_name(uint16_t number);

/* Reads the AVPs that follow a control header. False: malformed beyond answer. Otherwise the
 * message is whole, but `error` may say that it cannot be accepted. */
bool l2tp_read_avps(struct rd r, struct l2tp_msg *);

/* Builds a control message: begin, AVPs, end (patches the length). M as in the dictionary. */
void l2tp_begin(struct wr *, uint16_t tunnel, uint16_t session, enum l2tp_message);
void l2tp_put_flag(struct wr *, enum l2tp_avp); /* its presence is all it says */
void l2tp_put_u16(struct wr *, enum l2tp_avp, uint16_t);
void l2tp_put_u32(struct wr *, enum l2tp_avp, uint32_t);
void l2tp_put_text(struct wr *, enum l2tp_avp, const char *);
void l2tp_put_result(struct wr *, uint16_t result, uint16_t error, const char *text);
/* False when the buffer was too small. */
bool l2tp_end(struct wr *);
#endif
