/*
 * The engine's copy of the configuration: sorted by key, replaced whole, looked up by what the
 * protocols have in hand; and which addresses are this machine's own.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/config/config.h"

static struct config c;

static void setup(void)
{
	config_init(&c);
}

static void teardown(void)
{
	config_fini(&c);
}

#define APPLY(TYPE, name, ...)                                                                     \
	config_apply(&c, &(struct ipc_msg){.type = MSG_##TYPE, .fd = -1, .name = {__VA_ARGS__}})

static void policy(uint32_t priority, uint8_t op, uint32_t lifetime)
{
	ck_assert(APPLY(CFG_IKE_POLICY, cfg_ike_policy, .op = op, .priority = priority,
	    .lifetime = lifetime, .authentication = "pre-share", .encryption = "3des",
	    .hash = "sha"));
}

static void map(const char *name, uint32_t seq, const char *dynamic, const char *pfs)
{
	ck_assert(APPLY(CFG_CRYPTO_MAP, cfg_crypto_map, .op = CFG_SET, .name = name, .seq = seq,
	    .dynamic = dynamic, .pfs = pfs));
}

static void dynamic(const char *name, uint32_t seq)
{
	ck_assert(APPLY(CFG_DYNAMIC_MAP, cfg_dynamic_map, .op = CFG_SET, .name = name, .seq = seq));
}

static void interface(
    const char *hardware, const char *device, const char *nameif, uint32_t v4, bool shutdown)
{
	ck_assert(APPLY(CFG_INTERFACE, cfg_interface, .op = CFG_SET, .hardware = hardware,
	    .device = device, .nameif = nameif, .address = v4 ? addr_v4(v4) : (struct addr){0},
	    .shutdown = shutdown));
}

static void link_is(const char *device, uint32_t ifindex, uint32_t v4, const char *other)
{
	ck_assert(APPLY(LINK_STATE, link_state, .device = device, .ifindex = ifindex, .mtu = 1400,
	    .up = true, .address = v4 ? addr_v4(v4) : (struct addr){0},
	    .addresses = {.n = other ? 1 : 0, .v = {other}}));
}

/* In whatever order they come, they are kept by their key, once each. */
START_TEST(sorted_by_key)
{
	static const uint32_t come[] = {30, 10, 50, 20, 40, 20}, kept[] = {10, 20, 30, 40, 50};

	for (size_t i = 0; i < sizeof come / sizeof *come; i++)
		policy(come[i], CFG_SET, (uint32_t)i);
	ck_assert_uint_eq(c.n_policies, 5);
	for (size_t i = 0; i < 5; i++)
		ck_assert_uint_eq(c.policies[i].set.priority, kept[i]);
	ck_assert_uint_eq(c.policies[1].set.lifetime, 5); /* the last word */
	policy(35, CFG_DELETE, 0);
	ck_assert_uint_eq(c.n_policies, 5);
	policy(30, CFG_DELETE, 0);
	policy(50, CFG_DELETE, 0);
	policy(10, CFG_DELETE, 0);
	ck_assert_uint_eq(c.n_policies, 2);
	ck_assert_uint_eq(c.policies[0].set.priority, 20);
	ck_assert_uint_eq(c.policies[1].set.priority, 40);
}
END_TEST

/* A key of two parts: by the first, then by the second. */
START_TEST(keys_of_two_parts)
{
	map("b", 1, NULL, NULL);
	map("a", 20, NULL, NULL);
	map("a", 3, NULL, NULL);
	map("b", 1, NULL, NULL);
	ck_assert_uint_eq(c.n_crypto_maps, 3);
	ck_assert_str_eq(c.crypto_maps[0].set.name, "a");
	ck_assert_uint_eq(c.crypto_maps[0].set.seq, 3);
	ck_assert_uint_eq(c.crypto_maps[1].set.seq, 20);
	ck_assert_str_eq(c.crypto_maps[2].set.name, "b");
}
END_TEST

