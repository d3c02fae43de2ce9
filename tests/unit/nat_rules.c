/* NAT rules: which differ, which are asked for again, what a refused transaction costs. */
#include <check.h>
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "engine/keeper/held.h"
#include "engine/keeper/objects.h"

static struct objects o;
static char why[256];

static void setup(void)
{
	if (unshare(CLONE_NEWNET) < 0)
		ck_assert_int_eq(unshare(CLONE_NEWUSER | CLONE_NEWNET), 0);
	o = (struct objects){.tun = TUN_NAME};
}

static void teardown(void)
{
	free(o.nat);
}

static struct nat_rule full(uint32_t order)
{
	return (struct nat_rule){.order = order,
	    .kind = NAT_STATIC,
	    .real_if = "inside",
	    .mapped_if = "outside",
	    .source = addr_v4(0x0a000001),
	    .source_mask = prefix_mask(32),
	    .dest = addr_v4(0x0a010000),
	    .dest_mask = prefix_mask(16),
	    .mapped = addr_v4(0xac100102)};
}

/* A rule that differs in any one part is another rule. */
START_TEST(each_part_counts)
{
	struct nat_rule r = full(7), x[9];

	for (size_t i = 0; i < 9; i++)
		x[i] = r;
	ck_assert(nat_rule_equal(&r, &x[0]));
	x[0].order = 8;
	x[1].kind = NAT_DYNAMIC;
	strcpy(x[2].real_if, "dmz");
	strcpy(x[3].mapped_if, "dmz");
	x[4].source = addr_v4(0x0a000002);
	x[5].source_mask = prefix_mask(31);
	x[6].dest = addr_v4(0x0a020000);
	x[7].dest_mask = prefix_mask(17);
	x[8].mapped = addr_v4(0xac100103);
	for (size_t i = 0; i < 9; i++)
		ck_assert_msg(!nat_rule_equal(&r, &x[i]), "part %zu", i);
}
END_TEST

START_TEST(asked_for_again)
{
	struct nat_rule r = full(1), other = full(2), changed = full(1);

	changed.kind = NAT_EXEMPT;
	ck_assert_int_eq(objects_nat(&o, &r, true), 0);
	ck_assert_int_eq(objects_nat(&o, &other, true), 0);
	ck_assert(o.nat_dirty);
	o.nat_dirty = false;
	ck_assert_int_eq(objects_nat(&o, &r, true), 0);
	ck_assert(!o.nat_dirty); /* it is there: nft has nothing to do */
	ck_assert_uint_eq(o.n_nat, 2);
	ck_assert_int_eq(objects_nat(&o, &changed, true), 0);
	ck_assert(o.nat_dirty);
	ck_assert_uint_eq(o.n_nat, 2); /* in the place of the old one */
	ck_assert_int_eq(o.nat[0].rule.kind, NAT_EXEMPT);
	o.nat_dirty = false;
	r.order = 3;
	ck_assert_int_eq(objects_nat(&o, &r, false), 0);
	ck_assert(!o.nat_dirty); /* there was none */
	ck_assert_int_eq(objects_nat(&o, &changed, false), 0);
	ck_assert(o.nat_dirty);
	ck_assert_uint_eq(o.n_nat, 1);
	ck_assert_uint_eq(o.nat[0].rule.order, 2);
}
END_TEST

START_TEST(swept)
{
	for (uint32_t i = 1; i <= 5; i++) {
		struct nat_rule r = full(i);

		ck_assert_int_eq(objects_nat(&o, &r, true), 0);
	}
	o.nat_dirty = false;
	objects_nat_sweep(&o);
	ck_assert(!o.nat_dirty);
	objects_mark(&o);
	for (uint32_t i = 2; i <= 4; i += 2) {
		struct nat_rule r = full(i);

		ck_assert_int_eq(objects_nat(&o, &r, true), 0);
	}
	objects_nat_sweep(&o);
	ck_assert(o.nat_dirty);
	ck_assert_uint_eq(o.n_nat, 2);
	ck_assert_uint_eq(o.nat[0].rule.order + o.nat[1].rule.order, 6);
}
END_TEST

