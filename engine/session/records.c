/*
 * Answers to queries: typed records about peers, SA pairs, sessions and pools,
 * in pages, so that a long list never keeps the control loop from its packets.
 * The manager formats them; nothing here knows a screen.
 */
#include "engine/session/private.h"

#include <stdio.h>
#include <string.h>

#define PAGE 100

struct query {
	struct gateway *gw;
	const struct msg_query *q;
	gateway_emit *emit;
	void *arg;
	uint32_t records;
};

static void emit(struct query *q, struct ipc_msg *m)
{
	m->fd = -1;
	q->emit(q->arg, m);
	q->records++;
}

static void end(struct query *q, uint32_t cursor)
{
	struct ipc_msg m = {.type = MSG_QUERY_END, .fd = -1};

	m.query_end.id = q->q->id;
	m.query_end.cursor = cursor;
	m.query_end.records = q->records;
	q->emit(q->arg, &m);
}

static uint32_t seconds_left(struct gateway *gw, const struct timer *t)
{
	return (uint32_t)(timer_left(gw->env, t) / SEC);
}

/* "172.16.1.2/255.255.255.255/17/1701" */
#define IDENT_MAX 64
static void ident(const struct selector *s, char buf[IDENT_MAX])
{
	char a[ADDR_TEXT_MAX], m[ADDR_TEXT_MAX];

	snprintf(buf, IDENT_MAX, "%.15s/%.15s/%u/%u", addr_text(&s->addr, a), addr_text(&s->mask, m),
	    s->protocol, s->port);
}

static uint32_t kilobytes_left(const struct sa_pair *p)
{
	struct dp_sa_counters in, out;
	uint64_t used;

	sa_pair_counters(p, &in, &out);
	used = (in.bytes > out.bytes ? in.bytes : out.bytes) / 1024;

	return used < p->child.kilobytes ? p->child.kilobytes - (uint32_t)used : 0;
}

/*
 * Bytes around the payload as the device counts them: an outer IP header even in transport mode,
 * ESP header, UDP with NAT-T, IV; and with ICV, pad length, next header and a block of padding.
 */
static uint32_t header_overhead(const struct child *c)
{
	uint32_t iv = c->cipher == CIPHER_NULL ? 0 : cipher_info[c->cipher].block;

	return 20U + 8U + (c->udp_encap ? 8U : 0U) + iv;
}

static uint32_t overhead(const struct child *c)
{
	return header_overhead(c) + hash_info[c->auth].icv + 2U + cipher_info[c->cipher].block;
}

/* ---- IKE SAs -------------------------------------------------------------------- */

static uint32_t index_of(const struct ike_sa_info *i)
{
	return i->peer ? i->peer->index : 0;
}

static void query_ike(struct query *q)
{
	struct gateway *gw = q->gw;
	struct ike_sa *sa = NULL;
	uint32_t at = 0;

	while ((sa = ike_sa_next(gw->ike, sa))) {
		struct ipc_msg m = {.type = MSG_REC_IKE_SA};
		struct msg_rec_ike_sa *r = &m.rec_ike_sa;
		struct ike_sa_info i;

		if (at++ < q->q->cursor)
			continue;
		if (q->records == PAGE) {
			end(q, at - 1);
			return;
		}
		ike_sa_get(gw->ike, sa, &i);
		*r = (struct msg_rec_ike_sa){
		    .id = q->q->id,
		    .index = index_of(&i),
		    .peer = i.path.remote.addr,
		    .peer_port = i.path.remote.port,
		    .local = i.path.local.addr,
		    .local_port = i.path.local.port,
		    .state = i.state,
		    .rekey = i.rekey,
		    .encryption = cipher_info[i.cipher].word,
		    .hash = hash_info[i.hash].brief,
		    .auth = "preshared",
		    .lifetime = i.lifetime,
		    .remaining = i.remaining,
		    .tunnel_group = i.tunnel_group,
		};
		emit(q, &m);
	}
	end(q, 0);
}

/* ---- SA pairs -------------------------------------------------------------------- */

