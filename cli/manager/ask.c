/*
 * struct request: something another role was asked. Identified by the id it
 * was sent with; lives until the answer, a time-out or the role's end, and ends
 * in its `done` exactly once. The operator it is for may leave before.
 */
#include <stdlib.h>
#include <string.h>

#include "cli/manager/manager.h"

#define REQUEST_PATIENCE 5000 /* milliseconds without any answer */

static void request_closed(uv_handle_t *h)
{
	struct request *r = h->data;

	for (struct record *rec = r->records, *next; rec; rec = next) {
		next = rec->next;
		free(rec);
	}
	free(r);
}

static void request_end(struct request *r, enum request_status status)
{
	struct manager *m = r->manager;

	for (struct request **p = &m->requests; *p; p = &(*p)->next) {
		if (*p != r)
			continue;
		*p = r->next;
		break;
	}
	r->status = status;
	if (r->done)
		r->done(r);
	uv_close((uv_handle_t *)&r->timer, request_closed);
}

static void request_late(uv_timer_t *t)
{
	request_end(t->data, REQUEST_TIMEOUT);
}

uint32_t request_id(struct manager *m)
{
	if (++m->last_id == 0)
		m->last_id++;
	return m->last_id;
}

static struct request *request_new(struct manager *m, struct operator *op, enum role role,
    void (*done)(struct request *))
{
	struct request *r = calloc(1, sizeof(*r));

	if (!r)
		abort();
	r->manager = m;
	r->op = op;
	r->role = role;
	r->done = done;
	r->tail = &r->records;
	r->id = request_id(m);
	uv_timer_init(m->loop, &r->timer);
	r->timer.data = r;
	r->next = m->requests;
	m->requests = r;
	return r;
}

static void request_send(struct request *r, const struct ipc_msg *msg)
{
	struct manager *m = r->manager;
	struct ipc_channel *ch = r->role == ROLE_KEEPER ? m->keeper :
	    r->role == ROLE_ENGINE ? m->engine : m->aaa;

	uv_timer_start(&r->timer, request_late, REQUEST_PATIENCE, 0);
	if (!ch || !ipc_send(ch, msg))
		request_end(r, REQUEST_AWAY);
}

static void query_send(struct request *r, uint32_t cursor)
{
	struct ipc_msg msg = {.type = MSG_QUERY, .fd = -1};

	msg.query.id = r->id;
	msg.query.what = r->what;
	msg.query.filter = r->filter;
	msg.query.value = r->value;
	msg.query.cursor = cursor;
	request_send(r, &msg);
}

static void query(struct operator *op, enum role role, const char *what, const char *filter,
    const char *value, void (*done)(struct request *))
{
	struct request *r = request_new(op->manager, op, role, done);

	strncpy(r->what, what, sizeof(r->what) - 1);
	strncpy(r->filter, filter ? filter : "", sizeof(r->filter) - 1);
	strncpy(r->value, value ? value : "", sizeof(r->value) - 1);
	query_send(r, 0);
}

void request_query(struct operator *op, const char *what, const char *filter, const char *value,
    void (*done)(struct request *))
{
	query(op, ROLE_ENGINE, what, filter, value, done);
}

void request_query_keeper(struct operator *op, const char *what, void (*done)(struct request *))
{
	query(op, ROLE_KEEPER, what, NULL, NULL, done);
}

void request_act(struct operator *op, struct ipc_msg *msg, void (*done)(struct request *))
{
	struct request *r = request_new(op->manager, op, ROLE_ENGINE, done);

	msg->fd = -1;
	switch (msg->type) {
	case MSG_ACT_CLEAR_IKE:
		msg->act_clear_ike.id = r->id;
		break;
	case MSG_ACT_CLEAR_IPSEC:
		msg->act_clear_ipsec.id = r->id;
		break;
	default:
		msg->act_logoff.id = r->id;
		break;
	}
	request_send(r, msg);
}

void request_keeper_act(struct operator *op, struct ipc_msg *msg, void (*done)(struct request *))
{
	struct request *r = request_new(op->manager, op, ROLE_KEEPER, done);

	msg->keep_mapping.id = r->id;
	request_send(r, msg);
}