START_TEST(not_a_configuration)
{
	ck_assert(!APPLY(QUERY, query, .id = 1));
	ck_assert(!config_apply(&c, &(struct ipc_msg){.type = MSG_NONE}));
	ck_assert(!config_apply(&c, &(struct ipc_msg){.type = MSG_COUNT}));
	ck_assert(!APPLY(CFG_USER, cfg_user, .op = CFG_SET, .name = "u")); /* another role's */
	ck_assert(APPLY(CFG_END, cfg_end, 0)); /* of a snapshot that never began */
}
END_TEST

/* A lone object is replaced as a whole, its texts too. */
START_TEST(single_objects)
{
	ck_assert(APPLY(CFG_SYSTEM, cfg_system, .hostname = "one", .hello = 60));
	ck_assert_str_eq(c.system.hostname, "one");
	ck_assert(APPLY(CFG_SYSTEM, cfg_system, .hello = 30));
	ck_assert_ptr_null(c.system.hostname);
	ck_assert_uint_eq(c.system.hello, 30);
}
END_TEST

/* What is worked out of the words, once. */
START_TEST(derived)
{
	const struct transform_set *t;

	policy(1, CFG_SET, 0);
	ck_assert(c.policies[0].preshared);
	ck_assert_int_eq(c.policies[0].cipher, CIPHER_3DES);
	ck_assert_int_eq(c.policies[0].hash, HASH_SHA1);
	ck_assert(APPLY(CFG_IKE_POLICY, cfg_ike_policy, .op = CFG_SET, .priority = 1,
	    .authentication = "rsa-sig"));
	ck_assert(!c.policies[0].preshared);
	ck_assert(APPLY(CFG_TRANSFORM_SET, cfg_transform_set, .op = CFG_SET, .name = "t",
	    .encryption = "esp-3des", .authentication = "esp-sha-hmac", .mode = "transport"));
	t = config_transform_set(&c, "t");
	ck_assert_int_eq(t->cipher, CIPHER_3DES);
	ck_assert_int_eq(t->auth, HASH_SHA1);
	ck_assert(t->transport);
	ck_assert(APPLY(CFG_TRANSFORM_SET, cfg_transform_set, .op = CFG_SET, .name = "t",
	    .encryption = "esp-3des", .mode = "tunnel"));
	t = config_transform_set(&c, "t");
	ck_assert_int_eq(t->auth, HASH_NONE);
	ck_assert(!t->transport);
	ck_assert_ptr_null(config_transform_set(&c, "u"));
	map("m", 1, NULL, "group14");
	map("m", 2, NULL, NULL);
	map("m", 3, NULL, "other");
	ck_assert_uint_eq(c.crypto_maps[0].pfs_group, 14);
	ck_assert_uint_eq(c.crypto_maps[1].pfs_group, 0);
	ck_assert_uint_eq(c.crypto_maps[2].pfs_group, 0);
}
END_TEST

/* Which interface an address leads to: its own, or one that the host gave to its card. */
START_TEST(whose_address)
{
	const struct addr none = {0}, configured = addr_v4(0x0a000001), live = addr_v4(0x0a000002),
			  more = addr_v4(0x0a000003), other = addr_v4(0x0a000004);

	interface("Gi0/0", "eth0", "outside", 0x0a000001, false);
	interface("Gi0/1", "eth1", "inside", 0, false);
	interface("Gi0/2", NULL, "lost", 0, false);
	link_is("eth0", 5, 0x0a000002, "10.0.0.3/24");
	link_is("eth9", 9, 0x0a000004, NULL);
	ck_assert_ptr_eq(config_interface_by_addr(&c, &configured), &c.interfaces[0]);
	ck_assert_ptr_eq(config_interface_by_addr(&c, &live), &c.interfaces[0]);
	ck_assert_ptr_eq(config_interface_by_addr(&c, &more), &c.interfaces[0]);
	ck_assert_ptr_null(config_interface_by_addr(&c, &other)); /* nobody's card */
	ck_assert_ptr_null(config_interface_by_addr(&c, &none));  /* not those that have none */
	ck_assert(config_is_own(&c, &configured));
	ck_assert(config_is_own(&c, &live));
	ck_assert(config_is_own(&c, &more));
	ck_assert(config_is_own(&c, &other));
	ck_assert(!config_is_own(&c, &none));
	link_is("eth1", 6, 0, NULL);
	ck_assert(!config_is_own(&c, &none));
	ck_assert_ptr_null(config_interface_by_addr(&c, &none));
	ck_assert_uint_eq(c.interfaces[0].ifindex, 5);
	ck_assert_uint_eq(c.interfaces[1].ifindex, 6);
	ck_assert_uint_eq(c.interfaces[2].ifindex, 0);
	ck_assert(addr_equal(&c.interfaces[0].live_address, &live));
}
END_TEST

