/*
 * Which attribute of RADIUS (RFC 2865 5, RFC 2869, vendors 3076, 9 and 311) is which of ours. An
 * attribute of a wrong form makes the whole answer bad: what it wanted to restrict would not be.
 */
#include "engine/aaa/radius/reply.h"

#include <stdio.h>
#include <stdlib.h>

enum { MS_CHAP_ERROR = 2, MS_CHAP2_SUCCESS = 26 };
enum { ASA_BANNER1 = 15, ASA_BANNER2 = 36 };
static const char pair_level[] = "shell:priv-lvl=", pair_line[] = "ip:inacl#",
		  pair_acl[] = "ACS:CiscoSecure-Defined-ACL=";
#define ADDRESS_OF_NAS 0xfffffffe  /* Framed-IP-Address: the NAS gives one (RFC 2865 5.8) */
#define ADDRESS_OF_USER 0xffffffff /* or the user */
#define INTERIM_MIN 60		   /* seconds, RFC 2869 5.16 */

/* ---- rows -------------------------------------------------------------------------------- */

struct row {
	uint32_t vendor;
	uint8_t type;
	enum aaa_attribute is;
	/* NULL, or what the number means here; false: it says nothing to us. */
	bool (*number)(uint32_t *);
};

static bool address(uint32_t *v)
{
	return *v != ADDRESS_OF_NAS && *v != ADDRESS_OF_USER;
}

static bool interim(uint32_t *v)
{
	if (*v && *v < INTERIM_MIN)
		*v = INTERIM_MIN;
	return true;
}

static bool protocols(uint32_t *v)
{
	*v = aaa_protocols(*v);
	return true;
}

/* clang-format off */
static const struct row rows[] = {
    {0,                       RADIUS_FRAMED_IP,             AAA_FRAMED_IP,       address},
    {0,                       RADIUS_FRAMED_MASK,           AAA_FRAMED_MASK,     NULL},
    {0,                       RADIUS_FILTER_ID,             AAA_FILTER,          NULL},
    {0,                       RADIUS_SESSION_TIMEOUT,       AAA_SESSION_TIMEOUT, NULL},
    {0,                       RADIUS_IDLE_TIMEOUT,          AAA_IDLE_TIMEOUT,    NULL},
    {0,                       RADIUS_ACCT_INTERIM_INTERVAL, AAA_INTERIM,         interim},
    {0,                       RADIUS_FRAMED_POOL,           AAA_POOL,            NULL},
    {RADIUS_VENDOR_ASA,       1,                            AAA_ACCESS_HOURS,    NULL},
    {RADIUS_VENDOR_ASA,       2,                            AAA_LOGINS,          NULL},
    {RADIUS_VENDOR_ASA,       5,                            AAA_DNS1,            NULL},
    {RADIUS_VENDOR_ASA,       6,                            AAA_DNS2,            NULL},
    {RADIUS_VENDOR_ASA,       7,                            AAA_WINS1,           NULL},
    {RADIUS_VENDOR_ASA,       8,                            AAA_WINS2,           NULL},
    {RADIUS_VENDOR_ASA,       11,                           AAA_PROTOCOLS,       protocols},
    {RADIUS_VENDOR_ASA,       27,                           AAA_SPLIT_LIST,      NULL},
    {RADIUS_VENDOR_ASA,       28,                           AAA_DEFAULT_DOMAIN,  NULL},
    {RADIUS_VENDOR_ASA,       55,                           AAA_SPLIT_POLICY,    NULL},
    {RADIUS_VENDOR_ASA,       85,                           AAA_GROUP_LOCK,      NULL},
    {RADIUS_VENDOR_ASA,       86,                           AAA_FILTER,          NULL},
    {RADIUS_VENDOR_ASA,       217,                          AAA_POOL,            NULL},
    {RADIUS_VENDOR_ASA,       220,                          AAA_PRIVILEGE,       NULL},
    {RADIUS_VENDOR_MICROSOFT, 28,                           AAA_DNS1,            NULL},
    {RADIUS_VENDOR_MICROSOFT, 29,                           AAA_DNS2,            NULL},
    {RADIUS_VENDOR_MICROSOFT, 30,                           AAA_WINS1,           NULL},
    {RADIUS_VENDOR_MICROSOFT, 31,                           AAA_WINS2,           NULL},
};
/* clang-format on */

/* ---- one attribute ------------------------------------------------------------------------- */

/* As a text: without what a terminal would take for an order. It ends at a NUL. */
static void clean(char *to, size_t size, const uint8_t *p, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len && p[i] && n + 1 < size; i++) {
		if (p[i] == '\r')
			continue;
		to[n++] = (char)((p[i] < ' ' && p[i] != '\n' && p[i] != '\t') || p[i] == 127
				     ? '?'
				     : p[i]);
	}
	to[n] = '\0';
}

