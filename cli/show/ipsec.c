/*
 * show crypto ipsec sa: an entry a pair of SAs, entries grouped under their
 * interface or peer. Counters are the pair's; `detail` replaces the two error
 * sums by their kinds.
 */
#include "cli/show/show.h"

#include <inttypes.h>
#include <string.h>

static void entry_head(struct text *out, const struct msg_rec_ipsec_sa *r)
{
	char a[ADDR_TEXT_MAX];

	text_addf(out, "    Crypto map tag: %s, seq num: %u, local addr: %s\n\n", r->map, r->seq,
	    addr_text(&r->local, a));
	text_addf(out, "      local ident (addr/mask/prot/port): (%s)\n", r->local_ident);
	text_addf(out, "      remote ident (addr/mask/prot/port): (%s)\n", r->remote_ident);
	text_addf(out, "      current_peer: %s", addr_text(&r->peer, a));
	if (r->user && *r->user)
		text_addf(out, ", username: %s", r->user);
	text_addf(out, "\n      dynamic allocated peer ip: %s\n", addr_text(&r->assigned, a));
	text_add(out, "      dynamic allocated peer ip(ipv6): 0.0.0.0\n\n");
}

static void errors_by_kind(struct text *out, const struct msg_rec_ipsec_sa *r)
{
	uint64_t known = r->auth_failed + r->replay_failed + r->bad_next + r->bad_identity +
	    r->bad_length + r->bad_pad + r->bad_inner;
	uint64_t other = r->recv_errors > known ? r->recv_errors - known : 0;

	text_add(out, "      #pkts no sa (send): 0, #pkts invalid sa (rcv): 0\n");
	text_addf(out, "      #pkts encaps failed (send): %" PRIu64 ", #pkts decaps failed (rcv): %"
	    PRIu64 "\n", r->send_errors - r->rollover, other);
	text_addf(out, "      #pkts invalid prot (rcv): %" PRIu64 ", #pkts verify failed: %" PRIu64
	    "\n", r->bad_next, r->auth_failed);
	text_addf(out, "      #pkts invalid identity (rcv): %" PRIu64 ", #pkts invalid len (rcv): %"
	    PRIu64 "\n", r->bad_identity, r->bad_length);
	text_addf(out, "      #pkts invalid pad (rcv): %" PRIu64 ",\n"
	    "      #pkts invalid ip version (rcv): %" PRIu64 ",\n"
	    "      #pkts replay rollover (send): %" PRIu64 ", #pkts replay rollover (rcv): 0\n",
	    r->bad_pad, r->bad_inner, r->rollover);
	text_addf(out, "      #pkts replay failed (rcv): %" PRIu64 "\n", r->replay_failed);
	text_add(out, "      #pkts min mtu frag failed (send): 0, #pkts bad frag offset (rcv): 0\n"
	    "      #pkts internal err (send): 0, #pkts internal err (rcv): 0\n");
}

static void entry_counters(struct text *out, const struct msg_rec_ipsec_sa *r, bool detail)
{
	const char *when = r->transport ? "post" : "pre";

	text_addf(out, "      #pkts encaps: %" PRIu64 ", #pkts encrypt: %" PRIu64
	    ", #pkts digest: %" PRIu64 "\n", r->encaps, r->encaps, r->encaps);
	text_addf(out, "      #pkts decaps: %" PRIu64 ", #pkts decrypt: %" PRIu64
	    ", #pkts verify: %" PRIu64 "\n", r->decaps, r->decaps, r->decaps);
	text_add(out, "      #pkts compressed: 0, #pkts decompressed: 0\n");
	text_addf(out, "      #pkts not compressed: %" PRIu64
	    ", #pkts comp failed: 0, #pkts decomp failed: 0\n", r->encaps);
	text_addf(out, "      #%s-frag successes: %" PRIu64 ", #%s-frag failures: 0, "
	    "#fragments created: %" PRIu64 "\n", when, r->cut, when, r->pieces);
	text_addf(out, "      #PMTUs sent: %" PRIu64 ", #PMTUs rcvd: %u, "
	    "#decapsulated frgs needing reassembly: 0\n"
	    "      #TFC rcvd: 0, #TFC sent: 0\n"
	    "      #Valid ICMP Errors rcvd: %u, #Invalid ICMP Errors rcvd: %u\n", r->too_big,
	    r->icmp_heard, r->icmp_heard, r->icmp_refused);
	if (detail)
		errors_by_kind(out, r);
	else
		text_addf(out, "      #send errors: %" PRIu64 ", #recv errors: %" PRIu64 "\n",
		    r->send_errors, r->recv_errors);
	text_addc(out, '\n');
}

