/* Rows become messages: what engine, aaa and keeper hear of typed lines, and what a snapshot says.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/config/feed.h"
#include "engine/config/config.h"
#include "tests/support/config.h"

struct world {
	struct config_test t;
	struct feed *feed;
	struct text heard; /* one line a message: role and what ipc_print() makes of it */
	struct config engine; /* the engine's own copy, kept by the messages */
	uint32_t id;
	const char *gone; /* a hardware name without a device */
};

static void heard(void *ctx, enum role to, struct ipc_msg *m)
{
	static const char *const role[] = {"keeper", "manager", "engine", "aaa"};
	struct world *w = ctx;
	uint8_t packet[IPC_PACKET_MAX];
	struct ipc_msg copy;
	char line[2000];
	size_t len = ipc_encode(m, packet, sizeof packet);

	ck_assert_uint_gt(len, 0);
	ck_assert(ipc_decode(&copy, packet, len));
	ipc_print(&copy, line, sizeof line);
	text_addf(&w->heard, "%s: %s\n", role[to], line);
	if (to == ROLE_ENGINE)
		config_apply(&w->engine, &copy);
}

static const char *device(void *ctx, const char *hardware)
{
	struct world *w = ctx;

	if (w->gone && strcmp(hardware, w->gone) == 0)
		return "";
	return strcmp(hardware, "GigabitEthernet0/0") == 0 || strcmp(hardware, "eth0") == 0 ? "eth0"
	       : strcmp(hardware, "GigabitEthernet0/1") == 0				    ? "eth1"
											    : "";
}

static void changed(void *ctx, const struct db_change *c)
{
	feed_change(((struct world *)ctx)->feed, c);
}

static void ended(void *ctx, unsigned changes)
{
	struct world *w = ctx;

	(void)changes;
	if (w->t.db)
		feed_end(w->feed, w->t.db);
}

static void ignored(void *ctx, enum role to, struct ipc_msg *m)
{
	(void)ctx;
	(void)to;
	(void)m;
}

static void open_world(struct world *w)
{
	struct feed_sink sink = { ignored, device, w };
	struct config_test first = {0};

	memset(w, 0, sizeof *w);
	config_init(&w->engine);
	config_open(&first); /* the grammar that the feed needs before there is a database */
	w->feed = feed_create(&sink, first.gram);
	w->t = (struct config_test){ .change = changed, .end = ended, .ctx = w };
	config_open(&w->t);
	feed_destroy(w->feed);
	sink.send = heard;
	w->feed = feed_create(&sink, w->t.gram);
	config_close(&first);
	feed_snapshot(w->feed, w->t.db, ROLE_ENGINE); /* as every engine gets one */
	text_clear(&w->heard);
}

static void close_world(struct world *w)
{
	config_close(&w->t);
	feed_destroy(w->feed);
	text_free(&w->heard);
	config_fini(&w->engine);
}

/* Types lines and compares what was heard: every `expect` must be there, in this order. */
static void says(struct world *w, const char *lines, const char *const *expect)
{
	const char *at;

	text_clear(&w->heard);
	config_paste(&w->t, lines);
	at = text_str(&w->heard);
	for (; *expect; expect++) {
		const char *found = strstr(at, *expect);

		ck_assert_msg(
		    found != NULL, "not heard: %s\nof:\n%s", *expect, text_str(&w->heard));
		at = found + strlen(*expect);
	}
}

