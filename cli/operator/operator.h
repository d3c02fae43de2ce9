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

#include "cli/acts/act.h"
#include "cli/operator/console.h"
#include "cli/operator/pipe_filter.h"

#define OPERATOR_HISTORY 50

/* What a server group was told the beginning of, and is owed the end. */
struct accounted {
	char group[17]; /* "": nothing */
	char key[32], user[65];
	int64_t since;	/* Unix time */
};

struct operator;

typedef void operator_send(void *ctx, enum console_type, const void *data, size_t len);

struct operator {
	struct act act; /* the command that runs; first, so that its operations find the operator */
	struct act_session session;
	operator_send *send;
	void *ctx;
	enum console_kind kind;
	bool interactive;
	void (*authorize_done)(struct act *, bool allowed); /* while servers are asked */
	/* asks who he is, instead of a prompt; NULL: it is known */
	void (*unproved)(struct operator *);
	struct stop_listener stop;
	struct accounted came, raised; /* of his session, of his privileged mode (account.h) */
	struct idle *idle; /* NULL in a script */
	void (*drop)(void *ctx);	 /* the connection that is `ctx`: see operator_on_end() */
	char *history[OPERATOR_HISTORY]; /* oldest first */

	/* the command that runs */
	bool busy;     /* DONE has not been sent */
	bool live;     /* LIVE has, since the last question */
	bool settling; /* it is a change that has the turn */
	bool authorized; /* the servers allow it, and it waits for its turn */
	bool logoff;
	struct waiter turn;
	struct pipe_filter filter;
	char line[GRAM_LINE_MAX];
	char answer[GRAM_LINE_MAX]; /* to its question, until its turn has come */
	bool has_answer;
	char *file;    /* FILE, until its turn has come */
	size_t file_len;
};

/* ---- the session (session.c) -------------------------------------------- */

/* A session begins: greets a person, sends pager, prompt and DONE. NULL without memory. */
struct operator *operator_new(struct manager *, const struct console_hello *, operator_send *,
    void *ctx);
/* The same for one whose login was checked at a door. */
struct operator *operator_admit(struct manager *, const struct console_hello *,
    const struct operator_login *, operator_send *, void *ctx);
/* What closes his connection, from the loop, when somebody ends his session. */
void operator_on_end(struct operator*, void (*drop)(void *ctx));
/* Ends it, whatever runs; nothing is sent any more. NULL is allowed. */
void operator_free(struct operator *);
void operator_bye(struct operator *);
/* He was idle for too long: a farewell, and the end. */
void operator_expire(struct operator *);
/* Moves to another privilege: at 1 the configuration modes are left. */
void operator_set_privilege(struct operator *, int privilege);

/* ---- how he is received (greeting.c) -------------------------------------- */

/* The banners for who comes, known or not. */
void operator_welcome(struct operator *);
/* Says to a person who is known now what he should know, and notes that he came. */
void operator_greet(struct operator *);
/* Notes it only. */
void operator_came(struct operator *);
/* Asks one at the serial console for his name and password; the greeting follows, or
 * operator_done() asks anew. */
void operator_ask_who(struct operator *);

/* ---- its commands (turn.c); LINE and FILE only while !busy --------------- */

void operator_line(struct operator *, const char *line, size_t len);
void operator_file(struct operator *, const char *text, size_t len);
void operator_answer(struct operator *, const char *text, size_t len);
void operator_interrupt(struct operator *);
/* His turn has come: the line, the file or the answer that waited (a waiter's `go`). */
void operator_go(void *op);

/* ---- while he types (typing.c); only while !busy ------------------------- */

void operator_help(struct operator *, const char *text, size_t len);
void operator_complete(struct operator *, const char *text, size_t len);

/* ---- his terminal (terminal.c) ------------------------------------------- */

#define OPERATOR_PROMPT 512

/* Prompt of the moment into `buf`; its length. */
size_t operator_prompt(const struct operator *, char *buf, size_t size);
/* How far the line is moved to the right on his screen: nothing in a script. */
unsigned operator_prompt_width(const struct operator *);
/* As it is at the start: a window of so many columns, 0 when they are not known. */
void operator_terminal(struct operator *, uint16_t window);
/* The window has another size. */
void operator_winsize(struct operator *, uint16_t width);
/* Acts' set_width and set_pager: for this session, which is told. */
void operator_set_width(struct act *, uint16_t columns);
void operator_set_pager(struct act *, uint16_t lines);
/* A line of the configuration has been taken: who types `terminal width` wants it now. */
void operator_follow_width(struct operator *);

/* ---- what he is sent (output.c) ------------------------------------------ */

/* The operator whose command the act is. */
static inline struct operator *operator_of(struct act *a)
{
	return (struct operator *)(void *)a;
}
/* Lines that belong to no command; `len` is cut to what a frame takes. */
void operator_tell(struct operator *, const char *text, size_t len);
/* Sends what was said so far, then the question (ACT_ASK_* flags). */
void operator_ask(struct act *, unsigned flags, const char *question);
/* Sends what was said so far, unless a filter waits for all of it. */
void operator_flush(struct act *);
/* The command is finished. Every command ends here, once. Whoever is not proved yet is asked again
 * instead: there is no other way to a prompt. */
void operator_done(struct act *);

#endif
