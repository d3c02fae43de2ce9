/*
 * Trace points: one call with class, level, context and text, which costs a
 * branch or two when nobody listens. The sink gets whole lines; fan-out to
 * terminals is the manager's business. What a debug line of IKE says is a
 * message of the log as well: its number stands in the call.
 *
 * Levels follow the device: 1 shows events, 127 adds what it calls DEBUG and
 * DECODE, 255 adds dumps.
 */
#ifndef GATEHOUSE_TRACE_H
#define GATEHOUSE_TRACE_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/base/env.h"
#include "engine/base/log.h"

enum trace_class {
	TRACE_IKE,   /* debug crypto ikev1 */
	TRACE_IPSEC, /* debug crypto ipsec */
	TRACE_L2TP,  /* debug l2tp event */
	TRACE_L2TP_PACKET,
	TRACE_PPP,   /* debug ppp negotiation */
	TRACE_PPP_AUTH,
	TRACE_PPP_PACKET,
	TRACE_AAA,   /* debug aaa authentication */
	TRACE_AAA_AUTHORIZATION,
	TRACE_AAA_ACCOUNTING,
	TRACE_AAA_COMMON,
	TRACE_RADIUS, /* debug radius */
	TRACE_TACACS, /* debug tacacs */
	TRACE_LDAP,
	TRACE_KERBEROS,
	TRACE_NT, /* debug ntdomain */
	TRACE_SDI,
	TRACE_SSH, /* debug ssh; only the manager has such lines */
	TRACE_CLASSES
};

enum { TRACE_EVENT = 1, TRACE_DEBUG = 127, TRACE_DUMP = 255 };

/* What is known of the peer so far; each part may be NULL. Printed in the
 * device's order: "Group = G, Username = U, IP = A, ". */
struct trace_ctx {
	const char *group, *user;
	const struct addr *ip;
	bool unsaid; /* the line is about them, but does not say so */
};

struct trace_filter;

struct trace {
	uint8_t level[TRACE_CLASSES]; /* 0 = nobody listens */
	const struct trace_filter *filter; /* NULL: every line is wanted */
	/* during a call of `sink`: whom the line is about, or NULL */
	const struct trace_ctx *about;
	struct env *env;              /* for the time of day; NULL prints none */
	/* `text` has no final newline and may hold several lines. */
	void (*sink)(void *arg, enum trace_class, unsigned level, const char *text);
	void *arg;
	struct log log;
};

#define trace_on(t, cls, lvl) ((t)->level[cls] >= (lvl))
/* The same for a line about `ctx`: for what is costly to prepare. */
#define trace_wants(t, cls, lvl, ctx) (trace_on(t, cls, lvl) && trace_passes(t, ctx))

/* "May 18 04:17:18 [IKEv1]" + context + text: level 1, 127 and 127; to the log the message
 * `number`: context + text. */
#define trace_said(t, lvl, tag, number, ctx, ...) \
	do { \
		if (trace_on(t, TRACE_IKE, lvl) || log_wants(&(t)->log, LOG_##number)) \
			trace_tagged(t, lvl, tag, LOG_##number, ctx, __VA_ARGS__); \
	} while (0)
#define trace_ike(t, number, ctx, ...) \
	trace_said(t, TRACE_EVENT, "IKEv1", number, ctx, __VA_ARGS__)
#define trace_ike_debug(t, number, ctx, ...) \
	trace_said(t, TRACE_DEBUG, "IKEv1 DEBUG", number, ctx, __VA_ARGS__)
#define trace_ike_decode(t, number, ctx, ...) \
	trace_said(t, TRACE_DEBUG, "IKEv1 DECODE", number, ctx, __VA_ARGS__)
/* Only for the terminal, never for the log: secrets are in it. */
#define trace_ike_dump(t, ctx, ...) \
	do { \
		if (trace_on(t, TRACE_IKE, TRACE_DUMP)) \
			trace_tagged(t, TRACE_DUMP, "IKEv1 DEBUG", LOG_COUNT, ctx, __VA_ARGS__); \
	} while (0)
/* Plain text as given (no time, the context is not printed): "IPSEC: ...", "L2TP ...", "PPP ...".
 */
#define trace_plain(t, ctx, cls, lvl, ...) \
	do { \
		if (trace_on(t, cls, lvl)) \
			trace_text(t, ctx, cls, lvl, __VA_ARGS__); \
	} while (0)

/* Called through the macros only. `ctx` may be NULL; `id` LOG_COUNT: no message of the log. */
void trace_tagged(struct trace *, unsigned level, const char *tag, enum log_id id,
    const struct trace_ctx *ctx, const char *fmt, ...) __attribute__((format(printf, 6, 7)));
void trace_text(struct trace *, const struct trace_ctx *ctx, enum trace_class, unsigned level,
    const char *fmt, ...) __attribute__((format(printf, 5, 6)));
/* Is a line about `ctx` wanted by the conditions? */
bool trace_passes(const struct trace *, const struct trace_ctx *ctx);

#endif
