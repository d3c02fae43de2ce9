/*
 * struct host_keys: one per manager. A file a kind, DIR/ssh/rsa.pem and the
 * like; that the directory is there says that the first start has been. A pair is
 * made in libuv's pool; its file replaces the old one in one step.
 */
#include "cli/manager/host_keys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/base/journal.h"

/* clang-format off */
static const struct {
	const char *name;
	unsigned bits; /* of those that are made by themselves */
} kinds[HOSTKEY_COUNT] = {
	[HOSTKEY_RSA] = {"rsa", 2048},
	[HOSTKEY_ECDSA] = {"ecdsa", 256},
	[HOSTKEY_EDDSA] = {"eddsa", 256},
};
/* clang-format on */

/* One pair on its way. */
struct making {
	uv_work_t work;
	struct host_keys *keys;
	enum hostkey kind;
	unsigned bits;
	bool ok;
	host_key_made *done;
	void *ctx;
	struct making *next;
	char pem[HOSTKEY_PEM_MAX];
};

static void path_of(const struct host_keys *k, enum hostkey kind, const char *end, char path[512])
{
	snprintf(path, 512, "%s/ssh/%s%s", k->state, kinds[kind].name, end);
}

static void drop(struct host_key *key)
{
	if (key->pem)
		explicit_bzero(key->pem, strlen(key->pem));
	free(key->pem);
	key->pem = NULL;
	key->made = 0;
}

static void tell(const struct host_keys *k)
{
	if (k->changed)
		k->changed(k->ctx);
}

/* ---- files -------------------------------------------------------------------- */

static void read_one(struct host_keys *k, enum hostkey kind)
{
	char path[512], pem[HOSTKEY_PEM_MAX];
	uint8_t der[HOSTKEY_DER_MAX];
	unsigned bits;
	struct stat st;
	ssize_t n;
	int fd;

	path_of(k, kind, ".pem", path);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return;
	n = read(fd, pem, sizeof(pem) - 1);
	if (n > 0 && fstat(fd, &st) == 0) {
		pem[n] = 0;
		if (hostkey_public(k->crypto, kind, pem, der, &bits)) {
			k->key[kind].pem = strdup(pem);
			k->key[kind].made = st.st_mtime;
		} else {
			journal(LOG_ERR, "%s is no key: SSH goes without", path);
		}
	}
	close(fd);
	explicit_bzero(pem, sizeof(pem));
}

static bool write_all(int fd, const char *text)
{
	size_t len = strlen(text);

	return write(fd, text, len) == (ssize_t)len && fsync(fd) == 0;
}

static const char *write_one(const struct host_keys *k, enum hostkey kind, const char *pem)
{
	char path[512], fresh[512];
	int fd, error;

	path_of(k, kind, ".pem", path);
	path_of(k, kind, ".new", fresh);
	(void)unlink(fresh);
	fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return strerror(errno);
	error = write_all(fd, pem) && rename(fresh, path) == 0 ? 0 : errno;
	close(fd);
	if (error)
		(void)unlink(fresh);
	return error ? strerror(error) : NULL;
}

/* ---- making -------------------------------------------------------------------- */

static void make(uv_work_t *work)
{
	struct making *m = (struct making *)(void *)work;

	m->ok = hostkey_make(m->keys->crypto, m->kind, m->bits, m->pem);
}

static void off_list(struct making *m)
{
	for (struct making **p = &m->keys->first; *p; p = &(*p)->next) {
		if (*p != m)
			continue;
		*p = m->next;
		return;
	}
}

static void made(uv_work_t *work, int status)
{
	struct making *m = (struct making *)(void *)work;
	struct host_keys *k = m->keys;
	struct host_key *key = &k->key[m->kind];
	const char *why = status || !m->ok ? "the pair cannot be made" : NULL;

	off_list(m);
	key->making = false;
	if (!why && !k->closing)
		why = write_one(k, m->kind, m->pem);
	if (!why && !k->closing) {
		drop(key);
		read_one(k, m->kind); /* with the time that a restart will read, too */
		tell(k);
	}
	if (m->done && !k->closing)
		m->done(m->ctx, why);
	else if (why && !k->closing)
		journal(LOG_ERR, "SSH host key (%s): %s", kinds[m->kind].name, why);
	explicit_bzero(m->pem, sizeof(m->pem));
	free(m);
}

bool host_keys_make(
    struct host_keys *k, enum hostkey kind, unsigned bits, host_key_made *done, void *ctx)
{
	struct making *m = !k->loop || k->key[kind].making ? NULL : calloc(1, sizeof(*m));

	if (!m)
		return false;
	m->keys = k;
	m->kind = kind;
	m->bits = bits;
	m->done = done;
	m->ctx = ctx;
	if (uv_queue_work(k->loop, &m->work, make, made) < 0) {
		free(m);
		return false;
	}
	m->next = k->first;
	k->first = m;
	k->key[kind].making = true;
	return true;
}

void host_keys_forget(struct host_keys *k, const void *ctx)
{
	for (struct making *m = k->first; m; m = m->next)
		if (m->ctx == ctx)
			m->done = NULL;
}

/* ---- the object ------------------------------------------------------------------ */

void host_keys_open(
    struct host_keys *k, uv_loop_t *loop, const char *state, const struct crypto *crypto)
{
	char dir[512];
	bool first;

	k->loop = loop;
	k->state = state;
	k->crypto = crypto;
	snprintf(dir, sizeof(dir), "%s/ssh", state);
	first = mkdir(dir, 0700) == 0;
	if (!first && errno != EEXIST)
		journal(LOG_ERR, "%s: %s: no SSH host keys", dir, strerror(errno));
	for (enum hostkey kind = 0; kind < HOSTKEY_COUNT; kind++) {
		read_one(k, kind);
		if (first)
			(void)host_keys_make(k, kind, kinds[kind].bits, NULL, NULL);
	}
}

const char *host_keys_remove(struct host_keys *k, enum hostkey kind)
{
	char path[512];

	path_of(k, kind, ".pem", path);
	if (unlink(path) < 0 && errno != ENOENT)
		return strerror(errno);
	drop(&k->key[kind]);
	tell(k);
	return NULL;
}

void host_keys_close(struct host_keys *k)
{
	k->closing = true;
	k->changed = NULL;
	while (k->first)
		uv_run(k->loop, UV_RUN_ONCE);
	for (enum hostkey kind = 0; kind < HOSTKEY_COUNT; kind++)
		drop(&k->key[kind]);
}
