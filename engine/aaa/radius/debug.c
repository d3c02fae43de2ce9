/*
 * `debug radius` in the device's form: level 1 tells events, 127 the packets attribute by
 * attribute, 255 their bytes as well. The values of passwords are left out everywhere.
 */
#include "engine/aaa/radius/debug.h"

#include <stdarg.h>
#include <stdio.h>

#include "engine/aaa/report.h"

#define TEXT_MAX 16384

enum kind { TEXT, NUMBER, ADDRESS, BYTES, EAP, SECRET };

#define EAP_SHOWN 5 /* code, id, length, type: what follows may be a password */

struct about {
	uint8_t type;
	enum kind kind;
	const char *name;
	uint32_t vendor;
};

/* clang-format off */
static const struct about attribute[] = {
#define X(id, number, text, kind) {number, kind, text, 0},
    RADIUS_ATTRIBUTES(X)
#undef X
    {1,   TEXT,    "cisco-av-pair",          RADIUS_VENDOR_CISCO},
    {1,   SECRET,  "MS-CHAP-Response",       RADIUS_VENDOR_MICROSOFT},
    {2,   TEXT,    "MS-CHAP-Error",          RADIUS_VENDOR_MICROSOFT},
    {3,   SECRET,  "MS-CHAP-CPW-1",          RADIUS_VENDOR_MICROSOFT},
    {4,   SECRET,  "MS-CHAP-CPW-2",          RADIUS_VENDOR_MICROSOFT},
    {5,   SECRET,  "MS-CHAP-LM-Enc-PW",      RADIUS_VENDOR_MICROSOFT},
    {6,   SECRET,  "MS-CHAP-NT-Enc-PW",      RADIUS_VENDOR_MICROSOFT},
    {11,  BYTES,   "MS-CHAP-Challenge",      RADIUS_VENDOR_MICROSOFT},
    {12,  SECRET,  "MS-CHAP-MPPE-Keys",      RADIUS_VENDOR_MICROSOFT},
    {16,  SECRET,  "MS-MPPE-Send-Key",       RADIUS_VENDOR_MICROSOFT},
    {17,  SECRET,  "MS-MPPE-Recv-Key",       RADIUS_VENDOR_MICROSOFT},
    {25,  SECRET,  "MS-CHAP2-Response",      RADIUS_VENDOR_MICROSOFT},
    {26,  TEXT,    "MS-CHAP2-Success",       RADIUS_VENDOR_MICROSOFT},
    {27,  SECRET,  "MS-CHAP2-CPW",           RADIUS_VENDOR_MICROSOFT},
    {28,  ADDRESS, "MS-Primary-DNS-Server",  RADIUS_VENDOR_MICROSOFT},
    {29,  ADDRESS, "MS-Secondary-DNS-Server", RADIUS_VENDOR_MICROSOFT},
    {30,  ADDRESS, "MS-Primary-NBNS-Server", RADIUS_VENDOR_MICROSOFT},
    {31,  ADDRESS, "MS-Secondary-NBNS-Server", RADIUS_VENDOR_MICROSOFT},
    {2,   NUMBER,  "Simultaneous-Logins",    RADIUS_VENDOR_ASA},
    {5,   ADDRESS, "Primary-DNS",            RADIUS_VENDOR_ASA},
    {6,   ADDRESS, "Secondary-DNS",          RADIUS_VENDOR_ASA},
    {7,   ADDRESS, "Primary-WINS",           RADIUS_VENDOR_ASA},
    {8,   ADDRESS, "Secondary-WINS",         RADIUS_VENDOR_ASA},
    {11,  NUMBER,  "Tunneling-Protocols",    RADIUS_VENDOR_ASA},
    {15,  TEXT,    "Banner1",                RADIUS_VENDOR_ASA},
    {27,  TEXT,    "Split-Tunnel-List",      RADIUS_VENDOR_ASA},
    {28,  TEXT,    "Default-Domain",         RADIUS_VENDOR_ASA},
    {36,  TEXT,    "Banner2",                RADIUS_VENDOR_ASA},
    {55,  NUMBER,  "Split-Tunneling-Policy", RADIUS_VENDOR_ASA},
    {85,  TEXT,    "Tunnel-Group-Lock",      RADIUS_VENDOR_ASA},
    {86,  TEXT,    "Access-List-Inbound",    RADIUS_VENDOR_ASA},
    {146, TEXT,    "Tunnel-Group-Name",      RADIUS_VENDOR_ASA},
    {150, NUMBER,  "Client-Type",            RADIUS_VENDOR_ASA},
    {217, TEXT,    "Address-Pools",          RADIUS_VENDOR_ASA},
    {220, NUMBER,  "Privilege-Level",        RADIUS_VENDOR_ASA},
};
/* clang-format on */

static const char *const codes[] = {[RADIUS_ACCESS_REQUEST] = "authentication request",
    [RADIUS_ACCESS_ACCEPT] = "response",
    [RADIUS_ACCESS_REJECT] = "response",
    [RADIUS_ACCOUNTING_REQUEST] = "accounting request",
    [RADIUS_ACCOUNTING_RESPONSE] = "accounting response",
    [RADIUS_ACCESS_CHALLENGE] = "response",
    [RADIUS_DISCONNECT_REQUEST] = "disconnect request",
    [RADIUS_DISCONNECT_ACK] = "disconnect ACK",
    [RADIUS_DISCONNECT_NAK] = "disconnect NAK",
    [RADIUS_COA_REQUEST] = "change of authorization request",
    [RADIUS_COA_ACK] = "CoA ACK",
    [RADIUS_COA_NAK] = "CoA NAK"};

