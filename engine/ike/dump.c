/*
 * Dumps of datagrams, in the device's layout. What is encrypted on the wire is
 * shown as it is there: no key and no hash of a message is ever in a line.
 */
#include "engine/ike/dump.h"

#include <stdio.h>

#include "engine/ike/codec.h"

enum { ROW = 16, ROWS = 32, ROW_TEXT = 80 }; /* bytes of a row; rows of a line of the trace */

static const char *exchange_name(uint8_t type)
{
	switch (type) {
	case XCHG_MAIN:
		return "Identity Protection (Main Mode)";
	case XCHG_AGGRESSIVE:
		return "Aggressive";
	case XCHG_INFORMATIONAL:
		return "Informational";
	case XCHG_QUICK:
		return "Quick Mode";
	default:
		return "Unknown";
	}
}

/* "5e 2f 13 0b ...    |  ^/.." */
static size_t row_text(const uint8_t *p, size_t n, char *to, size_t size)
{
	size_t at = 0;

	for (size_t i = 0; i < ROW; i++)
		at += (size_t)snprintf(
		    to + at, size - at, i < n ? "%02x " : "   ", i < n ? p[i] : 0);
	at += (size_t)snprintf(to + at, size - at, "   |  ");
	for (size_t i = 0; i < n; i++)
		at += (size_t)snprintf(
		    to + at, size - at, "%c", p[i] >= ' ' && p[i] < 127 ? p[i] : '.');
	return at;
}

static void raw(struct trace *t, const struct trace_ctx *ctx, const uint8_t *msg, size_t len)
{
	char text[ROWS * (ROW_TEXT + 1) + 1];

	while (len) {
		size_t at = 0;

		for (unsigned r = 0; r < ROWS && len; r++) {
			size_t n = len < ROW ? len : ROW;

			if (at)
				text[at++] = '\n';
			at += row_text(msg, n, text + at, sizeof text - at);
			msg += n;
			len -= n;
		}
		trace_plain(t, ctx, TRACE_IKE, TRACE_DUMP, "%s", text);
	}
}

static const char *cookie_text(const uint8_t *c, char to[3 * COOKIE_LEN + 1])
{
	for (size_t i = 0; i < COOKIE_LEN; i++)
		snprintf(to + 3 * i, 4, i + 1 < COOKIE_LEN ? "%02x " : "%02x", c[i]);
	return to;
}

static void header(
    struct trace *t, const struct trace_ctx *ctx, const char *what, const struct isakmp_header *h)
{
	char to[ADDR_TEXT_MAX], i[3 * COOKIE_LEN + 1], r[3 * COOKIE_LEN + 1];

	trace_plain(t, ctx, TRACE_IKE, TRACE_DUMP,
	    "\n %s %s\n"
	    "ISAKMP Header\n"
	    "  Initiator COOKIE: %s\n"
	    "  Responder COOKIE: %s\n"
	    "  Next Payload: %s\n"
	    "  Version: %u.%u\n"
	    "  Exchange Type: %s\n"
	    "  Flags: %s%s%s\n"
	    "  MessageID: %08X\n"
	    "  Length: %u",
	    what, addr_text(ctx->ip, to), cookie_text(h->cky_i, i), cookie_text(h->cky_r, r),
	    payload_name(h->next), h->version >> 4, h->version & 15, exchange_name(h->exchange),
	    h->flags & (FLAG_ENCRYPTED | FLAG_COMMIT) ? "" : "(none)",
	    h->flags & FLAG_ENCRYPTED ? "(Encryption)" : "",
	    h->flags & FLAG_COMMIT ? "(Commit)" : "", h->msgid, h->length);
}

void dump_packet(const struct ike *ike, const struct path *path, enum dump_way way,
    const uint8_t *msg, size_t len)
{
	static const char *const title[] = {[DUMP_RECEIVED] = "IKEv1 Recv RAW packet dump",
	    [DUMP_SENT] = "IKEv1 Send RAW packet dump"};
	static const char *const what[] = {
	    [DUMP_RECEIVED] = "RECV PACKET from", [DUMP_SENT] = "SENDING PACKET to"};
	struct trace_ctx ctx = {.ip = &path->remote.addr};
	struct rd r = rd_init(msg, len);
	struct isakmp_header h;

	if (!trace_wants(ike->trace, TRACE_IKE, TRACE_DUMP, &ctx))
		return;
	trace_plain(ike->trace, &ctx, TRACE_IKE, TRACE_DUMP, "%s", title[way]);
	raw(ike->trace, &ctx, msg, len);
	if (isakmp_header_read(&r, &h))
		header(ike->trace, &ctx, what[way], &h);
}
