/* The engine's configuration, address pools, and the policy that a session lives by. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "engine/ipc/message.h"
#include "engine/session/pool.h"
#include "engine/session/policy.h"
#include "tests/support/defaults.h"

static struct config config;

static void setup(void)
{
	config_init(&config);
	config_defaults(&config);
}

static void teardown(void)
{
	config_fini(&config);
}

static void apply(enum msg_type type, struct ipc_msg m)
{
	m.type = type;
	ck_assert(config_apply(&config, &m));
}

static struct addr a(const char *text)
{
	struct addr x;

	ck_assert(addr_parse(text, &x));
	return x;
}

static struct cfg_group_policy group(const char *name)
{
	return (struct cfg_group_policy){.op = CFG_SET,
	    .name = name,
	    .domain = "",
	    .split_policy = "",
	    .split_list = "",
	    .group_lock = "",
	    .filter = "",
	    .intercept = ATTR_UNSET,
	    .idle_timeout = ATTR_UNSET,
	    .session_timeout = ATTR_UNSET,
	    .logins = ATTR_UNSET};
}

static struct cfg_user_policy user(const char *name)
{
	return (struct cfg_user_policy){.op = CFG_SET,
	    .name = name,
	    .group_policy = "",
	    .group_lock = "",
	    .idle_timeout = ATTR_UNSET,
	    .session_timeout = ATTR_UNSET,
	    .logins = ATTR_UNSET};
}

static void guide(void)
{
	struct cfg_group_policy g = group("L2TP-VPN");
	struct cfg_tunnel_group t = {.op = CFG_SET,
	    .name = "DefaultRAGroup",
	    .type = "remote-access",
	    .pools = {1, {"Address-pool"}},
	    .group_policy = "L2TP-VPN",
	    .auth_group = "",
	    .psk = "C!sc0@123",
	    .mschapv2 = 1};

	g.protocols = PROTO_L2TP_IPSEC;
	g.domain = "cisco.com";
	g.domain_state = STATE_VALUE;
	g.dns = (struct strlist){2, {"8.8.8.8", "4.4.4.2"}};
	g.dns_state = STATE_VALUE;
	apply(MSG_CFG_GROUP_POLICY, (struct ipc_msg){.cfg_group_policy = g});
	apply(MSG_CFG_TUNNEL_GROUP, (struct ipc_msg){.cfg_tunnel_group = t});
	apply(MSG_CFG_POOL, (struct ipc_msg){.cfg_pool = {CFG_SET, "Address-pool",
	    {0xc0a80101, 0xc0a801fe}, a("255.255.255.0")}}); /* 192.168.1.1-192.168.1.254 */
}

/* The longest name of an access list: cut short it would be another's, or nobody's, and the
 * client's whole traffic would take the tunnel. */
START_TEST(a_long_split_list)
{
	char name[242];
	struct cfg_group_policy g = group("LONG");
	struct session_policy p;

	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	guide();
	g.split_policy = "tunnelspecified";
	g.split_list = name;
	g.split_list_state = STATE_VALUE;
	apply(MSG_CFG_GROUP_POLICY, (struct ipc_msg){.cfg_group_policy = g});
	policy_resolve(&config, config_tunnel_group(&config, "DefaultRAGroup"), "test", "LONG", &p);
	ck_assert_str_eq(p.split_list, name);
}
END_TEST

START_TEST(inherits_what_it_does_not_set)
{
	struct session_policy p;

	guide();
	policy_resolve(&config, config_tunnel_group(&config, "DefaultRAGroup"), "test", NULL, &p);
	ck_assert_str_eq(p.group_policy, "L2TP-VPN");
	ck_assert_uint_eq(p.protocols, PROTO_L2TP_IPSEC);
	ck_assert_str_eq(p.domain, "cisco.com");
	ck_assert(addr_equal(&p.dns[1], &(struct addr[1]){a("4.4.4.2")}[0]));
	ck_assert_uint_eq(p.idle_timeout, 1800);
	ck_assert_uint_eq(p.session_timeout, 0);
	ck_assert_uint_eq(p.simultaneous_logins, 3);
	ck_assert_uint_eq(p.n_pools, 1);
	ck_assert_str_eq(p.pools[0], "Address-pool");
}
END_TEST

