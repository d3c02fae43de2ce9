/*
 * The handle of an act: what a command that runs sees of the line, of who typed
 * it and of the appliance. It says, refuses, asks, and ends in act_done(), now
 * or later; how that reaches a person is the business of the act's operations
 * (cli/operator/).
 */
#ifndef GATEHOUSE_ACT_H
#define GATEHOUSE_ACT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/manager/manager.h"
#include "parser/parser.h"
#include "parser/text.h"

struct act;
struct act_row;

/* What a question's answer does; `answer` is NULL when it was broken off. It must ask anew or
 * end in act_done(). */
typedef void act_answered(struct act *, const char *answer);
/* The same for what another role answered. */
typedef void act_replied(struct act *, const struct answer *);

enum {
	ACT_ASK_HIDDEN = 1, /* the answer is a secret */
	ACT_ASK_KEY = 2,    /* one key answers */
};

struct act_ops {
	/* Sends what was said so far, and the question; the answer goes to act->answered. */
	void (*ask)(struct act *, unsigned flags, const char *question);
	void (*done)(struct act *);
	/* Sends what was said so far, though there is more to come. */
	void (*flush)(struct act *);
	void (*log_off)(struct act *);
	void (*set_privilege)(struct act *, int privilege);
	void (*set_pager)(struct act *, uint16_t lines);
	/* The act of that name, for one that runs others. */
	const struct act_row *(*find)(const char *name);
	void (*set_width)(struct act *, uint16_t columns);
};

enum act_way { WAY_CONSOLE, WAY_SCRIPT, WAY_SSH };

/* What an SSH client is, and what is spoken with him both ways. */
struct ssh_facts {
	char client[48];
	char cipher_in[32], cipher_out[32], mac_in[32], mac_out[32];
};

/* Who comes in by a door that has checked the login already. */
struct operator_login {
	enum act_way way;
	char user[65];
	char from[46], to[46]; /* addresses of both ends */
	uint16_t port;	       /* the far end's */
	char ifname[49];       /* the interface by which he came */
	int privilege;	       /* the user's */
	bool enabled;	       /* starts at `#` */
	bool by_server, prompt_only; /* as of struct login_result; message, too */
	char message[512];
	uint32_t connection;   /* the door's number for it */
	struct ssh_facts ssh;
};

/* The session that an act runs in, in the manager's list of all. Privilege, pager and width are
 * changed by the operations. */
struct act_session {
	struct act_session *next;
	/* Ends it from outside, in the next turn of the loop: the session of another may ask. */
	void (*end)(struct act_session *);
	const char *ended; /* why, when it was, as the log has it; else NULL */
	unsigned id;   /* the lowest number that was free */
	int64_t since; /* seconds of the clock */
	enum act_way way;
	char user[65]; /* a named user's name; "" for the anonymous console: enable_N */
	char from[46]; /* address of the way in, "0.0.0.0" for the console */
	uint16_t port; /* of `from`; this and the next three: 0 and "" unless by SSH */
	char ifname[49];
	char to[46];
	uint32_t connection;
	struct ssh_facts ssh;
	int login_privilege; /* the user's, by his login; 0: nobody logged in */
	bool by_server;	     /* he was proved by a login server: he needs not be a local user */
	bool prompt_only;    /* and may not enter the privileged mode */
	bool script;   /* nobody is there to answer */
	int privilege;
	uint16_t width; /* columns, 0 = no limit */
	uint16_t pager; /* lines, 0 = off */
	struct parse_state place;
	struct debug_listener debug; /* levels: debug_set() */
	struct audit_listener log;   /* what of the log it hears: `terminal monitor` */
	char *const *history;        /* oldest first */
	unsigned n_history;
};

struct act {
	const struct act_ops *ops;
	struct manager *manager;
	struct act_session *session;
	struct gram_match match; /* the line */
	struct text out;         /* held back until the act is done or asks: filters see it whole */
	struct text records;     /* with `as_records`: all that other roles told, as JSON */
	size_t records_before;   /* of the commands that one which runs others has run already */
	bool as_records;         /* nobody wants the text, but the records that it is made of */
	bool asks_records;       /* that is what another role is being asked for ... */
	bool has_records;        /* ... or was */
	bool refused;
	unsigned unread;         /* db_unread() when it began, or when that was told last */
	bool waits;              /* what is not read meanwhile others do not read */
	unsigned left;           /* db_unread() when it began to wait */
	act_answered *answered;  /* a question is open */
	struct ask *asked;       /* another role was asked */
	act_replied *replied;
	struct child *child;     /* works for it */
	const struct act_task *task; /* and how (task.h) */
	void (*interrupt)(struct act *); /* ^C: then it ends by itself, soon; NULL: broken off */
	void (*drop)(struct act *); /* gives back `work`, when it is broken off; may be NULL */
	void *work;              /* what an act in several steps has made */
	unsigned tries;
	long number;             /* what an act in several steps remembers between them */
	const struct act_ops *outer; /* while it runs other commands: its own operations */
	unsigned step, steps;        /* which of them, of how many */
};

/* ---- what it says ------------------------------------------------------- */

void act_say(struct act *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* A text that came from elsewhere, a file or a server: what a terminal would obey is a `?`. */
void act_say_foreign(struct act *, const char *text, size_t len);
/* One line of error; the command counts as refused. */
void act_refuse(struct act *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The same when the database could not read it all: what was said is not complete. */
void act_refuse_unread(struct act *);
/* From here on what the database cannot read is the act's to tell; it is, at the latest, in
 * act_done(). */
void act_reads(struct act *);
/* It waits for an answer or its turn: what others cannot read until it resumes is not its own. The
 * two below, and act_task(), see to it themselves: nothing of the act reads behind them. */
void act_waits(struct act *);
void act_resumes(struct act *);
/* Tells it, if there was any since then that has not been told. */
void act_tell_unread(struct act *);
/* A writer into what is said, for the parser's and database's callbacks. */
struct gram_out act_out(struct act *);
/* "enable_15" or the user's name. */
const char *act_name(const struct act *, char buf[65]);

/* Who brings a change of the configuration, as settling is told. Its texts are the session's. */
void act_author(const struct act *, struct author *);

/* Lets the person see at once what was said so far; a filter gets it whole, at the end. */
void act_flush(struct act *);

/* ---- what it asks ------------------------------------------------------- */

void act_ask(struct act *, unsigned flags, const char *question, act_answered *);
/* Does the answer to a [confirm] say yes? Enter does. */
bool act_confirmed(const char *answer);
/* Asks another role; `replied` is called once, later, unless the act is broken off before. */
void act_query(struct act *, enum role, const char *what, const char *filter, const char *value,
    act_replied *);
void act_send(struct act *, enum role, struct ipc_msg *, act_replied *);
/* Says why the engine did not answer; false when it did. */
bool act_engine_failed(struct act *, const struct answer *);

/* With `| json`: what the command shows is made of records of its own, in the place of those that
 * other roles have told it until now; and one of them. */
void act_own_records(struct act *);
void act_record(struct act *, const struct ipc_msg *);

/* ---- how it ends -------------------------------------------------------- */

void act_done(struct act *);
/* Broken off from outside: the other role's answer is not waited for, its child is killed, its work
 * given back, and a change that it has brought is settled without it. */
void act_forget(struct act *);

#endif
