/*
 * The command language: grammar text -> command graph -> match, complete,
 * explain, render. Pure: no I/O, no globals, no database. A grammar is built
 * once and then only read; the same one may serve any number of sessions.
 * The format of the text is described in grammars/README.md.
 */
#ifndef GATEHOUSE_PARSER_H
#define GATEHOUSE_PARSER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GRAM_LINE_MAX 2048  /* a typed line, with its NUL */
#define GRAM_TOKENS_MAX                                                                            \
	(GRAM_LINE_MAX / 2 + 1) /* words of a line: as many as it has room for, and one split off */
#define GRAM_ARGS_MAX 40    /* values of a line */
#define GRAM_KEYS_MAX 24    /* key columns of a table */
#define GRAM_SLOTS 64       /* of the names of columns */
#define GRAM_COLS_MAX 96    /* columns of a table, keys included */
#define GRAM_DEPTH_MAX 5    /* exec, config, submodes */
#define GRAM_ROW_MAX 512    /* key texts of the row of a mode, with their NULs */

/* Where something of the grammar is written. */
struct gram_place {
	const char *file;
	int line;
};

/* ---- types and tables --------------------------------------------------- */

enum gram_kind {
	KIND_INT, KIND_WORD, KIND_SET, KIND_NAME, KIND_TEXT, KIND_SECRET, KIND_HASH, KIND_ADDR,
	KIND_NET, KIND_MASK, KIND_RANGE, KIND_HOST, KIND_TIME, KIND_PAREN, KIND_BOOL, KIND_REF,
	KIND_FAMILY,
};

/* REF_RENAMED: of a `renamed` line of a table, not of a type. */
enum gram_ref { REF_NONE, REF_STRICT, REF_FORWARD, REF_CASCADE, REF_RENAMED };

struct gram_range {
	int64_t low, high;
};

/* Another spelling of a word of a type, taken but never offered or printed. */
struct gram_other {
	char *word;
	uint16_t of; /* the word it means: of words, then of extra */
};

struct gram_type {
	enum gram_kind kind;
	uint8_t list_min, list_max; /* list_max 0: not a list */
	uint16_t max;               /* characters; parts of a `paren` */
	enum gram_ref ref;
	bool blanks;                /* of text: leading blanks belong to it */
	bool quoted;                /* of a name: in quotes it may have blanks */
	bool kept;                  /* of text: sealed, and secrets in it are masked */
	bool later;                 /* of a ref: what it names may be unknown yet */
	uint16_t n_ranges, n_words, n_extra, n_others;
	struct gram_range *ranges;
	char **words; /* of word and set */
	char **extra; /* literal words behind the comma */
	struct gram_other *others;
	char *ref_table, *ref_column;
	const struct gram_table *target; /* of a ref, once resolved */
	int target_column;
	/* Of a ref: only names of rows are offered that have one of these words in this column;
	 * NULL: all. Others are taken, too: whether they fit is said by who knows why not. */
	char *only_column, **only_words;
	uint16_t n_only_words;
	int only;
};

struct gram_column {
	char *name;
	struct gram_type type;
	char *preset;  /* `default`, NULL = none (the column may be NULL) */
	bool key, sequence;
	uint16_t index;
	uint8_t next; /* private: the next whose name stands in the same slot, index + 1 */
	struct gram_place at;
};

/* A column that follows when a name in a column of another table becomes another: the whole of it,
 * or one of the words between its commas; only in rows whose column `when` (-1: all) is `value`. */
struct gram_renamed {
	int column, when;
	char *value;
	char *ref_table, *ref_column;
	const struct gram_table *target; /* once resolved */
	int target_column;
	struct gram_place at;
};

struct gram_table {
	char *name;
	struct gram_column *columns; /* keys first, in their order */
	uint16_t n_columns, n_keys;
	uint16_t index; /* place in gram->tables */
	bool single, vanish, created_order;
	bool keeps; /* a column of it is of type `kept` */
	int sequence; /* its column, -1 = none */
	uint8_t by_name[GRAM_SLOTS]; /* private: columns by a hash of their names, index + 1 */
	uint16_t n_order;
	uint16_t order[GRAM_KEYS_MAX]; /* column numbers */
	char **notify; /* NULL-terminated words */
	char *missing, *inuse, *builtin;
	char *follows; /* the table behind whose rows these are printed, NULL = none */
	int follows_column; /* holds the first key of that row */
	char *within; /* the table with whose rows these go: they share its keys; NULL = none */
	struct gram_renamed *renamed;
	uint16_t n_renamed;
	struct gram_place at, follows_at, within_at;
};