START_TEST(the_user_goes_first)
{
	struct cfg_user_policy u = user("test");
	struct cfg_group_policy g = group("OWN");
	struct session_policy p;
	const struct cfg_tunnel_group *t;

	guide();
	g.idle_timeout = ATTR_NONE;
	g.dns_state = STATE_NONE;
	g.pools = (struct strlist){1, {"other"}};
	g.pools_state = STATE_VALUE;
	g.filter = "OF-GROUP";
	g.filter_state = STATE_VALUE;
	apply(MSG_CFG_GROUP_POLICY, (struct ipc_msg){.cfg_group_policy = g});
	u.group_policy = "OWN";
	u.logins = 1;
	u.framed_ip = a("192.168.1.77");
	u.filter = "OF-USER";
	u.filter_state = STATE_VALUE;
	u.group_lock = "ELSEWHERE";
	u.group_lock_state = STATE_VALUE;
	apply(MSG_CFG_USER_POLICY, (struct ipc_msg){.cfg_user_policy = u});
	t = config_tunnel_group(&config, "DefaultRAGroup");
	policy_resolve(&config, t, "test", "L2TP-VPN", &p);
	ck_assert_str_eq(p.group_policy, "OWN");
	ck_assert_uint_eq(p.idle_timeout, 0);
	ck_assert_uint_eq(p.dns[0].family, 0);
	ck_assert_uint_eq(p.simultaneous_logins, 1);
	ck_assert_int_eq(policy_refuses(&p, t->name), REASON_GROUP_LOCK);
	ck_assert_str_eq(p.filter, "OF-USER");
	ck_assert_str_eq(p.pools[0], "other");
	ck_assert_uint_eq(p.n_pools, 1);
	ck_assert_uint_eq(p.framed_ip.family, AF_INET);
	/* The login server's word counts when the user has none of his own. */
	policy_resolve(&config, t, "else", "OWN", &p);
	ck_assert_str_eq(p.group_policy, "OWN");
	ck_assert_str_eq(p.filter, "OF-GROUP");
	/* A policy that is gone falls back to the default one. */
	g.op = CFG_DELETE;
	apply(MSG_CFG_GROUP_POLICY, (struct ipc_msg){.cfg_group_policy = g});
	policy_resolve(&config, t, "test", NULL, &p);
	ck_assert_str_eq(p.group_policy, "L2TP-VPN");
}
END_TEST

START_TEST(pools_skip_network_and_broadcast)
{
	static const struct {
		const char *first, *last, *mask;
		uint32_t size;
		const char *lowest;
	} row[] = {
	    {"192.168.1.1", "192.168.1.254", "255.255.255.0", 254, "192.168.1.1"},
	    {"192.168.1.0", "192.168.1.255", "255.255.255.0", 254, "192.168.1.1"},
	    {"10.0.0.250", "10.0.1.5", "255.255.255.0", 10, "10.0.0.250"},
	    {"10.0.0.254", "10.0.0.255", "255.255.255.254", 2, "10.0.0.254"},
	    {"10.0.0.0", "10.0.0.255", NULL, 256, "10.0.0.0"},
	};
	int me;

	for (size_t n = 0; n < sizeof row / sizeof *row; n++) {
		struct cfg_pool p = {
		    .range.first = addr_to_v4(&(struct addr[1]){a(row[n].first)}[0]),
		    .range.last = addr_to_v4(&(struct addr[1]){a(row[n].last)}[0])};
		struct pools s = {0};
		uint32_t got, taken = 0;
		struct addr low = a(row[n].lowest);

		if (row[n].mask)
			p.mask = a(row[n].mask);
		ck_assert_uint_eq(pool_size(&s, &p), row[n].size);
		while (pool_take(&s, &p, &me, &got)) {
			if (taken++ == 0)
				ck_assert_uint_eq(got, addr_to_v4(&low));
		}
		ck_assert_uint_eq(taken, row[n].size);
		ck_assert_uint_eq(pool_taken(&s, &p), taken);
		pool_give(&s, p.range.last - 1, false);
		ck_assert(pool_take(&s, &p, &me, &got));
		ck_assert_uint_eq(got, p.range.last - 1);
		pools_fini(&s);
	}
}
END_TEST

