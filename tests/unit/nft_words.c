/* The words of nft, exactly: NAT rules of each kind, who enters their blocks, verdicts of elements,
 * and what stands between lists where there are clients. */
#include <check.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "engine/firewall/nft_filter.h"
#include "engine/firewall/nft_nat_table.h"

#define A(a, b, c, d) ((uint32_t)(a) << 24 | (b) << 16 | (c) << 8 | (d))
#define ANY ((struct range){0, UINT32_MAX})

static bool has_address;
static char *text;
static size_t len;
static FILE *to;

static bool address_of(void *arg, const char *device, uint32_t *address)
{
	(void)arg;
	if (!has_address || strcmp(device, "out") != 0)
		return false;
	*address = A(172, 16, 1, 2);
	return true;
}

static const struct nft_nat nat = {"gatehouse0", {address_of, NULL}};

static void setup(void)
{
	has_address = true;
	text = NULL;
	to = open_memstream(&text, &len);
	ck_assert_ptr_nonnull(to);
}

static void teardown(void)
{
	fclose(to);
	free(text);
}

static struct range one(uint32_t a)
{
	return (struct range){a, a};
}

/* From one host of the inside to one address of the outside, whoever the peer is. */
static struct nat_rule host(uint32_t i)
{
	return (struct nat_rule){.order = i + 1,
	    .line = i + 1,
	    .kind = NAT_STATIC,
	    .to = NAT_TO_ADDRESSES,
	    .real_if = "in",
	    .mapped_if = "out",
	    .real = one(A(10, 0, 0, 0) + i),
	    .mapped = one(A(203, 0, 113, 0) + i),
	    .dest_mapped = ANY,
	    .dest_real = ANY};
}

/* ---- one NAT rule ------------------------------------------------------------------------ */

static void says(const struct nat_rule *r, const char *expect)
{
	rewind(to);
	nft_nat_prerouting(to, r, &nat);
	nft_nat_postrouting(to, r, &nat);
	fflush(to);
	text[len] = 0;
	ck_assert_str_eq(text, expect);
}

#define FORWARD "iifname \"in\" ip saddr 10.0.0.8 "
#define BACK "iifname \"out\" ip daddr 203.0.113.8 "
#define BACK_POST "iifname \"out\" ct original ip daddr 203.0.113.8 "
#define T "counter name \"t0000000000000009\" "
#define U "counter name \"u0000000000000009\" "

START_TEST(ports)
{
	struct nat_rule r = host(8);

	r.line = 9;
	/* a port that stays what it is */
	r.source_service = (struct nat_service){IPPROTO_UDP, 53, 53, 53, 53};
	says(&r,
	    FORWARD "meta l4proto udp ct original proto-src 53 "
		    "fib daddr oifname \"out\" accept\n" BACK
		    "meta l4proto udp ct original proto-dst 53 " U "dnat ip to 10.0.0.8\n" FORWARD
		    "meta l4proto udp ct original proto-src 53 oifname \"out\" " T
		    "snat ip to 203.0.113.8\n" BACK_POST
		    "meta l4proto udp ct original proto-dst 53 accept\n");
	/* as many from the first on, and up to the last */
	r.unidirectional = true;
	r.source_service = (struct nat_service){IPPROTO_TCP, 0, 1, 0, 1};
	says(&r, FORWARD "meta l4proto tcp ct original proto-src 0-1 "
			 "fib daddr oifname \"out\" accept\n" FORWARD
			 "meta l4proto tcp ct original proto-src 0-1 oifname \"out\" " T
			 "snat ip to 203.0.113.8\n");
	r.source_service = (struct nat_service){IPPROTO_TCP, 65534, 65535, 7, 8};
	says(&r, FORWARD "meta l4proto tcp ct original proto-src 65534-65535 "
			 "fib daddr oifname \"out\" accept\n" FORWARD
			 "meta l4proto tcp ct original proto-src 65534-65535 oifname \"out\" " T
			 "snat ip to 203.0.113.8 : tcp sport map { 65534 : 7, 65535 : 8 }\n");
	r.unidirectional = false;
	/* all ports of a protocol, and one that becomes another */
	r.source_service = (struct nat_service){IPPROTO_SCTP, 0, UINT16_MAX, 0, UINT16_MAX};
	r.dest_service = (struct nat_service){IPPROTO_SCTP, 80, 80, 8080, 8080};
	says(&r,
	    FORWARD "meta l4proto sctp ct original proto-dst 8080 fib daddr oifname \"out\" "
		    "dnat ip to ip daddr:80\n" BACK "meta l4proto sctp ct original proto-src 80 " U
		    "dnat ip to 10.0.0.8\n" FORWARD
		    "meta l4proto sctp ct original proto-dst 8080 oifname \"out\" " T
		    "snat ip to 203.0.113.8\n" BACK_POST
		    "meta l4proto sctp ct original proto-src 80 snat ip to ip saddr:8080\n");
}
END_TEST