struct gram_preset {
	const struct gram_table *table;
	char **values; /* one per column, NULL = the column's own default */
	struct gram_place at;
};

/* Column number by name, -1 when there is none. */
int gram_column(const struct gram_table *, const char *name);
/* True when the table's changes are for that role. */
bool gram_notifies(const struct gram_table *, const char *role);

/* ---- modes and commands ------------------------------------------------- */

struct gram_mode {
	const char *name, *prompt, *title, *heading;
	const char *parent_name, *row_name; /* private: as written */
	struct gram_place at, parent_at, row_at;
	const struct gram_mode *parent; /* NULL for exec */
	const struct gram_table *row;   /* NULL = none */
	char **example;                 /* NULL-terminated lines from config into the mode */
	uint16_t index;
	struct gram_command **commands; /* in order of the files */
	uint16_t n_commands;
	struct gram_start *starts; /* commands by first keyword, sorted; private */
	uint16_t n_starts;
	/* takes what is indented in a block of kept lines and fits nothing else, NULL = none */
	const struct gram_command *any;
	bool data; /* its lines are data: hexadecimal words */
};

enum gram_no { NO_AUTO, NO_DELETE, NO_RESET, NO_CLEAR, NO_BLOCK, NO_NONE, NO_ACT, NO_OFF };
enum gram_show { SHOW_AUTO, SHOW_CHANGED, SHOW_ALWAYS, SHOW_UNSET, SHOW_BLOCK, SHOW_NEVER };
enum gram_leave { LEAVE_NOT, LEAVE_ONE, LEAVE_ALL };
enum gram_family { FAMILY_NONE, FAMILY_SHOW, FAMILY_CLEAR };

struct gram_bind { /* a column and the text it gets or must have */
	uint16_t column;
	char *value;
};

struct gram_warn {
	uint16_t column;
	char **values; /* NULL-terminated */
	char *text;
};

struct gram_command {
	const struct gram_mode *mode;
	const struct gram_mode *enter; /* NULL = stays */
	const struct gram_table *table; /* the row it works on, NULL for an act */
	const struct gram_node *syntax; /* private */
	struct gram_code *code;         /* private: the compiled syntax */
	uint16_t n_code;
	uint16_t cut; /* private: a negated line may end at this instruction or later */
	enum gram_no no;     /* never NO_AUTO once built */
	enum gram_show show; /* never SHOW_AUTO once built */
	enum gram_leave leave;
	enum gram_family family;
	uint8_t privilege;
	bool existing, creates, hidden, everywhere, trail, is_alias;
	bool kept;       /* stored and shown, and nothing else */
	bool acted;      /* of a kept line: something does act on it */
	int16_t decides; /* of a kept line: so many words tell it from others, -1 = all */
	char *existing_text, *create_text, *unknown_text, *differ_text, *append_text, *say;
	char *disrupts; /* which sessions the line may end, NULL = none */
	char *refuse_text; /* what the line is always refused with, NULL = it is not */
	char *store, *check, *run; /* names of C functions, NULL = none */
	char *section;
	struct gram_place section_at;
	struct gram_bind *set;
	uint16_t n_set;
	struct gram_warn *warn;
	uint16_t n_warn;
	char **examples; /* NULL-terminated */
	char **leads;    /* lines before them, from config: NULL = those of the mode */
	uint16_t *columns; /* the non-key columns of the line */
	uint16_t n_columns;
	uint16_t index; /* place in gram->commands */
	const char *file;
	int line; /* where the block stands */
};

/* The head of a block: of the device, when it is none of ours, or of a mode. */
struct gram_block {
	char **words;  /* of its head; `*` stands for any one */
	char **inside; /* names of the modes that it stands in, NULL = global configuration */
	char **opens;  /* first words of blocks within it */
	char **holds;  /* first words of lines of it that global configuration knows, too */
	char *until;   /* all up to this word is data, NULL = it consists of lines */
	struct gram_place inside_at;
};

struct gram_order {
	char *name; /* "!", "!?", "blank", or the name of a section */
	bool each;
	struct gram_place at;
};

