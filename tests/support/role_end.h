/*
 * The role engine or aaa, alone in this process, with the keeper and the manager played by the
 * test: what it says to whom is gathered as text. One at a time, from a set-up to role_teardown().
 */
#ifndef GATEHOUSE_TESTS_ROLE_END_H
#define GATEHOUSE_TESTS_ROLE_END_H

#include "engine/ipc/shape.h"
#include "engine/role/aaa.h"
#include "engine/role/outward.h"
#include "parser/text.h"

extern struct role_end {
	uv_loop_t loop;
	struct ipc_channel *keeper, *manager, *other; /* our ends */
	struct engine *engine;
	struct aaa_uv *aaa;
	struct text told; /* since the last role_tell() or role_peer() */
	int stops, status;
	bool deaf; /* the keeper does not answer what is to be opened */
} role_end;

/* Fixtures: the engine that has all it asked for and a manager; one that waits for it; aaa. */
void role_engine_setup(void);
/* A manager comes, and gives the engine a configuration, with one packet worker. */
void role_configured(void);
void role_deaf_setup(void);
void role_aaa_setup(void);
void role_teardown(void);
/* A datagram socket, bound if it is of AF_INET; the caller's. */
int role_socket(int family);
/* The keeper's answer to KEEP_OPEN; takes the descriptor (-1: none). */
void role_give(uint32_t id, int fd, uint32_t error);
/* Lets the loop do what is due. */
void role_turn(void);
/* Was that told? */
bool role_heard(const char *what);
/* Says it, and lets the loop do what follows. */
void role_tell(struct ipc_channel *to, struct ipc_msg);
/* A new channel to that role as the keeper gives it; our end. What comes is told by that name. */
struct ipc_channel *role_peer(enum role, const char *name);

#endif
