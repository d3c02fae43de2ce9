/*
 * Secrets at rest: AES-256-GCM, so that a copy of the database alone tells
 * nothing. Sealed bytes: nonce (12), ciphertext, tag (16).
 */
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <string.h>

#include "db/seal.h"

#define NONCE SEAL_NONCE
#define TAG 16

bool seal_start(struct db *db)
{
	db->sealer = EVP_CIPHER_CTX_new();
	db->opener = EVP_CIPHER_CTX_new();
	return db->sealer && db->opener && RAND_bytes(db->nonce, NONCE) == 1 &&
	    EVP_EncryptInit_ex(db->sealer, EVP_aes_256_gcm(), NULL, db->key, NULL) == 1 &&
	    EVP_DecryptInit_ex(db->opener, EVP_aes_256_gcm(), NULL, db->key, NULL) == 1;
}

void seal_stop(struct db *db)
{
	EVP_CIPHER_CTX_free(db->sealer);
	EVP_CIPHER_CTX_free(db->opener);
	OPENSSL_cleanse(db->key, sizeof(db->key));
}

/* A nonce may never come twice: a random start of 96 bits at every opening, counted up from there.
 */
static void next_nonce(struct db *db, unsigned char *out)
{
	for (int i = NONCE - 1; i >= 0 && !++db->nonce[i]; i--)
		;
	memcpy(out, db->nonce, NONCE);
}

size_t seal(struct db *db, const char *text, size_t len, unsigned char *out)
{
	EVP_CIPHER_CTX *c = db->sealer;
	int n = 0, last = 0;

	next_nonce(db, out);
	if (EVP_EncryptInit_ex(c, NULL, NULL, NULL, out) == 1 &&
	    EVP_EncryptUpdate(c, out + NONCE, &n, (const unsigned char *)text, (int)len) == 1 &&
	    EVP_EncryptFinal_ex(c, out + NONCE + n, &last) == 1 &&
	    EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_GET_TAG, TAG, out + NONCE + len) == 1)
		return len + SEAL_OVERHEAD;
	return 0;
}

bool unseal(struct db *db, const void *in, size_t len, char *out)
{
	const unsigned char *p = in;
	unsigned char tag[TAG];
	EVP_CIPHER_CTX *c = db->opener;
	int n = 0, last = 0;
	bool ok;

	out[0] = '\0';
	if (len < SEAL_OVERHEAD)
		return false;
	len -= SEAL_OVERHEAD;
	memcpy(tag, p + NONCE + len, TAG);
	ok = EVP_DecryptInit_ex(c, NULL, NULL, NULL, p) == 1 &&
	    EVP_DecryptUpdate(c, (unsigned char *)out, &n, p + NONCE, (int)len) == 1 &&
	    EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_SET_TAG, TAG, tag) == 1 &&
	    EVP_DecryptFinal_ex(c, (unsigned char *)out + n, &last) == 1;
	out[ok ? len : 0] = '\0';
	return ok;
}
