/*
 * LOCAL: PAP against any stored form, MS-CHAP (RFC 2433, RFC 2759) against the
 * NT hash, answered at once. An unknown user costs what most known ones cost.
 */
#include "engine/aaa/local.h"

#include <stdlib.h>
#include <string.h>

#include "engine/aaa/local_talk.h"
#include "engine/crypto/mschap.h"
#include "engine/crypto/totp.h"

/* Does the response fit? Fills in `success` of version 2. */
static bool mschap_fits(const struct crypto *c, const struct aaa_request *r,
    const struct password *p, char success[MSCHAP_SUCCESS])
{
	if (r->response_len != MSCHAP_RESPONSE)
		return false;
	if (r->method == AAA_MSCHAPV1)
		return r->challenge_len == 8 &&
		       mschap_check_v1(c, p->key, r->challenge, r->response);
	return r->challenge_len == 16 &&
	    mschap_check_v2(c, p->key, r->challenge, r->response, r->sent, success);
}

static bool fits(const struct crypto *c, const struct aaa_request *r, const struct password *p,
    const char *name, char success[MSCHAP_SUCCESS])
{
	if (r->method == AAA_PAP || r->method == AAA_ASCII)
		return password_check(c, p, name, r->password);
	/* Nothing that is stored can check CHAP. */
	return r->method != AAA_CHAP && mschap_fits(c, r, p, success) && p->form == PASSWORD_NT;
}

/* ---- the passwords of privilege levels -------------------------------------------------- */

void local_enable_apply(struct local *l, const struct cfg_enable *m)
{
	uint32_t level = m->level ? m->level : LOCAL_LEVELS - 1;

	if (level >= LOCAL_LEVELS)
		return;
	l->stale_enable &= ~(1U << level);
	crypto_wipe(&l->enable[level], sizeof l->enable[level]);
	if (m->op == CFG_SET)
		password_parse(&l->enable[level], m->form, m->password);
}

/* That of "enable_N". */
static const struct password *enable_named(const struct local *l, const char *name)
{
	static const char prefix[] = "enable_";
	unsigned long level;

	if (strncmp(name, prefix, sizeof prefix - 1) != 0)
		return &password_nobody;
	level = strtoul(name + sizeof prefix - 1, NULL, 10);
	return level < LOCAL_LEVELS && l->enable[level].form != PASSWORD_NONE ?
	    &l->enable[level] : &password_nobody;
}

static void start_enable(struct conversation *c, const struct local *l)
{
	struct aaa_answer a = {.result = AUTH_REJECT, .reason = REASON_AUTH_REJECTED};

	if (password_check(l->crypto, enable_named(l, c->request.user), "", c->request.password))
		a = (struct aaa_answer){.result = AUTH_ACCEPT};
	conversation_answer(c, &a);
}

/* ---- users ------------------------------------------------------------------------------- */

static enum reason refusal(const struct aaa_request *r, const struct aaa_user *u)
{
	if (!u)
		return REASON_AUTH_UNKNOWN_USER;
	if (u->locked)
		return REASON_AUTH_LOCKED;
	if (r->method != AAA_PAP && r->method != AAA_ASCII &&
	    (u->password.form != PASSWORD_NT || r->method == AAA_CHAP))
		return REASON_AUTH_NO_MSCHAP_HASH;
	return REASON_AUTH_REJECTED;
}

/* `password,123456` of one who has one-time passwords: cuts it behind the password; NULL: there is
 * no code. */
static const char *split_code(const struct aaa_user *u, char *password)
{
	char *comma = u && u->otp_len ? strrchr(password, ',') : NULL;

	/* else the comma is one of the password's own */
	if (!comma || strspn(comma + 1, "0123456789") != TOTP_DIGITS ||
	    comma[1 + TOTP_DIGITS])
		return NULL;
	*comma = 0;
	return comma + 1;
}

static void start(struct conversation *c, struct aaa_server *server)
{
	struct local *l = server->server;
	struct aaa_request *r = &c->request;
	struct aaa_user *u = aaa_user_find(&l->users, r->user);
	struct password nobody = password_nobody;
	const struct password *p = u && u->password.form != PASSWORD_NONE ? &u->password : &nobody;
	char success[MSCHAP_SUCCESS] = "";
	const char *code;

	c->protocol_state = NULL;
	if (r->method == AAA_PAP && strcmp(r->service, LOCAL_ENABLE) == 0) {
		start_enable(c, l);
		return;
	}
	code = split_code(u, r->password);
	nobody.form = aaa_users_form(&l->users);
	if (fits(l->crypto, r, p, u ? u->name : "", success) && p != &nobody && !u->locked)
		local_proved(c, l, u, code, success);
	else
		local_refused(c, l, u, refusal(r, u));
	crypto_wipe(success, sizeof success);
}

/* The levels that commands need are the manager's: it looks at them when we answer. */
static void command(struct conversation *c, struct aaa_server *server)
{
	(void)server;
	conversation_answer(c, &(struct aaa_answer){.result = AUTH_ACCEPT});
}

/* What the user may have, whoever has proved that it is he. */
static void authorize(struct conversation *c, struct aaa_server *server)
{
	const struct local *l = server->server;
	const struct aaa_user *u = aaa_user_find(&l->users, c->request.user);
	struct aaa_answer a = {.result = AUTH_REJECT, .reason = REASON_AUTH_UNKNOWN_USER};

	if (u && u->locked) {
		a.reason = REASON_AUTH_LOCKED;
	} else if (u) {
		a = (struct aaa_answer){.result = AUTH_ACCEPT, .user = u->name};
		local_describe(c, l, u, &a.attributes);
	}
	conversation_answer(c, &a);
}

const struct aaa_protocol local_protocol = {.name = "LOCAL",
    .server = "local database",
    .log_accept = LOG_113012,
    .log_reject = LOG_113015,
    .methods = 1U << AAA_PAP | 1U << AAA_ASCII | 1U << AAA_CHAP | 1U << AAA_MSCHAPV1 |
	       1U << AAA_MSCHAPV2,
    .start = {[AAA_AUTHENTICATE] = start, [AAA_AUTHORIZE] = authorize, [AAA_COMMAND] = command},
    .next = local_next,
    .cancel = local_cancel};
