/*
 * struct talk: what a conversation with LOCAL waits for, from the challenge to
 * its answer; it is the conversation's protocol_state. The user is looked up
 * again each time: he may be gone. /
 */
#include "engine/aaa/local_talk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/crypto/mschap_change.h"
#include "engine/crypto/totp.h"

#define DAY 86400
#define CLEAR_MIN 3
#define CLEAR_MAX 127

enum phase { TALK_CODE, TALK_NEW, TALK_AGAIN, TALK_PACKET };

struct talk {
	enum phase phase;
	char first[CLEAR_MAX + 1]; /* AGAIN: the new password */
};

static void forget(struct conversation *c)
{
	struct talk *t = c->protocol_state;

	if (!t)
		return;
	crypto_wipe(t, sizeof *t);
	free(t);
	c->protocol_state = NULL;
}

static void answer(struct conversation *c, const struct aaa_answer *a)
{
	forget(c);
	conversation_answer(c, a);
}

void local_refused(struct conversation *c, struct local *l, struct aaa_user *u, enum reason reason)
{
	struct aaa_answer a = {.result = AUTH_REJECT, .reason = reason, .user = u ? u->name : NULL};

	if (u && aaa_user_failed(u, l->max_fail, c->env->wall(c->env)))
		log_say(&l->listener->log, 113006,
		    "User %s locked out on exceeding %u successive failed authentication attempts",
		    u->name, l->max_fail);
	answer(c, &a);
}

/* It is he, but it does not end well: nothing to count. */
static void refuse(
    struct conversation *c, const struct aaa_user *u, enum reason reason, const char *message)
{
	answer(
	    c, &(struct aaa_answer){
		   .result = AUTH_REJECT, .reason = reason, .user = u->name, .message = message});
}

/* ---- how long a password is good --------------------------------------------------- */

/* Days that it is still good; negative: it is not. INT64_MAX: for ever. */
static int64_t days_left(
    const struct conversation *c, const struct local *l, const struct aaa_user *u)
{
	uint32_t set = u->password_day ? u->password_day : l->since;

	if (!l->lifetime || !set || u->password.form == PASSWORD_ANY)
		return INT64_MAX;
	return (int64_t)set + l->lifetime - 1 - c->env->wall(c->env) / DAY;
}

void local_describe(const struct conversation *c, const struct local *l, const struct aaa_user *u,
    struct aaa_attributes *list)
{
	int64_t left = days_left(c, l, u);

	aaa_attribute_add(
	    list, &(struct aaa_value){.which = AAA_PRIVILEGE, .number = u->privilege});
	if (u->service_type)
		aaa_attribute_add(
		    list, &(struct aaa_value){.which = AAA_SERVICE_TYPE, .text = u->service_type});
	if (left >= 0 && left < UINT32_MAX)
		aaa_attribute_add(list,
		    &(struct aaa_value){.which = AAA_PASSWORD_DAYS, .number = (uint32_t)left});
}

static void let_in(struct conversation *c, struct local *l, struct aaa_user *u, const char *success)
{
	struct aaa_answer a = {.result = AUTH_ACCEPT, .user = u->name};

	u->failed = 0;
	snprintf(a.mschap_success, sizeof a.mschap_success, "%s", success ? success : "");
	local_describe(c, l, u, &a.attributes);
	answer(c, &a);
	crypto_wipe(a.mschap_success, sizeof a.mschap_success);
}

/* ---- questions ----------------------------------------------------------------------- */

static bool can_be_asked(const struct aaa_request *r)
{
	return strcmp(r->service, "ppp") != 0;
}

static void ask(
    struct conversation *c, const struct aaa_user *u, enum phase phase, const char *text)
{
	struct talk *t = c->protocol_state;

	if (!t && !(t = calloc(1, sizeof *t))) {
		answer(c, &(struct aaa_answer){.result = AUTH_ERROR, .reason = REASON_NO_MEMORY});
		return;
	}
	t->phase = phase;
	c->protocol_state = t;
	conversation_answer(
	    c, &(struct aaa_answer){.result = AUTH_CHALLENGE,
		   .wanted = phase == TALK_PACKET ? CHALLENGE_NEW_PASSWORD : CHALLENGE_TEXT,
		   .user = u->name,
		   .message = text});
}

/* His password is too old: another one, if his way in can ask for it. */
static void want_new(struct conversation *c, const struct aaa_user *u)
{
	if (c->request.method == AAA_MSCHAPV2)
		ask(c, u, TALK_PACKET, NULL);
	else if (can_be_asked(&c->request))
		ask(c, u, TALK_NEW, "Your password has expired.\nNew password: ");
	else
		refuse(c, u, REASON_AUTH_EXPIRED, NULL);
}

static void settle(struct conversation *c, struct local *l, struct aaa_user *u, const char *success)
{
	if (days_left(c, l, u) < 0)
		want_new(c, u);
	else
		let_in(c, l, u, success);
}

/* Each code is good once. */
static bool takes_code(
    const struct conversation *c, const struct local *l, struct aaa_user *u, const char *code)
{
	uint64_t step = totp_step(
	    l->crypto, (struct chunk){u->otp, u->otp_len}, code, c->env->wall(c->env), u->otp_step);

	if (step)
		u->otp_step = step;
	return step;
}