START_TEST(engine_hears_rows)
{
	struct world w;

	open_world(&w);
	says(&w, "crypto ikev1 policy 10\n", (const char *const[]){"engine: CFG_BEGIN",
	    "engine: CFG_IKE_POLICY", "engine: CFG_END", NULL});
	says(&w, "encryption aes-256\nhash sha512\ngroup 19\nlifetime none\n",
	    (const char *const[]){"CFG_IKE_POLICY", NULL});
	ck_assert_uint_eq(w.engine.n_policies, 1);
	ck_assert_int_eq(w.engine.policies[0].cipher, CIPHER_AES256);
	ck_assert_int_eq(w.engine.policies[0].hash, HASH_SHA512);
	ck_assert_uint_eq(w.engine.policies[0].set.dh, 19);
	ck_assert_uint_eq(w.engine.policies[0].set.lifetime, 0);
	says(&w, "no encryption\n", (const char *const[]){"CFG_IKE_POLICY", NULL});
	ck_assert_int_eq(w.engine.policies[0].cipher, CIPHER_3DES);
	says(&w, "no crypto ikev1 policy 10\n", (const char *const[]){"CFG_IKE_POLICY", NULL});
	ck_assert_uint_eq(w.engine.n_policies, 0);
	close_world(&w);
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
	const struct cfg_group_policy *g = config_group_policy(c, "G"), *d = config_group_policy(c,
	    "DfltGrpPolicy");
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
	ck_assert_uint_eq(d->protocols,
	    PROTO_IKEV1 | PROTO_IKEV2 | PROTO_L2TP_IPSEC | PROTO_SSL_CLIENTLESS);
	ck_assert_str_eq(u->group_policy, "G");
	ck_assert_str_eq(addr_text(&u->framed_ip, a), "192.168.1.7");
	ck_assert_str_eq(t->group_policy, "G");
	ck_assert_str_eq(t->pools.v[0], "P");
	ck_assert_str_eq(t->psk, "secret");
	ck_assert(!t->threshold && !t->chap && t->mschapv1 && t->mschapv2 && !t->pap);
}

START_TEST(snapshot_is_what_lines_said)
{
	struct world w;

	open_world(&w);
	says(&w, vpn, (const char *const[]){"aaa: CFG_USER", NULL});
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
	close_world(&w);
}
END_TEST

/* `none` is a name like others; only what the keyword `none` stored is nothing. */
START_TEST(names_called_none)
{
	struct world w;
	const struct cfg_group_policy *p;

	open_world(&w);
	says(&w, "username none password none123 mschap\n", (const char *const[]){"aaa: CFG_USER",
	    "name=\"none\"", NULL});
	says(&w, "ip local pool none 192.168.1.1-192.168.1.9\n"
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
	    "ikev1 pre-shared-key none\n", (const char *const[]){"engine: CFG_POOL", NULL});
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
	close_world(&w);
}
END_TEST

/* Every form of ports, and what can match no packet of ours. */
START_TEST(elements_of_access_lists)
{
	static const struct {
		const char *line;
		uint16_t source_low, source_high, low, high;
		bool inactive;
	} row[] = {
		{"udp any any", 0, 65535, 0, 65535, false},
		{"udp any any eq isakmp", 0, 65535, 500, 500, false},
		{"tcp any eq www any", 80, 80, 0, 65535, false},
		{"tcp any any neq smtp", 0, 65535, 26, 24, false},
		{"tcp any any neq 0", 0, 65535, 1, 65535, false},
		{"tcp any any neq 65535", 0, 65535, 0, 65534, false},
		{"tcp any gt 1023 any lt 1024", 1024, 65535, 0, 1023, false},
		{"tcp any any gt 65535", 0, 65535, 0, 65535, true},
		{"tcp any any lt 0", 0, 65535, 0, 65535, true},
		{"udp any range tftp ntp any", 69, 123, 0, 65535, false},
		{"icmp any any echo", 0, 65535, 0, 65535, false},
		{"ip any6 any6", 0, 65535, 0, 65535, true},
		{"ip interface wan any", 0, 65535, 0, 65535, true},
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct world w;
		const struct cfg_access_list *e;
		char line[128];

		open_world(&w);
		snprintf(line, sizeof line, "access-list L extended permit %s\n", row[i].line);
		says(&w, line, (const char *const[]){"CFG_ACCESS_LIST", NULL});
		e = w.engine.access_entries;
		ck_assert_uint_eq(w.engine.n_access_entries, 1);
		ck_assert_msg(e->inactive == row[i].inactive, "%s", line);
		if (!e->inactive)
			ck_assert_msg(e->source_low == row[i].source_low &&
					  e->source_high == row[i].source_high &&
					  e->port_low == row[i].low && e->port_high == row[i].high,
			    "%s: %u-%u %u-%u", line, e->source_low, e->source_high, e->port_low,
			    e->port_high);
		close_world(&w);
	}
}
END_TEST

