/*
 * Control packets in words, for debug lines: one table of protocols, one of
 * codes, one of options. Passwords and responses are not printed.
 */
#include "engine/ppp/decode.h"

#include <stdarg.h>
#include <stdio.h>

#include "engine/base/env.h"
#include "engine/ppp/frame.h"
#include "engine/ppp/fsm.h"
#include "engine/ppp/method.h"

struct text {
	char *buf;
	size_t size, len;
};

static void say(struct text *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void say(struct text *t, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(t->buf + t->len, t->size - t->len, fmt, ap);
	va_end(ap);
	if (n > 0)
		t->len = t->len + (size_t)n < t->size ? t->len + (size_t)n : t->size - 1;
}

static const char *const conf_codes[] = {NULL, "Configure-Request", "Configure-Ack",
    "Configure-Nak", "Configure-Reject", "Terminate-Request", "Terminate-Ack", "Code-Reject",
    "Protocol-Reject", "Echo-Request", "Echo-Reply", "Discard-Request", "Identification",
    "Time-Remaining"};
static const char *const chap_codes[] = {NULL, "Challenge", "Response", "Success", "Failure", NULL,
    "Change-Password", "Change-Password"};
static const char *const eap_codes[] = {NULL, "Request", "Response", "Success", "Failure"};
static const char *const pap_codes[] = {
    NULL, "Authenticate-Request", "Authenticate-Ack", "Authenticate-Nak"};

#define CODES(list) list, sizeof list / sizeof *list

static const struct protocol {
	uint16_t number;
	const char *name;
	const char *const *codes;
	size_t n_codes;
	bool options; /* codes 1-4 carry options */
} protocols[] = {
    {PROTO_LCP, "LCP", CODES(conf_codes), true},
    {PROTO_IPCP, "IPCP", CODES(conf_codes), true},
    {PROTO_IPV6CP, "IPV6CP", CODES(conf_codes), false},
    {PROTO_CCP, "CCP", CODES(conf_codes), false},
    {PROTO_PAP, "PAP", CODES(pap_codes), false},
    {PROTO_CHAP, "CHAP", CODES(chap_codes), false},
    {PROTO_EAP, "EAP", CODES(eap_codes), false},
};

enum format { NOTHING, NUMBER, HEX, ADDRESS, METHOD };

static const struct option_name {
	uint16_t protocol;
	uint8_t type;
	enum format format;
	const char *name;
} option_names[] = {
#define OPTION(protocol, name, type, format, word) {PROTO_##protocol, type, format, word},
#include "engine/ppp/options.def"
#undef OPTION
};

static void say_method(struct text *t, struct rd value)
{
	uint16_t protocol = rd_u16(&value);
	uint8_t algorithm = protocol == PROTO_CHAP ? rd_u8(&value) : 0;
	const struct auth_method *m = auth_method_by_wire(protocol, algorithm);

	if (m)
		say(t, " %s", m->name);
	else
		say(t, " %04x", protocol);
}

static void say_value(struct text *t, enum format format, struct rd value)
{
	char dotted[ADDR_TEXT_MAX];
	struct addr a;

	switch (format) {
	case NOTHING:
		break;
	case NUMBER:
		say(t, " %u", rd_u16(&value));
		break;
	case HEX:
		say(t, " 0x");
		while (rd_left(&value))
			say(t, "%02x", rd_u8(&value));
		break;
	case ADDRESS:
		a = addr_v4(rd_u32(&value));
		say(t, " %s", addr_text(&a, dotted));
		break;
	case METHOD:
		say_method(t, value);
		break;
	}
}

static void say_options(struct text *t, uint16_t protocol, struct rd r)
{
	while (rd_left(&r)) {
		uint8_t type = rd_u8(&r), len = rd_u8(&r);
		struct rd value = rd_sub(&r, len < 2 ? SIZE_MAX : len - 2U);
		const struct option_name *o = NULL;

		if (value.bad)
			break;
		for (size_t i = 0; i < sizeof option_names / sizeof *option_names; i++)
			if (option_names[i].protocol == protocol && option_names[i].type == type)
				o = &option_names[i];
		if (o)
			say(t, " <%s", o->name);
		else
			say(t, " <option %u", type);
		say_value(t, o ? o->format : HEX, value);
		say(t, ">");
	}
	if (r.bad)
		say(t, " (malformed options)");
}

/* Its type (RFC 3748 5), and how much there is of it. */
static void say_eap(struct text *t, struct rd data)
{
	static const char *const types[] = {[1] = "identity",
	    [2] = "notification",
	    [3] = "nak",
	    [4] = "md5",
	    [5] = "otp",
	    [6] = "gtc",
	    [13] = "tls",
	    [21] = "ttls",
	    [25] = "peap",
	    [26] = "ms-chap-v2",
	    [43] = "fast"};
	uint8_t type = rd_u8(&data);

	if (type < sizeof types / sizeof *types && types[type])
		say(t, ", %s, %zu bytes", types[type], rd_left(&data));
	else
		say(t, ", type %u, %zu bytes", type, rd_left(&data));
}

static void say_body(struct text *t, const struct protocol *p, uint8_t code, struct rd data)
{
	if (p->options && code >= CONF_REQUEST && code <= CONF_REJECT)
		say_options(t, p->number, data);
	else if (p->number == PROTO_LCP && code == PROTOCOL_REJECT)
		say(t, " protocol %04x", rd_u16(&data));
	else if (p->codes == conf_codes && code == CODE_REJECT)
		say(t, " code %u", rd_u8(&data));
	else if (p->number == PROTO_EAP && rd_left(&data))
		say_eap(t, data);
	else if (rd_left(&data))
		say(t, ", %zu bytes", rd_left(&data));
}

const char *ppp_decode(char *buf, size_t size, uint16_t protocol, struct rd packet)
{
	struct text t = {.buf = buf, .size = size, .len = 0};
	uint8_t code = rd_u8(&packet), id = rd_u8(&packet);
	size_t len = rd_u16(&packet);
	const struct protocol *p = NULL;
	struct rd data = rd_sub(&packet, len < 4 ? SIZE_MAX : len - 4);

	for (size_t i = 0; i < sizeof protocols / sizeof *protocols; i++)
		if (protocols[i].number == protocol)
			p = &protocols[i];
	if (!p) {
		say(&t, "protocol %04x", protocol);
		return buf;
	}
	say(&t, "%s ", p->name);
	if (data.bad)
		say(&t, "malformed");
	else if (code < p->n_codes && p->codes[code])
		say(&t, "%s id %u", p->codes[code], id);
	else
		say(&t, "code %u id %u", code, id);
	if (!data.bad)
		say_body(&t, p, code, data);
	return buf;
}
