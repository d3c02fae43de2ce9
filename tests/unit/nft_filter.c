/* The rules between interfaces in the kernel: whatever follows whatever, nft takes each step, and
 * what is there then is what a load from nothing makes; small changes are small. */
#include <check.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "engine/firewall/nft_table.h"
#include "engine/keeper/access_hits.h"
#include "engine/keeper/nft.h"

static struct firewall f;
static struct nft_table t;
static unsigned seed;

static void setup(void)
{
	if (unshare(CLONE_NEWNET) < 0)
		ck_assert_int_eq(unshare(CLONE_NEWUSER | CLONE_NEWNET), 0);
	seed = 7;
}

static void teardown(void)
{
	firewall_fini(&f);
	nft_table_fini(&t);
}

static unsigned dice(unsigned n)
{
	seed = seed * 1103515245 + 12345;
	return (seed >> 16 & 0x7fff) % n;
}

static void apply(struct ipc_msg m)
{
	ck_assert_int_eq(firewall_apply(&f, &m), 0);
}

static bool address(void *arg, const char *device, uint32_t *a)
{
	(void)arg;
	(void)device;
	(void)a;
	return false;
}

/* One transaction; its length. */
static size_t commit(struct nft_table *to)
{
	const struct nft_nat nat = {"gatehouse0", {address, NULL}};
	char why[256], *text = nft_table_change(to, &f, &nat);
	size_t len;

	ck_assert_ptr_nonnull(text);
	len = strlen(text);
	if (len)
		ck_assert_msg(nft_run(text, why, sizeof why) == 0, "%s\n%s", why, text);
	nft_table_done(to, true);
	free(text);
	return len;
}

static void zone(uint8_t op, const char *device, uint8_t level, bool vpn)
{
	apply((struct ipc_msg){.type = MSG_KEEP_ZONE,
	    .keep_zone = {
		.op = op, .device = device, .nameif = device, .level = level, .vpn = vpn}});
}

static void traffic(uint8_t intra, uint8_t inter, uint8_t permit_vpn)
{
	apply((struct ipc_msg){.type = MSG_KEEP_TRAFFIC,
	    .keep_traffic = {.intra = intra, .inter = inter, .permit_vpn = permit_vpn,
		.mss = inter ? 1380 : 0}});
}

static void group(uint8_t op, const char *device, uint8_t way, const char *name)
{
	apply((struct ipc_msg){.type = MSG_KEEP_ACCESS_GROUP,
	    .keep_access_group = {.op = op, .device = device, .way = way, .name = name}});
}

static void splice(const char *name, size_t at, size_t removed, const struct acl_rule *r, size_t n)
{
	static uint8_t buf[2000 * ACL_RULE_BYTES];
	const struct access_list *l = firewall_list(&f, name);
	struct wr w = wr_init(buf, sizeof buf);

	for (size_t i = 0; i < n; i++)
		acl_rule_write(&w, &r[i]);
	apply((struct ipc_msg){.type = MSG_KEEP_ACCESS_LIST,
	    .keep_access_list = {.op = CFG_SET,
		.name = name,
		.at = (uint32_t)at,
		.removed = (uint32_t)removed,
		.total = (uint32_t)((l ? l->n : 0) - removed + n),
		.rules = {(uint16_t)wr_len(&w), buf}}});
}

static struct acl_rule some_rule(void)
{
	static const uint8_t protocol[] = {0, 1, 6, 17, 50};
	struct acl_rule r = {.source_first = dice(6) << 8,
	    .dest_first = dice(6) << 8,
	    .source_high = UINT16_MAX,
	    .dest_high = UINT16_MAX,
	    .protocol = protocol[dice(5)],
	    .permit = dice(2),
	    .log = (uint8_t)dice(4)};

	r.source_last = r.source_first + dice(3) * 300;
	r.dest_last = r.dest_first + dice(3) * 300;
	if (!r.protocol || r.protocol == 50 || dice(2))
		return r;
	r.dest_low = (uint16_t)(dice(4) * 100);
	r.dest_high = (uint16_t)(r.dest_low + dice(3) * 100);
	if (r.protocol != 1 && dice(3) == 0) {
		r.source_low = 81; /* all but 80 */
		r.source_high = 79;
	}
	return r;
}

/* What the kernel has: rules of ours, elements; ids of maps and chains as they are. */
static char *listed(void)
{
	static const char *const order = "nft -nn list table inet gatehouse | "
					 "sed -e 's/list[0-9]*/list/; s/layer[0-9_]*/layer/g' "
					 "-e 's/goto list[0-9]*/goto list/g' | tr -d '\\t' | sort";
	FILE *p = popen(order, "r");
	char *text = calloc(1, 1 << 20);

	ck_assert(p && text);
	ck_assert_uint_lt(fread(text, 1, (1 << 20) - 1, p), (1 << 20) - 1);
	pclose(p);
	return text;
}