/* All of them, from the lowest on, whatever order they are kept in. */
START_TEST(next_of_our_own)
{
	uint32_t a = 0;

	ck_assert(!config_next_own(&c, 0, &a));
	interface("Gi0/0", "eth0", "outside", 30, false);
	interface("Gi0/1", "eth1", "inside", 10, false);
	interface("Gi0/2", NULL, NULL, 0, false);
	link_is("eth0", 5, 20, "0.0.0.40/24");
	link_is("eth2", 6, 20, "fe80::1/64");
	ck_assert(config_next_own(&c, 0, &a));
	ck_assert_uint_eq(a, 10);
	ck_assert(config_next_own(&c, 10, &a));
	ck_assert_uint_eq(a, 10);
	ck_assert(config_next_own(&c, 11, &a));
	ck_assert_uint_eq(a, 20);
	ck_assert(config_next_own(&c, 21, &a));
	ck_assert_uint_eq(a, 30);
	ck_assert(config_next_own(&c, 31, &a));
	ck_assert_uint_eq(a, 40);
	ck_assert(!config_next_own(&c, 41, &a));
}
END_TEST

/* The host's addresses as the kernel writes them; what is none is left out, and so are too many. */
START_TEST(addresses_of_a_link)
{
	struct ipc_msg m = {.type = MSG_LINK_STATE,
	    .link_state = {.device = "eth0",
		.addresses = {.n = 3, .v = {"10.0.0.1/24", "nonsense", "10.0.0.2"}}}};

	ck_assert(config_apply(&c, &m));
	ck_assert_uint_eq(c.n_links, 1);
	ck_assert_uint_eq(c.links[0].n_own, 2);
	ck_assert_uint_eq(addr_to_v4(&c.links[0].own[0]), 0x0a000001);
	ck_assert_uint_eq(addr_to_v4(&c.links[0].own[1]), 0x0a000002);
	m.link_state.addresses.n = STRLIST_MAX;
	for (int i = 0; i < STRLIST_MAX; i++)
		m.link_state.addresses.v[i] = "10.0.0.9/24";
	ck_assert(config_apply(&c, &m));
	ck_assert_uint_eq(c.n_links, 1); /* the same device */
	ck_assert_uint_eq(c.links[0].n_own, LINK_OWN_MAX);
}
END_TEST

START_TEST(ike_on_an_interface)
{
	const struct interface *i;

	interface("Gi0/0", "eth0", "outside", 1, false);
	interface("Gi0/1", "eth1", "inside", 2, false);
	interface("Gi0/2", "eth2", NULL, 3, false);
	interface("Gi0/3", "eth3", "down", 4, true);
	ck_assert(APPLY(CFG_IKE_ENABLE, cfg_ike_enable, .op = CFG_SET, .ifname = "outside"));
	ck_assert(APPLY(CFG_IKE_ENABLE, cfg_ike_enable, .op = CFG_SET, .ifname = "down"));
	i = config_interface_by_name(&c, "outside");
	ck_assert_ptr_eq(i, &c.interfaces[0]);
	ck_assert(config_ike_enabled(&c, i));
	ck_assert(!config_ike_enabled(&c, config_interface_by_name(&c, "inside")));
	ck_assert(!config_ike_enabled(&c, &c.interfaces[2]));
	ck_assert(!config_ike_enabled(&c, config_interface_by_name(&c, "down")));
	ck_assert(!config_ike_enabled(&c, NULL));
	ck_assert_ptr_null(config_interface_by_name(&c, "nowhere"));
}
END_TEST

