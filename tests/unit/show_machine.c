/* show cpu, memory, processes, asp table socket, xlate: byte by byte. */
#include <check.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>

#include "cli/show/machine.h"
#include "cli/show/xlate.h"

static struct text t;

static struct addr ip(const char *text)
{
	struct addr a;

	ck_assert(addr_parse(text, &a));
	return a;
}

START_TEST(processors_and_memory)
{
	struct msg_rec_system s = {.cpu_5s = 14, .cpu_1m = 15, .cpu_5m = 1000,
	    .memory = 2147483648, .memory_free = 1, .memory_available = 1412915200};

	show_cpu(&t, &s);
	ck_assert_str_eq(text_str(&t),
	    "CPU utilization for 5 seconds = 1%; 1 minute: 2%; 5 minutes: 100%\n");
	text_clear(&t);
	show_memory(&t, &s);
	ck_assert_str_eq(text_str(&t), "Free memory:          1412915200 bytes (65%)\n"
				       "Used memory:           734568448 bytes (35%)\n"
				       "-------------     ------------------\n"
				       "Total memory:         2147483648 bytes (100%)\n");
	text_clear(&t);
	s = (struct msg_rec_system){.memory_available = 7}; /* nothing is known */
	show_memory(&t, &s);
	ck_assert_ptr_nonnull(
	    strstr(text_str(&t), "Free memory:                   0 bytes ( 0%)\n"));
	text_free(&t);
}
END_TEST

START_TEST(processes)
{
	static const struct msg_rec_process rec[] = {
	    {.name = "keeper", .pid = 812, .runtime_ms = 40, .resident = 5849088},
	    {.name = "engine", .pid = 815, .runtime_ms = 123456, .resident = 12935168,
		.cpu_5s = 123, .cpu_1m = 7, .cpu_5m = 1000}};

	show_processes(&t, rec, 2, SHOW_PROCESSES);
	ck_assert_str_eq(text_str(&t),
	    "PID        Runtime (ms) Memory (b)    5Sec    1Min    5Min   Process\n"
	    "812        40           5849088        0.0%     0.0%     0.0%   keeper\n"
	    "815        123456       12935168      12.3%     0.7%   100.0%   engine\n");
	text_clear(&t);
	show_processes(&t, rec, 2, SHOW_PROCESSES_CPU);
	ck_assert_str_eq(text_str(&t),
	    "PC         Thread       5Sec     1Min     5Min   Process\n"
	    "0x00000000 0x0000032c    0.0%      0.0%      0.0%   keeper\n"
	    "0x00000000 0x0000032f   12.3%      0.7%    100.0%   engine\n");
	text_clear(&t);
	show_processes(&t, rec, 2, SHOW_PROCESSES_MEMORY);
	ck_assert_str_eq(text_str(&t), "Resident (bytes)   Process\n"
				       "         5849088   keeper\n"
				       "        12935168   engine\n");
	text_free(&t);
}
END_TEST

#define HEAD "Protocol  Socket    State      Local Address           Foreign Address\n"
#define TCP_LISTENS "TCP       0008a5b8  LISTEN     10.1.1.1:22             0.0.0.0:*\n"
#define TCP_OPEN "TCP       0008a5b9  ESTAB      10.1.1.1:22             10.1.1.9:40000\n"
#define UDP_LISTENS "UDP       0008a5ba  LISTEN     0.0.0.0:500             0.0.0.0:*\n"