/* Each element of the lists is where it is to be: so many, over all maps. */
static void check_elements(void)
{
	char *text;
	size_t pieces = 0, n = 0;
	bool closed = false;

	for (size_t i = 0; i < f.n_lists; i++)
		for (size_t k = 0; k < f.lists[i].n; k++) {
			const struct acl_rule *r = &f.lists[i].rule[k];

			pieces += (size_t)(r->source_low > r->source_high ? 2 : 1) *
				  (r->dest_low > r->dest_high ? 2 : 1);
		}
	text = listed();
	for (const char *p = text; (p = strstr(p, "counter packets")); p++)
		n++;
	free(text);
	for (size_t i = 0; i < f.n_zones; i++)
		closed = closed || f.zones[i].closed;
	/* the chains that tell count, too: two a list, level, state, L2TP, IPv6; and what is
	 * between closed zones and links without a name */
	ck_assert_uint_eq(n, pieces + 2 * f.n_lists + 3 + (f.n_zones > 0) + 2 * closed);
}

START_TEST(any_change_behind_any_other)
{
	static const char *const name[] = {"A", "B", "C"}, *const device[] = {
							       "eth0", "eth1", "eth2"};

	for (unsigned round = 0; round < 60; round++) {
		const char *l = name[dice(3)], *d = device[dice(3)];
		const struct access_list *v = firewall_list(&f, l);
		size_t n = v ? v->n : 0, at = dice((unsigned)n + 1), come = dice(6);
		struct acl_rule r[6];

		for (size_t i = 0; i < come; i++)
			r[i] = some_rule();
		splice(l, at, dice((unsigned)(n - at) + 1) / 2, r, come);
		if (dice(3) == 0)
			zone(dice(3) ? CFG_SET : CFG_DELETE, d, (uint8_t)(dice(3) * 50), dice(2));
		if (f.n_zones && dice(3) == 0)
			f.zones[dice((unsigned)f.n_zones)].closed = dice(2);
		if (dice(3) == 0)
			group(dice(3) ? CFG_SET : CFG_DELETE, dice(4) ? d : "",
			    dice(4) ? (uint8_t)dice(3) : ACCESS_IN, l);
		if (dice(6) == 0)
			traffic((uint8_t)dice(2), (uint8_t)dice(2), (uint8_t)dice(2));
		if (dice(8) == 0)
			apply((struct ipc_msg){.type = MSG_KEEP_ACCESS_LIST,
			    .keep_access_list = {.op = CFG_DELETE, .name = l}});
		commit(&t);
		if (round % 10 == 9)
			check_elements();
	}
}
END_TEST

static bool has(const char *line)
{
	char *text = listed();
	bool found = strstr(text, line) != NULL;

	free(text);
	return found;
}

/* What is between zones does not come to these rules; clients are held to what holds for the zone
 * that they come by. */
START_TEST(a_closed_zone_and_links_without_a_name)
{
	static const char *const rule[] = {"nfproto 2 iifname { \"eth0\", \"gatehouse0\" } counter",
	    "nfproto 2 oifname { \"eth0\", \"gatehouse0\" } counter"};

	traffic(1, 1, 1);
	zone(CFG_SET, "eth0", 0, true);
	zone(CFG_SET, "eth1", 100, false);
	commit(&t);
	ck_assert(!has("a link without a name"));
	f.zones[0].closed = true;
	commit(&t);
	ck_assert(has(rule[0]) && has(rule[1]));
	zone(CFG_SET, "eth0", 10, true); /* another level: it stays closed */
	commit(&t);
	ck_assert(has(rule[0]) && has(rule[1]));
	f.zones[1].closed = true;
	commit(&t);
	ck_assert(has("nfproto 2 oifname { \"eth0\", \"eth1\", \"gatehouse0\" } counter"));
	zone(CFG_DELETE, "eth0", 0, true);
	zone(CFG_SET, "eth0", 0, true);
	commit(&t);
	ck_assert(has("nfproto 2 iifname \"eth1\" counter"));
}
END_TEST

