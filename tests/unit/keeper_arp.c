/* ARP for addresses of clients and of NAT: who is answered for at which link, in the kernel. */
#include <arpa/inet.h>
#include <check.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/if_ether.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/keeper/held.h"
#include "engine/keeper/objects.h"

static struct netlink *nl;
static struct host_state *host;
static struct objects o;
static int tun;
static struct link *links;

static void look(void)
{
	size_t n;

	free(links);
	ck_assert_int_eq(netlink_links(nl, &links, &n), 0);
	for (size_t i = 0; i < n; i++)
		if (!strcmp(links[i].name, TUN_NAME))
			o.tun_ifindex = links[i].ifindex;
	objects_links(&o, links, n);
}

static void setup(void)
{
	char why[128];

	if (unshare(CLONE_NEWNET) < 0)
		ck_assert_int_eq(unshare(CLONE_NEWUSER | CLONE_NEWNET), 0);
	ck_assert_int_eq(
	    system("ip link add a0 type veth peer name a1;"
		   "ip link add b0 type veth peer name b1;"
		   "ip link set a0 up; ip link set a1 up; ip link set b0 up; ip link set b1 up;"
		   "ip addr add 10.0.0.1/24 dev a0; ip addr add 10.9.0.1/16 dev b0"),
	    0);
	nl = netlink_open();
	ck_assert_ptr_nonnull(nl);
	tun = held_open(HELD_TUN, why, sizeof why);
	ck_assert_msg(tun >= 0, "%s", why);
	ck_assert_int_eq(system("ip link set " TUN_NAME " up"), 0);
	host = host_state_open(NULL);
	ck_assert(objects_init(&o, nl, host, TUN_NAME, &(struct news){0}));
	look();
}

static void teardown(void)
{
	objects_fini(&o);
	free(links);
	links = NULL;
	netlink_close(nl);
	host_state_close(host);
	close(tun);
}

/* What `ip neigh show proxy` and the routes of our number say, as "address device" in order. */
static const char *answers(void)
{
	static char text[4096];
	FILE *f = popen("ip neigh show proxy | awk '{print $1, $3}' | sort; "
			"ip route show proto 71 metric 4071 | awk '{print \"route\", $1}' | sort",
	    "r");
	size_t n;

	ck_assert_ptr_nonnull(f);
	n = fread(text, 1, sizeof text - 1, f);
	text[n] = 0;
	pclose(f);
	return text;
}

static void client(const char *text, bool there)
{
	struct addr a;

	ck_assert(addr_parse(text, &a));
	ck_assert_int_eq(objects_client(&o, &a, there), 0);
}

START_TEST(clients)
{
	client("10.0.0.50", true); /* before the link is asked */
	ck_assert_str_eq(answers(), "");
	ck_assert_int_eq(objects_arp(&o, "a0", NULL, true), 0);
	ck_assert_int_eq(objects_arp(&o, "a0", NULL, true), 0);
	ck_assert_int_eq(objects_arp(&o, "b0", NULL, true), 0);
	ck_assert_str_eq(answers(), "10.0.0.50 a0\n");
	client("10.9.7.7", true);
	client("192.168.1.1", true);
	ck_assert_str_eq(answers(), "10.0.0.50 a0\n10.9.7.7 b0\n");
	client("10.0.0.50", false);
	ck_assert_str_eq(answers(), "10.9.7.7 b0\n");
	client("10.0.0.50", true);
	/* the link loses its carrier, and all that Linux knew of it */
	ck_assert_int_eq(system("ip link set a0 down"), 0);
	ck_assert_int_eq(
	    system("ip link set a0 up; ip addr add 10.0.0.1/24 dev a0 2>/dev/null; true"), 0);
	look();
	ck_assert_str_eq(answers(), "10.0.0.50 a0\n10.9.7.7 b0\n");
	/* another network: 10.0.0.50 is no neighbour any more */
	ck_assert_int_eq(
	    system("ip addr del 10.0.0.1/24 dev a0; ip addr add 10.9.1.1/16 dev a0"), 0);
	look();
	ck_assert_str_eq(answers(), "10.9.7.7 a0\n10.9.7.7 b0\n");
	ck_assert_int_eq(objects_arp(&o, "b0", NULL, false), 0);
	ck_assert_str_eq(answers(), "10.9.7.7 a0\n");
	/* the routes of clients are none of these */
	ck_assert_int_eq(
	    system("ip route show proto 71 | grep -q '^192.168.1.1 dev " TUN_NAME "'"), 0);
	objects_clients_flush(&o);
	ck_assert_str_eq(answers(), "");
}
END_TEST

static void range(const char *device, uint32_t first, uint32_t last, bool there)
{
	ck_assert_int_eq(objects_arp(&o, device, &(struct range){first, last}, there), 0);
}

