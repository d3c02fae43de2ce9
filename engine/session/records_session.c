/* Records of sessions, and of how many there are. */
#include <stdio.h>
#include <string.h>

#include "engine/session/filter.h"
#include "engine/session/login.h"
#include "engine/session/records.h"
#include "engine/session/sa_pair.h"
#include "engine/session/session.h"

static const char *auth_text(enum ppp_auth m)
{
	static const char *const text[] = {
	    [PPP_AUTH_NONE] = "none",
	    [PPP_AUTH_PAP] = "PAP",
	    [PPP_AUTH_CHAP] = "CHAP",
	    [PPP_AUTH_MSCHAPV1] = "msCHAPV1",
	    [PPP_AUTH_MSCHAPV2] = "msCHAPV2",
	    [PPP_AUTH_EAP] = "EAP",
	};

	return text[m];
}

/* Is what L2TP says about the client's system? Windows says "Microsoft"; others say nothing, or
 * whose L2TP it is, and are better known by their family. */
static bool says_system(const struct session *s)
{
	return s->client == PROFILE_UNKNOWN || strcmp(s->vendor, "Microsoft") == 0;
}

/* What the client said of itself: "Microsoft" and 0x0602 become "Microsoft" and "6.2". */
static void client_version(const struct session *s, char *buf, size_t size)
{
	*buf = '\0';
	if (s->has_firmware && says_system(s))
		snprintf(buf, size, "%u.%u", s->firmware / 256U, s->firmware % 256U);
}

static void session_ike(struct msg_rec_session *r, struct gateway *gw, const struct peer *p)
{
	struct ike_sa_info i;

	if (p->n_ike == 0)
		return;
	ike_sa_get(gw->ike, p->ike[p->n_ike - 1].sa, &i);
	r->ike_encryption = cipher_info[i.cipher].show;
	r->ike_hash = hash_info[i.hash].show;
	r->aggressive = i.aggressive;
	r->ike_group = i.group;
	r->ike_auth = "preSharedKeys";
	r->ike_life = i.lifetime;
	r->ike_left = i.remaining;
	r->ike_tunnel = p->ike[p->n_ike - 1].number;
}

static void session_pair(struct msg_rec_session *r, struct gateway *gw, const struct sa_pair *s)
{
	const struct child *c = &s->child;

	r->esp_encryption = cipher_info[c->cipher].show;
	r->esp_hash = hash_info[c->auth].show;
	r->transport = c->transport;
	r->esp_life = c->seconds;
	r->esp_left = timer_seconds(gw, &s->life);
	r->esp_life_kb = c->kilobytes;
	r->esp_tunnel = s->number;
	r->esp_left_kb = sa_pair_kilobytes_left(s);
}

/* Of the session as a whole: a new pair of SAs goes on counting. */
static void session_esp(struct msg_rec_session *r, const struct peer *p)
{
	struct carried in, out;

	peer_carried(p, &in, &out);
	r->bytes_out = out.bytes;
	r->bytes_in = in.bytes;
	r->pkts_out = out.packets;
	r->pkts_in = in.packets;
	r->drop_in = in.drops;
}

static void session_traffic(struct msg_rec_session *r, const struct session *s)
{
	struct dp_session_counters c;

	session_counters(s, &c);
	r->ppp_bytes_out = c.bytes_out;
	r->ppp_bytes_in = c.bytes_in;
	r->ppp_pkts_out = c.packets_out;
	r->ppp_pkts_in = c.packets_in;
	r->drop_out = c.drop_out; /* those that ESP could not send among them */
	r->drop_in += c.drop_in;
}

static void emit_session(struct query *q, const struct session *s)
{
	struct gateway *gw = q->gw;
	const struct peer *p = s->peer;
	uint32_t silent = session_inactivity(s), idle = s->policy->idle_timeout;
	char local[SELECTOR_TEXT_MAX] = "", remote[SELECTOR_TEXT_MAX] = "", audit[25], version[8];
	struct ppp_info info;
	struct sa_pair *pair;
	struct ipc_msg m = {.type = MSG_REC_SESSION};
	struct msg_rec_session *r = &m.rec_session;

	ppp_get(s->ppp, &info);
	client_version(s, version, sizeof version);
	snprintf(audit, sizeof audit, "%08x%08x%08x", addr_to_v4(&p->path.local.addr),
	    p->index * 4096, (unsigned)s->login);
	*r = (struct msg_rec_session){
	    .id = q->q->id,
	    .index = p->index,
	    .user = s->user,
	    .assigned = addr_v4(s->address),
	    .public = p->path.remote.addr,
	    .public_port = p->path.remote.port,
	    .local_port = p->path.local.port,
	    .group_policy = s->policy->group_policy,
	    .tunnel_group = p->tunnel_group,
	    .login_time = (uint64_t)s->login,
	    .duration = (uint32_t)((gw->env->now(gw->env) - s->up_at) / SEC),
	    .inactivity = silent,
	    .audit_id = audit,
	    .nat_t = p->nat_t,
	    .idle_timeout = idle,
	    .idle_left = idle > silent ? idle - silent : 0,
	    .ppp_idle_left = idle > silent ? idle - silent : 0,
	    .ppp_auth = auth_text(info.method),
	    .client_os = says_system(s) ? s->vendor : profile_text(s->client)->text,
	    .client_os_version = version,
	    .ike_count = (uint8_t)p->n_ike,
	    .l2tp_count = 1,
	    .l2tp_tunnel = s->number,
	    .filter_name = s->policy->filter,
	    .client = profile_text(s->client)->word,
	};
	LIST_FOREACH(pair, &p->pairs, link)
		r->esp_count = (uint8_t)(r->esp_count + pair->up);
	session_ike(r, gw, p);
	if (p->use) {
		selector_text(&p->use->child.local, local);
		selector_text(&p->use->child.remote, remote);
		session_pair(r, gw, p->use);
	}
	session_esp(r, p);
	r->local_ident = local;
	r->remote_ident = remote;
	session_traffic(r, s);
	query_emit(q, &m);
}

void query_sessions(struct query *q)
{
	for (size_t n = 0; n < q->gw->n_peers; n++) {
		const struct peer *p = q->gw->peers[n];

		if (p->id <= q->q->cursor || !p->session || !p->session->up)
			continue;
		if (session_fits(p->session, q->q->filter, q->q->value))
			emit_session(q, p->session);
		if (q->records == QUERY_PAGE) {
			query_end(q, p->id);
			return;
		}
	}
	query_end(q, 0);
}

void query_summary(struct query *q)
{
	static const char *const row[TALLY_ROWS] = {
	    [TALLY_SESSION] = "IKEv1 IPsec/L2TP IPsec",
	    [TALLY_IKE] = "IKEv1",
	    [TALLY_IPSEC] = "IPsec",
	    [TALLY_IPSEC_NAT] = "IPsecOverNatT",
	    [TALLY_L2TP] = "L2TPOverIPsec",
	    [TALLY_L2TP_NAT] = "L2TPOverIPsecOverNatT",
	};

	for (int n = 0; n < TALLY_ROWS; n++) {
		struct ipc_msg m = {.type = MSG_REC_SUMMARY};
		const struct tally *t = &q->gw->tally[n];

		m.rec_summary = (struct msg_rec_summary){
		    q->q->id, row[n], t->active, t->cumulative, t->peak, 0};
		query_emit(q, &m);
	}
	query_end(q, 0);
}
