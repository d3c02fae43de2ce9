/*
 * The codec of L2TP control messages (RFC 2661 section 4): one dictionary of
 * attributes, read and written by the same rows.
 *
 *   |M|H| rsvd  |      Length       |           Vendor ID           |
 *   |         Attribute Type        |        Attribute Value...
 */
#include "engine/l2tp/avp.h"

enum { AVP_M = 0x8000, AVP_H = 0x4000, AVP_RESERVED = 0x3c00, AVP_LENGTH = 0x03ff, AVP_HEADER = 6 };
enum { LENGTH_AT = 2, NS_AT = 8, NR_AT = 10 };

/* ---- the dictionary --------------------------------------------------- */

#define IN(name) (1U << L2TP_##name)
#define ANY (~0U)
#define FIELD(f) offsetof(struct l2tp_msg, f)

static const struct avp_row dictionary[] = {
    /* no  M     H      kind        required                 optional                 field            name */
    {0, true, false, AVP_U16, 0, ANY, FIELD(type), "Message Type"},
    {1, true, false, AVP_RESULT, IN(STOPCCN) | IN(CDN), 0, FIELD(result), "Result Code"},
    {2, true, false, AVP_U16, IN(SCCRQ) | IN(SCCRP), 0, FIELD(version), "Protocol Version"},
    {3, true, true, AVP_U32, 0, IN(SCCRQ) | IN(SCCRP), FIELD(framing), "Framing Capabilities"},
    {4, true, true, AVP_U32, 0, IN(SCCRQ) | IN(SCCRP), FIELD(bearer), "Bearer Capabilities"},
    {5, false, false, AVP_BYTES, 0, IN(SCCRQ), 0, "Tie Breaker"},
    {6, false, true, AVP_U16, 0, IN(SCCRQ) | IN(SCCRP), FIELD(firmware), "Firmware Revision"},
    {7, true, false, AVP_TEXT, 0, IN(SCCRQ) | IN(SCCRP), FIELD(host), "Host Name"},
    {8, false, true, AVP_TEXT, 0, IN(SCCRQ) | IN(SCCRP), FIELD(vendor), "Vendor Name"},
    {9, true, true, AVP_U16, IN(SCCRQ) | IN(SCCRP) | IN(STOPCCN), 0, FIELD(tunnel_id), "Assigned Tunnel ID"},
    {10, true, false, AVP_U16, 0, IN(SCCRQ) | IN(SCCRP), FIELD(window), "Receive Window Size"},
    {11, true, true, AVP_BYTES, 0, IN(SCCRQ) | IN(SCCRP), 0, "Challenge"},
    {12, true, false, AVP_BYTES, 0, IN(CDN), 0, "Q.931 Cause Code"},
    {13, true, true, AVP_BYTES, 0, IN(SCCRP) | IN(SCCCN), 0, "Challenge Response"},
    {14, true, true, AVP_U16, IN(ICRQ) | IN(ICRP) | IN(OCRQ) | IN(OCRP) | IN(CDN), 0, FIELD(session_id), "Assigned Session ID"},
    {15, true, true, AVP_U32, 0, IN(ICRQ) | IN(OCRQ), FIELD(serial), "Call Serial Number"},
    {16, true, true, AVP_U32, 0, IN(OCRQ), 0, "Minimum BPS"},
    {17, true, true, AVP_U32, 0, IN(OCRQ), 0, "Maximum BPS"},
    {18, true, true, AVP_U32, 0, IN(OCRQ) | IN(ICRQ), 0, "Bearer Type"},
    {19, true, true, AVP_U32, 0, IN(ICCN) | IN(OCRQ) | IN(OCCN), FIELD(framing_type), "Framing Type"},
    {21, true, true, AVP_TEXT, 0, IN(ICRQ) | IN(OCRQ), 0, "Called Number"},
    {22, true, true, AVP_TEXT, 0, IN(ICRQ), 0, "Calling Number"},
    {23, true, true, AVP_TEXT, 0, IN(ICRQ) | IN(OCRQ), 0, "Sub-Address"},
    {24, true, true, AVP_U32, 0, IN(ICCN) | IN(OCCN), FIELD(speed), "Tx Connect Speed"},
    {25, false, true, AVP_U32, 0, IN(ICRQ) | IN(OCRP), 0, "Physical Channel ID"},
    {26, false, true, AVP_BYTES, 0, IN(ICCN), 0, "Initial Received LCP CONFREQ"},
    {27, false, true, AVP_BYTES, 0, IN(ICCN), 0, "Last Sent LCP CONFREQ"},
    {28, false, true, AVP_BYTES, 0, IN(ICCN), 0, "Last Received LCP CONFREQ"},
    {29, false, true, AVP_U16, 0, IN(ICCN), 0, "Proxy Authen Type"},
    {30, false, true, AVP_TEXT, 0, IN(ICCN), 0, "Proxy Authen Name"},
    {31, false, true, AVP_BYTES, 0, IN(ICCN), 0, "Proxy Authen Challenge"},
    {32, false, true, AVP_U16, 0, IN(ICCN), 0, "Proxy Authen ID"},
    {33, false, true, AVP_BYTES, 0, IN(ICCN), 0, "Proxy Authen Response"},
    {34, true, true, AVP_BYTES, 0, IN(WEN), 0, "Call Errors"},
    {35, true, true, AVP_BYTES, 0, IN(SLI), 0, "ACCM"},
    {36, true, false, AVP_BYTES, 0, ANY, 0, "Random Vector"},
    {37, false, true, AVP_TEXT, 0, IN(ICCN), 0, "Private Group ID"},
    {38, false, true, AVP_U32, 0, IN(ICCN) | IN(OCCN), 0, "Rx Connect Speed"},
    {39, true, false, AVP_BYTES, 0, IN(ICCN) | IN(OCCN), 0, "Sequencing Required"},
};

