/* The terminal: what stands on it, what is typed on it. */
#ifndef GATEHOUSE_GATESH_SCREEN_H
#define GATEHOUSE_GATESH_SCREEN_H

#include <histedit.h>
#include <wchar.h>

#include "cli/gatesh/row.h"
#include "cli/gatesh/shell.h"

#define CTRL_C 3

/* How the line being edited ended. */
enum typed { TYPED_LINE, TYPED_CANCEL, TYPED_END, TYPED_EOF };

struct search;

/* A person at a terminal. One poll serves keys, frames and signals. */
struct edit {
	struct shell *sh;
	EditLine *el;
	FILE *nowhere; /* where libedit draws */
	History *history;
	int signals;		/* signalfd: size changes, hang-ups */
	unsigned char in[8192]; /* keys read, not yet used */
	size_t in_at, in_len;
	bool after_return; /* a newline that follows belongs to it */
	mbstate_t decoding;
	bool gone;	 /* the terminal is */
	bool midline;	 /* output has stopped within a line */
	int64_t told_ms; /* when the manager was last told that he types */
	enum typed typed;
	char line[CONSOLE_LINE_MAX + 1]; /* the one that Enter ended */

	/* What is being typed, at whatever prompt; NULL: nothing is. */
	void (*typing)(const struct edit *, struct row_line *);
	wchar_t prompt[CONSOLE_LINE_MAX + 1]; /* the text before it */
	size_t prompt_len;
	char question[CONSOLE_LINE_MAX]; /* a QUESTION frame that has not been asked yet */
	size_t question_len;
	wchar_t answer[CONSOLE_LINE_MAX]; /* to the one that was */
	size_t answer_len;
	unsigned asked;		     /* CONSOLE_ASK_* of the question */
	const struct search *search; /* while one goes on */
	struct drawn drawn;
	struct row row;
	unsigned shift;
};

/* ---- screen.c --- */

/* As it is. */
void screen_say(const void *text, size_t len);
/* Lines of output. */
void screen_say_lines(struct edit *, const char *text, size_t len);
/* From now on this is typed, behind that prompt; nothing of it is drawn yet. */
void screen_type(struct edit *, const char *prompt, size_t len,
    void (*typing)(const struct edit *, struct row_line *));
/* Draws what is being typed as it is now. */
void screen_draw(struct edit *);
/* The end of what was typed: it stays there from its beginning on, the cursor goes below it. */
void screen_typed(struct edit *);
/* The row is wiped, and nothing is being typed any more. */
void screen_wipe(struct edit *);
/* Lines that come unasked, above what is being typed. */
void screen_async(struct edit *, const struct console_frame *);
/* A signal that waits in `signals`: the size of the screen, or its end. */
void screen_signal(struct edit *);

/* ---- keys.c --- */

/* Sleeps up to `timeout` ms (-1: for good) until something happens; takes in keys and signals.
 * Frames are left to the caller. */
void keys_wait(struct edit *, int timeout);
/* The next key that has come, -1: none. */
int keys_next(struct edit *);
/* It was not meant for whom it was given to. */
void keys_back(struct edit *, unsigned char key);
/* The next character, waiting for it; lines that come unasked meanwhile are shown. The bytes that
 * make none are passed over. 0: the terminal or the session is gone. */
wchar_t keys_char(struct edit *);
/* Drops the keys up to a ^C among those that have come; false when there is none. */
bool keys_interrupted(struct edit *);

/* ---- recall.c --- */

/* A line that arrow-up and ^R find. */
void recall_add(struct edit *, const char *line);
/* Reads a word and looks for it in the lines of earlier, from the newest on. True: the line being
 * edited is now the one that was found (the key that ended the search comes next); false: as
 * before. What is typed next is no longer the search's: screen_type(). */
bool recall_search(struct edit *);

/* ---- dialogue.c --- */

/* Output until `until` has come (DONE is noted by the shell); the insertion of a COMPLETION goes to
 * `insert` (CONSOLE_LINE_MAX + 1 bytes, NULL: nowhere). */
void dialogue_until(struct edit *, enum console_type until, char *insert);

/* ---- editor.c --- */

/* libedit with our keys; false when there is no memory for it. */
bool editor_open(struct edit *);
void editor_close(struct edit *);
/* Reads a line behind the session's prompt; how it ended is in `typed`, its text in `line`. */
void editor_read(struct edit *);

#endif