/* The address of an interface, and whatever the machine has besides, is nobody's. */
START_TEST(pools_keep_our_own_addresses)
{
	struct pools s = {.config = &config};
	struct cfg_pool p = {.range = {0xc0a80101, 0xc0a80106}}; /* 192.168.1.1-6 */
	static const char *const reserved[] = {"192.168.1.2", "192.168.1.5", "192.168.1.6"};
	uint32_t got;
	int me;

	apply(MSG_LINK_STATE,
	    (struct ipc_msg){
		.link_state = {.device = "eth0",
		    .ifindex = 7,
		    .up = 1,
		    .address = a("172.16.1.2"),
		    .mac = "",
		    .hardware = "",
		    .last = "",
		    .addresses = {3, {"172.16.1.2/24", "192.168.1.2/24", "192.168.1.6/32"}}}});
	apply(MSG_CFG_INTERFACE, (struct ipc_msg){.cfg_interface = {.op = CFG_SET,
	    .hardware = "GigabitEthernet0/0", .device = "eth0", .nameif = "outside",
	    .address = a("192.168.1.5")}});
	for (size_t n = 0; n < sizeof reserved / sizeof *reserved; n++) {
		struct addr x = a(reserved[n]);

		ck_assert(!pool_take_fixed(&s, &me, addr_to_v4(&x)));
		ck_assert_ptr_nonnull(config_interface_by_addr(&config, &x));
	}
	ck_assert_uint_eq(pool_size(&s, &p), 3);
	ck_assert(pool_take(&s, &p, &me, &got));
	ck_assert_uint_eq(got, 0xc0a80101);
	ck_assert(pool_take(&s, &p, &me, &got));
	ck_assert_uint_eq(got, 0xc0a80103);
	ck_assert(pool_take(&s, &p, &me, &got));
	ck_assert_uint_eq(got, 0xc0a80104);
	ck_assert(!pool_take(&s, &p, &me, &got));
	/* Held before it became ours: it is counted as long as it is held. */
	apply(MSG_CFG_INTERFACE, (struct ipc_msg){.cfg_interface = {.op = CFG_SET,
	    .hardware = "GigabitEthernet0/0", .device = "eth0", .nameif = "outside",
	    .address = a("192.168.1.4")}});
	ck_assert_uint_eq(pool_size(&s, &p), 4);
	ck_assert_uint_eq(pool_taken(&s, &p), 3);
	pool_give(&s, 0xc0a80104, false);
	ck_assert_uint_eq(pool_size(&s, &p), 3);
	ck_assert(pool_take(&s, &p, &me, &got));
	ck_assert_uint_eq(got, 0xc0a80105);
	pools_fini(&s);
}
END_TEST

START_TEST(snapshots_forget_but_links_stay)
{
	const struct interface *i;

	guide();
	apply(MSG_LINK_STATE, (struct ipc_msg){.link_state = {"eth0", 7, 1, a("172.16.1.2"),
	    a("255.255.255.0"), 1500, ""}});
	for (int round = 0; round < 2; round++) {
		apply(MSG_CFG_BEGIN, (struct ipc_msg){.cfg_begin = {1}});
		if (round == 0) /* nothing is missing while it arrives */
			ck_assert_ptr_nonnull(config_pool(&config, "Address-pool"));
		ck_assert_ptr_nonnull(config_tunnel_group(&config, "DefaultRAGroup"));
		apply(MSG_CFG_INTERFACE, (struct ipc_msg){.cfg_interface = {.op = CFG_SET,
							      .hardware = "GigabitEthernet0/0",
							      .device = "eth0",
							      .nameif = "outside"}});
		apply(MSG_CFG_TUNNEL_GROUP, (struct ipc_msg){.cfg_tunnel_group = {.op = CFG_SET,
		    /* presets come with every snapshot, like all else */
		    .name = "DefaultRAGroup"}});
		apply(MSG_CFG_END, (struct ipc_msg){.cfg_end = {2}});
		ck_assert_ptr_null(config_pool(&config, "Address-pool"));
		i = config_interface_by_addr(&config, &(struct addr[1]){a("172.16.1.2")}[0]);
		ck_assert_ptr_nonnull(i);
		ck_assert_uint_eq(i->ifindex, 7);
		ck_assert(!config_ike_enabled(&config, i));
		apply(MSG_CFG_IKE_ENABLE, (struct ipc_msg){.cfg_ike_enable = {CFG_SET, "outside"}});
		ck_assert(config_ike_enabled(&config, i));
	}
}
END_TEST

