/*
 * What the log wants of the other roles: engine and aaa are told what is heard,
 * the keeper opens sockets towards syslog servers, by the interface that the
 * line names.
 */
#include "cli/manager/log_roles.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/manager/manager.h"

static void tell(void *ctx, const uint8_t *bits, bool hide)
{
	struct manager *m = ctx;
	struct ipc_msg msg = {.type = MSG_LOG_SET, .fd = -1,
	    .log_set = {.hide = hide, .wanted = {LOG_BITS, bits}}};

	ipc_send(m->channel[ROLE_ENGINE], &msg);
	ipc_send(m->channel[ROLE_AAA], &msg);
}

/* A question for a socket that is out. */
struct opening {
	LIST_ENTRY(opening) next;
	struct manager *manager;
	uint32_t id;
};

static void opened(void *arg, const struct answer *a)
{
	struct opening *o = arg;
	struct manager *m = o->manager;
	int fd = a->status == ASK_DONE && a->fd >= 0 ? fcntl(a->fd, F_DUPFD_CLOEXEC, 0) : -1;

	sender_opened(&m->audit.senders, o->id, fd);
	LIST_REMOVE(o, next);
	free(o);
	audit_announce(&m->audit); /* without a journal fewer are heard */
}

void log_roles_close(struct manager *m)
{
	struct opening *o;

	while ((o = LIST_FIRST(&m->openings)) != NULL) {
		LIST_REMOVE(o, next);
		free(o);
	}
}

struct name {
	char text[64];
};

static void hardware_of(void *ctx, const struct db_row *row)
{
	const char *hardware = db_text(row, "hardware");

	snprintf(((struct name *)ctx)->text, sizeof(((struct name *)ctx)->text), "%s",
	    hardware ? hardware : "");
}

static void open_socket(void *ctx, uint32_t id, const struct log_host *h)
{
	static const char *const column[] = {"nameif"};
	struct manager *m = ctx;
	struct opening *o = malloc(sizeof(*o));
	struct ipc_msg msg = {.type = MSG_KEEP_SYSLOG, .fd = -1};
	struct name hardware = {""};

	if (!o)
		abort();
	*o = (struct opening){.manager = m, .id = id};
	LIST_INSERT_HEAD(&m->openings, o, next);
	msg.keep_syslog.kind = !h	? KEEP_SYSLOG_JOURNAL
			       : h->tcp ? KEEP_SYSLOG_TCP
					: KEEP_SYSLOG_UDP;
	if (h) {
		const char *ifname = h->ifname;

		db_where(m->running.db, db_table(m->running.db, "interface"), column, &ifname, 1,
		    hardware_of, &hardware);
		msg.keep_syslog.address = h->address;
		msg.keep_syslog.port = h->port;
	}
	msg.keep_syslog.device = hardware.text;
	ask_send(&m->asks, ROLE_KEEPER, &msg, opened, o);
}

struct audit_roles log_roles(struct manager *m)
{
	return (struct audit_roles){tell, open_socket, m};
}

void log_trace_line(struct manager *m, const struct msg_trace_line *l)
{
	struct trace_ctx about = {.group = *l->group ? l->group : NULL,
	    .user = *l->user ? l->user : NULL, .ip = l->peer.family ? &l->peer : NULL};

	if (m->audit.settings.debug_trace)
		audit_add(&m->audit, 7, 711001, "%s", l->text);
	else
		debug_line(
		    &m->debug, &(struct debug_line){l->class, l->level, l->text, &about, l->note});
}
