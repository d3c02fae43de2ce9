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

#define NONCE 12
#define TAG 16

static bool write_key(struct db *db, const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	bool ok;

	if (fd < 0)
		return false;
	ok = RAND_bytes(db->key, SEAL_KEY) == 1 && write(fd, db->key, SEAL_KEY) == SEAL_KEY &&
	    fsync(fd) == 0;
	close(fd);
	if (!ok)
		unlink(path);
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

size_t seal(const struct db *db, const char *text, size_t len, unsigned char *out)
{
	EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
	int n = 0, last = 0;
	bool ok = c && RAND_bytes(out, NONCE) == 1 &&
	    EVP_EncryptInit_ex(c, EVP_aes_256_gcm(), NULL, db->key, out) == 1 &&
	    EVP_EncryptUpdate(c, out + NONCE, &n, (const unsigned char *)text, (int)len) == 1 &&
	    EVP_EncryptFinal_ex(c, out + NONCE + n, &last) == 1 &&
	    EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_GET_TAG, TAG, out + NONCE + len) == 1;

	EVP_CIPHER_CTX_free(c);
	return ok ? len + SEAL_OVERHEAD : 0;
}

bool unseal(const struct db *db, const void *in, size_t len, char *out)
{
	const unsigned char *p = in;
	unsigned char tag[TAG];
	EVP_CIPHER_CTX *c;
	int n = 0, last = 0;
	bool ok;

	if (len < SEAL_OVERHEAD)
		return false;
	len -= SEAL_OVERHEAD;
	memcpy(tag, p + NONCE + len, TAG);
	c = EVP_CIPHER_CTX_new();
	ok = c && EVP_DecryptInit_ex(c, EVP_aes_256_gcm(), NULL, db->key, p) == 1 &&
	    EVP_DecryptUpdate(c, (unsigned char *)out, &n, p + NONCE, (int)len) == 1 &&
	    EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_GCM_SET_TAG, TAG, tag) == 1 &&
	    EVP_DecryptFinal_ex(c, (unsigned char *)out + n, &last) == 1;
	EVP_CIPHER_CTX_free(c);
	out[ok ? len : 0] = '\0';
	return ok;
}
