/* The connection tracking table by nfnetlink, read and shortened over sockets that live as long as
 * the call. */
#include "engine/keeper/conntrack.h"

#include <endian.h>
#include <errno.h>
#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nf_conntrack_tcp.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <stdlib.h>
#include <string.h>
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

static uint64_t be64(const struct nlattr *attr)
{
	return attr && mnl_attr_get_payload_len(attr) == 8 ? be64toh(mnl_attr_get_u64(attr)) : 0;
}

static struct tracked_count count_of(const struct nlattr *attr)
{
	const struct nlattr *c[NETLINK_ATTRS] = {0};

	if (attr)
		mnl_attr_parse_nested(attr, netlink_attr_keep, c);
	return (struct tracked_count){be64(c[CTA_COUNTERS_PACKETS]), be64(c[CTA_COUNTERS_BYTES])};
}

static uint64_t start_of(const struct nlattr *attr)
{
	const struct nlattr *t[NETLINK_ATTRS] = {0};

	if (attr)
		mnl_attr_parse_nested(attr, netlink_attr_keep, t);
	return be64(t[CTA_TIMESTAMP_START]);
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

/* False: it is none of IPv4. */
static bool connection(const struct nlattr *const *a, struct tracked *c)
{
	uint8_t back;

	*c = (struct tracked){0};
	if (!tuple(a[CTA_TUPLE_ORIG], &c->there, &c->protocol) ||
	    !tuple(a[CTA_TUPLE_REPLY], &c->back, &back))
		return false;
	c->state = tcp_state(a[CTA_PROTOINFO]);
	c->answered = (be32toh(netlink_attr_u32(a[CTA_STATUS])) & IPS_ASSURED) != 0;
	c->timeout = be32toh(netlink_attr_u32(a[CTA_TIMEOUT]));
	c->since = start_of(a[CTA_TIMESTAMP]);
	c->sent = count_of(a[CTA_COUNTERS_ORIG]);
	c->got = count_of(a[CTA_COUNTERS_REPLY]);
	return true;
}

static int on_connection(const struct nlmsghdr *h, void *arg)
{
	const struct nlattr *a[NETLINK_ATTRS] = {0};
	struct reading *r = arg;
	struct tracked c;

	mnl_attr_parse(h, sizeof(struct nfgenmsg), netlink_attr_keep, a);
	if (!connection(a, &c))
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
	r->v[r->n++] = c;
	return MNL_CB_OK;
}

static struct nlmsghdr *request(uint8_t *buf, uint16_t type, uint16_t flags)
{
	struct nlmsghdr *h = mnl_nlmsg_put_header(buf);
	struct nfgenmsg *g;

	h->nlmsg_type = (uint16_t)(NFNL_SUBSYS_CTNETLINK << 8 | type);
	h->nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags);
	h->nlmsg_seq = 1;
	g = mnl_nlmsg_put_extra_header(h, sizeof *g);
	*g = (struct nfgenmsg){.nfgen_family = AF_INET, .version = NFNETLINK_V0};
	return h;
}

/* Each of them to `each`. 0 or an errno. */
static int dump(struct mnl_socket *s, mnl_cb_t each, void *arg)
{
	_Alignas(struct nlmsghdr) uint8_t buf[BUFFER];
	struct nlmsghdr *h = request(buf, IPCTNL_MSG_CT_GET, NLM_F_DUMP);
	int rc = MNL_CB_OK;

	if (mnl_socket_bind(s, 0, MNL_SOCKET_AUTOPID) < 0 ||
	    mnl_socket_sendto(s, h, h->nlmsg_len) < 0)
		return errno;
	while (rc > MNL_CB_STOP) {
		ssize_t n = mnl_socket_recvfrom(s, buf, sizeof buf);

		if (n < 0)
			return errno;
		rc = mnl_cb_run(buf, (size_t)n, 1, mnl_socket_get_portid(s), each, arg);
	}
	return rc < 0 ? errno : 0;
}

