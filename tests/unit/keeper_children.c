/*
 * Short-lived children: what a sane request for one is; the stream and ICMP that they speak; and
 * real ones: heard, ended, no more than the keeper allows, nobody's rights.
 */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/child/icmp.h"
#include "engine/child/limits.h"
#include "engine/child/stream.h"
#include "engine/keeper/children.h"
#include "engine/keeper/identity.h"
#include "engine/keeper/requests.h"

/* ---- requests ------------------------------------------------------------------------------ */

static int check(struct ipc_msg *m)
{
	const char *why;

	m->fd = -1;
	return request_check(ROLE_MANAGER, m, &why);
}

static struct ipc_msg ping(void)
{
	return (struct ipc_msg){.type = MSG_KEEP_PING,
	    .fd = -1,
	    .keep_ping = {.id = 7, .host = "127.0.0.1", .repeat = 2, .size = 100, .timeout = 2}};
}

START_TEST(pings)
{
	static const struct {
		const char *host;
		uint32_t repeat, size, timeout;
		int error;
	} row[] = {
	    {"10.1.1.1", 5, 100, 2, 0},
	    {"a-host.example", 99999, 18024, 3600, 0},
	    {"10.1.1.1", 5, 36, 2, 0},
	    {"", 5, 100, 2, EINVAL},
	    {"-f", 5, 100, 2, EINVAL},
	    {"a b", 5, 100, 2, EINVAL},
	    {"a;b", 5, 100, 2, EINVAL},
	    {"a\nb", 5, 100, 2, EINVAL},
	    {"10.1.1.1", 0, 100, 2, EINVAL},
	    {"10.1.1.1", 100000, 100, 2, EINVAL},
	    {"10.1.1.1", 5, 35, 2, EINVAL},
	    {"10.1.1.1", 5, 18025, 2, EINVAL},
	    {"10.1.1.1", 5, 100, 0, EINVAL},
	    {"10.1.1.1", 5, 100, 3601, EINVAL},
	};
	struct ipc_msg m = ping();

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		m = ping();
		m.keep_ping.host = row[i].host;
		m.keep_ping.repeat = row[i].repeat;
		m.keep_ping.size = row[i].size;
		m.keep_ping.timeout = row[i].timeout;
		ck_assert_msg(check(&m) == row[i].error, "row %zu", i);
	}
	m = ping();
	m.keep_ping.validate = 2;
	ck_assert_int_eq(check(&m), EINVAL);
	m = ping();
	m.keep_ping.source.family = AF_INET6;
	ck_assert_int_eq(check(&m), EINVAL);
}
END_TEST

START_TEST(traceroutes)
{
	const struct msg_keep_traceroute good = {.id = 1,
	    .host = "10.1.1.1",
	    .timeout = 3,
	    .probes = 3,
	    .first = 1,
	    .last = 30,
	    .port = 33434};
	struct ipc_msg m = {.type = MSG_KEEP_TRACEROUTE, .keep_traceroute = good};

	ck_assert_int_eq(check(&m), 0);
#define WRONG(field, value)                                                                        \
	m.keep_traceroute = good;                                                                  \
	m.keep_traceroute.field = value;                                                           \
	ck_assert_int_eq(check(&m), EINVAL)
	WRONG(host, "a/b");
	WRONG(timeout, 0);
	WRONG(probes, 0);
	WRONG(probes, 65536);
	WRONG(first, 0);
	WRONG(first, 31);
	WRONG(last, 256);
	WRONG(port, 0);
	WRONG(numeric, 2);
	WRONG(icmp, 2);
#undef WRONG
}
END_TEST

static struct ipc_msg nt(void)
{
	return (struct ipc_msg){.type = MSG_KEEP_NT,
	    .fd = -1,
	    .keep_nt = {.id = 9,
		.controller = addr_v4(0x7f000001),
		.port = 445,
		.name = "",
		.domain = "EXAMPLE",
		.user = "alice",
		.password = "secret",
		.timeout = 3}};
}

