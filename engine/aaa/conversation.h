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

struct aaa_change;
struct aaa_directory;
struct aaa_listener;
struct aaa_net;
struct crypto;

#define AAA_USER_MAX 256
#define AAA_PASSWORD_MAX 256
#define AAA_CHALLENGE_MAX 64
#define AAA_RESPONSE_MAX 64
#define AAA_SUCCESS_MAX 64
#define AAA_EAP_MAX 1500
#define AAA_COOKIE_MAX 2048
#define AAA_COMMAND_MAX 512

struct conversation;

enum aaa_method {
	AAA_PAP,
	AAA_CHAP,
	AAA_MSCHAPV1,
	AAA_MSCHAPV2,
	AAA_EAP,
	AAA_ASCII, /* the server asks, the person types: operators */
	AAA_METHODS
};

enum aaa_kind { AAA_AUTHENTICATE, AAA_AUTHORIZE, AAA_COMMAND, AAA_ACCOUNT, AAA_KINDS };

struct aaa_request {
	enum aaa_kind kind;
	uint32_t session; /* what the login is for: its Index, 0 = it has none */
	enum aaa_method method;
	/* as the servers are to know him: stripped, if so configured */
	char user[AAA_USER_MAX];
	char sent[AAA_USER_MAX];         /* as the client sent it: MS-CHAPv2 hashes that */
	char password[AAA_PASSWORD_MAX]; /* PAP */
	uint8_t chap_id;
	uint8_t challenge[AAA_CHALLENGE_MAX], response[AAA_RESPONSE_MAX];
	size_t challenge_len, response_len;
	uint8_t eap[AAA_EAP_MAX]; /* the client's packet */
	size_t eap_len;
	struct addr client, local; /* where he is; which of our addresses he came to */
	char tunnel_group[65];
	char service[32];          /* "ppp", "ssh", "serial", "enable", ... */
	char port[64];             /* NAS-Port-Id, "" = of the session */
	char command[AAA_COMMAND_MAX]; /* to be authorized: its words, a blank between two */
	unsigned level;                /* privilege level that the command or `enable` wants */
	const struct msg_account *account; /* AAA_ACCOUNT: the record; lives as long */
};

/* What a server says. Texts and bytes need to live only while it is handed on. */
struct aaa_answer {
	uint8_t result;      /* AUTH_ACCEPT, AUTH_REJECT, AUTH_CHALLENGE, AUTH_ERROR */
	enum reason reason;  /* of what is neither acceptance nor challenge */
	const char *user;    /* the name it knows the user by; NULL = as sent */
	const char *message; /* for the user to read; NULL = none */
	const char *why;     /* of an error: more for operators, NULL = the reason's text */
	char mschap_success[AAA_SUCCESS_MAX]; /* MS-CHAPv2: "S=..." */
	uint16_t mschap_error;                /* E= that the server said, 0 = none */
	struct aaa_attributes attributes;     /* of an acceptance */
	struct bytes cookie; /* of an acceptance: comes back with each account record (Class) */
	uint8_t wanted; /* challenge: CHALLENGE_EAP, CHALLENGE_TEXT, CHALLENGE_NEW_PASSWORD */
	bool echo;      /* what is typed may be seen */
	/* challenge: the EAP packet, or what its kind needs; an end: EAP's */
	struct bytes challenge;
};

/* What the client says to a challenge. */
struct aaa_next {
	const char *text;      /* what it typed, "" = nothing */
	struct bytes response; /* the EAP packet; a Change-Password packet behind its header */
	struct bytes challenge; /* what a Change-Password packet answers (RFC 2759 7) */
};

/* Of the whole role, for protocols. */
struct aaa_world {
	struct env *env;
	struct aaa_net *net;
	const struct crypto *crypto;
	struct aaa_listener *listener; /* log and debug lines: report.h */
	const struct aaa_directory *directory; /* certificates, LDAP maps, interfaces, host name */
	void (*change)(const struct aaa_world *, struct aaa_server *, const struct aaa_change *);
};

struct aaa_protocol {
	const char *word;   /* of the configuration: "radius"; NULL: LOCAL */
	const char *name;   /* in debug lines: "RADIUS" */
	const char *server; /* in log lines: "local database"; NULL: the server's address */
	enum log_id log_accept, log_reject; /* those lines */
	unsigned methods; /* bits 1 << enum aaa_method that it can check */
	bool utf8; /* names and passwords are UTF-8 there: what is not is nobody's, and not asked */
	/* A server of the configuration begins (its `config` is there, `server` is to be set), and
	 * has changed, or goes: whoever waits is answered with an error first. False: no memory. */
	bool (*open)(const struct aaa_world *, struct aaa_server *);
	void (*changed)(struct aaa_server *);
	void (*close)(struct aaa_server *);
	/* Asks the server; answers with conversation_answer(), at once or later. It repeats what is
	 * lost; when it has taken too long is the conversation's to say. By kind of request, NULL:
	 * it has nothing like that. */
	void (*start[AAA_KINDS])(struct conversation *, struct aaa_server *);
	/* The client's answer to a challenge, as `start`. NULL: it never challenges. */
	void (*next)(struct conversation *, struct aaa_server *, const struct aaa_next *);
	/* The conversation ends without its answer. NULL: it has always answered before start()
	 * returns, and never challenges. */
	void (*cancel)(struct conversation *, struct aaa_server *);
};

/* An answer for the client. Unless it is a challenge the conversation is over, and its owner may
 * free it inside the call. */
typedef void conversation_done(struct conversation *, const struct aaa_answer *);

enum conversation_state {
	CONVERSATION_OVER,
	CONVERSATION_ASKED,
	CONVERSATION_CHALLENGED,
	CONVERSATION_AGAIN /* its server has changed: in a moment all begins anew */
};

/* One question on its way, embedded in its owner. */
struct conversation {
	struct env *env;
	struct aaa_group *group;
	struct aaa_server *fallback;
	struct aaa_server *only; /* nobody but that one is asked (`test aaa-server ... host`) */
	conversation_done *done;
	struct aaa_request request;
	enum conversation_state state;
	struct timer deadline;     /* of the answer that a server owes */
	uint64_t asked;            /* when, monotonic */
	struct aaa_server *server; /* who was asked last; NULL: nobody is left to ask */
	/* NULL, or told of each server that is given up and of each that errs. */
	void (*failed)(
	    struct conversation *, struct aaa_server *, const struct aaa_answer *, bool dead);
	void *protocol_state; /* the protocol's own */
};

/* Asks the group's first server, or `only`, if it is not NULL; `request` is copied. `fallback`
 * (LOCAL) may be NULL. `done` may be called before this returns. `failed` is kept as it is. */
void conversation_start(struct conversation *, struct env *, struct aaa_group *,
    struct aaa_server *only, struct aaa_server *fallback, const struct aaa_request *,
    conversation_done *done);
/* The client's answer to a challenge; without one open nothing happens. */
void conversation_next(struct conversation *, const struct aaa_next *);
/* Ends it without an answer; it is wiped. Harmless when it is over. */
void conversation_cancel(struct conversation *);

/* That server goes: if it has this one the next is asked, with what the client said first. */
void conversation_server_goes(struct conversation *, const struct aaa_server *);

/* For the protocols: what the server says. The conversation may be gone when this returns, and
 * another server may have been asked. */
void conversation_answer(struct conversation *, const struct aaa_answer *);

#endif
