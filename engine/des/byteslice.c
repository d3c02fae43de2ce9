/*
 * What all widths of the byte slice share: which packet or block goes into which lane. Encrypting,
 * a packet has a lane as CBC wants it; decrypting, each block has one.
 */
#include "engine/des/byteslice.h"

#include <string.h>

static uint64_t word(const uint8_t *p)
{
	uint64_t w;

	memcpy(&w, p, sizeof w);
	return w;
}

static void put_word(uint8_t *p, uint64_t w)
{
	memcpy(p, &w, sizeof w);
}

static void lane_key(struct byteslice_scratch *s, const struct byteslice_width *v, size_t lane,
    const struct des_key *k)
{
	for (size_t i = 0; i < 3; i++)
		s->key[i * v->lanes + lane] = word(k->key[i]);
}

/* ---- encrypting -------------------------------------------------------------------- */

/* Blocks of a job from `at` on that one step takes. */
static unsigned blocks_at(const struct byteslice_width *v, const struct des_job *j, size_t at)
{
	size_t left = (j->len - at) / DES_BLOCK;

	return left < v->blocks ? (unsigned)left : v->blocks;
}

static void encrypt_step(const struct byteslice_width *v, struct byteslice_scratch *s,
    const struct des_job *const *job, size_t n, size_t at)
{
	for (size_t l = 0; l < n; l++)
		for (unsigned b = 0; b < blocks_at(v, job[l], at); b++)
			s->block[byteslice_at(v, l, b)] = word(job[l]->data + at + DES_BLOCK * b);
	v->cbc(&s->tables, s->state, s->keys, s->block, blocks_at(v, job[0], at));
	for (size_t l = 0; l < n; l++)
		for (unsigned b = 0; b < blocks_at(v, job[l], at); b++)
			put_word(job[l]->data + at + DES_BLOCK * b,
			    s->block[byteslice_at(v, l, b)]);
}

/* Up to a width of jobs, the longest first: a lane that is through idles until all are. */
static void encrypt_group(const struct byteslice_width *v, struct byteslice_scratch *s,
    const struct des_job *const *job, size_t n)
{
	for (size_t l = 0; l < n; l++) {
		lane_key(s, v, l, job[l]->key);
		s->block[byteslice_at(v, l, 0)] = word(job[l]->iv);
	}
	v->keys(&s->tables, s->keys, s->key, false);
	v->chain(&s->tables, s->state, s->block);
	for (size_t at = 0;; at += DES_BLOCK * v->blocks) {
		while (n && job[n - 1]->len <= at)
			n--;
		if (!n)
			return;
		encrypt_step(v, s, job, n, at);
	}
}

void byteslice_encrypt(const struct byteslice_width *wide, const struct byteslice_width *narrow,
    struct byteslice_scratch *s, const struct des_job *jobs, size_t n)
{
	const struct des_job *list[DES_JOBS];

	for (size_t i = 0; i < n; i++) {
		size_t to = i;

		for (; to && list[to - 1]->len < jobs[i].len; to--)
			list[to] = list[to - 1];
		list[to] = &jobs[i];
	}
	for (size_t i = 0; i < n;) {
		const struct byteslice_width *v = n - i <= narrow->lanes ? narrow : wide;
		size_t lanes = n - i < v->lanes ? n - i : v->lanes;

		encrypt_group(v, s, list + i, lanes);
		i += lanes;
	}
}

/* ---- decrypting -------------------------------------------------------------------- */

/* Where the next block is, over all jobs, and what it is added to in the end. */
struct walk {
	const struct des_job *job, *end;
	uint32_t at;
	uint64_t previous;
};

/* False: there are no more. */
static bool walk_on(struct walk *w)
{
	while (w->job < w->end && w->at >= w->job->len) {
		w->job++;
		w->at = 0;
	}
	if (w->job == w->end)
		return false;
	if (w->at == 0)
		w->previous = word(w->job->iv);
	return true;
}

struct lane {
	uint8_t *to;
	uint64_t previous;
};

/* Puts the next blocks into lanes; how many. `keyed` is the key that all lanes have from the
 * last time, NULL if there is none, and becomes that of now. */
static size_t gather(const struct byteslice_width *v, struct byteslice_scratch *s, struct walk *w,
    struct lane lane[BYTESLICE_MAX], const struct des_key **keyed)
{
	const struct des_key *first = NULL;
	bool same = true;
	size_t n = 0;

	for (; n < v->lanes && walk_on(w); n++) {
		lane[n] = (struct lane){w->job->data + w->at, w->previous};
		s->block[byteslice_at(v, n, 0)] = w->previous = word(lane[n].to);
		lane_key(s, v, n, w->job->key);
		if (!first)
			first = w->job->key;
		same = same && w->job->key == first;
		w->at += DES_BLOCK;
	}
	if (n && !(same && first == *keyed))
		v->keys(&s->tables, s->keys, s->key, true);
	*keyed = same ? first : NULL;
	return n;
}

void byteslice_decrypt(const struct byteslice_width *wide, const struct byteslice_width *narrow,
    struct byteslice_scratch *s, const struct des_job *jobs, size_t n)
{
	struct walk w = {.job = jobs, .end = jobs + n};
	const struct des_key *keyed = NULL;
	struct lane lane[BYTESLICE_MAX];
	size_t left = 0, lanes;

	for (size_t i = 0; i < n; i++)
		left += jobs[i].len / DES_BLOCK;
	for (; left; left -= lanes) {
		const struct byteslice_width *v = left <= narrow->lanes ? narrow : wide;

		if (v != wide)
			keyed = NULL; /* another width has other keys */
		lanes = gather(v, s, &w, lane, &keyed);
		v->ecb(&s->tables, s->state, s->keys, s->block);
		for (size_t l = 0; l < lanes; l++)
			put_word(lane[l].to, s->block[byteslice_at(v, l, 0)] ^ lane[l].previous);
	}
}
