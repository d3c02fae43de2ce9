/*
 * Attempts to connect that failed, for `show vpn failures`: a bounded list, in which the same again
 * is counted rather than listed. Strangers, whose failures anybody can make, have a part of it of
 * their own; in a part that is full the reason that fills most of it gives its oldest entry, and no
 * address fills more than its share.
 */
#ifndef GATEHOUSE_FAILURES_H
#define GATEHOUSE_FAILURES_H

#include <stdbool.h>
#include <sys/queue.h>

#include "engine/base/attempt.h"
#include "engine/base/cure.h"

#define FAILURES_PART 128   /* of those who passed phase 1; and of those who did not */
#define FAILURES_ADDRESS 16 /* of one address, in either part */
#define FAILURES_SECOND 128 /* strangers of one reason that are described in a second */
#define FAILURES_PLACES 256 /* by address */

struct failure {
	TAILQ_ENTRY(failure) link, near, alike; /* of all; of its address; of its part and reason */
	uint32_t stamp;      /* grows with each that comes or comes again */
	int64_t first, last; /* Unix time */
	uint32_t count;
	uint64_t told; /* monotonic: its last line in the log */
	uint32_t untold; /* since then */
	/* What makes two the same: */
	struct addr address;
	enum client_profile client;
	enum reason reason;
	enum attempt_stage stage;
	char user[ATTEMPT_TEXT_MAX], group[ATTEMPT_NAME_MAX];
	/* Of the last of them: */
	struct path path;
	uint64_t cookie; /* of the client's first message, 0 = not known */
	int code; /* that its user is shown, 0 = none */
	char interface[ATTEMPT_NAME_MAX], policy[ATTEMPT_NAME_MAX], chosen[ATTEMPT_TEXT_MAX];
	char detail[2 * ATTEMPT_TEXT_MAX];
	char offered[ATTEMPT_TERMS_MAX], configured[ATTEMPT_TERMS_MAX], cure[CURE_MAX];
};

#define FAILURES_TOLD 20        /* lines of the log a second, of either */
#define FAILURES_TOLD_ADDRESS 5 /* of them about one address */

/* The lines of the second that began then: about whom, and how many were left out. */
struct telling {
	uint64_t since; /* monotonic */
	uint32_t told, untold;
	struct addr about[FAILURES_TOLD];
};

TAILQ_HEAD(failure_list, failure); /* the newest first */

enum { FAILURES_PARTS = 2 }; /* of who passed phase 1; of strangers */

struct failure_part {
	struct failure_list of[REASON_COUNT];
	uint32_t held[REASON_COUNT], n;
};

/* Zeroed is empty but for the lists' heads. */
struct failures {
	struct failure_list list, place[FAILURES_PLACES];
	struct failure_part part[FAILURES_PARTS];
	struct {
		uint64_t since; /* monotonic; the second that began then had so many: */
		uint32_t n;
	} second[REASON_COUNT];
	uint32_t stamp;
	uint32_t gone; /* that gave way, or found no place, since the last clear */
};

void failures_init(struct failures *);
/* The message of a failure that is in it, sent again: no failure of its own. */
bool failures_is_again(const struct failures *, const struct failure *f);
/* Is one more failure of a stranger to be described at `now` (monotonic)? In a flood, not all are:
 * the list could not keep them, and a description costs more than the refusal. */
bool failures_wanted(const struct failures *, enum reason, uint64_t now);
/* One that is not described: counted where the same is in the list, else among those gone. */
void failures_count(struct failures *, const struct failure *f, int64_t wall);
/* Takes in what `f` says of a failure of that time, by either clock; of what is the same the last
 * one's facts are kept, and it is counted. The entry; NULL without memory. */
struct failure *failures_note(struct failures *, const struct failure *f, int64_t wall,
    uint64_t now);
/* The newest of those older than that stamp; of UINT32_MAX the newest of all. */
const struct failure *failures_before(const struct failures *, uint32_t stamp);
/* Forgets all; their number. Also its end. */
uint32_t failures_clear(struct failures *);

#endif
