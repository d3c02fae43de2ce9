/* Acts on the VPN: what the engine is asked, and which formatter prints its records. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/acts/act.h"
#include "cli/acts/acts.h"
#include "cli/acts/names.h"
#include "cli/manager/manager.h"
#include "cli/show/show.h"

/* ---- SAs ---------------------------------------------------------------- */

static void ike_sa_shown(struct act *a, const struct answer *r)
{
	struct msg_rec_ike_sa *rec;
	size_t n;

	if (!act_engine_failed(a, r)) {
		rec = answer_records(r, MSG_REC_IKE_SA, sizeof(*rec), &n);
		show_ike_sa(&a->out, rec, n, gram_typed(&a->match, "detail"),
		    gram_typed(&a->match, "isakmp"));
		free(rec);
	}
	act_done(a);
}

static void act_show_ikev1_sa(struct act *a)
{
	act_query(a, ROLE_ENGINE, "ike", NULL, NULL, ike_sa_shown);
}

/* Those that carry nothing that leaves any more; how many. */
static size_t idle_ones(struct msg_rec_ipsec_sa *rec, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		if (rec[i].idle)
			rec[kept++] = rec[i];
	return kept;
}

static void ipsec_sa_shown(struct act *a, const struct answer *r)
{
	const struct gram_match *m = &a->match;
	bool by_peer = gram_arg(m, "peer") || gram_typed(m, "entry");
	struct msg_rec_ipsec_sa *rec;
	size_t n;

	if (!act_engine_failed(a, r)) {
		rec = answer_records(r, MSG_REC_IPSEC_SA, sizeof(*rec), &n);
		if (gram_typed(m, "inactive"))
			n = idle_ones(rec, n);
		if (gram_typed(m, "summary"))
			show_ipsec_summary(&a->out, rec, n);
		else
			show_ipsec_sa(&a->out, rec, n,
			    by_peer                     ? SHOW_BY_PEER :
			    gram_typed(m, "identity")   ? SHOW_IDENTITIES :
			                                  SHOW_BY_INTERFACE,
			    gram_typed(m, "detail"));
		free(rec);
	}
	act_done(a);
}

static void act_show_ipsec_sa(struct act *a)
{
	static const char *const filter[] = {"peer", "map", "user"};

	for (size_t i = 0; i < sizeof(filter) / sizeof(filter[0]); i++) {
		const char *value = gram_arg(&a->match, filter[i]);

		if (value) {
			act_query(a, ROLE_ENGINE, "ipsec", filter[i], value, ipsec_sa_shown);
			return;
		}
	}
	act_query(a, ROLE_ENGINE, "ipsec", NULL, NULL, ipsec_sa_shown);
}

/* "df-bit outside copy", "fragmentation outside before-encryption"; without a line the default. */
static void act_show_ipsec_policy(struct act *a)
{
	const char *ifname = gram_arg(&a->match, "ifname");
	bool df = gram_typed(&a->match, "df-bit");
	char word[24], hardware[32];

	if (!hardware_of_name(a->manager, ifname, hardware)) {
		act_refuse(a, "ERROR: Interface %s does not exist", ifname);
		act_done(a);
		return;
	}
	if (!db_get(a->manager->running.db, df ? "ipsec_df" : "ipsec_fragmentation",
		df ? "policy" : "moment", &ifname, 1, word, sizeof word))
		snprintf(word, sizeof word, "%s", df ? "copy-df" : "before-encryption");
	if (df)
		word[strcspn(word, "-")] = '\0';
	act_say(a, "%s %s %s\n", df ? "df-bit" : "fragmentation", ifname, word);
	act_done(a);
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

/* ---- in which order ------------------------------------------------------ */

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct msg_rec_session *)a)->user,
	    ((const struct msg_rec_session *)b)->user);
}

static int by_addr(const struct addr *a, const struct addr *b)
{
	return (addr_to_v4(a) > addr_to_v4(b)) - (addr_to_v4(a) < addr_to_v4(b));
}

static int by_assigned(const void *a, const void *b)
{
	return by_addr(&((const struct msg_rec_session *)a)->assigned,
	    &((const struct msg_rec_session *)b)->assigned);
}

static int by_public(const void *a, const void *b)
{
	return by_addr(&((const struct msg_rec_session *)a)->public,
	    &((const struct msg_rec_session *)b)->public);
}

static int by_group(const void *a, const void *b)
{
	return strcmp(((const struct msg_rec_session *)a)->tunnel_group,
	    ((const struct msg_rec_session *)b)->tunnel_group);
}

static int by_encryption(const void *a, const void *b)
{
	return strcmp(((const struct msg_rec_session *)a)->esp_encryption,
	    ((const struct msg_rec_session *)b)->esp_encryption);
}

static int by_inactivity(const void *a, const void *b)
{
	uint32_t x = ((const struct msg_rec_session *)a)->inactivity;
	uint32_t y = ((const struct msg_rec_session *)b)->inactivity;

	return (x < y) - (x > y);
}