static void emit_pair(struct query *q, const struct sa_pair *p)
{
	const struct peer *peer = p->peer;
	const struct interface *i = config_interface_by_addr(q->gw->config, &peer->path.local.addr);
	const struct session *s = peer->session;
	struct dp_sa_counters in, out;
	char local[IDENT_MAX], remote[IDENT_MAX];
	struct ipc_msg m = {.type = MSG_REC_IPSEC_SA};

	sa_pair_shown_counters(p, &in, &out);
	ident(&p->child.local, local);
	ident(&p->child.remote, remote);
	m.rec_ipsec_sa = (struct msg_rec_ipsec_sa){
	    .id = q->q->id,
	    .index = peer->index,
	    .ifname = i && i->set.nameif ? i->set.nameif : "",
	    .map = p->map,
	    .seq = p->child.map_seq,
	    .local = peer->path.local.addr,
	    .peer = peer->path.remote.addr,
	    .local_port = peer->path.local.port,
	    .peer_port = peer->path.remote.port,
	    .local_ident = local,
	    .remote_ident = remote,
	    .user = s ? s->user : "",
	    .assigned = s && s->up ? addr_v4(s->address) : (struct addr){0},
	    .spi_in = p->child.spi_in,
	    .spi_out = p->child.spi_out,
	    .encryption = cipher_info[p->child.cipher].esp,
	    .authentication = hash_info[p->child.auth].esp,
	    .transport = p->child.transport,
	    .udp_encap = p->child.udp_encap,
	    .pfs_group = p->child.pfs_group,
	    .overhead = overhead(&p->child),
	    .overhead_header = header_overhead(&p->child),
	    .mtu = peer_mtu(peer),
	    .encaps = out.packets,
	    .decaps = in.packets,
	    .bytes_out = out.bytes,
	    .bytes_in = in.bytes,
	    .send_errors = out.errors,
	    .recv_errors = in.errors,
	    .replay_failed = in.replay_failed,
	    .auth_failed = in.auth_failed,
	    .left_seconds = seconds_left(q->gw, &p->life),
	    .left_kilobytes = kilobytes_left(p),
	    .iv_size = p->child.cipher == CIPHER_NULL ? 0 : cipher_info[p->child.cipher].block,
	    .replay = q->gw->config->ipsec.window != 0,
	    .bitmap_in = in.bitmap,
	    .bitmap_out = out.bitmap,
	    .life_kilobytes = p->child.kilobytes,
	};
	emit(q, &m);
}

static void query_ipsec(struct query *q)
{
	uint32_t last = q->q->cursor;

	for (size_t n = 0; n < q->gw->n_peers; n++) {
		struct peer *peer = q->gw->peers[n];
		struct sa_pair *p;

		if (peer->id <= q->q->cursor)
			continue;
		if (q->records + PEER_PAIRS_MAX > PAGE) { /* a peer is not divided */
			end(q, last);
			return;
		}
		last = peer->id;
		LIST_FOREACH(p, &peer->pairs, link)
			if (p->up && pair_fits(p, q->q->filter, q->q->value))
				emit_pair(q, p);
	}
	end(q, 0);
}

/* ---- sessions ---------------------------------------------------------------------- */

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

	return (size_t)m < sizeof text / sizeof *text ? text[m] : "";
}

/* What the client said of itself: "Microsoft" and 0x0602 become "Microsoft" and "6.2". */
static void client_version(const struct session *s, char *buf, size_t size)
{
	*buf = '\0';
	if (s->has_firmware)
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
	r->ike_group = i.group;
	r->ike_auth = "preSharedKeys";
	r->ike_life = i.lifetime;
	r->ike_left = i.remaining;
	r->ike_tunnel = p->ike[p->n_ike - 1].number;
}

static void session_pair(struct msg_rec_session *r, struct gateway *gw, const struct sa_pair *s)
{
	struct dp_sa_counters in, out;
	const struct child *c = &s->child;

	r->esp_encryption = cipher_info[c->cipher].show;
	r->esp_hash = hash_info[c->auth].show;
	r->transport = c->transport;
	r->esp_life = c->seconds;
	r->esp_left = seconds_left(gw, &s->life);
	r->esp_life_kb = c->kilobytes;
	r->esp_tunnel = s->number;
	sa_pair_counters(s, &in, &out);
	r->esp_left_kb = kilobytes_left(s);
	r->bytes_out = out.bytes;
	r->bytes_in = in.bytes;
	r->pkts_out = out.packets;
	r->pkts_in = in.packets;
	r->drop_out = out.errors;
	r->drop_in = in.errors;
}

static void session_traffic(struct msg_rec_session *r, const struct session *s)
{
	struct dp_session_counters c;

	login_counters(s, &c);
	r->ppp_bytes_out = c.bytes_out;
	r->ppp_bytes_in = c.bytes_in;
	r->ppp_pkts_out = c.packets_out;
	r->ppp_pkts_in = c.packets_in;
	r->drop_out += c.drop_out;
	r->drop_in += c.drop_in;
}

