/* Attributes of the device's LDAP schema and their values; see ldap_map.h. */
#include "engine/aaa/ldap/map.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#define VALUE_MAX 512
#define PREFIX "cVPN3000-"

enum form {
	TEXT,
	CLASS, /* a group policy, also as "OU=NAME;" */
	NUMBER,
	MINUTES,   /* seconds here */
	ADDRESS,   /* also as the signed number that Active Directory stores */
	SERVICE,   /* Service-Type (RFC 2865 5.6) */
	PROTOCOLS, /* the device's bits */
};

/* clang-format off */
static const struct {
	const char *name;
	enum aaa_attribute to;
	enum form form;
} NAMES[] = {
	{"Access-Hours", AAA_ACCESS_HOURS, TEXT},
	{"Group-Policy", AAA_GROUP_POLICY, CLASS},
	{"IETF-Radius-Class", AAA_GROUP_POLICY, CLASS},
	{"IETF-Radius-Filter-Id", AAA_FILTER, TEXT},
	{"IETF-Radius-Framed-IP-Address", AAA_FRAMED_IP, ADDRESS},
	{"IETF-Radius-Framed-IP-Netmask", AAA_FRAMED_MASK, ADDRESS},
	{"IETF-Radius-Idle-Timeout", AAA_IDLE_TIMEOUT, NUMBER},
	{"Authenticated-User-Idle-Timeout", AAA_IDLE_TIMEOUT, MINUTES},
	{"IETF-Radius-Session-Timeout", AAA_SESSION_TIMEOUT, NUMBER},
	{"IETF-Radius-Service-Type", AAA_SERVICE_TYPE, SERVICE},
	{"Privilege-Level", AAA_PRIVILEGE, NUMBER},
	{"Simultaneous-Logins", AAA_LOGINS, NUMBER},
	{"Tunneling-Protocols", AAA_PROTOCOLS, PROTOCOLS},
	{"Tunnel-Group-Lock", AAA_GROUP_LOCK, TEXT},
	{"Address-Pools", AAA_POOL, TEXT},
	{"Primary-DNS", AAA_DNS1, ADDRESS},
	{"Secondary-DNS", AAA_DNS2, ADDRESS},
	{"Primary-WINS", AAA_WINS1, ADDRESS},
	{"Secondary-WINS", AAA_WINS2, ADDRESS},
	{"IPSec-Default-Domain", AAA_DEFAULT_DOMAIN, TEXT},
	{"IPSec-Split-Tunneling-Policy", AAA_SPLIT_POLICY, NUMBER},
	{"IPSec-Split-Tunnel-List", AAA_SPLIT_LIST, TEXT},
	{"Banner1", AAA_BANNER, TEXT},
};
static const char *const SERVICES[] = {"remote-access", "admin", "nas-prompt"};
/* clang-format on */

/* ---- values ---------------------------------------------------------------------------- */

static bool to_number(const char *text, uint32_t *n)
{
	unsigned long long v;
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	v = strtoull(text, &end, 10);
	*n = (uint32_t)v;
	return !*end && v <= UINT32_MAX;
}

static bool to_address(const char *text, struct addr *a)
{
	uint32_t n;
	bool negative = *text == '-';

	if (addr_parse(text, a))
		return a->family == AF_INET;
	if (!to_number(text + negative, &n))
		return false;
	*a = addr_v4(negative ? -n : n);
	return true;
}

/* "OU=NAME;" or "NAME" */
static const char *policy_name(const char *text, char buf[VALUE_MAX])
{
	size_t len;

	if (strncasecmp(text, "OU=", 3) == 0)
		text += 3;
	len = strcspn(text, ";");
	memcpy(buf, text, len);
	buf[len] = 0;
	return buf;
}

/* A word, or the number of RADIUS. */
static const char *service_word(const char *text)
{
	uint32_t n;

	if (to_number(text, &n))
		return aaa_service_word(n);
	for (size_t i = 0; i < sizeof SERVICES / sizeof *SERVICES; i++)
		if (strcasecmp(text, SERVICES[i]) == 0)
			return SERVICES[i];
	return NULL;
}

/* `buf` is for a text that has to be made. */
static bool convert(enum form form, const char *text, struct aaa_value *v, char buf[VALUE_MAX])
{
	switch (form) {
	case CLASS:
		v->text = policy_name(text, buf);
		return true;
	case NUMBER:
		return to_number(text, &v->number);
	case MINUTES:
		if (!to_number(text, &v->number) || v->number > UINT32_MAX / 60)
			return false;
		v->number *= 60;
		return true;
	case ADDRESS:
		return to_address(text, &v->address);
	case SERVICE:
		v->text = service_word(text);
		return v->text != NULL;
	case PROTOCOLS:
		if (!to_number(text, &v->number))
			return false;
		v->number = aaa_protocols(v->number);
		return true;
	case TEXT:
		break;
	}
	v->text = text;
	return true;
}

static bool has(const struct aaa_attributes *to, enum aaa_attribute which)
{
	struct aaa_value v;

	return aaa_attribute_find(
	    &(struct bytes){.len = (uint16_t)to->len, .p = to->bytes}, which, &v);
}

