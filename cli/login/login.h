/*
 * Does a person get in, and as whom? A login asks the role aaa (AUTH_REQUEST) for the server group
 * of its way in. Those of LOCAL go one at a time, so that those of the VPN never wait behind more
 * than one; servers are asked side by side, and may take the time that their group gives them. Who
 * tries wrong passwords waits longer each time, by address and by name. The log lines of logins are
 * written here and by aaa.
 */
#ifndef GATEHOUSE_LOGIN_H
#define GATEHOUSE_LOGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/manager/manager.h"

#define LOGIN_QUEUE 128	/* logins open at once of LOCAL, and of servers, by SSH, and else */
#define LOGIN_QUESTIONS 10 /* a server may ask during one login */
#define LOGIN_TEXT 512	   /* what a server has to say */

/* ENABLE: a user's own password, for `enable`; ENABLE_PASSWORD: that of a level, `user` is
 * "enable_15"; COMMAND: `login`. */
enum login_way { LOGIN_SSH, LOGIN_SERIAL, LOGIN_ENABLE, LOGIN_ENABLE_PASSWORD, LOGIN_COMMAND };

/* Strings need to live during the call only. `from` unset: the console. `ifname`, `to`: the
 * interface and address by which he came (may be NULL), for the log. */
struct login_request {
	enum login_way way;
	const char *user, *password;
	struct addr from;
	uint16_t port;
	const char *ifname, *to;
	bool wait; /* a refusal is told only after its delay */
	int level; /* that is wanted: of ENABLE */
	/* A server wants to know more; login_say() takes what was typed. `ctx` as of `done`. NULL:
	 * nobody can be asked; who would have to be is refused then. */
	void (*asks)(void *ctx, const char *text, bool echo);
};

struct login_result {
	bool accepted;
	bool locked;	   /* refused, for he is locked out: nobody may tell him so */
	int privilege;	   /* the user's */
	bool enabled;	   /* starts at `#` */
	uint32_t delay_ms; /* wait so long before a refusal is told */
	char user[65];
	bool by_server;	   /* who is no local user; of him: */
	bool prompt_only;  /* he may not enter the privileged mode */
	char message[LOGIN_TEXT]; /* what the server tells him, "" = nothing */
};

struct login;

/* Begins one. `done` is called once, never from within the call; the token is good until then. NULL
 * without memory. */
struct login *login_begin(struct manager *, const struct login_request *,
    void (*done)(void *ctx, const struct login_result *), void *ctx);
/* What was typed at the question of a server; NULL: it was broken off, which ends it like a wrong
 * password. */
void login_say(struct login *, const char *text);
/* Nobody waits for it any more: `done` is not called. NULL is allowed. */
void login_cancel(struct login *);
/* All that are open end, unanswered: the manager closes. */
void login_close_all(struct manager *);

/* Is that column of the table `aaa` set, and not 0? Its text into `value`, which may be NULL. */
bool login_setting(struct manager *, const char *column, char *value, size_t size);
/* What his service-type allows a local user, under `aaa authorization exec`. */
enum login_may { LOGIN_MAY_COME, LOGIN_MAY_ENABLE };
bool login_user_may(struct manager *, const char *user, enum login_may);

/* Is this one of the user's public keys? `key`: the blob of SSH's wire format. */
bool login_key_known(struct manager *, const char *user, const uint8_t *key, size_t len);
/* The login of one whose key was proved at the door; `password` is not looked at. Fills the result
 * and logs; false: refused. */
bool login_by_key(struct manager *, const struct login_request *, struct login_result *);

#endif
