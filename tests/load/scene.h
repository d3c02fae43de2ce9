/* All that takes part in one run of load: the clients that are up, the gateway, and the usual
 * server with clients of its own. */
#ifndef GATEHOUSE_TESTS_LOAD_SCENE_H
#define GATEHOUSE_TESTS_LOAD_SCENE_H

#include "tests/load/crowd.h"
#include "tests/load/measure.h"
#include "tests/load/options.h"
#include "tests/load/usual.h"

#define USUAL_MOST 100 /* clients of the usual server */

struct scene {
	const struct options *o;
	struct crypto *crypto;
	struct crypt *crypt;
	struct end_bench *bench;
	struct crowd crowd;
	struct gateway gateway, usual;
	pid_t usual_pid; /* 0: there is none */
	struct usual_user user[USUAL_MOST];
	struct tunnel tunnel[USUAL_MOST];
	struct end end[USUAL_MOST];
};

/* Brings everything up, and prints what connecting has cost. False when it is not all up: then it
 * has said why. */
bool scene_open(struct scene *, const struct options *);
void scene_leave(struct scene *);
void scene_close(struct scene *);

#endif
