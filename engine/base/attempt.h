/*
 * An attempt to connect. Born with a client's first message and handed on from
 * his IKE SA to his peer to his session: it always stands in exactly one of
 * them. It collects how far he came, and is closed once, with a reason; then
 * its sink is told, and it is freed: who is connected costs nothing here.
 *
 * A holder has a pointer, NULL when there is none; the functions take its
 * address. There are no more attempts than holders, whose number is bounded.
 */
#ifndef GATEHOUSE_ATTEMPT_H
#define GATEHOUSE_ATTEMPT_H

#include "engine/base/env.h"
#include "engine/base/profile.h"
#include "engine/base/reason.h"

#define ATTEMPT_TEXT_MAX 64

/* The furthest point that was reached. */
enum attempt_stage {
	ATTEMPT_BEGUN,         /* the first message came */
	ATTEMPT_NEGOTIATED,    /* a phase 1 proposal was chosen */
	ATTEMPT_AUTHENTICATED, /* phase 1 is up: there is a peer */
	ATTEMPT_IPSEC,         /* an SA pair is up */
	ATTEMPT_L2TP,          /* a call is established: there is a session */
	ATTEMPT_LOGIN,         /* a user wants in */
	ATTEMPT_ACCEPTED,      /* he may */
	ATTEMPT_UP             /* packets pass */
};

enum attempt_outcome {
	ATTEMPT_SUCCEEDED,
	ATTEMPT_FAILED,   /* refused, or it could not be done */
	ATTEMPT_ABANDONED /* somebody ended it or fell silent once he was known */
};

struct attempt;

/* Told of each attempt once, when it is closed; the attempt is valid during the call. */
struct attempt_sink {
	void (*closed)(void *owner, const struct attempt *);
	void *owner;
};

struct attempt {
	const struct attempt_sink *sink;
	uint64_t began;                  /* monotonic */
	struct path path;                /* where it began, or where it failed */
	enum attempt_stage stage;
	enum client_profile client;
	char chosen[ATTEMPT_TEXT_MAX]; /* the phase 1 proposal that the configuration took */
	char user[ATTEMPT_TEXT_MAX];   /* who he said that he is */
	/* From the close on. */
	enum attempt_outcome outcome;
	enum reason reason;
	const char *detail;
};

/* Where there is none. The sink outlives it. False without memory. */
bool attempt_begin(struct attempt **, const struct attempt_sink *, uint64_t now,
    const struct path *);
/* Of one that there is; harmless else. */
void attempt_reached(struct attempt **, enum attempt_stage);
/* The family of clients is known, or known better. */
void attempt_client(struct attempt **, enum client_profile);
void attempt_chosen(struct attempt **, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void attempt_user(struct attempt **, const char *user);
/* `from` has none any more. Only one that there is takes the place of another, which is closed. */
void attempt_hand(struct attempt **to, struct attempt **from);

/* The three ends; harmless when it has ended. `detail` may be NULL. */
void attempt_succeed(struct attempt **);
void attempt_fail(struct attempt **, const struct path *, enum reason, const char *detail);
void attempt_abandon(struct attempt **, enum reason);
/* One that begins and fails with the same message. */
void attempt_refused(const struct attempt_sink *, uint64_t now, const struct path *, enum reason,
    const char *detail);

#endif
