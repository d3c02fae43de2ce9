/*
 * Counters of IPsec as a whole, of what IKE and IPsec asked of the cryptography, and of who did it
 * for them. docs/statistics.md says what each counts.
 */
#include <stdio.h>

#include "engine/session/records.h"

struct pairs {
	uint64_t active, ever;
};

static struct pairs pairs(const struct gateway *gw)
{
	const struct tally *direct = &gw->tally[TALLY_IPSEC], *nat = &gw->tally[TALLY_IPSEC_NAT];

	return (struct pairs){.active = direct->active + nat->active,
	    .ever = (uint64_t)direct->cumulative + nat->cumulative};
}

static void inbound(struct view *v, const struct dp_sa_counters *in)
{
	v->section = "Inbound";
	view_counter(v, "Bytes", in->bytes);
	view_counter(v, "Decompressed bytes", in->bytes);
	view_counter(v, "Packets", in->packets);
	view_counter(v, "Dropped packets", in->errors);
	view_counter(v, "Replay failures", in->replay_failed);
	view_counter(v, "Authentications", in->authentic + in->auth_failed);
	view_counter(v, "Authentication failures", in->auth_failed);
	view_counter(v, "Decryptions", in->authentic);
	view_counter(v, "Decryption failures", in->bad_pad);
	view_gauge(v, "Decapsulated fragments needing reassembly", 0); /* the kernel does that */
}

static void outbound(struct view *v, const struct dp_totals *t)
{
	const struct dp_sa_counters *out = &t->out;

	v->section = "Outbound";
	view_counter(v, "Bytes", out->bytes);
	view_counter(v, "Uncompressed bytes", out->bytes);
	view_counter(v, "Packets", out->packets);
	view_counter(v, "Dropped packets", out->errors + out->too_big);
	view_counter(v, "Authentications", out->packets);
	view_gauge(v, "Authentication failures", 0); /* computing an ICV cannot fail */
	view_counter(v, "Encryptions", out->packets);
	view_counter(v, "Encryption failures", out->errors - out->rollover);
	view_counter(v, "Fragmentation successes", out->cut);
	view_counter(v, "Pre-fragmentation successes", out->cut - t->cut_after);
	view_counter(v, "Post-fragmentation successes", t->cut_after);
	view_counter(v, "Fragmentation failures", out->too_big);
	view_counter(v, "Pre-fragmentation failures", out->too_big);
	view_gauge(v, "Post-fragmentation failures", 0); /* the kernel cuts, and says nothing */
	view_counter(v, "Fragments created", out->pieces);
	view_counter(v, "PMTUs sent", out->too_big);
	view_counter(v, "PMTUs recvd", v->gw->mtus_heard);
}

void view_ipsec(struct view *v)
{
	struct dp_totals t = dp_get_totals(v->gw->dp);
	struct pairs p = pairs(v->gw);
	struct dp_stats d;

	dp_get_stats(v->gw->dp, &d);
	view_gauge(v, "Active tunnels", p.active);
	view_counter(v, "Previous tunnels", p.ever - p.active);
	inbound(v, &t.in);
	outbound(v, &t);
	v->section = "";
	view_counter(v, "Protocol failures", t.in.policy_failed + t.in.malformed - t.in.bad_pad +
	    d.short_esp);
	view_counter(v, "Missing SA failures", d.unknown_spi);
	view_counter(v, "System capacity failures", v->gw->pairs_failed);
}

/* ---- what was asked for ------------------------------------------------------------ */

struct requests {
	uint64_t encrypts, decrypts, hmacs, created, rekeyed, deleted, keys, randoms, failed;
};

static void requests(struct view *v, const struct requests *r)
{
	static const struct view_row rows[] = {
		VIEW_ROW(requests, encrypts, "Encrypt packet requests"),
		VIEW_ROW(requests, encrypts, "Encapsulate packet requests"),
		VIEW_ROW(requests, decrypts, "Decrypt packet requests"),
		VIEW_ROW(requests, decrypts, "Decapsulate packet requests"),
		VIEW_ROW(requests, hmacs, "HMAC calculation requests"),
		VIEW_ROW(requests, created, "SA creation requests"),
		VIEW_ROW(requests, rekeyed, "SA rekey requests"),
		VIEW_ROW(requests, deleted, "SA deletion requests"),
		VIEW_ROW(requests, keys, "Next phase key allocation requests"),
		VIEW_ROW(requests, randoms, "Random number generation requests"),
		VIEW_ROW(requests, failed, "Failed requests"),
	};

	VIEW_COUNTERS(v, rows, r);
}

void view_protocol_ike(struct view *v)
{
	const struct ike_stats *s = ike_stats(v->gw->ike);

	v->section = "IKEv1 statistics";
	requests(v, &(struct requests){
	    .encrypts = s->work.encrypts,
	    .decrypts = s->work.decrypts,
	    .hmacs = s->work.hmacs,
	    .created = s->phase1_ups,
	    .rekeyed = s->phase1_rekeys,
	    .deleted = s->phase1_ends,
	    .keys = s->work.child_keys,
	    .randoms = s->work.randoms,
	    .failed = s->decrypt_fails + s->hash_fails,
	});
}

