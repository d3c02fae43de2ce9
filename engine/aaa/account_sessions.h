/* The sessions that have begun and not ended, each with its last record. */
#ifndef GATEHOUSE_AAA_ACCOUNT_SESSIONS_H
#define GATEHOUSE_AAA_ACCOUNT_SESSIONS_H

#include "engine/aaa/account_record.h"

#define ACCOUNT_BUCKETS 1024 /* by their keys */
#define ACCOUNT_LIFE 11	     /* characters of a key that say which life of its role it is of */

struct account_open;

/* Zeroed memory has none. */
struct account_sessions {
	LIST_HEAD(, account_open) open[ACCOUNT_BUCKETS];
};

void account_sessions_fini(struct account_sessions *);
/* What the record says of its session: it takes the place of the one before, or ends it. */
void account_sessions_follow(struct account_sessions *, const struct account_record *);
/* Its last record; NULL: it is not open. */
const struct account_record *account_sessions_find(
    const struct account_sessions *, const char *key);
void account_sessions_each(const struct account_sessions *,
    void (*each)(void *arg, const struct account_record *), void *arg);
/* The sessions of that role (ROLE_COUNT: of any) whose keys do not begin as `life` does (NULL: all)
 * have ended with it: `stop` gets a record for each, with what was known of it last. `now`: Unix
 * time at which they ended, 0: nobody knows. */
void account_sessions_end(struct account_sessions *, enum role from, const char *life,
    uint8_t cause, int64_t now, void (*stop)(void *arg, enum role from, const struct msg_account *),
    void *arg);

#endif
