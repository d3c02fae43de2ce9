/*
 * What the files of the parser share: the memory of a grammar, the syntax tree
 * of a command and the instructions it is compiled to.
 */
#ifndef GATEHOUSE_PARSER_INTERNAL_H
#define GATEHOUSE_PARSER_INTERNAL_H

#include "parser/parser.h"

/* ---- memory: everything of a grammar lives and dies together -------------- */

struct gram_pool;
struct gram_pool *pool_new(void);
void pool_free(struct gram_pool *);
void *pool_alloc(struct gram_pool *, size_t size); /* zeroed; never NULL (aborts) */
char *pool_text(struct gram_pool *, const char *text, size_t len);
/* `array` of `n` elements, with room for one more; the new element is zeroed. */
void *pool_grow(struct gram_pool *, void *array, size_t n, size_t size);
#define POOL_PUSH(pool, array, n) \
	((array) = pool_grow((pool), (array), (n), sizeof(*(array))), &(array)[(n)++])

/* ---- the syntax of a command ------------------------------------------------ */

enum node_kind { NODE_SEQ, NODE_WORD, NODE_VALUE, NODE_OPTION, NODE_CHOICE, NODE_PERM };

struct gram_node {
	enum node_kind kind;
	char *text;        /* WORD: the keyword; VALUE: the value's name */
	struct gram_place at;
	const char *help;  /* WORD, VALUE; NULL = none written */
	char *placeholder; /* VALUE: `as "..."` */
	struct gram_type *type; /* VALUE */
	const char **helps;     /* VALUE: the texts as written; once built, of each word and extra word */
	uint16_t n_helps;
	char *bound_column, *bound_value; /* WORD: what was written */
	int column; /* VALUE and bound WORD: in the command's table, -1 = none */
	bool key;
	bool linked; /* while it is built: its names are looked up */
	uint16_t n_kids;
	struct gram_node **kids; /* SEQ, OPTION: items; CHOICE, PERM: alternatives */
};

/* ---- compiled ------------------------------------------------------------------ */

enum op { OP_WORD, OP_VALUE, OP_SPLIT, OP_JUMP, OP_PERM, OP_BACK, OP_ACCEPT };

/*
 * PERM: `a` alternatives, whose starts are in the a following JUMPs; `b` is where it goes on,
 * `need` the alternatives that must be there. BACK: alternative `b` of the PERM at `a` is done.
 */
struct gram_code {
	uint8_t op;
	uint16_t a, b, need;
	const struct gram_node *node;
};

struct gram_start { /* a command of a mode by its first keyword */
	const char *word;
	const struct gram_command *command;
};

/* Does the line belong to a block whose head has been refused? (refused.c) */
bool block_owns(const struct parse_state *, const char *line);

/* ---- matching (match.c), also for help.c ------------------------------------------ */

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
	bool strict; /* a first word is not guessed at all: it may be one of a block that was refused */
	bool whole[GRAM_TOKENS_MAX]; /* the words that one of them knows as a keyword, spelled out */
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
/* Keyword i of a value (words, then extra words) or NULL. */
const char *type_word(const struct gram_type *, unsigned i);
/* The keyword (as of type_word()) that this is another spelling of, -1 = none. */
int type_other(const struct gram_type *, const char *word, size_t len);
/* Characters of the longest text that a column of this type can hold, a whole list's included. */
size_t type_longest(const struct gram_type *);

#endif