static bool add_text(struct aaa_attributes *list, enum aaa_attribute which, const char *text)
{
	return !text[0] ||
	       aaa_attribute_add(list, &(struct aaa_value){.which = which, .text = text});
}

static bool add_number(struct aaa_attributes *list, enum aaa_attribute which, uint32_t number)
{
	struct aaa_value v = {.which = which, .number = number};

	if (aaa_attribute_info[which].type == AAA_ADDRESS)
		v.address = addr_v4(number);
	return aaa_attribute_add(list, &v);
}

static bool has(const struct aaa_attributes *list, enum aaa_attribute which)
{
	struct bytes b = {.len = (uint16_t)list->len, .p = list->bytes};
	struct aaa_value v;

	return aaa_attribute_find(&b, which, &v);
}

static bool add_service(struct aaa_attributes *list, const struct radius_value *v)
{
	const char *word = v->len == 4 ? aaa_service_word(radius_u32(v)) : NULL;

	if (v->len != 4)
		return false;
	return !word || add_text(list, AAA_SERVICE_TYPE, word);
}

/* "OU=NAME;" or a plain NAME; what is neither (often bytes of the server's own) says no policy. */
static bool add_class(struct aaa_attributes *list, const struct radius_value *v)
{
	char text[RADIUS_VALUE_MAX + 1];
	const char *name = text;
	bool ou;

	memcpy(text, v->p, v->len);
	text[v->len] = '\0';
	for (size_t i = 0; i < v->len; i++)
		if (v->p[i] < ' ' || v->p[i] >= 127)
			return true;
	ou = strncasecmp(text, "OU=", 3) == 0;
	if (ou) {
		name += 3;
		text[3 + strcspn(name, ";")] = '\0';
	}
	if (has(list, AAA_GROUP_POLICY) || (!ou && strpbrk(text, " =;:/,\"")) || strlen(name) > 64)
		return true;
	return add_text(list, AAA_GROUP_POLICY, name);
}

/* "shell:priv-lvl=15" */
static bool add_pair(struct aaa_attributes *list, const char *text)
{
	char *end;
	unsigned long n;

	if (strncasecmp(text, pair_level, sizeof pair_level - 1) != 0 || has(list, AAA_PRIVILEGE))
		return true;
	n = strtoul(text + sizeof pair_level - 1, &end, 10);
	return *end == '\0' && n <= 15 && add_number(list, AAA_PRIVILEGE, (uint32_t)n);
}

/* A list of names, in their order. */
static bool add_names(struct aaa_attributes *list, enum aaa_attribute which, char *text)
{
	char *save, *name;

	for (name = strtok_r(text, ",; ", &save); name; name = strtok_r(NULL, ",; ", &save))
		if (!add_text(list, which, name))
			return false;
	return true;
}

static bool add_row(
    struct aaa_attributes *list, const struct row *row, const struct radius_value *v)
{
	char text[RADIUS_VALUE_MAX + 1];
	uint32_t n = radius_u32(v);

	if (row->is != AAA_POOL && has(list, row->is))
		return true; /* the first one counts */
	if (aaa_attribute_info[row->is].type != AAA_TEXT) {
		if (v->len != 4)
			return false;
		return (row->number && !row->number(&n)) || add_number(list, row->is, n);
	}
	clean(text, sizeof text, v->p, v->len);
	return row->is == AAA_POOL ? add_names(list, row->is, text) : add_text(list, row->is, text);
}

static const struct row *row_of(const struct radius_value *v)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (rows[i].vendor == v->vendor && rows[i].type == v->type)
			return &rows[i];
	return NULL;
}

bool radius_reply_attribute(struct aaa_attributes *list, const struct radius_value *v)
{
	const struct row *row = row_of(v);
	char text[RADIUS_VALUE_MAX + 1];

	if (!v->vendor && v->type == RADIUS_SERVICE_TYPE)
		return add_service(list, v);
	if (!v->vendor && v->type == RADIUS_CLASS)
		return add_class(list, v);
	if (v->vendor == RADIUS_VENDOR_CISCO && v->type == RADIUS_CISCO_AVPAIR) {
		clean(text, sizeof text, v->p, v->len);
		return add_pair(list, text);
	}
	return !row || add_row(list, row, v);
}

bool radius_reply_knows(const struct radius_value *v)
{
	char text[RADIUS_VALUE_MAX + 1];

	clean(text, sizeof text, v->p, v->len);
	if (v->vendor == RADIUS_VENDOR_CISCO && v->type == RADIUS_CISCO_AVPAIR)
		return strncasecmp(text, pair_level, sizeof pair_level - 1) == 0 ||
		       strncasecmp(text, pair_line, sizeof pair_line - 1) == 0;
	if (v->vendor == RADIUS_VENDOR_ASA && (v->type == ASA_BANNER1 || v->type == ASA_BANNER2))
		return true;
	return (!v->vendor && (v->type == RADIUS_CLASS || v->type == RADIUS_SERVICE_TYPE)) ||
	       row_of(v);
}