/* An SA is a direction. */
void view_protocol_ipsec(struct view *v)
{
	struct dp_totals t = dp_get_totals(v->gw->dp);
	struct pairs p = pairs(v->gw);
	uint64_t out = t.out.packets, in = t.in.authentic + t.in.auth_failed;

	v->section = "IPsec statistics";
	requests(v, &(struct requests){
	    .encrypts = out,
	    .decrypts = in,
	    .hmacs = out + in,
	    .created = 2 * p.ever,
	    .rekeyed = 2 * v->gw->pairs_rekeyed,
	    .deleted = 2 * (p.ever - p.active),
	    .randoms = out, /* an IV each */
	    .failed = t.in.auth_failed + t.in.bad_pad + t.out.errors - t.out.rollover,
	});
}

/* ---- who did it -------------------------------------------------------------------- */

static struct crypt_use use_since(struct view *v, struct crypt_use u)
{
	u.packets = view_since(v, u.packets);
	u.bytes = view_since(v, u.bytes);
	u.failed = view_since(v, u.failed);
	return u;
}

static void way(struct view *v, enum crypt_way w)
{
	struct crypt_use in = use_since(v, dp_way_use(v->gw->dp, w, false));
	struct crypt_use out = use_since(v, dp_way_use(v->gw->dp, w, true));
	struct ipc_msg m = {.type = MSG_REC_ACCELERATOR};

	if (!v->q || !crypt_way_serves(dp_crypt(v->gw->dp), w))
		return;
	m.rec_accelerator = (struct msg_rec_accelerator){v->q->q->id, crypt_way_name[w],
	    in.packets, in.bytes, in.failed, out.packets, out.bytes};
	query_emit(v->q, &m);
}

#define MEASURED_TEXT 256

/* Nothing where there is nothing to compute, or one way serves because it was told to. */
static void measured(const struct crypt *crypt, enum cipher c, enum hash h, bool encrypt,
    char buf[MEASURED_TEXT])
{
	struct crypt_rate rate[CRYPT_RATES];
	int at = 0;

	crypt_suite_rates(crypt, c, h, encrypt, rate);
	buf[0] = 0;
	for (size_t i = 0; i < CRYPT_RATES && rate[i].here; i++)
		at += snprintf(buf + at, MEASURED_TEXT - (size_t)at, "%s%u packet%s %u/%u",
		    i ? ", " : "", rate[i].packets, rate[i].packets == 1 ? "" : "s",
		    rate[i].here, rate[i].openssl);
}

static void suite(struct view *v, enum cipher c, enum hash h, bool encrypt)
{
	struct crypt_use u = use_since(v, dp_suite_use(v->gw->dp, c, h, encrypt));
	struct ipc_msg m = {.type = MSG_REC_SUITE};
	char ways[CRYPT_WAYS_TEXT], rates[MEASURED_TEXT];

	if (!v->q)
		return;
	crypt_suite_ways(dp_crypt(v->gw->dp), c, h, encrypt, ways);
	measured(dp_crypt(v->gw->dp), c, h, encrypt, rates);
	m.rec_suite = (struct msg_rec_suite){v->q->q->id, cipher_info[c].esp, hash_info[h].esp,
	    encrypt, ways, rates, u.packets, u.bytes, u.failed};
	query_emit(v->q, &m);
}

static void worker(struct view *v, unsigned number)
{
	struct ipc_msg m = {.type = MSG_REC_WORKER};
	struct dp_stats s;

	dp_worker_stats(v->gw->dp, number, &s);
	s.rx_packets = view_since(v, s.rx_packets);
	s.tx_packets = view_since(v, s.tx_packets);
	s.handed_over = view_since(v, s.handed_over);
	if (!v->q)
		return;
	m.rec_worker = (struct msg_rec_worker){
	    v->q->q->id, number, s.rx_packets, s.tx_packets, s.handed_over};
	query_emit(v->q, &m);
}

static void dh_group(struct view *v, size_t place)
{
	const struct dh_use *u = &ike_stats(v->gw->ike)->work.dh[place];
	struct ipc_msg m = {.type = MSG_REC_DH_GROUP};
	uint64_t jobs = view_since(v, u->jobs), failed = view_since(v, u->failed),
	         spent = view_since(v, u->spent);

	if (!v->q)
		return;
	m.rec_dh_group = (struct msg_rec_dh_group){
	    v->q->q->id, dh_group_at(place)->number, jobs, failed, spent};
	query_emit(v->q, &m);
}

void view_accelerator(struct view *v)
{
	for (unsigned i = 0; i < dp_workers(v->gw->dp); i++)
		worker(v, i);
	for (int w = CRYPT_MEASURED + 1; w < CRYPT_WAYS; w++)
		way(v, (enum crypt_way)w);
	for (int c = CIPHER_NULL; c < CIPHER_COUNT; c++)
		for (int h = HASH_NONE + 1; h < HASH_COUNT; h++)
			for (int encrypt = 0; encrypt < 2; encrypt++)
				suite(v, (enum cipher)c, (enum hash)h, encrypt);
	for (size_t place = 0; place < DH_GROUPS; place++)
		dh_group(v, place);
}
