/*
 * Many writes by one system call: they are done in their order, each has its own result, and the
 * ring does nothing else. Where the kernel lets nobody have one there is nothing to look at.
 */
#include <check.h>
#include <dlfcn.h>
#include <errno.h>
#include <linux/io_uring.h>
#include <pthread.h>
#include <seccomp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/net/write_ring.h"
#include "engine/role/crew.h"

static struct write_ring *ring;
static int ring_fd, from, to;
static int32_t result[WRITE_RING];

/* A kernel that takes one entry of a run, then is interrupted, then takes the next. */
static bool hesitates;
static unsigned entered, asked_for[8], awaited[8];

long syscall(long number, ...)
{
	static long (*real)(long, ...);
	long a[6];
	va_list more;

	va_start(more, number);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(more, long);
	va_end(more);
	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "syscall");
	if (hesitates && number == SYS_io_uring_enter) {
		ck_assert_uint_lt(entered, 8);
		asked_for[entered] = (unsigned)a[1];
		awaited[entered] = (unsigned)a[2];
		if (entered++ % 2) {
			errno = EINTR;
			return -1;
		}
		a[1] = a[2] = 1;
	}
	return real(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

static void setup(void)
{
	int pair[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, pair), 0);
	from = pair[0];
	to = pair[1];
	ring_fd = dup(from); /* the number that is next */
	close(ring_fd);
	ring = write_ring_create();
}

static void teardown(void)
{
	write_ring_destroy(ring);
	close(from);
	close(to);
}

static void comes(const char *text)
{
	char got[16];

	ck_assert_int_eq(recv(to, got, sizeof got, 0), (ssize_t)strlen(text));
	ck_assert_mem_eq(got, text, strlen(text));
}

/* Of one part and of several, as often as there is room, and round and round. */
START_TEST(in_their_order)
{
	static char one[WRITE_RING][8];
	static struct iovec part[WRITE_RING][2];
	unsigned number = 0;

	for (unsigned round = 0; ring && round < 20; round++) {
		unsigned n = 1 + round * 7;

		for (unsigned i = 0; i < n; i++) {
			int len = snprintf(one[i], sizeof one[i], "%u", number + i);

			part[i][0] = (struct iovec){one[i], (size_t)len};
			part[i][1] = (struct iovec){(void *)(uintptr_t)"ab", 2};
			ck_assert(write_ring_add(ring, from, part[i], 1 + i % 2));
		}
		ck_assert_uint_eq(write_ring_run(ring, result), n);
		for (unsigned i = 0; i < n; i++, number++) {
			char want[16];
			int len = snprintf(want, sizeof want, "%u%s", number, i % 2 ? "ab" : "");

			ck_assert_int_eq(result[i], len);
			comes(want);
		}
		ck_assert_uint_eq(write_ring_run(ring, result), 0);
	}
}
END_TEST

START_TEST(no_more_than_fit)
{
	const struct iovec x = {(void *)(uintptr_t)"x", 1};
	int null = dup(from);

	for (unsigned i = 0; ring && i < WRITE_RING; i++)
		ck_assert(write_ring_add(ring, null, &x, 1));
	ck_assert(!ring || !write_ring_add(ring, null, &x, 1));
	close(null); /* gone by the time that they are done */
	if (ring) {
		ck_assert_uint_eq(write_ring_run(ring, result), WRITE_RING);
		ck_assert_int_eq(result[0], -EBADF);
		ck_assert_int_eq(result[WRITE_RING - 1], -EBADF);
		ck_assert(write_ring_add(ring, from, &x, 1));
		ck_assert_uint_eq(write_ring_run(ring, result), 1);
		ck_assert_int_eq(result[0], 1);
	}
}
END_TEST

/* What fails is its own affair. */
START_TEST(each_its_result)
{
	const struct iovec some[] = {{(void *)(uintptr_t)"one", 3}, {NULL, 8},
	    {(void *)(uintptr_t)"three", 5}, {(void *)(uintptr_t)"four", 4}};
	static const int32_t want[] = {3, -EFAULT, -EBADF, 4};

	for (unsigned i = 0; ring && i < 4; i++)
		ck_assert(write_ring_add(ring, i == 2 ? -1 : from, &some[i], 1));
	if (ring) {
		ck_assert_uint_eq(write_ring_run(ring, result), 4);
		for (unsigned i = 0; i < 4; i++)
			ck_assert_int_eq(result[i], want[i]);
		comes("one");
		comes("four");
	}
}
END_TEST