static void entry_endpoints(struct text *out, const struct msg_rec_ipsec_sa *r)
{
	char local[ADDR_TEXT_MAX], peer[ADDR_TEXT_MAX];
	/* Without NAT-T there is no port on the wire: the device prints 0. */
	unsigned lport = r->udp_encap ? r->local_port : 0, pport = r->udp_encap ? r->peer_port : 0;

	text_addf(out, "      local crypto endpt.: %s/%u, remote crypto endpt.: %s/%u\n",
	    addr_text(&r->local, local), lport, addr_text(&r->peer, peer), pport);
	text_addf(out, "      path mtu %u, ipsec overhead %u(%u), media mtu %u\n", r->mtu,
	    r->overhead, r->overhead_header, r->media_mtu);
	text_addf(out, "      PMTU time remaining (sec): %u, DF policy: %s\n"
	    "      ICMP error validation: disabled, TFC packets: disabled\n", r->mtu_left, r->df);
	text_addf(out, "      current outbound spi: %08X\n      current inbound spi : %08X\n\n",
	    r->spi_out, r->spi_in);
}

static void entry_sa(struct text *out, const struct msg_rec_ipsec_sa *r, uint32_t spi,
    uint64_t bitmap)
{
	text_addf(out, "      spi: 0x%08X (%u)\n", spi, spi);
	text_addf(out, "         transform: %s %s no compression \n", r->encryption,
	    r->authentication);
	text_addf(
	    out, "         in use settings ={RA, %s, ", r->transport ? "Transport" : "Tunnel");
	if (r->pfs_group)
		text_addf(out, "PFS Group %u, ", r->pfs_group);
	if (r->udp_encap)
		text_add(out, " NAT-T-Encaps, ");
	text_add(out, "IKEv1, }\n");
	text_addf(out, "         slot: 0, conn_id: %" PRIu64 ", crypto-map: %s\n",
	    (uint64_t)r->index * 4096, r->map);
	if (r->life_kilobytes)
		text_addf(out, "         sa timing: remaining key lifetime (kB/sec): (%u/%u)\n",
		    r->left_kilobytes, r->left_seconds);
	else
		text_addf(out, "         sa timing: remaining key lifetime (sec): %u\n",
		    r->left_seconds);
	text_addf(out, "         IV size: %u bytes\n         replay detection support: %c\n",
	    r->iv_size, r->replay ? 'Y' : 'N');
	if (r->replay)
		text_addf(out, "         Anti replay bitmap: \n          0x%08X 0x%08X\n",
		    (uint32_t)(bitmap >> 32), (uint32_t)bitmap);
}

void show_ipsec_sa(struct text *out, const struct msg_rec_ipsec_sa *rec, size_t n,
    enum show_ipsec_by by, bool detail)
{
	char a[ADDR_TEXT_MAX];

	if (!n)
		text_add(out, "\nThere are no ipsec sas\n");
	for (size_t i = 0; i < n; i++) {
		const struct msg_rec_ipsec_sa *r = &rec[i], *last = i ? r - 1 : NULL;

		if (by == SHOW_BY_PEER && (!last || !addr_equal(&r->peer, &last->peer)))
			text_addf(out, "peer address: %s\n", addr_text(&r->peer, a));
		if (by != SHOW_BY_PEER && (!last || strcmp(r->ifname, last->ifname) != 0))
			text_addf(out, "interface: %s\n", r->ifname);
		entry_head(out, r);
		entry_counters(out, r, detail);
		entry_endpoints(out, r);
		if (by == SHOW_IDENTITIES)
			continue;
		text_add(out, "    inbound esp sas:\n");
		entry_sa(out, r, r->spi_in, r->bitmap_in);
		text_add(out, "    outbound esp sas:\n");
		entry_sa(out, r, r->spi_out, r->bitmap_out);
		text_addc(out, '\n');
	}
}

void show_ipsec_summary(struct text *out, const struct msg_rec_ipsec_sa *rec, size_t n)
{
	size_t nat = 0, tunnel = 0, idle = 0;

	for (size_t i = 0; i < n; i++) {
		nat += rec[i].udp_encap != 0;
		tunnel += !rec[i].transport;
		idle += rec[i].idle != 0;
	}
	text_add(out, "\nCurrent IPSec SA's:\n");
	text_addf(out, "  IPSec            : %6zu    IPSec over UDP   : %6zu\n", 2 * (n - nat),
	    2 * nat);
	text_addf(out, "  Transport mode   : %6zu    Tunnel mode      : %6zu\n", 2 * (n - tunnel),
	    2 * tunnel);
	text_addf(out, "  Inactive         : %6zu    Total            : %6zu\n", 2 * idle, 2 * n);
}
