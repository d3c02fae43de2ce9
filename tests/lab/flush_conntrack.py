"""flush_conntrack.py: this network namespace forgets all connections that it tracks, as a NAT does that is restarted
(IPCTNL_MSG_CT_DELETE of nfnetlink_conntrack, without a filter)."""
import socket, struct, sys

NETLINK_NETFILTER, SUBSYS_CTNETLINK, DELETE, REQUEST, ACK = 12, 1, 2, 1, 4
s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER)
s.bind((0, 0))
body = struct.pack('=BBH', socket.AF_UNSPEC, 0, 0)
s.send(struct.pack('=IHHII', 16 + len(body), SUBSYS_CTNETLINK << 8 | DELETE, REQUEST | ACK, 1, 0) + body)
error = struct.unpack_from('=i', s.recv(4096), 16)[0]
sys.exit(f'conntrack: error {-error}' if error else 0)
