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

/* As many blocks as all lanes have that have any, up to CHUNK. */
static unsigned steps_now(const struct room *r, unsigned used)
{
	uint32_t least = 0;

	for (unsigned l = 0; l < used; l++)
		if (r->len[l] && (least == 0 || r->len[l] < least))
			least = r->len[l];
	return least < CHUNK * DES_BLOCK ? least / DES_BLOCK : CHUNK;
}

static inline __attribute__((always_inline)) void fetch_lanes(struct room *r, unsigned used,
    unsigned steps)
{
	for (unsigned l = 0; l < used; l++) {
		if (!r->len[l])
			continue;
		for (unsigned i = 0; i < steps; i++)
			r->block[i][l] = load64(r->data[l] + DES_BLOCK * i);
		r->block[0][l] ^= r->chain[l];
		r->chain[l] = 0;
	}
}

static inline __attribute__((always_inline)) void put_lanes(struct room *r, unsigned used,
    unsigned steps)
{
	for (unsigned l = 0; l < used; l++) {
		if (!r->len[l])
			continue;
		for (unsigned i = 0; i < steps; i++)
			store64(r->data[l] + DES_BLOCK * i, r->block[i][l]);
		r->data[l] += DES_BLOCK * steps;
		r->len[l] -= DES_BLOCK * steps;
		if (!r->len[l])
			r->chain[l] = r->block[steps - 1][l];
	}
}

static void encrypt(void *scratch, const struct des_job *job, size_t n)
{
	struct room *r = scratch;
	const struct des_job *end = job + n;
	unsigned used = 0, steps;

	memset(r->left, 0, sizeof r->left);
	memset(r->right, 0, sizeof r->right);
	memset(r->chain, 0, sizeof r->chain);
	for (;;) {
		used = fill_lanes(r, used, &job, end);
		steps = steps_now(r, used);
		if (!steps)
			return;
		if (steps == CHUNK)
			fetch_lanes(r, used, CHUNK);
		else
			fetch_lanes(r, used, steps);
		for (unsigned i = 0; i < steps; i++) {
			blocks_in(r, r->in_order[i], true);
			cipher(r, false);
			blocks_out(r, r->in_order[i]);
		}
		if (steps == CHUNK)
			put_lanes(r, used, CHUNK);
		else
			put_lanes(r, used, steps);
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