void request_keeper(struct manager *m, struct ipc_msg *msg, bool settles,
    void (*done)(struct request *))
{
	struct request *r = request_new(m, NULL, ROLE_KEEPER, done);

	msg->fd = -1;
	r->settles = settles;
	switch (msg->type) {
	case MSG_KEEP_INTERFACE:
		r->id = msg->keep_interface.id;
		break;
	case MSG_KEEP_ROUTE:
		r->id = msg->keep_route.id;
		break;
	case MSG_KEEP_FORWARDING:
		r->id = msg->keep_forwarding.id;
		break;
	case MSG_KEEP_NAT:
		r->id = msg->keep_nat.id;
		break;
	default:
		r->id = msg->keep_flush.id;
		break;
	}
	request_send(r, msg);
}

/* Keeps a copy of a record, its strings behind it. */
static void query_record(struct request *r, const struct ipc_msg *msg)
{
	uint8_t buf[8192];
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
	*r->tail = rec;
	r->tail = &rec->next;
	r->n++;
}

static struct request *request_find(struct manager *m, enum role role, uint32_t id)
{
	for (struct request *r = m->requests; r; r = r->next)
		if (r->id == id && r->role == role)
			return r;
	return NULL;
}

bool request_message(struct manager *m, enum role role, const struct ipc_msg *msg)
{
	uint32_t id;
	struct request *r;

	switch (msg->type) {
	case MSG_REC_IKE_SA:    id = msg->rec_ike_sa.id; break;
	case MSG_REC_IPSEC_SA:  id = msg->rec_ipsec_sa.id; break;
	case MSG_REC_SESSION:   id = msg->rec_session.id; break;
	case MSG_REC_SUMMARY:   id = msg->rec_summary.id; break;
	case MSG_REC_POOL:      id = msg->rec_pool.id; break;
	case MSG_REC_POOL_ADDR: id = msg->rec_pool_addr.id; break;
	case MSG_REC_ROUTE:     id = msg->rec_route.id; break;
	case MSG_REC_HOST_CHAIN: id = msg->rec_host_chain.id; break;
	case MSG_REC_COUNTER:   id = msg->rec_counter.id; break;
	case MSG_QUERY_END:     id = msg->query_end.id; break;
	case MSG_ACT_DONE:      id = msg->act_done.id; break;
	case MSG_KEEP_REPLY:    id = msg->keep_reply.id; break;
	default:
		return false;
	}
	r = request_find(m, role, id);
	if (!r) /* it timed out */
		return true;
	if (msg->type == MSG_ACT_DONE) {
		r->count = msg->act_done.count;
		request_end(r, REQUEST_DONE);
	} else if (msg->type == MSG_KEEP_REPLY) {
		r->error = msg->keep_reply.error;
		strncpy(r->text, msg->keep_reply.text, sizeof(r->text) - 1);
		request_end(r, r->error ? REQUEST_FAILED : REQUEST_DONE);
	} else if (msg->type != MSG_QUERY_END) {
		query_record(r, msg);
		uv_timer_start(&r->timer, request_late, REQUEST_PATIENCE, 0);
	} else if (msg->query_end.cursor && r->op) {
		query_send(r, msg->query_end.cursor);
	} else {
		request_end(r, REQUEST_DONE);
	}
	return true;
}

void request_forget(struct manager *m, const struct operator *op)
{
	for (struct request *r = m->requests; r; r = r->next) {
		if (r->op != op)
			continue;
		r->op = NULL;
		r->done = NULL;
	}
}

void request_role_gone(struct manager *m, enum role role)
{
	struct request *r;

	do {
		for (r = m->requests; r && r->role != role; r = r->next)
			;
		if (r)
			request_end(r, REQUEST_AWAY);
	} while (r);
}

void request_close_all(struct manager *m)
{
	while (m->requests) {
		m->requests->done = NULL;
		request_end(m->requests, REQUEST_AWAY);
	}
}

/* Where the struct of a record type lies in the message: all of them share the union. */
void *request_records(const struct request *r, enum msg_type type, size_t size, size_t *n)
{
	char *all = calloc(r->n ? r->n : 1, size);

	if (!all)
		abort();
	*n = 0;
	for (const struct record *rec = r->records; rec; rec = rec->next)
		if (rec->msg.type == type)
			memcpy(all + (*n)++ * size, &rec->msg.rec_counter, size);
	return all;
}

bool request_failed(const struct request *r)
{
	if (r->status == REQUEST_DONE)
		return false;
	operator_refuse(r->op, r->status == REQUEST_TIMEOUT ?
	    "ERROR: The VPN engine does not answer." :
	    "ERROR: The VPN engine is not running; it is being started again.");
	return true;
}
