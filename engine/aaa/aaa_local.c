/*
 * The local user database as a login server: PAP against any stored form,
 * MS-CHAP (RFC 2433, RFC 2759) against the NT hash. An unknown user, and one
 * without the hash, cost what a known one costs.
 */
#include <string.h>

#include "engine/aaa/aaa.h"

/* Does the response fit? Fills in `success` of version 2. */
static bool mschap_fits(const struct aaa_request *r, const struct password *p,
    char success[MSCHAP_SUCCESS])
{
	const struct crypto *c = aaa_crypto(r->aaa);

	if (r->response_len != MSCHAP_RESPONSE)
		return false;
	if (r->method == AAA_MSCHAPV1)
		return r->challenge_len == 8 && mschap_check_v1(c, p->key, r->challenge, r->response);
	return r->challenge_len == 16 &&
	    mschap_check_v2(c, p->key, r->challenge, r->response, r->user, success);
}

static void local_start(struct aaa_request *r)
{
	const struct aaa_user *u = aaa_user_find(r->aaa, r->user);
	const struct password *p = u ? &u->password : &password_nobody;
	struct aaa_result out = {.result = AUTH_REJECT, .reason = REASON_AUTH_REJECTED};
	bool fits;

	if (r->method == AAA_PAP)
		fits = password_check(aaa_crypto(r->aaa), p, u ? u->name : "", r->password);
	else
		fits = r->method != AAA_CHAP && mschap_fits(r, p, out.mschap_success) &&
		    p->form == PASSWORD_NT;
	if (!u) {
		out.reason = REASON_AUTH_UNKNOWN_USER;
	} else if (fits) {
		out.result = AUTH_ACCEPT;
		out.reason = REASON_NONE;
	} else if (r->method != AAA_PAP && (p->form != PASSWORD_NT || r->method == AAA_CHAP)) {
		/* Only the NT hash can check MS-CHAP, and nothing that is stored can check CHAP. */
		out.reason = REASON_AUTH_NO_MSCHAP_HASH;
	}
	if (u) {
		out.user = u->name;
		out.privilege = u->privilege;
		out.service_type = u->service_type;
	}
	if (out.result != AUTH_ACCEPT)
		crypto_wipe(out.mschap_success, sizeof out.mschap_success);
	aaa_finish(r, &out);
}

const struct aaa_protocol aaa_local = {.name = "LOCAL", .server = "local database",
    .log_accept = 113012, .log_reject = 113015, .start = local_start};