/* A name in the grammar that others define: a C function, a role. */
struct gram_foreign {
	const char *kind; /* "store", "check", "run", "notify" */
	const char *name;
	struct gram_place at;
};

struct gram {
	struct gram_table **tables;
	uint16_t n_tables;
	struct gram_mode **modes;
	uint16_t n_modes;
	struct gram_command **commands;
	uint16_t n_commands;
	struct gram_preset *presets;
	uint16_t n_presets;
	struct gram_order *order;
	uint16_t n_order;
	struct gram_block *blocks;
	uint16_t n_blocks;
	struct gram_foreign *foreign;
	uint16_t n_foreign;
	const struct gram_mode *exec, *config;
	/* privilege levels of the commands, by their index, instead of their own; NULL: their own.
	 * Set by whom the grammar belongs to, between two lines */
	const uint8_t *levels;
	uint64_t version; /* a hash of the text: another grammar, another number */
	struct gram_pool *memory; /* private */
};

/* Reads a whole grammar: files one after the other, each behind a line `#file NAME`; the one
 * whose name ends in "order" is the list of sections. NULL on an error, with all that is wrong in
 * `error`: a line "FILE:LINE: what" each, as far as there is room. The text need not outlive the
 * call. */
struct gram *gram_read(const char *text, size_t len, char *error, size_t size);
/* The names of one kind that others define, one by one; NULL behind the last. */
struct gram_foreign_names {
	const char *kind; /* of struct gram_foreign; NULL ends a list of these */
	const char *(*name)(unsigned i);
};
/* The same, and names of these kinds that the grammar uses and nobody defines are errors, too. */
struct gram *gram_read_foreign(const char *text, size_t len, const struct gram_foreign_names *,
    char *error, size_t size);
void gram_free(struct gram *);

const struct gram_table *gram_table(const struct gram *, const char *name);
const struct gram_mode *gram_mode(const struct gram *, const char *name);
/* Are all names of these kinds that the grammar uses defined? The number of those that are not,
 * with a line "FILE:LINE: what" each in `error`. */
unsigned gram_check_foreign(const struct gram *, const struct gram_foreign_names *, char *error,
    size_t size);
/* What a grammar that reads well should not have either: columns and modes that no line uses, words
 * without help, examples that do not fit. As gram_check_foreign(). */
unsigned gram_check(const struct gram *, char *error, size_t size);

/* The privilege level that a command needs. */
static inline int gram_level(const struct gram *g, const struct gram_command *c)
{
	return g->levels ? g->levels[c->index] : c->privilege;
}
/* The lines that lead from config to where the command's examples are typed, NULL-terminated; NULL:
 * none are needed. */
char **gram_lead(const struct gram_command *);
/* The word at that place (0: the first), when it is a keyword that the line must have and no choice
 * stands before it; else NULL. */
const char *gram_keyword(const struct gram_command *, unsigned i);
/* May a line of the command begin with these keywords? */
bool gram_begins(const struct gram_command *, const char *const *words, unsigned n);

/* ---- where a session stands --------------------------------------------- */

struct gram_level {
	const struct gram_mode *mode;
	uint8_t n_keys;
	uint16_t margin; /* blanks before the line that entered it */
	bool indented;   /* lines of it had more */
	char keys[GRAM_ROW_MAX]; /* key texts of the mode's row, each with its NUL */
};

/* A session's place: level[0] is exec, level[depth] the present mode. */
struct parse_state {
	uint8_t depth;
	/* the next so many `exit`s close what has been left already, or was refused */
	uint8_t left;
	bool data;    /* within a refused block that goes on up to its last word */
	bool leaf;    /* what was refused is a word of the submode, not the head of another block */
	/* lines with so many blanks before them belong to a refused one, 0 = none */
	uint16_t within;
	const struct gram_block *block; /* refused, and perhaps going on; NULL = none */
	struct gram_level level[GRAM_DEPTH_MAX];
};

/* At exec, or in global configuration. */
void parse_state_init(struct parse_state *, const struct gram *, bool config);
const struct gram_mode *parse_state_mode(const struct parse_state *);
/* The mode's part of the prompt, as "(config-if)", "" in exec; `>` or `#` is the caller's. */
const char *parse_state_prompt(const struct parse_state *);
/* The i-th key of the present row, NULL when there is none. */
const char *parse_state_key(const struct parse_state *, unsigned i);

