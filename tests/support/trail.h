/* All that is said in a log, whatever its settings let through. */
#ifndef GATEHOUSE_TESTS_TRAIL_H
#define GATEHOUSE_TESTS_TRAIL_H

#include "cli/log/audit.h"

struct trail {
	struct audit *audit;
	void (*out)(void *ctx, const struct log_line *);
	struct text text;
};

/* From now on, and what waits. The trail has to be closed before the log ends. */
void trail_open(struct trail *, struct audit *);
/* Up to now: "%ASA-severity-number: text", each with its \n. */
const char *trail_text(struct trail *);
void trail_close(struct trail *);

#endif
