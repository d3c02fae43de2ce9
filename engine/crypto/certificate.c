/* Certificates as people see them: RFC 5280 by libcrypto; PEM's frame is RFC 7468's. */
#include "engine/crypto/certificate.h"

#include <ctype.h>
#include <openssl/bn.h>
#include <openssl/sha.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <time.h>

#include "engine/crypto/base64.h"

static void name_text(X509_NAME *name, char *to, size_t size)
{
	BIO *b = BIO_new(BIO_s_mem());
	int n = b ? X509_NAME_print_ex(b, name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) : -1;

	to[0] = 0;
	if (n > 0 && (n = BIO_read(b, to, (int)size - 1)) > 0)
		to[n] = 0;
	BIO_free(b);
}

static int64_t when(const ASN1_TIME *t)
{
	struct tm tm;

	return ASN1_TIME_to_tm(t, &tm) ? (int64_t)timegm(&tm) : 0;
}

static bool serial_text(X509 *x, char to[48])
{
	BIGNUM *n = ASN1_INTEGER_to_BN(X509_get0_serialNumber(x), NULL);
	char *hex = n ? BN_bn2hex(n) : NULL;
	bool fits = hex && strlen(hex) < 48;

	for (size_t i = 0; fits && i <= strlen(hex); i++)
		to[i] = (char)tolower((unsigned char)hex[i]);
	OPENSSL_free(hex);
	BN_free(n);
	return fits;
}

bool certificate_read(struct certificate *c, const uint8_t *der, size_t len)
{
	const uint8_t *at = der;
	X509 *x = len <= CERTIFICATE_DER_MAX ? d2i_X509(NULL, &at, (long)len) : NULL;
	bool ok = x && at == der + len;

	memset(c, 0, sizeof *c);
	ok = ok && serial_text(x, c->serial);
	if (ok) {
		memcpy(c->der, der, len);
		c->len = len;
		name_text(X509_get_subject_name(x), c->subject, sizeof c->subject);
		name_text(X509_get_issuer_name(x), c->issuer, sizeof c->issuer);
		c->from = when(X509_get0_notBefore(x));
		c->until = when(X509_get0_notAfter(x));
		c->authority = X509_check_ca(x) != 0;
		SHA1(der, len, c->sha1);
		SHA256(der, len, c->sha256);
	}
	X509_free(x);
	return ok;
}

bool certificate_paste(struct certificate *c, const char *text)
{
	char plain[BASE64_TEXT(CERTIFICATE_DER_MAX)];
	uint8_t der[CERTIFICATE_DER_MAX];
	size_t n = 0;
	int len;

	for (size_t line; *text; text += line + (text[line] == '\n')) {
		line = strcspn(text, "\n");
		if (strncmp(text, "-----", 5) == 0)
			continue;
		for (size_t i = 0; i < line; i++) {
			if (isspace((unsigned char)text[i]))
				continue;
			if (n == sizeof plain - 1)
				return false;
			plain[n++] = text[i];
		}
	}
	len = base64_decode(plain, n, der, sizeof der);
	return len > 0 && certificate_read(c, der, (size_t)len);
}
