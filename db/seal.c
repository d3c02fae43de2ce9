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

static void key_path(const struct db *db, char path[4096])
{
	snprintf(path, 4096, "%s/secret.key", db->config.dir);
}

static bool write_key(struct db *db, const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	bool ok;

	if (fd < 0)
		return false;
	errno = EIO;
	ok = write(fd, db->key, SEAL_KEY) == SEAL_KEY;
	ok = close(fd) == 0 && ok;
	if (!ok) {
		int saved = errno;

		unlink(path);
		errno = saved;
	}
	db->key_is_new = ok;
	return ok;
}

static bool new_key(struct db *db, const char *path)
{
	errno = EIO;
	return RAND_bytes(db->key, SEAL_KEY) == 1 && write_key(db, path);
}

bool seal_key_stands(struct db *db)
{
	char path[4096];

	if (!db->config.dir)
		return true;
	key_path(db, path);
	if (access(path, F_OK) == 0 || errno != ENOENT)
		return true;
	if (!write_key(db, path))
		return false;
	db_note(db, "secret.key was removed: it is there again, for the secrets that it seals");
	return true;
}

bool seal_key_kept(struct db *db)
{
	char path[4096];
	int fd;
	bool ok;

	if (!seal_key_stands(db))
		return false;
	if (!db->key_is_new)
		return true;
	key_path(db, path);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	ok = fd >= 0 && fsync(fd) == 0;
	if (fd >= 0)
		close(fd);
	db->key_is_new = !ok;
	return ok;
}

/* 1: read; 0: there is none; -1: what stands there is no key, or cannot be read. */
static int read_key(struct db *db, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	unsigned char more;
	bool ok;

	if (fd < 0)
		return errno == ENOENT ? 0 : -1;
	errno = 0;
	ok = read(fd, db->key, SEAL_KEY) == SEAL_KEY && read(fd, &more, 1) == 0;
	close(fd);
	return ok ? 1 : -1;
}

bool seal_key(struct db *db, char *error, size_t size)
{
	char path[4096], why[128], to[64];
	int found;

	key_path(db, path);
	found = read_key(db, path);
	if (found < 0) /* a second look, before it is put aside */
		found = read_key(db, path);
	if (found > 0)
		return true;
	/* Short of memory or descriptors: that is not the file's fault. */
	if (found < 0 && (errno == ENOMEM || errno == EMFILE || errno == ENFILE)) {
		snprintf(error, size, "%s: %s", path, strerror(errno));
		return false;
	}
	if (found < 0) {
		snprintf(why, sizeof(why), "%s", errno ? strerror(errno) : "it is no key");
		if (!put_aside(db, "secret.key", to)) {
			snprintf(error, size, "%s: %s", path, why);
			return false;
		}
		db_note(db, "secret.key cannot be used (%s): it was put aside as %s, and a new one made",
		    why, to);
	}
	if (new_key(db, path))
		return true;
	snprintf(error, size, "%s: %s", path, strerror(errno));
	return false;
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