START_TEST(questions_to_a_controller)
{
	char longer[300];
	struct ipc_msg m = nt();
	const char *why;

	memset(longer, 'x', 256);
	longer[256] = 0;
	ck_assert_int_eq(request_check(ROLE_AAA, &m, &why), 0);
	ck_assert_int_eq(request_check(ROLE_MANAGER, &m, &why), EPERM);
	ck_assert_int_eq(request_check(ROLE_ENGINE, &m, &why), EPERM);
#define WRONG(field, value) \
	m = nt(); \
	m.keep_nt.field = value; \
	ck_assert_int_eq(request_check(ROLE_AAA, &m, &why), EINVAL)
	WRONG(controller, (struct addr){0});
	WRONG(controller, addr_v4(0));
	WRONG(controller, (struct addr){.family = AF_INET6});
	WRONG(port, 0);
	WRONG(user, "");
	WRONG(user, longer);
	WRONG(password, ""); /* nobody's */
	WRONG(password, longer);
	WRONG(domain, longer);
	WRONG(name, longer);
	WRONG(timeout, 0);
	WRONG(timeout, 301);
#undef WRONG
}
END_TEST

START_TEST(transfers)
{
	static const struct {
		const char *url;
		int error;
	} row[] = {
	    {"tftp://10.1.1.1/x", 0},
	    {"ftp://user:pw@10.1.1.1/a/b", 0},
	    {"scp://user@host/x", 0},
	    {"http://10.1.1.1:8080/x", 0},
	    {"https://10.1.1.1/x", 0},
	    {"file:///etc/shadow", EINVAL},
	    {"HTTP://10.1.1.1/x", EINVAL},
	    {"gopher://10.1.1.1/x", EINVAL},
	    {"/etc/shadow", EINVAL},
	    {"", EINVAL},
	    {"ftp://10.1.1.1/x\r\nDELE y", EINVAL},
	    {"ftp://10.1.1.1/x y", EINVAL},
	};
	char url[TRANSFER_URL_MAX + 2];
	struct ipc_msg m = {.type = MSG_KEEP_TRANSFER};

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		m.keep_transfer = (struct msg_keep_transfer){
		    .id = 1, .url = row[i].url, .limit = 1, .known = ""};
		ck_assert_msg(check(&m) == row[i].error, "%s", row[i].url);
	}
	memset(url, 'a', sizeof url - 1);
	url[sizeof url - 1] = 0;
	memcpy(url, "ftp://", 6);
	m.keep_transfer.url = url;
	ck_assert_int_eq(check(&m), EINVAL);
	url[TRANSFER_URL_MAX] = 0;
	ck_assert_int_eq(check(&m), 0);
	m.keep_transfer.limit = 0;
	ck_assert_int_eq(check(&m), EINVAL);
	m.keep_transfer.limit = TRANSFER_BYTES_MAX + 1;
	ck_assert_int_eq(check(&m), EINVAL);
}
END_TEST

/* ---- the stream ------------------------------------------------------------------------------ */

static void feed(struct stream_reader *r, const uint8_t *bytes, size_t n)
{
	size_t room;
	uint8_t *to = stream_room(r, &room);

	ck_assert_uint_ge(room, n);
	memcpy(to, bytes, n);
	stream_added(r, n);
}

START_TEST(frames_byte_by_byte)
{
	static const uint8_t bytes[] = {STREAM_TEXT, 0, 0, 0, 2, 'h', 'i', STREAM_END, 0, 0, 0, 0,
	    STREAM_DATA, 0, 0, 0, 1, 'x'};
	static struct stream_reader r;
	struct stream_frame f;
	char seen[32] = "";

	for (size_t i = 0; i < sizeof bytes; i++) {
		feed(&r, bytes + i, 1);
		while (stream_next(&r, &f) == 1)
			sprintf(seen + strlen(seen), "%d%s,", (int)f.type, (const char *)f.data);
	}
	ck_assert_str_eq(seen, "2hi,4,3x,");
	/* And all at once: the NUL behind a frame hides nothing of the next one. */
	seen[0] = 0;
	feed(&r, bytes, sizeof bytes);
	while (stream_next(&r, &f) == 1)
		sprintf(seen + strlen(seen), "%d%s,", (int)f.type, (const char *)f.data);
	ck_assert_str_eq(seen, "2hi,4,3x,");
}
END_TEST

START_TEST(no_frames)
{
	static const uint8_t odd[] = {99, 0, 0, 0, 0}, longer[] = {STREAM_DATA, 0, 0, 0x40, 1};
	static struct stream_reader r;
	struct stream_frame f;

	feed(&r, odd, sizeof odd);
	ck_assert_int_eq(stream_next(&r, &f), -1);
	memset(&r, 0, sizeof r);
	feed(&r, longer, sizeof longer);
	ck_assert_int_eq(stream_next(&r, &f), -1);
}
END_TEST

