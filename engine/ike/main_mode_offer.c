/* Messages 1 and 2: what is offered and what we take; see main_mode.h. */
#include "engine/ike/life.h"
#include "engine/ike/main_mode.h"
#include "engine/ike/offer.h"
#include "engine/ike/send.h"
#include "engine/ike/vendor.h"

static void mm2_build(struct ike_sa *sa, struct out *o)
{
	out_begin(o, sa->cky_i, sa->cky_r, XCHG_MAIN, 0, 0);
	offer_accept_write(sa, o);
	offer_vendors_write(sa, o);
}

static void mm2_send(struct ike_sa *sa)
{
	struct out o;

	trace_ike_debug(TRACE_OF(sa), 715046, IP_OF(sa), "constructing ISAKMP SA payload");
	if (sa->natt)
		trace_ike_debug(TRACE_OF(sa), 715046, IP_OF(sa),
		    "constructing NAT-Traversal VID ver %s payload",
		    sa->natt == VID_NATT_RFC ? "RFC" : sa->natt == VID_NATT_03 ? "03" : "02");
	if (sa->vids & VID_FRAGMENTATION)
		trace_ike_debug(TRACE_OF(sa), 715046, IP_OF(sa),
		    "constructing Fragmentation VID + extended capabilities payload");
	mm2_build(sa, &o);
	send_clear(sa, &o, NULL);
}

void main_mode_repeat(struct ike_sa *sa, const struct path *path)
{
	struct out o;

	if (sa->state != MM_WAIT_MSG3) {
		trace_ike(TRACE_OF(sa), 713202, IP_OF(sa),
		    "Duplicate first packet detected.  Ignoring packet.");
		sa->ike->stats.in_drops++;
		return;
	}
	trace_ike(TRACE_OF(sa), 713201, IP_OF(sa),
	    "Duplicate Phase 1 packet detected.  Retransmitting last packet.");
	mm2_build(sa, &o);
	send_clear_again(sa, path, &o);
}

void main_mode_start(struct ike *ike, struct incoming *in)
{
	struct ike_sa *sa;
	struct offer o;

	if (!offer_read(ike, in, &o))
		return;
	sa = offer_accept(ike, in, &o, false);
	if (!sa)
		return;
	sa_wait_for_client(sa);
	mm2_send(sa);
	sa_step(sa, MM_WAIT_MSG3);
}