/* Nothing is registered with it any more, and no other operation is done, nor one by a thread of
 * the kernel's, behind another, or with what was registered. */
START_TEST(nothing_but_writes)
{
	const struct iovec x = {(void *)(uintptr_t)"x", 1};
	static const uint8_t other[] = {IORING_OP_NOP, IORING_OP_READ, IORING_OP_SENDMSG,
	    IORING_OP_OPENAT, IORING_OP_CLOSE};
	static const uint8_t way[] = {IOSQE_ASYNC, IOSQE_IO_LINK, IOSQE_IO_HARDLINK,
	    IOSQE_IO_DRAIN, IOSQE_FIXED_FILE, IOSQE_BUFFER_SELECT, IOSQE_CQE_SKIP_SUCCESS};
	struct io_uring_sqe *asked;

	if (!ring)
		return;
	ck_assert_int_eq(
	    syscall(SYS_io_uring_register, ring_fd, IORING_REGISTER_FILES, &from, 1), -1);
	ck_assert_int_eq(errno, EACCES);
	asked = mmap(NULL, WRITE_RING * sizeof *asked, PROT_READ | PROT_WRITE, MAP_SHARED, ring_fd,
	    IORING_OFF_SQES);
	ck_assert(asked != MAP_FAILED);
	for (unsigned i = 0; i < sizeof other; i++) {
		ck_assert(write_ring_add(ring, from, &x, 1));
		asked[i].opcode = other[i];
		ck_assert_uint_eq(write_ring_run(ring, result), 1);
		ck_assert_int_eq(result[0], -EACCES);
	}
	for (unsigned i = 0; i < sizeof way; i++) {
		ck_assert(write_ring_add(ring, from, &x, 1));
		asked[sizeof other + i].flags = way[i];
		ck_assert_uint_eq(write_ring_run(ring, result), 1);
		ck_assert_int_lt(result[0], 0);
	}
	ck_assert_int_eq(recv(to, &(char){0}, 1, 0), -1); /* none was done */
	munmap(asked, WRITE_RING * sizeof *asked);
}
END_TEST

static void *by_another(void *arg)
{
	(void)arg;
	return (void *)(uintptr_t)write_ring_run(ring, result);
}

START_TEST(by_several_threads)
{
	const struct iovec x = {(void *)(uintptr_t)"x", 1};
	pthread_t thread;
	void *n;

	for (unsigned i = 0; ring && i < 4; i++) {
		ck_assert(write_ring_add(ring, from, &x, 1));
		if (i % 2) {
			n = by_another(NULL);
		} else {
			ck_assert_int_eq(pthread_create(&thread, NULL, by_another, NULL), 0);
			ck_assert_int_eq(pthread_join(thread, &n), 0);
		}
		ck_assert_uint_eq((uintptr_t)n, 1);
		ck_assert_int_eq(result[0], 1);
		comes("x");
	}
}
END_TEST

/* Whoever has it gives us one: or all that is here looks at nothing. */
START_TEST(where_there_is_one)
{
	struct io_uring_params p = {.flags = IORING_SETUP_R_DISABLED};
	const unsigned needed = IORING_FEAT_SINGLE_MMAP | IORING_FEAT_NODROP |
				IORING_FEAT_NATIVE_WORKERS;
	int fd = (int)syscall(SYS_io_uring_setup, WRITE_RING, &p, 0, 0, 0, 0);

	if (fd < 0 || (p.features & needed) != needed)
		return;
	close(fd);
	ck_assert_ptr_nonnull(ring);
}
END_TEST

