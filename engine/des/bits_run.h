/*
 * Bitslice: jobs into lanes. Enciphering, a lane has a packet, and takes the
 * next that waits when that is done; deciphering, a lane has a block, and a
 * set of lanes the blocks of as many packets as fit.
 */
#ifndef GATEHOUSE_DES_BITS_RUN_H
#define GATEHOUSE_DES_BITS_RUN_H

#include "engine/des/bits_boxes.h"
#include "engine/des/bits_keys.h"

/* ---- enciphering ------------------------------------------------------------- */

/*
 * Puts the next of the waiting jobs into a lane. The block that the lane has made last is still in
 * the registers, and is added to its next one: that is taken out again together with adding the IV.
 */
static const struct des_job *into_lane(struct room *r, unsigned lane, const struct des_job *job)
{
	r->of[lane] = job->key;
	r->data[lane] = job->data;
	r->len[lane] = job->len;
	r->chain[lane] ^= load64(job->iv);
	return job + 1;
}

/* Lanes that are done take what waits. The lanes that are or were in use. */
static unsigned fill_lanes(
    struct room *r, unsigned used, const struct des_job **job, const struct des_job *end)
{
	bool changed = false;

	for (unsigned l = 0; l < LANES && *job < end; l++) {
		if (l < used && r->len[l])
			continue;
		while (*job < end && (*job)->len == 0)
			++*job;
		if (*job == end)
			break;
		*job = into_lane(r, l, *job);
		used = l < used ? used : l + 1;
		changed = true;
	}
	if (changed)
		keys_of_lanes(r, used);
	return used;
}

/* So many bytes have all lanes that have any. */
static uint32_t least_left(const struct room *r, unsigned used)
{
	uint32_t least = 0;

	for (unsigned l = 0; l < used; l++)
		if (r->len[l] && (least == 0 || r->len[l] < least))
			least = r->len[l];
	return least;
}

static unsigned steps_of(uint32_t least)
{
	return least < CHUNK * DES_BLOCK ? least / DES_BLOCK : CHUNK;
}

/*
 * Blocks that are done go back to their packet, and those that follow come: packets lie far from
 * each other, so that each is visited once for both. The first of a packet is chained to what was
 * in its lane, and the last to what will be.
 */
static inline __attribute__((always_inline)) void visit_lane(struct room *r, unsigned l,
    unsigned done, unsigned next)
{
	uint8_t *at = r->data[l];

	for (unsigned i = 0; i < done; i++, at += DES_BLOCK)
		store64(at, r->block[i][l]);
	r->data[l] = at;
	r->len[l] -= DES_BLOCK * done;
	if (!r->len[l])
		r->chain[l] = r->block[done - 1][l];
	for (unsigned i = 0; i < next; i++, at += DES_BLOCK)
		r->block[i][l] = load64(at);
	if (!done) {
		r->block[0][l] ^= r->chain[l];
		r->chain[l] = 0;
	}
}

static void visit_lanes(struct room *r, unsigned used, unsigned done, unsigned next)
{
	for (unsigned l = 0; l < used; l++)
		if (r->len[l])
			visit_lane(r, l, done, next);
}

/* Four blocks of each of four lanes, and four of each of their packets: the one into the other. */
static inline __attribute__((always_inline)) void turn4(quad q[4])
{
	quad a = __builtin_shufflevector(q[0], q[1], 0, 4, 2, 6);
	quad b = __builtin_shufflevector(q[0], q[1], 1, 5, 3, 7);
	quad c = __builtin_shufflevector(q[2], q[3], 0, 4, 2, 6);
	quad d = __builtin_shufflevector(q[2], q[3], 1, 5, 3, 7);

	q[0] = __builtin_shufflevector(a, c, 0, 1, 4, 5);
	q[1] = __builtin_shufflevector(b, d, 0, 1, 4, 5);
	q[2] = __builtin_shufflevector(a, c, 2, 3, 6, 7);
	q[3] = __builtin_shufflevector(b, d, 2, 3, 6, 7);
}

_Static_assert(CHUNK == 4, "a chunk is a quad");

static void visit_four(struct room *r, unsigned lane)
{
	quad q[4];

#pragma GCC unroll 4
	for (unsigned i = 0; i < 4; i++)
		q[i] = *(const quad *)(r->block[i] + lane);
	turn4(q);
#pragma GCC unroll 4
	for (unsigned i = 0; i < 4; i++) {
		uint8_t *at = r->data[lane + i];

		*(quad *)at = q[i];
		q[i] = *(const quad *)(at + sizeof *q);
		r->data[lane + i] = at + sizeof *q;
		r->len[lane + i] -= (uint32_t)sizeof *q;
	}
	turn4(q);
#pragma GCC unroll 4
	for (unsigned i = 0; i < 4; i++)
		*(quad *)(r->block[i] + lane) = q[i];
}

