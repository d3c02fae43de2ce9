/*
 * struct ask: something another role was asked. Identified by the id it was
 * sent with; lives until the answer, a time-out or the role's end, and ends in
 * its `done` exactly once, unless it was cancelled before.
 */
#include "cli/manager/ask.h"

#include <stdlib.h>
#include <string.h>

#include "engine/ipc/channel.h"
#include "engine/ipc/shape.h"

#define ASK_PATIENCE 5000 /* milliseconds without any answer */
#define AUTH_PATIENCE 70000 /* of LOCAL's logins; servers have the deadline of their groups */

struct ask {
	struct ask *next, *prev; /* asked before it, after it */
	struct asks *asks;
	enum role role;
	uint32_t id;
	char what[32], filter[32], value[128]; /* of a query, for its next pages */
	uv_timer_t timer;
	bool is_login, converses; /* an AUTH_REQUEST; whose challenges are answered */
	struct record **tail;
	struct answer answer;
	ask_done *done; /* NULL: cancelled */
	void *arg;
};

static void forget_records(struct ask *a)
{
	for (struct record *rec = a->answer.records, *next; rec; rec = next) {
		next = rec->next;
		free(rec);
	}
	a->answer.records = NULL;
	a->answer.n = 0;
	a->tail = &a->answer.records;
}

static void ask_closed(uv_handle_t *h)
{
	struct ask *a = h->data;

	forget_records(a);
	free(a);
}

static void ask_end(struct ask *a, enum ask_status status)
{
	*(a->prev ? &a->prev->next : &a->asks->open) = a->next;
	*(a->next ? &a->next->prev : &a->asks->oldest) = a->prev;
	a->answer.status = status;
	if (a->done)
		a->done(a->arg, &a->answer);
	if (a->asks->ended)
		a->asks->ended(a->asks->ctx, a->role);
	uv_close((uv_handle_t *)&a->timer, ask_closed);
}

static void ask_late(uv_timer_t *t)
{
	ask_end(t->data, ASK_TIMEOUT);
}

static void ask_unsent(uv_timer_t *t)
{
	ask_end(t->data, ASK_AWAY);
}

static uint32_t next_id(struct asks *t)
{
	if (++t->last_id == 0)
		t->last_id++;
	return t->last_id;
}

static struct ask *ask_new(struct asks *t, enum role role, ask_done *done, void *arg)
{
	struct ask *a = calloc(1, sizeof(*a));

	if (!a)
		abort();
	a->asks = t;
	a->role = role;
	a->done = done;
	a->arg = arg;
	a->tail = &a->answer.records;
	a->answer.fd = -1;
	a->id = next_id(t);
	uv_timer_init(t->loop, &a->timer);
	a->timer.data = a;
	a->next = t->open;
	*(t->open ? &t->open->prev : &t->oldest) = a;
	t->open = a;
	return a;
}

/* Does the message answer one of them? */
static bool is_answer(enum msg_type type)
{
	switch (type) {
	case MSG_QUERY_END:
	case MSG_ACT_DONE:
	case MSG_KEEP_REPLY:
	case MSG_AUTH_REPLY:
		return true;
	default:
		return strncmp(ipc_name(type), "REC_", 4) == 0;
	}
}

/* How long nothing may come; 0: as long as it takes. */
static uint64_t patience(const struct ipc_msg *msg)
{
	if (msg->type != MSG_AUTH_REQUEST)
		return ASK_PATIENCE;
	return strcmp(msg->auth_request.server_group, "LOCAL") == 0 ? AUTH_PATIENCE : 0;
}

static void transmit(struct ask *a, const struct ipc_msg *msg)
{
	uint64_t ms = patience(msg);

	a->is_login = msg->type == MSG_AUTH_REQUEST;
	if (!ipc_send(a->asks->channel[a->role], msg))
		uv_timer_start(&a->timer, ask_unsent, 0, 0);
	else if (ms)
		uv_timer_start(&a->timer, ask_late, ms, 0);
}

static void query_page(struct ask *a, uint32_t cursor)
{
	struct ipc_msg msg = {.type = MSG_QUERY, .fd = -1};

	msg.query.id = a->id;
	msg.query.what = a->what;
	msg.query.filter = a->filter;
	msg.query.value = a->value;
	msg.query.cursor = cursor;
	transmit(a, &msg);
}

struct ask *ask_query(struct asks *t, enum role role, const char *what, const char *filter,
    const char *value, ask_done *done, void *arg)
{
	struct ask *a = ask_new(t, role, done, arg);

	strncpy(a->what, what, sizeof(a->what) - 1);
	strncpy(a->filter, filter ? filter : "", sizeof(a->filter) - 1);
	strncpy(a->value, value ? value : "", sizeof(a->value) - 1);
	query_page(a, 0);
	return a;
}

struct ask *ask_send(struct asks *t, enum role role, struct ipc_msg *msg, ask_done *done, void *arg)
{
	struct ask *a = ask_new(t, role, done, arg);

	msg->fd = -1;
	*ipc_id(msg) = a->id;
	transmit(a, msg);
	return a;
}

