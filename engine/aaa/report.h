/* What aaa tells the manager of a login: its log lines and its debug line. */
#ifndef GATEHOUSE_AAA_REPORT_H
#define GATEHOUSE_AAA_REPORT_H

#include "engine/aaa/conversation.h"
#include "engine/base/log.h"
#include "engine/base/trace.h"

struct aaa_listener {
	void (*send)(void *arg, enum role to, const struct ipc_msg *);
	void *arg;
	uint8_t debug[TRACE_CLASSES]; /* levels */
	struct log log;
};

/* The words for the methods, in messages and debug lines. */
extern const char *const aaa_method_word[AAA_METHODS];

/* A debug line of the class, for whoever asked for that level; about the request's client and user,
 * NULL: about nobody's. Never a secret. The arguments are not evaluated when nobody listens. */
#define aaa_debug(l, cls, lvl, request, ...) \
	do { \
		if ((l)->debug[cls] >= (lvl)) \
			aaa_debug_text(l, cls, lvl, request, __VA_ARGS__); \
	} while (0)
void aaa_debug_text(const struct aaa_listener *, enum trace_class, unsigned level,
    const struct aaa_request *, const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* That somebody asks, before any server is: a debug line. */
void aaa_report_asked(const struct aaa_listener *, const struct aaa_request *, const char *group);
/* The line function of the log: to the manager; `arg` is the listener. */
void aaa_report_log(void *arg, unsigned severity, unsigned number, const char *text);
/* That server did not do its part of it: a debug line. */
void aaa_report_failed(const struct aaa_listener *, const struct aaa_request *,
    const struct aaa_server *, const struct aaa_answer *);
/* How the request ended; `by` is who was asked last. NULL: no server could be asked. */
void aaa_report(struct aaa_listener *, const struct aaa_request *, const struct aaa_server *by,
    const struct aaa_answer *);

#endif
