/*
 * A feed of an appliance's configuration: what engine, aaa and keeper hear of typed lines, message
 * by message, and the engine's copy that its messages make.
 */
#ifndef GATEHOUSE_TESTS_FEEDING_H
#define GATEHOUSE_TESTS_FEEDING_H

#include "cli/config/feed.h"
#include "engine/config/config.h"
#include "tests/support/config.h"

struct feeding {
	struct config_test t;
	struct feed *feed;
	struct text heard;    /* one line a message: role and what ipc_print() makes of it */
	struct config engine; /* the engine's own copy, kept by the messages */
	const char *gone;     /* a hardware name without a device */
	/* NULL, or hears every message, too */
	void (*also)(enum role to, const struct ipc_msg *);
	char live[16]; /* the address that every device has, "" = none */
};

void feeding_open(struct feeding *);
void feeding_close(struct feeding *);
/* Types lines and compares what was heard: every `expect`, up to NULL, must be there, in this
 * order. */
void feeding_says(struct feeding *, const char *lines, const char *const *expect);
/* How often something stands in what was heard. */
unsigned feeding_count(const struct feeding *, const char *what);

#endif
