/*
 * Owns libkrb5's objects of one login: context, the exchange, a keytab in memory. The ticket that
 * is asked for is the realm's own (krbtgt); when the server has to prove itself it is one for our
 * own service, which only the realm's server can seal with our key (RFC 4120 3.1.3, 5.3).
 */
#include "engine/aaa/kerberos/exchange.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/wire/ber.h"
#include "engine/aaa/kerberos/context.h"
#include "engine/aaa/kerberos/keytab.h"
#include "engine/aaa/kerberos/reason.h"
#include "engine/crypto/crypto.h"
#include "engine/ipc/message.h"

#define TICKET_LIFE 300 /* seconds: nobody uses it */
#define SERVICE_MAX 512
#define CLOCK_SKEW 300 /* seconds, as libkrb5 allows */

enum { AS_REPLY = 0x6b, KRB_ERROR = 0x7e };

struct kerberos_exchange {
	krb5_context k;
	krb5_principal client, service; /* service: ours, NULL = not asked for */
	krb5_get_init_creds_opt *options;
	krb5_init_creds_context exchange;
	krb5_keytab keys;
	krb5_data out;
	char name[SERVICE_MAX];
	char *password;
	bool begun, unproven; /* unproven: no key of ours can prove the server */
};

/* ---- our own service -------------------------------------------------------------------- */

static krb5_error_code principal_of(
    krb5_context k, const struct keytab_entry *e, krb5_principal *to)
{
	krb5_error_code error = krb5_build_principal_ext(
	    k, to, (unsigned)rd_left(&e->realm), (const char *)e->realm.p, 0);
	krb5_data *parts = error ? NULL : calloc(e->n ? e->n : 1, sizeof *parts);

	if (error || !parts)
		return error ? error : ENOMEM;
	free((*to)->data); /* an array of none */
	(*to)->data = parts;
	for (size_t i = 0; i < e->n; i++) {
		unsigned len = (unsigned)rd_left(&e->component[i]);

		parts[i].data = malloc(len + 1);
		if (!parts[i].data)
			return ENOMEM;
		memcpy(parts[i].data, e->component[i].p, len);
		parts[i].data[len] = 0;
		parts[i].length = len;
		(*to)->length++;
	}
	return 0;
}

static krb5_error_code add_key(struct kerberos_exchange *x, const struct keytab_entry *e)
{
	krb5_keytab_entry entry = {.vno = e->version,
	    .key = {.enctype = e->type,
		.length = (unsigned)rd_left(&e->key),
		.contents = (uint8_t *)(uintptr_t)e->key.p}}; /* only read */
	krb5_error_code error = principal_of(x->k, e, &entry.principal);

	if (!error)
		error = krb5_kt_add_entry(x->k, x->keys, &entry);
	krb5_free_principal(x->k, entry.principal);
	return error;
}

/* Takes the keys in; the service is that of the realm's first key. */
static krb5_error_code take_keytab(struct kerberos_exchange *x, const struct kerberos_question *q)
{
	char name[40];
	struct keytab_entry e;
	struct rd r;
	krb5_error_code error;

	if (!keytab_find(q->keytab, q->keytab_len, q->realm, &e)) {
		x->unproven = true;
		return 0;
	}
	error = principal_of(x->k, &e, &x->service);
	snprintf(name, sizeof name, "MEMORY:%p", (void *)x);
	if (!error)
		error = krb5_kt_resolve(x->k, name, &x->keys);
	keytab_begin(q->keytab, q->keytab_len, &r);
	while (!error && keytab_next(&r, &e))
		error = add_key(x, &e);
	return error;
}

/* ---- life ------------------------------------------------------------------------------- */

/* The user's name is one component, whatever is in it. */
static krb5_error_code take_client(struct kerberos_exchange *x, const struct kerberos_question *q)
{
	return krb5_build_principal_ext(x->k, &x->client, (unsigned)strlen(q->realm), q->realm,
	    (unsigned)strlen(q->user), q->user, 0);
}

