/* Reads the counters of links by rtnetlink, and by ethtool's ioctl what the card is. */
#include "engine/keeper/link_stats.h"

#include <errno.h>
#include <linux/ethtool.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/ipc/message.h"
#include "engine/keeper/netlink_attr.h"

struct reading {
	struct link_stats *v;
	size_t n, size;
	bool failed;
};

static void counters(struct link_stats *to, const struct nlattr *attr)
{
	struct rtnl_link_stats64 s = {0};
	size_t len = attr ? mnl_attr_get_payload_len(attr) : 0;

	if (len)
		memcpy(&s, mnl_attr_get_payload(attr), len < sizeof s ? len : sizeof s);
	to->count[LINK_IN_PACKETS] = s.rx_packets;
	to->count[LINK_IN_BYTES] = s.rx_bytes;
	to->count[LINK_IN_ERRORS] = s.rx_errors;
	to->count[LINK_IN_DROPPED] = s.rx_dropped + s.rx_missed_errors;
	to->count[LINK_MULTICAST] = s.multicast;
	to->count[LINK_IN_CRC] = s.rx_crc_errors;
	to->count[LINK_IN_FRAME] = s.rx_frame_errors;
	to->count[LINK_IN_OVERRUN] = s.rx_over_errors + s.rx_fifo_errors;
	to->count[LINK_IN_LENGTH] = s.rx_length_errors;
	to->count[LINK_OUT_PACKETS] = s.tx_packets;
	to->count[LINK_OUT_BYTES] = s.tx_bytes;
	to->count[LINK_OUT_ERRORS] = s.tx_errors;
	to->count[LINK_OUT_DROPPED] = s.tx_dropped;
	to->count[LINK_COLLISIONS] = s.collisions;
	to->count[LINK_OUT_UNDERRUNS] = s.tx_fifo_errors;
}

static int on_link(const struct nlmsghdr *h, void *arg)
{
	const struct ifinfomsg *m = mnl_nlmsg_get_payload(h);
	const struct nlattr *table[NETLINK_ATTRS] = {0};
	struct reading *r = arg;

	mnl_attr_parse(h, sizeof *m, netlink_attr_keep, table);
	if (!table[IFLA_IFNAME])
		return MNL_CB_OK;
	if (r->n == r->size) {
		size_t size = r->size ? 2 * r->size : 16;
		struct link_stats *v = realloc(r->v, size * sizeof *v);

		if (!v) {
			r->failed = true;
			return MNL_CB_OK;
		}
		r->v = v;
		r->size = size;
	}
	r->v[r->n] = (struct link_stats){.ifindex = (uint32_t)m->ifi_index};
	snprintf(r->v[r->n].name, IF_NAMESIZE, "%s", mnl_attr_get_str(table[IFLA_IFNAME]));
	counters(&r->v[r->n++], table[IFLA_STATS64]);
	return MNL_CB_OK;
}

int link_stats_read(struct netlink *nl, struct link_stats **v, size_t *n)
{
	struct reading r = {0};
	int error = netlink_dump(nl, RTM_GETLINK, AF_UNSPEC, on_link, &r);

	if (!error && r.failed)
		error = ENOMEM;
	if (error) {
		free(r.v);
		return error;
	}
	*v = r.v;
	*n = r.n;
	return 0;
}

void link_hardware_read(const char *name, struct link_hardware *to)
{
	struct ethtool_drvinfo driver = {.cmd = ETHTOOL_GDRVINFO};
	struct ethtool_cmd settings = {.cmd = ETHTOOL_GSET};
	struct ifreq ifr = {0};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	uint32_t speed;

	*to = (struct link_hardware){0};
	if (fd < 0)
		return;
	snprintf(ifr.ifr_name, sizeof ifr.ifr_name, "%s", name);
	ifr.ifr_data = (void *)&driver;
	if (ioctl(fd, SIOCETHTOOL, &ifr) == 0)
		snprintf(to->driver, sizeof to->driver, "%.31s", driver.driver);
	ifr.ifr_data = (void *)&settings;
	if (ioctl(fd, SIOCETHTOOL, &ifr) == 0) {
		speed = ethtool_cmd_speed(&settings);
		to->speed = speed == (uint32_t)SPEED_UNKNOWN || speed == UINT16_MAX ? 0 : speed;
		to->duplex = settings.duplex == DUPLEX_FULL   ? LINK_DUPLEX_FULL
			     : settings.duplex == DUPLEX_HALF ? LINK_DUPLEX_HALF
							      : LINK_DUPLEX_UNKNOWN;
	}
	close(fd);
}
