/* See password_policy.h; nothing is kept. */
#include "engine/crypto/password_policy.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

struct counted {
	uint32_t length, lowercase, uppercase, numeric, special, changes;
};

/* Is this byte the first of a character? */
static bool begins(char c)
{
	return ((unsigned char)c & 0xc0) != 0x80;
}

static struct counted count(const char *clear, const char *old)
{
	struct counted n = {0};

	for (const char *p = clear; *p; p++) {
		unsigned char c = (unsigned char)*p;

		if (!begins(*p))
			continue;
		n.length++;
		n.lowercase += c < 0x80 && islower(c);
		n.uppercase += c < 0x80 && isupper(c);
		n.numeric += c < 0x80 && isdigit(c);
		n.special += c >= 0x80 || !isalnum(c);
		n.changes += !old || !strchr(old, *p);
	}
	return n;
}

static bool is_name(const char *user, const char *clear)
{
	size_t n = strlen(user);
	bool reversed = n == strlen(clear);

	for (size_t i = 0; reversed && i < n; i++)
		reversed = tolower((unsigned char)user[i]) ==
			   tolower((unsigned char)clear[n - 1 - i]);
	return n && (reversed || strcasecmp(user, clear) == 0);
}

const char *password_refused(const struct password_policy *p, const char *user, const char *old,
    const char *clear, char *why, size_t size)
{
	struct counted n = count(clear, old);
	const struct {
		uint32_t has, least;
		const char *what;
	} rule[] = {
	    {n.length, p->length, "characters"},
	    {n.lowercase, p->lowercase, "lowercase letters"},
	    {n.uppercase, p->uppercase, "uppercase letters"},
	    {n.numeric, p->numeric, "digits"},
	    {n.special, p->special, "special characters"},
	    {n.changes, p->changes, "characters that the old one does not have"},
	};

	for (size_t i = 0; i < sizeof rule / sizeof *rule; i++) {
		if (rule[i].has >= rule[i].least)
			continue;
		snprintf(why, size, "the password must have at least %u %s", rule[i].least,
		    rule[i].what);
		return why;
	}
	if (!p->username || !is_name(user, clear))
		return NULL;
	snprintf(why, size, "the password must not be the user name");
	return why;
}
