/* Acts on the VPN: what the engine is asked, and which formatter prints its records. */
#include <stdlib.h>
#include <string.h>

#include "cli/manager/manager.h"
#include "cli/show/show.h"

/* ---- SAs ---------------------------------------------------------------- */

static void ike_sa_shown(struct request *r)
{
	struct operator *op = r->op;
	struct msg_rec_ike_sa *rec;
	size_t n;

	if (!request_failed(r)) {
		rec = request_records(r, MSG_REC_IKE_SA, sizeof(*rec), &n);
		show_ike_sa(&op->out, rec, n, gram_typed(&op->match, "detail"),
		    gram_typed(&op->match, "isakmp"));
		free(rec);
	}
	operator_done(op);
}

static void exec_show_ike_sa(struct operator *op)
{
	request_query(op, "ike", NULL, NULL, ike_sa_shown);
}

static void ike_stats_shown(struct request *r)
{
	struct msg_rec_counter *rec;
	size_t n;

	if (!request_failed(r)) {
		rec = request_records(r, MSG_REC_COUNTER, sizeof(*rec), &n);
		show_counters(&r->op->out, "Global IKEv1 Statistics", rec, n);
		free(rec);
	}
	operator_done(r->op);
}

static void exec_show_ike_stats(struct operator *op)
{
	request_query(op, "stats", NULL, NULL, ike_stats_shown);
}

static void ipsec_sa_shown(struct request *r)
{
	struct operator *op = r->op;
	struct msg_rec_ipsec_sa *rec;
	size_t n;

	if (!request_failed(r)) {
		rec = request_records(r, MSG_REC_IPSEC_SA, sizeof(*rec), &n);
		show_ipsec_sa(&op->out, rec, n,
		    gram_arg(&op->match, "peer") ? SHOW_BY_PEER : SHOW_BY_INTERFACE,
		    gram_typed(&op->match, "detail"));
		free(rec);
	}
	operator_done(op);
}

static void exec_show_ipsec_sa(struct operator *op)
{
	const char *peer = gram_arg(&op->match, "peer"), *map = gram_arg(&op->match, "map");

	request_query(op, "ipsec", peer ? "peer" : map ? "map" : NULL, peer ? peer : map, ipsec_sa_shown);
}

/* ---- sessions ----------------------------------------------------------- */