static void match(uint32_t first, uint32_t last, const char *expect)
{
	rewind(to);
	putc('.', to);
	nft_nat_match(to, "x", (struct range){first, last});
	fflush(to);
	text[len] = 0;
	ck_assert_str_eq(text + 1, expect);
}

/* All addresses are not spoken of; prefixes as such. */
START_TEST(matches)
{
	match(0, UINT32_MAX, "");
	match(0, UINT32_MAX - 1, "x 0.0.0.0-255.255.255.254 ");
	match(1, UINT32_MAX, "x 0.0.0.1-255.255.255.255 ");
	match(0, UINT32_MAX / 2, "x 0.0.0.0/1 ");
	match(0, 0, "x 0.0.0.0 ");
	match(2, 3, "x 0.0.0.2/31 ");
	match(1, 2, "x 0.0.0.1-0.0.0.2 ");
	match(2, 4, "x 0.0.0.2-0.0.0.4 ");
}
END_TEST

/* Ranges go as pairs of prefixes, as few as there are. */
START_TEST(ranges)
{
	struct nat_rule r = host(8);

	r.line = 9;
	r.unidirectional = true;
	r.real.last += 2;
	r.mapped.last += 2;
	says(&r, "iifname \"in\" ip saddr 10.0.0.8-10.0.0.10 fib daddr oifname \"out\" accept\n"
		 "iifname \"in\" ip saddr 10.0.0.8-10.0.0.10 oifname \"out\" " T
		 "snat ip prefix to ip saddr map { 10.0.0.8/31 : 203.0.113.8/31, "
		 "10.0.0.10/32 : 203.0.113.10/32 }\n");
	r.real.last++;
	r.mapped.last++;
	says(&r, "iifname \"in\" ip saddr 10.0.0.8/30 fib daddr oifname \"out\" accept\n"
		 "iifname \"in\" ip saddr 10.0.0.8/30 oifname \"out\" " T
		 "snat ip prefix to ip saddr map { 10.0.0.8/30 : 203.0.113.8/30 }\n");
	/* as many, but they do not begin where a prefix may */
	r.mapped.first++;
	r.mapped.last++;
	says(&r, "iifname \"in\" ip saddr 10.0.0.8/30 fib daddr oifname \"out\" accept\n"
		 "iifname \"in\" ip saddr 10.0.0.8/30 oifname \"out\" " T
		 "snat ip prefix to ip saddr map { 10.0.0.8/32 : 203.0.113.9/32, "
		 "10.0.0.9/32 : 203.0.113.10/32, 10.0.0.10/32 : 203.0.113.11/32, "
		 "10.0.0.11/32 : 203.0.113.12/32 }\n");
}
END_TEST

#define DYNAMIC FORWARD "fib daddr oifname \"out\" accept\n" FORWARD "oifname \"out\" "