/* ---- ICMP --------------------------------------------------------------------------------------
 */

START_TEST(icmp_packets)
{
	uint8_t p[200] = {0x45};
	struct icmp_heard h;

	p[9] = IPPROTO_ICMP;
	p[12] = 10, p[15] = 9;
	icmp_echo(p + 20, 16, 0x1234, 5, 0xabcd);
	ck_assert_uint_eq(p[28], 0xab);
	ck_assert_uint_eq(p[29], 0xcd);
	ck_assert(!icmp_read(p, 36, &h)); /* a request answers nobody */
	p[20] = 0;			  /* a reply */
	ck_assert(icmp_read(p, 36, &h));
	ck_assert_uint_eq(h.id, 0x1234);
	ck_assert_uint_eq(h.sequence, 5);
	ck_assert_uint_eq(h.len, 8);
	ck_assert_uint_eq(addr_to_v4(&h.target), 0x0a000009);
	for (size_t len = 0; len < 28; len++)
		ck_assert(!icmp_read(p, len, &h));

	/* An error that tells of a UDP packet of ours. */
	memset(p + 20, 0, sizeof p - 20);
	p[20] = 11;
	p[28] = 0x45;
	p[28 + 9] = IPPROTO_UDP;
	p[28 + 16] = 10, p[28 + 19] = 7;
	p[49] = 80, p[51] = 81;
	ck_assert(icmp_read(p, 56, &h));
	ck_assert_uint_eq(h.protocol, IPPROTO_UDP);
	ck_assert_uint_eq(h.id, 80);
	ck_assert_uint_eq(h.sequence, 81);
	ck_assert_uint_eq(addr_to_v4(&h.target), 0x0a000007);
	for (size_t len = 28; len < 52; len++)
		ck_assert(!icmp_read(p, len, &h));
	p[28] = 0x41; /* a header that is shorter than one is */
	ck_assert(!icmp_read(p, 56, &h));
}
END_TEST

/* ---- real children
 * ------------------------------------------------------------------------------ */

static uv_loop_t loop;
static struct children all;

static void setup(void)
{
	static char build[4096];
	ssize_t n = readlink("/proc/self/exe", build, sizeof build - 1);

	ck_assert_int_gt(n, 0);
	build[n] = 0;
	*strrchr(build, '/') = 0;
	*strrchr(build, '/') = 0; /* build/tests/X: programs stand in build */
	uv_loop_init(&loop);
	all = (struct children){.loop = &loop, .programs = build};
}

static void teardown(void)
{
	children_end_all(&all);
	uv_run(&loop, UV_RUN_DEFAULT);
	ck_assert_uint_eq(all.n[ROLE_MANAGER] + all.n[ROLE_AAA], 0);
	ck_assert_int_eq(uv_loop_close(&loop), 0);
}

/* All texts until the end of the stream. */
static void hear(int fd, char *all_of_it, size_t size)
{
	static struct stream_reader r;
	struct stream_frame f;

	memset(&r, 0, sizeof r);
	all_of_it[0] = 0;
	while (stream_wait(fd, &r, &f) == 1)
		if (f.type == STREAM_TEXT || f.type == STREAM_FAILED)
			snprintf(all_of_it + strlen(all_of_it), size - strlen(all_of_it), "%s",
			    (const char *)f.data);
}

START_TEST(a_ping_of_oneself)
{
	struct ipc_msg m = ping();
	char text[1000];
	int fd;

	ck_assert_int_eq(children_start(&all, &m, &fd), 0);
	hear(fd, text, sizeof text);
	close(fd);
	ck_assert_ptr_nonnull(
	    strstr(text, "Sending 2, 100-byte ICMP Echos to 127.0.0.1, timeout"
			 " is 2 seconds:\n!!\nSuccess rate is 100 percent (2/2)"));
}
END_TEST

/* Nobody listens there: the program has a whole library started by then, in its confinement. */
START_TEST(a_controller_that_is_not_there)
{
	struct ipc_msg m = nt();
	char text[1000];
	int fd;

	m.keep_nt.port = 1;
	ck_assert_int_eq(children_start(&all, &m, &fd), 0);
	ck_assert_uint_eq(all.n[ROLE_AAA], 1);
	ck_assert_uint_eq(all.n[ROLE_MANAGER], 0);
	hear(fd, text, sizeof text);
	close(fd);
	ck_assert_str_eq(text, "Connection refused");
}
END_TEST

