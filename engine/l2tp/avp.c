/*
 * The codec of L2TP control messages (RFC 2661 section 4): one dictionary of
 * attributes, read and written by the same rows.
 *
 *   |M|H| rsvd  |      Length       |           Vendor ID           |
 *   |         Attribute Type        |        Attribute Value...
 */
#include "engine/l2tp/avp.h"

enum { AVP_M = 0x8000, AVP_H = 0x4000, AVP_RESERVED = 0x3c00, AVP_LENGTH = 0x03ff, AVP_HEADER = 6 };

/* ---- the dictionary --------------------------------------------------- */

enum avp_kind { KIND_U16, KIND_U32, KIND_TEXT, KIND_BYTES, KIND_RESULT };

struct avp_row {
	uint8_t number;
	bool m;
	enum avp_kind kind;
	uint32_t required; /* bits 1 << message type */
	size_t field;      /* in struct l2tp_msg, 0 = only noted */
};

#define IN(message) (1U << L2TP_##message)

static const struct avp_row dictionary[] = {
#define AVP(number, name, m, kind, field, text, required) \
	{number, m, KIND_##kind, required, offsetof(struct l2tp_msg, field)},
#define NOTED(number, name, m, kind, text, required) {number, m, KIND_##kind, required, 0},
#include "engine/l2tp/avp.def"
#undef AVP
#undef NOTED
};

static const struct avp_row *avp_row(uint16_t number)
{
	for (size_t i = 0; i < sizeof dictionary / sizeof *dictionary; i++)
		if (dictionary[i].number == number)
			return &dictionary[i];
	return NULL;
}

/* A switch, so that a number given twice does not compile. */
const char *avp_name(uint16_t number)
{
	switch (number) {
#define AVP(number, name, m, kind, field, text, required) case number: return text;
#define NOTED(number, name, m, kind, text, required) case number: return text;
#include "engine/l2tp/avp.def"
#undef AVP
#undef NOTED
	default: return "unknown";
	}
}

static const char *const message_names[L2TP_MESSAGES] = {
	[L2TP_ZLB] = "ZLB",
#define MESSAGE(name, number, text) [L2TP_##name] = text,
	L2TP_MESSAGE_LIST(MESSAGE)
#undef MESSAGE
};

bool l2tp_message_known(uint16_t type)
{
	return type < L2TP_MESSAGES && message_names[type];
}

const char *l2tp_message_name(uint16_t type)
{
	return l2tp_message_known(type) ? message_names[type] : "unknown";
}

/* ---- reading ---------------------------------------------------------- */

static void read_text(struct rd *value, char to[L2TP_TEXT_MAX])
{
	size_t n = 0;

	while (rd_left(value)) {
		uint8_t c = rd_u8(value);

		if (n < L2TP_TEXT_MAX - 1)
			to[n++] = c >= 0x20 && c < 0x7f ? (char)c : '.';
	}
	to[n] = '\0';
}

/* Result Code: result, and optionally an error code and a text (RFC 2661 4.4.2). */
static void read_result(struct rd *value, struct l2tp_msg *m)
{
	m->result = rd_u16(value);
	if (rd_left(value))
		m->result_error = rd_u16(value);
	read_text(value, m->result_text);
}

static bool read_value(const struct avp_row *row, struct rd *value, struct l2tp_msg *m)
{
	void *field = (char *)m + row->field;

	switch (row->kind) {
	case KIND_U16:
		if (row->field)
			*(uint16_t *)field = rd_u16(value);
		else
			rd_skip(value, 2);
		return rd_done(value) || (row->number == AVP_MESSAGE_TYPE && !value->bad);
	case KIND_U32:
		if (row->field)
			*(uint32_t *)field = rd_u32(value);
		else
			rd_skip(value, 4);
		return rd_done(value);
	case KIND_TEXT:
		if (row->field)
			read_text(value, field);
		return true;
	case KIND_RESULT:
		read_result(value, m);
		return !value->bad;
	case KIND_BYTES:
		break;
	}
	return true;
}

static void complain(struct l2tp_msg *m, uint16_t error, uint16_t avp)
{
	if (m->error == ERROR_NONE) {
		m->error = error;
		m->error_avp = avp;
	}
}

/* RFC 2661 4.1: an AVP that is not understood matters only when it is mandatory. Hidden ones are
 * not understood, as there is no secret; neither are other vendors' numbers. */
static bool read_avp(struct rd *r, struct l2tp_msg *m, bool first)
{
	uint16_t bits = rd_u16(r), len = bits & AVP_LENGTH, vendor, number;
	const struct avp_row *row;
	struct rd value;

	if (len < AVP_HEADER) /* 0 when there is none */
		return false;
	vendor = rd_u16(r);
	number = rd_u16(r);
	value = rd_sub(r, len - AVP_HEADER);
	if (value.bad)
		return false;
	row = vendor == 0 && !(bits & (AVP_H | AVP_RESERVED)) ? avp_row(number) : NULL;
	if (first) {
		m->mandatory = (bits & AVP_M) != 0;
		return row && number == AVP_MESSAGE_TYPE && read_value(row, &value, m);
	}
	if (!row) {
		if (bits & AVP_M)
			complain(m, ERROR_UNKNOWN_AVP, number);
		return true;
	}
	if (number == AVP_MESSAGE_TYPE)
		return false;
	m->order = m->order << 8 | number;
	if (read_value(row, &value, m))
		m->have |= 1ULL << number;
	else if (bits & AVP_M)
		complain(m, ERROR_LENGTH, number);
	return true;
}

bool l2tp_read_avps(struct rd r, struct l2tp_msg *m)
{
	struct l2tp_header header = m->header;
	bool first = true;

	memset(m, 0, sizeof *m);
	m->header = header;
	for (; rd_left(&r); first = false)
		if (!read_avp(&r, m, first))
			return false;
	if (first)
		return true;
	if (m->type == L2TP_ZLB) /* no AVP says that, but that there is none */
		return false;
	if (!l2tp_message_known(m->type))
		return true;
	for (size_t i = 0; i < sizeof dictionary / sizeof *dictionary; i++)
		if (dictionary[i].required & 1U << m->type && !l2tp_has(m, dictionary[i].number))
			complain(m, ERROR_VALUE, dictionary[i].number);
	return true;
}

/* ---- writing ---------------------------------------------------------- */

static void put_header(struct wr *w, enum l2tp_avp avp, size_t len)
{
	const struct avp_row *row = avp_row(avp);

	wr_u16(w, (unsigned)((row->m ? AVP_M : 0) | (len + AVP_HEADER)));
	wr_u16(w, 0);
	wr_u16(w, avp);
}

void l2tp_put_flag(struct wr *w, enum l2tp_avp avp)
{
	put_header(w, avp, 0);
}

void l2tp_put_u16(struct wr *w, enum l2tp_avp avp, uint16_t v)
{
	put_header(w, avp, 2);
	wr_u16(w, v);
}

void l2tp_put_u32(struct wr *w, enum l2tp_avp avp, uint32_t v)
{
	put_header(w, avp, 4);
	wr_u32(w, v);
}

void l2tp_put_text(struct wr *w, enum l2tp_avp avp, const char *text)
{
	size_t len = strnlen(text, L2TP_TEXT_MAX - 1);

	put_header(w, avp, len);
	wr_bytes(w, text, len);
}

void l2tp_put_result(struct wr *w, uint16_t result, uint16_t error, const char *text)
{
	size_t len = strnlen(text, L2TP_TEXT_MAX - 1);

	put_header(w, AVP_RESULT_CODE, 4 + len);
	wr_u16(w, result);
	wr_u16(w, error);
	wr_bytes(w, text, len);
}

void l2tp_begin(struct wr *w, uint16_t tunnel, uint16_t session, enum l2tp_message type)
{
	l2tp_put_control_header(w, tunnel, session);
	if (type != L2TP_ZLB)
		l2tp_put_u16(w, AVP_MESSAGE_TYPE, (uint16_t)type);
}

bool l2tp_end(struct wr *w)
{
	wr_patch16(w, L2TP_LENGTH_AT, wr_len(w));
	return !w->full;
}