/* A text that grows; what does not fit is left out. */
struct out {
	char text[TEXT_MAX];
	size_t len;
};

static void __attribute__((format(printf, 2, 3))) say(struct out *o, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(o->text + o->len, sizeof o->text - o->len, fmt, ap);
	va_end(ap);
	if (n > 0)
		o->len += (size_t)n < sizeof o->text - o->len ? (size_t)n
							      : sizeof o->text - o->len - 1;
}

static void say_bytes(struct out *o, const uint8_t *p, size_t len)
{
	for (size_t at = 0; at < len; at += 16) {
		size_t n = len - at < 16 ? len - at : 16;

		for (size_t i = 0; i < 16; i++)
			if (i < n)
				say(o, "%02x ", p[at + i]);
			else
				say(o, "   ");
		say(o, " |  ");
		for (size_t i = 0; i < n; i++)
			say(o, "%c", p[at + i] >= ' ' && p[at + i] < 127 ? p[at + i] : '.');
		say(o, "\n");
	}
}

/* Not known: of Microsoft's it may be a secret. */
static const struct about *about(const struct radius_value *v)
{
	static const struct about unknown = {0, BYTES, "", 0}, hidden = {0, SECRET, "", 0};

	for (size_t i = 0; i < sizeof attribute / sizeof *attribute; i++)
		if (attribute[i].vendor == v->vendor && attribute[i].type == v->type)
			return &attribute[i];
	return v->vendor == RADIUS_VENDOR_MICROSOFT ? &hidden : &unknown;
}

static void say_value(struct out *o, const struct radius_value *v)
{
	const struct about *a = about(v);
	char ip[ADDR_TEXT_MAX];
	struct addr address = addr_v4(radius_u32(v));

	if (v->vendor)
		say(o,
		    "Radius: Type = 26 (0x1A) Vendor-Specific\nRadius: Vendor ID = %u "
		    "(0x%08X)\n",
		    v->vendor, v->vendor);
	say(o, "Radius: Type = %u (0x%02X) %s\nRadius: Length = %zu (0x%02zX)\n", v->type, v->type,
	    a->name, v->len + 2, v->len + 2);
	if (a->kind == SECRET) {
		say(o, "Radius: Value (String) = *****\n");
	} else if (a->kind == NUMBER && v->len == 4) {
		say(o, "Radius: Value (Integer) = %u (0x%04X)\n", radius_u32(v), radius_u32(v));
	} else if (a->kind == ADDRESS && v->len == 4) {
		say(o, "Radius: Value (IP Address) = %s (0x%08X)\n", addr_text(&address, ip),
		    radius_u32(v));
	} else {
		say(o, "Radius: Value (String) = \n");
		say_bytes(o, v->p, a->kind == EAP && v->len > EAP_SHOWN ? EAP_SHOWN : v->len);
	}
}

/* The packet as it is, passwords blotted out. */
static void say_raw(struct out *o, const struct radius_packet *p)
{
	uint8_t copy[RADIUS_PACKET_MAX];
	struct radius_cursor c = radius_cursor(p);
	struct radius_value v;

	memcpy(copy, p->bytes, p->len);
	while (radius_next(&c, &v)) {
		uint8_t *value = copy + (v.p - p->bytes);

		if (about(&v)->kind == SECRET)
			memset(value, '*', v.len);
		else if (about(&v)->kind == EAP && v.len > EAP_SHOWN)
			memset(value + EAP_SHOWN, '*', v.len - EAP_SHOWN);
	}
	say(o, "Raw packet data (length = %zu).....\n", p->len);
	say_bytes(o, copy, p->len);
	say(o, "\n");
}

void radius_debug(const struct aaa_world *w, const struct aaa_server *s, const char *fmt, ...)
{
	char text[512], ip[ADDR_TEXT_MAX];
	va_list ap;

	if (w->listener->debug[TRACE_RADIUS] < TRACE_EVENT)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	aaa_debug(w->listener, TRACE_RADIUS, TRACE_EVENT, NULL, "radius: %s: %s",
	    addr_text(&s->address, ip), text);
}

void radius_debug_packet(const struct aaa_world *w, const struct aaa_server *s, bool sent,
    uint16_t port, const uint8_t *bytes, size_t len)
{
	static struct out o; /* only the loop of the role says lines */
	struct radius_packet p;
	struct radius_cursor c;
	struct radius_value v;
	const char *what;
	char ip[ADDR_TEXT_MAX];

	if (w->listener->debug[TRACE_RADIUS] < TRACE_DEBUG || !radius_read(&p, bytes, len))
		return;
	what = p.code < sizeof codes / sizeof *codes ? codes[p.code] : NULL;
	o.len = 0;
	say(&o, "%s pkt %s/%u\nRADIUS packet decode (%s)\n\n", sent ? "send" : "received",
	    addr_text(&s->address, ip), port, what ? what : "unknown");
	say(&o, "--------------------------------------\n");
	if (w->listener->debug[TRACE_RADIUS] >= TRACE_DUMP)
		say_raw(&o, &p);
	say(&o, "Parsed packet data.....\nRadius: Code = %u (0x%02X)\n", p.code, p.code);
	say(&o, "Radius: Identifier = %u (0x%02X)\nRadius: Length = %zu (0x%04zX)\n", p.id, p.id,
	    p.len, p.len);
	for (c = radius_cursor(&p); radius_next(&c, &v);)
		say_value(&o, &v);
	say(&o, "--------------------------------------");
	aaa_debug(w->listener, TRACE_RADIUS, TRACE_DEBUG, NULL, "%s", o.text);
}
