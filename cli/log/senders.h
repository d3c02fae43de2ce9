/*
 * Syslog servers, and the journal: each with a queue of its own, bounded, and a
 * socket that the keeper opens for it. What there is no room for is counted;
 * nothing waits for a server that does not read, or is not there.
 */
#ifndef GATEHOUSE_LOG_SENDERS_H
#define GATEHOUSE_LOG_SENDERS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>
#include <uv.h>

#include "cli/log/settings.h"
#include "parser/text.h"

#define SENDER_AGAIN_MIN 1000  /* milliseconds until a socket is asked for again, doubled ... */
#define SENDER_AGAIN_MAX 60000 /* ... up to this */

enum sender_kind { SENDER_UDP, SENDER_TCP, SENDER_JOURNAL };
enum sender_state { SENDER_ASKED, SENDER_CONNECTING, SENDER_UP, SENDER_DOWN };

struct sender_line {
	STAILQ_ENTRY(sender_line) next;
	size_t len;
	char text[];
};

struct sender {
	TAILQ_ENTRY(sender) next;
	struct senders *all;
	uint32_t id; /* of the question that is out */
	enum sender_kind kind;
	enum sender_state state;
	struct log_host host; /* of no journal */
	int fd;
	uv_poll_t *poll;   /* while there is a socket */
	uv_timer_t *timer; /* until it is asked for again */
	uint64_t again;    /* milliseconds */
	STAILQ_HEAD(, sender_line) queue;
	size_t n, most;    /* lines in it */
	size_t gone;       /* bytes of the first that are sent */
	uint64_t sent, dropped, errors;
	int64_t since;     /* Unix time: up or down */
	bool told;         /* that it is down */
};

struct senders {
	TAILQ_HEAD(sender_list, sender) list;
	uv_loop_t *loop; /* NULL: none are ever made */
	unsigned queue;  /* lines that one may have to wait, at most */
	uint32_t last_id;
	/* Asks for a socket: sender_opened() brings it, later, with that id. `host` NULL: the
	 * journal's. */
	void (*open)(void *ctx, uint32_t id, const struct log_host *host);
	/* A TCP server is lost (or there again). */
	void (*lost)(void *ctx, const struct log_host *, bool lost);
	void *open_ctx, *ctx; /* of `open`, and of the other */
};

void senders_init(struct senders *, uv_loop_t *);
/* From now on these hosts, and the journal if it is wanted: who was there already goes on. */
void senders_set(struct senders *, const struct log_host *, size_t n, unsigned queue);
void senders_want_journal(struct senders *);
/* What was asked for: `fd` (taken over), or -1 when there is none. An id that nobody waits for: it
 * is closed. */
void sender_opened(struct senders *, uint32_t id, int fd);
/* A line without its end, for this one. */
void sender_say(struct sender *, const char *line, size_t len);
/* Is the journal there? */
bool senders_have_journal(const struct senders *);
void senders_fini(struct senders *);

#endif
