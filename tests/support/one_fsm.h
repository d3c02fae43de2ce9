/* An automaton of PPP with one option, and what it did, in the words of RFC 1661. */
#ifndef GATEHOUSE_TESTS_ONE_FSM_H
#define GATEHOUSE_TESTS_ONE_FSM_H

#include "engine/ppp/fsm.h"

struct one_fsm {
	uint64_t now_us;
	struct env env;
	struct fsm f;
	char said[256]; /* what the automaton did, in the RFC's words */
	uint8_t last_code, last_id, last_data[1600];
	size_t last_len;
	unsigned requests;
	bool last_timed_out, ask_first;
};

/* A fixture: Initial, at a time that is not 0. */
void one_fsm_setup(struct one_fsm *);
void one_fsm_teardown(struct one_fsm *);

#endif
