/* aaa on libuv: its clock, its channels to the roles that ask. */
#ifndef GATEHOUSE_ROLE_AAA_H
#define GATEHOUSE_ROLE_AAA_H

#include <uv.h>

#include "engine/crypto/crypto.h"
#include "engine/ipc/channel.h"

struct aaa_uv;

struct aaa_start {
	uv_loop_t *loop;
	const struct crypto *crypto; /* must live as long */
	struct ipc_channel *keeper;  /* taken over; without listener */
	bool reborn;                 /* the whole appliance is new, not only this role */
	/* Called once: the keeper said so (0) or is gone (1). */
	void (*stopped)(void *arg, int status);
	void *arg;
};

/* NULL when out of memory, or without the cryptography that it needs. */
struct aaa_uv *aaa_open(const struct aaa_start *);
/* Run the loop once more before it goes. */
void aaa_close(struct aaa_uv *);

#endif
