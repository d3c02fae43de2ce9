/*
 * The file in which accounting waits. Parts, each behind a byte that says how
 * and its length in two bytes: the payload of a whole frame (its type, the role
 * and what record), or bytes as they are. What is read is written anew, takes a
 * record more, and has to be read again with it. /
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "engine/aaa/account_queue.h"
#include "engine/wire/wire.h"
#include "tests/support/env_sim.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FILE_SIZE 65536

static struct sim sim;
static unsigned frames;

static void stored(void *arg, int error)
{
	(void)arg;
	if (error)
		abort();
}

static void lost(void *arg, struct account_group *g)
{
	(void)arg, (void)g;
}

static void taken(void *arg, enum role from, uint32_t id)
{
	(void)arg, (void)from, (void)id;
}

/* One life: how many records wait; `one_more` is put. */
static unsigned live(const int file[2], bool reborn, const struct msg_account *one_more)
{
	struct account_queue q = {.stored = stored, .lost = lost, .taken = taken};
	int fd[2] = {dup(file[0]), dup(file[1])};
	const struct account_record *r = NULL;
	struct account_group *g;
	unsigned n;

	account_queue_init(&q);
	account_queue_open(&q, &sim.env, fd, reborn);
	if (one_more) {
		account_queue_put(&q, ROLE_ENGINE, one_more);
		g = account_queue_find(&q, one_more->server_group);
		r = g ? TAILQ_LAST(&g->records, account_records) : NULL;
		if (!r || strcmp(r->key, one_more->key) != 0)
			abort();
	}
	n = q.n;
	account_queue_close(&q);
	return n;
}

/* The records that a file can have: the message with some of its bytes as the input says. */
static size_t payload(uint8_t *to, const uint8_t *p, size_t len)
{
	struct ipc_msg m = {.type = MSG_ACCOUNT,
	    .fd = -1,
	    .account = {.server_group = len > 2 && p[2] & 1 ? "A" : "B",
		.key = len > 2 && p[2] & 2 ? "one" : "two",
		.user = "u",
		.what = len > 1 ? p[1] % 6 : 0}};

	to[0] = len ? p[0] % 6 : 0;
	return 1 + ipc_encode(&m, to + 1, ACCOUNT_PAYLOAD_MAX - 1);
}

static size_t build(uint8_t *file, const uint8_t *data, size_t size)
{
	struct rd r = rd_init(data, size);
	size_t len = ACCOUNT_HEADER;
	uint8_t bytes[ACCOUNT_PAYLOAD_MAX];

	account_header_write(file, ACCOUNT_HEADER, 5);
	while (rd_left(&r) && len < FILE_SIZE - 2 * ACCOUNT_PAYLOAD_MAX) {
		uint8_t how = rd_u8(&r);
		size_t n = rd_u16(&r);
		const uint8_t *p = rd_bytes(&r, n < rd_left(&r) ? n : rd_left(&r));
		struct account_frame f = {
		    .type = (enum account_frame_type)(how & 3), .seq = how >> 4};

		n = p ? (size_t)(r.p - p) : 0;
		n = n < sizeof bytes ? n : sizeof bytes;
		if (how & 8) {
			memcpy(file + len, p ? p : data, n);
			len += n;
			continue;
		}
		f.payload.len = (uint16_t)n;
		f.payload.p = p;
		if (how & 4)
			f.payload = (struct bytes){
			    (uint16_t)payload(bytes, p ? p : data, n), bytes};
		len += account_frame_write(file + len, &f);
		frames++;
	}
	return len;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t image[FILE_SIZE + 2 * ACCOUNT_PAYLOAD_MAX];
	static const struct msg_account last = {
	    .what = ACCOUNT_COMMAND, .server_group = "A", .key = "last"};
	int file[2] = {memfd_create("a", MFD_CLOEXEC), memfd_create("b", MFD_CLOEXEC)};
	bool raw = size && data[0] == 'r';
	size_t len;
	unsigned n;

	if (!size)
		return 0;
	sim_init(&sim, 1, NULL, NULL);
	len = raw ? size - 1 : build(image, data + 1, size - 1);
	if (pwrite(file[0], raw ? data + 1 : image, len, 0) != (ssize_t)len)
		abort();
	n = live(file, data[0] & 1, &last);
	if (live(file, false, NULL) != n)
		abort();
	close(file[0]);
	close(file[1]);
	sim_fini(&sim);
	return 0;
}