START_TEST(sockets)
{
	struct msg_rec_socket rec[] = {
	    {.protocol = IPPROTO_TCP, .state = TCP_LISTEN, .local = ip("10.1.1.1"),
		.local_port = 22, .inode = 0x8a5b8},
	    {.protocol = IPPROTO_TCP, .state = TCP_ESTABLISHED, .local = ip("10.1.1.1"),
		.local_port = 22, .remote = ip("10.1.1.9"), .remote_port = 40000,
		.inode = 0x8a5b9},
	    {.protocol = IPPROTO_UDP, .state = TCP_CLOSE, .local = ip("0.0.0.0"),
		.local_port = 500, .inode = 0x8a5ba}};

	show_sockets(&t, rec, 3, 0, false);
	ck_assert_str_eq(text_str(&t), HEAD TCP_LISTENS TCP_OPEN UDP_LISTENS);
	text_clear(&t);
	show_sockets(&t, rec, 3, IPPROTO_TCP, true);
	ck_assert_str_eq(text_str(&t), HEAD TCP_LISTENS);
	text_clear(&t);
	show_sockets(&t, rec, 3, IPPROTO_UDP, true);
	ck_assert_str_eq(text_str(&t), HEAD UDP_LISTENS);
	rec[1].state = 77; /* no state that is known */
	text_clear(&t);
	show_sockets(&t, rec + 1, 1, 0, false);
	ck_assert_ptr_nonnull(strstr(text_str(&t), "  -          10.1.1.1:22"));
	text_free(&t);
}
END_TEST

#define A(a, b, c, d) ((uint32_t)(a) << 24 | (b) << 16 | (c) << 8 | (d))

START_TEST(translations)
{
	static const struct {
		struct show_xlate x;
		const char *says;
	} row[] = {
	    {{.protocol = IPPROTO_TCP, .real = {A(192, 168, 1, 3), A(192, 168, 1, 3)},
		 .mapped = {A(10, 23, 232, 49), A(10, 23, 232, 49)}, .real_low = 52419,
		 .real_high = 52419, .mapped_low = 40001, .mapped_high = 40001,
		 .flags = XLATE_DYNAMIC | XLATE_PORTMAP, .idle = 5, .timeout = 3725},
		"TCP PAT from inside:192.168.1.3/52419 to outside:10.23.232.49/40001 flags ri "
		"idle 0:00:05 timeout 1:02:05\n"},
	    {{.protocol = IPPROTO_UDP, .real = {A(10, 1, 1, 3), A(10, 1, 1, 3)},
		 .mapped = {A(10, 23, 232, 49), A(10, 23, 232, 49)}, .real_low = 53,
		 .real_high = 53, .mapped_low = 5300, .mapped_high = 5300,
		 .flags = XLATE_STATIC | XLATE_PORTMAP},
		"UDP PAT from inside:10.1.1.3 53-53 to outside:10.23.232.49 5300-5300\n"
		"    flags sr idle 0:00:00 timeout 0:00:00\n"},
	    {{.real = {0, UINT32_MAX}, .mapped = {0, UINT32_MAX},
		 .flags = XLATE_STATIC | XLATE_IDENTITY | XLATE_TWICE},
		"NAT from inside:0.0.0.0/0 to outside:0.0.0.0/0\n"
		"    flags sIT idle 0:00:00 timeout 0:00:00\n"},
	    {{.real = {A(10, 1, 1, 3), A(10, 1, 1, 9)}, .mapped = {A(10, 1, 2, 3), A(10, 1, 2, 9)},
		 .flags = XLATE_STATIC | XLATE_NET | XLATE_DNS},
		"NAT from inside:10.1.1.3-10.1.1.9 to outside:10.1.2.3-10.1.2.9\n"
		"    flags DsN idle 0:00:00 timeout 0:00:00\n"},
	};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		struct show_xlate x = row[i].x;

		x.real_if = "inside";
		x.mapped_if = "outside";
		text_clear(&t);
		show_xlate(&t, &x);
		ck_assert_str_eq(text_str(&t), row[i].says);
	}
	text_free(&t);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("show_machine");
	TCase *c = tcase_create("show_machine");
	SRunner *r;
	int failed;

	tcase_add_test(c, processors_and_memory);
	tcase_add_test(c, processes);
	tcase_add_test(c, sockets);
	tcase_add_test(c, translations);
	suite_add_tcase(s, c);
	r = srunner_create(s);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
