/*
 * Who has logged in lately, by name: when, from where, how often in the last days, and how often he
 * could not. Kept in a file of the state directory, so that it outlives the manager. Bounded: the
 * name that was not seen for the longest time makes room.
 */
#ifndef GATEHOUSE_LOG_LOGINS_H
#define GATEHOUSE_LOG_LOGINS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LOGIN_NAMES 256
#define LOGIN_TIMES 64 /* of one name; more are not counted */

struct login_record {
	char name[65];
	char from[46], failed_from[46]; /* "console" or an address; "": never */
	int64_t failed_at;		/* Unix time, as all here */
	unsigned failed;		/* wrong ones since the last login */
	int64_t at[LOGIN_TIMES];	/* his logins, oldest first */
	unsigned n;
};

struct logins { /* zeroed: nobody yet */
	char path[256];
	struct login_record *v[LOGIN_NAMES];
	unsigned n;
	int64_t written; /* when the file was */
	bool dirty;
};

/* Reads what that directory has of earlier days; what is no record of ours is left out. */
void logins_open(struct logins *, const char *dir);
/* Writes what is not yet written, and frees. */
void logins_close(struct logins *);
/* Has the name logged in before, or tried to? NULL: no. Valid until the next call. */
const struct login_record *logins_find(const struct logins *, const char *name);
/* His logins within so many days before `now`. */
unsigned logins_within(const struct login_record *, unsigned days, int64_t now);
/* He logs in: his wrong passwords are forgotten. */
void logins_add(struct logins *, const char *name, const char *from, int64_t now);
/* He could not. Only for names of users: strangers make up as many as they like. */
void logins_failed(struct logins *, const char *name, const char *from, int64_t now);

#endif