static bool add(const char *cisco, const char *text, struct aaa_attributes *to)
{
	char buf[VALUE_MAX];
	struct aaa_value v = {0};

	if (strncasecmp(cisco, PREFIX, strlen(PREFIX)) == 0)
		cisco += strlen(PREFIX);
	for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
		if (strcasecmp(cisco, NAMES[i].name) != 0)
			continue;
		v.which = NAMES[i].to;
		return convert(NAMES[i].form, text, &v, buf) &&
		       (v.which == AAA_POOL || !has(to, v.which)) && aaa_attribute_add(to, &v);
	}
	return false;
}

/* ---- entries --------------------------------------------------------------------------- */

static void say(const struct ldap_map *m, const char *ldap, const char *cisco, const char *value)
{
	if (m->say)
		m->say(m->arg, ldap, cisco, value);
}

/* A value as a text; false when it cannot be one. */
static bool take(struct rd value, char text[VALUE_MAX])
{
	size_t len = rd_left(&value);

	if (len >= VALUE_MAX || (len && memchr(value.p, 0, len)))
		return false;
	rd_copy(&value, text, len);
	text[len] = 0;
	return true;
}

struct name {
	struct rd theirs;	  /* of the entry */
	const char *ldap, *cisco; /* of the map */
};

static void compare(void *arg, const char *ldap, const char *cisco)
{
	struct name *n = arg;

	if (strlen(ldap) == rd_left(&n->theirs) &&
	    strncasecmp(ldap, (const char *)n->theirs.p, strlen(ldap)) == 0) {
		n->ldap = ldap;
		n->cisco = cisco;
	}
}

static void use(const struct ldap_map *m, const char *ldap, const char *cisco, const char *value,
    struct aaa_attributes *to)
{
	say(m, ldap, cisco, add(cisco, value, to) ? value : NULL);
}

/* What the map says of the value, NULL: nothing. */
static const char *named(const struct ldap_map *m, const char *ldap, const char *value)
{
	const char *mapped = aaa_directory_ldap_value(m->directory, m->name, ldap, value);

	return mapped == value ? NULL : mapped;
}

static void use_values(
    const struct ldap_map *m, const struct name *n, struct rd values, struct aaa_attributes *to)
{
	char text[VALUE_MAX], first[VALUE_MAX] = "";
	const char *mapped = NULL;
	struct rd value;

	while (!mapped && ldap_next_value(&values, &value)) {
		if (!take(value, text))
			continue;
		say(m, n->ldap, NULL, text);
		mapped = named(m, n->ldap, text);
		if (!*first)
			memcpy(first, text, sizeof first);
	}
	if (mapped || *first)
		use(m, n->ldap, n->cisco, mapped ? mapped : first, to);
}

void ldap_map_entry(const struct ldap_map *m, struct rd attributes, struct aaa_attributes *to)
{
	struct rd values;

	for (struct name n = {0}; ldap_next_attribute(&attributes, &n.theirs, &values);) {
		n.cisco = NULL;
		aaa_directory_ldap_each(m->directory, m->name, compare, &n);
		if (n.cisco)
			use_values(m, &n, values, to);
	}
}

bool ldap_map_group(
    const struct ldap_map *m, const char *ldap, struct rd value, struct aaa_attributes *to)
{
	const char *cisco = aaa_directory_ldap_name(m->directory, m->name, ldap), *mapped;
	char text[VALUE_MAX];

	if (!cisco || !take(value, text))
		return false;
	say(m, ldap, NULL, text);
	mapped = named(m, ldap, text);
	if (mapped)
		use(m, ldap, cisco, mapped, to);
	return mapped != NULL;
}

struct wanted {
	const char **names;
	size_t n, max;
};

static void note(void *arg, const char *ldap, const char *cisco)
{
	struct wanted *w = arg;

	(void)cisco;
	if (w->n < w->max)
		w->names[w->n++] = ldap;
}

size_t ldap_map_wanted(const struct ldap_map *m, const char **names, size_t max)
{
	struct wanted w = {.names = names, .max = max};

	aaa_directory_ldap_each(m->directory, m->name, note, &w);
	return w.n;
}

/* ---- Active Directory's end of a password ------------------------------------------------ */

const char ldap_map_expiry_name[] = "msDS-UserPasswordExpiryTimeComputed";

/* FILETIME (MS-DTYP 2.3.3): tenths of microseconds since 1601; 0 and the largest are never. */
#define TICKS 10000000
#define UNIX_EPOCH 11644473600

int64_t ldap_map_expiry(struct rd attributes, int64_t now)
{
	struct rd name, values, value;
	char text[VALUE_MAX];
	long long ticks = 0;

	while (ldap_next_attribute(&attributes, &name, &values))
		if (rd_left(&name) == strlen(ldap_map_expiry_name) &&
		    strncasecmp((const char *)name.p, ldap_map_expiry_name, rd_left(&name)) == 0 &&
		    ldap_next_value(&values, &value) && take(value, text))
			ticks = strtoll(text, NULL, 10);
	if (ticks <= 0 || ticks == INT64_MAX || ticks / TICKS - UNIX_EPOCH < now)
		return -1;
	return ticks / TICKS - UNIX_EPOCH - now;
}
