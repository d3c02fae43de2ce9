/*
 * What the files that read a grammar share: the text with its errors, the lines of commands as
 * drafts (names not looked up yet), and the steps from there to a graph.
 */
#ifndef GATEHOUSE_PARSER_READ_H
#define GATEHOUSE_PARSER_READ_H

#include "parser/internal.h"
#include "parser/nearest.h"

/* ---- the text and what is wrong with it (source.c, nearest.c) ---------------------- */

struct named_type { /* of a `type` block */
	char *name, *text;
	struct gram_place at;
	bool open, used; /* it is being read; has been */
};

struct draft;
struct fragment;
struct tree;

struct source {
	struct gram *gram;
	struct gram_pool *pool;
	char *error; /* every error a line of it, as far as there is room */
	size_t error_size, error_used;
	unsigned errors;
	struct gram_place at; /* of what is being read or built */
	/* the open block */
	struct gram_table *table;
	struct gram_mode *mode;
	struct tree *tree;
	char *section; /* of the commands that follow */
	struct gram_place section_at;
	struct draft **drafts; /* one per command of the grammar */
	size_t n_drafts;
	struct fragment **fragments;
	size_t n_fragments;
	struct named_type **types;
	size_t n_types;
};

/* Notes an error at `at`, always false; what is told already is not told again. */
bool source_fail(struct source *, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Splits off the next word or "text" of a line (quotes taken off). NULL at the end; `quoted`. */
char *next_word(struct source *, const char **at, bool *quoted);
/* The only word of the rest, NULL (an error) when it is missing or more than one. `what` asks. */
char *only_word(struct source *, const char *at, const char *what, bool *quoted);
/* Nothing stands behind. */
bool line_ends(struct source *, const char *at);
/* All remaining words as a NULL-terminated list. */
char **word_list(struct source *, const char *at);
/* The rest as it stands, without blanks around it. */
char *rest_of_line(struct source *, const char *at);
/* A number of the grammar itself: a length, a level. */
bool read_number(struct source *, const char *word, long low, long high, uint16_t *out);

/* The words of a type, the columns of a table. */
void nearest_offer_words(struct nearest *, const struct gram_type *);
void nearest_offer_columns(struct nearest *, const struct gram_table *);

/* By name; NULL or -1 is an error that says which name is near. */
const struct gram_table *find_table(struct source *, const char *name);
const struct gram_mode *find_mode(struct source *, const char *name);
int find_column(struct source *, const struct gram_table *, const char *name);

/* A name that others define (a C function, a role), for gram_check_foreign(). */
void note_foreign(struct source *, const char *kind, const char *name);

/* ---- blocks (blocks.c opens and ends them) ----------------------------------------- */

void read_text(struct source *, const char *text, size_t len);
bool read_type(struct source *, const char *text, struct gram_type *);
bool type_start(struct source *, const char *at);
void type_line(struct source *, const char *line);
/* Every type with a name is used. */
void types_end(struct source *);

bool table_start(struct source *, const char *at);
void table_line(struct source *, const char *line);
bool preset_start(struct source *, const char *at);
bool mode_start(struct source *, const char *at);
void mode_line(struct source *, const char *line);
bool device_block_start(struct source *, const char *at);
void device_block_line(struct source *, const char *line);

/* ---- commands: a tree of lines, each a draft (tree.c, attribute.c, alias.c) -------- */

struct named { /* a name that is looked up once all are known */
	const char *name;
	struct gram_place at;
};

struct draft_set {
	struct named column;
	char *value;
};

struct draft_warn {
	struct named column;
	char **values; /* NULL-terminated */
	char *text;
};

struct draft_line { /* the words of an alias */
	char *words;
	struct gram_place at;
	bool oneline;
};

/* What the attributes of a line say, as written. */
struct draft {
	struct gram_command *command; /* attributes without names to look up are here */
	struct named mode, enter, row;
	struct draft_set *set;
	size_t n_set;
	struct draft_warn *warn;
	size_t n_warn;
	struct draft_line *aliases;
	size_t n_aliases;
	char **examples;
	size_t n_examples;
	const char *example_start; /* what its examples begin with, NULL = whole lines */
	const struct draft *of;    /* of an alias: the line it is another form of */
	bool broken;               /* has errors already: nothing more is said of it */
};

/* `- NAME ...`; `at` stands behind the mark. */
void attribute_line(struct source *, struct draft *, const char *at);

bool command_start(struct source *, const char *at);
bool fragment_start(struct source *, const char *at);
void tree_line(struct source *, const char *line);
void tree_end(struct source *);
/* Every fragment is used by some line. */
void fragments_end(struct source *);

/* draft.c: another one like it, with a command of its own; what a line below starts with; the
 * examples written out behind what the levels above begin them with. */
struct draft *new_draft(struct source *, const struct draft *like);
struct draft *inherit_draft(struct source *, const struct draft *above);
void put_examples(struct source *, struct draft *);
/* The aliases and onelines of a line that is complete. */
void draft_aliases(struct source *, const struct draft *);

/* syntax.c: words of a line added to its tree; open brackets are on the stack. */
struct syntax;
struct syntax *syntax_new(struct source *, struct gram_node *root);
bool syntax_line(struct source *, struct syntax *, const char *text);
bool syntax_is_open(const struct syntax *);
bool syntax_end(struct source *, struct syntax *);
/* The same words again: each line has its own. */
struct gram_node *copy_node(struct source *, const struct gram_node *);

/* ---- from drafts to the graph ------------------------------------------------------ */

/* build.c: names to pointers, defaults of attributes, compilation, checks. */
void build(struct source *);
/* link.c: the names of a draft and of its words and values. */
bool link_type(struct source *, struct gram_type *);
bool link_command(struct source *, struct draft *);
/* A default, preset or stored word: whether the column takes it; in canonical text. */
bool fix_value(struct source *, const struct gram_column *, char **value);
/* foreign.c: names of these kinds that nobody defines are errors. */
void check_foreign(struct source *, const struct gram_foreign_names *);
/* share_help.c: a help text written once serves all lines with the same words before. */
struct helps;
struct helps *helps_new(unsigned words);
bool share_helps(struct source *, struct helps *, struct gram_command *);
void helps_free(struct helps *);
/* compile.c */
bool compile(struct source *, struct gram_command *);
/* device_block.c: names in device-blocks; the heads of our own blocks. */
void build_blocks(struct source *);

#endif