/* `interface NAME` in an element is the address that the interface has at any time. */
START_TEST(elements_follow_interfaces)
{
	struct world w;
	char a[ADDR_TEXT_MAX];

	open_world(&w);
	says(&w, "access-list L extended permit udp interface wan any\n",
	    (const char *const[]){"CFG_ACCESS_LIST", NULL});
	ck_assert(w.engine.access_entries[0].inactive);
	says(&w, "interface GigabitEthernet0/0\nnameif wan\nip address 172.16.1.2 255.255.255.0\n",
	    (const char *const[]){"CFG_ACCESS_LIST", NULL});
	ck_assert(!w.engine.access_entries[0].inactive);
	ck_assert_str_eq(addr_text(&w.engine.access_entries[0].source, a), "172.16.1.2");
	ck_assert_int_eq(mask_prefix(&w.engine.access_entries[0].source_mask), 32);
	says(&w, "ip address 172.16.1.3 255.255.255.0\n",
	    (const char *const[]){"CFG_ACCESS_LIST", NULL});
	ck_assert_str_eq(addr_text(&w.engine.access_entries[0].source, a), "172.16.1.3");
	says(&w, "crypto ikev1 policy 10\n", (const char *const[]){"CFG_IKE_POLICY", NULL});
	ck_assert_ptr_null(
	    strstr(text_str(&w.heard), "CFG_ACCESS_LIST")); /* no interface changed */
	config_paste(&w.t, "interface GigabitEthernet0/0\n");
	says(&w, "no ip address\n", (const char *const[]){"CFG_ACCESS_LIST", NULL});
	ck_assert(w.engine.access_entries[0].inactive);
	close_world(&w);
}
END_TEST

/* A line put in before others renumbers them; the engine's copy follows. */
START_TEST(access_lists_as_whole)
{
	struct world w;
	const struct cfg_access_list *e;

	open_world(&w);
	says(&w, "access-list L standard permit 10.1.0.0 255.255.0.0\n"
	    "access-list L remark two networks\n"
	    "access-list L standard deny host 10.2.0.1\n"
	    "access-list M extended permit udp any4 10.3.0.0 255.255.0.0 range domain 5000\n",
	    (const char *const[]){"CFG_ACCESS_LIST", NULL});
	ck_assert_msg(w.engine.n_access_entries == 3, "%s", text_str(&w.heard));
	says(&w, "access-list M line 1 extended deny tcp any any lt 1024\n",
	    (const char *const[]){"CFG_ACCESS_LIST", NULL});
	ck_assert_uint_eq(w.engine.n_access_entries, 4);
	e = &w.engine.access_entries[2];
	ck_assert_str_eq(e->name, "M");
	ck_assert(e->line == 1 && !e->permit && e->protocol == 6);
	ck_assert(e->port_low == 0 && e->port_high == 1023);
	ck_assert(e[1].line == 2 && e[1].permit && e[1].protocol == 17 && e[1].port_low == 53 &&
		  e[1].port_high == 5000);
	says(&w, "no access-list L standard permit 10.1.0.0 255.255.0.0\n",
	    (const char *const[]){"CFG_ACCESS_LIST", NULL});
	ck_assert_uint_eq(w.engine.n_access_entries, 3);
	e = w.engine.access_entries;
	ck_assert(e->line == 2 && !e->permit && e->standard && mask_prefix(&e->dest_mask) == 32);
	says(&w, "clear configure access-list M\n", (const char *const[]){"CFG_ACCESS_LIST", NULL});
	ck_assert_uint_eq(w.engine.n_access_entries, 1);
	close_world(&w);
}
END_TEST

