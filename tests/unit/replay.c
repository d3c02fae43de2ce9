/* The anti-replay window as a numbered truth table (RFC 4303 3.4.3), and against a plain model. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "engine/ipsec/replay.h"

struct step {
	uint32_t seq;
	bool taken;
};

#define RUN(size, rows) run(size, rows, sizeof rows / sizeof *rows)

static void run(uint32_t size, const struct step *row, size_t n)
{
	struct replay r;

	replay_init(&r, size);
	for (size_t i = 0; i < n; i++) {
		ck_assert_msg(replay_check(&r, row[i].seq) == row[i].taken, "check, row %zu: %u",
		    i + 1, row[i].seq);
		ck_assert_msg(replay_update(&r, row[i].seq) == row[i].taken, "update, row %zu: %u",
		    i + 1, row[i].seq);
	}
}

START_TEST(window_64)
{
	static const struct step row[] = {
	    /*  1 */ {0, false},          /* never sent */
	    /*  2 */ {1, true},
	    /*  3 */ {1, false},          /* a repetition */
	    /*  4 */ {9, true},
	    /*  5 */ {8, true},           /* out of order, inside */
	    /*  6 */ {7, true},
	    /*  7 */ {7, false},
	    /*  8 */ {64, true},
	    /*  9 */ {63, true},
	    /* 10 */ {63, false},
	    /* 11 */ {1, false},          /* the window's last place, seen */
	    /* 12 */ {2, true},
	    /* 13 */ {65, true},          /* window is now 2..65 */
	    /* 14 */ {1, false},
	    /* 15 */ {2, false},
	    /* 16 */ {3, true},
	    /* 17 */ {128, true},         /* 65..128 */
	    /* 18 */ {64, false},         /* just outside */
	    /* 19 */ {65, false},         /* just inside, seen */
	    /* 20 */ {66, true},
	    /* 21 */ {10000, true},       /* far ahead: everything before is gone */
	    /* 22 */ {9936, false},
	    /* 23 */ {9937, true},
	    /* 24 */ {9937, false},
	    /* 25 */ {0xffffffff, true},  /* the last number there is */
	    /* 26 */ {0xffffffff, false},
	    /* 27 */ {0xffffffc0, true},
	    /* 28 */ {0xffffffbf, false},
	    /* 29 */ {0, false},          /* no wrap without extended numbers */
	    /* 30 */ {1, false},
	};

	RUN(64, row);
}
END_TEST

START_TEST(window_1024)
{
	static const struct step row[] = {
	    /*  1 */ {2000, true},
	    /*  2 */ {976, false},
	    /*  3 */ {977, true},
	    /*  4 */ {977, false},
	    /*  5 */ {1500, true},
	    /*  6 */ {2001, true},
	    /*  7 */ {977, false},
	    /*  8 */ {978, true},
	    /*  9 */ {1500, false},
	    /* 10 */ {3023, true},        /* 2000..3023 */
	    /* 11 */ {2000, false},
	    /* 12 */ {2002, true},
	    /* 13 */ {1999, false},
	    /* 14 */ {3023 + 1024, true}, /* everything new */
	    /* 15 */ {3023, false},
	    /* 16 */ {3024, true},
	};

	RUN(1024, row);
	RUN(5000, row); /* more than there is means the most there is */
}
END_TEST

START_TEST(small_and_none)
{
	static const struct step one[] = {{5, true}, {4, false}, {5, false}, {6, true}};
	static const struct step none[] = {{0, true}, {1, true}, {1, true}, {5000, true}, {1, true},
	    {0xffffffff, true}, {2, true}};

	RUN(1, one);
	RUN(0, none);
}
END_TEST

/* The slow and obvious window. */
struct model {
	uint32_t size, top;
	uint8_t seen[1 << 20];
};

static bool model_update(struct model *m, uint32_t seq)
{
	if (seq == 0 || (seq <= m->top && m->top - seq >= m->size) || m->seen[seq])
		return false;
	m->seen[seq] = 1;
	if (seq > m->top)
		m->top = seq;
	return true;
}

START_TEST(against_model)
{
	static const uint32_t size[] = {1, 32, 63, 64, 65, 128, 256, 512, 1000, 1024};
	struct model *m = malloc(sizeof *m);
	struct replay r;

	srand(7);
	for (size_t s = 0; s < sizeof size / sizeof *size; s++) {
		memset(m, 0, sizeof *m);
		m->size = size[s];
		replay_init(&r, size[s]);
		for (int i = 0; i < 20000; i++) {
			uint32_t jump = rand() % 50 ? 4 : 2000;
			uint32_t seq = m->top + (uint32_t)rand() % jump;
			uint32_t back = (uint32_t)rand() % (2 * size[s]);
			uint64_t bitmap = 0;

			if (rand() % 2)
				seq = seq > back ? seq - back : 0;
			if (seq >= sizeof m->seen)
				break;
			ck_assert_int_eq(replay_update(&r, seq), model_update(m, seq));
			for (uint32_t b = 0; b < 64 && b < size[s] && b < m->top; b++)
				bitmap |= (uint64_t)m->seen[m->top - b] << b;
			if (size[s] >= 64)
				ck_assert_uint_eq(replay_bitmap(&r), bitmap);
		}
		ck_assert_uint_gt(m->top, 5000);
	}
	free(m);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("replay");
	TCase *tc = tcase_create("replay");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, window_64);
	tcase_add_test(tc, window_1024);
	tcase_add_test(tc, small_and_none);
	tcase_add_test(tc, against_model);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
