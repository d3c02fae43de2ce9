/*
 * What the keeper reads for `show`: against the real kernel, in a network
 * namespace that each test has for itself (root, or a user namespace).
 */
#include <check.h>
#include <errno.h>
#include <linux/netfilter/nf_conntrack_tcp.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/firewall/nft_table.h"
#include "engine/keeper/port_holder.h"
#include "engine/keeper/conntrack.h"
#include "engine/keeper/nat_hits.h"
#include "engine/keeper/neighbours.h"
#include "engine/keeper/nft.h"
#include "engine/keeper/samples.h"
#include "engine/keeper/socket_cgroup.h"
#include "engine/keeper/sysctl.h"
#include "engine/keeper/tracking.h"

static struct netlink *nl;
static struct link *links;
static size_t n_links;

static void sh(const char *command)
{
	ck_assert_msg(system(command) == 0, "%s", command);
}

static void look(void)
{
	free(links);
	links = NULL;
	ck_assert_int_eq(netlink_links(nl, &links, &n_links), 0);
}

static uint32_t ifindex(const char *name)
{
	for (size_t i = 0; i < n_links; i++)
		if (!strcmp(links[i].name, name))
			return links[i].ifindex;
	ck_abort_msg("%s is not there", name);
	return 0;
}

static void setup(void)
{
	if (unshare(CLONE_NEWNET) < 0)
		ck_assert_int_eq(unshare(CLONE_NEWUSER | CLONE_NEWNET), 0);
	sh("ip link set lo up && ip link add name near type veth peer name far && "
	   "ip link set near up && "
	   "ip link set far up && ip addr add 10.1.1.1/24 dev near");
	nl = netlink_open();
	ck_assert_ptr_nonnull(nl);
	look();
}

static void teardown(void)
{
	netlink_close(nl);
	free(links);
	links = NULL;
}

/* ---- the machine ------------------------------------------------------------------- */

START_TEST(processors_memory_processes)
{
	struct proc_cpu cpu;
	struct proc_memory memory;
	struct proc_task task;
	volatile unsigned spin = 0;

	ck_assert(proc_cpu(&cpu));
	ck_assert_uint_gt(cpu.busy, 0);
	ck_assert_uint_gt(cpu.total, cpu.busy);
	ck_assert(proc_memory(&memory));
	ck_assert_uint_gt(memory.total, memory.free);
	ck_assert_uint_le(memory.available, memory.total);
	do
		for (unsigned i = 0; i < 1u << 22; i++)
			spin++;
	while (proc_task(getpid(), &task) && task.ticks == 0);
	ck_assert_uint_gt(task.resident, 100000);
	ck_assert(!proc_task(0x3fffffff, &task));
}
END_TEST

static bool is_open(uint8_t protocol, uint16_t port, uint8_t state)
{
	struct proc_socket *v;
	size_t n;
	bool found = false;

	ck_assert_int_eq(proc_sockets(&v, &n), 0);
	for (size_t i = 0; i < n; i++)
		found = found ||
		    (v[i].protocol == protocol && v[i].local.port == port && v[i].inode &&
			v[i].state == state && addr_to_v4(&v[i].local.addr) == 0x0a010101);
	free(v);
	return found;
}

START_TEST(open_sockets)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(4711),
	    .sin_addr.s_addr = htonl(0x0a010101)};
	int tcp = socket(AF_INET, SOCK_STREAM, 0), udp = socket(AF_INET, SOCK_DGRAM, 0);

	ck_assert(!is_open(IPPROTO_TCP, 4711, TCP_LISTEN));
	ck_assert_int_eq(bind(tcp, (struct sockaddr *)&a, sizeof a), 0);
	ck_assert_int_eq(listen(tcp, 1), 0);
	ck_assert_int_eq(bind(udp, (struct sockaddr *)&a, sizeof a), 0);
	ck_assert(is_open(IPPROTO_TCP, 4711, TCP_LISTEN));
	ck_assert(is_open(IPPROTO_UDP, 4711, TCP_CLOSE));
	close(tcp);
	close(udp);
	ck_assert(!is_open(IPPROTO_UDP, 4711, TCP_CLOSE));
}
END_TEST

static int on_port(int type, uint16_t port)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port)};
	int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);

	ck_assert_int_eq(bind(fd, (struct sockaddr *)&a, sizeof a), 0);
	return fd;
}

