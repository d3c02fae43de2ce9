/*
 * The MTU of the path to a peer. Identity: the peer. Learned from what routers
 * say of packets that left with DF (RFC 1191, RFC 4301 8.2), until it is too
 * old (`pmtu-aging`) or the peer is elsewhere.
 *
 * Anybody can send such a message. It is believed when it quotes the SPI of a
 * pair of that peer's and a number that this has lately sent. Routers that
 * quote eight bytes only (RFC 792) do not show these through UDP: what they say
 * is taken as far as every host has to take packets whole (RFC 791 3.1).
 */
#include "engine/session/path_mtu.h"

#include "engine/net/too_big.h"
#include "engine/session/fit.h"
#include "engine/session/peer.h"
#include "engine/session/sa_pair.h"

#define LEAST 256    /* and what was told is less, or nothing: as the device has it */
#define UNPROVED 552 /* of what may be anybody's: 576 passes */
#define STEP 256
#define LATELY 65536 /* packets */
#define PLAIN_PORT 500 /* where a peer without NAT is */

/* What was learned is too old: the link's own MTU holds again. */
static void old(struct timer *t)
{
	struct peer *p = container_of(t, struct peer, path_mtu.age);

	p->path_mtu.learned = 0;
	peer_fit(p);
}

void path_mtu_init(struct peer *p)
{
	p->path_mtu.age.fire = old;
}

void path_mtu_stop(struct peer *p)
{
	timer_stop(p->gw->env, &p->path_mtu.age);
}

uint32_t path_mtu_left(const struct peer *p)
{
	return timer_armed(&p->path_mtu.age) ?
	    (uint32_t)(timer_left(p->gw->env, &p->path_mtu.age) / SEC) : 0;
}

/* Is that a packet that was sent lately? */
static bool proved(const struct peer *p, const struct too_big *b)
{
	const struct sa_pair *pair = b->has_esp ? sa_pair_by_out(p, b->spi) : NULL;
	struct dp_sa_counters in, out;

	return pair && dp_sa_counters(p->gw->dp, pair->child.spi_in, &in, &out) &&
	    b->sequence <= out.sequence && out.sequence - b->sequence < LATELY;
}

static uint32_t believed(const struct too_big *b, uint32_t now, bool sure)
{
	uint32_t least = sure ? LEAST : UNPROVED;
	uint32_t told = b->mtu ? b->mtu : now > STEP ? now - STEP : 0;

	return told > least ? told : least;
}

static void tell(const struct peer *p, const struct too_big *b, uint32_t was, uint32_t is)
{
	char router[ADDR_TEXT_MAX], peer[ADDR_TEXT_MAX];
	struct log *log = &p->gw->trace->log;
	const char *user = p->session && p->session->up ? p->session->user : "";

	addr_text(&b->router, router);
	addr_text(&p->path.remote.addr, peer);
	if (is < was)
		log_sayf(log, LOG_602103,
		    "IPSEC: Received an ICMP Destination Unreachable from %s with suggested PMTU "
		    "of %u; PMTU updated for SA with peer %s, SPI %08X, tunnel name %s, old PMTU "
		    "%u, new PMTU %u.", router, b->mtu, peer, b->spi, user, was, is);
	else
		log_sayf(log, LOG_602104,
		    "IPSEC: Received an ICMP Destination Unreachable from %s, PMTU is unchanged "
		    "because suggested PMTU of %u is equal to or greater than the current PMTU of "
		    "%u, for SA with peer %s, SPI %08X, tunnel name %s.", router, b->mtu, was,
		    peer, b->spi, user);
}

static void heard(struct peer *p, const struct too_big *b)
{
	uint32_t was = p->fit.mtu, is;
	unsigned minutes = p->gw->config->ipsec.aging;
	bool sure = proved(p, b);

	if (b->has_esp && !sure) {
		p->path_mtu.refused++;
		return;
	}
	p->path_mtu.heard++;
	p->gw->mtus_heard++;
	is = believed(b, was, sure);
	tell(p, b, was, is);
	if (is >= was)
		return;
	p->path_mtu.learned = is;
	if (minutes)
		timer_start(p->gw->env, &p->path_mtu.age, minutes * 60 * SEC);
	peer_fit(p);
}

void gateway_icmp(struct gateway *gw, const uint8_t *ip, size_t len)
{
	struct too_big b;
	struct endpoint there;
	struct peer *p = NULL;

	if (!gw->dp || !too_big_read(ip, len, &b))
		return;
	there = b.path.remote;
	if (!there.port)
		there.port = PLAIN_PORT;
	while ((p = peer_at(gw, &there, p)))
		if (!p->ending && p->use && p->use->child.udp_encap == (b.path.remote.port != 0) &&
		    addr_equal(&p->path.local.addr, &b.path.local.addr))
			heard(p, &b);
}