START_TEST(map_entries_unfold_dynamic_maps)
{
	const struct interface *i;

	apply(MSG_CFG_INTERFACE,
	    (struct ipc_msg){
		.cfg_interface = {
		    .op = CFG_SET, .hardware = "g0", .device = "eth0", .nameif = "outside"}});
	i = config_interface_by_name(&config, "outside");
	ck_assert_ptr_null(config_map_entry(&config, i, 0));
	for (uint32_t seq = 30; seq >= 10; seq -= 10)
		apply(MSG_CFG_DYNAMIC_MAP, (struct ipc_msg){.cfg_dynamic_map = {.op = CFG_SET,
								.name = "dyn",
								.seq = seq,
								.transform_sets = {1, {"T"}},
								.match_acl = "",
								.pfs = "",
								.kilobytes = -1}});
	apply(MSG_CFG_CRYPTO_MAP, (struct ipc_msg){.cfg_crypto_map = {.op = CFG_SET,
						       .name = "map",
						       .seq = 65535,
						       .dynamic = "dyn",
						       .match_acl = "",
						       .pfs = "",
						       .kilobytes = -1}});
	ck_assert_ptr_null(config_map_entry(&config, i, 0));
	apply(MSG_CFG_CRYPTO_MAP_INTERFACE,
	    (struct ipc_msg){.cfg_crypto_map_interface = {CFG_SET, "outside", "map"}});
	for (uint32_t n = 0; n < 3; n++)
		ck_assert_uint_eq(config_map_entry(&config, i, n)->set.seq, (n + 1) * 10);
	ck_assert_ptr_null(config_map_entry(&config, i, 3));
}
END_TEST

/* Whatever a session may notice makes two policies differ, each for itself. */
START_TEST(policies_differ_in_each_part)
{
	struct session_policy p, q[20];
	size_t n = 0;

	guide();
	policy_resolve(&config, config_tunnel_group(&config, "DefaultRAGroup"), "test", NULL, &p);
	for (size_t i = 0; i < sizeof q / sizeof *q; i++)
		q[i] = p;
	ck_assert(policy_equal(&p, &q[0]));
	strcpy(q[n++].group_policy, "X");
	q[n++].protocols++;
	strcpy(q[n++].domain, "x");
	strcpy(q[n++].split_list, "x");
	q[n++].idle_timeout++;
	q[n++].session_timeout++;
	q[n++].simultaneous_logins++;
	q[n].intercept_dhcp = !p.intercept_dhcp, n++;
	strcpy(q[n++].group_lock, "x");
	strcpy(q[n++].filter, "x");
	q[n++].split_policy++;
	q[n++].interim++;
	q[n++].dns[0] = a("9.9.9.9");
	q[n++].dns[1] = a("9.9.9.9");
	q[n++].wins[0] = a("9.9.9.9");
	q[n++].wins[1] = a("9.9.9.9");
	q[n++].intercept_mask = a("255.0.0.0");
	strcpy(q[n++].pools[0], "Other");
	q[n++].n_pools = 0;
	q[n++].n_pools = 2;
	ck_assert_uint_eq(n, sizeof q / sizeof *q);
	while (n--) {
		ck_assert_msg(!policy_equal(&p, &q[n]), "%zu", n);
		ck_assert_msg(!policy_equal(&q[n], &p), "%zu", n);
	}
}
END_TEST

/* 0 logins are none; what nobody says are three. */
START_TEST(numbers_of_logins)
{
	static const struct {
		int64_t said;
		uint32_t logins;
	} row[] = {{ATTR_UNSET, 3}, {0, 0}, {1, 1}, {7, 7}};
	struct session_policy p;

	guide();
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct cfg_group_policy g = group("OWN");

		g.logins = row[i].said;
		apply(MSG_CFG_GROUP_POLICY, (struct ipc_msg){.cfg_group_policy = g});
		policy_resolve(
		    &config, config_tunnel_group(&config, "DefaultRAGroup"), "test", "OWN", &p);
		ck_assert_uint_eq(p.simultaneous_logins, row[i].logins);
	}
}
END_TEST

/* The user's own group policy, the login server's, the tunnel group's, the default: the first that
 * there is. A name without a policy is passed over. */
