/* Rows become messages: what the engine hears of typed lines, and what a snapshot says. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/feeding.h"

START_TEST(engine_hears_rows)
{
	struct feeding w;

	feeding_open(&w);
	feeding_says(&w, "crypto ikev1 policy 10\n",
	    (const char *const[]){
		"engine: CFG_BEGIN", "engine: CFG_IKE_POLICY", "engine: CFG_END", NULL});
	feeding_says(&w, "encryption aes-256\nhash sha512\ngroup 19\nlifetime none\n",
	    (const char *const[]){"CFG_IKE_POLICY", NULL});
	ck_assert_uint_eq(w.engine.n_policies, 1);
	ck_assert_int_eq(w.engine.policies[0].cipher, CIPHER_AES256);
	ck_assert_int_eq(w.engine.policies[0].hash, HASH_SHA512);
	ck_assert_uint_eq(w.engine.policies[0].set.dh, 19);
	ck_assert_uint_eq(w.engine.policies[0].set.lifetime, 0);
	feeding_says(&w, "no encryption\n", (const char *const[]){"CFG_IKE_POLICY", NULL});
	ck_assert_int_eq(w.engine.policies[0].cipher, CIPHER_3DES);
	feeding_says(
	    &w, "no crypto ikev1 policy 10\n", (const char *const[]){"CFG_IKE_POLICY", NULL});
	ck_assert_uint_eq(w.engine.n_policies, 0);
	feeding_close(&w);
}
END_TEST

static const char vpn[] =
    "interface g0/0\nnameif outside\nip address 172.16.1.2 255.255.255.0\nno shutdown\n"
    "crypto ipsec ikev1 transform-set A esp-aes esp-sha-hmac\n"
    "crypto ipsec ikev1 transform-set A mode transport\n"
    "crypto ipsec ikev1 transform-set B esp-3des esp-md5-hmac\n"
    "crypto ipsec security-association lifetime kilobytes unlimited\n"
    "crypto ipsec security-association replay disable\n"
    "crypto dynamic-map D 10 set ikev1 transform-set A B\n"
    "crypto dynamic-map D 10 set pfs\n"
    "crypto map M 65535 ipsec-isakmp dynamic D\n"
    "crypto map M interface outside\n"
    "crypto ikev1 enable outside\n"
    "ip local pool P 192.168.1.1-192.168.1.254 mask 255.255.255.0\n"
    "group-policy G internal\ngroup-policy G attributes\n"
    "dns-server value 8.8.8.8 4.4.4.2\nwins-server none\nvpn-tunnel-protocol l2tp-ipsec\n"
    "vpn-idle-timeout none\nvpn-session-timeout 480\nintercept-dhcp 255.255.255.255 enable\n"
    "username u password DLaUiAX3l78qgoB5c7iVNw== nt-encrypted privilege 3\n"
    "username u attributes\nvpn-group-policy G\n"
    "vpn-framed-ip-address 192.168.1.7 255.255.255.0\n"
    "tunnel-group DefaultRAGroup general-attributes\naddress-pool P\ndefault-group-policy G\n"
    "tunnel-group DefaultRAGroup ipsec-attributes\nikev1 pre-shared-key secret\n"
    "isakmp keepalive disable\n"
    "tunnel-group DefaultRAGroup ppp-attributes\nno authentication chap\n"
    "authentication ms-chap-v2\n";

static void ck_vpn(const struct config *c)
{
	const struct cfg_group_policy *g = config_group_policy(c, "G"),
				      *d = config_group_policy(c, "DfltGrpPolicy");
	const struct cfg_user_policy *u = config_user(c, "u");
	const struct cfg_tunnel_group *t = config_tunnel_group(c, "DefaultRAGroup");
	const struct cfg_pool *p = config_pool(c, "P");
	const struct interface *i = config_interface_by_name(c, "outside");
	const struct map_entry *m;
	char a[ADDR_TEXT_MAX];

	ck_assert(g && d && u && t && p && i);
	ck_assert_str_eq(i->set.device, "eth0");
	ck_assert_str_eq(addr_text(&i->set.address, a), "172.16.1.2");
	ck_assert(!i->set.shutdown && config_ike_enabled(c, i));
	m = config_map_entry(c, i, 0);
	ck_assert_ptr_nonnull(m);
	ck_assert_uint_eq(m->set.transform_sets.n, 2);
	ck_assert_str_eq(m->set.transform_sets.v[1], "B");
	ck_assert_uint_eq(m->pfs_group, 2);
	ck_assert_int_eq(m->set.kilobytes, -1);
	ck_assert(
	    config_transform_set(c, "A")->transport && !config_transform_set(c, "B")->transport);
	ck_assert_uint_eq(c->ipsec.kilobytes, 0);
	ck_assert_uint_eq(c->ipsec.window, 0);
	ck_assert_uint_eq(p->range.first, 0xc0a80101);
	ck_assert_uint_eq(p->range.last, 0xc0a801fe);
	ck_assert_uint_eq(g->dns.n, 2);
	ck_assert_str_eq(g->dns.v[1], "4.4.4.2");
	ck_assert_int_eq(g->dns_state, STATE_VALUE);
	ck_assert_int_eq(g->wins_state, STATE_NONE);
	ck_assert_int_eq(g->domain_state, STATE_INHERIT);
	ck_assert_uint_eq(g->protocols, PROTO_L2TP_IPSEC);
	ck_assert_int_eq(g->idle_timeout, ATTR_NONE);
	ck_assert_int_eq(g->session_timeout, 480);
	ck_assert_int_eq(g->logins, ATTR_UNSET);
	ck_assert_int_eq(g->intercept, 1);
	ck_assert_int_eq(d->logins, 3);
	ck_assert_int_eq(d->idle_timeout, 30);
	ck_assert_int_eq(d->session_timeout, ATTR_NONE);
	ck_assert_int_eq(d->intercept, 0);
	ck_assert_uint_eq(
	    d->protocols, PROTO_IKEV1 | PROTO_IKEV2 | PROTO_L2TP_IPSEC | PROTO_SSL_CLIENTLESS);
	ck_assert_str_eq(u->group_policy, "G");
	ck_assert_str_eq(addr_text(&u->framed_ip, a), "192.168.1.7");
	ck_assert_str_eq(t->group_policy, "G");
	ck_assert_str_eq(t->pools.v[0], "P");
	ck_assert_str_eq(t->psk, "secret");
	ck_assert(!t->threshold && !t->chap && t->mschapv1 && t->mschapv2 && !t->pap);
}

START_TEST(snapshot_is_what_lines_said)
{
	struct feeding w;

	feeding_open(&w);
	feeding_says(&w, vpn, (const char *const[]){"aaa: CFG_USER", NULL});
	ck_vpn(&w.engine);
	config_fini(&w.engine);
	config_init(&w.engine);
	text_clear(&w.heard);
	feed_snapshot(w.feed, w.t.db, ROLE_ENGINE);
	ck_vpn(&w.engine);
	ck_assert_int_eq(strncmp(text_str(&w.heard), "engine: CFG_BEGIN", 17), 0);
	ck_assert_ptr_null(strstr(text_str(&w.heard), "aaa:"));
	ck_assert_ptr_null(strstr(text_str(&w.heard), "secret"));
	text_clear(&w.heard);
	config_paste(&w.t, "access-list A extended permit ip any any\n");
	text_clear(&w.heard);
	feed_snapshot(w.feed, w.t.db, ROLE_ENGINE);
	ck_assert_ptr_nonnull(strstr(text_str(&w.heard), "engine: CFG_ACCESS_LIST"));
	text_clear(&w.heard);
	feed_snapshot(w.feed, w.t.db, ROLE_AAA);
	ck_assert_ptr_nonnull(strstr(text_str(&w.heard), "aaa: CFG_USER"));
	ck_assert_ptr_null(strstr(text_str(&w.heard), "ACCESS_LIST"));
	ck_assert_ptr_null(strstr(text_str(&w.heard), "engine:"));
	feeding_close(&w);
}
END_TEST

/* `none` is a name like others; only what the keyword `none` stored is nothing. */
START_TEST(names_called_none)
{
	struct feeding w;
	const struct cfg_group_policy *p;

	feeding_open(&w);
	feeding_says(&w, "username none password none123 mschap\n",
	    (const char *const[]){"aaa: CFG_USER", "name=\"none\"", NULL});
	feeding_says(&w,
	    "ip local pool none 192.168.1.1-192.168.1.9\n"
	    "group-policy none internal\n"
	    "group-policy none attributes\n"
	    "default-domain value none\n"
	    "address-pools value none\n"
	    "group-policy G internal\n"
	    "group-policy G attributes\n"
	    "default-domain none\n"
	    "address-pools none\n"
	    "dns-server none\n"
	    "tunnel-group DefaultRAGroup general-attributes\n"
	    "address-pool none\n"
	    "default-group-policy none\n"
	    "tunnel-group DefaultRAGroup ipsec-attributes\n"
	    "ikev1 pre-shared-key none\n",
	    (const char *const[]){"engine: CFG_POOL", NULL});
	p = config_group_policy(&w.engine, "none");
	ck_assert(p && p->domain_state == STATE_VALUE && p->pools_state == STATE_VALUE);
	ck_assert_str_eq(p->domain, "none");
	ck_assert_uint_eq(p->pools.n, 1);
	p = config_group_policy(&w.engine, "G");
	ck_assert(p && p->domain_state == STATE_NONE && p->pools_state == STATE_NONE);
	ck_assert(p->dns_state == STATE_NONE && p->dns.n == 0 && p->pools.n == 0);
	ck_assert_str_eq(config_tunnel_group(&w.engine, "DefaultRAGroup")->psk, "none");
	ck_assert_str_eq(config_tunnel_group(&w.engine, "DefaultRAGroup")->pools.v[0], "none");
	ck_assert_str_eq(config_tunnel_group(&w.engine, "DefaultRAGroup")->group_policy, "none");
	ck_assert_ptr_nonnull(config_user(&w.engine, "none"));
	feeding_close(&w);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("feed");
	TCase *tc = tcase_create("feed");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_test(tc, engine_hears_rows);
	tcase_add_test(tc, snapshot_is_what_lines_said);
	tcase_add_test(tc, names_called_none);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
