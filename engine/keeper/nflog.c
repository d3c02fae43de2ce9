/* Binds a netlink socket to a group of NFLOG: one request with what is wanted of it. */
#include "engine/keeper/nflog.h"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_log.h>
#include <sys/socket.h>
#include <unistd.h>

#define RECEIVE_BUFFER (1 << 20)
#define TIMEOUT 10 /* hundredths of a second: so long the kernel gathers */

static struct nlmsghdr *begin(uint8_t *buf, uint16_t group)
{
	struct nlmsghdr *h = mnl_nlmsg_put_header(buf);
	struct nfgenmsg *g;

	h->nlmsg_type = NFNL_SUBSYS_ULOG << 8 | NFULNL_MSG_CONFIG;
	h->nlmsg_flags = NLM_F_REQUEST;
	g = mnl_nlmsg_put_extra_header(h, sizeof *g);
	*g = (struct nfgenmsg){.nfgen_family = AF_UNSPEC, .version = NFNETLINK_V0,
	    .res_id = htons(group)};
	return h;
}

static void bind_group(int fd, uint16_t group, uint32_t bytes)
{
	_Alignas(struct nlmsghdr) uint8_t buf[256];
	struct nfulnl_msg_config_cmd cmd = {.command = NFULNL_CFG_CMD_BIND};
	struct nfulnl_msg_config_mode mode = {
	    .copy_range = htonl(bytes), .copy_mode = NFULNL_COPY_PACKET};
	struct nlmsghdr *h = begin(buf, group);

	mnl_attr_put(h, NFULA_CFG_CMD, sizeof cmd, &cmd);
	mnl_attr_put(h, NFULA_CFG_MODE, sizeof mode, &mode);
	mnl_attr_put_u32(h, NFULA_CFG_TIMEOUT, htonl(TIMEOUT));
	mnl_attr_put_u16(h, NFULA_CFG_FLAGS, htons(NFULNL_CFG_F_SEQ));
	(void)send(fd, h, h->nlmsg_len, 0);
}

int nflog_open(uint16_t group, uint32_t bytes)
{
	struct sockaddr_nl local = {.nl_family = AF_NETLINK};
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_NETFILTER);
	int room = RECEIVE_BUFFER;

	if (fd < 0)
		return -1;
	if (bind(fd, (struct sockaddr *)&local, sizeof local) < 0) {
		close(fd);
		return -1;
	}
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
	bind_group(fd, group, bytes);
	return fd;
}
