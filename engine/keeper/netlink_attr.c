/* Reads what the kernel's answers carry; an attribute of another length than its type counts as
 * absent. */
#include "engine/keeper/netlink_attr.h"

int netlink_attr_keep(const struct nlattr *attr, void *table)
{
	const struct nlattr **at = table;
	unsigned type = mnl_attr_get_type(attr);

	if (type < NETLINK_ATTRS)
		at[type] = attr;
	return MNL_CB_OK;
}

uint32_t netlink_attr_u32(const struct nlattr *attr)
{
	return attr && mnl_attr_get_payload_len(attr) == sizeof(uint32_t) ? mnl_attr_get_u32(attr)
									  : 0;
}

struct addr netlink_attr_v4(const struct nlattr *attr)
{
	return (struct addr){.family = AF_INET, .v4 = netlink_attr_u32(attr)};
}
