/*
 * Packets of PAP, CHAP and EAP; see auth_packet.h.
 *
 *   CHAP Challenge, Response   | code | id | length | size | value ... | name ... |
 *   CHAP Success, Failure      | code | id | length | message ... |
 *   PAP Authenticate-Request   | code | id | length | size | user ... | size | password ... |
 *   PAP Ack, Nak               | code | id | length | size | message ... |
 *   EAP Request, Response      | code | id | length | type | data ... |
 *   EAP Success, Failure       | code | id | length |
 */
#include "engine/ppp/auth_packet.h"

#include "engine/ppp/frame.h"

bool auth_packet_open(struct rd *packet, uint8_t *code, uint8_t *id)
{
	size_t len;

	*code = rd_u8(packet);
	*id = rd_u8(packet);
	len = rd_u16(packet);
	if (len < 4) /* 0 when there is none */
		return false;
	*packet = rd_sub(packet, len - 4);
	return !packet->bad;
}

/* Copies `len` bytes of text; false when it does not fit or hides a NUL. */
static bool take_text(struct rd *r, size_t len, char *to, size_t size)
{
	const uint8_t *text = rd_bytes(r, len);

	if (!text || len >= size || memchr(text, '\0', len))
		return false;
	memcpy(to, text, len);
	to[len] = '\0';
	return true;
}

static bool take_name(struct rd *r, size_t len, struct ppp_auth_request *q)
{
	if (!take_text(r, len, q->user, sizeof q->user))
		return false;
	for (const char *c = q->user; *c; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			return false;
	return true;
}

static bool pap_read(struct rd *r, size_t value, struct ppp_auth_request *q)
{
	(void)value;
	return take_name(r, rd_u8(r), q) && take_text(r, rd_u8(r), q->password, sizeof q->password);
}

static bool chap_read(struct rd *r, size_t value, struct ppp_auth_request *q)
{
	if (rd_u8(r) != value)
		return false;
	rd_copy(r, q->response, value);
	q->response_len = value;
	return take_name(r, rd_left(r), q);
}

static size_t pap_write(const char *text, uint8_t *buf, size_t size)
{
	struct wr w = wr_init(buf, size);

	wr_u8(&w, (unsigned)strlen(text));
	wr_bytes(&w, text, strlen(text));
	return wr_len(&w);
}

static size_t chap_write(const char *text, uint8_t *buf, size_t size)
{
	struct wr w = wr_init(buf, size);

	wr_bytes(&w, text, strlen(text));
	return wr_len(&w);
}

/* Of the Response that says who he is; all later ones are the server's to read. */
static bool eap_read(struct rd *r, size_t value, struct ppp_auth_request *q)
{
	(void)value;
	return rd_u8(r) == EAP_TYPE_IDENTITY && take_name(r, rd_left(r), q);
}

static size_t eap_write(const char *text, uint8_t *buf, size_t size)
{
	(void)text, (void)buf, (void)size;
	return 0;
}

size_t chap_challenge_write(const uint8_t *challenge, size_t len, const char *name, uint8_t *buf,
    size_t size)
{
	struct wr w = wr_init(buf, size);

	wr_u8(&w, (unsigned)len);
	wr_bytes(&w, challenge, len);
	wr_bytes(&w, name, strnlen(name, CHAP_NAME_MAX));
	return wr_len(&w);
}

const struct auth_packets pap_packets = {
    PROTO_PAP, PAP_REQUEST, PAP_ACK, PAP_NAK, false, pap_read, pap_write};
const struct auth_packets chap_packets = {
    PROTO_CHAP, CHAP_RESPONSE, CHAP_SUCCESS, CHAP_FAILURE, true, chap_read, chap_write};
const struct auth_packets eap_packets = {
    PROTO_EAP, EAP_RESPONSE, EAP_SUCCESS, EAP_FAILURE, true, eap_read, eap_write};
