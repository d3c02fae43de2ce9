/* The attributes of a netlink message, by number. */
#ifndef GATEHOUSE_NETLINK_ATTR_H
#define GATEHOUSE_NETLINK_ATTR_H

#include <libmnl/libmnl.h>
#include <linux/if_addr.h>

#include "engine/base/addr.h"

#ifndef IFA_PROTO
#define IFA_PROTO 11 /* since Linux 5.18 */
#endif

#define NETLINK_ATTRS 64 /* numbers below are kept */

/* For mnl_attr_parse() and its like: puts the attribute into `table`, an array of NETLINK_ATTRS
 * pointers, at its number. */
int netlink_attr_keep(const struct nlattr *, void *table);
/* An IPv4 address; 0.0.0.0 without the attribute (a default route has no destination). */
struct addr netlink_attr_v4(const struct nlattr *);
/* A number of 32 bits; 0 without the attribute. */
uint32_t netlink_attr_u32(const struct nlattr *);

#endif