/* One line of many: one element is told, wherever it stands. */
START_TEST(a_line_is_a_small_change)
{
	static struct acl_rule r[1000];
	struct acl_rule one;

	for (size_t i = 0; i < 1000; i++) {
		r[i] = (struct acl_rule){.source_first = (uint32_t)i,
		    .source_last = (uint32_t)i,
		    .dest_last = UINT32_MAX,
		    .source_high = UINT16_MAX,
		    .dest_high = UINT16_MAX,
		    .permit = true,
		    .line = (uint32_t)i + 1};
	}
	zone(CFG_SET, "eth0", 0, false);
	zone(CFG_SET, "eth1", 100, false);
	splice("A", 0, 0, r, 1000);
	group(CFG_SET, "eth0", ACCESS_IN, "A");
	commit(&t);
	ck_assert_uint_eq(commit(&t), 0);
	one = r[0];
	one.source_first = one.source_last = 5000;
	splice("A", 0, 0, &one, 1);
	ck_assert_uint_lt(commit(&t), 150);
	one.source_first = one.source_last = 5001;
	splice("A", 500, 1, &one, 1);
	ck_assert_uint_lt(commit(&t), 250);
	splice("A", 700, 1, NULL, 0);
	ck_assert_uint_lt(commit(&t), 150);
	check_elements();
	nft_table_done(&t, false); /* others have changed it */
	commit(&t);
	check_elements();
}
END_TEST

/* The kernel's counts made what they are not, by loading what it lists. */
static void set_counts(unsigned n)
{
	char order[300];

	snprintf(order, sizeof order,
	    "f=$(mktemp) && nft list table inet gatehouse | "
	    "sed 's/counter packets [0-9]*/counter packets %u/' >$f && "
	    "nft delete table inet gatehouse && nft -f $f && rm $f",
	    n);
	ck_assert_int_eq(system(order), 0);
}

static uint64_t hits(size_t i)
{
	return t.filter.list[0]->v.element[i]->hits;
}

/* An element in pieces counts as one; what moves to another map, or is made anew, goes on. */
START_TEST(hits_add_up)
{
	struct nft_watch *w = nft_watch_open();
	struct acl_rule r[] = {{.protocol = 6,
				   .source_last = 9,
				   .dest_last = 9,
				   .source_high = UINT16_MAX,
				   .dest_low = 81,
				   .dest_high = 79,
				   .permit = true,
				   .hash = 1},
	    {.protocol = 1,
		.source_last = 9,
		.dest_last = 9,
		.source_high = UINT16_MAX,
		.dest_low = 8 << 8,
		.dest_high = 8 << 8 | 255,
		.hash = 2},
	    {.protocol = 0,
		.source_last = 99,
		.dest_last = 98, /* the destination says more */
		.source_high = UINT16_MAX,
		.dest_high = UINT16_MAX,
		.permit = true,
		.hash = 3}},
			all = {.source_last = UINT32_MAX,
			    .dest_last = UINT32_MAX,
			    .source_high = UINT16_MAX,
			    .dest_high = UINT16_MAX,
			    .permit = true};
	struct access_hit *v;
	size_t n;

	ck_assert_ptr_nonnull(w);
	splice("A", 0, 0, r, 3);
	commit(&t);
	ck_assert_int_eq(access_hits_read(&t, w), 0);
	v = access_hits_table(&t, &n);
	ck_assert_uint_eq(n, 0);
	free(v);
	set_counts(5);
	ck_assert_int_eq(access_hits_read(&t, w), 0);
	ck_assert_uint_eq(hits(0), 10);
	ck_assert_uint_eq(hits(1), 5);
	ck_assert_uint_eq(hits(2), 5);
	ck_assert_int_eq(access_hits_read(&t, w), 0);
	ck_assert_uint_eq(hits(0), 10);
	set_counts(7);
	ck_assert_int_eq(access_hits_read(&t, w), 0);
	ck_assert_uint_eq(hits(0), 14);
	v = access_hits_table(&t, &n);
	ck_assert_uint_eq(n, 3);
	ck_assert_str_eq(v[2].list, "A");
	ck_assert_uint_eq(v[2].hash, 3);
	ck_assert_uint_eq(v[2].hits, 7);
	ck_assert_uint_gt(v[2].last, 1700000000);
	free(v);
	splice("A", 1, 0, &all, 1); /* those behind it move */
	commit(&t);
	ck_assert_int_eq(access_hits_read(&t, w), 0);
	ck_assert_uint_eq(hits(2), 7);
	set_counts(1);
	ck_assert_int_eq(access_hits_read(&t, w), 0);
	ck_assert_uint_eq(hits(2), 8);
	ck_assert_uint_eq(hits(1), 1);
	access_hits_clear(&t, "B");
	ck_assert_uint_eq(hits(2), 8);
	access_hits_clear(&t, "A");
	ck_assert_uint_eq(hits(2), 0);
	nft_watch_close(w);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("nft_filter");
	TCase *c = tcase_create("all");
	SRunner *r;
	int failed;

	tcase_set_timeout(c, 60);
	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, any_change_behind_any_other);
	tcase_add_test(c, a_closed_zone_and_links_without_a_name);
	tcase_add_test(c, a_line_is_a_small_change);
	tcase_add_test(c, hits_add_up);
	suite_add_tcase(s, c);
	r = srunner_create(s);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
