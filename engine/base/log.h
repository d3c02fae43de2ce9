/*
 * Log lines as the roles say them: %ASA-severity-number: text. What stands in
 * the catalogue (log.def) can be said; what nobody wants costs one branch. Of a
 * message that comes too often some are left out, and counted.
 */
#ifndef GATEHOUSE_BASE_LOG_H
#define GATEHOUSE_BASE_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct env;

enum log_id {
#define LOG(number, severity, lines) LOG_##number,
#include "engine/base/log.def"
#undef LOG
	LOG_COUNT
};

#define LOG_BITS ((LOG_COUNT + 7) / 8)
#define LOG_SUPPRESSED 199023 /* says how many were left out */

struct log_about {
	uint32_t number;
	uint8_t severity;
	uint16_t lines; /* a second */
};

/* One message's lines in the second that began at `since`. */
struct log_rate {
	uint64_t since; /* monotonic microseconds */
	uint32_t said, left_out;
};

struct log {
	uint8_t wanted[LOG_COUNT]; /* 1: somebody hears it; zeroed: nobody hears anything */
	struct log_rate rate[LOG_COUNT];
	bool hide; /* names of unknown users are not told (log_name()) */
	struct env *env; /* its clock; NULL: nothing is left out */
	/* One line, without \n. */
	void (*line)(void *arg, unsigned severity, unsigned number, const char *text);
	void *arg;
};

#define log_wants(l, id) ((l)->wanted[id] != 0)

const struct log_about *log_about(enum log_id);
/* Is its severity what the element of an access list says (`log LEVEL`)? That of the catalogue is
 * then the one of an element that says none. */
bool log_varies(enum log_id);
/* The id of a number; LOG_COUNT: it is not in the catalogue. */
enum log_id log_find(uint32_t number);
/* May one more of it be said at `now` (monotonic microseconds)? Else it is counted; `left_out` gets
 * how many were since the last that was said. */
bool log_rate_pass(struct log_rate *, enum log_id, uint64_t now, uint32_t *left_out);
/* May one more of it be said? Else it came too often, and is counted as left out: nobody then makes
 * its text. */
bool log_may(struct log *, enum log_id);
/* Says it, once log_may() allowed it. */
void log_text(struct log *, enum log_id, unsigned severity, const char *text);
/* Zeroed memory becomes a log that hears all but debugging, until log_want() says otherwise, and
 * hides the names of unknown users. */
void log_init(struct log *, void (*line)(void *, unsigned, unsigned, const char *), void *arg);
/* Whom the manager wants to hear what: LOG_BITS bytes, a bit for each of the catalogue. Bits that
 * are missing are 0. */
void log_want(struct log *, const uint8_t *bits, size_t len);

/* A user's name as lines may bear it. The name of an unknown one may be a password that was typed
 * into the wrong field: `*****` then, unless the log shows it. */
const char *log_name(const struct log *, bool known, const char *name);

/* A line of the message `number`, in printf's words: one branch when nobody wants it. */
#define log_say(l, number, ...) \
	do { \
		if (log_wants(l, LOG_##number)) \
			log_sayf(l, LOG_##number, __VA_ARGS__); \
	} while (0)
/* The same for an id that is known only then. */
void log_sayf(struct log *, enum log_id, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* With a severity other than the catalogue's; false: it came too often, and was left out. What
 * nobody wants is not. */
bool log_sayf_as(struct log *, enum log_id, unsigned severity, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

#endif