/* 0: this machine has none of version 2. */
static uint64_t own_cgroup(void)
{
	FILE *f = fopen("/proc/self/cgroup", "re");
	char line[512];
	uint64_t number = 0;

	while (f && fgets(line, sizeof line, f)) {
		line[strcspn(line, "\n")] = '\0';
		if (strncmp(line, "0::", 3) == 0)
			number = cgroup_number(line + 3);
	}
	if (f)
		fclose(f);
	return number;
}

/* It stands behind `systemctl disable --now`. */
START_TEST(unit_of_a_group)
{
	static const struct {
		const char *group, *unit;
	} is[] = {
		{"/system.slice/strongswan-starter.service", "strongswan-starter.service"},
		{"/system.slice/ipsec@a.service", "ipsec@a.service"},
		{"/system.slice/x;reboot;.service", ""},
		{"/system.slice/x y.service", ""},
		{"/system.slice/-H.service", ""},
		{"/system.slice/.service", ""},
		{"/system.slice/a.scope", ""},
		{"/system.slice/docker.service/x.service", ""},
		{"/user.slice/user-1000.slice/user@1000.service/ssh.service", ""},
		{"/ssh.service", ""},
		{"/system.slice/"
		 "a123456789b123456789c123456789d123456789e123456789f12345.service", ""},
		{"/", ""},
	};
	char unit[PORT_HOLDER_UNIT];

	for (size_t i = 0; i < sizeof is / sizeof *is; i++) {
		port_holder_unit(is[i].group, unit);
		ck_assert_str_eq(unit, is[i].unit);
	}
}
END_TEST

START_TEST(holder_of_a_port)
{
	struct port_holder udp = {0}, tcp = {0};
	char text[PORT_HOLDER_TEXT], us[64];
	uint64_t group;
	int fd[2];

	ck_assert(!port_holder_look(&udp, IPPROTO_UDP, 4712));
	port_holder_text(&udp, text);
	ck_assert_str_eq(text, "another program");
	ck_assert_int_eq(prctl(PR_SET_NAME, "ch\033ron x"), 0); /* its name is its own to choose */
	fd[0] = on_port(SOCK_DGRAM, 4712);
	fd[1] = on_port(SOCK_STREAM, 4712);
	ck_assert(port_holder_look(&udp, IPPROTO_UDP, 4712));
	ck_assert(!port_holder_look(&udp, IPPROTO_UDP, 4712)); /* the same */
	ck_assert_uint_eq(udp.pid, (uint32_t)getpid());
	ck_assert_str_eq(udp.program, "ch?ron?x");
	udp.unit[0] = '\0'; /* whatever runs this test */
	port_holder_text(&udp, text);
	snprintf(us, sizeof us, "ch?ron?x (process %d)", (int)getpid());
	ck_assert_str_eq(text, us);
	/* Who may not look into him finds him by the group that his socket was made in. */
	group = socket_cgroup(IPPROTO_UDP, udp.inode);
	if (group && own_cgroup()) /* a container's mount may show neither, or another root */
		ck_assert_uint_eq(group, own_cgroup());
	ck_assert_uint_eq(socket_cgroup(IPPROTO_UDP, 1), 0);
	strcpy(udp.unit, "strongswan.service");
	port_holder_text(&udp, text);
	snprintf(us, sizeof us, "ch?ron?x (process %d, strongswan.service)", (int)getpid());
	ck_assert_str_eq(text, us);
	/* Of TCP only who listens has the port. */
	ck_assert(!port_holder_look(&tcp, IPPROTO_TCP, 4712));
	ck_assert_int_eq(listen(fd[1], 1), 0);
	ck_assert(port_holder_look(&tcp, IPPROTO_TCP, 4712));
	ck_assert_uint_eq(tcp.pid, (uint32_t)getpid());
	close(fd[0]);
	fd[0] = on_port(SOCK_DGRAM, 4712);
	ck_assert(port_holder_look(&udp, IPPROTO_UDP, 4712)); /* another */
	close(fd[0]);
	close(fd[1]);
	ck_assert(port_holder_look(&udp, IPPROTO_UDP, 4712)); /* nobody's any more */
	ck_assert(!udp.taken && !udp.pid);
}
END_TEST

/* ---- links --------------------------------------------------------------------------- */

static struct link_stats stats_of(const char *name)
{
	struct link_stats *v, found = {0};
	size_t n;

