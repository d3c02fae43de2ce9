/* Many routes of ours: each is found by all that makes it, none is taken for its neighbour. */
#include <check.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/keeper/devices.h"
#include "engine/keeper/held.h"
#include "engine/keeper/objects.h"

#define MANY 3000
#define CLIENTS 500

static struct netlink *nl;
static struct host_state *host;
static struct objects o;
static int tun;
static struct link *links;
static size_t n_links;

static void setup(void)
{
	char why[128];

	if (unshare(CLONE_NEWNET) < 0)
		ck_assert_int_eq(unshare(CLONE_NEWUSER | CLONE_NEWNET), 0);
	nl = netlink_open();
	ck_assert_ptr_nonnull(nl);
	tun = held_open(HELD_TUN, why, sizeof why);
	ck_assert_msg(tun >= 0, "%s", why);
	host = host_state_open(NULL);
	ck_assert_ptr_nonnull(host);
	ck_assert(objects_init(&o, nl, host, TUN_NAME, &(struct news){0}));
	ck_assert_int_eq(netlink_links(nl, &links, &n_links), 0);
	for (size_t i = 0; i < n_links; i++) {
		if (!strcmp(links[i].name, TUN_NAME))
			o.tun_ifindex = links[i].ifindex;
		ck_assert_int_eq(netlink_link(nl, links[i].ifindex, true), 0);
		links[i].up = true;
	}
	objects_links(&o, links, n_links);
}

static void teardown(void)
{
	objects_fini(&o);
	free(links);
	netlink_close(nl);
	host_state_close(host);
	close(tun);
}

static size_t in_kernel(void)
{
	struct netlink_ours *ours;
	size_t n;

	ck_assert_int_eq(netlink_ours(nl, &ours, &n), 0);
	free(ours);
	return n;
}

/* The kernel has that route of ours. */
static bool has(const char *device, const struct netlink_route *r)
{
	struct netlink_ours *ours;
	size_t n, found = 0;

	ck_assert_int_eq(netlink_ours(nl, &ours, &n), 0);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < n_links; k++)
			found += !strcmp(links[k].name, device) &&
				 links[k].ifindex == ours[i].r.ifindex &&
				 addr_equal(&ours[i].r.dest, &r->dest) &&
				 addr_equal(&ours[i].r.mask, &r->mask) &&
				 ours[i].r.metric == r->metric &&
				 ours[i].r.gateway.v4 == r->gateway.v4;
	free(ours);
	ck_assert_uint_le(found, 1);
	return found;
}

/* Neighbours differ from the first in one part each. */
struct neighbour {
	const char *device;
	uint32_t dest, gateway;
	int prefix;
	uint32_t metric;
};

static const struct neighbour NEAR[] = {
    {TUN_NAME, 0x0a090000, 0x0a010002, 16, 7},
    {TUN_NAME, 0x0a090000, 0x0a010003, 16, 7}, /* gateway */
    {TUN_NAME, 0x0a090000, 0x0a010002, 16, 8}, /* metric */
    {TUN_NAME, 0x0a090000, 0x0a010002, 24, 7}, /* mask */
    {TUN_NAME, 0x0a0a0000, 0x0a010002, 16, 7}, /* destination */
    {TUN_NAME, 0x0a090000, 0, 16, 7},	       /* none: on the link */
    {"lo", 0x0a090000, 0, 16, 7},	       /* device */
};
#define N_NEAR (sizeof NEAR / sizeof *NEAR)

static struct netlink_route route_of(const struct neighbour *n)
{
	struct netlink_route r = {
	    .dest = addr_v4(n->dest), .mask = prefix_mask(n->prefix), .metric = n->metric};

	if (n->gateway)
		r.gateway = addr_v4(n->gateway);
	return r;
}

static void set(size_t i, bool add)
{
	struct netlink_route r = route_of(&NEAR[i]);

	ck_assert_int_eq(objects_route(&o, NEAR[i].device, &r, add), 0);
}

static void all_but(size_t gone)
{
	for (size_t i = 0; i < N_NEAR; i++) {
		struct netlink_route r = route_of(&NEAR[i]);

		ck_assert_msg(has(NEAR[i].device, &r) == (i != gone), "%zu without %zu", i, gone);
	}
}