/* ---- access lists --------------------------------------------------------------------------- */

static bool is_mask(const char *word, const char *before, struct addr *a)
{
	struct addr first;

	return addr_parse(word, a) && a->family == AF_INET && addr_parse(before, &first) &&
	       first.family == AF_INET;
}

/* "standard": it is a netmask; "wildcard": its opposite; "auto-detect": by the look of it. */
static struct addr netmask(const struct addr *mask, const char *kind)
{
	struct addr inverse = addr_v4(~addr_to_v4(mask));

	if (strcmp(kind, "wildcard") == 0)
		return inverse;
	if (strcmp(kind, "auto-detect") == 0 && mask_prefix(mask) < 0 && mask_prefix(&inverse) >= 0)
		return inverse;
	return *mask;
}

void radius_acl_line(const char *line, const char *masks, char *to, size_t size)
{
	char copy[RADIUS_VALUE_MAX + 1], ip[ADDR_TEXT_MAX];
	const char *before = "", *word;
	bool single = false; /* `before` stands behind "host" */
	char *save;
	struct wr w = wr_init(to, size ? size - 1 : 0);

	snprintf(copy, sizeof copy, "%s", line);
	for (word = strtok_r(copy, " \t", &save); word; word = strtok_r(NULL, " \t", &save)) {
		struct addr mask;
		bool is = !single && is_mask(word, before, &mask);
		const char *out = word;

		if (is) {
			mask = netmask(&mask, masks);
			out = addr_text(&mask, ip);
		}
		if (wr_len(&w))
			wr_u8(&w, ' ');
		wr_bytes(&w, out, strlen(out));
		single = strcmp(before, "host") == 0;
		before = is ? "" : word;
	}
	if (size)
		to[w.full ? 0 : wr_len(&w)] = '\0';
}

/* "ip:inacl#10=permit tcp any host 10.1.1.1 eq 80" */
static void take_line(struct radius_said *s, const char *pair, const char *masks)
{
	struct radius_lines *l = &s->lines;
	size_t room = sizeof l->text - l->used;
	char line[2 * RADIUS_VALUE_MAX], *end;
	unsigned long number;

	if (strncasecmp(pair, pair_line, sizeof pair_line - 1) != 0)
		return;
	number = strtoul(pair + sizeof pair_line - 1, &end, 10);
	radius_acl_line(*end == '=' ? end + 1 : "", masks, line, sizeof line);
	if (!line[0] || l->n == RADIUS_LINES_MAX || strlen(line) >= room) {
		l->over = true;
		return;
	}
	l->line[l->n].number = number;
	l->line[l->n++].at = (uint16_t)l->used;
	memcpy(l->text + l->used, line, strlen(line) + 1);
	l->used += strlen(line) + 1;
}

/* By number; lines of the same one as they came. */
static void sort(struct radius_lines *l)
{
	for (size_t i = 1; i < l->n; i++)
		for (size_t k = i; k && l->line[k - 1].number > l->line[k].number; k--) {
			unsigned long number = l->line[k].number;
			uint16_t at = l->line[k].at;

			l->line[k] = l->line[k - 1];
			l->line[k - 1].number = number;
			l->line[k - 1].at = at;
		}
}

/* ---- the whole answer ----------------------------------------------------------------------- */

static void append(char *to, size_t size, const struct radius_value *v)
{
	size_t n = strlen(to);

	clean(to + n, size - n, v->p, v->len);
}

/* False: it does not fit. */
static bool gather(uint8_t *to, size_t size, size_t *have, const uint8_t *p, size_t len)
{
	if (len > size - *have)
		return false;
	memcpy(to + *have, p, len);
	*have += len;
	return true;
}

static bool take_cookie(struct radius_said *s, const struct radius_value *v)
{
	uint8_t len = (uint8_t)v->len;

	return sizeof s->cookie - s->cookie_len > v->len &&
	       gather(s->cookie, sizeof s->cookie, &s->cookie_len, &len, 1) &&
	       gather(s->cookie, sizeof s->cookie, &s->cookie_len, v->p, v->len);
}

/* RFC 2865 5.1: the name that the session has from now on. The one that EAP began with need not be
 * the one that was proved inside of it. One that cannot be a name says nothing. */
static void take_user(struct radius_said *s, const struct radius_value *v)
{
	for (size_t i = 0; i < v->len; i++)
		if (v->p[i] < ' ' || v->p[i] == 127)
			return;
	if (v->len)
		memcpy(s->user, v->p, v->len);
	s->user[v->len] = '\0';
}

