/* Texts are cut nowhere: what does not fit is no request. See request.h. */
#include "engine/aaa/request.h"

#include <stdio.h>
#include <string.h>

#include "engine/aaa/report.h"

/* What ends a user's name before that of a group. */
#define GROUP_DELIMITERS "@#!"

static bool take_text(char *to, size_t size, const char *from)
{
	int n = snprintf(to, size, "%s", from ? from : "");

	return n >= 0 && (size_t)n < size;
}

static bool take_bytes(uint8_t *to, size_t size, size_t *len, const struct bytes *from)
{
	*len = from->len < size ? from->len : size;
	if (*len)
		memcpy(to, from->p, *len);
	return from->len <= size;
}

static bool take_method(struct aaa_request *r, const char *word)
{
	for (int i = 0; i < AAA_METHODS; i++)
		if (strcmp(word, aaa_method_word[i]) == 0) {
			r->method = (enum aaa_method)i;
			return true;
		}
	/* Only who proves who he is does so by a method. */
	return r->kind != AAA_AUTHENTICATE && !*word;
}

static bool take_kind(struct aaa_request *r, uint8_t kind)
{
	static const enum aaa_kind of[] = {[ASK_AUTHENTICATE] = AAA_AUTHENTICATE,
	    [ASK_AUTHORIZE] = AAA_AUTHORIZE,
	    [ASK_COMMAND] = AAA_COMMAND};

	if (kind >= sizeof of / sizeof *of)
		return false;
	r->kind = of[kind];
	return true;
}

/* The realm stands behind the last '@' of `user@realm`; a group behind the first delimiter. A name
 * that is nothing else stays. */
static void strip(char *user, bool realm, bool group)
{
	char *end = realm ? strrchr(user, '@') : NULL;

	if (end && end != user)
		*end = 0;
	end = group ? strpbrk(user, GROUP_DELIMITERS) : NULL;
	if (end && end != user)
		*end = 0;
}

bool aaa_request_take(struct aaa_request *r, const struct msg_auth_request *m)
{
	bool ok = take_kind(r, m->kind) && take_method(r, m->method);

	r->session = m->session;
	r->level = m->level;
	r->local = m->local;
	r->client = m->client;
	r->chap_id = m->chap_id;
	ok &= take_bytes(r->challenge, sizeof r->challenge, &r->challenge_len, &m->challenge);
	ok &= take_bytes(r->response, sizeof r->response, &r->response_len, &m->response);
	ok &= take_bytes(r->eap, sizeof r->eap, &r->eap_len, &m->eap);
	ok &= take_text(r->user, sizeof r->user, m->user);
	ok &= take_text(r->sent, sizeof r->sent, m->user);
	ok &= take_text(r->password, sizeof r->password, m->password);
	ok &= take_text(r->tunnel_group, sizeof r->tunnel_group, m->tunnel_group);
	ok &= take_text(r->service, sizeof r->service, m->service);
	ok &= take_text(r->port, sizeof r->port, m->port);
	ok &= take_text(r->command, sizeof r->command, m->command);
	strip(r->user, m->strip_realm, m->strip_group);
	return ok;
}
