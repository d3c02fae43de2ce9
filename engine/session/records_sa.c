/* Records of IKE SAs and SA pairs. */
#include "engine/session/filter.h"
#include "engine/session/fit.h"
#include "engine/session/path_mtu.h"
#include "engine/session/records.h"
#include "engine/session/sa_pair.h"

/* ---- IKE SAs -------------------------------------------------------------------- */

static uint32_t index_of(const struct ike_sa_info *i)
{
	return i->peer ? i->peer->index : 0;
}

void query_ike(struct query *q)
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
		if (q->records == QUERY_PAGE) {
			query_end(q, at - 1);
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
		    .initiator = i.initiator,
		    .state = i.state,
		    .rekey = i.rekey,
		    .encryption = cipher_info[i.cipher].word,
		    .hash = hash_info[i.hash].brief,
		    .auth = "preshared",
		    .lifetime = i.lifetime,
		    .remaining = i.remaining,
		    .tunnel_group = i.tunnel_group,
		    .masquerade = i.masquerade ? 1 : i.masquerade_late ? 2 : 0,
		};
		query_emit(q, &m);
	}
	query_end(q, 0);
}

/* ---- SA pairs -------------------------------------------------------------------- */

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

/* Why packets were dropped: what is told of one is in none of the others. */
static void refusals(struct msg_rec_ipsec_sa *r, const struct dp_sa_counters *in,
    const struct dp_sa_counters *out)
{
	r->send_errors = out->errors;
	r->rollover = out->rollover;
	r->recv_errors = in->errors;
	r->replay_failed = in->replay_failed;
	r->auth_failed = in->auth_failed;
	r->bad_length = in->malformed - in->bad_pad;
	r->bad_pad = in->bad_pad;
	r->bad_next = in->bad_next;
	r->bad_inner = in->bad_inner;
	r->bad_identity = in->policy_failed - in->bad_next - in->bad_inner;
}

static void emit_pair(struct query *q, const struct sa_pair *p)
{
	const struct peer *peer = p->peer;
	const struct interface *i = config_interface_by_addr(q->gw->config, &peer->path.local.addr);
	const struct session *s = peer->session;
	struct dp_sa_counters in, out;
	char local[SELECTOR_TEXT_MAX], remote[SELECTOR_TEXT_MAX];
	struct ipc_msg m = {.type = MSG_REC_IPSEC_SA};

	sa_pair_shown_counters(p, &in, &out);
	selector_text(&p->child.local, local);
	selector_text(&p->child.remote, remote);
	m.rec_ipsec_sa = (struct msg_rec_ipsec_sa){
	    .id = q->q->id,
	    .index = peer->index,
	    .ifname = i && i->set.nameif ? i->set.nameif : "",
	    .map = p->child.map ? p->child.map : "",
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
	    .mtu = peer->fit.mtu,
	    .media_mtu = peer_link_mtu(peer),
	    .mtu_left = path_mtu_left(peer),
	    .df = peer_df_policy(peer),
	    .cut = out.cut,
	    .pieces = out.pieces,
	    .too_big = out.too_big,
	    .icmp_heard = peer->path_mtu.heard,
	    .icmp_refused = peer->path_mtu.refused,
	    .encaps = out.packets,
	    .decaps = in.packets,
	    .bytes_out = out.bytes,
	    .bytes_in = in.bytes,
	    .left_seconds = timer_seconds(q->gw, &p->life),
	    .left_kilobytes = sa_pair_kilobytes_left(p),
	    .iv_size = p->child.cipher == CIPHER_NULL ? 0 : cipher_info[p->child.cipher].block,
	    .replay = q->gw->config->ipsec.window != 0,
	    .bitmap_in = in.bitmap,
	    .bitmap_out = out.bitmap,
	    .life_kilobytes = p->child.kilobytes,
	    .idle = p != peer->use,
	};
	refusals(&m.rec_ipsec_sa, &in, &out);
	query_emit(q, &m);
}

void query_ipsec(struct query *q)
{
	uint32_t last = q->q->cursor;

	for (size_t n = 0; n < q->gw->n_peers; n++) {
		struct peer *peer = q->gw->peers[n];
		struct sa_pair *p;

		if (peer->id <= q->q->cursor)
			continue;
		if (q->records + PEER_PAIRS_MAX > QUERY_PAGE) { /* a peer is not divided */
			query_end(q, last);
			return;
		}
		last = peer->id;
		LIST_FOREACH(p, &peer->pairs, link)
			if (p->up && pair_fits(p, q->q->filter, q->q->value))
				emit_pair(q, p);
	}
	query_end(q, 0);
}
