/*
 * Asking another role: a query with all its pages, an act, a request to the
 * keeper. Whoever asks gets a token, and one answer, later.
 */
#ifndef GATEHOUSE_MANAGER_ASK_H
#define GATEHOUSE_MANAGER_ASK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "engine/ipc/message.h"

/* AWAY: the role is not there, or went; FAILED: the keeper said no; CHALLENGED: ask_say() answers
 * it. */
enum ask_status { ASK_DONE, ASK_TIMEOUT, ASK_AWAY, ASK_FAILED, ASK_CHALLENGED };

struct record {
	struct record *next;
	struct ipc_msg msg; /* strings point behind the struct */
};

/* What came back; valid during the call of `done`. */
struct answer {
	enum ask_status status;
	uint32_t count;  /* of an act: what it touched */
	uint32_t error;  /* the keeper's errno */
	char text[256];  /* the keeper's words */
	/* what came along, -1 = nothing; closed behind `done`, unless duplicated */
	int fd;
	struct record *records; /* a query's, in order; a login's AUTH_REPLY */
	size_t n;
};

/* Called once, never from within the call that asks. */
typedef void ask_done(void *arg, const struct answer *);

struct ask;

/* The questions that are open: one table per manager. */
struct asks {
	uv_loop_t *loop;
	struct ipc_channel **channel; /* one a role, NULL while it is away */
	struct ask *open, *oldest; /* the newest first */
	uint32_t last_id;
	/* behind `done` of each that ends, also of one that was cancelled; NULL: nobody cares */
	void (*ended)(void *ctx, enum role);
	void *ctx;
};

/* Sends a query and collects all its pages; `filter` and `value` may be NULL. The token is good
 * until `done` is called. Memory that runs out ends the process. */
struct ask *ask_query(struct asks *, enum role, const char *what, const char *filter,
    const char *value, ask_done *, void *arg);
/* Sends an act or a request; its id is filled in here. An AUTH_REQUEST that is challenged is taken
 * back then, and the challenge is its answer. Servers take the time that they are given. */
struct ask *ask_send(struct asks *, enum role, struct ipc_msg *, ask_done *, void *arg);
/* Sends an AUTH_REQUEST whose challenges somebody answers: `done` is called for each of them, too,
 * with ASK_CHALLENGED, and the token stays good. */
struct ask *ask_login(struct asks *, struct ipc_msg *, ask_done *, void *arg);
/* What was typed at its challenge. */
void ask_say(struct ask *, const char *text);
/* What it was sent with: by it the other role knows what it has begun. */
uint32_t ask_id(const struct ask *);
/* Nobody waits for the answer any more: `done` is not called. A login is taken back. */
void ask_cancel(struct ask *);
/* Is a question to that role open? */
bool ask_is_open(const struct asks *, enum role);
/* A message that answers one of them? Takes it in. */
bool ask_message(struct asks *, enum role, struct ipc_msg *);
/* A role went away: its questions end with ASK_AWAY. */
void ask_role_gone(struct asks *, enum role);
/* All end unanswered, their `done` is not called: the manager closes. */
void ask_close_all(struct asks *);
/* Why the keeper did not do what it was asked, NULL when it did. Valid as long as the answer. */
const char *answer_refusal(const struct answer *);
/* The records of one type as an array of their structs, malloc'ed; strings are the answer's. */
void *answer_records(const struct answer *, enum msg_type, size_t size, size_t *n);

#endif