	ck_assert_int_eq(link_stats_read(nl, &v, &n), 0);
	for (size_t i = 0; i < n; i++)
		if (!strcmp(v[i].name, name))
			found = v[i];
	free(v);
	return found;
}

/* Datagrams to somebody on the link whom ARP need not find. */
static void send_some(unsigned n)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(9),
	    .sin_addr.s_addr = htonl(0x0a010109)};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	sh("ip neigh replace 10.1.1.9 lladdr 02:00:00:00:00:09 dev near nud permanent");
	for (unsigned i = 0; i < n; i++)
		ck_assert_int_eq(
		    sendto(fd, "0123456789", 10, 0, (struct sockaddr *)&to, sizeof to), 10);
	close(fd);
}

START_TEST(counters_of_links)
{
	static const int pid[ROLE_COUNT] = {0};
	struct samples *s = samples_new();
	struct link_stats before = stats_of("near"), after, all[1];
	struct link_hardware hw;

	samples_take(s, nl, pid);
	ck_assert_uint_eq(samples_rate(s, before.ifindex, LINK_OUT_PACKETS, SPAN_1_MINUTE), 0);
	send_some(100);
	usleep(20000);
	samples_take(s, nl, pid);
	after = stats_of("near");
	ck_assert_uint_ge(
	    after.count[LINK_OUT_PACKETS] - before.count[LINK_OUT_PACKETS], 100);
	ck_assert_uint_ge(
	    after.count[LINK_OUT_BYTES] - before.count[LINK_OUT_BYTES], 100 * (10 + 8 + 20 + 14));
	ck_assert_uint_gt(samples_rate(s, after.ifindex, LINK_OUT_PACKETS, SPAN_1_MINUTE), 0);
	ck_assert_uint_gt(samples_rate(s, after.ifindex, LINK_OUT_BYTES, SPAN_5_MINUTES),
	    samples_rate(s, after.ifindex, LINK_OUT_PACKETS, SPAN_5_MINUTES));
	ck_assert_uint_eq(samples_rate(s, 4242, LINK_OUT_BYTES, SPAN_5_MINUTES), 0);
	/* Since the last clear there is less; of another link all of it. */
	samples_clear_link(s, &after, 1, after.ifindex);
	send_some(3);
	all[0] = stats_of("near");
	samples_since_clear(s, &all[0]);
	ck_assert_uint_ge(all[0].count[LINK_OUT_PACKETS], 3);
	ck_assert_uint_lt(all[0].count[LINK_OUT_PACKETS], 50);
	all[0] = stats_of("far");
	samples_since_clear(s, &all[0]);
	ck_assert_uint_ge(all[0].count[LINK_IN_PACKETS], 100);
	link_hardware_read("near", &hw);
	ck_assert_str_eq(hw.driver, "veth");
	ck_assert_uint_eq(hw.speed, 10000);
	ck_assert_uint_eq(hw.duplex, LINK_DUPLEX_FULL);
	link_hardware_read("nowhere", &hw);
	ck_assert_str_eq(hw.driver, "");
	samples_free(s);
}
END_TEST

/* The ring turns: more samples than it holds. Shares are those of the process that is there. */
START_TEST(shares_of_processes)
{
	int pid[ROLE_COUNT] = {[ROLE_ENGINE] = getpid(), [ROLE_AAA] = 0x3fffffff};
	struct samples *s = samples_new();

	for (int i = 0; i < 130; i++)
		samples_take(s, nl, pid);
	for (enum sample_span span = 0; span < SAMPLE_SPANS; span++) {
		ck_assert_uint_le(samples_cpu(s, span), 1000);
		ck_assert_uint_le(samples_role(s, ROLE_ENGINE, span), 1000);
		ck_assert_uint_eq(samples_role(s, ROLE_AAA, span), 0);
		ck_assert_uint_eq(samples_role(s, ROLE_MANAGER, span), 0);
	}
	samples_free(s);
}
END_TEST

/* ---- neighbours ------------------------------------------------------------------------ */

static size_t neighbours(struct neighbour **v)
{
	size_t n;

	ck_assert_int_eq(neighbours_read(nl, links, n_links, v, &n), 0);
	return n;
}