static const char *const message_names[L2TP_MESSAGES] = {
    [L2TP_ZLB] = "ZLB", [L2TP_SCCRQ] = "SCCRQ", [L2TP_SCCRP] = "SCCRP", [L2TP_SCCCN] = "SCCCN",
    [L2TP_STOPCCN] = "StopCCN", [L2TP_HELLO] = "HELLO", [L2TP_OCRQ] = "OCRQ", [L2TP_OCRP] = "OCRP",
    [L2TP_OCCN] = "OCCN", [L2TP_ICRQ] = "ICRQ", [L2TP_ICRP] = "ICRP", [L2TP_ICCN] = "ICCN",
    [L2TP_CDN] = "CDN", [L2TP_WEN] = "WEN", [L2TP_SLI] = "SLI"};

const struct avp_row *avp_row(uint16_t number)
{
	for (size_t i = 0; i < sizeof dictionary / sizeof *dictionary; i++)
		if (dictionary[i].number == number)
			return &dictionary[i];
	return NULL;
}

const char *avp_name(uint16_t number)
{
	const struct avp_row *row = avp_row(number);

	return row ? row->name : "unknown";
}

const char *l2tp_message_name(uint16_t type)
{
	return type < L2TP_MESSAGES && message_names[type] ? message_names[type] : "unknown";
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
	case AVP_U16:
		if (row->field)
			*(uint16_t *)field = rd_u16(value);
		else
			rd_skip(value, 2);
		return rd_done(value) || (row->number == AVP_MESSAGE_TYPE && !value->bad);
	case AVP_U32:
		if (row->field)
			*(uint32_t *)field = rd_u32(value);
		else
			rd_skip(value, 4);
		return rd_done(value);
	case AVP_TEXT:
		if (row->field)
			read_text(value, field);
		return true;
	case AVP_RESULT:
		read_result(value, m);
		return !value->bad;
	case AVP_BYTES:
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

	if (r->bad || len < AVP_HEADER)
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
	if (m->type == L2TP_ZLB || m->type >= L2TP_MESSAGES)
		return m->type != L2TP_ZLB;
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
	wr_patch16(w, LENGTH_AT, wr_len(w));
	return !w->full;
}

void l2tp_stamp(uint8_t *msg, size_t len, uint16_t ns, uint16_t nr)
{
	struct wr w = wr_init(msg, len);

	wr_room(&w, len);
	wr_patch16(&w, NS_AT, ns);
	wr_patch16(&w, NR_AT, nr);
}
