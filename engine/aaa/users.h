/* The local users (CFG_USER), by name, with their stored passwords. */
#ifndef GATEHOUSE_AAA_USERS_H
#define GATEHOUSE_AAA_USERS_H

#include "engine/crypto/password.h"
#include "engine/crypto/totp.h"
#include "engine/ipc/message.h"

struct aaa_user {
	char *name;
	struct password password;
	uint8_t privilege;
	char *service_type; /* NULL: memory was short */
	uint32_t password_day; /* of Unix time, on which it was set; 0 = not known */
	uint8_t otp[TOTP_SECRET_MAX]; /* the secret of his one-time passwords */
	size_t otp_len;		      /* 0: he has none */
	uint64_t otp_step;	      /* the last one that he used */
	bool stale; /* not named yet by the snapshot that is arriving */
	uint32_t failed; /* wrong passwords in a row */
	bool locked;     /* refused until somebody unlocks him */
	int64_t since;   /* Unix time at which he was locked */
};

/* Zeroed memory is a database without users. */
struct aaa_users {
	struct aaa_user *user; /* sorted by name */
	size_t n, size;
	size_t forms[PASSWORD_FORMS]; /* how many have each */
};

/* One user more, another form of one, or one less. */
void aaa_users_apply(struct aaa_users *, const struct cfg_user *);
/* A snapshot arrives; until it has ended nobody is missing. */
void aaa_users_begin(struct aaa_users *);
/* It has: whom it did not name is gone. */
void aaa_users_end(struct aaa_users *);
/* By the whole name, else by what stands behind a backslash; NULL = unknown. */
struct aaa_user *aaa_user_find(const struct aaa_users *, const char *name);
/* He has a new password of that form, since that day. */
void aaa_user_change(struct aaa_users *, struct aaa_user *, const char *form, const char *password,
    uint32_t day);
/* The form of password that most of them have; PBKDF2 where there are none. */
enum password_form aaa_users_form(const struct aaa_users *);
/* The password was wrong. Locks him when that makes `max` in a row; never with 0, and never one of
 * privilege 15. True: he is locked now, and was not before. */
bool aaa_user_failed(struct aaa_user *, unsigned max, int64_t now);
/* Forgets the wrong passwords of that user ("": of all), and with `unlock` that they are locked.
 * Calls `unlocked` (may be NULL) for each that was. How many it touched. */
unsigned aaa_users_pardon(struct aaa_users *, const char *name, bool unlock,
    void (*unlocked)(void *ctx, const struct aaa_user *), void *ctx);
/* Wipes. */
void aaa_users_fini(struct aaa_users *);

#endif