START_TEST(neighbours)
{
	struct addr ours = addr_v4(0x0a010001), mask = prefix_mask(24);

	ck_assert_int_eq(netlink_address(nl, o.tun_ifindex, &ours, &mask, true), 0);
	for (size_t i = 0; i < N_NEAR; i++)
		set(i, true);
	for (size_t i = 0; i < N_NEAR; i++)
		set(i, true); /* once more changes nothing */
	ck_assert_uint_eq(in_kernel(), N_NEAR + 1);
	all_but(N_NEAR);
	for (size_t i = 0; i < N_NEAR; i++) {
		set(i, false);
		all_but(i);
		set(i, false); /* gone is gone */
		set(i, true);
		all_but(N_NEAR);
	}
	/* somebody removes one: just that one is missed, and put back */
	for (size_t i = 0; i < N_NEAR; i++) {
		struct netlink_route r = route_of(&NEAR[i]);

		for (size_t k = 0; k < n_links; k++)
			if (!strcmp(links[k].name, NEAR[i].device))
				r.ifindex = links[k].ifindex;
		ck_assert_int_eq(netlink_route(nl, &r, false), 0);
		all_but(i);
		objects_routes_restore(&o);
		all_but(N_NEAR);
	}
}
END_TEST

/* Those of which none but every third is asked for again. */
static void only_thirds(void)
{
	for (uint32_t i = 0; i < MANY; i += 3) {
		struct netlink_route r = {
		    .dest = addr_v4(0x0b000000 + (i << 8)), .mask = prefix_mask(24)};

		ck_assert_int_eq(objects_route(&o, TUN_NAME, &r, true), 0);
	}
}

static void add_many(void)
{
	for (uint32_t i = 0; i < MANY; i++) {
		struct netlink_route r = {
		    .dest = addr_v4(0x0b000000 + (i << 8)), .mask = prefix_mask(24)};

		ck_assert_int_eq(objects_route(&o, TUN_NAME, &r, true), 0);
	}
	for (uint32_t i = 1; i <= CLIENTS; i++) {
		struct addr c = addr_v4(0x0c000000 + i);

		ck_assert_int_eq(objects_client(&o, &c, true), 0);
	}
	ck_assert_uint_eq(in_kernel(), MANY + CLIENTS);
}

START_TEST(thousands)
{
	add_many();
	ck_assert_int_eq(system("ip -4 route flush proto 71"), 0);
	ck_assert_uint_eq(in_kernel(), 0);
	objects_routes_restore(&o);
	ck_assert_uint_eq(in_kernel(), MANY + CLIENTS);
	objects_mark(&o);
	only_thirds();
	objects_sweep(&o);
	ck_assert_uint_eq(in_kernel(), MANY / 3 + CLIENTS);
	ck_assert_uint_eq(o.n_routes, MANY / 3);
	for (uint32_t i = 1; i <= CLIENTS; i += 2) {
		struct addr c = addr_v4(0x0c000000 + i);

		ck_assert_int_eq(objects_client(&o, &c, false), 0);
	}
	ck_assert_uint_eq(in_kernel(), MANY / 3 + CLIENTS / 2);
	objects_clients_flush(&o);
	ck_assert_uint_eq(in_kernel(), MANY / 3);
}
END_TEST

/* A keeper that was killed left them; the next one keeps what it is asked for. */
START_TEST(left_behind)
{
	struct objects old;

	add_many();
	old = o;
	ck_assert(objects_init(&o, nl, host, TUN_NAME, &(struct news){0}));
	o.tun_ifindex = old.tun_ifindex;
	objects_routes_fini(&old);
	objects_links(&o, links, n_links);
	objects_mark(&o);
	only_thirds();
	objects_sweep(&o);
	ck_assert_uint_eq(in_kernel(), MANY / 3);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("keeper_routes");
	TCase *tc = tcase_create("routes");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 30);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, neighbours);
	tcase_add_test(tc, thousands);
	tcase_add_test(tc, left_behind);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed > 0;
}
