/* Reads the connection tracking table by nfnetlink, over a socket of its own that lives as long as
 * the call. */
#include "engine/keeper/conntrack.h"

#include <endian.h>
#include <errno.h>
#include <linux/netfilter/nf_conntrack_tcp.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "engine/ipc/message.h"
#include "engine/keeper/netlink_attr.h"

#define BUFFER 32768

struct reading {
	struct tracked *v;
	size_t n, size;
	bool failed;
};

static uint16_t port_of(const struct nlattr *attr)
{
	return attr && mnl_attr_get_payload_len(attr) == 2 ? be16toh(mnl_attr_get_u16(attr)) : 0;
}

/* The two ends of one way; false when they are not of IPv4. */
static bool tuple(const struct nlattr *attr, struct path *to, uint8_t *protocol)
{
	const struct nlattr *t[NETLINK_ATTRS] = {0}, *ip[NETLINK_ATTRS] = {0},
			    *p[NETLINK_ATTRS] = {0};

	if (!attr)
		return false;
	mnl_attr_parse_nested(attr, netlink_attr_keep, t);
	if (!t[CTA_TUPLE_IP] || !t[CTA_TUPLE_PROTO])
		return false;
	mnl_attr_parse_nested(t[CTA_TUPLE_IP], netlink_attr_keep, ip);
	mnl_attr_parse_nested(t[CTA_TUPLE_PROTO], netlink_attr_keep, p);
	if (!ip[CTA_IP_V4_SRC] || !ip[CTA_IP_V4_DST] || !p[CTA_PROTO_NUM])
		return false;
	*protocol = mnl_attr_get_u8(p[CTA_PROTO_NUM]);
	to->local.addr = netlink_attr_v4(ip[CTA_IP_V4_SRC]);
	to->remote.addr = netlink_attr_v4(ip[CTA_IP_V4_DST]);
	to->local.port = port_of(p[CTA_PROTO_SRC_PORT]);
	to->remote.port = port_of(p[CTA_PROTO_DST_PORT]);
	if (p[CTA_PROTO_ICMP_ID])
		to->local.port = port_of(p[CTA_PROTO_ICMP_ID]);
	return true;
}

static uint64_t bytes_of(const struct nlattr *attr)
{
	const struct nlattr *c[NETLINK_ATTRS] = {0};

	if (attr)
		mnl_attr_parse_nested(attr, netlink_attr_keep, c);
	return c[CTA_COUNTERS_BYTES] && mnl_attr_get_payload_len(c[CTA_COUNTERS_BYTES]) == 8
		   ? be64toh(mnl_attr_get_u64(c[CTA_COUNTERS_BYTES]))
		   : 0;
}

static uint8_t tcp_state(const struct nlattr *attr)
{
	const struct nlattr *info[NETLINK_ATTRS] = {0}, *tcp[NETLINK_ATTRS] = {0};

	if (attr)
		mnl_attr_parse_nested(attr, netlink_attr_keep, info);
	if (info[CTA_PROTOINFO_TCP])
		mnl_attr_parse_nested(info[CTA_PROTOINFO_TCP], netlink_attr_keep, tcp);
	return tcp[CTA_PROTOINFO_TCP_STATE] ? mnl_attr_get_u8(tcp[CTA_PROTOINFO_TCP_STATE]) : 0;
}

static int on_connection(const struct nlmsghdr *h, void *arg)
{
	const struct nlattr *a[NETLINK_ATTRS] = {0};
	struct reading *r = arg;
	struct tracked c = {0};
	uint8_t back;

	mnl_attr_parse(h, sizeof(struct nfgenmsg), netlink_attr_keep, a);
	if (!tuple(a[CTA_TUPLE_ORIG], &c.there, &c.protocol) ||
	    !tuple(a[CTA_TUPLE_REPLY], &c.back, &back))
		return MNL_CB_OK;
	if (r->n == CONNECTIONS_TOLD_MAX)
		return MNL_CB_STOP;
	if (r->n == r->size) {
		size_t size = r->size ? 2 * r->size : 64;
		struct tracked *v = realloc(r->v, size * sizeof *v);

		if (!v) {
			r->failed = true;
			return MNL_CB_OK;
		}
		r->v = v;
		r->size = size;
	}
	c.state = tcp_state(a[CTA_PROTOINFO]);
	c.timeout = be32toh(netlink_attr_u32(a[CTA_TIMEOUT]));
	c.bytes = bytes_of(a[CTA_COUNTERS_ORIG]) + bytes_of(a[CTA_COUNTERS_REPLY]);
	r->v[r->n++] = c;
	return MNL_CB_OK;
}

static int dump(struct mnl_socket *s, struct reading *r)
{
	_Alignas(struct nlmsghdr) uint8_t buf[BUFFER];
	struct nlmsghdr *h = mnl_nlmsg_put_header(buf);
	struct nfgenmsg *g;
	int rc = MNL_CB_OK;

	h->nlmsg_type = NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_GET;
	h->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	h->nlmsg_seq = 1;
	g = mnl_nlmsg_put_extra_header(h, sizeof *g);
	*g = (struct nfgenmsg){.nfgen_family = AF_INET, .version = NFNETLINK_V0};
	if (mnl_socket_bind(s, 0, MNL_SOCKET_AUTOPID) < 0 ||
	    mnl_socket_sendto(s, h, h->nlmsg_len) < 0)
		return errno;
	while (rc > MNL_CB_STOP) {
		ssize_t n = mnl_socket_recvfrom(s, buf, sizeof buf);

		if (n < 0)
			return errno;
		rc = mnl_cb_run(buf, (size_t)n, 1, mnl_socket_get_portid(s), on_connection, r);
	}
	return rc < 0 ? errno : r->failed ? ENOMEM : 0;
}

int conntrack_read(struct tracked **v, size_t *n)
{
	struct mnl_socket *s = mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC);
	struct reading r = {0};
	int error;

	*v = NULL;
	*n = 0;
	if (!s)
		return errno == EPROTONOSUPPORT ? 0 : errno;
	error = dump(s, &r);
	mnl_socket_close(s);
	if (error == EINTR) /* it changed meanwhile; nearly all of it was told */
		error = 0;
	if (error) {
		free(r.v);
		return error == EINVAL || error == EOPNOTSUPP ? 0 : error;
	}
	*v = r.v;
	*n = r.n;
	return 0;
}