/* ---- matching ------------------------------------------------------------ */

/* GRAM_ORPHAN: the line belongs to a block that has been refused. */
enum gram_status {
	GRAM_OK, GRAM_EMPTY, GRAM_INVALID, GRAM_INCOMPLETE, GRAM_AMBIGUOUS, GRAM_TOO_LONG,
	GRAM_ORPHAN,
};

struct gram_arg {
	const char *name;             /* the value's name in the grammar */
	const struct gram_type *type; /* NULL for a bound keyword */
	int column;                   /* in the command's table, -1 = none */
	const char *text;             /* canonical, NUL-terminated, in the match's own buffer */
	uint16_t offset;              /* where it was typed */
};

/* A configuration command that a `family` begins, with the values typed. */
struct gram_branch {
	const struct gram_command *command;
	bool whole; /* the words are a whole line of the command, not only the beginning of some */
	uint8_t n_args;
	struct gram_arg args[GRAM_ARGS_MAX];
	char *texts; /* private: theirs */
};

struct gram_match {
	enum gram_status status;
	uint16_t caret; /* GRAM_INVALID: byte of the line under which the caret stands */
	uint16_t margin; /* blanks before the line */
	const struct gram_command *command;
	uint8_t level; /* the state's level whose mode the command belongs to */
	bool negated, defaulted;
	bool global; /* typed in a submode, fits a mode above (not exec): the submode is left */
	/* a family's act without a family: `all` was typed, or no word of one: everything */
	bool family_all;
	uint8_t n_args;
	uint16_t n_keywords;
	struct gram_arg args[GRAM_ARGS_MAX];
	/* the keywords typed, spelled out; values are no keywords */
	const char *keywords[GRAM_TOKENS_MAX];
	const struct gram_branch *branches; /* of a family; at least one, unless family_all */
	uint16_t n_branches;
	uint16_t used;
	char buffer[2 * GRAM_LINE_MAX];
};

/* The line to `out` with `*****` for each secret value of its match; with MASK_HASHES also for
 * passwords and their hashes, which the running-config does print. */
enum gram_masked { MASK_SECRETS, MASK_HASHES };
struct gram_out;
void gram_mask(const char *line, const struct gram_match *, enum gram_masked, struct gram_out *out);
/* The same with each keyword spelled out and one blank between words: the command, however it was
 * typed. */
void gram_spell(const char *line, const struct gram_match *, struct gram_out *out);
/* A line that was not understood: all that follows a word known for secrets is taken for one, and
 * control characters come out as `?`. */
void gram_mask_unknown(const char *line, struct gram_out *out);

/* Existing names of column `column` of a table that begin with `prefix`: calls `name` for each.
 * `ref`: of the rows that this type offers; NULL: of all. */
struct gram_names {
	void (*list)(void *ctx, const struct gram_table *, int column, const struct gram_type *ref,
	    const char *prefix, void (*name)(void *to, const char *text), void *to);
	void *ctx;
};

/* Matches `line` in the session's mode, then in its parents; what a mode knows a parent's command
 * is not guessed from. `privilege`: the session's level; commands above it do not exist. Nothing
 * is stored: pass the match to db_run(), or run command->run. `state` is not changed. Comments and
 * empty lines are GRAM_EMPTY. */
void gram_match(const struct gram *, const struct parse_state *state, int privilege,
    const char *line, struct gram_match *);
/* The same for a line that stands in no submode: the modes from global configuration up. */
void gram_match_global(const struct gram *, const struct parse_state *state, int privilege,
    const char *line, struct gram_match *);
/* Frees what a match holds beside itself (the branches of a family); harmless otherwise. */
void gram_match_done(struct gram_match *);
/* Moves the session on after a line that was accepted: enters, leaves, drops to the parent. The
 * key texts of the row entered are taken from the match. False: `exit` at exec, log off. */
bool parse_state_advance(const struct gram *, struct parse_state *, const struct gram_match *);
/* Moves the session on after a configuration line that was refused, by the match or by what it
 * means: what is indented below it belongs to it, and a line that opens a block leaves the submode,
 * so that the block's lines do not change the one before. */
void parse_state_refused(const struct gram *, struct parse_state *, const char *line);
/* The line is an act, which is not run where it stands: the data that it would have read are
 * nobody's lines. */
void parse_state_not_run(const struct gram *, struct parse_state *, const char *line);