static unsigned count_heard(const struct world *w, const char *what)
{
	unsigned n = 0;

	for (const char *at = text_str(&w->heard); (at = strstr(at, what)); at++)
		n++;
	return n;
}

/* Of a list only what a line changes is told, and every place the engine knows stays the truth. */
START_TEST(access_lists_as_changes)
{
	static const struct {
		const char *lines;
		unsigned told, entries; /* messages, and what the engine has then */
	} row[] = {
	    {"access-list L standard permit 10.1.0.0 255.255.0.0\naccess-list L standard permit "
	        "10.2.0.0 255.255.0.0\n",
		2, 2},
	    {"access-list L standard permit 10.3.0.0 255.255.0.0\n", 1, 3},
	    {"access-list L remark here\n", 0, 3},
	    {"access-list L standard permit 10.4.0.0 255.255.0.0\n", 1, 4},
	    /* three moved; nothing is at 2 and 5 now */
	    {"access-list L line 2 remark there\n", 5, 4},
	    {"no access-list L line 2 remark there\n", 5, 4}, /* nor at 4 and 6 */
	    {"no access-list L standard permit 10.4.0.0 255.255.0.0\n", 1, 3},
	    {"access-list M standard permit any4\n", 1, 4},
	    {"no access-list L standard permit 10.1.0.0 255.255.0.0\n", 3, 3},
	    {"clear configure access-list L\n", 2, 1},
	};
	struct world w;

	open_world(&w);
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		says(&w, row[i].lines, (const char *const[]){NULL});
		ck_assert_msg(count_heard(&w, "CFG_ACCESS_LIST") == row[i].told &&
				  w.engine.n_access_entries == row[i].entries,
		    "%s: %zu entries\n%s", row[i].lines, w.engine.n_access_entries,
		    text_str(&w.heard));
	}
	ck_assert_str_eq(w.engine.access_entries[0].name, "M");
	close_world(&w);
}
END_TEST

/* A list that is long: whatever moves, the engine's copy has every line at its place. */
START_TEST(long_access_lists)
{
	enum { N = 40 };
	static const char *const lines[] = {"access-list L line 1 remark first\n",
	    "access-list L line 1 extended deny tcp any any\n",
	    "no access-list L line 2 remark first\n",
	    "no access-list L extended deny tcp any any\n",
	    "no access-list L extended permit udp any any eq 1000\n"};
	struct text t = {0};
	struct world w;

	open_world(&w);
	for (unsigned i = 0; i < N; i++)
		text_addf(&t, "access-list L extended permit udp any any eq %u\n", 1000 + i);
	config_paste(&w.t, text_str(&t));
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		unsigned before = i == 0 || i == 2 ? 1 : i == 1 ? 2 : 0; /* elements before ours */
		unsigned first = i == 4 ? 1001 : 1000;
		const struct cfg_access_list *e;

		config_paste(&w.t, lines[i]);
		e = w.engine.access_entries;
		ck_assert_uint_eq(w.engine.n_access_entries, i == 4		? N - 1
							     : i == 1 || i == 2 ? N + 1
										: N);
		if (i == 1 || i == 2) {
			ck_assert(e->line == 1 && e->protocol == 6 && !e->permit);
			e++;
		}
		for (unsigned k = 0; k < N - (i == 4); k++)
			ck_assert_msg(e[k].line == before + k + 1 && e[k].port_low == first + k &&
					  e[k].port_high == first + k,
			    "%s: %u: line %u, port %u", lines[i], k, e[k].line, e[k].port_low);
	}
	close_world(&w);
	text_free(&t);
}
END_TEST