/* What is left of a run is asked for again, and no more than that. */
START_TEST(in_several_goes)
{
	static char text[] = "abcdef";
	const struct iovec part[3] = {{text, 1}, {text + 1, 2}, {text + 3, 3}};

	for (unsigned i = 0; ring && i < 3; i++)
		ck_assert(write_ring_add(ring, from, &part[i], 1));
	if (!ring)
		return;
	hesitates = true;
	entered = 0;
	ck_assert_uint_eq(write_ring_run(ring, result), 3);
	hesitates = false;
	ck_assert_uint_eq(entered, 5);
	for (unsigned i = 0; i < 5; i++) {
		ck_assert_uint_eq(asked_for[i], 3 - (i + 1) / 2);
		ck_assert_uint_eq(awaited[i], asked_for[i]);
	}
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(result[i], i + 1);
	comes("a");
	comes("bc");
	comes("def");
}
END_TEST

/* One that the kernel answers no more is given up, and what was asked of it was not done. */
START_TEST(a_broken_one)
{
	const struct iovec x = {(void *)(uintptr_t)"x", 1};

	if (!ring)
		return;
	ck_assert(write_ring_add(ring, from, &x, 1));
	ck_assert_int_eq(dup2(from, ring_fd), ring_fd);
	ck_assert_uint_eq(write_ring_run(ring, result), 1);
	ck_assert_int_eq(result[0], -EIO);
	ck_assert(!write_ring_add(ring, from, &x, 1));
	ck_assert_uint_eq(write_ring_run(ring, result), 0);
}
END_TEST

START_TEST(none)
{
	write_ring_destroy(NULL);
}
END_TEST

/* What containers, an operator and old kernels refuse. */
static const struct {
	int call, error;
} REFUSED[] = {{SCMP_SYS(io_uring_setup), EPERM}, {SCMP_SYS(io_uring_setup), ENOSYS},
    {SCMP_SYS(io_uring_register), EINVAL}};

/* In a process of its own: no ring, nothing left open, and the journal says it once. */
static int refused(int call, int error, int said)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	struct write_ring *rings[WORKERS_MAX] = {0};
	int next = dup(said);

	close(next);
	if (seccomp_rule_add(filter, SCMP_ACT_ERRNO((unsigned)error), call, 0) ||
	    seccomp_load(filter))
		return 2;
	seccomp_release(filter);
	if (write_ring_create() || errno != error)
		return 3;
	dup2(said, STDERR_FILENO);
	crew_rings(rings);
	return rings[0] || dup(said) != next ? 4 : 0;
}

START_TEST(why_there_is_none)
{
	char line[256] = "";
	FILE *f = tmpfile();
	pid_t child;
	int status;

	if (!ring) /* it is refused another way */
		return;
	child = fork();
	if (child == 0)
		_exit(refused(REFUSED[_i].call, REFUSED[_i].error, fileno(f)));
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_int_eq(status, 0);
	rewind(f);
	ck_assert_ptr_nonnull(fgets(line, sizeof line, f));
	ck_assert_ptr_nonnull(strstr(line, "io_uring"));
	ck_assert_ptr_nonnull(strstr(line, strerror(REFUSED[_i].error)));
	ck_assert_ptr_null(fgets(line, sizeof line, f));
	fclose(f);
}
END_TEST

START_TEST(one_for_the_first_at_least)
{
	struct write_ring *rings[WORKERS_MAX] = {0};

	if (!ring)
		return;
	crew_rings(rings);
	ck_assert_ptr_nonnull(rings[0]);
	for (unsigned i = 0; i < WORKERS_MAX; i++)
		write_ring_destroy(rings[i]);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("write_ring");
	TCase *tc = tcase_create("all");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, in_their_order);
	tcase_add_test(tc, no_more_than_fit);
	tcase_add_test(tc, each_its_result);
	tcase_add_test(tc, nothing_but_writes);
	tcase_add_test(tc, by_several_threads);
	tcase_add_test(tc, where_there_is_one);
	tcase_add_test(tc, in_several_goes);
	tcase_add_test(tc, a_broken_one);
	tcase_add_test(tc, none);
	tcase_add_loop_test(tc, why_there_is_none, 0, sizeof REFUSED / sizeof *REFUSED);
	tcase_add_test(tc, one_for_the_first_at_least);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