/* In the middle of all packets, where they are most of the time. */
static void visit_chunks(struct room *r, unsigned used)
{
	unsigned l = 0;

	while (l < used) {
		if (l + 4 <= used && r->len[l] && r->len[l + 1] && r->len[l + 2] && r->len[l + 3]) {
			visit_four(r, l);
			l += 4;
			continue;
		}
		if (r->len[l])
			visit_lane(r, l, CHUNK, CHUNK);
		l++;
	}
}

static void encipher(struct room *r, unsigned steps)
{
	for (unsigned i = 0; i < steps; i++) {
		blocks_in(r, r->in_order[i], true);
		cipher(r, false);
		blocks_out(r, r->in_order[i]);
	}
}

/* Until a lane is done. */
static void encrypt_lanes(struct room *r, unsigned used, uint32_t least)
{
	unsigned steps = steps_of(least), next;

	visit_lanes(r, used, 0, steps);
	for (; steps; steps = next) {
		encipher(r, steps);
		least -= DES_BLOCK * steps;
		next = steps_of(least);
		if (steps == CHUNK && next == CHUNK)
			visit_chunks(r, used);
		else
			visit_lanes(r, used, steps, next);
	}
}

static void encrypt(void *scratch, const struct des_job *job, size_t n)
{
	struct room *r = scratch;
	const struct des_job *end = job + n;
	unsigned used = 0;
	uint32_t least;

	memset(r->left, 0, sizeof r->left);
	memset(r->right, 0, sizeof r->right);
	memset(r->chain, 0, sizeof r->chain);
	for (;;) {
		used = fill_lanes(r, used, &job, end);
		least = least_left(r, used);
		if (!least)
			return;
		encrypt_lanes(r, used, least);
	}
}

/* ---- deciphering ------------------------------------------------------------- */

enum { CIPHER_TEXT, PLAIN_TEXT }; /* rows of block[]; the keys' rows are free again by then */

static void put_runs(struct room *r)
{
	const uint64_t *plain = r->block[PLAIN_TEXT], *text = r->block[CIPHER_TEXT];

	for (unsigned i = 0; i < r->runs; i++) {
		const struct run *run = &r->run[i];

		unsigned k = 1;

		store64(run->data, plain[0] ^ run->before);
		for (; k + 4 <= run->n; k += 4)
			*(quad *)(run->data + DES_BLOCK * k) =
			    *(const quad *)(plain + k) ^ *(const quad *)(text + k - 1);
		for (; k < run->n; k++)
			store64(run->data + DES_BLOCK * k, plain[k] ^ text[k - 1]);
		plain += run->n;
		text += run->n;
	}
}

/* A set of lanes; its blocks are fetched when the keys, which take their place, are done. */
static void decrypt_set(struct room *r)
{
	uint64_t *to = r->block[CIPHER_TEXT];

	keys_of_runs(r);
	for (unsigned i = 0; i < r->runs; i++) {
		memcpy(to, r->run[i].data, DES_BLOCK * (size_t)r->run[i].n);
		to += r->run[i].n;
	}
	blocks_in(r, r->in_order[CIPHER_TEXT], false);
	cipher(r, true);
	blocks_out(r, r->in_order[PLAIN_TEXT]);
	put_runs(r);
	r->runs = 0;
}

static void decrypt(void *scratch, const struct des_job *job, size_t n)
{
	struct room *r = scratch;
	unsigned used = 0;

	r->held = NULL;
	r->runs = 0;
	for (const struct des_job *end = job + n; job < end; job++) {
		uint64_t before = load64(job->iv);
		unsigned blocks = job->len / DES_BLOCK, now;

		for (unsigned at = 0; at < blocks; at += now) {
			uint8_t *data = job->data + DES_BLOCK * at;

			now = blocks - at < LANES - used ? blocks - at : LANES - used;
			r->run[r->runs++] = (struct run){job->key, data, before, now};
			before = load64(data + DES_BLOCK * (now - 1));
			used += now;
			if (used < LANES)
				continue;
			decrypt_set(r);
			used = 0;
		}
	}
	if (used)
		decrypt_set(r);
}

#endif
