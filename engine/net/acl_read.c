/*
 * A rule of an access list as text, as login servers write it (and the device
 * itself): words with blanks between them, to struct acl_rule. Pure.
 *
 *     [access-list NAME [line N]] [extended] {permit | deny} PROTOCOL SIDE SIDE [TYPE [CODE]]
 *         [log [LEVEL | disable | default] [interval SECONDS]]
 *     (a mask of zeros and then ones, 0.0.0.255, is a wildcard: what it has counts for nothing)
 *     SIDE = {any | any4 | host ADDRESS | ADDRESS MASK} [PORTS]
 *     PORTS = {eq | neq | gt | lt} PORT | range PORT PORT
 */
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/addr.h"
#include "engine/net/access_words.h"
#include "engine/net/acl.h"

#define LINE_MAX_BYTES 256
#define WORDS_MAX 32

/* The words that are left, ended by NULL. */
struct words {
	char line[LINE_MAX_BYTES];
	const char *word[WORDS_MAX + 1];
	unsigned at;
};

static const char *next(struct words *w)
{
	return w->word[w->at] ? w->word[w->at++] : "";
}

static bool take(struct words *w, const char *word)
{
	bool is = w->word[w->at] && strcmp(w->word[w->at], word) == 0;

	w->at += is;
	return is;
}

static bool split(struct words *w, const char *text)
{
	unsigned n = 0;
	char *rest;

	if (strlen(text) >= sizeof w->line)
		return false;
	strcpy(w->line, text);
	w->at = 0;
	for (char *p = strtok_r(w->line, " \t\r\n", &rest); p;
	     p = strtok_r(NULL, " \t\r\n", &rest)) {
		if (n == WORDS_MAX)
			return false;
		w->word[n++] = p;
	}
	w->word[n] = NULL;
	return true;
}

static bool is_number(const char *text)
{
	return *text >= '0' && *text <= '9';
}

/* Words begin with a letter. */
static bool is_word(const char *text)
{
	return *text >= 'a' && *text <= 'z';
}

static bool digits(const char *text, unsigned long most, unsigned long *to)
{
	char *end;

	*to = strtoul(text, &end, 10);
	return is_number(text) && !*end && *to <= most;
}

static bool protocol(struct words *w, uint8_t *to)
{
	const char *text = next(w);
	unsigned long n;

	*to = protocol_number(text);
	if (is_number(text))
		return digits(text, UINT8_MAX, &n);
	return is_word(text) && (*to != 0 || strcmp(text, "ip") == 0);
}

/* A wildcard becomes the mask that it is the opposite of. */
static bool mask_of(const char *text, uint32_t *mask)
{
	struct addr m, opposite;

	if (!addr_parse(text, &m) || m.family != AF_INET)
		return false;
	opposite = addr_v4(~addr_to_v4(&m));
	*mask = addr_to_v4(mask_prefix(&m) >= 0 ? &m : &opposite);
	return mask_prefix(&m) >= 0 || mask_prefix(&opposite) >= 0;
}

static bool network(struct words *w, uint32_t *first, uint32_t *last)
{
	uint32_t mask = UINT32_MAX;
	struct addr a;
	bool host;

	*first = 0;
	*last = UINT32_MAX;
	if (take(w, "any") || take(w, "any4"))
		return true;
	host = take(w, "host");
	if (!addr_parse(next(w), &a) || a.family != AF_INET || (!host && !mask_of(next(w), &mask)))
		return false;
	*first = addr_to_v4(&a) & mask;
	*last = *first | ~mask;
	return true;
}

static bool port(struct words *w, uint16_t *to)
{
	const char *text = next(w);
	unsigned long n;

	*to = port_number(text);
	return is_number(text) ? digits(text, UINT16_MAX, &n) : is_word(text) && *to != 0;
}

static bool ports(struct words *w, uint16_t *low, uint16_t *high)
{
	uint16_t p;

	*low = 0;
	*high = UINT16_MAX;
	if (take(w, "range"))
		return port(w, low) && port(w, high) && *low <= *high;
	if (take(w, "eq"))
		return port(w, low) && (*high = *low, true);
	if (take(w, "gt"))
		return port(w, &p) && p < UINT16_MAX && (*low = (uint16_t)(p + 1), true);
	if (take(w, "lt"))
		return port(w, &p) && p > 0 && (*high = (uint16_t)(p - 1), true);
	if (!take(w, "neq"))
		return true;
	if (!port(w, &p))
		return false;
	*low = (uint16_t)(p + 1);
	*high = (uint16_t)(p - 1);
	return true;
}

static bool icmp(struct words *w, struct acl_rule *r)
{
	const char *text = w->word[w->at];
	unsigned long code;
	int type;

	if (!text || strcmp(text, "log") == 0)
		return true;
	type = icmp_type(next(w));
	if (type < 0)
		return false;
	r->dest_low = (uint16_t)(type << 8);
	r->dest_high = (uint16_t)(r->dest_low | UINT8_MAX);
	text = w->word[w->at];
	if (!text || !digits(text, UINT8_MAX, &code))
		return true;
	w->at++;
	r->dest_low = r->dest_high = (uint16_t)(r->dest_low | code);
	return true;
}

/* How it is logged; false: by a word that is none. */
static bool logged(struct words *w)
{
	static const char *const how[] = {"disable", "default", "emergencies", "alerts", "critical",
	    "errors", "warnings", "notifications", "informational", "debugging", "0", "1", "2", "3",
	    "4", "5", "6", "7"};
	unsigned long seconds;

	if (!take(w, "log"))
		return true;
	for (size_t i = 0; i < sizeof how / sizeof *how; i++)
		if (take(w, how[i]))
			break;
	return !take(w, "interval") || digits(next(w), 600, &seconds);
}

/* Of the same protocols the ports may be spoken of. */
static bool ports_allowed(const struct acl_rule *r)
{
	bool any = r->source_low == 0 && r->source_high == UINT16_MAX && r->dest_low == 0 &&
		   r->dest_high == UINT16_MAX;

	return any || r->protocol == IPPROTO_TCP || r->protocol == IPPROTO_UDP ||
	       r->protocol == IPPROTO_SCTP;
}

bool acl_read(const char *text, struct acl_rule *r)
{
	unsigned long line;
	struct words w;

	*r = (struct acl_rule){.permit = false};
	if (!split(&w, text))
		return false;
	if (take(&w, "access-list")) {
		next(&w); /* its name */
		if (take(&w, "line") && !digits(next(&w), UINT32_MAX, &line))
			return false;
	}
	take(&w, "extended");
	r->permit = take(&w, "permit");
	if ((!r->permit && !take(&w, "deny")) || !protocol(&w, &r->protocol) ||
	    !network(&w, &r->source_first, &r->source_last) ||
	    !ports(&w, &r->source_low, &r->source_high) ||
	    !network(&w, &r->dest_first, &r->dest_last) ||
	    !ports(&w, &r->dest_low, &r->dest_high) || !ports_allowed(r))
		return false;
	if (r->protocol == IPPROTO_ICMP && !icmp(&w, r))
		return false;
	return logged(&w) && !w.word[w.at];
}