static void status_of(const char *line, char *value, size_t size, pid_t pid)
{
	char path[64], text[256];
	FILE *f;

	snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
	f = fopen(path, "r");
	ck_assert_ptr_nonnull(f);
	value[0] = 0;
	while (fgets(text, sizeof text, f))
		if (!strncmp(text, line, strlen(line)))
			snprintf(value, size, "%s", text + strlen(line) + 1);
	fclose(f);
}

/* The children of this process, in no order. */
static unsigned children_of_ours(pid_t pids[], unsigned max)
{
	char path[64];
	unsigned n = 0;
	FILE *f;

	snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
	f = fopen(path, "r");
	ck_assert_ptr_nonnull(f);
	while (n < max && fscanf(f, "%d", &pids[n]) == 1)
		n++;
	fclose(f);
	return n;
}


START_TEST(no_more_than_allowed_and_each_is_nobody)
{
	struct ipc_msg m = ping();
	int fd[CHILDREN_MAX], more;
	pid_t pid[CHILDREN_MAX + 4];
	char value[100];
	unsigned long long caps;

	m.keep_ping.repeat = PING_REPEAT_MAX; /* nobody reads its marks: it waits */
	m.keep_ping.timeout = 100;
	m.keep_ping.host = "127.0.0.1";
	m.keep_ping.size = 100;
	for (unsigned i = 0; i < CHILDREN_MAX; i++) {
		m.keep_ping.id = i + 1;
		ck_assert_int_eq(children_start(&all, &m, &fd[i]), 0);
	}
	ck_assert_int_eq(children_start(&all, &m, &more), EAGAIN);
	ck_assert_uint_eq(children_of_ours(pid, CHILDREN_MAX + 4), CHILDREN_MAX);
	for (unsigned i = 0; i < CHILDREN_MAX; i++) {
		status_of("Uid:", value, sizeof value, pid[i]);
		if (geteuid() == 0)
			ck_assert_uint_eq(strtoul(value, NULL, 10), identity_child_uid());
		status_of("CapPrm:", value, sizeof value, pid[i]);
		caps = strtoull(value, NULL, 16);
		ck_assert_uint_eq(caps, 0);
		status_of("CapEff:", value, sizeof value, pid[i]);
		ck_assert_uint_eq(strtoull(value, NULL, 16), 0);
		status_of("Groups:", value, sizeof value, pid[i]);
		ck_assert_uint_eq(strspn(value, " \t\n"), strlen(value));
	}
	children_end(&all, ROLE_MANAGER, 3);
	while (all.n[ROLE_MANAGER] == CHILDREN_MAX)
		uv_run(&loop, UV_RUN_ONCE);
	ck_assert_uint_eq(all.n[ROLE_MANAGER], CHILDREN_MAX - 1);
	ck_assert_int_eq(children_start(&all, &m, &more), 0);
	close(more);
	for (unsigned i = 0; i < CHILDREN_MAX; i++)
		close(fd[i]);
}
END_TEST

START_TEST(a_program_that_is_not_there)
{
	struct ipc_msg m = ping();
	int fd;

	all.programs = "/nowhere";
	ck_assert_int_ne(children_start(&all, &m, &fd), 0);
	ck_assert_int_eq(fd, -1);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("keeper_children");
	TCase *pure = tcase_create("pure"), *real = tcase_create("real");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_test(pure, pings);
	tcase_add_test(pure, traceroutes);
	tcase_add_test(pure, transfers);
	tcase_add_test(pure, questions_to_a_controller);
	tcase_add_test(pure, frames_byte_by_byte);
	tcase_add_test(pure, no_frames);
	tcase_add_test(pure, icmp_packets);
	suite_add_tcase(s, pure);
	tcase_add_checked_fixture(real, setup, teardown);
	tcase_set_timeout(real, 60);
	tcase_add_test(real, a_ping_of_oneself);
	tcase_add_test(real, a_controller_that_is_not_there);
	tcase_add_test(real, no_more_than_allowed_and_each_is_nobody);
	tcase_add_test(real, a_program_that_is_not_there);
	suite_add_tcase(s, real);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