static krb5_error_code set_service(struct kerberos_exchange *x)
{
	char *name = NULL;
	krb5_error_code error;

	if (!x->service) {
		snprintf(x->name, sizeof x->name, "krbtgt");
		return 0;
	}
	error = krb5_unparse_name(x->k, x->service, &name);
	if (error)
		return error;
	snprintf(x->name, sizeof x->name, "%s", name);
	error = krb5_init_creds_set_service(x->k, x->exchange, name);
	krb5_free_unparsed_name(x->k, name);
	return error;
}

static krb5_error_code set_up(struct kerberos_exchange *x, const struct kerberos_question *q)
{
	krb5_error_code error = take_client(x, q);

	if (!error && q->keytab)
		error = take_keytab(x, q);
	if (!error)
		error = krb5_get_init_creds_opt_alloc(x->k, &x->options);
	if (error)
		return error;
	krb5_get_init_creds_opt_set_forwardable(x->options, 0);
	krb5_get_init_creds_opt_set_proxiable(x->options, 0);
	krb5_get_init_creds_opt_set_renew_life(x->options, 0);
	krb5_get_init_creds_opt_set_tkt_life(x->options, TICKET_LIFE);
	error = krb5_init_creds_init(x->k, x->client, NULL, NULL, 0, x->options, &x->exchange);
	return error ? error : set_service(x);
}

struct kerberos_exchange *kerberos_exchange_create(const struct kerberos_question *q)
{
	struct kerberos_exchange *x = calloc(1, sizeof *x);

	if (!x)
		return NULL;
	x->k = kerberos_context();
	x->password = strdup(q->password);
	if (!x->k || !x->password || set_up(x, q) != 0) {
		kerberos_exchange_destroy(x);
		return NULL;
	}
	return x;
}

void kerberos_exchange_destroy(struct kerberos_exchange *x)
{
	if (!x)
		return;
	if (x->password)
		crypto_wipe(x->password, strlen(x->password));
	free(x->password);
	if (x->k) {
		krb5_free_data_contents(x->k, &x->out);
		krb5_init_creds_free(x->k, x->exchange);
		krb5_get_init_creds_opt_free(x->k, x->options);
		if (x->keys)
			krb5_kt_close(x->k, x->keys);
		krb5_free_principal(x->k, x->service);
		krb5_free_principal(x->k, x->client);
		krb5_free_context(x->k);
	}
	free(x);
}

const char *kerberos_exchange_service(const struct kerberos_exchange *x)
{
	return x->name;
}

/* ---- the server's proof ------------------------------------------------------------------ */

/* Is the ticket that was opened by our key the one of this exchange? An old one of another has
 * another session key. */
static bool same(struct kerberos_exchange *x, const krb5_creds *c, const krb5_enc_tkt_part *t)
{
	krb5_timestamp now;

	return krb5_timeofday(x->k, &now) == 0 &&
	       krb5_principal_compare(x->k, t->client, x->client) &&
	       t->session->enctype == c->keyblock.enctype &&
	       t->session->length == c->keyblock.length &&
	       crypto_equal(t->session->contents, c->keyblock.contents, c->keyblock.length) &&
	       t->times.authtime == c->times.authtime &&
	       labs((long)t->times.authtime - now) <= CLOCK_SKEW;
}

static krb5_error_code prove(struct kerberos_exchange *x)
{
	krb5_creds creds = {0};
	krb5_ticket *ticket = NULL;
	krb5_error_code error = krb5_init_creds_get_creds(x->k, x->exchange, &creds);

	if (!error)
		error = krb5_decode_ticket(&creds.ticket, &ticket);
	if (!error)
		error = krb5_server_decrypt_ticket_keytab(x->k, x->keys, ticket);
	if (!error && !same(x, &creds, ticket->enc_part2))
		error = KRB5KRB_AP_ERR_MODIFIED;
	krb5_free_ticket(x->k, ticket);
	krb5_free_cred_contents(x->k, &creds);
	return error;
}

/* ---- steps ------------------------------------------------------------------------------ */

static void end(struct kerberos_step *s, uint8_t result, enum reason reason)
{
	s->next = KERBEROS_OVER;
	s->result = result;
	s->reason = reason;
}

