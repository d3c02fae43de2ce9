/*
 * Rules of access lists and of NAT in the device's words: show access-list, packet-tracer detailed,
 * show nat.
 */
#include <check.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "cli/show/access_list.h"
#include "cli/show/nat.h"
#include "cli/show/packet_tracer.h"

#define ALL 0, UINT32_MAX
#define ANY_PORT 0, UINT16_MAX

/* action, protocol, source, its ports, destination, its ports */
static struct acl_rule rule(uint8_t protocol, uint32_t from_first, uint32_t from_last,
    uint16_t from_low, uint16_t from_high, uint32_t to_first, uint32_t to_last, uint16_t low,
    uint16_t high)
{
	return (struct acl_rule){.permit = true, .protocol = protocol, .source_first = from_first,
	    .source_last = from_last, .source_low = from_low, .source_high = from_high,
	    .dest_first = to_first, .dest_last = to_last, .dest_low = low, .dest_high = high,
	    .hash = 0xabc, .line = 7};
}

START_TEST(rules_of_lists)
{
	const struct {
		struct acl_rule r;
		const char *text;
	} row[] = {
	    {rule(0, ALL, ANY_PORT, ALL, ANY_PORT), "permit ip any any"},
	    {rule(IPPROTO_ESP, 0x0a010101, 0x0a010101, ANY_PORT, 0x0a020000, 0x0a02ffff, ANY_PORT),
		"permit esp host 10.1.1.1 10.2.0.0 255.255.0.0"},
	    {rule(200, 0x0a010101, 0x0a010104, ANY_PORT, 0x0a010100, 0x0a010101, ANY_PORT),
		"permit 200 range 10.1.1.1 10.1.1.4 10.1.1.0 255.255.255.254"},
	    {rule(IPPROTO_TCP, ALL, 80, 80, ALL, 81, 79), "permit tcp any eq www any neq www"},
	    {rule(IPPROTO_TCP, ALL, 1024, UINT16_MAX, ALL, 0, 21),
		"permit tcp any gt 1023 any lt ssh"},
	    {rule(IPPROTO_UDP, ALL, 53, 69, ALL, 1, 2),
		"permit udp any range domain tftp any range 1 2"},
	    /* A word is its protocol's. */
	    {rule(IPPROTO_UDP, ALL, 443, 443, ALL, 514, 514),
		"permit udp any eq 443 any eq syslog"},
	    {rule(IPPROTO_TCP, ALL, 443, 443, ALL, 514, 514), "permit tcp any eq https any eq rsh"},
	    {rule(IPPROTO_ICMP, ALL, ANY_PORT, ALL, ANY_PORT), "permit icmp any any"},
	    {rule(IPPROTO_ICMP, ALL, ANY_PORT, ALL, 8 << 8, 8 << 8 | 255),
		"permit icmp any any echo"},
	    {rule(IPPROTO_ICMP, ALL, ANY_PORT, ALL, 3 << 8 | 4, 3 << 8 | 4),
		"permit icmp any any unreachable 4"},
	    {rule(IPPROTO_ICMP, ALL, ANY_PORT, ALL, 99 << 8, 99 << 8 | 255),
		"permit icmp any any 99"},
	};

	const struct show_names names = {0};
	const struct show_host nobody = {0};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct acl_rule deny = row[i].r;
		struct text t = {0};

		show_access_rule(&t, &row[i].r, &names, &nobody, &nobody);
		ck_assert_str_eq(text_str(&t), row[i].text);
		text_clear(&t);
		deny.permit = false;
		show_access_rule(&t, &deny, &names, &nobody, &nobody);
		ck_assert(strncmp(text_str(&t), "deny ", 5) == 0);
		text_free(&t);
	}
}
END_TEST

