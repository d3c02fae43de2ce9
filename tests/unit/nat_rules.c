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
	objects_rules_fini(&o);
}

#define ANY                                                                                        \
	{                                                                                          \
		0, UINT32_MAX                                                                      \
	}

static struct nat_rule full(uint32_t order)
{
	return (struct nat_rule){.order = order,
	    .line = order + 100,
	    .kind = NAT_STATIC,
	    .to = NAT_TO_ADDRESSES,
	    .real_if = "inside",
	    .mapped_if = "outside",
	    .real = {0x0a000001, 0x0a000001},
	    .mapped = {0xac100102, 0xac100102},
	    .dest_mapped = {0x0a010000, 0x0a01ffff},
	    .dest_real = {0x0a010000, 0x0a01ffff}};
}

/* A rule that differs in any one part is another rule. */
START_TEST(each_part_counts)
{
	struct nat_rule r = full(7), x[18];

	for (size_t i = 0; i < 18; i++)
		x[i] = r;
	ck_assert(nat_rule_equal(&r, &x[0]));
	x[0].order = 8;
	x[1].kind = NAT_DYNAMIC;
	strcpy(x[2].real_if, "dmz");
	strcpy(x[3].mapped_if, "dmz");
	x[4].real.first--;
	x[5].real.last++;
	x[6].mapped.last++;
	x[7].dest_real.last++;
	x[8].dest_mapped.first--;
	x[9].line = 5;
	x[10].to |= NAT_TO_PAT;
	x[11].real_clients = true;
	x[12].mapped_clients = true;
	x[13].source_service.protocol = 6;
	x[14].dest_service.mapped_low = 6;
	x[15].share = 2;
	x[16].unidirectional = true;
	x[17].no_proxy_arp = true;
	for (size_t i = 0; i < 18; i++)
		ck_assert_msg(!nat_rule_equal(&r, &x[i]), "part %zu", i);
}
END_TEST

static struct ipc_msg asked(const struct nat_rule *r)
{
	return (struct ipc_msg){.type = MSG_KEEP_NAT,
	    .keep_nat = {.op = CFG_SET,
		.order = r->order,
		.line = r->line,
		.kind = (uint8_t)r->kind,
		.to = r->to,
		.real_if = r->real_if,
		.mapped_if = r->mapped_if,
		.real = r->real,
		.mapped = r->mapped,
		.dest_mapped = r->dest_mapped,
		.dest_real = r->dest_real}};
}

/* Port 0 is one port, not all of them. */
START_TEST(port_zero)
{
	struct nat_rule r = full(1), read;
	struct ipc_msg m = asked(&r);

	m.keep_nat.protocol = 6;
	m.keep_nat.dest_real_high = m.keep_nat.dest_mapped_high = UINT16_MAX;
	ck_assert(nat_rule_read(&m.keep_nat, &read));
	ck_assert_uint_eq(read.source_service.protocol, 6);
	ck_assert_uint_eq(read.source_service.real_high, 0);
	ck_assert_uint_eq(read.dest_service.mapped_high, UINT16_MAX);
}
END_TEST

static void ask(uint32_t order)
{
	struct nat_rule r = full(order);
	struct ipc_msg m = asked(&r);

	ck_assert_int_eq(objects_rule(&o, &m), 0);
}

/* Between mark and sweep all is told anew: what is not goes, and nothing before. */
START_TEST(swept)
{
	for (uint32_t i = 1; i <= 5; i++)
		ask(i);
	ck_assert(o.rules_dirty);
	o.rules_dirty = false;
	objects_rules_sweep(&o);
	ck_assert(!o.rules_dirty);
	objects_mark(&o);
	for (uint32_t i = 2; i <= 4; i += 2)
		ask(i);
	ck_assert_uint_eq(o.firewall.n_nat, 5);
	objects_rules_sweep(&o);
	ck_assert(o.rules_dirty);
	ck_assert_uint_eq(o.firewall.n_nat, 2);
	ck_assert_uint_eq(o.firewall.nat[0].order, 2);
	ck_assert_uint_eq(o.firewall.nat[1].order, 4);
}
END_TEST

static void ids(char *to)
{
	FILE *p = popen("nft -a list table inet gatehouse | grep -o 'handle.*' | md5sum", "r");

	ck_assert_ptr_nonnull(p);
	ck_assert_ptr_nonnull(fgets(to, 40, p));
	pclose(p);
}

/* What is asked for again as it is changes nothing in the kernel. */
START_TEST(asked_for_again)
{
	char before[40], now[40];

	for (uint32_t i = 1; i <= 3; i++)
		ask(i);
	ck_assert_msg(objects_rules_commit(&o, why, sizeof why) == 0, "%s", why);
	ck_assert(!o.rules_dirty);
	ids(before);
	objects_mark(&o);
	for (uint32_t i = 1; i <= 3; i++)
		ask(i);
	objects_rules_sweep(&o);
	ck_assert_int_eq(objects_rules_commit(&o, why, sizeof why), 0);
	ids(now);
	ck_assert_str_eq(now, before);
	ask(4);
	ck_assert_int_eq(objects_rules_commit(&o, why, sizeof why), 0);
	ids(now);
	ck_assert_str_ne(now, before);
}
END_TEST

/* Only what has come since the last one goes, and is no part of the next. */
START_TEST(a_refused_transaction)
{
	struct nat_rule r = full(3);
	struct ipc_msg m;

	ask(2);
	ask(4);
	ck_assert_msg(objects_rules_commit(&o, why, sizeof why) == 0, "%s", why);
	ck_assert_str_eq(why, "");
	ask(1);
	strcpy(r.real_if, "in\"side");
	m = asked(&r);
	ck_assert_int_eq(objects_rule(&o, &m), 0);
	ask(5);
	ck_assert_int_eq(objects_rules_commit(&o, why, sizeof why), EINVAL);
	ck_assert_ptr_nonnull(strstr(why, "rror"));
	ck_assert_uint_eq(o.firewall.n_nat, 2);
	ck_assert_int_eq(
	    system("test $(nft list table inet gatehouse | grep -c 'snat ip to') = 2"), 0);
	ck_assert(!o.rules_dirty);
	ask(6);
	ck_assert_int_eq(objects_rules_commit(&o, why, sizeof why), 0);
	ck_assert_int_eq(
	    system("test $(nft list table inet gatehouse | grep -c 'snat ip to') = 3"), 0);
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
	tcase_add_test(tc, port_zero);
	tcase_add_test(tc, each_part_counts);
	tcase_add_test(tc, asked_for_again);
	tcase_add_test(tc, swept);
	tcase_add_test(tc, a_refused_transaction);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed > 0;
}
