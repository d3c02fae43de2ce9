/*
 * Asks the kernel by netlink (sock_diag(7)): it tells of each socket in which control group it was
 * made, to whoever asks. A group's number is that of its directory.
 */
#include "engine/keeper/socket_cgroup.h"

#include <linux/inet_diag.h>
#include <linux/magic.h>
#include <linux/sock_diag.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "engine/keeper/netlink_attr.h"
#include "engine/keeper/netlink_run.h"

#define BUFFER 32768

struct search {
	uint64_t inode, cgroup;
};

static int on_socket(const struct nlmsghdr *h, void *arg)
{
	const struct inet_diag_msg *d = mnl_nlmsg_get_payload(h);
	const struct nlattr *a[NETLINK_ATTRS] = {0}, *id;
	struct search *s = arg;

	if (mnl_nlmsg_get_payload_len(h) < sizeof *d || d->idiag_inode != (uint32_t)s->inode)
		return MNL_CB_OK;
	mnl_attr_parse(h, sizeof *d, netlink_attr_keep, a);
	id = a[INET_DIAG_CGROUP_ID];
	if (id && mnl_attr_get_payload_len(id) == sizeof s->cgroup)
		s->cgroup = mnl_attr_get_u64(id);
	return MNL_CB_OK;
}

static void search(
    struct mnl_socket *nl, char *buf, uint8_t family, uint8_t protocol, struct search *s)
{
	struct nlmsghdr *h = mnl_nlmsg_put_header(buf);
	struct inet_diag_req_v2 *q = mnl_nlmsg_put_extra_header(h, sizeof *q);

	h->nlmsg_type = SOCK_DIAG_BY_FAMILY;
	h->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	q->sdiag_family = family;
	q->sdiag_protocol = protocol;
	q->idiag_states = UINT32_MAX;
	(void)netlink_run(&(struct netlink_exchange){nl, buf, BUFFER}, h, on_socket, s);
}

uint64_t socket_cgroup(uint8_t protocol, uint64_t inode)
{
	struct mnl_socket *nl = mnl_socket_open2(NETLINK_SOCK_DIAG, SOCK_CLOEXEC);
	struct search s = {.inode = inode};
	char *buf = malloc(BUFFER);

	if (nl && buf && mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) == 0) {
		search(nl, buf, AF_INET, protocol, &s);
		if (!s.cgroup)
			search(nl, buf, AF_INET6, protocol, &s);
	}
	if (nl)
		mnl_socket_close(nl);
	free(buf);
	return s.cgroup;
}

uint64_t cgroup_number(const char *path)
{
	/* Alone there, or beside those of version 1. */
	static const char *const root[] = {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"};
	char full[640];
	struct statfs fs;
	struct stat st;

	for (size_t i = 0; i < sizeof root / sizeof *root; i++) {
		snprintf(full, sizeof full, "%s%s", root[i], path);
		if (statfs(full, &fs) == 0 && fs.f_type == CGROUP2_SUPER_MAGIC &&
		    stat(full, &st) == 0)
			return st.st_ino;
	}
	return 0;
}
