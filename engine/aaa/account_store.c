/*
 * Owns the two files. The one whose header has the higher generation counts. A
 * rewriting fills the other one, syncs it, gives it its header, syncs it again,
 * and only then empties the old one: at each moment one of them is whole. A
 * failed write (a full disk) is answered with a rewriting later. /
 */
#include "engine/aaa/account_store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SLACK (1024 * 1024)    /* bytes that may be done with before the rest is rewritten */
#define FILE_MOST (256u << 20) /* more is not read: it cannot be ours */

/* ---- batches ---------------------------------------------------------------------------- */

static void batch_add(struct account_batch *b, const struct account_frame *f)
{
	size_t need = b->len + ACCOUNT_FRAME + f->payload.len;

	if (need > b->size) {
		size_t size = 2 * need;
		uint8_t *p = realloc(b->p, size);

		if (!p) {
			b->failed = true;
			return;
		}
		b->p = p;
		b->size = size;
	}
	b->len += account_frame_write(b->p + b->len, f);
	if (f->type == FRAME_RECORD && f->seq > b->seq)
		b->seq = f->seq;
}

static void batch_fini(struct account_batch *b)
{
	free(b->p);
	*b = (struct account_batch){0};
}

/* ---- writing, in a thread --------------------------------------------------------------- */

static int write_all(int fd, const uint8_t *p, size_t len, uint64_t at)
{
	while (len) {
		ssize_t n = pwrite(fd, p, len, (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? errno : EIO;
		p += n;
		at += (uint64_t)n;
		len -= (size_t)n;
	}
	return 0;
}

static int sync_file(int fd)
{
	return fdatasync(fd) < 0 ? errno : 0;
}

static int rewrite(const struct account_write *w)
{
	uint8_t header[ACCOUNT_HEADER];
	int error = ftruncate(w->fd, 0) < 0 ? errno : 0;

	account_header_write(header, sizeof header, w->generation);
	if (!error)
		error = write_all(w->fd, w->batch.p, w->batch.len, ACCOUNT_HEADER);
	if (!error)
		error = sync_file(w->fd);
	if (!error)
		error = write_all(w->fd, header, sizeof header, 0);
	if (!error)
		error = sync_file(w->fd);
	/* The old one has the lower generation: it need not go at once. */
	if (!error && w->other >= 0)
		(void)ftruncate(w->other, 0);
	return error;
}

static void work(struct job *j)
{
	struct account_write *w = container_of(j, struct account_write, job);

	if (w->batch.failed) {
		w->error = ENOMEM;
	} else if (w->generation) {
		w->error = rewrite(w);
	} else {
		w->error = write_all(w->fd, w->batch.p, w->batch.len, w->offset);
		if (!w->error)
			w->error = sync_file(w->fd);
	}
}

static void close_files(struct account_store *s)
{
	for (int i = 0; i < 2; i++)
		if (s->fd[i] >= 0)
			close(s->fd[i]);
	s->fd[0] = s->fd[1] = -1;
	batch_fini(&s->next);
}

static void account(struct account_store *s, const struct account_write *w)
{
	s->broken = w->error != 0;
	if (w->error)
		return;
	if (w->generation) {
		s->active ^= 1;
		s->generation = w->generation;
		s->end = ACCOUNT_HEADER;
		s->live = w->batch.len;
	}
	s->end += w->batch.len;
}

static void done(struct job *j)
{
	struct account_write *w = container_of(j, struct account_write, job);
	struct account_store *s = w->of;
	uint64_t seq = w->batch.seq;

	s->writing = false;
	account(s, w);
	batch_fini(&w->batch);
	if (s->dead) {
		close_files(s);
		return;
	}
	s->ops->written(s->arg, seq, w->error);
	if (!w->error)
		account_store_flush(s);
}

/* ---- what is to be written -------------------------------------------------------------- */

void account_store_put(struct account_store *s, const struct account_frame *f)
{
	if (s->fd[s->active] >= 0)
		batch_add(&s->next, f);
}

static bool rewriting_is_due(const struct account_store *s)
{
	return s->fd[s->active ^ 1] >= 0 &&
	       (s->broken || !s->generation || s->end > 2 * s->live + SLACK);
}

void account_store_flush(struct account_store *s)
{
	struct account_write *w = &s->write;

	if (s->fd[s->active] < 0) {
		s->ops->written(s->arg, UINT64_MAX, 0);
		return;
	}
	if (s->writing || (!s->next.len && !s->next.failed && !s->broken))
		return;
	*w = (struct account_write){
	    .job = {work, done}, .of = s, .fd = s->fd[s->active], .other = -1, .offset = s->end};
	if (rewriting_is_due(s)) {
		batch_fini(&s->next);
		s->ops->live(s->arg);
		w->fd = s->fd[s->active ^ 1];
		w->other = s->fd[s->active];
		w->generation = s->generation + 1;
	}
	w->batch = s->next;
	s->next = (struct account_batch){0};
	s->writing = true;
	s->env->offload(s->env, &w->job);
}

bool account_store_busy(const struct account_store *s)
{
	return s->writing || (s->next.len && !s->broken);
}

/* ---- life ------------------------------------------------------------------------------- */

static uint8_t *read_file(int fd, size_t *len)
{
	struct stat st;
	uint8_t *p;
	ssize_t n = 1;

	*len = 0;
	if (fd < 0 || fstat(fd, &st) < 0 || st.st_size <= 0 || st.st_size > FILE_MOST)
		return NULL;
	p = malloc((size_t)st.st_size);
	while (p && *len < (size_t)st.st_size && n > 0) {
		n = pread(fd, p + *len, (size_t)st.st_size - *len, (off_t)*len);
		*len += n > 0 ? (size_t)n : 0;
	}
	return p;
}

static void replay(struct account_store *s, const uint8_t *p, size_t len)
{
	size_t at = ACCOUNT_HEADER;
	struct account_frame f;

	while (account_frame_read(p, len, &at, &f, &s->damaged))
		s->ops->found(s->arg, &f);
	s->end = at;
	s->live = at;
	s->broken = s->damaged || at < len; /* it is written anew */
}

void account_store_open(struct account_store *s, struct env *env, const int fd[2],
    const struct account_store_ops *ops, void *arg)
{
	uint8_t *p[2];
	size_t len[2];
	uint64_t generation[2] = {0, 0};

	*s = (struct account_store){.env = env, .ops = ops, .arg = arg, .fd = {fd[0], fd[1]}};
	if (fd[0] < 0 || fd[1] < 0)
		close_files(s);
	for (int i = 0; i < 2; i++) {
		p[i] = read_file(s->fd[i], &len[i]);
		if (!p[i] || !account_header_read(p[i], len[i], &generation[i]))
			generation[i] = 0;
	}
	s->active = generation[1] > generation[0];
	s->generation = generation[s->active];
	if (s->generation)
		replay(s, p[s->active], len[s->active]);
	free(p[0]);
	free(p[1]);
}

void account_store_close(struct account_store *s)
{
	if (s->writing)
		s->dead = true;
	else
		close_files(s);
}
