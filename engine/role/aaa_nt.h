/*
 * Questions to Windows domain controllers, each in a child of the keeper's (engine/child/nt.h), as
 * the protocol sees them (nt_ask and nt_end of engine/aaa/net.h).
 */
#ifndef GATEHOUSE_ROLE_AAA_NT_H
#define GATEHOUSE_ROLE_AAA_NT_H

#include <sys/queue.h>
#include <uv.h>

#include "engine/aaa/net.h"
#include "engine/ipc/message.h"

#define AAA_NT_IDS 0x40000000u /* the numbers of its requests to the keeper begin there */

struct aaa_nt {
	uv_loop_t *loop;
	void (*send)(void *arg, const struct ipc_msg *); /* to the keeper */
	void *arg;
	uint32_t last_id;
	LIST_HEAD(, aaa_child) open;
};

void aaa_nt_init(
    struct aaa_nt *, uv_loop_t *, void (*send)(void *arg, const struct ipc_msg *), void *arg);
/* All that are open end unanswered. */
void aaa_nt_fini(struct aaa_nt *);
/* The keeper's answer; true: it was to one of these, and its descriptor is taken. */
bool aaa_nt_reply(struct aaa_nt *, struct ipc_msg *);
/* As nt_ask and nt_end of struct aaa_net. */
struct aaa_child *aaa_nt_ask(struct aaa_nt *, struct ipc_msg *,
    void (*done)(void *arg, uint32_t status, const char *why), void *arg);
void aaa_nt_end(struct aaa_child *);

#endif
