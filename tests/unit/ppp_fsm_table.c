/*
 * The negotiation automaton: the RFC's table as it is printed in RFC 1661 4.1 against what the
 * automaton does.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/one_fsm.h"

/* RFC 1661 4.1, columns as printed: events by states 0-5 and 6-9. */
static const char rfc_first[] =
    "Up      2          irc,scr/6  -          -             -       -\n"
    "Down    -          -          0          tls/1         0       1\n"
    "Open    tls/1      1          irc,scr/6  3r            5r      5r\n"
    "Close   0          tlf/0      2          2             4       4\n"
    "TO+     -          -          -          -             str/4   str/5\n"
    "TO-     -          -          -          -             tlf/2   tlf/3\n"
    "RCR+    -          -          sta/2      irc,scr,sca/8 4       5\n"
    "RCR-    -          -          sta/2      irc,scr,scn/6 4       5\n"
    "RCA     -          -          sta/2      sta/3         4       5\n"
    "RCN     -          -          sta/2      sta/3         4       5\n"
    "RTR     -          -          sta/2      sta/3         sta/4   sta/5\n"
    "RTA     -          -          2          3             tlf/2   tlf/3\n"
    "RUC     -          -          scj/2      scj/3         scj/4   scj/5\n"
    "RXJ+    -          -          2          3             4       5\n"
    "RXJ-    -          -          tlf/2      tlf/3         tlf/2   tlf/3\n"
    "RXR     -          -          2          3             4       5\n";
static const char rfc_second[] = "Up      -          -          -          -\n"
				 "Down    1          1          1          tld/1\n"
				 "Open    6          7          8          9r\n"
				 "Close   irc,str/4  irc,str/4  irc,str/4  tld,irc,str/4\n"
				 "TO+     scr/6      scr/6      scr/8      -\n"
				 "TO-     tlf/3p     tlf/3p     tlf/3p     -\n"
				 "RCR+    sca/8      sca,tlu/9  sca/8      tld,scr,sca/8\n"
				 "RCR-    scn/6      scn/7      scn/6      tld,scr,scn/6\n"
				 "RCA     irc/7      scr/6x     irc,tlu/9  tld,scr/6x\n"
				 "RCN     irc,scr/6  scr/6x     irc,scr/8  tld,scr/6x\n"
				 "RTR     sta/6      sta/6      sta/6      tld,zrc,sta/5\n"
				 "RTA     6          6          8          tld,scr/6\n"
				 "RUC     scj/6      scj/7      scj/8      scj/9\n"
				 "RXJ+    6          6          8          9\n"
				 "RXJ-    tlf/3      tlf/3      tlf/3      tld,irc,str/5\n"
				 "RXR     6          7          8          ser/9\n";

static struct one_fsm o;

static void setup(void)
{
	one_fsm_setup(&o);
}

static void teardown(void)
{
	one_fsm_teardown(&o);
}

/* Cell of the printed table for event and state. */
static void printed(enum fsm_event event, enum fsm_state state, char cell[32])
{
	const char *p = state <= FSM_STOPPING ? rfc_first : rfc_second;
	int column = state <= FSM_STOPPING ? (int)state : (int)state - FSM_REQ_SENT, used = 0;
	char name[16];

	for (int i = 0; i < (int)event; i++)
		p = strchr(p, '\n') + 1;
	ck_assert_int_eq(sscanf(p, "%15s%n", name, &used), 1);
	ck_assert_str_eq(name, fsm_event_name[event]);
	for (int i = 0; i <= column; i++) {
		p += used;
		ck_assert_int_eq(sscanf(p, "%31s%n", cell, &used), 1);
	}
}

START_TEST(truth_table)
{
	for (int e = 0; e < FSM_EVENTS; e++)
		for (int s = 0; s < FSM_STATES; s++) {
			char cell[32], want[32] = "", *slash;
			int next;

			printed((enum fsm_event)e, (enum fsm_state)s, cell);
			ck_assert_str_eq(fsm_table[e][s], cell);
			teardown();
			setup();
			o.f.state = (enum fsm_state)s;
			o.f.count = 3;
			if (e == FSM_RXR) {
				fsm_echo(&o.f, 9, "abcd", 4);
			} else if (e == FSM_RCR_PLUS) {
				fsm_receive(&o.f, rd_init("\x01\x05\x00\x08\x01\x04\x00\x07", 8));
			} else if (e == FSM_RCR_MINUS) {
				fsm_receive(&o.f, rd_init("\x01\x05\x00\x08\x01\x04\x00\x08", 8));
			} else if (e == FSM_RTR) {
				fsm_receive(&o.f, rd_init("\x05\x05\x00\x04", 4));
			} else if (e == FSM_RUC) {
				fsm_receive(&o.f, rd_init("\x63\x05\x00\x04", 4));
			} else {
				fsm_event(&o.f, (enum fsm_event)e);
			}
			next = s;
			slash = strchr(cell, '/');
			if (cell[0] != '-')
				next = (slash ? slash[1] : cell[0]) - '0';
			ck_assert_msg((int)o.f.state == next, "%s in %s: went to %s",
			    fsm_event_name[e], fsm_state_name[s], fsm_state_name[o.f.state]);
			if (slash) { /* irc, zrc and tls leave no trace of their own here */
				*slash = '\0';
				for (char *w = strtok(cell, ","); w; w = strtok(NULL, ","))
					if (strcmp(w, "irc") != 0 && strcmp(w, "zrc") != 0 &&
					    strcmp(w, "tls") != 0) {
						if (*want)
							strcat(want, ",");
						strcat(want, w);
					}
			}
			ck_assert_msg(strcmp(o.said, want) == 0, "%s in %s: did '%s', not '%s'",
			    fsm_event_name[e], fsm_state_name[s], o.said, want);
			/* The restart timer runs in 4 to 8 and nowhere else (RFC 1661 4.2). */
			if (o.f.state < FSM_CLOSING || o.f.state == FSM_OPENED)
				ck_assert(!timer_armed(&o.f.restart));
		}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("ppp_fsm_table");
	TCase *tc = tcase_create("ppp_fsm_table");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, truth_table);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
