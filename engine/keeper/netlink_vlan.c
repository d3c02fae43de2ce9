/* The request that makes a VLAN of a link (rtnetlink(7), linux/if_link.h). */
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include "engine/keeper/netlink.h"
#include "engine/keeper/netlink_attr.h"

void netlink_vlan_put(struct nlmsghdr *h, const char *name, uint32_t parent, uint16_t vlan)
{
	struct ifinfomsg *m = mnl_nlmsg_put_extra_header(h, sizeof *m);
	struct nlattr *info, *data;

	m->ifi_family = AF_UNSPEC;
	mnl_attr_put_u32(h, IFLA_LINK, parent);
	mnl_attr_put_strz(h, IFLA_IFNAME, name);
	info = mnl_attr_nest_start(h, IFLA_LINKINFO);
	mnl_attr_put_strz(h, IFLA_INFO_KIND, "vlan");
	data = mnl_attr_nest_start(h, IFLA_INFO_DATA);
	mnl_attr_put_u16(h, IFLA_VLAN_ID, vlan);
	mnl_attr_nest_end(h, data);
	mnl_attr_nest_end(h, info);
}
