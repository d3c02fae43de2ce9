/* See one_login.h. */
#include "tests/support/one_login.h"

#define INSIDE 0x0a0a0a0au

struct world *login_w;

void login_setup(void)
{
	login_w = world_create(1);
}

void login_teardown(void)
{
	world_destroy(login_w);
}

struct world_client *login_dial(struct world_client *c)
{
	client_connect(c);
	sim_run(&login_w->sim, 2 * SEC);
	ck_assert_int_eq(c->stage, CLIENT_UP);
	return c;
}

struct world_client *login_connected(bool nat)
{
	return login_dial(world_client(login_w, nat));
}

uint32_t login_inner(const struct world_client *c)
{
	return addr_to_v4(&c->ip.client);
}

unsigned login_passes(struct world_client *c)
{
	uint64_t in = login_w->to_tun, out = c->received;

	client_force(c, INSIDE);
	world_inside_send(login_w, login_inner(c));
	sim_run(&login_w->sim, ON_THE_WAY);
	return (unsigned)(login_w->to_tun - in + c->received - out);
}

struct msg_rec_session login_shown(void)
{
	struct ipc_msg m = {0};

	ck_assert_uint_eq(world_query(login_w, "session", &m), 1);
	return m.rec_session;
}
