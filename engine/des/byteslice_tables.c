/* The byte slice's tables, made of those of FIPS 46-3; see byteslice_tables.h. */
#include "engine/des/byteslice_tables.h"

#include <string.h>

#include "engine/des/des_tables.h"

/* The colour of each input bit of each S-box. */
static const uint8_t colour[8][6] = {
    {2, 3, 0, 4, 5, 1},
    {4, 2, 3, 0, 5, 1},
    {1, 4, 0, 2, 3, 5},
    {5, 4, 0, 3, 1, 2},
    {0, 5, 3, 1, 2, 4},
    {1, 5, 4, 0, 2, 3},
    {5, 2, 4, 0, 1, 3},
    {2, 0, 4, 3, 1, 5},
};

static unsigned place(unsigned c, unsigned high)
{
	return c < 4 ? c : c - 4 + high;
}

/* All that an S-box gives for the six bits of its window, by their colours. */
static uint8_t outputs(unsigned box, unsigned window, unsigned high)
{
	unsigned bits = 0, four, made = 0;

	for (unsigned b = 0; b < 6; b++)
		bits |= (window >> colour[box][b] & 1) << (5 - b);
	four = des_sbox[box][(bits & 32) | (bits & 1) << 4 | (bits >> 1 & 15)];
	for (unsigned i = 0; i < 48; i++) {
		unsigned from = des_p[des_e[i] - 1] - 1u;

		if (from / 4 == box)
			made |= (four >> (3 - from % 4) & 1) << place(colour[i / 6][i % 6], high);
	}
	return (uint8_t)made;
}

/* The four bits in the middle of a window are an S-box's own of the half's 32, the outer two its
 * neighbours'. */
static void make_in(struct byteslice_tables *t, unsigned box, unsigned n, unsigned high)
{
	const uint8_t *c = colour[box];
	unsigned own = 0;

	for (unsigned b = 1; b < 5; b++)
		own |= (n >> (4 - b) & 1) << place(c[b], high);
	t->in[box][0][n] = (uint8_t)own;
	t->in[box][1][n] = (uint8_t)((n & 1) << place(c[0], high));
	t->in[box][2][n] = (uint8_t)((n >> 3) << place(c[5], high));
}

/* Of two S-boxes, the first's four bits are the upper ones of a byte. */
static void make_out(struct byteslice_tables *t, unsigned box, unsigned n)
{
	unsigned low = 0, up = 0, shift = box % 2 ? 0 : 4;

	for (unsigned b = 1; b < 5; b++) {
		unsigned c = colour[box][b];

		if (c < 4)
			low |= (n >> c & 1) << (4 - b);
		else
			up |= (n >> (c - 4) & 1) << (4 - b);
	}
	t->out[box][0][n] = (uint8_t)(low << shift);
	t->out[box][1][n] = (uint8_t)(up << shift);
}

/* The first 16 of a row four times. */
static void repeat(uint8_t row[64])
{
	for (unsigned i = 16; i < 64; i++)
		row[i] = row[i % 16];
}

static void make_box(struct byteslice_tables *t, unsigned box, unsigned high)
{
	for (unsigned w = 0; w < 64; w++) {
		t->box[box][w] = outputs(box, w, high);
		t->quarter[box][w / 16][w % 16] = t->box[box][w];
	}
	for (unsigned n = 0; n < 16; n++) {
		make_in(t, box, n, high);
		make_out(t, box, n);
	}
	for (unsigned i = 0; i < 4; i++)
		repeat(t->quarter[box][i]);
	for (unsigned i = 0; i < 3; i++)
		repeat(t->in[box][i]);
	for (unsigned i = 0; i < 2; i++)
		repeat(t->out[box][i]);
}

static void make_pair(struct byteslice_tables *t)
{
	static const uint8_t enters[8] = {
#define ROW(slot, enters, leaves) enters,
	    BYTESLICE_SLOTS(ROW)
#undef ROW
	};

	for (unsigned s = 0; s < 4; s++)
		for (unsigned q = 0; q < 4; q++) {
			memcpy(t->pair[s][q], t->quarter[enters[s]][q], 16);
			memcpy(t->pair[s][q] + 16, t->quarter[enters[s + 4]][q], 16);
		}
}

void byteslice_tables_init(struct byteslice_tables *t, unsigned high)
{
	for (unsigned box = 0; box < 8; box++)
		make_box(t, box, high);
	make_pair(t);
	for (unsigned i = 0; i < 56; i++)
		t->key[i / 28][i % 28] = (uint8_t)(des_pc1[i] - 1);
}