static void succeeded(struct kerberos_exchange *x, struct kerberos_step *s)
{
	krb5_error_code error = x->service ? prove(x) : 0;

	if (!error) {
		end(s, AUTH_ACCEPT, REASON_NONE);
		return;
	}
	end(s, AUTH_ERROR, REASON_AUTH_KDC);
	snprintf(s->why, sizeof s->why, "its ticket for %.80s is not sealed with our key", x->name);
}

static struct rd bytes_of(const krb5_data *d)
{
	return rd_init(d->data, d->data ? d->length : 0);
}

/* The server's own words, if it has sent any. */
static void server_refused(struct kerberos_exchange *x, struct kerberos_step *s)
{
	krb5_error *e = NULL;
	struct kerberos_verdict v;
	char words[96];

	if (krb5_init_creds_get_error(x->k, x->exchange, &e) != 0 || !e)
		return;
	s->error = (int)e->error;
	v = kerberos_verdict(s->error, bytes_of(&e->text), bytes_of(&e->e_data));
	if (s->error == KERBEROS_SERVICE_UNKNOWN && x->service)
		v.reason = REASON_AUTH_KDC;
	end(s, v.result, v.reason);
	snprintf(s->why, sizeof s->why, "%s%s%s", kerberos_error_name(s->error),
	    e->text.length ? " " : "", ber_text(bytes_of(&e->text), words, sizeof words));
	krb5_free_error(x->k, e);
}

/* What libkrb5 itself finds in an answer. */
static void failed(struct kerberos_exchange *x, struct kerberos_step *s, krb5_error_code error)
{
	const char *text = krb5_get_error_message(x->k, error);

	switch (error) {
	case KRB5KRB_AP_ERR_BAD_INTEGRITY: /* without pre-authentication: the reply is not his */
		end(s, AUTH_REJECT, REASON_AUTH_REJECTED);
		break;
	case KRB5_KDCREP_SKEW:
		end(s, AUTH_ERROR, REASON_AUTH_CLOCK);
		break;
	default:
		end(s, AUTH_ERROR, REASON_AUTH_SERVER_ERROR);
		break;
	}
	ber_text(rd_init(text, strlen(text)), s->why, sizeof s->why);
	krb5_free_error_message(x->k, text);
}

void kerberos_exchange_step(struct kerberos_exchange *x, struct kerberos_step *s)
{
	krb5_data in = {.data = (char *)(uintptr_t)s->in, .length = (unsigned)s->in_len},
		  realm = {0};
	krb5_error_code error = 0;
	unsigned flags = 0;

	s->error = 0;
	s->why[0] = 0;
	if (x->unproven) {
		end(s, AUTH_ERROR, REASON_AUTH_KDC);
		snprintf(s->why, sizeof s->why, "there is no keytab with a key of the realm");
		return;
	}
	krb5_free_data_contents(x->k, &x->out);
	if (!x->begun)
		error = krb5_init_creds_set_password(x->k, x->exchange, x->password);
	x->begun = true;
	if (!error)
		error = krb5_init_creds_step(x->k, x->exchange, &in, &x->out, &realm, &flags);
	krb5_free_data_contents(x->k, &realm);
	s->out = (const uint8_t *)x->out.data;
	s->out_len = x->out.length;
	if (error == KRB5KRB_ERR_RESPONSE_TOO_BIG && s->out_len) {
		s->next = KERBEROS_SEND_STREAM;
	} else if (error) {
		failed(x, s, error);
		server_refused(x, s);
	} else if (flags & KRB5_INIT_CREDS_STEP_FLAG_CONTINUE) {
		s->next = KERBEROS_SEND;
	} else {
		succeeded(x, s);
	}
}

bool kerberos_is_answer(const uint8_t *p, size_t len)
{
	return len && (p[0] == AS_REPLY || p[0] == KRB_ERROR) && ber_length(p, len) == len;
}

const char *kerberos_answer_name(const uint8_t *p)
{
	return p[0] == AS_REPLY ? "KRB_AS_REP" : "KRB_ERROR";
}
