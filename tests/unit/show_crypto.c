/* show crypto ikev1 sa, show crypto ipsec sa: byte by byte what the device prints. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/show/show.h"

static struct addr ip(const char *text)
{
	struct addr a;

	ck_assert(addr_parse(text, &a));
	return a;
}

static struct msg_rec_ike_sa ike(void)
{
	return (struct msg_rec_ike_sa){ .index = 1, .peer = ip("10.1.1.2"), .state = "MM_ACTIVE",
		.encryption = "3des", .hash = "SHA", .auth = "preshared", .lifetime = 28800,
		.remaining = 28555 };
}

static struct msg_rec_ipsec_sa esp(void)
{
	return (struct msg_rec_ipsec_sa){ .index = 1, .ifname = "outside", .map = "outside_dyn_map",
		.seq = 10, .local = ip("172.16.1.2"), .peer = ip("10.1.1.2"), .local_port = 500,
		.peer_port = 500, .local_ident = "172.16.1.2/255.255.255.255/17/1701",
		.remote_ident = "10.1.1.2/255.255.255.255/17/1701", .user = "test",
		.assigned = ip("192.168.1.1"), .spi_in = 0x71F346AB, .spi_out = 0xE8AF927A,
		.encryption = "esp-3des", .authentication = "esp-sha-hmac", .transport = 1,
		.overhead = 58, .overhead_header = 36, .mtu = 1500, .media_mtu = 1500,
		.df = "copy-df", .encaps = 29, .decaps = 118,
		.left_seconds = 3541, .left_kilobytes = 237303, .iv_size = 8, .replay = 1,
		.bitmap_in = 3, .bitmap_out = 1, .life_kilobytes = 250000 };
}

START_TEST(ikev1_sa)
{
	struct msg_rec_ike_sa r[2] = { ike(), ike() };
	struct text t = {0};

	show_ike_sa(&t, r, 1, false, false);
	ck_assert_str_eq(text_str(&t),
	    "\n"
	    "IKEv1 SAs:\n"
	    "\n"
	    "   Active SA: 1\n"
	    "    Rekey SA: 0 (A tunnel will report 1 Active and 1 Rekey SA during rekey)\n"
	    "Total IKE SA: 1\n"
	    "\n"
	    "1   IKE Peer: 10.1.1.2\n"
	    "    Type    : user            Role    : responder \n"
	    "    Rekey   : no              State   : MM_ACTIVE \n");
	text_clear(&t);
	for (uint8_t n = 0; n < 3; n++) {
		static const char *const said[] = {NULL, "\n    NAT-T masquerade: active, ",
		    "\n    NAT-T masquerade: too late in aggressive mode, "};

		r[0].masquerade = n;
		show_ike_sa(&t, r, 1, true, false);
		ck_assert_int_eq(strstr(text_str(&t), "masquerade") != NULL, n != 0);
		ck_assert(!said[n] || strstr(text_str(&t), said[n]));
		text_clear(&t);
	}
	r[0].masquerade = 0;
	r[1].rekey = 1;
	r[1].initiator = 1;
	show_ike_sa(&t, r, 2, true, true);
	ck_assert_str_eq(text_str(&t),
	    "\n"
	    "IKEv1 SAs:\n"
	    "\n"
	    "   Active SA: 1\n"
	    "    Rekey SA: 1 (A tunnel will report 1 Active and 1 Rekey SA during rekey)\n"
	    "Total IKE SA: 2\n"
	    "\n"
	    "1   IKE Peer: 10.1.1.2\n"
	    "    Type    : user            Role    : responder \n"
	    "    Rekey   : no              State   : MM_ACTIVE \n"
	    "    Encrypt : 3des            Hash    : SHA       \n"
	    "    Auth    : preshared       Lifetime: 28800\n"
	    "    Lifetime Remaining: 28555\n"
	    "\n"
	    "2   IKE Peer: 10.1.1.2\n"
	    "    Type    : user            Role    : initiator \n"
	    "    Rekey   : yes             State   : MM_ACTIVE \n"
	    "    Encrypt : 3des            Hash    : SHA       \n"
	    "    Auth    : preshared       Lifetime: 28800\n"
	    "    Lifetime Remaining: 28555\n"
	    "\n"
	    "There are no IKEv2 SAs\n");
	text_clear(&t);
	show_ike_sa(&t, NULL, 0, false, false);
	ck_assert_str_eq(text_str(&t), "\nThere are no IKEv1 SAs\n");
	text_clear(&t);
	show_ike_sa(&t, NULL, 0, true, true);
	ck_assert_str_eq(text_str(&t), "\nThere are no IKEv1 SAs\n\nThere are no IKEv2 SAs\n");
	text_free(&t);
}
END_TEST

#define HEAD \
	"    Crypto map tag: outside_dyn_map, seq num: 10, local addr: 172.16.1.2\n" \
	"\n" \
	"      local ident (addr/mask/prot/port): (172.16.1.2/255.255.255.255/17/1701)\n" \
	"      remote ident (addr/mask/prot/port): (10.1.1.2/255.255.255.255/17/1701)\n" \
	"      current_peer: 10.1.1.2, username: test\n" \
	"      dynamic allocated peer ip: 192.168.1.1\n" \
	"      dynamic allocated peer ip(ipv6): 0.0.0.0\n" \
	"\n" \
	"      #pkts encaps: 29, #pkts encrypt: 29, #pkts digest: 29\n" \
	"      #pkts decaps: 118, #pkts decrypt: 118, #pkts verify: 118\n" \
	"      #pkts compressed: 0, #pkts decompressed: 0\n" \
	"      #pkts not compressed: 29, #pkts comp failed: 0, #pkts decomp failed: 0\n"
#define PMTU \
	"      #PMTUs sent: 0, #PMTUs rcvd: 0, #decapsulated frgs needing reassembly: 0\n" \
	"      #TFC rcvd: 0, #TFC sent: 0\n" \
	"      #Valid ICMP Errors rcvd: 0, #Invalid ICMP Errors rcvd: 0\n"
#define POLICY \
	"      PMTU time remaining (sec): 0, DF policy: copy-df\n" \
	"      ICMP error validation: disabled, TFC packets: disabled\n" \
	"      current outbound spi: E8AF927A\n" \
	"      current inbound spi : 71F346AB\n" \
	"\n"
#define SA(settings, timing, iv, bitmap) \
	"         transform: esp-3des esp-sha-hmac no compression \n" \
	"         in use settings ={RA, " settings "IKEv1, }\n" \
	"         slot: 0, conn_id: 4096, crypto-map: outside_dyn_map\n" \
	"         sa timing: remaining key lifetime " timing "\n" \
	"         IV size: " iv " bytes\n" \
	"         replay detection support: Y\n" \
	"         Anti replay bitmap: \n" \
	"          " bitmap "\n"

START_TEST(ipsec_sa)
{
	struct msg_rec_ipsec_sa r = esp();
	struct text t = {0};

	show_ipsec_sa(&t, &r, 1, SHOW_BY_INTERFACE, false);
	ck_assert_str_eq(text_str(&t),
	    "interface: outside\n" HEAD
	    "      #post-frag successes: 0, #post-frag failures: 0, #fragments created: 0\n" PMTU
	    "      #send errors: 0, #recv errors: 0\n"
	    "\n"
	    "      local crypto endpt.: 172.16.1.2/0, remote crypto endpt.: 10.1.1.2/0\n"
	    "      path mtu 1500, ipsec overhead 58(36), media mtu 1500\n" POLICY
	    "    inbound esp sas:\n"
	    "      spi: 0x71F346AB (1911768747)\n"
	    SA("Transport, ", "(kB/sec): (237303/3541)", "8", "0x00000000 0x00000003")
	    "    outbound esp sas:\n"
	    "      spi: 0xE8AF927A (3903820410)\n"
	    SA("Transport, ", "(kB/sec): (237303/3541)", "8", "0x00000000 0x00000001")
	    "\n");
	text_clear(&t);
	show_ipsec_sa(&t, NULL, 0, SHOW_BY_INTERFACE, false);
	ck_assert_str_eq(text_str(&t), "\nThere are no ipsec sas\n");
	text_free(&t);
}
END_TEST

/* Where the heads of groups stand: before each entry whose interface, or peer, is another one. */
START_TEST(ipsec_sas_are_grouped)
{
	static const struct {
		const char *ifname, *peer;
	} row[] = {{"outside", "10.1.1.2"}, {"outside", "10.1.1.3"}, {"dmz", "10.1.1.3"},
	    {"dmz", "10.1.1.3"}, {"outside", "10.1.1.2"}};
	struct msg_rec_ipsec_sa r[5];
	struct text t = {0}, heads = {0};

	for (size_t i = 0; i < 5; i++) {
		r[i] = esp();
		r[i].ifname = row[i].ifname;
		r[i].peer = ip(row[i].peer);
	}
	for (int by = SHOW_BY_INTERFACE; by <= SHOW_BY_PEER; by++) {
		text_clear(&t);
		show_ipsec_sa(&t, r, 5, (enum show_ipsec_by)by, false);
		for (char *rest = t.p, *line; (line = strsep(&rest, "\n"));)
			if (strncmp(line, "    Crypto map tag", 18) == 0)
				text_add(&heads, ".");
			else if (*line && *line != ' ')
				text_addf(&heads, "%s", line);
		text_add(&heads, "\n");
	}
	ck_assert_str_eq(text_str(&heads),
	    "interface: outside..interface: dmz..interface: outside.\n"
	    "peer address: 10.1.1.2.peer address: 10.1.1.3...peer address: 10.1.1.2.\n");
	text_free(&t);
	text_free(&heads);
}
END_TEST

