/* Requests by netlink, one at a time on a socket. See netlink_run.h. */
#include "engine/keeper/netlink_run.h"

#include <errno.h>
#include <sys/socket.h>

/* Reads what is left of an answer that was given up: the next request would take it for its own,
 * for ever one behind, and while a dump is not read to its end another one is refused (EBUSY). */
static void catch_up(const struct netlink_exchange *x)
{
	ssize_t n;

	do
		n = recv(mnl_socket_get_fd(x->socket), x->buf, x->size, MSG_DONTWAIT);
	while (n > 0 || (n < 0 && errno == ENOBUFS));
}

int netlink_run(
    const struct netlink_exchange *x, struct nlmsghdr *request, mnl_cb_t each, void *arg)
{
	unsigned port = mnl_socket_get_portid(x->socket), seq = request->nlmsg_seq;
	int rc = MNL_CB_OK, error = 0;

	if (mnl_socket_sendto(x->socket, request, request->nlmsg_len) < 0)
		return errno;
	while (!error && rc > MNL_CB_STOP) {
		ssize_t n = mnl_socket_recvfrom(x->socket, x->buf, x->size);

		rc = n < 0 ? MNL_CB_ERROR : mnl_cb_run(x->buf, (size_t)n, seq, port, each, arg);
		error = rc < 0 ? errno : 0;
	}
	if (error)
		catch_up(x);
	return error;
}
