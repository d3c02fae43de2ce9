/* Sends ARP announcements (RFC 826, RFC 5227 2.3) by a packet socket that hears nothing. */
#include "engine/keeper/arp_announce.h"

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <netinet/if_ether.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static bool mac_bytes(const char *text, uint8_t mac[ETH_ALEN])
{
	unsigned b[ETH_ALEN];

	if (sscanf(text, "%2x:%2x:%2x:%2x:%2x:%2x", &b[0], &b[1], &b[2], &b[3], &b[4], &b[5]) != 6)
		return false;
	for (int i = 0; i < ETH_ALEN; i++)
		mac[i] = (uint8_t)b[i];
	return true;
}

void arp_announce(const struct link *k, const struct addr *a)
{
	struct sockaddr_ll to = {.sll_family = AF_PACKET,
	    .sll_protocol = htons(ETH_P_ARP),
	    .sll_ifindex = (int)k->ifindex,
	    .sll_halen = ETH_ALEN};
	struct ether_arp m = {.ea_hdr = {.ar_hrd = htons(ARPHRD_ETHER),
				  .ar_pro = htons(ETH_P_IP),
				  .ar_hln = ETH_ALEN,
				  .ar_pln = sizeof a->v4,
				  .ar_op = htons(ARPOP_REQUEST)}};
	int fd;

	if (!k->up || !mac_bytes(k->mac, m.arp_sha))
		return;
	memcpy(m.arp_spa, &a->v4, sizeof m.arp_spa);
	memcpy(m.arp_tpa, &a->v4, sizeof m.arp_tpa);
	memset(to.sll_addr, 0xff, ETH_ALEN);
	fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return;
	(void)sendto(fd, &m, sizeof m, 0, (const struct sockaddr *)&to, sizeof to);
	close(fd);
}