static void emit_session(struct query *q, const struct session *s)
{
	struct gateway *gw = q->gw;
	const struct peer *p = s->peer;
	uint32_t silent = session_inactivity(s), idle = s->policy.idle_timeout;
	char local[IDENT_MAX] = "", remote[IDENT_MAX] = "", audit[25], version[8];
	struct ppp_info info;
	struct sa_pair *pair;
	struct ipc_msg m = {.type = MSG_REC_SESSION};
	struct msg_rec_session *r = &m.rec_session;

	ppp_get(s->ppp, &info);
	client_version(s, version, sizeof version);
	snprintf(audit, sizeof audit, "%08x%08x%08x", addr_to_v4(&p->path.local.addr), p->index * 4096,
	    (unsigned)s->login);
	*r = (struct msg_rec_session){
	    .id = q->q->id,
	    .index = p->index,
	    .user = s->user,
	    .assigned = addr_v4(s->address),
	    .public = p->path.remote.addr,
	    .public_port = p->path.remote.port,
	    .local_port = p->path.local.port,
	    .group_policy = s->policy.group_policy,
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
	    .client_os = s->vendor,
	    .client_os_version = version,
	    .ike_count = (uint8_t)p->n_ike,
	    .l2tp_count = 1,
	    .l2tp_tunnel = s->number,
	};
	LIST_FOREACH(pair, &p->pairs, link)
		r->esp_count = (uint8_t)(r->esp_count + pair->up);
	session_ike(r, gw, p);
	if (p->use) {
		ident(&p->use->child.local, local);
		ident(&p->use->child.remote, remote);
		session_pair(r, gw, p->use);
	}
	r->local_ident = local;
	r->remote_ident = remote;
	session_traffic(r, s);
	emit(q, &m);
}

static void query_sessions(struct query *q)
{
	for (size_t n = 0; n < q->gw->n_peers; n++) {
		const struct peer *p = q->gw->peers[n];

		if (p->id <= q->q->cursor || !p->session || !p->session->up)
			continue;
		if (session_fits(p->session, q->q->filter, q->q->value))
			emit_session(q, p->session);
		if (q->records == PAGE) {
			end(q, p->id);
			return;
		}
	}
	end(q, 0);
}

static void query_summary(struct query *q)
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

		m.rec_summary = (struct msg_rec_summary){q->q->id, row[n], t->active, t->cumulative, t->peak, 0};
		emit(q, &m);
	}
	end(q, 0);
}

/* ---- pools and counters ---------------------------------------------------------------- */

static void emit_pool(struct query *q, const struct cfg_pool *p)
{
	struct ipc_msg m = {.type = MSG_REC_POOL};
	uint32_t taken = pool_taken(&q->gw->pools, p);

	m.rec_pool = (struct msg_rec_pool){q->q->id, p->name, addr_v4(p->range.first), addr_v4(p->range.last), p->mask,
	    pool_size(&q->gw->pools, p) - taken, 0, taken};
	emit(q, &m);
}

static void emit_pool_address(struct query *q, uint32_t address)
{
	struct ipc_msg m = {.type = MSG_REC_POOL_ADDR};

	m.rec_pool_addr = (struct msg_rec_pool_addr){q->q->id, addr_v4(address),
	    pool_holder(&q->gw->pools, address) != NULL};
	emit(q, &m);
}

/* The cursor counts lines as they would be without unusable addresses left out: each pool, then its
 * range. */
static void query_pool(struct query *q)
{
	const struct config *c = q->gw->config;
	uint64_t at = 0, cursor = q->q->cursor;

	for (size_t n = 0; n < c->n_pools; n++) {
		const struct cfg_pool *p = &c->pools[n];
		uint64_t lines = (uint64_t)p->range.last - p->range.first + 2;

		if (*q->q->value && strcmp(p->name, q->q->value) != 0)
			continue;
		for (uint64_t k = cursor > at ? cursor - at : 0; k < lines; k++) {
			if (q->records == PAGE) {
				end(q, at + k <= UINT32_MAX ? (uint32_t)(at + k) : 0);
				return;
			}
			if (k == 0)
				emit_pool(q, p);
			else if (pool_usable(&q->gw->pools, p, (uint32_t)(p->range.first + k - 1)))
				emit_pool_address(q, (uint32_t)(p->range.first + k - 1));
		}
		at += lines;
	}
	end(q, 0);
}

