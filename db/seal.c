/*
 * Secrets at rest: AES-256-GCM with a key that stands in a file of the state
 * directory (0600), so that a copy of the database alone tells nothing.
 * Sealed bytes: nonce (12), ciphertext, tag (16).
 */
#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "db/internal.h"

#define NONCE SEAL_NONCE
#define TAG 16

static bool write_key(struct db *db, const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	bool ok;

	if (fd < 0)
		return false;
	ok = RAND_bytes(db->key, SEAL_KEY) == 1 && write(fd, db->key, SEAL_KEY) == SEAL_KEY;
	close(fd);
	if (!ok)
		unlink(path);
	db->key_is_new = ok;
	return ok;
}

bool seal_key_kept(struct db *db)
{
	char path[4096];
	int fd;
	bool ok;

	if (!db->key_is_new)
		return true;
	snprintf(path, sizeof(path), "%s/secret.key", db->config.dir);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	ok = fd >= 0 && fsync(fd) == 0;
	if (fd >= 0)
		close(fd);
	db->key_is_new = !ok;
	return ok;
}

bool seal_key(struct db *db, const char *path, char *error, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool ok;

	if (fd < 0 && errno == ENOENT)
		ok = write_key(db, path);
	else
		ok = fd >= 0 && read(fd, db->key, SEAL_KEY) == SEAL_KEY;
	if (!ok)
		snprintf(error, size, "%s: %s", path, errno ? strerror(errno) : "not a key");
	if (fd >= 0)
		close(fd);
	return ok;
}

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

/* A nonce may never come twice: a random start of 96 bits at every opening, counted up from there. */
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
