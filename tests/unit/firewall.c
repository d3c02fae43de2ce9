/* The rules between interfaces: zones, lists and where they hold, message by message; what does
 * not fit what is there changes nothing. */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/firewall/firewall.h"

static struct firewall f;

static void setup(void)
{
	f = (struct firewall){0};
}

static void teardown(void)
{
	firewall_fini(&f);
}

static int apply(struct ipc_msg m)
{
	return firewall_apply(&f, &m);
}

static int zone(uint8_t op, const char *device, const char *nameif, uint8_t level)
{
	return apply((struct ipc_msg){.type = MSG_KEEP_ZONE,
	    .keep_zone = {.op = op, .device = device, .nameif = nameif, .level = level}});
}

START_TEST(zones)
{
	ck_assert_int_eq(zone(CFG_SET, "eth0", "outside", 0), 0);
	ck_assert_int_eq(zone(CFG_SET, "eth1", "inside", 100), 0);
	ck_assert_int_eq(zone(CFG_SET, "eth2", "dmz", 50), 0);
	ck_assert_int_eq(zone(CFG_SET, "eth1", "inside", 90), 0);
	ck_assert_uint_eq(f.n_zones, 3);
	ck_assert_uint_eq(f.zones[1].level, 90);
	/* by their devices, whichever came first */
	ck_assert_int_eq(zone(CFG_DELETE, "eth0", "", 0), 0);
	ck_assert_int_eq(zone(CFG_SET, "eth0", "outside", 0), 0);
	ck_assert_str_eq(f.zones[0].nameif, "outside");
	ck_assert_str_eq(f.zones[2].nameif, "dmz");
	ck_assert_int_eq(zone(CFG_DELETE, "eth0", "", 0), 0);
	ck_assert_int_eq(zone(CFG_DELETE, "eth7", "", 0), 0);
	ck_assert_uint_eq(f.n_zones, 2);
	ck_assert_str_eq(f.zones[0].nameif, "inside");
	ck_assert_str_eq(f.zones[1].nameif, "dmz");
	ck_assert_int_eq(zone(CFG_SET, "a-name-of-16-byt", "x", 0), EINVAL);
	ck_assert_uint_eq(f.n_zones, 2);
}
END_TEST

/* Elements are told apart by their line. */
static int splice(const char *name, uint32_t at, uint32_t removed, uint32_t total,
    const uint32_t *lines, size_t n)
{
	static uint8_t buf[64 * ACL_RULE_BYTES];
	struct wr w = wr_init(buf, sizeof buf);

	for (size_t i = 0; i < n; i++) {
		struct acl_rule r = {
		    .source_last = UINT32_MAX, .dest_last = UINT32_MAX, .line = lines[i]};

		acl_rule_write(&w, &r);
	}
	return apply((struct ipc_msg){.type = MSG_KEEP_ACCESS_LIST,
	    .keep_access_list = {.op = CFG_SET,
		.name = name,
		.at = at,
		.removed = removed,
		.total = total,
		.rules = {(uint16_t)wr_len(&w), buf}}});
}

static void is(const char *name, const char *lines)
{
	const struct access_list *l = firewall_list(&f, name);
	char have[64] = "";

	ck_assert_ptr_nonnull(l);
	for (size_t i = 0; i < l->n; i++)
		have[i] = (char)('0' + l->rule[i].line);
	ck_assert_str_eq(have, lines);
}

START_TEST(lists_are_spliced)
{
	static const uint32_t v[] = {1, 2, 3, 4, 5, 6, 7, 8, 9};

	ck_assert_int_eq(splice("A", 0, 0, 3, v, 3), 0);
	is("A", "123");
	ck_assert_int_eq(splice("A", 0, 0, 4, v + 8, 1), 0);
	is("A", "9123");
	ck_assert_int_eq(splice("A", 1, 2, 4, v + 4, 2), 0);
	is("A", "9563");
	ck_assert_int_eq(splice("A", 4, 0, 5, v + 6, 1), 0);
	is("A", "95637");
	ck_assert_int_eq(splice("A", 0, 4, 1, v, 0), 0);
	is("A", "7");
	ck_assert_int_eq(splice("B", 0, 0, 0, v, 0), 0);
	is("B", "");
	ck_assert_ptr_null(firewall_list(&f, "C"));
}
END_TEST

START_TEST(a_splice_that_does_not_fit)
{
	static const uint32_t v[] = {1, 2, 3};
	uint8_t cut[ACL_RULE_BYTES - 1] = {0}, wrong[ACL_RULE_BYTES] = {9};
	struct ipc_msg m = {.type = MSG_KEEP_ACCESS_LIST,
	    .keep_access_list = {.op = CFG_SET, .name = "A", .total = 4}};

	ck_assert_int_eq(splice("A", 0, 0, 3, v, 3), 0);
	ck_assert_int_eq(splice("A", 4, 0, 4, v, 1), EINVAL);
	ck_assert_int_eq(splice("A", 2, 2, 2, v, 1), EINVAL);
	ck_assert_int_eq(splice("A", 1, UINT32_MAX, 1, v, 0), EINVAL);
	ck_assert_int_eq(splice("A", 0, 0, 5, v, 1), EINVAL);
	m.keep_access_list.rules = (struct bytes){sizeof cut, cut};
	ck_assert_int_eq(firewall_apply(&f, &m), EINVAL);
	m.keep_access_list.rules = (struct bytes){sizeof wrong, wrong}; /* first above last */
	ck_assert_int_eq(firewall_apply(&f, &m), EINVAL);
	is("A", "123");
}
END_TEST

