/* Aggressive mode and IKEv2, refused; see foreign.h. */
#include "engine/ike/foreign.h"

#include "engine/ike/send.h"

#define V2_MAJOR 2
#define V2_SA_INIT 34 /* RFC 7296 3.1 */
#define V2_FLAG_RESPONSE 0x20
#define V2_PAY_NOTIFY 41
#define V2_INVALID_MAJOR_VERSION 5
#define V2_NOTIFY_LEN 8

static void refused(struct ike *ike, const struct path *path, const struct isakmp_header *h,
    uint64_t *counter, enum reason why)
{
	struct attempt a = {
	    .sink = &ike->attempts,
	    .began = ike->env->now(ike->env),
	    .path = *path,
	    .cookie = cookie_number(h->cky_i),
	};
	struct trace_ctx ip = {.ip = &path->remote.addr};

	++*counter;
	ike->stats.in_drops++;
	trace_ike(ike->trace, 713903, &ip, "%s, dropping packet", reason_text(why)->device);
	attempt_refused_as(&a, why, "");
}

void aggressive_refuse(struct ike *ike, const struct incoming *in)
{
	uint8_t cky_r[COOKIE_LEN];

	refused(ike, in->path, &in->m.h, &ike->stats.aggressive, REASON_IKE_AGGRESSIVE);
	if (in->m.h.length < ISAKMP_HEADER_LEN + 12)
		return;
	ike_random(ike, cky_r, sizeof cky_r);
	send_notify_clear(ike, in->path, in->m.h.cky_i, cky_r, NOTIFY_INVALID_EXCHANGE_TYPE);
}

/*
 * INVALID_MAJOR_VERSION: a response with the SPIs, exchange and message id of the request and our
 * own version in its header.
 *
 *     Next Payload (1) 0 | reserved (1) | length (2)
 *     Protocol ID (1) 0  | SPI Size (1) 0 | type (2)
 */
static void invalid_major_version(struct ike *ike, const struct path *path,
    const struct isakmp_header *h)
{
	uint8_t reply[ISAKMP_HEADER_LEN + V2_NOTIFY_LEN];
	struct wr w = wr_init(reply, sizeof reply);

	wr_bytes(&w, h->cky_i, COOKIE_LEN);
	wr_bytes(&w, h->cky_r, COOKIE_LEN);
	wr_u8(&w, V2_PAY_NOTIFY);
	wr_u8(&w, ISAKMP_VERSION);
	wr_u8(&w, h->exchange);
	wr_u8(&w, V2_FLAG_RESPONSE);
	wr_u32(&w, h->msgid);
	wr_u32(&w, sizeof reply);
	wr_u32(&w, V2_NOTIFY_LEN);
	wr_u16(&w, 0);
	wr_u16(&w, V2_INVALID_MAJOR_VERSION);
	ike->stats.notifies_out++;
	send_raw(ike, path, reply, sizeof reply);
}

bool version2_receive(struct ike *ike, const struct path *path, const uint8_t *msg, size_t len)
{
	struct rd r = rd_init(msg, len);
	struct isakmp_header h;

	(void)isakmp_header_read(&r, &h); /* which knows its own version only */
	if (r.bad || h.length != len || h.version >> 4 != V2_MAJOR || h.exchange != V2_SA_INIT ||
	    h.flags & V2_FLAG_RESPONSE || cookie_is_zero(h.cky_i) || !cookie_is_zero(h.cky_r))
		return false;
	refused(ike, path, &h, &ike->stats.version2, REASON_IKE_VERSION_2);
	if (len >= ISAKMP_HEADER_LEN + V2_NOTIFY_LEN)
		invalid_major_version(ike, path, &h);
	return true;
}
