/*
 * The generated circuits of the S-boxes: all 64 inputs at once, as the bits of a word, against the
 * tables of the standard.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "engine/des/des_tables.h"

typedef uint64_t word;

/* Input bit i of all 64 inputs, the most significant first. */
static const word input[6] = {0xffffffff00000000, 0xffff0000ffff0000, 0xff00ff00ff00ff00,
    0xf0f0f0f0f0f0f0f0, 0xcccccccccccccccc, 0xaaaaaaaaaaaaaaaa};

#define BOX(number)                                                                                \
	{                                                                                          \
		enum { box = number - 1 };
#define IN(x, i) const word x = input[i];
#define LUT(x, a, b, c, f) \
	word x = 0; \
	for (int v = 0; v < 8; v++) \
		x |= (v & 4 ? a : ~a) & (v & 2 ? b : ~b) & (v & 1 ? c : ~c) & \
		    (word)(0 - (f >> v & 1));
#define AND(x, a, b) const word x = a & b;
#define ANDN(x, a, b) const word x = a & ~b;
#define OR(x, a, b) const word x = a | b;
#define XOR(x, a, b) const word x = a ^ b;
#define OUT(o, x) output[box][o] = x;
#define NOT(o, x) output[box][o] = ~x;
#define END }

static void two_inputs(word output[8][4])
{
#include "engine/des/circuits2.def"
}

static void three_inputs(word output[8][4])
{
#include "engine/des/circuits3.def"
}

static void right(word output[8][4])
{
	for (int box = 0; box < 8; box++)
		for (int i = 0; i < 64; i++) {
			int row = i >> 5 << 1 | (i & 1), column = i >> 1 & 15, is = 0;

			for (int o = 0; o < 4; o++)
				is = is << 1 | (int)(output[box][o] >> i & 1);
			ck_assert_int_eq(is, des_sbox[box][16 * row + column]);
		}
}

START_TEST(circuits_are_the_boxes)
{
	word output[8][4] = {{0}};

	two_inputs(output);
	right(output);
	memset(output, 0, sizeof output);
	three_inputs(output);
	right(output);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("des_circuits");
	TCase *tc = tcase_create("circuits");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_test(tc, circuits_are_the_boxes);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
