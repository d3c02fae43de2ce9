/*
 * show access-list, clear access-list counters: the lists of the configuration, expanded to their
 * rules, with what the kernel (between interfaces) and the engine (of clients) have counted.
 */
#include <stdlib.h>

#include "cli/acts/access_listing.h"
#include "cli/acts/acts.h"
#include "cli/acts/names.h"

/* What both roles have counted, while they are asked. */
struct counted {
	struct access_hits hits;
	uint32_t flows, denied; /* that are logged */
};

static void counted_free(struct act *a)
{
	struct counted *c = a->work;

	if (c)
		free(c->hits.v);
	free(c);
	a->work = NULL;
}

static void add_answer(struct act *a, const struct answer *r)
{
	struct counted *c = a->work;
	size_t n;
	struct msg_rec_access_hits *rec = answer_records(r, MSG_REC_ACCESS_HITS, sizeof *rec, &n);
	struct access_hits *to = &c->hits;

	if (n && !(to->v = realloc(to->v, (to->n + n) * sizeof *to->v)))
		abort();
	for (size_t i = 0; i < n; i++)
		to->v[to->n++] = (struct access_hit){
		    access_name_hash(rec[i].name), rec[i].hash, rec[i].hits, rec[i].last};
	free(rec);
}

/* The log of flows, of all lists. False: its limits cannot be read. */
static bool say_flows(struct act *a, const struct counted *c)
{
	struct db *db = a->manager->running.db;
	char most[16] = "", alert[16] = "";

	if (!db_get(db, "access_log", "deny_flow_max", NULL, 0, most, sizeof most) ||
	    !db_get(db, "access_log", "alert_interval", NULL, 0, alert, sizeof alert))
		return false;
	act_say(a, "access-list cached ACL log flows: total %u, denied %u "
		   "(deny-flow-max %s)\n            alert-interval %s\n",
	    c->flows, c->denied, most, alert);
	return true;
}

/* With what has been counted, and the end. */
static void show(struct act *a)
{
	const struct counted *c = a->work;
	const char *only = gram_arg(&a->match, "name");

	if (c->hits.n)
		qsort(c->hits.v, c->hits.n, sizeof *c->hits.v, access_hit_order);
	if ((!only && !say_flows(a, c)) ||
	    !access_listing(a, &c->hits, only, gram_typed(&a->match, "brief")))
		act_refuse_unread(a);
	counted_free(a);
	act_done(a);
}

static void flows_counted(struct act *a, const struct answer *r)
{
	struct counted *c = a->work;
	size_t n;
	struct msg_rec_access_flows *rec = answer_records(r, MSG_REC_ACCESS_FLOWS, sizeof *rec, &n);

	if (!act_engine_failed(a, r) && n) {
		c->flows = rec->total;
		c->denied = rec->denied;
	}
	free(rec);
	show(a);
}

static void engine_counted(struct act *a, const struct answer *r)
{
	if (act_engine_failed(a, r)) {
		show(a);
		return;
	}
	add_answer(a, r);
	act_query(a, ROLE_ENGINE, "access-flows", "", "", flows_counted);
}

static void keeper_counted(struct act *a, const struct answer *r)
{
	if (!act_keeper_failed(a, r))
		add_answer(a, r);
	act_query(a, ROLE_ENGINE, "access-hits", "", "", engine_counted);
}

static void act_show_access_list(struct act *a)
{
	a->work = calloc(1, sizeof(struct counted));
	a->drop = counted_free;
	if (!a->work)
		abort();
	act_query(a, ROLE_KEEPER, "access-hits", "", "", keeper_counted);
}

/* ---- clear access-list NAME counters ---------------------------------------------------- */

static void engine_cleared(struct act *a, const struct answer *r)
{
	(void)act_engine_failed(a, r);
	act_done(a);
}

static void keeper_cleared(struct act *a, const struct answer *r)
{
	struct ipc_msg msg = {.type = MSG_ACT_CLEAR_LIST, .fd = -1};

	if (act_keeper_failed(a, r)) {
		act_done(a);
		return;
	}
	msg.act_clear_list.name = gram_arg(&a->match, "name");
	act_send(a, ROLE_ENGINE, &msg, engine_cleared);
}

static void act_clear_access_list(struct act *a)
{
	struct ipc_msg msg = {.type = MSG_KEEP_CLEAR, .fd = -1};

	msg.keep_clear.what = "access-list";
	msg.keep_clear.device = gram_arg(&a->match, "name");
	act_send(a, ROLE_KEEPER, &msg, keeper_cleared);
}

const struct act_row acts_access_list[] = {
    ACT(show_access_list),
    ACT(clear_access_list),
    ACTS_END,
};
