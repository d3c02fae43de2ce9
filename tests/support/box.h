/*
 * A manager with one operator, and the other roles played: the keeper consents (or
 * as told), and what each role was told is kept object by object.
 */
#ifndef GATEHOUSE_TEST_BOX_H
#define GATEHOUSE_TEST_BOX_H

#include "cli/manager/manager.h"
#include "cli/operator/operator.h"
#include "tests/support/trail.h"

/* A message about an object, its id and op zero. */
struct object {
	uint8_t key[600], bytes[2048];
	size_t key_len, len;
};

struct mirror {
	struct object *v;
	size_t n, size;
	struct mirror *fresh; /* a snapshot that is arriving */
};

struct box {
	char dir[64];
	struct manager *m;
	struct trail trail; /* of its log */
	struct ipc_channel *keeper, *engine, *aaa;
	struct mirror told[ROLE_COUNT]; /* the kernel's objects for the keeper */
	struct operator *op;
	struct text screen;
	char prompt[128];
	unsigned done, status;
	bool question;
	uint32_t error; /* what the keeper answers */
	bool mute;      /* it does not answer; `asked` is what was not answered last */
	uint32_t asked;
};

extern uv_loop_t box_loop;

void mirror_clear(struct mirror *);
/* Takes in a CFG_* or KEEP_* message. */
void mirror_message(struct mirror *, struct ipc_msg *);
/* Its objects in order, a line each, behind what is in the text. */
void mirror_describe(const struct mirror *, struct text *);

/* An operator_send to the screen of a box. */
void box_show(void *box, enum console_type, const void *data, size_t len);
/* Lets the loop turn until nothing is under way. */
void box_turn(void);
/* A state directory of its own; and its end. */
void box_folder(struct box *);
void box_remove(struct box *);
/* Starts the manager there; false with `error`. A box that could not start is stopped, too. */
bool box_start(struct box *, const char *boot, char *error, size_t size);
void box_stop(struct box *);
/* The keeper answers what it has not. */
void box_answer(struct box *);
/* Types a line (with a line's end in it: sends it as a file) and returns what was printed when it
 * is done; box_send() does not wait for that. */
const char *box_type(struct box *, const char *line);
void box_send(struct box *, const char *line);
/* `more system:running-config` without the frame above its version line; malloc'ed. */
char *box_running(struct box *);
const char *box_body(const char *text);
/* A file of the state directory, "" when there is none; malloc'ed. */
char *box_slurp(const struct box *, const char *name);

/* A checked fixture's halves: a box in a folder of its own that runs. */
void box_setup(struct box *);
void box_teardown(struct box *);
/* Starts the manager, which has to succeed; and once more, after its end. */
void box_up(struct box *, const char *boot);
void box_again(struct box *, const char *boot);
/* Lines that have to be accepted, or refused with these words; and is this in what one shows? */
void box_ok(struct box *, const char *line);
void box_refused(struct box *, const char *line, const char *why);
bool box_shows(struct box *, const char *line, const char *what);

#endif