/* The filter of the line and its value; NULL when everything is wanted. */
static const char *session_filter(const struct gram_match *m, const char **value)
{
	static const char *const names[] = {"name", "ipaddress", "a-ipaddress", "p-ipaddress",
	    "tunnel-group", "protocol", "encryption", "index"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if ((*value = gram_arg(m, names[i])))
			return names[i];
	*value = NULL;
	return gram_typed(m, "inactive") ? "inactive" : NULL;
}

static void sessions_shown(struct request *r)
{
	struct operator *op = r->op;
	struct msg_rec_session *rec;
	size_t n;

	if (!request_failed(r)) {
		rec = request_records(r, MSG_REC_SESSION, sizeof(*rec), &n);
		if (gram_typed(&op->match, "full"))
			show_sessions_full(&op->out, rec, n);
		else
			show_sessions(&op->out, rec, n, gram_typed(&op->match, "detail"));
		free(rec);
	}
	operator_done(op);
}

static void exec_show_sessions(struct operator *op)
{
	const char *value, *filter = session_filter(&op->match, &value);

	request_query(op, "session", filter, value, sessions_shown);
}

static void summary_shown(struct request *r)
{
	struct msg_rec_summary *rec;
	size_t n;

	if (!request_failed(r)) {
		rec = request_records(r, MSG_REC_SUMMARY, sizeof(*rec), &n);
		show_summary(&r->op->out, rec, n, MANAGER_CAPACITY);
		free(rec);
	}
	operator_done(r->op);
}

static void exec_show_summary(struct operator *op)
{
	request_query(op, "summary", NULL, NULL, summary_shown);
}

static void ratio_shown(struct request *r)
{
	struct operator *op = r->op;
	struct msg_rec_session *rec;
	size_t n;

	if (!request_failed(r)) {
		const char *group = gram_arg(&op->match, "tunnel-group");

		rec = request_records(r, MSG_REC_SESSION, sizeof(*rec), &n);
		if (gram_typed(&op->match, "encryption"))
			show_ratio_encryption(&op->out, rec, n, (uint32_t)op->number, group);
		else
			show_ratio_protocol(&op->out, rec, n, (uint32_t)op->number, group);
		free(rec);
	}
	operator_done(op);
}

/* The sum of all sessions there ever were is known; now those that are. */
static void ratio_counted(struct request *r)
{
	struct operator *op = r->op;
	const char *group = gram_arg(&op->match, "tunnel-group");
	struct msg_rec_summary *rec;
	size_t n;

	if (request_failed(r)) {
		operator_done(op);
		return;
	}
	rec = request_records(r, MSG_REC_SUMMARY, sizeof(*rec), &n);
	op->number = n ? rec[0].cumulative : 0;
	free(rec);
	request_query(op, "session", group ? "tunnel-group" : NULL, group, ratio_shown);
}

static void exec_show_ratio(struct operator *op)
{
	request_query(op, "summary", NULL, NULL, ratio_counted);
}

/* ---- pools -------------------------------------------------------------- */

static void pools_shown(struct request *r)
{
	struct msg_rec_pool_addr *addr;
	const struct msg_rec_pool *pool = NULL;
	size_t n, total;

	if (request_failed(r)) {
		operator_done(r->op);
		return;
	}
	addr = request_records(r, MSG_REC_POOL_ADDR, sizeof(*addr), &total);
	n = total = 0; /* addresses follow their pool */
	for (const struct record *rec = r->records;; rec = rec->next) {
		if (pool && (!rec || rec->msg.type == MSG_REC_POOL)) {
			show_pool(&r->op->out, pool, addr + total - n, n);
			n = 0;
		}
		if (!rec)
			break;
		if (rec->msg.type == MSG_REC_POOL)
			pool = &rec->msg.rec_pool;
		else if (rec->msg.type == MSG_REC_POOL_ADDR)
			n++, total++;
	}
	free(addr);
	operator_done(r->op);
}

static void exec_show_pool(struct operator *op)
{
	const char *name = gram_arg(&op->match, "name");
	char range[64];

	if (name && !db_get(op->manager->db, "pool", "range", &name, 1, range, sizeof(range))) {
		operator_refuse(op, "ERROR: Pool (%s) does not exist", name);
		operator_done(op);
		return;
	}
	request_query(op, "pool", name ? "name" : NULL, name, pools_shown);
}

/* ---- clear, logoff ------------------------------------------------------ */

static void act_done(struct request *r)
{
	(void)request_failed(r);
	operator_done(r->op);
}

static void exec_clear_ike(struct operator *op)
{
	struct ipc_msg msg = {.type = MSG_ACT_CLEAR_IKE};
	const char *peer = gram_arg(&op->match, "peer");

	if (peer)
		addr_parse(peer, &msg.act_clear_ike.peer);
	request_act(op, &msg, act_done);
}

static void exec_clear_ipsec(struct operator *op)
{
	struct ipc_msg msg = {.type = MSG_ACT_CLEAR_IPSEC};
	const char *peer = gram_arg(&op->match, "peer"), *map = gram_arg(&op->match, "map");

	msg.act_clear_ipsec.filter = peer ? "peer" : map ? "map" :
	    gram_typed(&op->match, "counters") ? "counters" : "";
	msg.act_clear_ipsec.value = peer ? peer : map ? map : "";
	request_act(op, &msg, act_done);
}

static void logoff_done(struct request *r)
{
	struct operator *op = r->op;
	const char *value, *filter = session_filter(&op->match, &value);

	if (!request_failed(r)) {
		if (filter)
			operator_say(op, "INFO: Number of sessions with %s \"%s\" logged off : %u\n",
			    filter, value, r->count);
		else if (gram_typed(&op->match, "ra-ikev1-ipsec"))
			operator_say(op,
			    "INFO: Number of sessions of type \"ra-ikev1-ipsec\" logged off : %u\n", r->count);
		else
			operator_say(op, "INFO: Number of sessions logged off : %u\n", r->count);
	}
	operator_done(op);
}

static void logoff_answered(struct operator *op, const char *answer)
{
	struct ipc_msg msg = {.type = MSG_ACT_LOGOFF};
	const char *value, *filter = session_filter(&op->match, &value);

	if (!operator_confirmed(answer)) {
		operator_done(op);
		return;
	}
	msg.act_logoff.filter = filter ? filter : "all";
	msg.act_logoff.value = value ? value : "";
	request_act(op, &msg, logoff_done);
}

static void exec_logoff(struct operator *op)
{
	if (gram_typed(&op->match, "noconfirm"))
		logoff_answered(op, "");
	else
		operator_ask(op, CONSOLE_ASK_KEY, "Do you want to logoff the VPN session(s)? [confirm]",
		    logoff_answered);
}

const struct exec_entry exec_vpn[] = {
	{"show_ikev1_sa",     exec_show_ike_sa},
	{"show_isakmp_sa",    exec_show_ike_sa},
	{"show_ike_stats",    exec_show_ike_stats},
	{"show_ipsec_sa",     exec_show_ipsec_sa},
	{"show_vpn_summary",  exec_show_summary},
	{"show_vpn_sessions", exec_show_sessions},
	{"show_vpn_index",    exec_show_sessions},
	{"show_vpn_ratio",    exec_show_ratio},
	{"show_pool",         exec_show_pool},
	{"clear_ike_sa",      exec_clear_ike},
	{"clear_ipsec_sa",    exec_clear_ipsec},
	{"vpn_logoff",        exec_logoff},
	{NULL, NULL},
};
