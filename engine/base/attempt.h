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

#include "engine/base/cure.h"
#include "engine/base/env.h"
#include "engine/base/profile.h"
#include "engine/base/reason.h"

#define ATTEMPT_TEXT_MAX 64
#define ATTEMPT_NAME_MAX 65
#define ATTEMPT_TERMS_MAX 512

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

/* What one that fails is told with, in the configuration's own words; made only then. "" = nothing
 * is known. The cure stands in for the reason's own (reason.def), with its names. */
struct attempt_terms {
	char offered[ATTEMPT_TERMS_MAX], configured[ATTEMPT_TERMS_MAX], cure[CURE_MAX];
};

struct attempt;

/* Told of each attempt once, when it is closed; the attempt is valid during the call. `wanted`
 * (NULL: always): is it worth while to find out the client and the terms of one that is refused
 * with its first message? In a flood it is not. */
struct attempt_sink {
	void (*closed)(void *owner, const struct attempt *);
	bool (*wanted)(void *owner, enum reason);
	void *owner;
};

struct attempt {
	const struct attempt_sink *sink;
	uint64_t began;                  /* monotonic */
	struct path path;                /* where it began, or where it failed */
	uint64_t cookie; /* the client's, of one that is refused with its first message; 0 = else */
	enum attempt_stage stage;
	enum client_profile client;
	char chosen[ATTEMPT_TEXT_MAX]; /* the phase 1 proposal that the configuration took */
	char user[ATTEMPT_TEXT_MAX];   /* who he said that he is */
	/* Where he landed, "" = nowhere yet; `policy` once an accepted user's is known. */
	char group[ATTEMPT_NAME_MAX], policy[ATTEMPT_NAME_MAX];
	int code; /* of Windows, where it is known better than by reason and stage; 0 = it is not */
	struct attempt_terms *terms; /* its own, NULL = none */
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
void attempt_group(struct attempt **, const char *tunnel_group);
void attempt_policy(struct attempt **, const char *group_policy);
/* The number that Windows' user is going to see, where a packet of ours says it. */
void attempt_code(struct attempt **, int code);
/* Before it fails: a copy is kept. */
void attempt_terms(struct attempt **, const struct attempt_terms *);
/* `from` has none any more. Only one that there is takes the place of another, which is closed. */
void attempt_hand(struct attempt **to, struct attempt **from);

/* The three ends; harmless when it has ended. `detail` may be NULL. */
void attempt_succeed(struct attempt **);
void attempt_fail(struct attempt **, const struct path *, enum reason, const char *detail);
void attempt_abandon(struct attempt **, enum reason);
/* One that begins and fails with the same message: what is known of it is in a value of the
 * caller's, with its sink, path, and `began`. The message is sent again by who gets no answer: with
 * the cookie it is known for the same attempt. */
void attempt_refused_as(struct attempt *, enum reason, const char *detail);
bool attempt_wanted(const struct attempt_sink *, enum reason);

/* How far that is, as people are told: "phase 1 negotiated". Never NULL. */
const char *attempt_stage_text(enum attempt_stage);

#endif