START_TEST(who_was_heard_of)
{
	struct neighbour *v;

	ck_assert_uint_eq(neighbours(&v), 0);
	free(v);
	sh("ip neigh add 10.1.1.7 lladdr 02:00:00:00:00:07 dev near nud stale && "
	   "ip neigh add 10.1.1.5 lladdr 02:00:00:00:00:05 dev near nud permanent && "
	   "ip neigh add 10.1.1.6 dev near nud failed");
	ck_assert_uint_eq(neighbours(&v), 2);
	ck_assert_str_eq(v[0].device, "near");
	ck_assert_str_eq(v[0].mac, "02:00:00:00:00:05");
	ck_assert(v[0].permanent);
	ck_assert_uint_eq(addr_to_v4(&v[1].address), 0x0a010107);
	ck_assert(!v[1].permanent);
	free(v);
	/* Of the other link nothing is there to be forgotten; what is permanent stays. */
	ck_assert_int_eq(neighbours_clear(nl, links, n_links, ifindex("far")), 0);
	ck_assert_uint_eq(neighbours(&v), 2);
	free(v);
	ck_assert_int_eq(neighbours_clear(nl, links, n_links, 0), 0);
	ck_assert_uint_eq(neighbours(&v), 1);
	ck_assert_str_eq(v[0].mac, "02:00:00:00:00:05");
	free(v);
}
END_TEST

/* ---- NAT ---------------------------------------------------------------------------------- */

static void load(unsigned translated, unsigned back)
{
	char text[512], why[128];

	snprintf(text, sizeof text,
	    "%stable inet gatehouse {\n counter t0000000000000007 { packets %u bytes 9 }\n"
	    " counter u0000000000000007 { packets %u bytes 9 }\n"
	    " counter other { packets 77 bytes 9 }\n counter t7 { packets 7 bytes 9 }\n}\n",
	    nft_table_removal(), translated, back);
	ck_assert_msg(nft_run(text, why, sizeof why) == 0, "%s", why);
}

/* A table that is loaded anew counts from 0: what was there before is added. */
START_TEST(hits_of_rules)
{
	struct nft_watch *w = nft_watch_open();
	struct nat_hits h = {0};

	ck_assert_ptr_nonnull(w);
	load(5, 2);
	ck_assert_int_eq(nat_hits_read(&h, w), 0);
	ck_assert_int_eq(nat_hits_read(&h, w), 0);
	ck_assert_uint_eq(h.n, 1);
	ck_assert_uint_eq(h.v[0].line, 7);
	ck_assert_uint_eq(h.v[0].translated, 5);
	ck_assert_uint_eq(h.v[0].untranslated, 2);
	load(1, 0);
	ck_assert_int_eq(nat_hits_read(&h, w), 0);
	ck_assert_uint_eq(h.v[0].translated, 6);
	ck_assert_uint_eq(h.v[0].untranslated, 2);
	nat_hits_clear(&h);
	load(3, 0);
	ck_assert_int_eq(nat_hits_read(&h, w), 0);
	ck_assert_uint_eq(h.v[0].translated, 2);
	ck_assert_uint_eq(h.v[0].untranslated, 0);
	nat_hits_free(&h);
	nft_watch_close(w);
}
END_TEST

START_TEST(tracked_connections)
{
	struct host_state *host = host_state_open(NULL);
	struct tracked *v;
	bool found = false;
	uint32_t now, most;
	size_t n;
	char why[128];

	ck_assert_msg(nft_run("table inet t { chain o { type filter hook output priority 0; "
			      "ct state new accept;\n}\n}\n", why, sizeof why) == 0, "%s", why);
	tracking_count(host, true);
	send_some(2);
	ck_assert_int_eq(conntrack_read(&v, &n), 0);
	for (size_t i = 0; i < n; i++)
		found = found || (v[i].protocol == IPPROTO_UDP && v[i].there.remote.port == 9 &&
		    addr_to_v4(&v[i].there.local.addr) == 0x0a010101 &&
		    addr_to_v4(&v[i].back.local.addr) == 0x0a010109 && v[i].timeout > 0 &&
		    v[i].sent.packets == 2 && v[i].sent.bytes > 56 && !v[i].got.packets &&
		    v[i].since / 1000000000 > 1600000000);
	free(v);
	ck_assert(found);
	ck_assert(proc_tracked(&now, &most));
	ck_assert_uint_ge(now, 1);
	ck_assert_uint_gt(most, now);
	host_state_close(host);
}
END_TEST

