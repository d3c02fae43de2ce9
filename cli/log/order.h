/*
 * Lines in the order in which they happened, although they come from several
 * roles: each waits for a moment, and goes out sorted by its time. Of one role
 * they stay in the order in which they came.
 */
#ifndef GATEHOUSE_LOG_ORDER_H
#define GATEHOUSE_LOG_ORDER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>
#include <uv.h>

#define ORDER_MS 50 /* how long a line waits for those that were said before it */
#define ORDER_MAX 8192 /* lines that wait; with more the oldest goes at once */

struct log_line {
	TAILQ_ENTRY(log_line) next;
	uint64_t time; /* Unix, microseconds */
	uint64_t due;  /* milliseconds of the loop */
	uint32_t number;
	uint8_t severity;
	char text[]; /* no control characters */
};

struct log_order {
	TAILQ_HEAD(log_lines, log_line) lines; /* by time */
	unsigned n;
	uv_loop_t *loop;
	uv_timer_t *timer; /* NULL: without a loop nothing waits */
	void (*out)(void *ctx, const struct log_line *);
	void *ctx;
};

/* `loop` may be NULL. False without memory: then nothing waits. */
bool order_init(struct log_order *, uv_loop_t *, void (*out)(void *, const struct log_line *),
    void *ctx);
/* Zeroed memory takes nothing in. Takes a line in; its text is copied, what is no printable
 * character in it is replaced. */
void order_add(struct log_order *, uint64_t time, unsigned severity, uint32_t number,
    const char *text);
/* All of them go out now. */
void order_flush(struct log_order *);
/* The same, and it ends: the timer's memory goes in the loop. */
void order_fini(struct log_order *);

#endif
