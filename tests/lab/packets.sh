# The table of packets, tests/data/packets/*.tsv (packets.py says what its columns mean): each is sent with
# real sockets through the gateway, each is asked of packet-tracer, and both have to be as the row says.
# TABLES="nat acl" and CASE=TEXT: only those.
#
#   [P-outside] 172.16.1.1 ---- outside .2  [P-gw]  inside  .1 ---- [P-inside]  10.10.10.10, 10.50.0.0/16
#    198.51.100.0/24                                dmz     .1 ---- [P-dmz]     10.20.20.10
#    192.0.2.0/24                                   inside2 .1 ---- [P-inside2] 10.30.30.10
#    10.1.1.1 --- [P-client] 10.1.1.2, [P-filtered] 10.1.1.3: their tunnels' ends are 192.168.1.1, 192.168.1.2
#
# A host has all addresses of its network from .16 on, and those behind it. Outside reaches 203.0.113.0/24,
# which is nobody's, by the gateway.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh tests/winclient

hosts_down() {
	for h in gw outside inside dmz inside2 client filtered; do ip netns del "$LAB-$h" 2>/dev/null; done
	lab_cleanup
}
trap 's=$?; hosts_down; exit $((s ? s : FAILED > 0))' EXIT

host_up() { # host_up NAME NETWORK ADDRESS GATEWAY [BEHIND...]
	local ns=$LAB-$1 net=$2 address=$3 gateway=$4 n
	ip netns add "$ns"
	ip netns exec "$ns" sh -c 'echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6
		echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6
		echo 0 >/proc/sys/net/ipv4/conf/all/rp_filter
		echo 0 >/proc/sys/net/ipv4/conf/default/rp_filter
		echo 1 >/proc/sys/net/ipv4/conf/all/accept_local'
	ip -n "$ns" link set lo up
	ip -n "$GW" link add "$1" type veth peer name eth0 netns "$ns"
	ip -n "$GW" link set "$1" up
	ip -n "$ns" link set eth0 up
	ip -n "$ns" addr add "$net.$address/24" dev eth0
	ip -n "$ns" route add default via "$net.$gateway"
	[[ $1 == outside ]] || for n in 16/28 32/27 64/26; do
		ip -n "$ns" route add local "$net.$n" dev lo
	done
	for n in "${@:5}"; do ip -n "$ns" route add local "$n" dev lo; done
}
ip netns add "$GW" || die "network"
ip -n "$GW" link set lo up
ip netns exec "$GW" sh -c 'echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6
	echo 0 >/proc/sys/net/ipv4/conf/all/rp_filter; echo 0 >/proc/sys/net/ipv4/conf/default/rp_filter'
host_up outside 172.16.1 1 2 198.51.100.0/24 192.0.2.0/24
host_up inside 10.10.10 10 1 10.50.0.0/16
host_up dmz 10.20.20 10 1
host_up inside2 10.30.30 10 1
cat "$DATA/lab.conf" "$DATA/packets/dmz.conf" "$DATA/guide.conf" "$DATA/packets/vpn.conf" >"$LAB_DIR/packets.conf"
start_gatehouse --config "$LAB_DIR/packets.conf"

ip -n "$LAB-outside" link add br0 type bridge forward_delay 0
ip -n "$LAB-outside" addr add 10.1.1.1/24 dev br0
ip -n "$LAB-outside" link set br0 up
ip netns exec "$LAB-outside" sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'
client_up() { # client_up NAME ADDRESS USER ASSIGNED
	local ns=$LAB-$1
	ip netns add "$ns"
	ip netns exec "$ns" sh -c 'echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6'
	ip -n "$ns" link set lo up
	ip -n "$LAB-outside" link add "$1" type veth peer name eth0 netns "$ns"
	ip -n "$LAB-outside" link set "$1" master br0 up
	ip -n "$ns" addr add "$2/24" dev eth0
	ip -n "$ns" link set eth0 up
	ip -n "$ns" route add $SERVER via 10.1.1.1
	ip netns exec "$ns" "$BUILD/tests/winclient" --server $SERVER --psk 'C!sc0@123' --user "$3" \
		--password "$3" --tun tun0 --hold 3600 </dev/null >"$LAB_DIR/$1.client" 2>&1 &
	PIDS+=($!)
	check "$1 is connected" within 20 says "show vpn-sessiondb ra-ikev1-ipsec filter name $3" "Assigned IP *: ${4//./\\.} "
	ip -n "$ns" route replace default dev tun0
}
client_up client 10.1.1.2 test 192.168.1.1
client_up filtered 10.1.1.3 filtered 192.168.1.2
tables=()
for t in "$DATA"/packets/*.tsv; do
	[[ -n ${TABLES:-} && " $TABLES " != *" $(basename "$t" .tsv) "* ]] || tables+=("$t")
done
python3 "$TOP/tests/lab/packets.py" --prefix "$LAB" --socket "$LAB_DIR/gatehouse.sock" \
	--gatesh "$BUILD/gatesh" --case "${CASE:-}" "${tables[@]}" || FAILED=$((FAILED + 1))