START_TEST(which_group_policy)
{
	static const struct {
		const char *own, *server, *group, *is;
	} row[] = {
	    {"A", "B", "C", "A"},
	    {"gone", "B", "C", "B"},
	    {"", "B", "C", "B"},
	    {"gone", "gone", "C", "C"},
	    {"", NULL, "C", "C"},
	    {"", NULL, "gone", "DfltGrpPolicy"},
	    {"", NULL, "", "DfltGrpPolicy"},
	};

	for (const char *name = "ABC"; *name; name++)
		apply(MSG_CFG_GROUP_POLICY,
		    (struct ipc_msg){.cfg_group_policy = group((char[2]){*name, 0})});
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct cfg_user_policy u = user("test");
		struct cfg_tunnel_group t = {
		    .op = CFG_SET, .name = "T", .group_policy = row[i].group};
		struct session_policy p;

		u.group_policy = row[i].own;
		apply(MSG_CFG_USER_POLICY, (struct ipc_msg){.cfg_user_policy = u});
		apply(MSG_CFG_TUNNEL_GROUP, (struct ipc_msg){.cfg_tunnel_group = t});
		policy_resolve(
		    &config, config_tunnel_group(&config, "T"), "test", row[i].server, &p);
		ck_assert_str_eq(p.group_policy, row[i].is);
	}
}
END_TEST

/* Minutes become seconds; what has no room is as long as can be, never short. */
START_TEST(minutes)
{
	static const struct {
		int64_t minutes;
		uint32_t seconds;
	} row[] = {
	    {ATTR_NONE, 0},
	    {0, 0},
	    {1, 60},
	    {UINT32_MAX / 60, UINT32_MAX / 60 * 60},
	    {UINT32_MAX / 60 + 1LL, UINT32_MAX},
	    {INT64_MAX, UINT32_MAX},
	};
	struct session_policy p;

	guide();
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct cfg_group_policy g = group("OWN");

		g.session_timeout = row[i].minutes;
		g.logins = row[i].minutes;
		apply(MSG_CFG_GROUP_POLICY, (struct ipc_msg){.cfg_group_policy = g});
		policy_resolve(
		    &config, config_tunnel_group(&config, "DefaultRAGroup"), "test", "OWN", &p);
		ck_assert_uint_eq(p.session_timeout, row[i].seconds);
	}
	ck_assert_uint_eq(p.simultaneous_logins, UINT32_MAX);
}
END_TEST

/* Who says whether DHCPINFORM is answered says the mask, too. */
START_TEST(intercepted)
{
	const struct cfg_tunnel_group *t;
	struct cfg_group_policy g = group("OWN"), preset = group("DfltGrpPolicy");
	struct session_policy p;

	guide();
	t = config_tunnel_group(&config, "DefaultRAGroup");
	preset.intercept = 1;
	preset.intercept_mask = a("255.255.0.0");
	preset.protocols = PROTO_IKEV1;
	preset.split_policy = "tunnelspecified";
	preset.split_list = "PRESET";
	preset.split_list_state = STATE_VALUE;
	apply(MSG_CFG_GROUP_POLICY, (struct ipc_msg){.cfg_group_policy = preset});
	apply(MSG_CFG_GROUP_POLICY, (struct ipc_msg){.cfg_group_policy = g});
	policy_resolve(&config, t, NULL, "OWN", &p);
	ck_assert(p.intercept_dhcp);
	ck_assert_uint_eq(addr_to_v4(&p.intercept_mask), 0xffff0000);
	ck_assert_uint_eq(p.protocols, PROTO_IKEV1);
	ck_assert_uint_eq(p.split_policy, SPLIT_SPECIFIED);
	ck_assert_str_eq(p.split_list, "PRESET");
	g.intercept = 0;
	g.intercept_mask = a("255.0.0.0");
	g.protocols = PROTO_L2TP_IPSEC;
	g.split_policy = "tunnelall";
	apply(MSG_CFG_GROUP_POLICY, (struct ipc_msg){.cfg_group_policy = g});
	policy_resolve(&config, t, NULL, "OWN", &p);
	ck_assert(!p.intercept_dhcp);
	ck_assert_uint_eq(addr_to_v4(&p.intercept_mask), 0xff000000);
	ck_assert_uint_eq(p.protocols, PROTO_L2TP_IPSEC);
	ck_assert_uint_eq(p.split_policy, SPLIT_ALL);
}
END_TEST