/* Sides of elements: networks, hosts, everything. */
START_TEST(sides_of_elements)
{
	static const struct {
		const char *line, *source, *dest; /* address/prefix */
		uint8_t protocol;
		bool inactive;
	} row[] = {
	    {"ip any any", "0.0.0.0/0", "0.0.0.0/0", 0, false},
	    {"ip any4 host 10.1.1.1", "0.0.0.0/0", "10.1.1.1/32", 0, false},
	    {"esp host 10.1.1.1 10.2.0.0 255.255.0.0", "10.1.1.1/32", "10.2.0.0/16", 50, false},
	    {"ip 10.2.0.0 255.255.0.0 any", "10.2.0.0/16", "0.0.0.0/0", 0, false},
	    {"ip any6 any", "0.0.0.0/0", "0.0.0.0/0", 0, true},
	    {"ip any any6", "0.0.0.0/0", "0.0.0.0/0", 0, true},
	    {"ip any any inactive", "0.0.0.0/0", "0.0.0.0/0", 0, true},
	    {"ip interface wan interface lan", "172.16.1.2/32", "10.3.3.3/32", 0, false},
	    {"ip any interface none", "0.0.0.0/0", "0.0.0.0/32", 0, true},
	    {"tcp any gt 65535 any", "0.0.0.0/0", "0.0.0.0/0", 6, true},
	    {"tcp any lt 0 any", "0.0.0.0/0", "0.0.0.0/0", 6, true},
	    {"tcp any gt 65534 any lt 1", "0.0.0.0/0", "0.0.0.0/0", 6, false},
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct world w;
		const struct cfg_access_list *e;
		char line[128], a[ADDR_TEXT_MAX];

		open_world(&w);
		config_paste(&w.t,
		    "interface g0/0\nnameif wan\nip address 172.16.1.2 255.255.255.0\n"
		    "interface g0/1\nnameif lan\nip address 10.3.3.3 255.255.255.0\n");
		snprintf(line, sizeof line, "access-list L extended deny %s\n", row[i].line);
		config_paste(&w.t, line);
		ck_assert_uint_eq(w.engine.n_access_entries, 1);
		e = w.engine.access_entries;
		snprintf(line, sizeof line, "%s/%d", addr_text(&e->source, a),
		    mask_prefix(&e->source_mask));
		ck_assert_str_eq(line, row[i].source);
		snprintf(
		    line, sizeof line, "%s/%d", addr_text(&e->dest, a), mask_prefix(&e->dest_mask));
		ck_assert_str_eq(line, row[i].dest);
		ck_assert_msg(e->inactive == row[i].inactive, "%s", row[i].line);
		ck_assert_uint_eq(e->protocol, row[i].protocol);
		ck_assert(!e->permit && !e->standard);
		close_world(&w);
	}
}
END_TEST

/* The fewest prefixes that are a range: none reaches beyond it, and the worst range has 62. */
START_TEST(ranges_become_prefixes)
{
	static const struct {
		const char *range;
		unsigned n;
		const char *first, *last; /* prefixes */
	} row[] = {
	    {"10.0.0.5 10.0.0.5", 1, "10.0.0.5 source_mask=255.255.255.255", NULL},
	    {"10.0.0.0 10.0.0.255", 1, "10.0.0.0 source_mask=255.255.255.0", NULL},
	    {"10.0.0.0 10.0.1.0", 2, "10.0.0.0 source_mask=255.255.255.0",
		"10.0.1.0 source_mask=255.255.255.255"},
	    {"10.0.0.1 10.0.0.2", 2, "10.0.0.1 source_mask=255.255.255.255",
		"10.0.0.2 source_mask=255.255.255.255"},
	    {"255.255.255.254 255.255.255.255", 1, "255.255.255.254 source_mask=255.255.255.254",
		NULL},
	    {"128.0.0.0 255.255.255.255", 1, "128.0.0.0 source_mask=128.0.0.0", NULL},
	    {"0.0.0.1 255.255.255.254", 62, "0.0.0.1 source_mask=255.255.255.255",
		"255.255.255.254 source_mask=255.255.255.255"},
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct world w;
		char line[200];

		open_world(&w);
		config_paste(&w.t, "interface g0/0\nnameif outside\n");
		snprintf(line, sizeof line,
		    "object network N\nrange %s\nnat (any,outside) source dynamic N interface\n",
		    row[i].range);
		says(&w, line,
		    row[i].last ? (const char *const[]){row[i].first, row[i].last, NULL}
				: (const char *const[]){row[i].first, NULL});
		ck_assert_msg(count_heard(&w, "KEEP_NAT") == row[i].n, "%s: %u", row[i].range,
		    count_heard(&w, "KEEP_NAT"));
		close_world(&w);
	}
}
END_TEST

