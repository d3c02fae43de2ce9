# tests/bench/gateway.sh: source it for a gateway whose load is measured (build/tests/loadgen):
#
#   bench_up          the lab, with clients on the wire beside the gateway; devices cut and merge as cards do
#   bench_start       the appliance: 3DES-SHA1 and AES128-SHA1, addresses for 8,000 clients; $WORKERS packet
#                     workers (default: one)
#   load ARG...       loadgen on it
#   counters_clean    the appliance has dropped nothing, refused nothing, and counts as many packets in
#                     as out
#
#   [router: clients, wan 172.16.1.1]--veth--[gw: outside .2, inside 10.10.10.1]--TAP hosts
#                     wan2 172.16.2.1 --veth--[usual: the same, and TUN usual]
. "$(dirname "${BASH_SOURCE[0]}")/../lab/lib.sh"
USUAL=$LAB-usual
bench_down() {
	[[ ! -e /run/netns/$USUAL ]] || ip netns del "$USUAL"
	lab_cleanup
}
trap 's=$?; bench_down; exit $((s ? s : FAILED > 0))' EXIT

# The hosts behind a gateway are a device whose other end the load has.
inside_device() { # inside_device NETNS
	ip -n "$1" tuntap add dev hosts mode tap vnet_hdr
	ip -n "$1" link set hosts txqueuelen 20000 up
	ip -n "$1" link add inside link hosts address 02:00:00:00:00:01 type macvlan mode bridge
	ip -n "$1" addr add 10.10.10.1/24 dev inside
	ip -n "$1" link set inside up
	ip -n "$1" neigh add 10.10.10.10 lladdr 02:00:00:00:00:02 dev inside nud permanent
	# Streams under load acknowledge nothing, which is no reason to drop them.
	ip netns exec "$1" sysctl -qw net.netfilter.nf_conntrack_tcp_be_liberal=1
}
bench_up() {
	local f
	lab_up
	ip -n "$GW" link del inside
	inside_device "$GW"
	ip netns add "$USUAL"
	ip -n "$USUAL" link set lo up
	ip -n "$USUAL" link add outside type veth peer name wan2 netns "$LAB-router"
	ip -n "$USUAL" addr add 172.16.2.2/24 dev outside
	ip -n "$USUAL" link set outside up
	ip -n "$USUAL" route add default via 172.16.2.1
	ip -n "$LAB-router" addr add 172.16.2.1/24 dev wan2
	ip -n "$LAB-router" link set wan2 up
	inside_device "$USUAL"
	ip -n "$USUAL" tuntap add dev usual mode tun
	ip -n "$USUAL" link set usual up
	ip -n "$USUAL" route add 10.77.0.0/16 dev usual
	# It stands behind a firewall of the kernel that knows connections, as the appliance does.
	ip netns exec "$USUAL" nft 'add table ip usual
		add chain ip usual nat { type nat hook postrouting priority srcnat; policy accept; }
		add chain ip usual forward { type filter hook forward priority filter; policy drop; }
		add rule ip usual forward ct state established,related accept
		add rule ip usual forward ct state new accept'
	ip netns exec "$USUAL" sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward
		for f in /proc/sys/net/ipv4/conf/*/rp_filter; do echo 0 >$f; done'
	for f in tx-checksum-ip-generic tso tx-udp-segmentation; do
		ip netns exec "$GW" ethtool -K outside $f on >/dev/null 2>&1
	done
	# Clients that are not behind a NAT have an address each.
	for f in {1..100}; do echo "addr add 172.16.1.$((100 + f))/24 dev wan"; done | ip -n "$LAB-router" -b -
}
bench_start() {
	local f
	cat "$DATA/lab.conf" "$DATA/guide.conf" - >"$LAB_DIR/bench.conf" <<'CONF'
crypto ipsec ikev1 transform-set AES128 esp-aes esp-sha-hmac
crypto ipsec ikev1 transform-set AES128 mode transport
crypto dynamic-map outside_dyn_map 10 set ikev1 transform-set TRANS-ESP-3DES-SHA AES128
ip local pool Crowd 192.168.32.1-192.168.63.254 mask 255.255.224.0
group-policy L2TP-VPN attributes
vpn-simultaneous-logins 2147483647
exit
tunnel-group DefaultRAGroup general-attributes
no address-pool Address-pool
address-pool Crowd
exit
CONF
	for f in {0..99}; do printf 'username test%d password test mschap\n' "$f"; done >>"$LAB_DIR/bench.conf"
	echo "crypto engine workers ${WORKERS:-1}" >>"$LAB_DIR/bench.conf"
	start_gatehouse --config "$LAB_DIR/bench.conf"
}
load() {
	ip netns exec "$LAB-router" "$BUILD/tests/loadgen" --appliance "$GH_PID" --netns "$GW" \
		--server $SERVER --psk 'C!sc0@123' --user test --password test "$@"
}
# What the appliance itself has counted of mistakes: nothing. Who says good-bye twice has no SA any more.
counters_clean() {
	show 'show crypto accelerator statistics' | awk '/error packets|dropped packets/ && $NF > 0 { print; bad = 1 }
		END { exit bad }' || return 1
	show 'show crypto ipsec stats' >"$LAB_DIR/ipsec.stats"
	awk '/failures|Dropped/ && !/Missing SA/ && $NF > 0 { print; bad = 1 }
		END { exit bad }' "$LAB_DIR/ipsec.stats"
}
