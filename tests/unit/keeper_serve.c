/* What the keeper does when it is asked: addresses, routes, NAT, descriptors, queries. */
#include "tests/support/keeper/stage.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "engine/keeper/held.h"
#include "engine/net/sock.h"

/* ---- steps ------------------------------------------------------------------------- */

/* News are of what changed, and of nothing else. */
static void second_address(void)
{
	stage_forget();
	stage_sh("ip address add 10.66.0.1/24 dev far");
}

static bool only_far_told(void)
{
	return stage_heard(ROLE_MANAGER, "LINK_STATE", "10.66.0.1/24") &&
	       stage_heard(ROLE_ENGINE, "LINK_STATE", "10.66.0.1/24") &&
	       !stage_heard(ROLE_MANAGER, "LINK_STATE", "device=\"outside\"") &&
	       !stage_heard(ROLE_ENGINE, "LINK_STATE", "device=\"outside\"");
}

static void no_device(void)
{
	stage_ask(ROLE_MANAGER, (struct ipc_msg){.type = MSG_KEEP_INTERFACE,
				    .keep_interface = {.id = ++stage_last_id,
					.op = CFG_SET,
					.device = "GigabitEthernet0/63",
					.address = stage_a("172.16.1.2"),
					.mask = stage_a("255.255.255.0"),
					.up = KEEP_LINK_UP}});
}

static bool is_enodev(void)
{
	return stage_answered(ROLE_MANAGER, ENODEV);
}

static void forwarding(void)
{
	stage_ask(ROLE_MANAGER,
	    (struct ipc_msg){.type = MSG_KEEP_FORWARDING,
		.keep_forwarding = {.id = ++stage_last_id, .op = CFG_SET, .device = "outside"}});
}

static bool forwards(void)
{
	return stage_answered(ROLE_MANAGER, 0) &&
	       stage_is("test $(cat /proc/sys/net/ipv4/conf/outside/forwarding) = 1");
}

static void no_forwarding(void)
{
	stage_ask(ROLE_MANAGER,
	    (struct ipc_msg){.type = MSG_KEEP_FORWARDING,
		.keep_forwarding = {.id = ++stage_last_id, .op = CFG_DELETE, .device = "outside"}});
}

static bool forwards_not(void)
{
	return stage_answered(ROLE_MANAGER, 0) &&
	       stage_is("test $(cat /proc/sys/net/ipv4/conf/outside/forwarding) = 0");
}

static void not_its_own(void)
{
	stage_ask(ROLE_AAA,
	    (struct ipc_msg){.type = MSG_KEEP_CLIENT_ROUTE,
		.keep_client_route = {
		    .id = ++stage_last_id, .op = CFG_SET, .client = stage_a("192.168.1.6")}});
}

static bool is_eperm(void)
{
	return stage_answered(ROLE_AAA, EPERM) && !stage_is("ip route | grep -q 192.168.1.6");
}

static void flush_config_as_engine(void)
{
	stage_ask(ROLE_ENGINE, (struct ipc_msg){.type = MSG_KEEP_FLUSH,
				   .keep_flush = {.id = ++stage_last_id, .what = "config"}});
}

static bool engine_eperm(void)
{
	return stage_answered(ROLE_ENGINE, EPERM) && stage_is("ip route | grep -q '^default'");
}

static void flush_clients(void)
{
	stage_ask(ROLE_ENGINE, (struct ipc_msg){.type = MSG_KEEP_FLUSH,
				   .keep_flush = {.id = ++stage_last_id, .what = "clients"}});
}

static bool clients_flushed(void)
{
	return stage_answered(ROLE_ENGINE, 0) && stage_has_no_client();
}

static void nat(void)
{
	for (int i = 1; i <= 2; i++)
		stage_ask(ROLE_MANAGER, (struct ipc_msg){.type = MSG_KEEP_NAT,
					    .keep_nat = {.id = ++stage_last_id,
						.op = CFG_SET,
						.order = (uint32_t)i,
						.kind = NAT_DYNAMIC,
						.to = NAT_TO_INTERFACE,
						.real_if = "",
						.mapped_if = "outside",
						.real = {i == 1 ? 0x0a010000 : 0x0a020000,
						    i == 1 ? 0x0a01ffff : 0x0a02ffff},
						.dest_mapped = {0, UINT32_MAX},
						.dest_real = {0, UINT32_MAX}}});
	ck_assert(!stage_answered(ROLE_MANAGER, 0)); /* both together, before the loop sleeps */
}