START_TEST(addresses_of_nat)
{
	range("a0", 0x0a000000, 0x0a000002, true); /* 10.0.0.1 is the link's own */
	ck_assert_str_eq(answers(), "10.0.0.0 a0\n10.0.0.2 a0\nroute 10.0.0.0\nroute 10.0.0.2\n");
	range("a0", 0x0a000002, 0x0a000003, true);
	range("b0", 0x0a000002, 0x0a000003, true); /* not of its network */
	range("a0", 0x0a000000, 0x0a000002, false);
	ck_assert_str_eq(answers(), "10.0.0.2 a0\n10.0.0.3 a0\nroute 10.0.0.2\nroute 10.0.0.3\n");
	/* what is not asked for again goes, and what a killed keeper left */
	objects_mark(&o);
	range("a0", 0x0a000002, 0x0a000003, true);
	ck_assert_int_eq(system("ip neigh add proxy 10.0.0.9 dev a0 protocol 71;"
				"ip neigh add proxy 10.0.0.10 dev a0"),
	    0);
	objects_sweep(&o);
	ck_assert_str_eq(answers(), "10.0.0.10 a0\n10.0.0.2 a0\n10.0.0.3 a0\n"
				    "route 10.0.0.2\nroute 10.0.0.3\n");
	objects_mark(&o);
	objects_sweep(&o);
	ck_assert_str_eq(answers(), "10.0.0.10 a0\n");
}
END_TEST

/* An address that two ask for: it stays as long as one of them does, where that one is. */
START_TEST(asked_for_twice)
{
	ck_assert_int_eq(objects_arp(&o, "a0", NULL, true), 0);
	client("10.0.0.50", true);
	range("a0", 0x0a000032, 0x0a000033, true);
	ck_assert_str_eq(
	    answers(), "10.0.0.50 a0\n10.0.0.51 a0\nroute 10.0.0.50\nroute 10.0.0.51\n");
	range("a0", 0x0a000032, 0x0a000033, false); /* a client has a route of his own */
	ck_assert_str_eq(answers(), "10.0.0.50 a0\n");
	ck_assert_int_eq(system("ip addr add 10.9.1.1/16 dev a0"), 0);
	look();
	range("a0", 0x0a090009, 0x0a090009, true);
	range("b0", 0x0a090009, 0x0a090009, true);
	ck_assert_str_eq(answers(), "10.0.0.50 a0\n10.9.0.9 a0\n10.9.0.9 b0\nroute 10.9.0.9\n");
	range("a0", 0x0a090009, 0x0a090009, false);
	ck_assert_str_eq(answers(), "10.0.0.50 a0\n10.9.0.9 b0\nroute 10.9.0.9\n");
	range("b0", 0x0a090009, 0x0a090009, false);
	ck_assert_str_eq(answers(), "10.0.0.50 a0\n");
}
END_TEST

/* Hears ARP at that link. */
static int listen_at(const char *device)
{
	struct sockaddr_ll at = {.sll_family = AF_PACKET,
	    .sll_protocol = htons(ETH_P_ARP),
	    .sll_ifindex = (int)if_nametoindex(device)};
	int fd = socket(AF_PACKET, SOCK_DGRAM, htons(ETH_P_ARP));

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(bind(fd, (const struct sockaddr *)&at, sizeof at), 0);
	return fd;
}

/* The last byte of the address that the next one is about; -1: there is none. */
static int heard(int fd, int milliseconds)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	struct ether_arp m;

	if (poll(&p, 1, milliseconds) <= 0)
		return -1;
	ck_assert_int_eq(recv(fd, &m, sizeof m, 0), sizeof m);
	ck_assert_mem_eq(m.arp_spa, m.arp_tpa, 4);
	return m.arp_spa[3];
}

/* Neighbours are told where an address is from now on: at its link, and once. */
START_TEST(neighbours_are_told)
{
	int a = listen_at("a1"), b = listen_at("b1");

	range("a0", 0x0a000002, 0x0a000003, true);
	ck_assert_int_eq(heard(a, 60000), 2);
	ck_assert_int_eq(heard(a, 60000), 3);
	range("a0", 0x0a000002, 0x0a000003, false);
	range("b0", 0x0a090002, 0x0a090002, true);
	ck_assert_int_eq(heard(b, 60000), 2);
	ck_assert_int_eq(heard(a, 0), -1);
	ck_assert_int_eq(heard(b, 0), -1);
	close(a);
	close(b);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("keeper_arp");
	TCase *tc = tcase_create("keeper_arp");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, clients);
	tcase_add_test(tc, addresses_of_nat);
	tcase_add_test(tc, asked_for_twice);
	tcase_add_test(tc, neighbours_are_told);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