START_TEST(lists_go)
{
	static const uint32_t v[] = {1, 2, 3};
	struct ipc_msg m = {
	    .type = MSG_KEEP_ACCESS_LIST, .keep_access_list = {.op = CFG_DELETE, .name = "A"}};

	ck_assert_int_eq(firewall_apply(&f, &m), 0);
	for (size_t i = 0; i < 20; i++) {
		char name[2] = {(char)('A' + i), 0};

		ck_assert_int_eq(splice(name, 0, 0, 3, v, 3), 0);
	}
	ck_assert_int_eq(firewall_apply(&f, &m), 0);
	ck_assert_ptr_null(firewall_list(&f, "A"));
	is("T", "123");
	ck_assert_uint_eq(f.n_lists, 19);
}
END_TEST

static int group(uint8_t op, const char *device, uint8_t way, const char *name)
{
	return apply((struct ipc_msg){.type = MSG_KEEP_ACCESS_GROUP,
	    .keep_access_group = {.op = op, .device = device, .way = way, .name = name}});
}

START_TEST(groups)
{
	ck_assert_int_eq(group(CFG_SET, "eth0", ACCESS_IN, "A"), 0);
	ck_assert_int_eq(group(CFG_SET, "eth0", ACCESS_OUT, "B"), 0);
	ck_assert_int_eq(group(CFG_SET, "", ACCESS_IN, "C"), 0);
	ck_assert_int_eq(group(CFG_SET, "eth0", ACCESS_IN, "D"), 0);
	ck_assert_str_eq(firewall_group(&f, "eth0", ACCESS_IN), "D");
	ck_assert_str_eq(firewall_group(&f, "eth0", ACCESS_OUT), "B");
	ck_assert_str_eq(firewall_group(&f, "", ACCESS_IN), "C");
	ck_assert_ptr_null(firewall_group(&f, "eth0", ACCESS_CONTROL));
	ck_assert_int_eq(group(CFG_DELETE, "eth0", ACCESS_IN, ""), 0);
	ck_assert_int_eq(group(CFG_DELETE, "eth1", ACCESS_IN, ""), 0);
	ck_assert_ptr_null(firewall_group(&f, "eth0", ACCESS_IN));
	ck_assert_uint_eq(f.n_groups, 2);
	ck_assert_int_eq(group(CFG_SET, "a-name-of-16-byt", ACCESS_IN, "A"), EINVAL);
}
END_TEST

START_TEST(traffic)
{
	struct ipc_msg m = {.type = MSG_KEEP_TRAFFIC,
			   .keep_traffic = {.intra = 1, .permit_vpn = 1}},
		       other = {.type = MSG_KEEP_ROUTE};

	ck_assert_int_eq(firewall_apply(&f, &m), 0);
	ck_assert(f.intra && !f.inter && f.permit_vpn);
	ck_assert_int_eq(firewall_apply(&f, &other), ENOSYS);
}
END_TEST

/* A copy has all of it, and nothing in common with the original. */
START_TEST(copies)
{
	static const uint32_t v[] = {1, 2, 3};
	const struct ipc_msg nat = {.type = MSG_KEEP_NAT,
	    .keep_nat = {.op = CFG_SET, .order = 7, .to = NAT_TO_ADDRESSES, .real_if = "eth1",
		.mapped_if = "eth0"}};
	struct firewall copy = {0};

	ck_assert_int_eq(zone(CFG_SET, "eth0", "outside", 5), 0);
	ck_assert_int_eq(splice("A", 0, 0, 3, v, 3), 0);
	ck_assert_int_eq(splice("B", 0, 0, 0, v, 0), 0);
	ck_assert_int_eq(group(CFG_SET, "eth0", ACCESS_IN, "A"), 0);
	ck_assert_int_eq(firewall_apply(&f, &nat), 0);
	f.mss = 1380;
	ck_assert(firewall_copy(&copy, &f));
	firewall_fini(&f);
	f = copy;
	ck_assert_uint_eq(f.n_zones, 1);
	ck_assert_str_eq(f.zones[0].nameif, "outside");
	is("A", "123");
	is("B", "");
	ck_assert_str_eq(firewall_group(&f, "eth0", ACCESS_IN), "A");
	ck_assert_uint_eq(f.n_nat, 1);
	ck_assert_uint_eq(f.nat[0].order, 7);
	ck_assert_uint_eq(f.mss, 1380);
	ck_assert_int_eq(splice("A", 3, 0, 4, v, 1), 0); /* it grows like any other */
	ck_assert_int_eq(splice("B", 0, 0, 1, v, 1), 0);
	is("A", "1231");
	is("B", "1");
}
END_TEST

/* Names as long as there is room for, and one beyond. */
START_TEST(long_names)
{
	char name[50];

	memset(name, 'x', sizeof name);
	name[48] = 0;
	ck_assert_int_eq(zone(CFG_SET, "fifteen-letters", name, 1), 0);
	ck_assert_str_eq(f.zones[0].nameif, name);
	name[48] = 'x';
	name[49] = 0;
	ck_assert_int_eq(zone(CFG_SET, "fifteen-letters", name, 1), EINVAL);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("firewall");
	TCase *t = tcase_create("messages");
	SRunner *r;
	int failed;

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, zones);
	tcase_add_test(t, lists_are_spliced);
	tcase_add_test(t, a_splice_that_does_not_fit);
	tcase_add_test(t, lists_go);
	tcase_add_test(t, groups);
	tcase_add_test(t, traffic);
	tcase_add_test(t, copies);
	tcase_add_test(t, long_names);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
