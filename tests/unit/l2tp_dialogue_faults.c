/* Whole dialogues on a bad network, and with messages that are spoilt in every place. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/dialogue.h"

static struct dialogue w;

static void setup(void)
{
	dialogue_setup(&w);
}

START_TEST(bad_network)
{
	unsigned up = 0;

	w.seed = 0x9e3779b97f4a7c15ULL * (unsigned)(_i + 1);
	w.lose = 100;
	w.twice = 100;
	w.late = 200;
	for (int cls = TRACE_L2TP; cls <= TRACE_PPP_PACKET; cls++)
		w.trace.level[cls] = getenv("TRACE") ? 127 : 0;
	for (int i = 0; i < DIALOGUE_CLIENTS; i++)
		dialogue_dial(i, i & 1 ? LAC_PPPD : LAC_WINDOWS,
		    i % 3 ? DIALOGUE_BIT(MSCHAPV2) : DIALOGUE_BIT(PAP), "test", "test");
	dialogue_run(58 * SEC);
	for (int i = 0; i < DIALOGUE_CLIENTS; i++)
		up += lac_stage(w.lac[i]) == LAC_UP;
	ck_assert_uint_ge(
	    up, DIALOGUE_CLIENTS - 1); /* a tenth lost both ways: at most one is unlucky */
	for (int i = 0; i < DIALOGUE_CLIENTS; i++)
		lac_hangup(w.lac[i]);
	dialogue_run(120 * SEC);
	ck_assert_uint_eq(w.sessions_down, w.sessions_up);
	ck_assert_uint_eq(l2tp_tunnels(w.l2tp), 0);
}
END_TEST

/* Every message of a good dialogue, cut short at every length and with every byte spoilt, thrown at
 * a server in the state of that moment: it may refuse, never crash, and other clients go on. */
static void lac_out_mangled(void *owner, const uint8_t *msg, size_t len)
{
	uint8_t copy[2048];

	for (size_t n = 0; n < len; n++) {
		memcpy(copy, msg, len);
		copy[n] ^= (uint8_t)(1 + dialogue_dice() % 255);
		uint8_t *exact = malloc(n ? n : 1);
		memcpy(exact, msg, n);
		dialogue_to_server(1, exact, n);
		free(exact);
		dialogue_to_server(1, copy, len);
	}
	dialogue_launch(true, ((struct peer *)owner)->number, msg, len);
}

START_TEST(mangled_messages)
{
	static const struct lac_ops mangle = {
	    .send = lac_out_mangled, .up = dialogue_lac_up, .down = dialogue_lac_down};
	struct lac_config c = {.kind = LAC_WINDOWS,
	    .methods = DIALOGUE_BIT(MSCHAPV2),
	    .user = "test",
	    .password = "test"};

	for (int cls = TRACE_L2TP; cls <= TRACE_PPP_PACKET; cls++)
		w.trace.level[cls] = 0;
	dialogue_dial(2, LAC_PPPD, DIALOGUE_BIT(MSCHAPV2), "test", "test");
	/* The mangling peer: spoilt copies reach its own tunnel. */
	dialogue_dial_as(1, &c, &mangle);
	dialogue_run(20 * SEC);
	ck_assert_int_eq(lac_stage(w.lac[2]), LAC_UP);
	ck_assert_uint_gt(l2tp_stats(w.l2tp)->malformed, 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("l2tp_dialogue_faults");
	TCase *tc = tcase_create("l2tp_dialogue_faults");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, dialogue_teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, bad_network, 0, 30);
	tcase_add_test(tc, mangled_messages);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