static void sort_sessions(const char *order, struct msg_rec_session *rec, size_t n)
{
	static const struct {
		const char *word;
		int (*compare)(const void *, const void *);
	} row[] = {{"name", by_name}, {"ipaddress", by_assigned}, {"a-ipaddress", by_assigned},
	    {"p-ipaddress", by_public}, {"tunnel-group", by_group}, {"encryption", by_encryption},
	    {"inactivity", by_inactivity}};

	for (size_t i = 0; order && n && i < sizeof(row) / sizeof(row[0]); i++)
		if (strcmp(order, row[i].word) == 0)
			qsort(rec, n, sizeof(*rec), row[i].compare);
}

static void sessions_shown(struct act *a, const struct answer *r)
{
	struct msg_rec_session *rec;
	size_t n;

	if (!act_engine_failed(a, r)) {
		rec = answer_records(r, MSG_REC_SESSION, sizeof(*rec), &n);
		sort_sessions(gram_arg(&a->match, "sort"), rec, n);
		if (gram_typed(&a->match, "full"))
			show_sessions_full(&a->out, rec, n);
		else
			show_sessions(&a->out, rec, n, gram_typed(&a->match, "detail"));
		free(rec);
	}
	act_done(a);
}

static void act_show_vpn_sessions(struct act *a)
{
	const char *value, *filter = session_filter(&a->match, &value);

	act_query(a, ROLE_ENGINE, "session", filter, value, sessions_shown);
}

/* What vpn-sessiondb max-other-vpn-limit says; 0: nothing. */
static uint32_t limit(const struct act *a)
{
	char most[16] = "";

	db_get(a->manager->running.db, "vpn_sessiondb", "max_other", NULL, 0, most, sizeof most);
	return (uint32_t)strtoul(most, NULL, 10);
}

/* Sessions that there may be: the machine's, or fewer. */
static uint32_t capacity(const struct act *a)
{
	uint32_t most = limit(a);

	return most && most < DEVICE_CAPACITY ? most : DEVICE_CAPACITY;
}

static void summary_shown(struct act *a, const struct answer *r)
{
	struct msg_rec_summary *rec;
	size_t n;

	if (!act_engine_failed(a, r)) {
		rec = answer_records(r, MSG_REC_SUMMARY, sizeof(*rec), &n);
		show_summary(&a->out, rec, n, capacity(a));
		free(rec);
	}
	act_done(a);
}

static void act_show_vpn_summary(struct act *a)
{
	act_query(a, ROLE_ENGINE, "summary", NULL, NULL, summary_shown);
}

static void licenses_shown(struct act *a, const struct answer *r)
{
	struct msg_rec_summary *rec;
	size_t n;

	if (!act_engine_failed(a, r)) {
		rec = answer_records(r, MSG_REC_SUMMARY, sizeof(*rec), &n);
		show_licenses(&a->out, rec, n, DEVICE_CAPACITY, limit(a));
		free(rec);
	}
	act_done(a);
}

static void act_show_vpn_licenses(struct act *a)
{
	act_query(a, ROLE_ENGINE, "summary", NULL, NULL, licenses_shown);
}

static void profiles_shown(struct act *a, const struct answer *r)
{
	struct msg_rec_client_profile *rec;
	size_t n;

	if (!act_engine_failed(a, r)) {
		rec = answer_records(r, MSG_REC_CLIENT_PROFILE, sizeof(*rec), &n);
		show_client_profiles(&a->out, rec, n);
		free(rec);
	}
	act_done(a);
}

static void act_show_client_profiles(struct act *a)
{
	act_query(a, ROLE_ENGINE, "client-profiles", NULL, NULL, profiles_shown);
}

static void ratio_shown(struct act *a, const struct answer *r)
{
	struct msg_rec_session *rec;
	size_t n;

	if (!act_engine_failed(a, r)) {
		const char *group = gram_arg(&a->match, "tunnel-group");

		rec = answer_records(r, MSG_REC_SESSION, sizeof(*rec), &n);
		if (gram_typed(&a->match, "encryption"))
			show_ratio_encryption(&a->out, rec, n, (uint32_t)a->number, group);
		else
			show_ratio_protocol(&a->out, rec, n, (uint32_t)a->number, group);
		free(rec);
	}
	act_done(a);
}

/* The sum of all sessions there ever were is known; now those that are. */
static void ratio_counted(struct act *a, const struct answer *r)
{
	const char *group = gram_arg(&a->match, "tunnel-group");
	struct msg_rec_summary *rec;
	size_t n;

	if (act_engine_failed(a, r)) {
		act_done(a);
		return;
	}
	rec = answer_records(r, MSG_REC_SUMMARY, sizeof(*rec), &n);
	a->number = n ? rec[0].cumulative : 0;
	free(rec);
	act_query(a, ROLE_ENGINE, "session", group ? "tunnel-group" : NULL, group, ratio_shown);
}