START_TEST(rules_that_a_packet_meets)
{
	const struct {
		struct acl_rule r;
		const char *source, *dest;
	} row[] = {
	    {rule(0, ALL, ANY_PORT, ALL, ANY_PORT), "0.0.0.0, mask=0.0.0.0, port=0",
		"0.0.0.0, mask=0.0.0.0, port=0"},
	    {rule(IPPROTO_TCP, 0x0a010100, 0x0a0101ff, 1, 5, 0x0a010101, 0x0a010101, 22, 22),
		"10.1.1.0, mask=255.255.255.0, port=1-5",
		"10.1.1.1, mask=255.255.255.255, port=22"},
	    /* of the size of a network, or beginning as one: neither is one */
	    {rule(IPPROTO_UDP, 0x0a010101, 0x0a010102, ANY_PORT, 0x0a010102, 0x0a010105, ANY_PORT),
		"10.1.1.1, last=10.1.1.2, port=0", "10.1.1.2, last=10.1.1.5, port=0"},
	    {rule(IPPROTO_UDP, 0x0a010101, 0x0a010104, 0, 5, 0x0a010100, 0x0a010102, 1, UINT16_MAX),
		"10.1.1.1, last=10.1.1.4, port=0-5", "10.1.1.0, last=10.1.1.2, port=1-65535"},
	    {rule(IPPROTO_ICMP, ALL, ANY_PORT, ALL, 8 << 8, 8 << 8 | 255),
		"0.0.0.0, mask=0.0.0.0, port=0", "0.0.0.0, mask=0.0.0.0, icmp-type=8"},
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct text t = {0}, want = {0};

		text_addf(&want,
		    " Forward Flow based lookup yields rule:\n"
		    " in  id=0x00000abc, priority=13, domain=permit, deny=false\n"
		    "\tuser_data=0x00000007, cs_id=0x0, use_real_addr, flags=0x0, protocol=%u\n"
		    "\tsrc ip/id=%s, tag=any\n\tdst ip/id=%s, tag=any, dscp=0x0\n"
		    "\tinput_ifc=inside, output_ifc=any\n",
		    row[i].r.protocol, row[i].source, row[i].dest);
		show_tracer_rule(&t, &row[i].r, "inside", "any");
		ck_assert_str_eq(text_str(&t), text_str(&want));
		text_free(&t);
		text_free(&want);
	}
}
END_TEST

/* Each option alone is its word and nothing else. */
START_TEST(options_of_nat)
{
	static const struct {
		struct nat_line l;
		const char *behind; /* what stands behind the real address */
	} row[] = {
	    {{.fixed = true}, " M "},
	    {{.pool = true}, " pat-pool M "},
	    {{.round_robin = true}, " M round-robin "},
	    {{.extended = true}, " M extended "},
	    {{.flat = true}, " M flat "},
	    {{.reserve = true}, " M include-reserve "},
	    {{.blocks = true}, " M block-allocation "},
	    {{.fallback = true}, " M interface "},
	    {{.pool = true, .round_robin = true, .extended = true, .flat = true, .reserve = true,
		 .fallback = true},
		" pat-pool M round-robin extended flat include-reserve interface "},
	    {{.net_to_net = true}, " M  net-to-net"},
	    {{.dns = true}, " M  dns"},
	    {{.one_way = true}, " M  unidirectional"},
	    {{.no_proxy_arp = true}, " M  no-proxy-arp"},
	    {{.route_lookup = true}, " M  route-lookup"},
	    {{.inactive = true, .description = "why"}, " M  inactive description why"},
	    {{.dest_mapped = "D", .dest_real = "E"}, " M   destination static D E"},
	    {{.service = "S", .service_to = "T"}, " M  service S T"},
	    {{.section = NAT_SECTION_OBJECT, .service = "tcp", .real_port = "www",
		 .mapped_port = "8080"},
		" M  service tcp www 8080"},
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct nat_line l = row[i].l;
		const struct show_nat_rule r = {
		    .line = &l, .translated = 4294967296, .untranslated = 2};
		struct text t = {0}, want = {0};

		l.number = 3;
		strcpy(l.real_if, "inside");
		strcpy(l.mapped_if, "any");
		strcpy(l.source, "R");
		strcpy(l.mapped, "M");
		text_addf(&want,
		    "3 (inside) to (any) source %s R%s\n"
		    "    translate_hits = 4294967296, untranslate_hits = 2\n",
		    l.fixed ? "static" : "dynamic", row[i].behind);
		show_nat_rule(&t, &r, false);
		ck_assert_str_eq(text_str(&t), text_str(&want));
		text_free(&t);
		text_free(&want);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("show_rules");
	TCase *tc = tcase_create("texts");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_test(tc, rules_of_lists);
	tcase_add_test(tc, rules_that_a_packet_meets);
	tcase_add_test(tc, options_of_nat);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
