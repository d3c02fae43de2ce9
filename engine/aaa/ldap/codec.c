/*
 * LDAPMessage, BindRequest, SearchRequest and their answers (RFC 4511 4), the password
 * policy's control (draft-behera-ldap-password-policy) and Netscape's (draft-vchu-ldap-pwd-policy).
 * See ldap_codec.h.
 */
#include "engine/aaa/ldap/codec.h"

#include <stdlib.h>

enum { /* protocolOp of requests */
	BIND_REQUEST = 0x60,
	SEARCH_REQUEST = 0x63,
	ABANDON_REQUEST = 0x50,
};
enum {
	CONTROLS = 0xa0,
	SIMPLE = 0x80,
	FILTER_OR = 0xa1,
	FILTER_EQUALITY = 0xa3,
	REFERRAL = 0xa3,
	NEVER_DEREFERENCE = 0,
	VERSION = 3,
};
enum { POLICY_WARNING = 0xa0, POLICY_ERROR = 0x81, POLICY_EXPIRES = 0x80, POLICY_GRACE = 0x81 };

static const char POLICY[] = "1.3.6.1.4.1.42.2.27.8.5.1";
static const char NETSCAPE_EXPIRED[] = "2.16.840.1.113730.3.4.4";
static const char NETSCAPE_EXPIRING[] = "2.16.840.1.113730.3.4.5";
static const char NO_ATTRIBUTES[] = "1.1";

/* ---- requests -------------------------------------------------------------------------- */

static void put_text(struct wr *w, uint8_t tag, const char *text)
{
	ber_put(w, tag, text, strlen(text));
}

static size_t begin_message(struct wr *w, uint32_t id)
{
	size_t message = ber_begin(w, BER_SEQUENCE);

	ber_put_number(w, BER_INTEGER, id);
	return message;
}

static void put_policy_control(struct wr *w)
{
	size_t controls = ber_begin(w, CONTROLS), control = ber_begin(w, BER_SEQUENCE);

	put_text(w, BER_OCTETS, POLICY);
	ber_end(w, control);
	ber_end(w, controls);
}

void ldap_write_bind(struct wr *w, uint32_t id, struct rd dn, const char *password)
{
	size_t message = begin_message(w, id), bind = ber_begin(w, BIND_REQUEST);

	ber_put_number(w, BER_INTEGER, VERSION);
	ber_put(w, BER_OCTETS, dn.p, rd_left(&dn));
	put_text(w, SIMPLE, password);
	ber_end(w, bind);
	put_policy_control(w);
	ber_end(w, message);
}

static void put_equals(struct wr *w, const char *attribute, struct rd value)
{
	size_t filter = ber_begin(w, FILTER_EQUALITY);

	put_text(w, BER_OCTETS, attribute);
	ber_put(w, BER_OCTETS, value.p, rd_left(&value));
	ber_end(w, filter);
}

static void put_filter(struct wr *w, const struct ldap_search *s)
{
	size_t any = s->n > 1 ? ber_begin(w, FILTER_OR) : 0;

	for (size_t i = 0; i < s->n; i++)
		put_equals(w, s->attribute[i], s->value);
	if (any)
		ber_end(w, any);
}

void ldap_write_search(struct wr *w, uint32_t id, const struct ldap_search *s)
{
	size_t message = begin_message(w, id), search = ber_begin(w, SEARCH_REQUEST), wanted;

	put_text(w, BER_OCTETS, s->base);
	ber_put_number(w, BER_ENUMERATED, s->scope);
	ber_put_number(w, BER_ENUMERATED, NEVER_DEREFERENCE);
	ber_put_number(w, BER_INTEGER, s->limit);
	ber_put_number(w, BER_INTEGER, 0);
	ber_put(w, BER_BOOLEAN, "", 1);
	put_filter(w, s);
	wanted = ber_begin(w, BER_SEQUENCE);
	for (size_t i = 0; i < s->n_wanted; i++)
		put_text(w, BER_OCTETS, s->wanted[i]);
	if (!s->n_wanted)
		put_text(w, BER_OCTETS, NO_ATTRIBUTES);
	ber_end(w, wanted);
	ber_end(w, search);
	ber_end(w, message);
}