START_TEST(dynamic)
{
	struct nat_rule r = host(8);

	r.line = 9;
	r.kind = NAT_DYNAMIC;
	says(&r, DYNAMIC T "snat ip to 203.0.113.8\n");
	r.mapped.last += 2;
	says(&r, DYNAMIC T "snat ip to 203.0.113.8-203.0.113.10 persistent\n");
	r.share = 1;
	says(&r, DYNAMIC T "snat ip to 203.0.113.8-203.0.113.10 persistent\n");
	r.share = 3;
	says(&r, DYNAMIC "jhash ip saddr mod 3 seed 1 0 " T
			 "snat ip to 203.0.113.8-203.0.113.10 persistent\n");
	r.share = 0;
	r.to |= NAT_TO_ROUND_ROBIN;
	says(&r, DYNAMIC T "snat ip to 203.0.113.8-203.0.113.10\n");
	r.to = NAT_TO_INTERFACE;
	says(&r, DYNAMIC T "masquerade\n");
	ck_assert(!nft_nat_needs_address(&r));
	/* what leaves for clients has the address of the interface that they are behind */
	r.mapped_clients = true;
	ck_assert(nft_nat_needs_address(&r));
	says(&r, FORWARD "fib daddr oifname { \"out\", \"gatehouse0\" } accept\n" FORWARD
			 "oifname { \"out\", \"gatehouse0\" } " T "snat ip to 172.16.1.2\n");
	has_address = false;
	says(&r, FORWARD "fib daddr oifname { \"out\", \"gatehouse0\" } accept\n" FORWARD
			 "oifname { \"out\", \"gatehouse0\" } " T "masquerade\n");
	r.to |= NAT_TO_ADDRESSES;
	ck_assert(!nft_nat_needs_address(&r));
	/* of any interface: whichever it is */
	r = host(8);
	r.kind = NAT_DYNAMIC;
	r.to = NAT_TO_INTERFACE;
	r.line = 9;
	r.mapped_if[0] = 0;
	r.mapped_clients = has_address = true;
	ck_assert(!nft_nat_needs_address(&r));
	says(&r, FORWARD "accept\n" FORWARD T "masquerade\n");
}
END_TEST

/* An interface without an address: nobody is translated, and nobody let through as he is. */
START_TEST(no_address)
{
	struct nat_rule r = host(8);

	r.line = 9;
	r.to = NAT_TO_INTERFACE;
	ck_assert(nft_nat_needs_address(&r));
	says(&r, FORWARD "fib daddr oifname \"out\" accept\n"
			 "iifname \"out\" ip daddr 172.16.1.2 " U "dnat ip to 10.0.0.8\n" FORWARD
			 "oifname \"out\" " T "snat ip to 172.16.1.2\n"
			 "iifname \"out\" ct original ip daddr 172.16.1.2 accept\n");
	has_address = false;
	says(&r, FORWARD "fib daddr oifname \"out\" accept\n");
}
END_TEST

/* ---- who enters a block ---------------------------------------------------------------------- */

/* The transaction to these rules, and what leads to their blocks before routing. */
static struct nft_nat_table *table(const struct nat_rule *r, size_t n)
{
	struct nft_nat_table *t = nft_nat_table_new();

	ck_assert_ptr_nonnull(t);
	rewind(to);
	ck_assert(nft_nat_table_change(t, r, n, &nat, to));
	fflush(to);
	text[len] = 0;
	nft_nat_table_done(t, true);
	return t;
}

static void entered(const struct nat_rule *r, size_t n, const char *expect)
{
	static const char begins[] = "add rule inet gatehouse nat_pre ";
	char lines[2000] = "";

	nft_nat_table_free(table(r, n));
	for (const char *p = text; (p = strstr(p, begins)); p++) {
		p += sizeof begins - 1;
		strncat(lines, p, strcspn(p, "\n") + 1);
	}
	ck_assert_str_eq(lines, expect);
}