static bool has_nat(void)
{
	return stage_heard(ROLE_MANAGER, "KEEP_REPLY", "error=0") &&
	       stage_answered(ROLE_MANAGER, 0) &&
	       stage_is("nft list table inet gatehouse | grep -q 10.1.0.0/16") &&
	       stage_is("nft list table inet gatehouse | grep -q 10.2.0.0/16");
}

static void begin_and_end(void)
{
	stage_forget();
	stage_ask(ROLE_MANAGER, (struct ipc_msg){.type = MSG_KEEP_FLUSH,
				    .keep_flush = {.id = ++stage_last_id, .what = "begin"}});
	stage_address();
	stage_ask(ROLE_MANAGER, (struct ipc_msg){.type = MSG_KEEP_FLUSH,
				    .keep_flush = {.id = ++stage_last_id, .what = "end"}});
}

static bool only_the_address(void)
{
	return stage_answered(ROLE_MANAGER, 0) &&
	       stage_is("ip addr show outside | grep -q 'inet 172.16.1.2/24'") &&
	       !stage_is("ip route | grep -q default") &&
	       !stage_is("nft list table inet gatehouse | grep -q 10.1.0.0/16");
}

static void descriptor(void)
{
	stage_ask(ROLE_ENGINE, (struct ipc_msg){.type = MSG_KEEP_OPEN,
				   .keep_open = {.id = ++stage_last_id, .what = "udp4500"}});
}

static bool has_descriptor(void)
{
	return stage_answered(ROLE_ENGINE, 0) && stage_last_fd >= 0;
}

/* ---- packet workers: sockets and queues for each -------------------------------------- */

static void three_workers(void)
{
	stage_forget();
	stage_last_fd = -1;
	stage_ask(ROLE_ENGINE, (struct ipc_msg){.type = MSG_KEEP_WORKERS,
				   .keep_workers = {.id = ++stage_last_id, .workers = 3}});
}

/* Sockets of that kind and port, and queues of the device. */
static bool has_workers(unsigned n)
{
	char command[512];

	snprintf(command, sizeof command,
	    "test $(ss -Huln sport = :4500 | wc -l) = %u && "
	    "test $(ss -Hwln | grep -c ':50 ') = %u && "
	    "ip -d link show gatehouse0 | grep -q 'numqueues %u ' && "
	    "ip link show gatehouse0 up | grep -q mtu",
	    n, n, n);
	return stage_is(command);
}

/* With the table by which the kernel chooses among them, where it does that for us. */
static bool three_equipped(void)
{
	return stage_answered(ROLE_ENGINE, 0) && has_workers(3) &&
	       (stage_last_fd >= 0) != stage_heard(ROLE_MANAGER, "severity=4", "takes no program");
}

/* From now on the kernel refuses all of eBPF, as it does in some containers. */
static void no_programs(void)
{
	struct sock_filter code[] = {
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_bpf, 0, 1),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {sizeof code / sizeof *code, code};

	ck_assert_int_eq(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program), 0);
	three_workers();
}

static bool equipped_without(void)
{
	return stage_answered(ROLE_ENGINE, 0) && has_workers(3) && stage_last_fd < 0 &&
	       stage_heard(ROLE_MANAGER, "severity=4",
		   "the kernel takes no program for the queues of gatehouse0: Operation not");
}

static void part(void)
{
	stage_last_fd = -1;
	stage_ask(ROLE_ENGINE,
	    (struct ipc_msg){.type = MSG_KEEP_PART,
		.keep_part = {.id = ++stage_last_id, .what = "udp4500", .part = 2}});
}

static void no_part(void)
{
	stage_ask(ROLE_ENGINE,
	    (struct ipc_msg){.type = MSG_KEEP_PART,
		.keep_part = {.id = ++stage_last_id, .what = "tun", .part = 3}});
}

static bool part_refused(void)
{
	return stage_answered(ROLE_ENGINE, ENOENT);
}

/* Another server gets neither the port nor the device. */
static bool ours_alone(void)
{
	return sock_open(SOCK_DGRAM, IPPROTO_UDP, 4500) < 0 && errno == EADDRINUSE &&
	       held_try(HELD_TUN) < 0 && errno == EBUSY;
}

static bool has_part(void)
{
	return stage_answered(ROLE_ENGINE, 0) && stage_last_fd >= 0 && ours_alone();
}

static void engine_dies(void)
{
	stage_roles.cfg.ops->died(stage_roles.cfg.arg, ROLE_ENGINE);
}

static bool one_is_left(void)
{
	return has_workers(1);
}

/* ---- what is asked ------------------------------------------------------------------------ */