/* The same over a socket of its own. A kernel that tracks none has none. */
static int each_connection(mnl_cb_t each, void *arg)
{
	struct mnl_socket *s = mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC);
	int error;

	if (!s)
		return errno == EPROTONOSUPPORT ? 0 : errno;
	error = dump(s, each, arg);
	mnl_socket_close(s);
	/* EINTR: it changed meanwhile; nearly all of it was told */
	return error == EINTR || error == EINVAL || error == EOPNOTSUPP ? 0 : error;
}

int conntrack_read(struct tracked **v, size_t *n)
{
	struct reading r = {0};
	int error = each_connection(on_connection, &r);

	*v = NULL;
	*n = 0;
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

/* ---- forgotten ---------------------------------------------------------------------------- */

/* The tuples of those that are to go, one behind the other, as they came. */
struct ending {
	const struct conn_filter *filter;
	uint8_t *tuples;
	size_t len, size;
	bool failed;
};

static struct conn_ways ways_of(const struct tracked *c)
{
	return (struct conn_ways){c->protocol,
	    {addr_to_v4(&c->there.local.addr), addr_to_v4(&c->there.remote.addr),
		c->there.local.port, c->there.remote.port},
	    {addr_to_v4(&c->back.local.addr), addr_to_v4(&c->back.remote.addr),
		c->back.local.port, c->back.remote.port}};
}

static int on_candidate(const struct nlmsghdr *h, void *arg)
{
	const struct nlattr *a[NETLINK_ATTRS] = {0}, *t;
	struct ending *e = arg;
	struct conn_ways ways;
	struct tracked c;
	size_t len;

	mnl_attr_parse(h, sizeof(struct nfgenmsg), netlink_attr_keep, a);
	if (!connection(a, &c))
		return MNL_CB_OK;
	ways = ways_of(&c);
	if (!conn_fits(e->filter, &ways))
		return MNL_CB_OK;
	t = a[CTA_TUPLE_ORIG];
	len = (size_t)MNL_ALIGN(t->nla_len);
	if (e->len + len > e->size) {
		size_t size = e->size ? 2 * e->size : 4096;
		uint8_t *bigger = realloc(e->tuples, size);

		if (!bigger) {
			e->failed = true;
			return MNL_CB_STOP;
		}
		e->tuples = bigger;
		e->size = size;
	}
	memcpy(e->tuples + e->len, t, t->nla_len);
	e->len += len;
	return MNL_CB_OK;
}

/* False: it is gone already. */
static bool end_one(struct mnl_socket *s, const struct nlattr *t)
{
	_Alignas(struct nlmsghdr) uint8_t buf[1024];
	struct nlmsghdr *h = request(buf, IPCTNL_MSG_CT_DELETE, NLM_F_ACK);
	ssize_t n;

	mnl_attr_put(h, CTA_TUPLE_ORIG | NLA_F_NESTED, mnl_attr_get_payload_len(t),
	    mnl_attr_get_payload(t));
	if (mnl_socket_sendto(s, h, h->nlmsg_len) < 0)
		return false;
	n = mnl_socket_recvfrom(s, buf, sizeof buf);
	return n > 0 && mnl_cb_run(buf, (size_t)n, 1, 0, NULL, NULL) >= 0;
}

int conntrack_end(const struct conn_filter *filter, uint32_t *ended)
{
	struct ending e = {.filter = filter};
	int error = each_connection(on_candidate, &e);
	struct mnl_socket *s = NULL;

	*ended = 0;
	if (!error && e.failed)
		error = ENOMEM;
	if (!error && e.len && !(s = mnl_socket_open2(NETLINK_NETFILTER, SOCK_CLOEXEC)))
		error = errno;
	for (size_t at = 0; !error && at < e.len;) {
		const struct nlattr *t = (const void *)(e.tuples + at);

		*ended += end_one(s, t);
		at += (size_t)MNL_ALIGN(t->nla_len);
	}
	if (s)
		mnl_socket_close(s);
	free(e.tuples);
	return error;
}