START_TEST(who_enters)
{
	struct nat_rule r = host(8);

	entered(&r, 1, "ip saddr 10.0.0.8 jump nat_pre1\nip daddr 203.0.113.8 jump nat_pre1\n");
	r.dest_real = r.dest_mapped = (struct range){A(192, 168, 1, 0), A(192, 168, 1, 255)};
	entered(&r, 1, "ip saddr 10.0.0.8 jump nat_pre1\nip daddr 203.0.113.8 jump nat_pre1\n");
	r.real = r.mapped = ANY;
	entered(&r, 1,
	    "ip daddr 192.168.1.0/24 jump nat_pre1\nip saddr 192.168.1.0/24 jump nat_pre1\n");
	r.dest_real = r.dest_mapped = ANY;
	entered(&r, 1, "jump nat_pre1\n");
	r = host(8);
	r.kind = NAT_DYNAMIC;
	entered(&r, 1, "ip saddr 10.0.0.8 jump nat_pre1\n");
	r = host(8);
	r.to = NAT_TO_INTERFACE;
	entered(&r, 1, "ip saddr 10.0.0.8 jump nat_pre1\nip daddr 172.16.1.2 jump nat_pre1\n");
}
END_TEST

#define N ((size_t)(3 * NFT_NAT_BLOCK))
static struct nat_rule v[N];

static void hosts(void)
{
	for (uint32_t i = 0; i < N; i++)
		v[i] = host(i);
}

#define BY_MAP                                                                                     \
	"ip saddr vmap { 10.0.0.0-10.0.0.15 : jump nat_pre1, 10.0.0.16-10.0.0.31 : jump "          \
	"nat_pre2, 10.0.0.32-10.0.0.47 : jump nat_pre3 }\n"                                        \
	"ip daddr vmap { 203.0.113.0-203.0.113.15 : jump nat_pre1, 203.0.113.16-203.0.113.31 : "   \
	"jump nat_pre2, 203.0.113.32-203.0.113.47 : jump nat_pre3 }\n"

static bool by_map(void)
{
	nft_nat_table_free(table(v, N));
	return strstr(text, "vmap") != NULL;
}

/* Blocks with nothing in common are found in one step; only those. */
START_TEST(found_in_one_step)
{
	hosts();
	entered(v, N, BY_MAP);
	v[40].real_clients = true; /* clients on one side */
	ck_assert(by_map());
	v[40].mapped_clients = true; /* on both */
	ck_assert(!by_map());
	hosts();
	v[40].real_if[0] = 0;
	ck_assert(!by_map());
	hosts();
	v[3].mapped_if[0] = 0;
	ck_assert(!by_map());
	hosts();
	strcpy(v[3].mapped_if, "in");
	ck_assert(!by_map());
	hosts();
	strcpy(v[20].real_if, "dmz");
	ck_assert(!by_map());
	hosts();
	strcpy(v[20].mapped_if, "dmz");
	ck_assert(!by_map());
	hosts();
	for (size_t i = 0; i < N; i++)
		strcpy(v[i].mapped_if, "in");
	ck_assert(!by_map());
	/* one address in two of them */
	hosts();
	v[16].real = v[15].real;
	ck_assert(!by_map());
	hosts();
	v[16].mapped = v[15].mapped;
	ck_assert(!by_map());
	/* a block that nobody enters from the mapped side */
	hosts();
	for (size_t i = 16; i < 32; i++)
		v[i].kind = NAT_DYNAMIC;
	ck_assert(!by_map());
}
END_TEST

static bool writes(unsigned block)
{
	char chain[40];

	snprintf(chain, sizeof chain, "chain nat_pre%u {", block);
	return strstr(text, chain) != NULL;
}