static void query(const char *what)
{
	stage_forget();
	stage_ask(ROLE_MANAGER,
	    (struct ipc_msg){.type = MSG_QUERY,
		.query = {.id = ++stage_last_id, .what = what, .filter = "", .value = ""}});
}

static void query_routes(void)
{
	query("routes");
}

static bool routes_shown(void)
{
	return stage_heard(ROLE_MANAGER, "REC_ROUTE", "device=\"outside\" dest=0.0.0.0") &&
	       stage_heard(ROLE_MANAGER, "REC_ROUTE", "dest=172.16.1.0") &&
	       stage_heard(ROLE_MANAGER, "QUERY_END", "cursor=0");
}

static void many_routes(void)
{
	char command[256];

	snprintf(command, sizeof command,
	    "for i in $(seq 250); do echo route add 10.9.$i.0/24 dev outside; done | ip -batch -");
	stage_sh(command);
	query("routes");
}

static bool first_page(void)
{
	return stage_heard(ROLE_MANAGER, "QUERY_END", "cursor=200 records=200");
}

static void second_page(void)
{
	stage_forget();
	stage_ask(ROLE_MANAGER, (struct ipc_msg){.type = MSG_QUERY,
				    .query = {.id = ++stage_last_id,
					.what = "routes",
					.filter = "",
					.value = "",
					.cursor = 200}});
}

static bool last_page(void)
{
	return stage_heard(ROLE_MANAGER, "QUERY_END", "cursor=0 records=") &&
	       stage_heard(ROLE_MANAGER, "REC_ROUTE", "dest=172.16.1.0");
}

static void host_drops(void)
{
	stage_forget();
	stage_sh(
	    "nft add table inet fw && nft 'add chain inet fw through { type filter hook forward "
	    "priority 0; policy drop; }'");
}

static bool host_drop_told(void)
{
	return stage_heard(
	    ROLE_MANAGER, "LOG_LINE", "chain inet fw through of this host drops forwarded");
}

static void query_chains(void)
{
	query("host-chains");
}

static bool chain_shown(void)
{
	return stage_heard(ROLE_MANAGER, "REC_HOST_CHAIN",
		   "family=\"inet\" table=\"fw\" chain=\"through\"") &&
	       stage_heard(ROLE_MANAGER, "QUERY_END", "cursor=0 records=1");
}

static void host_drops_no_more(void)
{
	stage_sh("nft delete table inet fw");
}

static bool host_drop_gone(void)
{
	return stage_heard(ROLE_MANAGER, "LOG_LINE", "fw through of this host drops no more");
}

/* Nobody has given leave to set the host's clock. */
static void clock_set(void)
{
	stage_ask(
	    ROLE_MANAGER, (struct ipc_msg){.type = MSG_KEEP_CLOCK,
			      .keep_clock = {.id = ++stage_last_id, .when = (uint64_t)time(NULL)}});
}

static bool clock_refused(void)
{
	return stage_answered(ROLE_MANAGER, EACCES);
}

/* ---- ports that another program has ------------------------------------------------- */

static int others[2];

static void open_port(enum held what)
{
	stage_ask(ROLE_ENGINE, (struct ipc_msg){.type = MSG_KEEP_OPEN,
				   .keep_open = {.id = ++stage_last_id, .what = held_name(what)}});
}

static void open_taken(void)
{
	stage_forget();
	open_port(HELD_UDP500);
	open_port(HELD_UDP500); /* told once */
	open_port(HELD_UDP4500);
}

static bool taken_told(void)
{
	char has[96];

	snprintf(has, sizeof has, "port 500 belongs to keeper_serve (process %d", (int)getpid());
	return stage_answered(ROLE_ENGINE, EADDRINUSE) &&
	       stage_heard(ROLE_MANAGER, "severity=3", has) &&
	       stage_count(ROLE_MANAGER, "port 500 belongs") == 1 &&
	       stage_count(ROLE_MANAGER, "port 4500 belongs") == 1;
}

static void query_ports(void)
{
	query("ports");
}

static bool ports_shown(void)
{
	char pid[32];

	snprintf(pid, sizeof pid, " pid=%d ", (int)getpid());
	return stage_heard(ROLE_MANAGER, "REC_PORT", "port=500 ours=0 taken=1") &&
	       stage_heard(ROLE_MANAGER, "port=4500 ours=0 taken=1", pid) &&
	       stage_heard(ROLE_MANAGER, "QUERY_END", "cursor=0 records=2");
}

