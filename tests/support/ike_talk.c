/* See ike_talk.h. */
#include "tests/support/ike_talk.h"

struct ike_world talk_world;
struct ike_initiator talk_client;
struct initiator_message talk_msg;
struct path talk_path;
struct initiator_qm talk_quick;

void talk_setup(void)
{
	ike_world_init(&talk_world, 7);
	initiator_init(&talk_client, talk_world.crypto, 1);
	talk_path.local.port = talk_path.remote.port = 500;
	addr_parse("172.16.1.2", &talk_path.local.addr);
	addr_parse("10.1.1.2", &talk_path.remote.addr);
	talk_client.path.local = talk_path.remote;
	talk_client.path.remote = talk_path.local;
}

void talk_teardown(void)
{
	ike_world_fini(&talk_world);
}

void talk_say(void)
{
	talk_world.n_sent = 0;
	ike_receive(talk_world.ike, &talk_path, talk_msg.b, talk_msg.len);
}

void talk_to_mm4(void)
{
	initiator_mm1(&talk_client, &talk_msg);
	talk_say();
	ck_assert_uint_eq(talk_world.n_sent, 1);
	ck_assert(initiator_mm2(&talk_client, talk_world.sent[0].b, talk_world.sent[0].len));
	initiator_mm3(&talk_client, &talk_msg);
	talk_say();
	ck_assert_uint_eq(talk_world.n_sent, 1);
	ck_assert(initiator_mm4(&talk_client, talk_world.sent[0].b, talk_world.sent[0].len));
	if (initiator_floats(&talk_client)) {
		talk_path.local.port = 4500;
		talk_path.remote.port = 61002;
	}
}

void talk_phase1(void)
{
	talk_to_mm4();
	initiator_mm5(&talk_client, &talk_msg);
	talk_say();
	ck_assert_uint_eq(talk_world.n_sent, 1);
	ck_assert(initiator_mm6(&talk_client, talk_world.sent[0].b, talk_world.sent[0].len));
	ck_assert_uint_eq(talk_world.up, 1);
}

void talk_phase2(void)
{
	initiator_qm1(&talk_client, &talk_quick, &talk_msg);
	talk_say();
	ck_assert_uint_eq(talk_world.n_sent, 1);
	ck_assert(
	    initiator_qm2(&talk_client, &talk_quick, talk_world.sent[0].b, talk_world.sent[0].len));
	initiator_qm3(&talk_client, &talk_quick, &talk_msg);
	talk_say();
	ck_assert_uint_eq(talk_world.n_sent, 0);
}

void talk_keys_agree(void)
{
	size_t enc = cipher_info[talk_world.child.cipher].key,
	       auth = hash_info[talk_world.child.auth].size;

	ck_assert_uint_eq(talk_world.child.spi_in, talk_quick.child.spi_out);
	ck_assert_uint_eq(talk_world.child.spi_out, talk_quick.child.spi_in);
	ck_assert_mem_eq(talk_world.child.enc_in, talk_quick.child.enc_out, enc);
	ck_assert_mem_eq(talk_world.child.enc_out, talk_quick.child.enc_in, enc);
	ck_assert_mem_eq(talk_world.child.auth_in, talk_quick.child.auth_out, auth);
	ck_assert_mem_eq(talk_world.child.auth_out, talk_quick.child.auth_in, auth);
}