/* Errors of a kind of their own are not counted among the others. */
START_TEST(ipsec_sa_errors)
{
	static const struct {
		uint64_t errors, auth, replay;
		const char *other;
	} row[] = {{6, 2, 3, "1"}, {5, 2, 3, "0"}, {0, 2, 3, "0"}, {5, 0, 0, "5"}};
	struct msg_rec_ipsec_sa r = esp();
	struct text t = {0};
	char line[100];

	r.replay = 0;
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		r.recv_errors = row[i].errors;
		r.auth_failed = row[i].auth;
		r.replay_failed = row[i].replay;
		snprintf(line, sizeof line, "#pkts decaps failed (rcv): %s\n", row[i].other);
		text_clear(&t);
		show_ipsec_sa(&t, &r, 1, SHOW_BY_PEER, true);
		ck_assert_msg(strstr(text_str(&t), line) != NULL, "%s", text_str(&t));
	}
	ck_assert_ptr_nonnull(strstr(text_str(&t), "replay detection support: N\n"));
	ck_assert_ptr_null(strstr(text_str(&t), "bitmap"));
	text_free(&t);
}
END_TEST

START_TEST(ipsec_sa_of_nobody)
{
	struct msg_rec_ipsec_sa r = esp();
	struct text t = {0};

	for (int i = 0; i < 2; i++) {
		r.user = i ? NULL : "";
		text_clear(&t);
		show_ipsec_sa(&t, &r, 1, SHOW_BY_INTERFACE, false);
		ck_assert_ptr_nonnull(strstr(text_str(&t), "current_peer: 10.1.1.2\n"));
		ck_assert_ptr_null(strstr(text_str(&t), "username"));
	}
	text_free(&t);
}
END_TEST

