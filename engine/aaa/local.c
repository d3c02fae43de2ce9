/*
 * LOCAL: PAP against any stored form, MS-CHAP (RFC 2433, RFC 2759) against the
 * NT hash, answered at once. An unknown user, and one without the hash, cost
 * what a known one costs.
 */
#include "engine/aaa/local.h"

#include "engine/crypto/mschap.h"

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
	    mschap_check_v2(c, p->key, r->challenge, r->response, r->user, success);
}

static bool fits(const struct crypto *c, const struct aaa_request *r, const struct password *p,
    const char *name, char success[MSCHAP_SUCCESS])
{
	if (r->method == AAA_PAP)
		return password_check(c, p, name, r->password);
	/* Nothing that is stored can check CHAP. */
	return r->method != AAA_CHAP && mschap_fits(c, r, p, success) && p->form == PASSWORD_NT;
}

static enum reason refusal(const struct aaa_request *r, const struct aaa_user *u)
{
	if (!u)
		return REASON_AUTH_UNKNOWN_USER;
	if (r->method != AAA_PAP && (u->password.form != PASSWORD_NT || r->method == AAA_CHAP))
		return REASON_AUTH_NO_MSCHAP_HASH;
	return REASON_AUTH_REJECTED;
}

static void describe(const struct aaa_user *u, struct aaa_attributes *list)
{
	aaa_attribute_add(
	    list, &(struct aaa_value){.which = AAA_PRIVILEGE, .number = u->privilege});
	if (u->service_type)
		aaa_attribute_add(list,
		    &(struct aaa_value){.which = AAA_SERVICE_TYPE, .text = u->service_type});
}

static void start(struct conversation *c, void *server)
{
	const struct local *l = server;
	const struct aaa_request *r = &c->request;
	const struct aaa_user *u = aaa_user_find(&l->users, r->user);
	const struct password *p = u ? &u->password : &password_nobody;
	struct aaa_answer a = {.result = AUTH_REJECT, .user = u ? u->name : NULL};

	if (fits(l->crypto, r, p, u ? u->name : "", a.mschap_success) && u) {
		a.result = AUTH_ACCEPT;
		describe(u, &a.attributes);
	} else {
		a.reason = refusal(r, u);
		crypto_wipe(a.mschap_success, sizeof a.mschap_success);
	}
	conversation_answer(c, &a);
}

const struct aaa_protocol local_protocol = {.name = "LOCAL", .server = "local database",
    .log_accept = LOG_113012, .log_reject = LOG_113015, .start = start};