/* Each prefix of the source with each of the destination, in the order of their numbers; and no
 * rule for an interface that is not there. */
START_TEST(rules_of_many_parts)
{
	static const char *const none[] = {"nat (nowhere,outside) source dynamic any interface\n",
	    "nat (any,nowhere) source dynamic any interface\n",
	    "nat (any,any) source static E E\n"};
	struct world w;

	open_world(&w);
	config_paste(&w.t, "interface g0/0\nnameif outside\n"
			   "object network N\nrange 10.0.0.1 10.0.0.2\n"
			   "object network M\nrange 10.9.0.3 10.9.0.4\n"
			   "object network E\ndescription nothing yet\n");
	says(&w, "nat (any,outside) source dynamic N interface destination static M M\n",
	    (const char *const[]){"order=4096 ", "real_if=\"\" mapped_if=\"eth0\"", "=10.0.0.1 ",
		"dest=10.9.0.3 ", "order=4097 ", "=10.0.0.1 ", "dest=10.9.0.4 ", "order=4098 ",
		"=10.0.0.2 ", "dest=10.9.0.3 ", "order=4099 ", "=10.0.0.2 ", "dest=10.9.0.4 ",
		NULL});
	ck_assert_uint_eq(count_heard(&w, "KEEP_NAT"), 4);
	for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
		text_clear(&w.heard);
		config_paste(&w.t, none[i]);
		ck_assert_str_eq(text_str(&w.heard), "");
	}
	close_world(&w);
}
END_TEST

START_TEST(keeper_hears_differences)
{
	struct world w;

	open_world(&w);
	says(&w,
	    "interface g0/0\nnameif outside\nip address 172.16.1.2 255.255.255.0\nno shutdown\n"
	    "interface g0/1\nnameif inside\nip address 10.1.1.1 255.255.255.0\n"
	    "route outside 0 0 172.16.1.1\n",
	    (const char *const[]){"keeper: KEEP_INTERFACE", "eth0", "172.16.1.2",
		"keeper: KEEP_INTERFACE", "eth1", "keeper: KEEP_ROUTE", "eth0", "172.16.1.1",
		NULL});
	says(&w,
	    "object network N\nsubnet 192.168.1.0 255.255.255.0\n"
	    "nat (inside,outside) source static any any destination static N N\n",
	    (const char *const[]){
		"keeper: KEEP_NAT", "exempt", "eth1", "eth0", "192.168.1.0", NULL});
	ck_assert_ptr_null(strstr(text_str(&w.heard), "KEEP_ROUTE"));
	/* 10.0.0.3 - 10.0.0.8: four prefixes. */
	says(&w, "object network N\nrange 10.0.0.3 10.0.0.8\n", (const char *const[]){"KEEP_NAT",
	    "10.0.0.3", "255.255.255.255", "KEEP_NAT", "10.0.0.4", "255.255.255.252", "KEEP_NAT",
	    "10.0.0.8", "255.255.255.255", NULL});
	says(&w, "nat (inside,outside) after-auto source dynamic any interface\n",
	    (const char *const[]){"KEEP_NAT", "dynamic-interface", NULL});
	/* The device goes: what stood on it is taken back, and comes back with it. */
	text_clear(&w.heard);
	w.gone = "GigabitEthernet0/0";
	feed_devices_changed(w.feed, w.t.db);
	ck_assert_ptr_nonnull(strstr(text_str(&w.heard), "KEEP_ROUTE"));
	text_clear(&w.heard);
	w.gone = NULL;
	feed_devices_changed(w.feed, w.t.db);
	ck_assert_ptr_nonnull(strstr(text_str(&w.heard), "KEEP_ROUTE"));
	ck_assert_ptr_nonnull(strstr(text_str(&w.heard), "dynamic-interface"));
	text_clear(&w.heard);
	feed_keeper(w.feed, w.t.db);
	ck_assert_str_eq(text_str(&w.heard), "");
	feed_snapshot(w.feed, w.t.db, ROLE_KEEPER);
	ck_assert_ptr_nonnull(strstr(text_str(&w.heard), "KEEP_INTERFACE"));
	close_world(&w);
}
END_TEST

