/*
 * A line on its way through the command graph: for match.c, which takes it to its end, and help.c,
 * which asks for all ways on.
 */
#ifndef GATEHOUSE_PARSER_THREADS_H
#define GATEHOUSE_PARSER_THREADS_H

#include "parser/internal.h"

struct token {
	uint16_t offset, len;
};

/* A way through the graph: where one command stands after the words so far. */
struct thread {
	const struct gram_command *command; /* whose code `pc` counts in */
	const struct gram_command *outer;   /* of a family: the act; else NULL */
	uint16_t pc, mask;
	uint8_t count; /* words of the present list */
	uint16_t step; /* the last word's step, 0 = none */
};

struct step {
	uint16_t prev, token;
	const struct gram_command *command;
	const struct gram_node *node;
	int16_t word; /* which word of a word/set type or extra word (after the words); -1 */
};

#define THREADS_MAX 1200
#define STEPS_MAX 4000

/* How a word fits a thread: not, as a beginning of a keyword, as a value, as a whole keyword. */
enum fit { FIT_NOT, FIT_BEGINS, FIT_VALUE, FIT_EXACT };

struct walk {
	const char *line;
	size_t length; /* of the line, trailing blanks off */
	struct token tokens[GRAM_TOKENS_MAX];
	unsigned n_tokens, first; /* tokens before `first` are `no` or `default` */
	bool blank;               /* a blank stands behind the last token */
	bool negated, defaulted;
	int privilege;
	const struct gram *gram;
	const struct gram_mode *mode;
	const struct gram_mode *below[GRAM_DEPTH_MAX]; /* modes that the line has not fitted */
	unsigned n_below;
	/* a first word is not guessed at all: it may be one of a block that was refused */
	bool strict;
	bool orphan; /* the same in exec mode, where `sh` and `wr` still are what they were */
	/* the words that one of them knows as a keyword, spelled out */
	bool whole[GRAM_TOKENS_MAX];
	bool full;  /* THREADS_MAX or STEPS_MAX was not enough: ways are missing */
	bool fresh; /* at the start of the mode: its commands are not spread out as threads yet */
	enum gram_status status;
	unsigned reach; /* how far it got: a byte of the line */
	unsigned n_threads, n_next, n_steps;
	struct thread *threads, *next; /* the two lists, taking turns */
	struct thread lists[2][THREADS_MAX];
	uint8_t fits[THREADS_MAX];
	int16_t words[THREADS_MAX]; /* which keyword of a value fits */
	struct step steps[STEPS_MAX];
};

/* Splits the line into words; false for a comment, an empty line (GRAM_EMPTY) or one that is too
 * long (GRAM_TOO_LONG). */
bool walk_tokens(struct walk *, const char *line);
/* Puts the walk at the start of a mode. */
void walk_start(struct walk *, const struct gram *, const struct gram_mode *, int privilege);
/* The line has not fitted its mode: on the way up nothing is guessed at that this mode knows. */
void walk_below(struct walk *, const struct gram_mode *);
/* Takes the words up to `n` from where it stands; false when one fits nothing (status, reach). */
bool walk_take(struct walk *, unsigned n);
/* Spreads a fresh start, or families, out as threads: for those who look at all ways on. */
void walk_spread(struct walk *);
/* The instruction a thread stands at. */
static inline const struct gram_code *thread_code(const struct thread *t)
{
	return &t->command->code[t->pc];
}
/* True when the line may end at this thread. */
bool walk_may_end(const struct walk *, const struct thread *);

/* ---- one word against the threads (fit.c) ------------------------------------------ */

/* The keywords that a word may begin: the visible ones count, the hidden when there are no others.
 */
struct begun {
	const char *visible, *hidden;
	bool visibles, hiddens; /* more than one */
};

/* How the word `token` fits thread i: into w->fits, and w->words for a keyword of a value. */
enum fit fit_thread(struct walk *, unsigned i, unsigned token, struct begun *);
/* The longest beginning of the word that some keyword here begins with, too. */
unsigned fit_common(const struct walk *, const char *word, size_t len);

/* ---- the way that was taken (take.c) ----------------------------------------------- */

/* The words and values of a line or act into its match; status GRAM_OK, or why they cannot be had.
 */
void take_match(const struct walk *, struct gram_match *, const struct thread *,
    const struct gram_command *of);
/* All commands that a family reaches, each once, with the values typed; `first` is the first thread
 * within a family. */
void take_family(const struct walk *, struct gram_match *, const struct thread *first);

/* Does the line belong to a block whose head has been refused? (refused.c) */
bool block_owns(const struct parse_state *, const char *line);
/* Is it a line of a certificate: hexadecimal words? */
bool line_is_hex(const char *line);
/* Adds the words that tell a kept line from others of its kind to its values, as the last key of
 * its row; the text to `to`. False: there is no room. */
bool kept_key(const struct gram_command *, struct gram_arg *args, uint8_t *n_args, char *to,
    size_t room);
/* Takes the line for the mode's command for all that fits nothing else (kept.c): the walk has its
 * words. False: it does not belong there. */
bool kept_any(const struct walk *, const struct parse_state *, unsigned level, struct gram_match *);

#endif
