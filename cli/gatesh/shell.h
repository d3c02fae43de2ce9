/*
 * gatesh: the terminal client. It owns what belongs to a screen and nothing
 * else: `?`, Tab and Enter are requests to the manager.
 */
#ifndef GATESH_SHELL_H
#define GATESH_SHELL_H

#include <stdbool.h>

#include "cli/operator/console.h"
#include "cli/gatesh/pager.h"

enum { EXIT_REFUSED = 1, EXIT_TROUBLE = 2 };

/* One session with the manager. */
struct shell {
	int fd; /* the console socket, non-blocking */
	struct console_reader reader;
	struct pager pager;
	unsigned width; /* columns for a line that is typed; 0 = no limit */
	bool window;    /* the terminal has told its size: pages go by that */
	char prompt[CONSOLE_LINE_MAX + 1];
	bool done;    /* what was sent last is finished */
	bool refused; /* a line was */
	bool closed;  /* by the manager, or lost */
	bool over;    /* closed for good: logged off, or the appliance stops */
	bool by_token; /* a door has let him in: what it gave us opens one session, once */
	uint8_t token[CONSOLE_TOKEN];
};

/* Connects; false, with a message on stderr, when nobody is there. */
bool shell_open(struct shell *, const char *path);
/* Connects again after a reload or a restart of the manager; false when nobody is there yet. */
bool shell_reopen(struct shell *, const char *path);
void shell_close(struct shell *);
/* Sends one frame, waiting for room as long as it takes. `done` is cleared. */
void shell_send(struct shell *, enum console_type, const void *data, size_t len);
/* The same for what the server does not answer: `done` stays. Nothing when the session is over. */
void shell_tell(struct shell *, enum console_type, const void *data, size_t len);
/* Begins the session. With a token that is what says who he is; `kind` then says how it is used. */
void shell_hello(struct shell *, enum console_kind, bool interactive);
/* The next frame: 1, 0 when none has come yet, -1 when the session is over (`closed` is set). What
 * means the same to every front end is taken in here and passed on all the same. */
int shell_next(struct shell *, struct console_frame *);
/* Writes all of it to a descriptor. */
void put_bytes(int fd, const void *data, size_t len);

/* Front ends; each returns the exit status. */
int batch_commands(struct shell *, char *const *commands, int n);
int batch_file(struct shell *, const char *path);
int typed_run(struct shell *);
int edit_run(struct shell *, const char *path);

#endif
