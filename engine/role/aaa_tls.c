/*
 * Owns one TLS connection (RFC 8446, RFC 5246). The server's certificate has to be of its name (RFC
 * 6125) and of an authority that the configuration trusts: the host's own authorities do not count.
 */
#include "engine/role/aaa_tls.h"

#include <limits.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

struct aaa_tls_end {
	SSL_CTX *ctx;
	SSL *ssl;
	char why[160];
};

static bool trust(SSL_CTX *ctx, const uint8_t *der, size_t len)
{
	X509_STORE *store = SSL_CTX_get_cert_store(ctx);
	const uint8_t *p = der, *end = der + len;

	while (p && p < end) {
		X509 *cert = d2i_X509(NULL, &p, (long)(end - p));
		bool ok = cert && X509_STORE_add_cert(store, cert);

		X509_free(cert);
		if (!ok)
			return false;
	}
	/* An authority of the configuration may be one in the middle. */
	return X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN) == 1;
}

/* Which name the certificate has to have. */
static bool expect(SSL *ssl, const char *name)
{
	struct addr a;

	if (addr_parse(name, &a))
		return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), name) == 1;
	SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	return SSL_set_tlsext_host_name(ssl, name) == 1 && SSL_set1_host(ssl, name) == 1;
}

static bool set_up(struct aaa_tls_end *t, const struct aaa_tls *want)
{
	BIO *in, *out;

	OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
	t->ctx = SSL_CTX_new(TLS_client_method());
	if (!t->ctx || !SSL_CTX_set_min_proto_version(t->ctx, TLS1_2_VERSION) ||
	    !trust(t->ctx, want->trust, want->trust_len))
		return false;
	SSL_CTX_set_verify(t->ctx, SSL_VERIFY_PEER, NULL);
	t->ssl = SSL_new(t->ctx);
	in = BIO_new(BIO_s_mem());
	out = BIO_new(BIO_s_mem());
	if (!t->ssl || !in || !out) {
		BIO_free(in);
		BIO_free(out);
		return false;
	}
	SSL_set_bio(t->ssl, in, out);
	SSL_set_connect_state(t->ssl);
	return expect(t->ssl, want->name);
}

struct aaa_tls_end *aaa_tls_create(const struct aaa_tls *want)
{
	struct aaa_tls_end *t = calloc(1, sizeof *t);

	if (t && set_up(t, want))
		return t;
	aaa_tls_destroy(t);
	return NULL;
}

void aaa_tls_destroy(struct aaa_tls_end *t)
{
	if (!t)
		return;
	SSL_free(t->ssl);
	SSL_CTX_free(t->ctx);
	free(t);
}

/* ---- the server's side ------------------------------------------------------------------ */

bool aaa_tls_feed(struct aaa_tls_end *t, const void *bytes, size_t len)
{
	return len <= INT_MAX && BIO_write(SSL_get_rbio(t->ssl), bytes, (int)len) == (int)len;
}

size_t aaa_tls_take(struct aaa_tls_end *t, void *to, size_t size)
{
	int n = BIO_read(SSL_get_wbio(t->ssl), to, (int)size);

	return n > 0 ? (size_t)n : 0;
}

/* ---- ours ------------------------------------------------------------------------------- */

static enum aaa_tls_state after(struct aaa_tls_end *t, int result)
{
	switch (SSL_get_error(t->ssl, result)) {
	case SSL_ERROR_WANT_READ:
	case SSL_ERROR_WANT_WRITE:
		return SSL_is_init_finished(t->ssl) ? AAA_TLS_OPEN : AAA_TLS_SHAKES;
	case SSL_ERROR_ZERO_RETURN:
		return AAA_TLS_OVER;
	default:
		return AAA_TLS_FAILED;
	}
}

enum aaa_tls_state aaa_tls_shake(struct aaa_tls_end *t)
{
	int n;

	ERR_clear_error();
	n = SSL_do_handshake(t->ssl);
	return n == 1 ? AAA_TLS_OPEN : after(t, n);
}

size_t aaa_tls_read(struct aaa_tls_end *t, void *to, size_t size, enum aaa_tls_state *state)
{
	int n;

	ERR_clear_error();
	n = SSL_read(t->ssl, to, (int)size);
	*state = n > 0 ? AAA_TLS_OPEN : after(t, n);
	return n > 0 ? (size_t)n : 0;
}

bool aaa_tls_write(struct aaa_tls_end *t, const void *bytes, size_t len)
{
	ERR_clear_error();
	return !len || (len <= INT_MAX && SSL_write(t->ssl, bytes, (int)len) == (int)len);
}

const char *aaa_tls_why(struct aaa_tls_end *t, bool *certificate)
{
	long verdict = SSL_get_verify_result(t->ssl);
	const char *text = ERR_reason_error_string(ERR_peek_error());

	*certificate = verdict != X509_V_OK;
	snprintf(t->why, sizeof t->why, "TLS: %s",
	    *certificate ? X509_verify_cert_error_string(verdict)
	    : text	 ? text
			 : "failed");
	return t->why;
}