START_TEST(ipsec_sa_behind_nat)
{
	struct msg_rec_ipsec_sa r = esp();
	struct text t = {0};

	r.udp_encap = 1;
	r.local_port = 4500;
	r.peer_port = 61001;
	r.overhead = 82;
	r.overhead_header = 52;
	r.iv_size = 16;
	r.transport = 0;
	r.pfs_group = 2;
	r.life_kilobytes = 0;
	r.auth_failed = 2;
	r.replay_failed = 3;
	r.recv_errors = 6;
	r.bitmap_in = r.bitmap_out = 0xFFFFFFFF80000001ULL;
	show_ipsec_sa(&t, &r, 1, SHOW_BY_PEER, true);
	ck_assert_str_eq(text_str(&t),
	    "peer address: 10.1.1.2\n" HEAD
	    "      #pre-frag successes: 0, #pre-frag failures: 0, #fragments created: 0\n" PMTU
	    "      #pkts no sa (send): 0, #pkts invalid sa (rcv): 0\n"
	    "      #pkts encaps failed (send): 0, #pkts decaps failed (rcv): 1\n"
	    "      #pkts invalid prot (rcv): 0, #pkts verify failed: 2\n"
	    "      #pkts invalid identity (rcv): 0, #pkts invalid len (rcv): 0\n"
	    "      #pkts invalid pad (rcv): 0,\n"
	    "      #pkts invalid ip version (rcv): 0,\n"
	    "      #pkts replay rollover (send): 0, #pkts replay rollover (rcv): 0\n"
	    "      #pkts replay failed (rcv): 3\n"
	    "      #pkts min mtu frag failed (send): 0, #pkts bad frag offset (rcv): 0\n"
	    "      #pkts internal err (send): 0, #pkts internal err (rcv): 0\n"
	    "\n"
	    "      local crypto endpt.: 172.16.1.2/4500, remote crypto endpt.: 10.1.1.2/61001\n"
	    "      path mtu 1500, ipsec overhead 82(52), media mtu 1500\n" POLICY
	    "    inbound esp sas:\n"
	    "      spi: 0x71F346AB (1911768747)\n"
	    SA("Tunnel, PFS Group 2,  NAT-T-Encaps, ", "(sec): 3541", "16", "0xFFFFFFFF 0x80000001")
	    "    outbound esp sas:\n"
	    "      spi: 0xE8AF927A (3903820410)\n"
	    SA("Tunnel, PFS Group 2,  NAT-T-Encaps, ", "(sec): 3541", "16", "0xFFFFFFFF 0x80000001")
	    "\n");
	text_free(&t);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("show_crypto");
	TCase *c = tcase_create("show_crypto");
	SRunner *r;
	int failed;

	tcase_add_test(c, ikev1_sa);
	tcase_add_test(c, ipsec_sa);
	tcase_add_test(c, ipsec_sas_are_grouped);
	tcase_add_test(c, ipsec_sa_errors);
	tcase_add_test(c, ipsec_sa_of_nobody);
	tcase_add_test(c, ipsec_sa_behind_nat);
	suite_add_tcase(s, c);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
