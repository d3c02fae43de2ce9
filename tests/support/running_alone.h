/*
 * The running-config without a manager: the other roles are functions that note what they are told
 * and asked, the database can be made to fail, and an operator is what settling sees of him.
 * `struct alone` is the test program's own, zero at first.
 */
#ifndef GATEHOUSE_TESTS_RUNNING_ALONE_H
#define GATEHOUSE_TESTS_RUNNING_ALONE_H

#include "cli/config/running.h"
#include "tests/support/trail.h"

/* A line that waits for the keeper. */
#define ALONE_ADDRESS "ip address 10.9.8.7 255.255.255.0"

struct alone {
	uv_loop_t loop;
	struct gram *gram;
	char dir[64];
	struct audit audit;
	struct trail trail; /* of it */
	struct running *running;
	bool keeper;		 /* there is one */
	struct text told;	 /* what roles were told and asked, by name; `+`: of a change */
	unsigned held, unheld;	 /* requests of the keeper without answer */
	bool unread, once;	 /* nothing can be read or stored; or only the next thing */
	const char *then_unread; /* ... as soon as this was told */
};

struct alone_person {
	struct parse_state place;
	struct gram_match match;
	char line[GRAM_LINE_MAX];
	struct text screen;
	unsigned done;
	enum settled how;
};

/* A checked fixture's halves: a state directory and the grammar; nothing runs yet. */
void alone_setup(struct alone *);
void alone_teardown(struct alone *);
/* A start in this boot, with a text that is given or NULL; false with `error`. */
bool alone_start_error(
    struct alone *, const char *boot, const char *text, char *error, size_t size);
/* The same for a test that does not read the error. */
bool alone_start(struct alone *, const char *boot, const char *text);
void alone_stop(struct alone *);
/* Lets the loop turn. */
void alone_turn(struct alone *);
/* The keeper answers all requests of a change, or all others; `why`: it refuses. */
void alone_answer(struct alone *, bool is_held, const char *why);
const char *alone_hostname(const struct alone *);
/* The address of the first interface, or "none". */
const char *alone_address(const struct alone *, char buf[32]);
/* Writes the startup-config. */
void alone_save(const struct alone *, const char *text);
bool alone_logged(struct alone *, const char *what);

/* An operator comes, at (config)#. */
void alone_come(const struct alone *, struct alone_person *);
/* His change, for settle_file(). */
struct config_change alone_change(struct alone_person *);
/* He types a line; is it done at once? */
bool alone_type(struct alone *, struct alone_person *, const char *line);
/* ... and it has to be, without a refusal. */
void alone_ok(struct alone *, struct alone_person *, const char *line);
/* He types a line of the first interface that waits for the keeper. */
void alone_ask_for(struct alone *, struct alone_person *, const char *line);

#endif