/* Blocks are of 16 to 31 rules; a change writes the one that it is in, and no other. */
START_TEST(cut_in_blocks)
{
	struct nft_nat_table *t;

	hosts();
	nft_nat_table_free(table(v, 31));
	ck_assert(writes(1) && !writes(2));
	nft_nat_table_free(table(v, 32));
	ck_assert(writes(1) && writes(2) && !writes(3));
	t = table(v, N);
	ck_assert(writes(3) && !writes(4));
	rewind(to);
	v[16].mapped.first = v[16].mapped.last = A(203, 0, 114, 1); /* the first of its block */
	ck_assert(nft_nat_table_change(t, v, N, &nat, to));
	fflush(to);
	text[len] = 0;
	ck_assert(writes(4) && !writes(5));
	ck_assert_ptr_nonnull(strstr(text, "delete chain inet gatehouse nat_pre2\n"));
	ck_assert_ptr_null(strstr(text, "delete chain inet gatehouse nat_pre1\n"));
	ck_assert_ptr_null(strstr(text, "delete chain inet gatehouse nat_pre3\n"));
	nft_nat_table_free(t);
}
END_TEST

/* The interface has another address: its rules are written anew, as they have it in them. */
START_TEST(another_address)
{
	struct nft_nat_table *t;

	hosts();
	v[0].to = NAT_TO_INTERFACE;
	t = table(v, 2);
	ck_assert_ptr_nonnull(strstr(text, "snat ip to 172.16.1.2\n"));
	rewind(to);
	ck_assert(nft_nat_table_change(t, v, 2, &nat, to));
	ck_assert_int_eq(ftell(to), 0);
	has_address = false;
	ck_assert(nft_nat_table_change(t, v, 2, &nat, to));
	ck_assert_int_gt(ftell(to), 0);
	nft_nat_table_free(t);
}
END_TEST

/* ---- lists ------------------------------------------------------------------------------- */

static void verdict(bool permit, uint8_t log, const char *expect)
{
	struct acl_rule r = {.source_last = UINT32_MAX,
	    .dest_first = 5,
	    .dest_last = 5,
	    .source_high = UINT16_MAX,
	    .dest_high = UINT16_MAX,
	    .permit = permit,
	    .log = log};
	struct access_list a = {.name = (char[]){"A"}, .rule = &r, .n = 1};
	struct nft_list *l = nft_list_new("A", 7);
	char line[200];

	rewind(to);
	ck_assert(nft_list_change(l, &a, to));
	fflush(to);
	text[len] = 0;
	snprintf(line, sizeof line,
	    "add element inet gatehouse layer7_1 { 0.0.0.5 . 0.0.0.0-255.255.255.255 . 0-255 : "
	    "%s }\n",
	    expect);
	ck_assert_msg(strstr(text, line) != NULL, "no %s in %s", line, text);
	nft_list_free(l);
}

/* What is not told of costs no more than the verdict. */
START_TEST(verdicts)
{
	verdict(true, ACL_LOG_DEFAULT, "accept");
	verdict(true, ACL_LOG_NONE, "accept");
	verdict(true, ACL_LOG_LEVEL, "goto list7_told");
	verdict(true, ACL_LOG_LEVEL + 7, "goto list7_told");
	verdict(false, ACL_LOG_DEFAULT, "goto list7_refused");
	verdict(false, ACL_LOG_NONE, "drop");
	verdict(false, ACL_LOG_LEVEL, "goto list7_refused");
}
END_TEST

/* Ports are looked at where an element of the layer has any. */
START_TEST(ported)
{
	static const struct {
		uint16_t source_low, source_high, dest_low, dest_high;
	} some[] = {{1, UINT16_MAX, 0, UINT16_MAX}, {0, 7, 0, UINT16_MAX},
	    {0, UINT16_MAX, 1, UINT16_MAX}, {0, UINT16_MAX, 0, 7}};
	struct acl_rule r = {.protocol = 6, .source_high = UINT16_MAX, .dest_high = UINT16_MAX};

	ck_assert(!layers_ported(&r));
	for (size_t i = 0; i < sizeof some / sizeof *some; i++) {
		r.source_low = some[i].source_low;
		r.source_high = some[i].source_high;
		r.dest_low = some[i].dest_low;
		r.dest_high = some[i].dest_high;
		ck_assert_msg(layers_ported(&r), "%zu", i);
	}
}
END_TEST

/* ---- between lists -------------------------------------------------------------------------- */

