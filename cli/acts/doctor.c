/*
 * show vpn doctor: the facts are asked of the keeper, the engine and aaa, one after the other; who
 * does not answer is no reason to say nothing. Then all checks are made (cli/doctor/).
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/acts/act.h"
#include "cli/acts/acts.h"
#include "cli/acts/routes_of.h"
#include "cli/config/feed.h"
#include "cli/doctor/doctor.h"
#include "cli/show/show.h"

struct kept { /* a text of an answer, which is gone with it */
	struct kept *next;
	char text[];
};

struct visit {
	struct doctor_facts facts;
	struct walk_route *routes;
	struct msg_rec_host_chain *chains;
	struct msg_rec_port *ports;
	struct msg_rec_pool *pools;
	struct msg_rec_aaa_server *servers;
	struct kept *kept;
	unsigned step;
};

static void visit_drop(struct act *a)
{
	struct visit *v = a->work;
	struct kept *k;

	a->work = NULL;
	a->drop = NULL;
	if (!v)
		return;
	while ((k = v->kept)) {
		v->kept = k->next;
		free(k);
	}
	free(v->routes);
	free(v->chains);
	free(v->ports);
	free(v->pools);
	free(v->servers);
	free(v);
}

static const char *keep(struct visit *v, const char *text)
{
	struct kept *k = malloc(sizeof *k + strlen(text) + 1);

	if (!k)
		abort();
	strcpy(k->text, text);
	k->next = v->kept;
	v->kept = k;
	return k->text;
}

/* ---- facts --------------------------------------------------------------------------------- */

static void take_routes(struct visit *v, const struct answer *r)
{
	v->facts.routes = v->routes = routes_of_answer(r, &v->facts.n_routes);
}

static void take_chains(struct visit *v, const struct answer *r)
{
	v->facts.chains = v->chains = answer_records(
	    r, MSG_REC_HOST_CHAIN, sizeof *v->chains, &v->facts.n_chains);
	for (size_t i = 0; i < v->facts.n_chains; i++) {
		v->chains[i].family = keep(v, v->chains[i].family);
		v->chains[i].table = keep(v, v->chains[i].table);
		v->chains[i].chain = keep(v, v->chains[i].chain);
	}
}

static void take_ports(struct visit *v, const struct answer *r)
{
	v->facts.ports = v->ports = answer_records(
	    r, MSG_REC_PORT, sizeof *v->ports, &v->facts.n_ports);
	for (size_t i = 0; i < v->facts.n_ports; i++) {
		v->ports[i].program = keep(v, v->ports[i].program);
		v->ports[i].unit = keep(v, v->ports[i].unit);
	}
}

static void take_pools(struct visit *v, const struct answer *r)
{
	v->facts.pools = v->pools = answer_records(
	    r, MSG_REC_POOL, sizeof *v->pools, &v->facts.n_pools);
	for (size_t i = 0; i < v->facts.n_pools; i++)
		v->pools[i].name = keep(v, v->pools[i].name);
}

/* An engine that waits for its sockets answers, too. */
static void take_serving(struct visit *v, const struct answer *r)
{
	struct msg_rec_counter *rec;
	size_t n;

	rec = answer_records(r, MSG_REC_COUNTER, sizeof *rec, &n);
	v->facts.engine_away = n && !rec->value;
	free(rec);
}

static void take_servers(struct visit *v, const struct answer *r)
{
	v->facts.servers = v->servers = answer_records(
	    r, MSG_REC_AAA_SERVER, sizeof *v->servers, &v->facts.n_servers);
	for (size_t i = 0; i < v->facts.n_servers; i++) {
		v->servers[i].group_name = keep(v, v->servers[i].group_name);
		v->servers[i].why = keep(v, v->servers[i].why);
	}
}

/* clang-format off */
static const struct {
	enum role role;
	const char *what;
	void (*take)(struct visit *, const struct answer *);
	enum doctor_needs needs; /* who lack it without an answer */
} fact[] = {
	{ROLE_KEEPER, "routes", take_routes, DOCTOR_NEEDS_ROUTES},
	{ROLE_KEEPER, "host-chains", take_chains, DOCTOR_NEEDS_CHAINS},
	{ROLE_KEEPER, "ports", take_ports, DOCTOR_NEEDS_PORTS},
	{ROLE_ENGINE, "serving", take_serving, DOCTOR_NEEDS_NOTHING},
	{ROLE_ENGINE, "pool", take_pools, DOCTOR_NEEDS_POOLS},
	{ROLE_AAA, "aaa-servers", take_servers, DOCTOR_NEEDS_SERVERS},
};
/* clang-format on */

/* ---- what was found ------------------------------------------------------------------------ */

static void tell(struct act *a, const struct doctor_findings *f)
{
	struct msg_rec_vpn_finding *rec = calloc(f->n + 1, sizeof *rec);

	if (!rec)
		abort();
	for (size_t i = 0; i < f->n; i++)
		rec[i] = (struct msg_rec_vpn_finding){.check = f->v[i].check,
		    .severity = doctor_severity_text(f->v[i].severity),
		    .what = text_str(&f->v[i].what),
		    .code = (uint16_t)f->v[i].code,
		    .sees = f->v[i].sees,
		    .cure = text_str(&f->v[i].cure),
		    .advice = text_str(&f->v[i].advice)};
	act_own_records(a);
	for (size_t i = 0; i < f->n; i++)
		act_record(a, &(struct ipc_msg){.type = MSG_REC_VPN_FINDING,
				  .fd = -1,
				  .rec_vpn_finding = rec[i]});
	show_doctor(&a->out, rec, f->n, f->problems, f->checks, f->unmade);
	free(rec);
}

static void examine(struct act *a, struct visit *v)
{
	struct doctor_findings f;

	v->facts.links = &a->manager->links;
	v->facts.now = time(NULL);
	v->facts.lists = a->manager->running.delivery.feed;
	v->facts.rules = feed_firewall(v->facts.lists);
	if (!doctor_examine(a->manager->running.db, a->manager->gram, &v->facts, &f))
		act_refuse_unread(a);
	tell(a, &f);
	doctor_findings_free(&f);
	visit_drop(a);
	act_done(a);
}

static void asked(struct act *, const struct answer *);

static void next(struct act *a, struct visit *v)
{
	if (v->step < sizeof fact / sizeof *fact)
		act_query(a, fact[v->step].role, fact[v->step].what, NULL, NULL, asked);
	else
		examine(a, v);
}

static void asked(struct act *a, const struct answer *r)
{
	struct visit *v = a->work;
	unsigned step = v->step++;

	if (r->status == ASK_DONE) {
		fact[step].take(v, r);
	} else {
		v->facts.missing |= 1U << fact[step].needs & ~1U;
		v->facts.engine_away |= fact[step].role == ROLE_ENGINE;
	}
	next(a, v);
}

static void act_show_vpn_doctor(struct act *a)
{
	struct visit *v = calloc(1, sizeof *v);

	if (!v)
		abort();
	a->work = v;
	a->drop = visit_drop;
	next(a, v);
}

const struct act_row acts_doctor[] = {
    ACT(show_vpn_doctor),
    ACTS_END,
};
