# A link without `nameif`: where it is Gatehouse that has the interfaces forward, nothing is opened between
# them and that link, also after the keeper was killed; where the host forwards itself, it decides.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh
lab_up
NET=$LAB-router # behind the link without a name as well
in_gw() { ip netns exec "$GW" "$@"; }
ip -n "$GW" link add spare type veth peer name spare netns "$NET"
ip -n "$GW" addr add 10.99.0.1/24 dev spare
ip -n "$NET" addr add 10.99.0.2/24 dev spare
ip -n "$GW" link set spare up
ip -n "$NET" link set spare up
ip -n "$NET" route add 10.10.10.0/24 via 10.99.0.1
in_gw sh -c 'echo 0 >/proc/sys/net/ipv4/ip_forward'
ip netns exec "$NET" nft -f - <<'NFT'
	table ip lab {
		counter spare { }
		counter wan { }
		chain come {
			type filter hook prerouting priority raw; policy accept;
			iifname "spare" udp dport 7 counter name "spare"
			iifname "wan" udp dport 7 counter name "wan"
		}
	}
NFT
came() { [[ $(ip netns exec "$NET" nft list counter ip lab "$1" | sed -n 's/.*packets \([0-9]*\) .*/\1/p') == "$2" ]]; }
# send NS ADDRESS: a datagram of a connection of its own.
send() { ip netns exec "$1" python3 -c 'import socket, sys; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", (sys.argv[1], 7))' "$2"; }
arrives() { # arrives NS ADDRESS COUNTER
	ip netns exec "$NET" nft reset counters >/dev/null
	send "$1" "$2"
	within 3 came "$3" 1
}
dropped() { in_gw nft list chain inet gatehouse forward | grep 'link without a name' | grep -Eo 'packets [0-9]+' | awk '{s += $2} END {print s + 0}'; }
# stays NS ADDRESS: it is dropped for that reason.
stays() {
	local before
	before=$(dropped)
	ip netns exec "$NET" nft reset counters >/dev/null
	send "$1" "$2"
	within 3 more_than "$before" && came spare 0
}
more_than() { (($(dropped) > $1)); }
no_rule() { ! in_gw nft list chain inet gatehouse forward | grep 'link without a name'; }

start_gatehouse --config "$DATA/lab.conf"
check "between interfaces with names" within 5 arrives "$LAB-inside" 172.16.1.1 wan
check "nothing goes to a link without one" stays "$LAB-inside" 10.99.0.2
in_gw sh -c 'echo 1 >/proc/sys/net/ipv4/conf/spare/forwarding'
tracer() { says 'packet-tracer input inside udp 10.10.10.10 5000 10.99.0.2 7' "^Action: $1"; }
check "packet-tracer says so" within 3 tracer drop
check "nothing comes from it, though it forwards" stays "$NET" 10.10.10.10

kill -9 "$GH_PID"
{ wait "$GH_PID"; } 2>/dev/null
start_gatehouse --config "$DATA/lab.conf"
check "a keeper that was killed remembers" stays "$LAB-inside" 10.99.0.2

in_gw sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'
check "the host turns forwarding on: it decides" within 5 no_rule
check "what goes there arrives" within 5 arrives "$LAB-inside" 10.99.0.2 spare
check "packet-tracer says so, too" within 3 tracer allow
in_gw sh -c 'echo 0 >/proc/sys/net/ipv4/ip_forward'
check "and off again: nothing goes there" within 5 stays "$LAB-inside" 10.99.0.2
check "SIGTERM: exit 0" stop_gatehouse

in_gw sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'
start_gatehouse --config "$DATA/lab.conf"
check "where the host forwarded before, it decides" within 5 arrives "$LAB-inside" 10.99.0.2 spare
check "without a rule of ours" no_rule
check "SIGTERM: exit 0 again" stop_gatehouse