static void act_show_vpn_ratio(struct act *a)
{
	act_query(a, ROLE_ENGINE, "summary", NULL, NULL, ratio_counted);
}

/* ---- pools -------------------------------------------------------------- */

static void pools_shown(struct act *a, const struct answer *r)
{
	struct msg_rec_pool_addr *addr;
	const struct msg_rec_pool *pool = NULL;
	size_t n, total;

	if (act_engine_failed(a, r)) {
		act_done(a);
		return;
	}
	addr = answer_records(r, MSG_REC_POOL_ADDR, sizeof(*addr), &total);
	n = total = 0; /* addresses follow their pool */
	for (const struct record *rec = r->records;; rec = rec->next) {
		if (pool && (!rec || rec->msg.type == MSG_REC_POOL)) {
			show_pool(&a->out, pool, addr + total - n, n);
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
	act_done(a);
}

static void act_show_pool(struct act *a)
{
	const char *name = gram_arg(&a->match, "name");
	char range[64];

	if (name &&
	    !db_get(a->manager->running.db, "pool", "range", &name, 1, range, sizeof(range))) {
		act_refuse(a, "ERROR: Pool (%s) does not exist", name);
		act_done(a);
		return;
	}
	act_query(a, ROLE_ENGINE, "pool", name ? "name" : NULL, name, pools_shown);
}

/* ---- clear, logoff ------------------------------------------------------ */

static void acted(struct act *a, const struct answer *r)
{
	(void)act_engine_failed(a, r);
	act_done(a);
}

static void act_clear_ike_sa(struct act *a)
{
	struct ipc_msg msg = {.type = MSG_ACT_CLEAR_IKE};
	const char *peer = gram_arg(&a->match, "peer");

	if (peer)
		addr_parse(peer, &msg.act_clear_ike.peer);
	act_send(a, ROLE_ENGINE, &msg, acted);
}

static void act_clear_ipsec_sa(struct act *a)
{
	struct ipc_msg msg = {.type = MSG_ACT_CLEAR_IPSEC};
	const char *peer = gram_arg(&a->match, "peer"), *map = gram_arg(&a->match, "map");

	msg.act_clear_ipsec.filter = peer ? "peer" : map ? "map" :
	    gram_typed(&a->match, "counters") ? "counters" : "";
	msg.act_clear_ipsec.value = peer ? peer : map ? map : "";
	act_send(a, ROLE_ENGINE, &msg, acted);
}

/* The type of session that was named, NULL: none. */
static const char *logoff_type(const struct act *a)
{
	static const char *const type[] = {"ra-ikev1-ipsec", "l2l", "anyconnect", "webvpn"};

	for (size_t i = 0; i < sizeof type / sizeof *type; i++)
		if (gram_typed(&a->match, type[i]))
			return type[i];
	return NULL;
}

static void logoff_done(struct act *a, const struct answer *r)
{
	const char *value, *filter = session_filter(&a->match, &value), *type = logoff_type(a);

	if (!act_engine_failed(a, r)) {
		if (filter)
			act_say(a, "INFO: Number of sessions with %s \"%s\" logged off : %u\n",
			    filter, value, r->count);
		else if (type)
			act_say(a, "INFO: Number of sessions of type \"%s\" logged off : %u\n",
			    type, r->count);
		else
			act_say(a, "INFO: Number of sessions logged off : %u\n", r->count);
	}
	act_done(a);
}

static void logoff_answered(struct act *a, const char *answer)
{
	struct ipc_msg msg = {.type = MSG_ACT_LOGOFF};
	const char *value, *filter = session_filter(&a->match, &value), *type = logoff_type(a);

	if (!act_confirmed(answer)) {
		act_done(a);
		return;
	}
	/* Of the other types there are none: the engine, too, says so. */
	msg.act_logoff.filter = filter ? filter : type ? type : "all";
	msg.act_logoff.value = value ? value : "";
	act_send(a, ROLE_ENGINE, &msg, logoff_done);
}

static void act_vpn_logoff(struct act *a)
{
	if (gram_typed(&a->match, "noconfirm"))
		logoff_answered(a, "");
	else
		act_ask(a, ACT_ASK_KEY, "Do you want to logoff the VPN session(s)? [confirm]",
		    logoff_answered);
}

const struct act_row acts_vpn[] = {
	LIVE_ACT(show_ikev1_sa),
	LIVE_ACT(show_ipsec_sa),
	ACT(show_ipsec_policy),
	LIVE_ACT(show_client_profiles),
	ACT(show_vpn_summary),
	ACT(show_vpn_licenses),
	LIVE_ACT(show_vpn_sessions),
	LIVE_ACT(show_vpn_ratio),
	ACT(show_pool),
	LIVE_ACT(clear_ike_sa),
	LIVE_ACT(clear_ipsec_sa),
	LIVE_ACT(vpn_logoff),
	ACTS_END,
};