static void free_one(void)
{
	close(others[0]);
	stage_forget();
	stage_last_fd = -1;
	open_port(HELD_UDP500);
}

static bool one_is_ours(void)
{
	return stage_answered(ROLE_ENGINE, 0) && stage_last_fd >= 0 &&
	       stage_heard(ROLE_MANAGER, "severity=5", "UDP port 500 is ours now");
}

static bool one_shown(void)
{
	return stage_heard(ROLE_MANAGER, "REC_PORT", "port=500 ours=1 taken=0 pid=0") &&
	       stage_heard(ROLE_MANAGER, "REC_PORT", "port=4500 ours=0 taken=1") &&
	       stage_heard(ROLE_MANAGER, "QUERY_END", "cursor=0 records=2");
}

static void free_other(void)
{
	close(others[1]);
	query("ports");
}

static bool nobody_has_it(void)
{
	return stage_heard(ROLE_MANAGER, "REC_PORT", "port=4500 ours=0 taken=0 pid=0");
}

/* ---- tests ------------------------------------------------------------------------- */

START_TEST(requests)
{
	static const struct step script[] = {
	    BEGIN,
	    {"an address of another card", second_address, only_far_told},
	    {"a card that is not there", no_device, is_enodev},
	    {"forwarding", forwarding, forwards},
	    {"no forwarding", no_forwarding, forwards_not},
	    {"a client's route", stage_client, stage_has_client},
	    {"what another role may ask", not_its_own, is_eperm},
	    {"the engine may not flush what is the manager's", flush_config_as_engine,
		engine_eperm},
	    {"the clients' routes go", flush_clients, clients_flushed},
	    {"NAT", nat, has_nat},
	    {"a descriptor", descriptor, has_descriptor},
	    {"sockets and queues for three packet workers", three_workers, three_equipped},
	    {"what one of them has", part, has_part},
	    {"what nobody has", no_part, part_refused},
	    {"what nobody reads from", engine_dies, one_is_left},
	    {"for three again, by the same device", three_workers, three_equipped},
	    {"which go with their engine", engine_dies, one_is_left},
	    {"by a kernel that takes no programs", no_programs, equipped_without},
	    {"which go as well", engine_dies, one_is_left},
	    {"the host's clock", clock_set, clock_refused},
	    {"the configuration anew", begin_and_end, only_the_address},
	    END,
	};

	ck_assert_int_eq(stage_serve(script), KEEPER_STOPPED);
	ck_assert(stage_heard(ROLE_KEEPER, "the test is over", ""));
	ck_assert_int_ne(access(stage_path, F_OK), 0);
	ck_assert(!stage_is("ip link show gatehouse0 2>/dev/null | grep -q gatehouse0"));
	ck_assert(!stage_is("nft list table inet gatehouse >/dev/null 2>&1"));
	ck_assert(!stage_is("ip addr show outside | grep -q 172.16.1.2"));
}
END_TEST

START_TEST(queries)
{
	static const struct step script[] = {
	    BEGIN,
	    {"routes", query_routes, routes_shown},
	    {"many routes", many_routes, first_page},
	    {"their second page", second_page, last_page},
	    {"a chain of the host that drops", host_drops, host_drop_told},
	    {"the host's chains", query_chains, chain_shown},
	    {"it drops no more", host_drops_no_more, host_drop_gone},
	    END,
	};

	ck_assert_int_eq(stage_serve(script), KEEPER_STOPPED);
}
END_TEST

START_TEST(ports)
{
	static const struct step script[] = {
	    BEGIN,
	    {"they are asked for in vain", open_taken, taken_told},
	    {"who has them", query_ports, ports_shown},
	    {"one is free", free_one, one_is_ours},
	    {"who has the other", query_ports, one_shown},
	    {"nobody, and not we either", free_other, nobody_has_it},
	    END,
	};

	others[0] = sock_open(SOCK_DGRAM, IPPROTO_UDP, 500);
	others[1] = sock_open(SOCK_DGRAM, IPPROTO_UDP, 4500);
	ck_assert(others[0] >= 0 && others[1] >= 0);
	ck_assert_int_eq(stage_serve(script), KEEPER_STOPPED);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("keeper_serve");
	TCase *t = tcase_create("keeper");
	SRunner *r;
	int failed;

	if (geteuid() != 0)
		return EXIT_SUCCESS;
	tcase_add_checked_fixture(t, stage_setup, stage_teardown);
	tcase_set_timeout(t, 30);
	tcase_add_test(t, requests);
	tcase_add_test(t, queries);
	tcase_add_test(t, ports);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