/* Among accepted ones, before and after them: only what is new goes, and is no part of the next. */
START_TEST(a_refused_transaction)
{
	static const uint32_t order[] = {1, 2, 3, 4, 5};

	for (size_t i = 1; i < 5; i += 2) {
		struct nat_rule r = full(order[i]);

		ck_assert_int_eq(objects_nat(&o, &r, true), 0);
	}
	ck_assert_msg(objects_nat_commit(&o, why, sizeof why) == 0, "%s", why);
	ck_assert(!o.nat_dirty);
	ck_assert_str_eq(why, "");
	for (size_t i = 0; i < 5; i += 2) {
		struct nat_rule r = full(order[i]);

		if (i == 2)
			strcpy(r.real_if, "in\"side");
		ck_assert_int_eq(objects_nat(&o, &r, true), 0);
	}
	ck_assert_int_eq(objects_nat_commit(&o, why, sizeof why), EINVAL);
	ck_assert_ptr_nonnull(strstr(why, "rror"));
	ck_assert_uint_eq(o.n_nat, 2);
	ck_assert_uint_eq(o.nat[0].rule.order + o.nat[1].rule.order, 6);
	ck_assert_int_eq(
	    system("test $(nft list table inet gatehouse | grep -c 'snat ip to') = 2"), 0);
	ck_assert(!o.nat_dirty);
	ck_assert_int_eq(objects_nat_commit(&o, why, sizeof why), 0);
}
END_TEST

/* ---- texts --------------------------------------------------------------------------- */

/* Everything is no condition, and an interface that is not named is any. */
START_TEST(texts)
{
	const struct addr none = {0}, any = addr_v4(0), everything = prefix_mask(0);
	static const char *const line[] = {
	    "\t\tiifname \"inside\" oifname \"outside\" ip saddr 10.0.0.1/32 "
	    "ip daddr 10.1.0.0/16 counter snat ip to 172.16.1.2 "
	    "comment \"translated 1\"\n",
	    "\t\tiifname \"inside\" oifname \"outside\" ip saddr 10.0.0.1/32 counter snat ip to "
	    "172.16.1.2 comment \"translated 1\"\n",
	    "\t\tiifname \"inside\" oifname \"outside\" counter snat ip to 172.16.1.2 "
	    "comment \"translated 1\"\n",
	    "\t\tcounter snat ip to 172.16.1.2 comment \"translated 1\"\n",
	    "\t\tcounter masquerade comment \"translated 1\"\n",
	};
	static const bool way_in[] = {true, true, false, false, false};
	struct nat_rule r = full(1);

	for (size_t i = 0; i < sizeof line / sizeof *line; i++) {
		char *text;

		switch (i) {
		case 1:
			r.dest = any;
			r.dest_mask = everything;
			break;
		case 2: /* no source: there is no one to lead to */
			r.source = r.source_mask = none;
			break;
		case 3:
			r.real_if[0] = 0;
			strcpy(r.mapped_if, "");
			break;
		case 4:
			r.kind = NAT_DYNAMIC_INTERFACE;
			break;
		}
		text = nft_table_text(&r, 1, TUN_NAME);
		ck_assert_ptr_nonnull(text);
		ck_assert_msg(strstr(text, line[i]) != NULL, "%zu: %s", i, text);
		ck_assert_msg(
		    !strstr(text, " dnat ip to 10.0.0.1 comment") == !way_in[i], "%zu", i);
		free(text);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("nat_rules");
	TCase *tc = tcase_create("nat");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 20);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, each_part_counts);
	tcase_add_test(tc, asked_for_again);
	tcase_add_test(tc, swept);
	tcase_add_test(tc, a_refused_transaction);
	tcase_add_test(tc, texts);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed > 0;
}