/* The canonical text of the value `name`, or NULL when it was not typed. */
const char *gram_arg(const struct gram_match *, const char *name);
/* True when the keyword was typed at a keyword's place (`keyword` in the grammar's spelling). */
bool gram_typed(const struct gram_match *, const char *keyword);
/* Gives the value typed for a column another text (a name written out); false when the line has no
 * such value, or the match no room. */
bool gram_replace(struct gram_match *, int column, const char *text);
/* Spells out the values of a column that were typed after a family (`show running-config interface
 * g0/1`): those that `spell` knows a full form of. False: the match has no room for them. */
bool gram_respell(struct gram_match *, const char *table, const char *column,
    bool (*spell)(const char *typed, char *buf, size_t size));
/* The text of key column `name` for a line matched in `state`: as typed, else the one of the row of
 * the mode it belongs to or of a mode above, else "". */
const char *gram_key(const struct parse_state *, const struct gram_match *, const char *name);
/* What the line stores in the column by a keyword or by `set`; NULL: nothing. */
const char *gram_bound(const struct gram_command *, int column);
/* The text of a kept line to `out`, `*****` for each secret in it. */
void gram_mask_kept(const struct gram_command *, const char *text, struct gram_out *out);
/* The error of a failed match, as the device prints it, lines ending in \n: for GRAM_INVALID the
 * caret line first, its column counted from `prompt_width` (0 in scripts). Length written. */
size_t gram_error(const struct gram_match *, const char *line, unsigned prompt_width, char *buf,
    size_t size);

/* ---- help and completion ------------------------------------------------- */

struct gram_out {
	void (*write)(void *ctx, const char *text, size_t len);
	void *ctx;
};

/* What `?` prints behind `line` (the text left of the cursor), from the empty line on. A word
 * still open is explained as a word, a blank at the end asks for the next one. */
void gram_help(const struct gram *, const struct parse_state *, int privilege, const char *line,
    const struct gram_names *, unsigned width, struct gram_out *);
/* `help WORDS`: how the commands are written that begin with these keywords, cut short or not, in
 * the present mode and those above it, and what their words mean. False: there are none. */
bool gram_usage(const struct gram *, const struct parse_state *, int privilege, const char *words,
    struct gram_out *);
/* Tab: what is to be added at the end of `line`, with a blank behind a complete word; "" when
 * there is no single continuation. Returns the number of possible words. */
unsigned gram_complete(const struct gram *, const struct parse_state *, int privilege,
    const char *line, const struct gram_names *, char *add, size_t size);

/* ---- rendering ------------------------------------------------------------ */

struct gram_row {
	const char *const *values; /* one text per column, NULL = unset; bools are "0" and "1" */
	char *const *presets;      /* the row's own defaults (gram_preset.values), or NULL */
};

enum { RENDER_ALL = 1, RENDER_CLEAR = 2 };

/* The line of `command` for a row, without indentation and newline; 0 when it has none to print.
 * RENDER_ALL: defaults too; RENDER_CLEAR: secrets as they are instead of `*****`.
 * `changed` (may be NULL) tells whether the line differs from the default. */
size_t gram_render(const struct gram_command *, const struct gram_row *, unsigned flags,
    bool *changed, char *buf, size_t size);
/* The default of a column in a row (its preset's, else the column's), NULL = unset. */
const char *gram_default(const struct gram_table *, int column, char *const *presets);

/* ---- text ------------------------------------------------------------------ */

/* Behind the byte order mark that editors put before a text; `len` is that of the rest. */
const char *gram_skip_mark(const char *text, size_t *len);
/* How much of the text is UTF-8 without control characters (tabs apart): all of it, or the place of
 * the first byte that no name, text or terminal should get. */
size_t gram_clean(const char *text, size_t len);
/* Appends lines of text. In the place of each byte that a terminal might obey stands a `?`;
 * carriage returns go. */
struct text;
void gram_add_clean(struct text *to, const char *text, size_t len);
/* What is said of a line that holds NUL bytes, where it could not be matched. */
#define GRAM_NUL_ERROR "ERROR: % Line contains NUL bytes (is it UTF-16 text?)"

/* One word against a type: canonical text into `buf`. False when it does not fit. */
bool gram_value(const struct gram_type *, const char *word, size_t len, char *buf, size_t size);

#endif
