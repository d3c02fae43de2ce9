/*
 * One act by itself: a manager whose roles only listen, a session, and a person who is three
 * functions. `struct one_act` is the test program's own, zero at first.
 */
#ifndef GATEHOUSE_TESTS_ONE_ACT_H
#define GATEHOUSE_TESTS_ONE_ACT_H

#include "cli/acts/act.h"
#include "cli/acts/acts.h"
#include "tests/support/box.h"

struct one_act;

/* A role that listens. */
struct one_act_role {
	struct one_act *of;
	const char *name;
};

struct one_act {
	struct box box;
	struct act act;
	struct act_session session;
	struct text question, asked; /* of the person; of the roles */
	unsigned flags, done;
	unsigned readies; /* how often it was said */
	uint32_t id;	  /* of what was asked last */
	struct one_act_role engine, keeper, aaa;
};

/* A checked fixture's halves: a configuration with two interfaces, objects and rules of NAT. */
void one_act_setup(struct one_act *);
void one_act_teardown(struct one_act *);
/* Runs the line's act; what the roles were asked. */
const char *one_act_run(struct one_act *, const char *line);
/* What it printed. */
const char *one_act_said(struct one_act *);
/* The person answers the open question; NULL: he breaks it off. */
void one_act_person(struct one_act *, const char *answer);
/* A record, or another answer, of what the role was asked last. */
void one_act_reply(struct one_act *, enum role, struct ipc_msg);
/* The end of the records. */
void one_act_end(struct one_act *, enum role);

#endif