void local_proved(struct conversation *c, struct local *l, struct aaa_user *u, const char *code,
    const char *success)
{
	bool clear = c->request.method == AAA_PAP || c->request.method == AAA_ASCII;

	if (!u->otp_len)
		settle(c, l, u, success);
	else if (!clear)
		refuse(c, u, REASON_AUTH_ONE_TIME_METHOD, NULL);
	else if (!code && can_be_asked(&c->request))
		ask(c, u, TALK_CODE, "One-time password: ");
	else if (!code || !takes_code(c, l, u, code))
		local_refused(c, l, u, REASON_AUTH_ONE_TIME);
	else
		settle(c, l, u, success);
}

/* ---- a new password -------------------------------------------------------------------- */

/* Why it will not do; NULL: it will. `old` NULL: only its hash is known. */
static const char *refusal(const struct local *l, const struct aaa_user *u, const char *old,
    const char *clear, char *why, size_t size)
{
	size_t n = strlen(clear);

	if (n < CLEAR_MIN || n > CLEAR_MAX)
		return "the password must have 3 to 127 characters";
	if (password_check(l->crypto, &u->password, u->name, clear))
		return "the new password is the old one";
	return password_refused(&l->policy, u->name, old, clear, why, size);
}

/* It holds from now on; the manager writes it into the configuration. */
static bool change(struct conversation *c, struct local *l, struct aaa_user *u, const char *clear)
{
	bool nt = u->password.form == PASSWORD_NT;
	char text[PASSWORD_FORM_MAX];
	struct ipc_msg m = {.type = MSG_PASSWORD_CHANGED,
	    .fd = -1,
	    .password_changed = {
		.user = u->name, .form = nt ? "nt-encrypted" : "pbkdf2", .password = text}};
	bool ok = nt ? password_nt(l->crypto, clear, text)
		     : password_pbkdf2(l->crypto, clear, NULL, text);

	if (ok) {
		aaa_user_change(&l->users, u, m.password_changed.form, text,
		    (uint32_t)(c->env->wall(c->env) / DAY));
		l->listener->send(l->listener->arg, ROLE_MANAGER, &m);
	}
	crypto_wipe(text, sizeof text);
	return ok;
}

static void new_typed(struct conversation *c, struct local *l, struct aaa_user *u, const char *text)
{
	struct talk *t = c->protocol_state;
	char why[128], question[192];
	const char *wrong = refusal(l, u, c->request.password, text, why, sizeof why);

	if (wrong) {
		snprintf(question, sizeof question, "%s.\nNew password: ", wrong);
		ask(c, u, TALK_NEW, question);
		return;
	}
	snprintf(t->first, sizeof t->first, "%s", text);
	ask(c, u, TALK_AGAIN, "Once more: ");
}

static void again_typed(
    struct conversation *c, struct local *l, struct aaa_user *u, const char *text)
{
	struct talk *t = c->protocol_state;

	if (strcmp(t->first, text) != 0)
		ask(c, u, TALK_NEW, "These were two different ones.\nNew password: ");
	else if (change(c, l, u, text))
		let_in(c, l, u, NULL);
	else
		refuse(c, u, REASON_AUTH_NEW_PASSWORD, NULL);
}

/* RFC 2759 7. */
static void packet_came(
    struct conversation *c, struct local *l, struct aaa_user *u, const struct aaa_next *n)
{
	struct mschap_change m;
	char why[128];
	const char *wrong;

	if (n->response.len != MSCHAP_CHANGE || n->challenge.len != 16 ||
	    u->password.form != PASSWORD_NT ||
	    !mschap_change_read(
		l->crypto, n->response.p, u->password.key, n->challenge.p, c->request.sent, &m)) {
		local_refused(c, l, u, REASON_AUTH_NEW_PASSWORD);
		return;
	}
	wrong = refusal(l, u, NULL, m.clear, why, sizeof why);
	if (wrong || !change(c, l, u, m.clear))
		refuse(c, u, REASON_AUTH_NEW_PASSWORD, wrong);
	else
		let_in(c, l, u, m.success);
	crypto_wipe(&m, sizeof m);
}

void local_next(struct conversation *c, struct aaa_server *server, const struct aaa_next *n)
{
	struct local *l = server->server;
	struct talk *t = c->protocol_state;
	struct aaa_user *u = aaa_user_find(&l->users, c->request.user);

	if (!u || u->locked) {
		local_refused(c, l, u, u ? REASON_AUTH_LOCKED : REASON_AUTH_UNKNOWN_USER);
		return;
	}
	switch (t->phase) {
	case TALK_CODE:
		if (takes_code(c, l, u, n->text))
			settle(c, l, u, NULL);
		else
			local_refused(c, l, u, REASON_AUTH_ONE_TIME);
		break;
	case TALK_NEW:
		new_typed(c, l, u, n->text);
		break;
	case TALK_AGAIN:
		again_typed(c, l, u, n->text);
		break;
	case TALK_PACKET:
		packet_came(c, l, u, n);
		break;
	}
}

void local_cancel(struct conversation *c, struct aaa_server *server)
{
	(void)server;
	forget(c);
}