#define RULE(op, order, kind) \
	"keeper: KEEP_NAT id=0 op=" op " order=" order " kind=\"" kind \
	"\" real_if=\"eth1\" mapped_if=\"eth0\""
#define TO_ANY " dest=- dest_mask=-"

/* Each rule once, in the kernel's words: what it translates, to what, in which order. */
START_TEST(rules_of_nat)
{
	static const struct {
		const char *line, *heard;
	} row[] = {
	    {"nat (inside,outside) source static H J\n",
	        RULE("1", "4096", "static")
	        " source=10.1.1.7 source_mask=255.255.255.255" TO_ANY " mapped=172.16.1.77\n"},
	    {"nat (inside,outside) source static N N\n",
	        RULE("1", "8192", "exempt")
	        " source=192.168.1.0 source_mask=255.255.255.0" TO_ANY " mapped=-\n"},
	    {"nat (inside,outside) source dynamic N J destination static H H\n",
	        RULE("1", "12288", "dynamic")
	        " source=192.168.1.0 source_mask=255.255.255.0"
	        " dest=10.1.1.7 dest_mask=255.255.255.255 mapped=172.16.1.77\n"},
	    {"nat (inside,outside) after-auto source dynamic any interface\n",
	        RULE("1", "3221229568", "dynamic-interface")
	        " source=- source_mask=-" TO_ANY " mapped=-\n"},
	    {"nat (inside,outside) source dynamic N interface inactive\n", ""},
	    {"object network N\nnat (inside,outside) dynamic interface\n",
	        RULE("1", "2147487744", "dynamic-interface")
	        " source=192.168.1.0 source_mask=255.255.255.0" TO_ANY " mapped=-\n"},
	    {"object network H\nnat (inside,outside) static 172.16.1.78\n",
	        RULE("2", "2147487744", "dynamic-interface")
	        " source=192.168.1.0 source_mask=255.255.255.0" TO_ANY " mapped=-\n"
	        RULE("1", "1073745920", "static")
	        " source=10.1.1.7 source_mask=255.255.255.255" TO_ANY " mapped=172.16.1.78\n"
	        RULE("1", "2147491840", "dynamic-interface")
	        " source=192.168.1.0 source_mask=255.255.255.0" TO_ANY " mapped=-\n"},
	    {"object network J\nnat (inside,outside) dynamic 172.16.1.79\n",
	        RULE("1", "2147491840", "dynamic")
	        " source=172.16.1.77 source_mask=255.255.255.255" TO_ANY " mapped=172.16.1.79\n"
	        RULE("1", "2147495936", "dynamic-interface")
	        " source=192.168.1.0 source_mask=255.255.255.0" TO_ANY " mapped=-\n"},
	};
	struct world w;

	open_world(&w);
	config_paste(&w.t, "interface g0/0\nnameif outside\ninterface g0/1\nnameif inside\n"
	    "object network N\nsubnet 192.168.1.0 255.255.255.0\n"
	    "object network H\nhost 10.1.1.7\n"
	    "object network J\nhost 172.16.1.77\n");
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		text_clear(&w.heard);
		config_paste(&w.t, row[i].line);
		ck_assert_str_eq(text_str(&w.heard), row[i].heard);
	}
	close_world(&w);
}
END_TEST