/* A user is locked out of every tunnel group but the one that is named. */
START_TEST(group_lock)
{
	static const struct {
		const char *lock;
		uint8_t state;
		bool locked;
	} row[] = {
	    {"DefaultRAGroup", STATE_VALUE, false},
	    {"Other", STATE_VALUE, true},
	    {"Other", STATE_NONE, false},
	    {"", STATE_VALUE, false},
	};
	struct session_policy p;

	guide();
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct cfg_group_policy g = group("OWN");

		g.group_lock = row[i].lock;
		g.group_lock_state = row[i].state;
		apply(MSG_CFG_GROUP_POLICY, (struct ipc_msg){.cfg_group_policy = g});
		policy_resolve(
		    &config, config_tunnel_group(&config, "DefaultRAGroup"), NULL, "OWN", &p);
		ck_assert_int_eq(policy_refuses(&p, "DefaultRAGroup"),
		    row[i].locked ? REASON_GROUP_LOCK : REASON_NONE);
	}
}
END_TEST

/* More than there is room for: the first ones. */
START_TEST(long_lists)
{
	struct cfg_group_policy g = group("OWN");
	struct session_policy p;

	guide();
	g.dns = (struct strlist){3, {"1.1.1.1", "2.2.2.2", "3.3.3.3"}};
	g.wins = (struct strlist){1, {"4.4.4.4"}};
	g.pools.n = STRLIST_MAX;
	for (int i = 0; i < STRLIST_MAX; i++)
		g.pools.v[i] = "pool";
	g.dns_state = g.wins_state = g.pools_state = STATE_VALUE;
	apply(MSG_CFG_GROUP_POLICY, (struct ipc_msg){.cfg_group_policy = g});
	policy_resolve(&config, config_tunnel_group(&config, "DefaultRAGroup"), NULL, "OWN", &p);
	ck_assert_uint_eq(addr_to_v4(&p.dns[0]), 0x01010101);
	ck_assert_uint_eq(addr_to_v4(&p.dns[1]), 0x02020202);
	ck_assert_uint_eq(addr_to_v4(&p.wins[0]), 0x04040404);
	ck_assert_uint_eq(p.wins[1].family, 0);
	ck_assert_uint_eq(p.n_pools, POLICY_POOLS_MAX);
}
END_TEST

/* Whoever lives by the same policy holds the same copy, whatever address he brings. */
START_TEST(one_copy_for_all)
{
	const struct session_policy *a, *b, *other;
	struct session_policy p;
	struct interned all;

	guide();
	ck_assert(interned_init(&all, 1));
	policy_resolve(&config, config_tunnel_group(&config, "DefaultRAGroup"), "test", NULL, &p);
	a = policy_share(&all, &p);
	p.framed_ip = addr_v4(0x0a000001);
	b = policy_share(&all, &p);
	strcpy(p.split_list, "x");
	other = policy_share(&all, &p);
	ck_assert_ptr_eq(a, b);
	ck_assert_ptr_ne(a, other);
	ck_assert_str_eq(other->split_list, "x");
	ck_assert_uint_eq(other->framed_ip.family, 0);
	intern_drop(&all, a);
	intern_drop(&all, b);
	intern_drop(&all, other);
	ck_assert_ptr_null(chains_next(&all.chains, NULL));
	interned_fini(&all);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("policy");
	TCase *tc = tcase_create("policy");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, one_copy_for_all);
	tcase_add_test(tc, inherits_what_it_does_not_set);
	tcase_add_test(tc, a_long_split_list);
	tcase_add_test(tc, the_user_goes_first);
	tcase_add_test(tc, pools_skip_network_and_broadcast);
	tcase_add_test(tc, pools_keep_our_own_addresses);
	tcase_add_test(tc, snapshots_forget_but_links_stay);
	tcase_add_test(tc, map_entries_unfold_dynamic_maps);
	tcase_add_test(tc, policies_differ_in_each_part);
	tcase_add_test(tc, numbers_of_logins);
	tcase_add_test(tc, which_group_policy);
	tcase_add_test(tc, minutes);
	tcase_add_test(tc, intercepted);
	tcase_add_test(tc, group_lock);
	tcase_add_test(tc, long_lists);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
