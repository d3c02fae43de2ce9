/*
 * An operator's session: who, at which privilege, in which mode, by which way
 * in, and the one command that runs for him. It speaks console frames
 * (console.h) through `send` and knows no sockets.
 */
#ifndef GATEHOUSE_OPERATOR_H
#define GATEHOUSE_OPERATOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/operator/console.h"
#include "cli/operator/pipe_filter.h"
#include "parser/text.h"
#include "engine/base/trace.h"
#include "parser/parser.h"

#define OPERATOR_HISTORY 50
#define PRIVILEGE_USER 1
#define PRIVILEGE_MAX 15

struct manager;
struct operator;

/* What a question's answer does; `answer` is NULL when the operator broke off. It must ask anew or
 * call operator_done(). */
typedef void operator_answered(struct operator *, const char *answer);
typedef void operator_send(void *ctx, enum console_type, const void *data, size_t len);

struct operator {
	struct manager *manager;
	struct operator *next; /* in manager->operators */
	operator_send *send;
	void *ctx;
	enum console_kind kind;
	bool interactive;
	uint16_t width;  /* columns, 0 = no limit */
	uint16_t pager;  /* lines, 0 = off */
	bool monitor;    /* log lines are shown here too */
	char user[65];   /* a named user's name; "" for the anonymous console: enable_N */
	char from[46];   /* address of the way in, "0.0.0.0" for the console */
	int privilege;
	struct parse_state place;
	char *history[OPERATOR_HISTORY]; /* oldest first */
	unsigned n_history;
	uint8_t debug[TRACE_CLASSES]; /* levels, 0 = off */

	/* the command that runs */
	bool busy;    /* DONE has not been sent */
	bool queued;  /* waits until another operator's change has been settled */
	bool refused, logoff;
	struct text out;
	struct pipe_filter filter;
	char line[GRAM_LINE_MAX];
	struct gram_match match;
	operator_answered *answered; /* a question is open */
	char answer[GRAM_LINE_MAX];  /* its answer, until its turn has come */
	bool has_answer;
	unsigned tries;
	long number;     /* what a command in several steps remembers between them */
	char *file;      /* FILE that waits for its turn */
	size_t file_len;
};

/* A session begins: greets a person, sends pager, prompt and DONE. NULL without memory. */
struct operator *operator_new(struct manager *, const struct console_hello *, operator_send *,
    void *ctx);
/* Ends it, whatever runs; nothing is sent any more. */
void operator_free(struct operator *);

/* Requests of the client; LINE, FILE, HELP and COMPLETE only while !busy. */
void operator_line(struct operator *, const char *line, size_t len);
void operator_file(struct operator *, const char *text, size_t len);
void operator_help(struct operator *, const char *text, size_t len);
void operator_complete(struct operator *, const char *text, size_t len);
void operator_answer(struct operator *, const char *text, size_t len);
void operator_interrupt(struct operator *);
void operator_winsize(struct operator *, uint16_t width);
void operator_bye(struct operator *);

/* The turn of a line, a file or an answer that waited, or did not have to. */
void operator_go(struct operator *);

/* ---- for what runs a command ------------------------------------------ */

/* Output, held back until the command is done (filters see it whole). */
void operator_say(struct operator *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* One line of error; the command counts as refused. */
void operator_refuse(struct operator *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The same when the database could not read it all: what was said is not complete. */
void operator_refuse_unread(struct operator *);
/* Does the answer to a [confirm] say yes? Enter does. */
bool operator_confirmed(const char *answer);
/* Sends what was said so far, then the question (CONSOLE_ASK_* flags). */
void operator_ask(struct operator *, unsigned flags, const char *question, operator_answered *);
/* Sends what was said so far, for commands that take their time. */
void operator_flush(struct operator *);
/* The command is finished. Every command ends here, once. */
void operator_done(struct operator *);
/* The log-off: `Logoff`, DONE, CLOSE. */
void operator_log_off(struct operator *);
/* "enable_15" or the user's name. */
const char *operator_name(const struct operator *, char buf[65]);
/* Prompt of the moment into `buf`; its length. */
size_t operator_prompt(const struct operator *, char *buf, size_t size);
/* Moves to another privilege: at 1 the configuration modes are left. */
void operator_set_privilege(struct operator *, int privilege);
void operator_set_pager(struct operator *, uint16_t lines);
/* A writer into op->out for the parser's and database's callbacks. */
struct gram_out operator_out(struct operator *);

#endif