/* Only those that fit are forgotten. */
START_TEST(connections_that_end)
{
	struct conn_filter f = {
	    IPPROTO_UDP, {conn_end_any, {{0, UINT32_MAX}, 10, 10}}, false, NULL, 0};
	static const uint32_t own = 0x0a010101;
	struct tracked *v;
	uint32_t ended;
	char why[128];
	size_t n, before;

	ck_assert_msg(nft_run("table inet t { chain o { type filter hook output priority 0; "
			      "ct state new accept;\n}\n}\n", why, sizeof why) == 0, "%s", why);
	send_some(2);
	ck_assert_int_eq(conntrack_read(&v, &before), 0);
	free(v);
	ck_assert_uint_ge(before, 1);
	ck_assert_int_eq(conntrack_end(&f, &ended), 0);
	ck_assert_uint_eq(ended, 0);
	f.end[1] = (struct conn_end){{0x0a010109, 0x0a010109}, 9, 9};
	f.spared = &own;
	f.n_spared = 1;
	ck_assert_int_eq(conntrack_end(&f, &ended), 0);
	ck_assert_uint_eq(ended, 0);
	f.n_spared = 0;
	ck_assert_int_eq(conntrack_end(&f, &ended), 0);
	ck_assert_uint_eq(ended, 1);
	ck_assert_int_eq(conntrack_read(&v, &n), 0);
	free(v);
	ck_assert_uint_eq(n, before - 1);
}
END_TEST

/* What is counted goes back to what the host had; how long each kind of connection may be idle. */
START_TEST(what_tracking_counts)
{
	struct host_state *host = host_state_open(NULL);
	struct tracking_waits w;
	char value[16];

	ck_assert_int_eq(sysctl_put("netfilter/nf_conntrack_acct", "0"), 0);
	ck_assert_int_eq(sysctl_put("netfilter/nf_conntrack_timestamp", "1"), 0);
	tracking_count(host, true);
	tracking_count(host, true);
	ck_assert(sysctl_get("netfilter/nf_conntrack_acct", value, sizeof value));
	ck_assert_str_eq(value, "1");
	ck_assert_str_eq(host_state_get(host, "sysctl netfilter/nf_conntrack_acct"), "0");
	ck_assert_ptr_null(host_state_get(host, "sysctl netfilter/nf_conntrack_timestamp"));
	tracking_count(host, false);
	ck_assert(sysctl_get("netfilter/nf_conntrack_acct", value, sizeof value));
	ck_assert_str_eq(value, "0");
	ck_assert(sysctl_get("netfilter/nf_conntrack_timestamp", value, sizeof value));
	ck_assert_str_eq(value, "1");
	ck_assert_ptr_null(host_state_get(host, "sysctl netfilter/nf_conntrack_acct"));
	host_state_close(host);

	ck_assert_int_eq(sysctl_put("netfilter/nf_conntrack_udp_timeout", "31"), 0);
	ck_assert_int_eq(sysctl_put("netfilter/nf_conntrack_tcp_timeout_time_wait", "119"), 0);
	tracking_waits_read(&w);
	ck_assert_uint_eq(tracking_wait(&w, IPPROTO_UDP, 0, false), 31);
	ck_assert_uint_gt(tracking_wait(&w, IPPROTO_UDP, 0, true), 31);
	ck_assert_uint_eq(tracking_wait(&w, IPPROTO_TCP, TCP_CONNTRACK_TIME_WAIT, true), 119);
	ck_assert_uint_gt(tracking_wait(&w, IPPROTO_TCP, TCP_CONNTRACK_ESTABLISHED, true), 119);
	ck_assert_uint_eq(tracking_wait(&w, IPPROTO_TCP, 200, true), 0);
	ck_assert_uint_gt(tracking_wait(&w, IPPROTO_ICMP, 0, true), 0);
	ck_assert_uint_gt(tracking_wait(&w, 47, 0, true), 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("keeper_records");
	TCase *tc = tcase_create("records");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 20);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, processors_memory_processes);
	tcase_add_test(tc, open_sockets);
	tcase_add_test(tc, unit_of_a_group);
	tcase_add_test(tc, holder_of_a_port);
	tcase_add_test(tc, counters_of_links);
	tcase_add_test(tc, shares_of_processes);
	tcase_add_test(tc, who_was_heard_of);
	tcase_add_test(tc, hits_of_rules);
	tcase_add_test(tc, tracked_connections);
	tcase_add_test(tc, connections_that_end);
	tcase_add_test(tc, what_tracking_counts);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
