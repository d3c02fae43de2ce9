/*
 * A manager with any number of operators in one process: the real grammar, a database in a
 * temporary directory, a keeper and an engine that answer as the test sets them, and aaa itself.
 * `struct screens` is the test program's own.
 */
#ifndef GATEHOUSE_TESTS_SCREENS_H
#define GATEHOUSE_TESTS_SCREENS_H

#include "cli/manager/manager.h"
#include "cli/operator/operator.h"
#include "tests/support/trail.h"
#include "engine/aaa/aaa.h"
#include "tests/support/env_sim.h"

/* An operator's terminal: what it was sent, as text with marks. */
struct screen {
	struct screens *of;
	struct text t;
	char prompt[128];
	unsigned done, status;
	bool question, closed;
};

/* Another role: the messages it got, by name, and how it answers requests. */
struct screens_peer {
	struct ipc_channel *ch;
	struct text got;
	uint32_t error; /* keeper: what it answers */
	bool mute;
	uint32_t last_id; /* of the request not answered because of `mute` */
	uint8_t level[TRACE_CLASSES];
	struct addr address; /* of the last KEEP_INTERFACE */
};

struct screens {
	uv_loop_t loop;
	struct manager *m;
	struct trail trail; /* of its log */
	struct screens_peer keeper, engine;
	struct ipc_channel *to_aaa; /* aaa's end */
	struct aaa *aaa;	    /* the real one, at a clock of its own */
	/* NULL, or hears before it what the manager says; true: aaa does not hear it */
	bool (*overheard)(struct screens *, const struct ipc_msg *);
	struct sim sim;
	char dir[64];
};

/* A checked fixture's halves: the manager runs, and knows the card of the first interface. */
void screens_setup(struct screens *);
void screens_teardown(struct screens *);
/* Lets the loop turn until nothing is under way. */
void screens_turn(struct screens *);
/* The keeper answers this request, unless it is mute. */
void screens_reply(struct screens_peer *, uint32_t id);

/* An operator comes; and goes. */
struct operator *screen_enter(struct screens *, struct screen *, enum console_kind);
void screen_leave(struct operator*, struct screen *);
/* Types a line; what the screen shows of it. */
const char *screen_type(struct operator*, struct screen *, const char *line);
/* Lets time pass until his command is done or asks. */
void screen_wait(struct operator*, struct screen *);
/* Answers the open question. */
void screen_answer(struct operator*, struct screen *, const char *text);

#endif
