/* What messages.def says as data: heads, keys, and copies that outlive their packet. */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "engine/ipc/shape.h"

START_TEST(heads_stand_first)
{
	const struct ipc_shape *s = ipc_shape((enum msg_type)_i);
	bool key = false, rest = false;

	ck_assert_ptr_nonnull(s);
	for (unsigned i = 0; i < s->n; i++) {
		const struct ipc_field *f = &s->fields[i];

		ck_assert_msg(f->part != PART_ID || i == 0, "%s", s->name);
		ck_assert_msg(
		    f->part != PART_OP || i == 0 || (i == 1 && s->fields[0].part == PART_ID), "%s",
		    s->name);
		ck_assert_msg(f->part != PART_KEY || (!rest && i > 0), "%s: %s", s->name, f->name);
		key = key || f->part == PART_KEY;
		rest = rest || f->part == PART_VALUE;
		ck_assert_uint_le(f->offset + ipc_size(f->kind), s->size);
		/* A state belongs to the field before it. */
		ck_assert(
		    f->kind != IPC_STATE || (i > 0 && strcmp(s->fields[i - 1].name, f->name) == 0));
	}
	ck_assert(!key || s->fields[0].part == PART_OP);
	ck_assert_int_eq(s->table != NULL, s->role != ROLE_COUNT);
}
END_TEST

START_TEST(heads_of_any_message)
{
	struct ipc_msg m = {.type = MSG_KEEP_ROUTE, .keep_route = {.id = 7, .op = CFG_DELETE}};

	ck_assert_uint_eq(*ipc_id(&m), 7);
	ck_assert_uint_eq(*ipc_op(&m), CFG_DELETE);
	*ipc_id(&m) = 8;
	ck_assert_uint_eq(m.keep_route.id, 8);
	m = (struct ipc_msg){.type = MSG_CFG_POOL, .cfg_pool = {.op = CFG_SET}};
	ck_assert_ptr_null(ipc_id(&m));
	ck_assert_ptr_eq(ipc_op(&m), &m.cfg_pool.op);
	m.type = MSG_ACT_DONE;
	ck_assert_ptr_eq(ipc_id(&m), &m.act_done.id);
	ck_assert_ptr_null(ipc_op(&m));
	m.type = MSG_KEEP_STOP;
	ck_assert_ptr_null(ipc_id(&m));
	m.type = MSG_NONE;
	ck_assert_ptr_null(ipc_id(&m));
	ck_assert_ptr_null(ipc_shape(MSG_COUNT));
	ck_assert_ptr_null(ipc_shape(MSG_NONE));
}
END_TEST

START_TEST(keys_tell_objects_apart)
{
	const struct ipc_shape *s = ipc_shape(MSG_CFG_CRYPTO_MAP);
	struct cfg_crypto_map a = {.name = "a", .seq = 10, .pfs = "group2"};
	struct cfg_crypto_map b = {.op = CFG_SET, .name = "a", .seq = 10};

	ck_assert_int_eq(ipc_key_cmp(s, &a, &b), 0);
	b.seq = 9;
	ck_assert_int_gt(ipc_key_cmp(s, &a, &b), 0);
	b.seq = UINT32_MAX;
	ck_assert_int_lt(ipc_key_cmp(s, &a, &b), 0);
	b.name = "b";
	b.seq = 1;
	ck_assert_int_lt(ipc_key_cmp(s, &a, &b), 0);
	a.name = NULL;
	b.name = "";
	a.seq = b.seq;
	ck_assert_int_eq(ipc_key_cmp(s, &a, &b), 0);
	/* The only key ends the fields. */
	ck_assert_int_eq(ipc_key_cmp(ipc_shape(MSG_CFG_IKE_ENABLE),
			     &(struct cfg_ike_enable){1, "x"}, &(struct cfg_ike_enable){2, "x"}),
	    0);
}
END_TEST

START_TEST(copies_own_their_texts)
{
	const struct ipc_shape *s = ipc_shape(MSG_CFG_TUNNEL_GROUP);
	char name[] = "group", key[] = "secret", pool[] = "P";
	struct cfg_tunnel_group g = {.op = CFG_SET,
				    .name = name,
				    .type = "",
				    .psk = key,
				    .retry = 3,
				    .pools = {2, {pool, "Q"}},
				    .mschapv2 = 1},
				copy;

	ck_assert(ipc_keep(s, &copy, &g));
	name[0] = key[0] = pool[0] = 'X';
	ck_assert_str_eq(copy.name, "group");
	ck_assert_str_eq(copy.psk, "secret");
	ck_assert_ptr_null(copy.type); /* "" and unset are one */
	ck_assert_ptr_null(copy.group_policy);
	ck_assert_uint_eq(copy.pools.n, 2);
	ck_assert_str_eq(copy.pools.v[0], "P");
	ck_assert_str_eq(copy.pools.v[1], "Q");
	ck_assert_uint_eq(copy.retry, 3);
	ck_assert_uint_eq(copy.mschapv2, 1);
	ipc_drop(s, &copy);
}
END_TEST

static char wiped[256]; /* what was overwritten, one behind the other */

void explicit_bzero(void *p, size_t len)
{
	size_t n = strlen(wiped);

	snprintf(wiped + n, sizeof wiped - n, "%.*s;", (int)len, (const char *)p);
	memset(p, 0, len);
}

/* Of a copy that goes, the secrets are overwritten, and nothing else has to be. */
START_TEST(secrets_are_wiped)
{
	const struct ipc_shape *s = ipc_shape(MSG_CFG_TUNNEL_GROUP);
	struct cfg_tunnel_group g = {.op = CFG_SET, .name = "G", .type = "remote-access",
	    .group_policy = "P", .pools = {2, {"A", "B"}}, .psk = "topsecret"}, kept;

	ck_assert(ipc_keep(s, &kept, &g));
	ck_assert_str_eq(kept.psk, "topsecret");
	ck_assert_str_eq(kept.pools.v[1], "B");
	wiped[0] = '\0';
	ipc_drop(s, &kept);
	ck_assert_str_eq(wiped, "topsecret;");
	g.psk = NULL;
	ck_assert(ipc_keep(s, &kept, &g));
	wiped[0] = '\0';
	ipc_drop(s, &kept);
	ck_assert_str_eq(wiped, "");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("ipc_shape");
	TCase *c = tcase_create("shape");
	SRunner *r;
	int failed;

	tcase_add_loop_test(c, heads_stand_first, MSG_NONE + 1, MSG_COUNT);
	tcase_add_test(c, heads_of_any_message);
	tcase_add_test(c, keys_tell_objects_apart);
	tcase_add_test(c, copies_own_their_texts);
	tcase_add_test(c, secrets_are_wiped);
	suite_add_tcase(s, c);
	r = srunner_create(s);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? 1 : 0;
}
