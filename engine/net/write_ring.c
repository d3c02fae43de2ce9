/*
 * struct write_ring: the two rings that we share with the kernel; see write_ring.h. Entry i of the
 * one in which we ask is write i of a run, as is its `user_data`; the kernel answers in the other.
 */
#include "engine/net/write_ring.h"

#include <errno.h>
#include <linux/io_uring.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Answers are never lost, both rings are one mapping, and (5.12) a TUN is written to at once. */
#define NEEDED (IORING_FEAT_SINGLE_MMAP | IORING_FEAT_NODROP | IORING_FEAT_NATIVE_WORKERS)

struct write_ring {
	int fd;
	bool broken;
	unsigned added;
	struct io_uring_sqe *asked; /* WRITE_RING of them */
	size_t asked_bytes, ring_bytes;
	uint8_t *ring;
	const struct io_uring_cqe *answers;
	_Atomic uint32_t *asked_tail, *answers_head, *answers_tail;
	uint32_t answers_mask;
};

static int enter(struct write_ring *r, unsigned asked, unsigned answers)
{
	return (int)syscall(
	    SYS_io_uring_enter, r->fd, asked, answers, IORING_ENTER_GETEVENTS, NULL, 0);
}

static int say(int fd, unsigned what, const void *arg, unsigned n)
{
	return (int)syscall(SYS_io_uring_register, fd, what, arg, n);
}

/* From now on nothing can be registered, nor another operation asked for. */
static bool restrict_to_writes(int fd)
{
	static const struct io_uring_restriction only[] = {
	    {.opcode = IORING_RESTRICTION_SQE_OP, .sqe_op = IORING_OP_WRITE},
	    {.opcode = IORING_RESTRICTION_SQE_OP, .sqe_op = IORING_OP_WRITEV}};

	return say(fd, IORING_REGISTER_RESTRICTIONS, only, sizeof only / sizeof *only) == 0 &&
	       say(fd, IORING_REGISTER_ENABLE_RINGS, NULL, 0) == 0;
}

static void *map(struct write_ring *r, size_t bytes, off_t what)
{
	void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, r->fd, what);

	return p == MAP_FAILED ? NULL : p;
}

/* The order in which the kernel takes entries is an array of their numbers: that of the entries. */
static bool share(struct write_ring *r, const struct io_uring_params *p)
{
	uint32_t *order;

	r->ring_bytes = p->cq_off.cqes + p->cq_entries * sizeof(struct io_uring_cqe);
	if (r->ring_bytes < p->sq_off.array + p->sq_entries * sizeof *order)
		r->ring_bytes = p->sq_off.array + p->sq_entries * sizeof *order;
	r->asked_bytes = p->sq_entries * sizeof *r->asked;
	r->ring = map(r, r->ring_bytes, IORING_OFF_SQ_RING);
	r->asked = map(r, r->asked_bytes, IORING_OFF_SQES);
	if (!r->ring || !r->asked)
		return false;
	order = (uint32_t *)(void *)(r->ring + p->sq_off.array);
	for (uint32_t i = 0; i < WRITE_RING; i++)
		order[i] = i;
	r->asked_tail = (_Atomic uint32_t *)(void *)(r->ring + p->sq_off.tail);
	r->answers_head = (_Atomic uint32_t *)(void *)(r->ring + p->cq_off.head);
	r->answers_tail = (_Atomic uint32_t *)(void *)(r->ring + p->cq_off.tail);
	r->answers_mask = *(uint32_t *)(void *)(r->ring + p->cq_off.ring_mask);
	r->answers = (struct io_uring_cqe *)(void *)(r->ring + p->cq_off.cqes);
	return true;
}

static bool begin(struct write_ring *r)
{
	struct io_uring_params p = {.flags = IORING_SETUP_R_DISABLED};

	r->fd = (int)syscall(SYS_io_uring_setup, WRITE_RING, &p);
	if (r->fd < 0)
		return false;
	if ((p.features & NEEDED) != NEEDED || p.sq_entries != WRITE_RING) {
		errno = ENOSYS;
		return false;
	}
	return share(r, &p) && restrict_to_writes(r->fd);
}

struct write_ring *write_ring_create(void)
{
	struct write_ring *r = calloc(1, sizeof *r);
	int error;

	if (!r || begin(r))
		return r;
	error = errno;
	write_ring_destroy(r);
	errno = error;
	return NULL;
}

void write_ring_destroy(struct write_ring *r)
{
	if (!r)
		return;
	if (r->ring)
		munmap(r->ring, r->ring_bytes);
	if (r->asked)
		munmap(r->asked, r->asked_bytes);
	if (r->fd >= 0)
		close(r->fd);
	free(r);
}

/* Of one part it is a plain write, which spares the kernel to read where the parts are. */
bool write_ring_add(struct write_ring *r, int fd, const struct iovec *part, unsigned parts)
{
	uint32_t tail = atomic_load_explicit(r->asked_tail, memory_order_relaxed);
	struct io_uring_sqe *e = &r->asked[(tail + r->added) % WRITE_RING];

	if (r->broken || r->added == WRITE_RING)
		return false;
	*e = (struct io_uring_sqe){.opcode = parts == 1 ? IORING_OP_WRITE : IORING_OP_WRITEV,
	    .fd = fd,
	    .addr = (uintptr_t)(parts == 1 ? part->iov_base : part),
	    .len = parts == 1 ? (uint32_t)part->iov_len : parts,
	    .user_data = r->added++};
	return true;
}

static unsigned take_answers(struct write_ring *r, int32_t result[WRITE_RING])
{
	uint32_t at = atomic_load_explicit(r->answers_head, memory_order_relaxed);
	uint32_t end = atomic_load_explicit(r->answers_tail, memory_order_acquire);
	unsigned n = end - at;

	for (; at != end; at++) {
		const struct io_uring_cqe *a = &r->answers[at & r->answers_mask];

		result[a->user_data % WRITE_RING] = a->res;
	}
	atomic_store_explicit(r->answers_head, end, memory_order_release);
	return n;
}

/* A signal may come in between. Any other error leaves us without knowledge of what the kernel
 * still holds: the ring is given up. */
unsigned write_ring_run(struct write_ring *r, int32_t result[WRITE_RING])
{
	unsigned n = r->added, asked = 0, done = 0;

	for (unsigned i = 0; i < n; i++)
		result[i] = -EIO;
	r->added = 0;
	atomic_fetch_add_explicit(r->asked_tail, n, memory_order_release);
	while (done < n && !r->broken) {
		int taken = enter(r, n - asked, n - done);

		if (taken > 0)
			asked += (unsigned)taken;
		r->broken = taken < 0 && errno != EINTR;
		done += take_answers(r, result);
	}
	return n;
}
