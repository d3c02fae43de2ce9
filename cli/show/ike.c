/* show crypto ikev1 sa, show crypto isakmp sa: one block a peer, numbered from 1. */
#include "cli/show/show.h"

void show_ike_sa(struct text *out, const struct msg_rec_ike_sa *rec, size_t n, bool detail,
    bool isakmp)
{
	char a[ADDR_TEXT_MAX];
	size_t rekey = 0;

	for (size_t i = 0; i < n; i++)
		rekey += rec[i].rekey != 0;
	if (!n) {
		text_add(out, "\nThere are no IKEv1 SAs\n");
	} else {
		text_add(out, "\nIKEv1 SAs:\n\n");
		text_addf(out, "   Active SA: %zu\n", n - rekey);
		text_addf(out, "    Rekey SA: %zu (A tunnel will report 1 Active and 1 Rekey SA "
		    "during rekey)\n", rekey);
		text_addf(out, "Total IKE SA: %zu\n", n);
	}
	for (size_t i = 0; i < n; i++) {
		const struct msg_rec_ike_sa *r = &rec[i];

		text_addf(out, "\n%-4zuIKE Peer: %s\n", i + 1, addr_text(&r->peer, a));
		text_addf(out, "    Type    : %-16sRole    : %s \n", "user",
		    r->initiator ? "initiator" : "responder");
		text_addf(
		    out, "    Rekey   : %-16sState   : %s \n", r->rekey ? "yes" : "no", r->state);
		if (!detail)
			continue;
		text_addf(out, "    Encrypt : %-16sHash    : %-10s\n", r->encryption, r->hash);
		text_addf(out, "    Auth    : %-16sLifetime: %u\n", r->auth, r->lifetime);
		text_addf(out, "    Lifetime Remaining: %u\n", r->remaining);
		if (r->tunnel_group && *r->tunnel_group)
			text_addf(out, "    Tunnel Group: %s\n", r->tunnel_group);
		if (r->masquerade == 1)
			text_add(out, "    NAT-T masquerade: active, this end is behind a NAT\n");
		else if (r->masquerade)
			text_add(out,
			    "    NAT-T masquerade: too late in aggressive mode, this end is "
			    "behind a NAT\n");
	}
	if (isakmp)
		text_add(out, "\nThere are no IKEv2 SAs\n");
}
