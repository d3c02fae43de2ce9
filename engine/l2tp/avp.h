/*
 * L2TP control messages (RFC 2661 section 4) as structs. Pure: bytes in,
 * struct out, and back.
 */
#ifndef GATEHOUSE_L2TP_AVP_H
#define GATEHOUSE_L2TP_AVP_H

#include "engine/l2tp/header.h"

enum l2tp_message {
	L2TP_ZLB = 0, /* no AVP at all: an acknowledgement */
	L2TP_SCCRQ = 1,
	L2TP_SCCRP = 2,
	L2TP_SCCCN = 3,
	L2TP_STOPCCN = 4,
	L2TP_HELLO = 6,
	L2TP_OCRQ = 7,
	L2TP_OCRP = 8,
	L2TP_OCCN = 9,
	L2TP_ICRQ = 10,
	L2TP_ICRP = 11,
	L2TP_ICCN = 12,
	L2TP_CDN = 14,
	L2TP_WEN = 15,
	L2TP_SLI = 16,
	L2TP_MESSAGES
};

enum l2tp_avp {
	AVP_MESSAGE_TYPE = 0,
	AVP_RESULT_CODE = 1,
	AVP_PROTOCOL_VERSION = 2,
	AVP_FRAMING_CAPABILITIES = 3,
	AVP_BEARER_CAPABILITIES = 4,
	AVP_FIRMWARE_REVISION = 6,
	AVP_HOST_NAME = 7,
	AVP_VENDOR_NAME = 8,
	AVP_ASSIGNED_TUNNEL_ID = 9,
	AVP_RECEIVE_WINDOW_SIZE = 10,
	AVP_CHALLENGE = 11,
	AVP_ASSIGNED_SESSION_ID = 14,
	AVP_CALL_SERIAL_NUMBER = 15,
	AVP_BEARER_TYPE = 18,
	AVP_FRAMING_TYPE = 19,
	AVP_TX_CONNECT_SPEED = 24,
	AVP_SEQUENCING_REQUIRED = 39
};

/* Result codes and general errors (RFC 2661 4.4.2). */
enum { STOP_CLEAR = 1, STOP_ERROR = 2, STOP_NOT_AUTHORIZED = 4, STOP_VERSION = 5, STOP_SHUTDOWN = 6, STOP_FSM = 7 };
enum { CDN_LOST_CARRIER = 1, CDN_ERROR = 2, CDN_ADMINISTRATIVE = 3, CDN_NO_FACILITIES = 4, CDN_NEVER_FACILITIES = 5, CDN_TOO_LATE = 10 };
enum { ERROR_NONE = 0, ERROR_LENGTH = 2, ERROR_VALUE = 3, ERROR_RESOURCES = 4, ERROR_UNKNOWN_AVP = 8 };

#define L2TP_TEXT_MAX 64

/* One control message. */
struct l2tp_msg {
	struct l2tp_header header;
	uint16_t type;     /* L2TP_ZLB when there is no AVP */
	bool mandatory;    /* M bit of the Message Type */
	uint64_t have;     /* bits 1 << AVP number of what was understood */
	uint16_t error;    /* ERROR_*: why the message cannot be accepted */
	uint16_t error_avp; /* which one */
	uint16_t version, firmware, tunnel_id, window, session_id;
	uint16_t result, result_error;
	uint32_t framing, bearer, serial, framing_type, speed;
	char host[L2TP_TEXT_MAX], vendor[L2TP_TEXT_MAX], result_text[L2TP_TEXT_MAX];
};

#define l2tp_has(m, avp) (((m)->have >> (avp)&1) != 0)

/* What the dictionary says of an attribute (vendor 0). */
enum avp_kind { AVP_U16, AVP_U32, AVP_TEXT, AVP_BYTES, AVP_RESULT };
struct avp_row {
	uint8_t number;
	bool m, h; /* sent with M; may be hidden */
	enum avp_kind kind;
	uint32_t required, optional; /* bits 1 << message type; required = nothing can be done without it */
	size_t field;                /* in struct l2tp_msg, 0 = only noted */
	const char *name;
};

/* NULL when unknown. */
const struct avp_row *avp_row(uint16_t number);
/* "SCCRQ"; "message N" never: unknown numbers give "unknown". */
const char *l2tp_message_name(uint16_t type);
const char *avp_name(uint16_t number);

/* Reads the AVPs that follow a control header. False: malformed beyond answer. Otherwise the message
 * is whole, but `error` may say that it cannot be accepted. */
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
/* Sets the sequence numbers of a message built above. */
void l2tp_stamp(uint8_t *msg, size_t len, uint16_t ns, uint16_t nr);

#endif
