/*
 * Many writes by one system call: a ring of io_uring(7). It is made before a role gives up its
 * system calls, and can do nothing but write to descriptors that the process has: the kernel itself
 * holds it to that (IORING_REGISTER_RESTRICTIONS). The writes are done in their order, in the
 * caller's thread, before the call returns; several threads may use it in turn.
 */
#ifndef GATEHOUSE_WRITE_RING_H
#define GATEHOUSE_WRITE_RING_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/uio.h>

#define WRITE_RING 256 /* writes at a time */

struct write_ring;

/* NULL with errno: this kernel has none, or does not let us, or has none that writes to a TUN
 * without a thread of its own (before 5.12: ENOSYS, too). */
struct write_ring *write_ring_create(void);
/* NULL is allowed. */
void write_ring_destroy(struct write_ring *);
/* One more write, to what always has room, as a TUN has: what is full is waited for, O_NONBLOCK or
 * not. What the parts lead to, and they themselves, stay where they are until write_ring_run().
 * False: it has to be done otherwise, since there is no room, or the ring is
 * broken. */
bool write_ring_add(struct write_ring *, int fd, const struct iovec *part, unsigned parts);
/* Does what was added; result[i] of the i-th: bytes written, or an error, negative. Returns how
 * many. */
unsigned write_ring_run(struct write_ring *, int32_t result[WRITE_RING]);

#endif