/* Of an interface that was only entered nothing is asked; of one with two names once. */
START_TEST(keeper_hears_what_was_said)
{
	struct world w;

	open_world(&w);
	says(&w, "interface g0/0\n", (const char *const[]){NULL});
	ck_assert_ptr_null(strstr(text_str(&w.heard), "keeper:"));
	says(&w, "interface g0/0\nshutdown\n",
	    (const char *const[]){"KEEP_INTERFACE", "up=0", NULL});
	says(&w, "interface g0/0\nno shutdown\n",
	    (const char *const[]){"KEEP_INTERFACE", "op=2", NULL});
	says(&w, "interface g0/0\nnameif outside\n",
	    (const char *const[]){"KEEP_INTERFACE", "op=1", "up=1", NULL});
	says(
	    &w, "interface eth0\nip address 10.9.9.1 255.255.255.0\n", (const char *const[]){NULL});
	ck_assert_ptr_null(strstr(text_str(&w.heard), "keeper:"));
	says(&w, "no interface g0/0\n", (const char *const[]){"KEEP_INTERFACE", "10.9.9.1", NULL});
	close_world(&w);
}
END_TEST

/* One interface is a host; two, or one with a crypto map, are a gateway. */
START_TEST(keeper_hears_of_forwarding)
{
	struct world w;

	open_world(&w);
	says(&w, "interface g0/0\nnameif outside\nip address 172.16.1.2 255.255.255.0\n"
	    "interface eth0\nnameif again\nip address 172.16.2.2 255.255.255.0\n",
	    (const char *const[]){"KEEP_INTERFACE", NULL});
	ck_assert_ptr_null(strstr(text_str(&w.heard), "KEEP_FORWARDING"));
	says(&w, "interface g0/1\nnameif inside\nip address 10.1.1.1 255.255.255.0\n",
	    (const char *const[]){
		"KEEP_FORWARDING", "op=1", "eth0", "KEEP_FORWARDING", "op=1", "eth1", NULL});
	says(&w, "interface g0/1\nshutdown\n",
	    (const char *const[]){
		"KEEP_FORWARDING", "op=2", "eth1", "KEEP_FORWARDING", "op=2", "eth0", NULL});
	says(&w, "crypto map M interface outside\n",
	    (const char *const[]){"KEEP_FORWARDING", "op=1", "eth0", NULL});
	ck_assert_ptr_null(strstr(text_str(&w.heard), "eth1"));
	says(&w, "no crypto map M interface outside\n",
	    (const char *const[]){"KEEP_FORWARDING", "op=2", "eth0", NULL});
	close_world(&w);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("feed");
	TCase *c = tcase_create("feed");
	SRunner *r;
	int failed;

	tcase_add_test(c, engine_hears_rows);
	tcase_add_test(c, snapshot_is_what_lines_said);
	tcase_add_test(c, access_lists_as_whole);
	tcase_add_test(c, access_lists_as_changes);
	tcase_add_test(c, names_called_none);
	tcase_add_test(c, elements_of_access_lists);
	tcase_add_test(c, elements_follow_interfaces);
	tcase_add_test(c, long_access_lists);
	tcase_add_test(c, sides_of_elements);
	tcase_add_test(c, ranges_become_prefixes);
	tcase_add_test(c, rules_of_many_parts);
	tcase_add_test(c, keeper_hears_differences);
	tcase_add_test(c, rules_of_nat);
	tcase_add_test(c, keeper_hears_what_was_said);
	tcase_add_test(c, keeper_hears_of_forwarding);
	suite_add_tcase(s, c);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