void ldap_write_abandon(struct wr *w, uint32_t id, uint32_t abandoned)
{
	size_t message = begin_message(w, id);

	ber_put_number(w, ABANDON_REQUEST, abandoned);
	ber_end(w, message);
}

/* ---- answers --------------------------------------------------------------------------- */

bool ldap_read(const uint8_t *p, size_t len, struct ldap_message *m)
{
	struct rd all = rd_init(p, len), r = ber_expect(&all, BER_SEQUENCE);
	int32_t id = ber_number(&r, BER_INTEGER);

	if (id < 0 || !ber_next(&r, &m->op, &m->body))
		return false;
	m->id = (uint32_t)id;
	m->controls = rd_init(NULL, 0);
	if (ber_is(&r, CONTROLS))
		m->controls = ber_expect(&r, CONTROLS);
	return !r.bad && rd_done(&all);
}

static bool is_text(struct rd r, const char *text)
{
	return rd_left(&r) == strlen(text) && memcmp(r.p, text, strlen(text)) == 0;
}

static bool read_policy(struct rd value, struct ldap_result *a)
{
	struct rd r = ber_expect(&value, BER_SEQUENCE), warning;

	if (ber_is(&r, POLICY_WARNING)) {
		warning = ber_expect(&r, POLICY_WARNING);
		if (ber_is(&warning, POLICY_EXPIRES))
			a->expires = ber_number(&warning, POLICY_EXPIRES);
		else
			a->grace = ber_number(&warning, POLICY_GRACE);
		r.bad |= warning.bad;
	}
	if (ber_is(&r, POLICY_ERROR))
		a->policy = ber_number(&r, POLICY_ERROR);
	return !r.bad && !value.bad;
}

static bool read_control(struct rd r, struct ldap_result *a)
{
	struct rd type = ber_expect(&r, BER_OCTETS), value = rd_init(NULL, 0);
	char seconds[12];

	if (ber_is(&r, BER_BOOLEAN))
		ber_expect(&r, BER_BOOLEAN);
	if (ber_is(&r, BER_OCTETS))
		value = ber_expect(&r, BER_OCTETS);
	if (r.bad)
		return false;
	if (is_text(type, POLICY))
		return read_policy(value, a);
	if (is_text(type, NETSCAPE_EXPIRED))
		a->policy = 0; /* as the other's passwordExpired */
	else if (is_text(type, NETSCAPE_EXPIRING))
		a->expires = strtol(ber_text(value, seconds, sizeof seconds), NULL, 10);
	return true;
}

bool ldap_read_result(const struct ldap_message *m, struct ldap_result *a)
{
	struct rd r = m->body, controls = m->controls, addresses;

	*a = (struct ldap_result){.policy = LDAP_NO_POLICY, .expires = -1, .grace = -1};
	a->code = ber_number(&r, BER_ENUMERATED);
	ber_expect(&r, BER_OCTETS); /* matchedDN */
	a->text = ber_expect(&r, BER_OCTETS);
	if (ber_is(&r, REFERRAL)) {
		addresses = ber_expect(&r, REFERRAL);
		a->referral = ber_expect(&addresses, BER_OCTETS);
	}
	while (!r.bad && rd_left(&controls))
		r.bad = !read_control(ber_expect(&controls, BER_SEQUENCE), a);
	return !r.bad && !controls.bad;
}

bool ldap_read_entry(const struct ldap_message *m, struct rd *dn, struct rd *attributes)
{
	struct rd r = m->body;

	*dn = ber_expect(&r, BER_OCTETS);
	*attributes = ber_expect(&r, BER_SEQUENCE);
	return !r.bad;
}

bool ldap_next_attribute(struct rd *attributes, struct rd *name, struct rd *values)
{
	struct rd r;
	const void *options;

	if (rd_left(attributes) == 0)
		return false;
	r = ber_expect(attributes, BER_SEQUENCE);
	*name = ber_expect(&r, BER_OCTETS);
	*values = ber_expect(&r, BER_SET);
	attributes->bad |= r.bad;
	if (rd_left(name) && (options = memchr(name->p, ';', rd_left(name))))
		name->end = options;
	return !attributes->bad;
}

bool ldap_next_value(struct rd *values, struct rd *value)
{
	if (rd_left(values) == 0)
		return false;
	*value = ber_expect(values, BER_OCTETS);
	return !values->bad;
}
