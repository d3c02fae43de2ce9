/*
 * The key pairs that the appliance is known by to SSH clients: private keys in
 * files of the state directory, 0600. Made at the first start, then by `crypto key`.
 */
#ifndef GATEHOUSE_MANAGER_HOST_KEYS_H
#define GATEHOUSE_MANAGER_HOST_KEYS_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>
#include <uv.h>

#include "engine/crypto/hostkey.h"

struct host_key {
	char *pem; /* NULL: there is none */
	time_t made;
	bool making; /* a new one is on its way, in another thread */
};

struct host_keys {
	uv_loop_t *loop;
	const struct crypto *crypto;
	const char *state;
	struct host_key key[HOSTKEY_COUNT];
	struct making *first; /* what is being made */
	void (*changed)(void *ctx); /* set by whoever shows them to clients; NULL: nobody */
	void *ctx;
	bool closing;
};

/* Called once when the pair is made: NULL, or why it is not. */
typedef void host_key_made(void *ctx, const char *why);

/* Reads the files; at the first start of this state directory begins to make all pairs. `state` and
 * `crypto` must outlive it. */
void host_keys_open(struct host_keys *, uv_loop_t *, const char *state, const struct crypto *);
/* Begins to make a pair, in another thread; the old one serves until then. False, with nothing
 * begun, while another one of this kind is being made. `done` may be NULL. */
bool host_keys_make(
    struct host_keys *, enum hostkey, unsigned bits, host_key_made *done, void *ctx);
/* Nobody waits for `done` with this ctx any more. */
void host_keys_forget(struct host_keys *, const void *ctx);
/* Removes a pair, its file too; NULL, or why not. */
const char *host_keys_remove(struct host_keys *, enum hostkey);
/* Wipes all. What is being made is awaited: the threads' memory is theirs. */
void host_keys_close(struct host_keys *);

#endif