static bool take_plain(struct radius_said *s, const struct radius_value *v)
{
	switch (v->type) {
	case RADIUS_REPLY_MESSAGE:
		append(s->message, sizeof s->message, v);
		return true;
	case RADIUS_STATE:
		s->state_len = 0;
		return gather(s->state, sizeof s->state, &s->state_len, v->p, v->len);
	case RADIUS_PROMPT:
		s->answer.echo = radius_u32(v) == 1;
		return true;
	case RADIUS_EAP_MESSAGE:
		return gather(s->eap, sizeof s->eap, &s->eap_len, v->p, v->len);
	case RADIUS_CLASS:
		return !v->len || take_cookie(s, v);
	default:
		return true;
	}
}

/* Identifier, then "E=691 R=0 ..." or "S=...". */
static void take_microsoft(struct radius_said *s, const struct radius_value *v)
{
	char text[RADIUS_VALUE_MAX + 1];
	const char *e;

	if (v->len < 1 || (v->type != MS_CHAP_ERROR && v->type != MS_CHAP2_SUCCESS))
		return;
	clean(text, sizeof text, v->p + 1, v->len - 1);
	if (v->type == MS_CHAP2_SUCCESS)
		snprintf(s->answer.mschap_success, sizeof s->answer.mschap_success, "%.*s",
		    (int)strcspn(text, " "), text);
	e = strstr(text, "E=");
	if (v->type == MS_CHAP_ERROR && e)
		s->answer.mschap_error = (uint16_t)strtoul(e + 2, NULL, 10);
}

static void take_pair(struct radius_said *s, const struct radius_value *v, const char *masks)
{
	char text[RADIUS_VALUE_MAX + 1];

	clean(text, sizeof text, v->p, v->len);
	if (strncasecmp(text, pair_acl, sizeof pair_acl - 1) == 0)
		snprintf(s->acl, sizeof s->acl, "%s", text + sizeof pair_acl - 1);
	else
		take_line(s, text, masks);
}

/* In a CoA-Request it names the session. */
static bool is_framed_ip(const struct radius_value *v)
{
	return !v->vendor && v->type == RADIUS_FRAMED_IP;
}

void radius_reply_take(struct radius_said *s, const struct radius_packet *p, const char *masks)
{
	struct radius_cursor c = radius_cursor(p);
	struct radius_value v;

	while (radius_next(&c, &v)) {
		if (!v.vendor && v.type == RADIUS_USER_NAME && p->code == RADIUS_ACCESS_ACCEPT)
			take_user(s, &v);
		else if (!v.vendor)
			s->bad |= !take_plain(s, &v);
		else if (v.vendor == RADIUS_VENDOR_MICROSOFT)
			take_microsoft(s, &v);
		else if (v.vendor == RADIUS_VENDOR_CISCO && v.type == RADIUS_CISCO_AVPAIR)
			take_pair(s, &v, masks);
		else if (v.vendor == RADIUS_VENDOR_ASA &&
			 (v.type == ASA_BANNER1 || v.type == ASA_BANNER2))
			append(s->banner, sizeof s->banner, &v);
		if (p->code == RADIUS_ACCESS_ACCEPT ||
		    (p->code == RADIUS_COA_REQUEST && !is_framed_ip(&v)))
			s->bad |= !radius_reply_attribute(&s->answer.attributes, &v);
	}
}

void radius_reply_take_acl(struct radius_said *s, const struct radius_packet *p, const char *masks)
{
	struct radius_cursor c = radius_cursor(p);
	struct radius_value v;
	char text[RADIUS_VALUE_MAX + 1];

	s->state_len = 0;
	while (radius_next(&c, &v)) {
		clean(text, sizeof text, v.p, v.len);
		if (v.vendor == RADIUS_VENDOR_CISCO && v.type == RADIUS_CISCO_AVPAIR)
			take_line(s, text, masks);
		else if (!v.vendor && v.type == RADIUS_STATE)
			take_plain(s, &v);
	}
}

void radius_reply_finish(struct radius_said *s)
{
	struct aaa_answer *a = &s->answer;

	s->bad |= s->lines.over || !add_text(&a->attributes, AAA_BANNER, s->banner);
	sort(&s->lines);
	for (size_t i = 0; i < s->lines.n; i++)
		s->bad |= !add_text(
		    &a->attributes, AAA_FILTER_LINE, s->lines.text + s->lines.line[i].at);
	a->user = s->user[0] ? s->user : NULL;
	a->message = s->message[0] ? s->message : NULL;
	a->cookie = (struct bytes){.len = (uint16_t)s->cookie_len, .p = s->cookie};
	a->challenge = (struct bytes){.len = (uint16_t)s->eap_len, .p = s->eap};
}
