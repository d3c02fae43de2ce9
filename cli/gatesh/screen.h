/* The terminal: what stands on it, what is typed on it. */
#ifndef GATEHOUSE_GATESH_SCREEN_H
#define GATEHOUSE_GATESH_SCREEN_H

#include <histedit.h>
#include <wchar.h>

#include "cli/gatesh/shell.h"

#define CTRL_C 3

/* How the line being edited ended. */
enum typed { TYPED_LINE, TYPED_CANCEL, TYPED_END, TYPED_EOF };

/* A person at a terminal. One poll serves keys, frames and signals. */
struct edit {
	struct shell *sh;
	EditLine *el;
	History *history;
	int signals;              /* signalfd: size changes, hang-ups */
	unsigned char in[8192];   /* keys read, not yet used */
	size_t in_at, in_len;
	mbstate_t decoding;
	bool editing;             /* the cursor stands in the line being typed */
	bool gone;                /* the terminal is */
	enum typed typed;
};

/* ---- screen.c --- */

/* As it is. */
void screen_say(const void *text, size_t len);
/* Lines for a terminal in whatever output mode: CR LF. */
void screen_say_lines(const char *text, size_t len);
/* Lines that come unasked, above the one being edited: wipes it, prints, draws it again. */
void screen_async(struct edit *, const struct console_frame *);
/* A signal that waits in `signals`: the size of the screen, or its end. */
void screen_signal(struct edit *);
/* Sleeps until something happens and takes in keys and signals; frames are left to the caller. */
void screen_sleep(struct edit *);
/* A key, waiting for it; frames that come meanwhile are taken in when they are async. -1: over. */
int screen_key(struct edit *, bool frames);

/* ---- dialogue.c --- */

/* Output until `until` has come (DONE is noted by the shell); the insertion of a COMPLETION goes to
 * `insert` (CONSOLE_LINE_MAX + 1 bytes, NULL: nowhere). */
void dialogue_until(struct edit *, enum console_type until, char *insert);

#endif