static void emit_counter(struct query *q, const char *name, uint64_t value)
{
	struct ipc_msg m = {.type = MSG_REC_COUNTER};

	m.rec_counter = (struct msg_rec_counter){q->q->id, name, value};
	emit(q, &m);
}

static void query_stats(struct query *q)
{
	const struct ike_stats *i = ike_stats(q->gw->ike);
	const struct l2tp_stats *l = l2tp_stats(q->gw->l2tp);
	struct dp_stats d;
	const struct {
		const char *name;
		uint64_t value;
	} row[] = {
	    {"Active Tunnels", q->gw->tally[TALLY_IKE].active},
	    {"Previous Tunnels", q->gw->tally[TALLY_IKE].cumulative - q->gw->tally[TALLY_IKE].active},
	    {"In Octets", i->in_octets},
	    {"In Packets", i->in_packets},
	    {"In Drop Packets", i->in_drops},
	    {"In Notifys", i->notifies_in},
	    {"In P2 Exchanges", i->quick_modes},
	    {"In P2 Exchange Rejects", i->quick_mode_rejects},
	    {"In P2 Sa Delete Requests", i->deletes_in},
	    {"Out Octets", i->out_octets},
	    {"Out Packets", i->out_packets},
	    {"Out Notifys", i->notifies_out},
	    {"Out P2 Sa Delete Requests", i->deletes_out},
	    {"Auth Fails", i->auth_fails},
	    {"Decrypt Fails", i->decrypt_fails},
	    {"Hash Valid Fails", i->hash_fails},
	    {"No Sa Fails", i->no_sa_fails},
	    {"Malformed Packets", i->malformed},
	    {"Unknown Cookies", i->unknown_cookie},
	    {"Not Enabled", i->not_enabled},
	    {"Aggressive Mode Refused", i->aggressive},
	    {"IKEv2 Refused", i->version2},
	    {"Half-open Evicted", i->half_open_evicted},
	    {"Negotiations Evicted", i->negotiating_evicted},
	    {"Ended By Wrong Messages 5", i->message5_ended},
	    {"Key Exchanges Put Off", i->dh_put_off},
	    {"Fragmented Messages Evicted", i->fragments_evicted},
	    {"Duplicates", i->duplicates},
	    {"L2TP Malformed", l->malformed},
	    {"L2TP Unknown Tunnel", l->unknown_tunnel},
	    {"L2TP Foreign Peer", l->foreign_peer},
	    {"L2TP Out Of Window", l->out_of_window},
	    {"L2TP Duplicates", l->duplicates},
	    {"L2TP Retransmits", l->retransmits},
	    {"L2TP Too Many Tunnels", l->too_many},
	};

	for (size_t n = 0; n < sizeof row / sizeof *row; n++)
		emit_counter(q, row[n].name, row[n].value);
	dp_get_stats(q->gw->dp, &d);
	emit_counter(q, "ESP Unknown SPI", d.unknown_spi);
	emit_counter(q, "ESP Short Packets", d.short_esp);
	emit_counter(q, "L2TP In The Clear", d.clear_l2tp);
	emit_counter(q, "NAT Keepalives", d.nat_keepalives);
	emit_counter(q, "L2TP Not For Session", d.not_for_session);
	emit_counter(q, "Bad Inner Source", d.bad_source);
	emit_counter(q, "No Client For Address", d.no_client);
	emit_counter(q, "Ring Full", d.ring_full);
	emit_counter(q, "Ring Full For IKE", d.ike_full);
	emit_counter(q, "L2TP Control Too Fast", d.too_fast);
	for (int n = 1; n < REASON_COUNT; n++)
		if (q->gw->failures[n])
			emit_counter(q, reason_text((enum reason)n)->plain, q->gw->failures[n]);
	end(q, 0);
}

void gateway_query(struct gateway *gw, const struct msg_query *msg, gateway_emit *to, void *arg)
{
	static const struct {
		const char *what;
		void (*answer)(struct query *);
	} table[] = {
	    {"ike", query_ike},
	    {"ipsec", query_ipsec},
	    {"session", query_sessions},
	    {"summary", query_summary},
	    {"pool", query_pool},
	    {"stats", query_stats},
	};
	struct query q = {.gw = gw, .q = msg, .emit = to, .arg = arg};

	for (size_t n = 0; n < sizeof table / sizeof *table; n++)
		if (strcmp(table[n].what, msg->what) == 0) {
			table[n].answer(&q);
			return;
		}
	end(&q, 0);
}
