/*
 * What the byte slice looks up, and the network by which it permutes.
 *
 * A half of the state is eight windows, the six bits that go into each S-box (FIPS 46-3's E makes
 * them of 32). The bits of a window have no order of their own but colours, 0 to 5, such that P
 * and E together never change the colour of a bit: an S-box's output, six bits for six windows,
 * gets to these by a butterfly of three levels, each of whose switches swaps some colours of two
 * registers. Window and colours were found by search; that they are right is what
 * tests/unit/byteslice.c shows.
 */
#ifndef GATEHOUSE_BYTESLICE_TABLES_H
#define GATEHOUSE_BYTESLICE_TABLES_H

#include <stdint.h>

/* X(slot, S-box whose output enters there, window that leaves there), numbers from 0 on. */
#define BYTESLICE_SLOTS(X) \
	X(0, 5, 5) X(1, 4, 3) X(2, 2, 2) X(3, 3, 4) X(4, 7, 7) X(5, 0, 6) X(6, 1, 1) X(7, 6, 0)
/* Level after level. X(slot a, slot b, what these swap, what a + 4 and b + 4 swap), a bit for each
 * colour; in the third level X(slot a, what it swaps with a + 4). */
#define BYTESLICE_LEVEL_1(X) X(0, 1, 42, 27) X(2, 3, 35, 27)
#define BYTESLICE_LEVEL_2(X) X(0, 2, 54, 22) X(1, 3, 50, 50)
#define BYTESLICE_LEVEL_3(X) X(0, 49) X(1, 60) X(2, 56) X(3, 56)
/* X(slot a, slot b): the windows that leave at a and a + 4 are those that enter at b and b + 4. */
#define BYTESLICE_PAIRS(X) X(0, 0) X(1, 3) X(2, 2) X(3, 1)

/* X(window, where the bit of each colour, from 0 on, is in the key's half before it is shifted):
 * windows 0 to 3 are of the first half (PC-2). */
#define BYTESLICE_KEY(X) \
	X(0, 10, 4, 13, 16, 23, 0) \
	X(1, 5, 9, 27, 14, 2, 20) \
	X(2, 11, 22, 3, 25, 18, 7) \
	X(3, 26, 12, 1, 19, 6, 15) \
	X(4, 12, 8, 18, 2, 26, 23) \
	X(5, 16, 1, 4, 19, 22, 11) \
	X(6, 27, 5, 20, 24, 10, 15) \
	X(7, 13, 0, 17, 7, 21, 3)

/*
 * Tables for a shuffle of 16 entries stand four times in a row of 64, for registers of any width.
 * Colours 0 to 3 are always the low four bits of a byte; the two others are where a way of looking
 * up wants them.
 */
struct byteslice_tables {
	_Alignas(64) uint8_t box[8][64]; /* the window of an S-box to its six outputs */
	uint8_t quarter[8][4][64];       /* the same by colours 4 and 5 */
	uint8_t in[8][3][64];   /* to a window from its own four bits and its neighbours' */
	uint8_t out[8][2][64];  /* back, from colours 0 to 3, and from 4 and 5 */
	uint8_t pair[4][4][32]; /* quarters of slots n and n + 4 in the halves of a register */
	uint8_t key[2][28];     /* bits of the key's halves: 8 * byte + bit from the top (PC-1) */
};

/* `high`: the bit where colours 4 and 5 begin. */
void byteslice_tables_init(struct byteslice_tables *, unsigned high);

#endif
