/* Key pairs by OpenSSL; see hostkey.h. Nothing is kept. */
#include "engine/crypto/hostkey.h"

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>

#include "engine/crypto/base64.h"
#include "engine/crypto/internal.h"
#include "engine/wire/wire.h"

static const char *const type_name[HOSTKEY_COUNT] = {
    [HOSTKEY_RSA] = "RSA", [HOSTKEY_ECDSA] = "EC", [HOSTKEY_EDDSA] = "ED25519"};

static const char *curve_of(unsigned bits)
{
	return bits == 256 ? "P-256" : bits == 384 ? "P-384" : bits == 521 ? "P-521" : NULL;
}

static EVP_PKEY *make(const struct crypto *c, enum hostkey kind, unsigned bits)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(c->lib, type_name[kind], NULL);
	EVP_PKEY *key = NULL;
	bool ok = ctx && EVP_PKEY_keygen_init(ctx) > 0;

	if (ok && kind == HOSTKEY_RSA)
		ok = bits >= 1024 && bits <= 8192 &&
		     EVP_PKEY_CTX_set_rsa_keygen_bits(ctx, (int)bits) > 0;
	if (ok && kind == HOSTKEY_ECDSA)
		ok = curve_of(bits) && EVP_PKEY_CTX_set_group_name(ctx, curve_of(bits)) > 0;
	if (!ok || EVP_PKEY_generate(ctx, &key) <= 0)
		key = NULL;
	EVP_PKEY_CTX_free(ctx);
	return key;
}

bool hostkey_make(
    const struct crypto *c, enum hostkey kind, unsigned bits, char pem[HOSTKEY_PEM_MAX])
{
	EVP_PKEY *key = make(c, kind, bits);
	BIO *bio = key ? BIO_new(BIO_s_secmem()) : NULL;
	int n = 0;

	if (bio && PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL))
		n = BIO_read(bio, pem, HOSTKEY_PEM_MAX - 1);
	pem[n > 0 ? n : 0] = 0;
	BIO_free(bio);
	EVP_PKEY_free(key);
	return n > 0 && n < HOSTKEY_PEM_MAX - 1;
}

/* A private key of that kind, or NULL. */
static EVP_PKEY *parse(const struct crypto *c, enum hostkey kind, const char *pem)
{
	BIO *bio = BIO_new_mem_buf(pem, -1);
	EVP_PKEY *key =
	    bio ? PEM_read_bio_PrivateKey_ex(bio, NULL, NULL, NULL, c->lib, NULL) : NULL;

	BIO_free(bio);
	if (key && EVP_PKEY_is_a(key, type_name[kind]))
		return key;
	EVP_PKEY_free(key);
	return NULL;
}

size_t hostkey_public(const struct crypto *c, enum hostkey kind, const char *pem,
    uint8_t der[HOSTKEY_DER_MAX], unsigned *bits)
{
	EVP_PKEY *key = parse(c, kind, pem);
	int n = 0;

	if (key) {
		n = i2d_PUBKEY(key, NULL);
		if (n > 0 && n <= HOSTKEY_DER_MAX)
			n = i2d_PUBKEY(key, &der);
		else
			n = 0;
		*bits = (unsigned)EVP_PKEY_get_bits(key);
	}
	EVP_PKEY_free(key);
	return n > 0 ? (size_t)n : 0;
}

/* ---- OpenSSH's container (its PROTOCOL.key) ---------------------------------------- */

#define RAW 32 /* bytes of an Ed25519 key, private or public */

static void put_string(struct wr *w, const void *bytes, size_t len)
{
	wr_u32(w, (uint32_t)len);
	wr_bytes(w, bytes, len);
}

static size_t container(const uint8_t *secret, const uint8_t *pub, uint8_t *to, size_t size)
{
	static const char magic[] = "openssh-key-v1", type[] = "ssh-ed25519";
	const size_t name = sizeof type - 1;
	struct wr w = wr_init(to, size);
	size_t part;

	wr_bytes(&w, magic, sizeof magic);
	put_string(&w, "none", 4);
	put_string(&w, "none", 4);
	wr_u32(&w, 0);
	wr_u32(&w, 1);
	wr_u32(&w, (uint32_t)(4 + name + 4 + RAW));
	put_string(&w, type, name);
	put_string(&w, pub, RAW);
	part = 4 + 4 + 4 + name + 4 + RAW + 4 + 2 * RAW + 4;
	wr_u32(&w, (uint32_t)((part + 7) / 8 * 8));
	wr_u32(&w, 0); /* twice the same: the check of a passphrase */
	wr_u32(&w, 0);
	put_string(&w, type, name);
	put_string(&w, pub, RAW);
	wr_u32(&w, 2 * RAW);
	wr_bytes(&w, secret, RAW);
	wr_bytes(&w, pub, RAW);
	wr_u32(&w, 0); /* no comment */
	for (uint8_t pad = 1; part % 8; part++)
		wr_u8(&w, pad++);
	return wr_len(&w);
}

/* In lines of 70, between its two marks. */
static void armour(const uint8_t *bytes, size_t len, char out[HOSTKEY_PEM_MAX])
{
	char text[1024];
	size_t at = 0, left;

	base64_encode(bytes, len, text);
	left = strlen(text);
	at += (size_t)snprintf(out, HOSTKEY_PEM_MAX, "-----BEGIN OPENSSH PRIVATE KEY-----\n");
	for (const char *p = text; left; p += left < 70 ? left : 70, left -= left < 70 ? left : 70)
		at += (size_t)snprintf(out + at, HOSTKEY_PEM_MAX - at, "%.70s\n", p);
	snprintf(out + at, HOSTKEY_PEM_MAX - at, "-----END OPENSSH PRIVATE KEY-----\n");
	explicit_bzero(text, sizeof text);
}

bool hostkey_for_ssh(
    const struct crypto *c, enum hostkey kind, const char *pem, char out[HOSTKEY_PEM_MAX])
{
	EVP_PKEY *key = kind == HOSTKEY_EDDSA ? parse(c, kind, pem) : NULL;
	uint8_t secret[RAW], pub[RAW], bytes[512];
	size_t n = RAW, m = RAW;
	bool ok;

	if (kind != HOSTKEY_EDDSA)
		return snprintf(out, HOSTKEY_PEM_MAX, "%s", pem) < HOSTKEY_PEM_MAX;
	ok = key && EVP_PKEY_get_raw_private_key(key, secret, &n) == 1 &&
	     EVP_PKEY_get_raw_public_key(key, pub, &m) == 1;
	if (ok)
		armour(bytes, container(secret, pub, bytes, sizeof bytes), out);
	EVP_PKEY_free(key);
	explicit_bzero(secret, sizeof secret);
	explicit_bzero(bytes, sizeof bytes);
	return ok;
}