/* The entries of the map that is bound there, dynamic ones unfolded in their place. */
START_TEST(entries_of_a_map)
{
	static const struct {
		const char *name;
		uint32_t seq;
	} order[] = {{"m", 5}, {"d", 1}, {"d", 2}, {"m", 20}};
	const struct interface *i;

	interface("Gi0/0", "eth0", "outside", 1, false);
	interface("Gi0/1", "eth1", "inside", 2, false);
	map("m", 20, NULL, NULL);
	map("m", 10, "d", NULL);
	map("m", 5, NULL, NULL);
	map("m", 15, "missing", NULL);
	map("n", 1, NULL, NULL);
	map("a", 1, NULL, NULL);
	dynamic("d", 2);
	dynamic("d", 1);
	dynamic("e", 1);
	dynamic("c", 1);
	ck_assert(APPLY(CFG_CRYPTO_MAP_INTERFACE, cfg_crypto_map_interface, .op = CFG_SET,
	    .ifname = "outside", .name = "m"));
	i = config_interface_by_name(&c, "outside");
	for (size_t n = 0; n < 4; n++) {
		const struct map_entry *e = config_map_entry(&c, i, n);

		ck_assert_str_eq(e->set.name, order[n].name);
		ck_assert_uint_eq(e->set.seq, order[n].seq);
	}
	ck_assert_ptr_null(config_map_entry(&c, i, 4));
	ck_assert_ptr_null(config_map_entry(&c, config_interface_by_name(&c, "inside"), 0));
	ck_assert_ptr_null(config_map_entry(&c, NULL, 0));
}
END_TEST

/* A snapshot shows nothing of itself before its end, then it is all there is; links stay. */
START_TEST(snapshots)
{
	interface("Gi0/0", "eth0", "outside", 1, false);
	link_is("eth0", 5, 2, NULL);
	policy(10, CFG_SET, 1);
	ck_assert(APPLY(CFG_BEGIN, cfg_begin, .snapshot = 0)); /* changes: at once */
	policy(20, CFG_SET, 1);
	ck_assert_uint_eq(c.n_policies, 2);
	ck_assert(APPLY(CFG_END, cfg_end, 0));
	ck_assert_uint_eq(c.n_policies, 2);
	ck_assert(APPLY(CFG_BEGIN, cfg_begin, .snapshot = 1));
	policy(30, CFG_SET, 1);
	ck_assert_uint_eq(c.n_policies, 2);
	ck_assert(APPLY(CFG_BEGIN, cfg_begin, .snapshot = 1)); /* it begins anew */
	interface("Gi0/7", "eth0", "outside", 1, false);
	policy(40, CFG_SET, 1);
	ck_assert_str_eq(c.interfaces[0].set.hardware, "Gi0/0");
	ck_assert(APPLY(CFG_END, cfg_end, 0));
	ck_assert_uint_eq(c.n_policies, 1);
	ck_assert_uint_eq(c.policies[0].set.priority, 40);
	ck_assert_str_eq(c.interfaces[0].set.hardware, "Gi0/7");
	ck_assert_uint_eq(c.interfaces[0].ifindex, 5);
	ck_assert_uint_eq(c.interfaces[0].mtu, 1400);
	ck_assert_ptr_null(c.staging);
	ck_assert(APPLY(CFG_BEGIN, cfg_begin, .snapshot = 1));
	policy(50, CFG_SET, 1); /* a configuration that goes in the middle of one leaks nothing */
}
END_TEST

int main(void)
{
	Suite *s = suite_create("engine_config");
	TCase *tc = tcase_create("config");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, sorted_by_key);
	tcase_add_test(tc, keys_of_two_parts);
	tcase_add_test(tc, not_a_configuration);
	tcase_add_test(tc, single_objects);
	tcase_add_test(tc, derived);
	tcase_add_test(tc, whose_address);
	tcase_add_test(tc, next_of_our_own);
	tcase_add_test(tc, addresses_of_a_link);
	tcase_add_test(tc, ike_on_an_interface);
	tcase_add_test(tc, entries_of_a_map);
	tcase_add_test(tc, snapshots);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