struct ask *ask_login(struct asks *t, struct ipc_msg *msg, ask_done *done, void *arg)
{
	struct ask *a = ask_send(t, ROLE_AAA, msg, done, arg);

	a->converses = true;
	return a;
}

void ask_say(struct ask *a, const char *text)
{
	struct ipc_msg msg = {
	    .type = MSG_AUTH_NEXT, .fd = -1, .auth_next = {.id = a->id, .text = text}};

	forget_records(a);
	if (!ipc_send(a->asks->channel[a->role], &msg))
		uv_timer_start(&a->timer, ask_unsent, 0, 0);
}

uint32_t ask_id(const struct ask *a)
{
	return a->id;
}

/* Its end comes as AUTH_CANCELLED, which nobody waits for. */
static void take_back(const struct ask *a)
{
	struct ipc_msg msg = {
	    .type = MSG_AUTH_CANCEL, .fd = -1, .auth_cancel = {.id = a->id}};

	ipc_send(a->asks->channel[a->role], &msg);
}

void ask_cancel(struct ask *a)
{
	if (!a)
		return;
	a->done = NULL;
	if (a->is_login)
		take_back(a);
}

bool ask_is_open(const struct asks *t, enum role role)
{
	for (const struct ask *a = t->open; a; a = a->next)
		if (a->role == role)
			return true;
	return false;
}

/* Keeps a copy of a record, its strings behind it. */
static void query_record(struct ask *a, const struct ipc_msg *msg)
{
	uint8_t buf[12288]; /* an AUTH_REPLY is the longest */
	size_t len = ipc_encode(msg, buf, sizeof(buf));
	struct record *rec = len ? malloc(sizeof(*rec) + len) : NULL;
	uint8_t *copy;

	if (!rec)
		return;
	copy = (uint8_t *)(rec + 1);
	memcpy(copy, buf, len);
	rec->next = NULL;
	if (!ipc_decode(&rec->msg, copy, len)) {
		free(rec);
		return;
	}
	*a->tail = rec;
	a->tail = &rec->next;
	a->answer.n++;
}

/* Roles answer in the order they were asked in. */
static struct ask *ask_find(const struct asks *t, enum role role, uint32_t id)
{
	for (struct ask *a = t->oldest; a; a = a->prev)
		if (a->id == id && a->role == role)
			return a;
	return NULL;
}

static void login_answered(struct ask *a, const struct ipc_msg *msg)
{
	bool challenge = msg->auth_reply.result == AUTH_CHALLENGE;

	query_record(a, msg);
	if (challenge && a->converses && a->done) {
		uv_timer_stop(&a->timer);
		a->answer.status = ASK_CHALLENGED;
		a->done(a->arg, &a->answer);
		return;
	}
	if (challenge)
		take_back(a);
	ask_end(a, ASK_DONE);
}

bool ask_message(struct asks *t, enum role role, struct ipc_msg *msg)
{
	struct ask *a;

	if (!is_answer(msg->type))
		return false;
	a = ask_find(t, role, *ipc_id(msg));
	if (!a) /* it timed out */
		return true;
	switch (msg->type) {
	case MSG_ACT_DONE:
		a->answer.count = msg->act_done.count;
		ask_end(a, ASK_DONE);
		break;
	case MSG_KEEP_REPLY:
		a->answer.error = msg->keep_reply.error;
		a->answer.fd = msg->fd;
		strncpy(a->answer.text, msg->keep_reply.text, sizeof(a->answer.text) - 1);
		ask_end(a, a->answer.error ? ASK_FAILED : ASK_DONE);
		break;
	case MSG_AUTH_REPLY:
		login_answered(a, msg);
		break;
	case MSG_QUERY_END:
		if (msg->query_end.cursor && a->done)
			query_page(a, msg->query_end.cursor);
		else
			ask_end(a, ASK_DONE);
		break;
	default:
		query_record(a, msg);
		uv_timer_start(&a->timer, ask_late, ASK_PATIENCE, 0);
		break;
	}
	return true;
}

void ask_role_gone(struct asks *t, enum role role)
{
	struct ask *a;

	do {
		for (a = t->open; a && a->role != role; a = a->next)
			;
		if (a)
			ask_end(a, ASK_AWAY);
	} while (a);
}

void ask_close_all(struct asks *t)
{
	t->ended = NULL;
	while (t->open) {
		t->open->done = NULL;
		ask_end(t->open, ASK_AWAY);
	}
}

const char *answer_refusal(const struct answer *a)
{
	switch (a->status) {
	case ASK_DONE:
		return NULL;
	case ASK_TIMEOUT:
		return "the keeper does not answer";
	case ASK_AWAY:
		return "the keeper is away";
	default:
		return a->text[0] ? a->text : strerror((int)a->error);
	}
}

/* Where the struct of a record type lies in the message: all of them share the union. */
void *answer_records(const struct answer *a, enum msg_type type, size_t size, size_t *n)
{
	char *all = calloc(a->n ? a->n : 1, size);

	if (!all)
		abort();
	*n = 0;
	for (const struct record *rec = a->records; rec; rec = rec->next)
		if (rec->msg.type == type)
			memcpy(all + (*n)++ * size, ipc_body(&rec->msg), size);
	return all;
}
