/*
 * A login as a conversation with the servers of a group: {start, next, cancel}. A request
 * says who, from where, by which method, and for which session; an answer is an acceptance
 * with attributes, a rejection, a challenge that the client has to answer, or an error, after
 * which the next server is asked. Each protocol is one `struct aaa_protocol`.
 */
#ifndef GATEHOUSE_AAA_CONVERSATION_H
#define GATEHOUSE_AAA_CONVERSATION_H

#include "engine/aaa/attribute.h"
#include "engine/aaa/group.h"
#include "engine/base/env.h"
#include "engine/base/log.h"
#include "engine/base/reason.h"

#define AAA_USER_MAX 256
#define AAA_PASSWORD_MAX 256
#define AAA_CHALLENGE_MAX 64
#define AAA_RESPONSE_MAX 64
#define AAA_SUCCESS_MAX 64

struct conversation;

enum aaa_method { AAA_PAP, AAA_CHAP, AAA_MSCHAPV1, AAA_MSCHAPV2, AAA_METHODS };

struct aaa_request {
	uint32_t session; /* what the login is for: its Index, 0 = it has none */
	enum aaa_method method;
	char user[AAA_USER_MAX];         /* as the client sent it */
	char password[AAA_PASSWORD_MAX]; /* PAP */
	uint8_t chap_id;
	uint8_t challenge[AAA_CHALLENGE_MAX], response[AAA_RESPONSE_MAX];
	size_t challenge_len, response_len;
	struct addr client;
	char service[32]; /* "ppp", "admin" */
};

/* What a server says. Texts and bytes need to live only while it is handed on. */
struct aaa_answer {
	uint8_t result;      /* AUTH_ACCEPT, AUTH_REJECT, AUTH_CHALLENGE, AUTH_ERROR */
	enum reason reason;  /* of what is neither acceptance nor challenge */
	const char *user;    /* the name it knows the user by; NULL = as sent */
	const char *message; /* for the user to read; NULL = none */
	char mschap_success[AAA_SUCCESS_MAX]; /* MS-CHAPv2: "S=..." */
	struct aaa_attributes attributes;     /* of an acceptance */
	uint8_t wanted; /* challenge: CHALLENGE_EAP, CHALLENGE_TEXT, CHALLENGE_NEW_PASSWORD */
	struct bytes challenge; /* challenge: the EAP packet, or what its kind needs */
};

/* What the client says to a challenge. */
struct aaa_next {
	const char *text;      /* what it typed, "" = nothing */
	struct bytes response; /* the EAP packet, or what the kind of challenge needs */
};

struct aaa_protocol {
	const char *name;   /* in debug lines: "LOCAL" */
	const char *server; /* in log lines: "local database" */
	enum log_id log_accept, log_reject; /* those lines */
	/* Asks the server; answers with conversation_answer(), at once or later. */
	void (*start)(struct conversation *, void *server);
	/* The client's answer to a challenge, as `start`. NULL: it never challenges. */
	void (*next)(struct conversation *, void *server, const struct aaa_next *);
	/* The conversation ends without its answer. NULL: it has always answered before start()
	 * returns, and never challenges. */
	void (*cancel)(struct conversation *, void *server);
};

/* An answer for the client. Unless it is a challenge the conversation is over, and its owner may
 * free it inside the call. */
typedef void conversation_done(struct conversation *, const struct aaa_answer *);

enum conversation_state { CONVERSATION_OVER, CONVERSATION_ASKED, CONVERSATION_CHALLENGED };

/* One login on its way, embedded in its owner. */
struct conversation {
	struct env *env;
	struct aaa_group *group;
	struct aaa_server *fallback;
	conversation_done *done;
	struct aaa_request request;
	enum conversation_state state;
	struct timer deadline;     /* of the answer that a server owes */
	struct aaa_server *server; /* who was asked last; NULL: nobody is left to ask */
	void *protocol_state;      /* the protocol's own */
};

/* Asks the group's first server; `request` is copied. `fallback` (LOCAL) may be NULL. `done` may be
 * called before this returns. */
void conversation_start(struct conversation *, struct env *, struct aaa_group *,
    struct aaa_server *fallback, const struct aaa_request *, conversation_done *);
/* The client's answer to a challenge; without one open nothing happens. */
void conversation_next(struct conversation *, const struct aaa_next *);
/* Ends it without an answer; it is wiped. Harmless when it is over. */
void conversation_cancel(struct conversation *);

/* For the protocols: what the server says. The conversation may be gone when this returns. */
void conversation_answer(struct conversation *, const struct aaa_answer *);

#endif