static struct zone zones[] = {{.device = "eth1", .nameif = "inside", .level = 100},
    {.device = "eth0", .nameif = "outside"}};
static struct access_list lists[] = {{.name = (char[]){"OUT"}}, {.name = (char[]){"ALL"}}};
static struct access_group groups[] = {
    {"eth1", ACCESS_OUT, (char[]){"OUT"}}, {"", ACCESS_IN, (char[]){"ALL"}}};

/* The commands from nothing to that. */
static void filter(const struct firewall *f)
{
	struct nft_filter t = {0};

	rewind(to);
	ck_assert(nft_filter_change(&t, f, "gatehouse0", to));
	fflush(to);
	text[len] = 0;
	nft_filter_fini(&t);
}

#define HAS(line) (strstr(text, "add rule inet gatehouse " line "\n") != NULL)

/* What clients send passes lists by their own filter, if sysopt says so; back to where clients are
 * only with same-security-traffic. */
START_TEST(clients)
{
	struct firewall f = {.zones = zones,
	    .n_zones = 2,
	    .lists = lists,
	    .n_lists = 2,
	    .groups = groups,
	    .n_groups = 1,
	    .permit_vpn = true};

	filter(&f);
	ck_assert_ptr_null(strstr(text, "gatehouse0"));
	ck_assert(HAS("out0 jump list1"));
	ck_assert(HAS("leaving oifname vmap { \"eth1\" : goto out0, \"eth0\" : goto out1 }"));
	zones[1].vpn = true;
	filter(&f);
	ck_assert(HAS("between iifname \"gatehouse0\" accept"));
	ck_assert(HAS("between iifname \"gatehouse0\" oifname { \"eth0\", \"gatehouse0\" } "
		      "goto level"));
	ck_assert(HAS("out0 iifname \"gatehouse0\" accept"));
	ck_assert(HAS("leaving oifname vmap { \"eth1\" : goto out0, \"eth0\" : goto out1, "
		      "\"gatehouse0\" : goto out1 }"));
	ck_assert(HAS("from0 oifname { \"eth1\" } goto level"));
	ck_assert(HAS("from0 oifname { \"eth1\", \"eth0\", \"gatehouse0\" } accept"));
	f.intra = true;
	filter(&f);
	ck_assert(HAS("between iifname \"gatehouse0\" accept"));
	ck_assert_ptr_null(strstr(text, "between iifname \"gatehouse0\" oifname"));
	f.permit_vpn = false;
	filter(&f);
	ck_assert_ptr_null(strstr(text, "iifname \"gatehouse0\" accept"));
	/* the global list, where an interface has none: levels say nothing any more */
	ck_assert_ptr_null(strstr(text, "maxseg"));
	f.mss = 1380;
	f.n_groups = 2;
	filter(&f);
	/* every packet comes here: the flags are looked at before the names */
	ck_assert(HAS("segments tcp flags & (syn | rst) == syn iifname { \"eth1\", \"eth0\", "
		      "\"gatehouse0\" } oifname { \"eth1\", \"eth0\", \"gatehouse0\" } "
		      "tcp option maxseg size set 1380"));
	ck_assert(HAS("from0 jump list2"));
	ck_assert(HAS("from0 goto list2_refused"));
	ck_assert_ptr_null(strstr(text, "} accept\n"));
}
END_TEST

int main(void)
{
	Suite *s = suite_create("nft_words");
	TCase *c = tcase_create("all");
	SRunner *r;
	int failed;

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, ports);
	tcase_add_test(c, matches);
	tcase_add_test(c, ranges);
	tcase_add_test(c, dynamic);
	tcase_add_test(c, no_address);
	tcase_add_test(c, who_enters);
	tcase_add_test(c, found_in_one_step);
	tcase_add_test(c, cut_in_blocks);
	tcase_add_test(c, another_address);
	tcase_add_test(c, verdicts);
	tcase_add_test(c, ported);
	tcase_add_test(c, clients);
	suite_add_tcase(s, c);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
