/*
 * Authentication: a request comes from a role, goes to the login servers of its
 * group in their order, and is answered once. Today the only server is the
 * local user database; each protocol is one `struct aaa_protocol`.
 */
#ifndef GATEHOUSE_AAA_H
#define GATEHOUSE_AAA_H

#include "engine/base/reason.h"
#include "engine/crypto/mschap.h"
#include "engine/crypto/password.h"
#include "engine/ipc/message.h"

#define AAA_USER_MAX 256
#define AAA_PASSWORD_MAX 256
#define AAA_CHALLENGE_MAX 64
#define AAA_RESPONSE_MAX 64

struct aaa;

enum aaa_method { AAA_PAP, AAA_CHAP, AAA_MSCHAPV1, AAA_MSCHAPV2, AAA_METHODS };

struct aaa_protocol;

/* One login on its way. A protocol may keep it as long as it likes and ends it with aaa_finish(). */
struct aaa_request {
	struct aaa *aaa;
	enum role from;
	uint32_t id;
	enum aaa_method method;
	char user[AAA_USER_MAX];         /* as the client sent it */
	char password[AAA_PASSWORD_MAX]; /* PAP */
	uint8_t chap_id;
	uint8_t challenge[AAA_CHALLENGE_MAX], response[AAA_RESPONSE_MAX];
	size_t challenge_len, response_len;
	struct addr client;
	char service[32]; /* "ppp", "admin" */
	const struct aaa_protocol *protocol; /* NULL: no server can be asked */
	void *state;                         /* the protocol's own */
};

/* What a protocol found out; strings are copied out before aaa_finish() returns. */
struct aaa_result {
	uint8_t result;     /* AUTH_ACCEPT, AUTH_REJECT, AUTH_ERROR */
	enum reason reason; /* of what is not AUTH_ACCEPT */
	const char *user;   /* the name it knows the user by; NULL = as sent */
	char mschap_success[MSCHAP_SUCCESS];
	uint8_t privilege;
	const char *service_type; /* NULL = none */
};

struct aaa_protocol {
	const char *name;   /* in debug lines: "LOCAL" */
	const char *server; /* in log lines: "local database" */
	uint32_t log_accept, log_reject; /* numbers of those lines */
	/* Begins; may finish at once. */
	void (*start)(struct aaa_request *);
};

/* How aaa speaks: answers, log and debug lines. The message's strings live during the call. */
typedef void aaa_send(void *arg, enum role to, const struct ipc_msg *);

/* NULL when out of memory or without the legacy provider. `crypto` must live as long. */
struct aaa *aaa_create(const struct crypto *, aaa_send *, void *arg);
void aaa_destroy(struct aaa *);
/* A message of that role: configuration and debug levels from the manager only, requests from manager
 * and engine; anything else is ignored. */
void aaa_message(struct aaa *, enum role from, const struct ipc_msg *);
/* Answers and frees the request. */
void aaa_finish(struct aaa_request *, const struct aaa_result *);

/* ---- for the protocols ---- */

struct aaa_user {
	char *name;
	struct password password;
	uint8_t privilege;
	char *service_type;
	bool stale; /* not named yet by the snapshot that is arriving */
};

/* The local user: by the whole name, else by what stands behind a backslash; NULL = unknown. */
const struct aaa_user *aaa_user_find(const struct aaa *, const char *name);
const struct crypto *aaa_crypto(const struct aaa *);

extern const struct aaa_protocol aaa_local;

#endif
