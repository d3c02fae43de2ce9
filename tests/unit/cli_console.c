/* The console protocol's codec. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "cli/operator/console.h"

static void feed(struct console_reader *r, const void *bytes, size_t n)
{
	size_t room;
	uint8_t *to = console_reader_room(r, n, &room);

	ck_assert_ptr_nonnull(to);
	ck_assert_uint_ge(room, n);
	memcpy(to, bytes, n);
	console_reader_added(r, n);
}

START_TEST(frames_survive_any_cut)
{
	uint8_t stream[64];
	struct console_reader r = {0};
	struct console_frame f;

	console_head(stream, CONSOLE_LINE, 7);
	memcpy(stream + CONSOLE_HEAD, "show ve", 7);
	console_head(stream + 12, CONSOLE_BYE, 0);
	for (size_t cut = 0; cut < 17; cut++) {
		int frames = 0;

		if (cut) {
			feed(&r, stream, cut);
			while (console_reader_next(&r, &f) > 0)
				frames++;
		}
		feed(&r, stream + cut, 17 - cut);
		while (console_reader_next(&r, &f) > 0) {
			if (++frames == 1) {
				ck_assert_int_eq(f.type, CONSOLE_LINE);
				ck_assert_mem_eq(f.data, "show ve", 7);
			}
		}
		ck_assert_int_eq(frames, 2);
		ck_assert_int_eq(f.type, CONSOLE_BYE);
	}
	console_reader_free(&r);
}
END_TEST

/* The buffer has the room that is asked for, grows by doubling, and what was large is given back
 * once it is read, but not while something is left in it. */
START_TEST(the_reader_grows_and_shrinks)
{
	enum { LARGE = 256 << 10 };
	struct console_reader r = {0};
	struct console_frame f;
	static uint8_t bytes[LARGE + 2 * CONSOLE_HEAD + 3];
	size_t room;

	ck_assert_ptr_nonnull(console_reader_room(&r, 4096, &room));
	ck_assert_uint_eq(room, 4096);
	ck_assert_ptr_nonnull(console_reader_room(&r, 4097, &room));
	ck_assert_uint_eq(room, 8192);
	console_head(bytes, CONSOLE_BYE, 0);
	feed(&r, bytes, CONSOLE_HEAD);
	console_reader_room(&r, 8192 - CONSOLE_HEAD, &room);
	ck_assert_uint_eq(r.size, 8192);
	ck_assert_int_eq(console_reader_next(&r, &f), 1);
	ck_assert_int_eq(console_reader_next(&r, &f), 0);
	ck_assert_uint_eq(r.size, 8192); /* a small one stays */
	console_reader_room(&r, LARGE, &room);
	console_head(bytes, CONSOLE_BYE, 0);
	feed(&r, bytes, CONSOLE_HEAD);
	while (console_reader_next(&r, &f) > 0)
		;
	ck_assert_uint_eq(r.size, LARGE);
	console_head(bytes, CONSOLE_FILE, LARGE);
	console_head(bytes + CONSOLE_HEAD + LARGE, CONSOLE_LINE, 3);
	memcpy(bytes + LARGE + 2 * CONSOLE_HEAD, "end", 3);
	feed(&r, bytes, sizeof(bytes));
	ck_assert_int_eq(console_reader_next(&r, &f), 1);
	ck_assert_uint_eq(f.len, LARGE);
	ck_assert_int_eq(console_reader_next(&r, &f), 1);
	ck_assert_mem_eq(f.data, "end", 3);
	ck_assert_int_eq(console_reader_next(&r, &f), 0);
	ck_assert_uint_eq(r.size, 0);
	console_reader_free(&r);
}
END_TEST

START_TEST(long_and_unknown_frames_break_the_stream)
{
	struct console_reader r = {0};
	struct console_frame f;
	uint8_t head[CONSOLE_HEAD];

	console_head(head, CONSOLE_LINE, CONSOLE_LINE_MAX + 1);
	feed(&r, head, sizeof(head));
	ck_assert_int_eq(console_reader_next(&r, &f), -1);
	console_reader_free(&r);
	console_head(head, CONSOLE_LINE, CONSOLE_LINE_MAX); /* it may be as long, and is to come */
	feed(&r, head, sizeof(head));
	ck_assert_int_eq(console_reader_next(&r, &f), 0);
	console_reader_free(&r);
	console_head(head, CONSOLE_BYE, 1);
	feed(&r, head, sizeof(head));
	ck_assert_int_eq(console_reader_next(&r, &f), -1);
	console_reader_free(&r);
	console_head(head, 200, 0);
	feed(&r, head, sizeof(head));
	ck_assert_int_eq(console_reader_next(&r, &f), -1);
	console_reader_free(&r);
	console_head(head, CONSOLE_FILE, CONSOLE_FILE_MAX);
	feed(&r, head, sizeof(head));
	ck_assert_int_eq(console_reader_next(&r, &f), 0);
	console_reader_free(&r);
}
END_TEST

START_TEST(hello_is_checked)
{
	struct console_hello h = {.interactive = 1, .width = 511, .height = 24}, got;
	uint8_t bytes[CONSOLE_HELLO_MAX];
	struct console_frame f = {CONSOLE_HELLO, 0, bytes};

	h.kind = (uint8_t)(CONSOLE_KIND_CONSOLE + _i);
	if (h.kind == CONSOLE_KIND_TOKEN) {
		h.quiet = 1;
		memset(h.token, 0xa5, sizeof(h.token));
	}
	f.len = console_hello_encode(&h, bytes);
	ck_assert_uint_eq(f.len, _i == 2 ? CONSOLE_HELLO_MAX : CONSOLE_HELLO_LEN);
	ck_assert(console_hello_decode(&f, &got));
	ck_assert_mem_eq(&h, &got, sizeof(h));
	f.len--;
	ck_assert(!console_hello_decode(&f, &got));
	f.len++;
	bytes[0] = 9;
	ck_assert(!console_hello_decode(&f, &got));
}
END_TEST

START_TEST(numbers_are_whole)
{
	static const uint8_t bytes[] = {1, 2, 3, 4, 5};
	uint16_t n[3] = {0, 0, 77};

	for (size_t len = 0; len <= sizeof(bytes); len++) {
		struct console_frame f = {CONSOLE_WINSIZE, len, bytes};

		ck_assert_int_eq(console_u16_decode(&f, 2, n), len == 4);
	}
	ck_assert_uint_eq(n[0], 0x102);
	ck_assert_uint_eq(n[1], 0x304);
	ck_assert_uint_eq(n[2], 77);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("cli_console");
	TCase *tc = tcase_create("cli_console");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_test(tc, frames_survive_any_cut);
	tcase_add_test(tc, the_reader_grows_and_shrinks);
	tcase_add_test(tc, numbers_are_whole);
	tcase_add_test(tc, long_and_unknown_frames_break_the_stream);
	tcase_add_loop_test(tc, hello_is_checked, 0, 3);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
