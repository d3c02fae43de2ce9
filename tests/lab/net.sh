#!/bin/bash
# net.sh up|down --prefix P [--nat] [--no-address]
#
# A private network of namespaces; several may live side by side.
#
#   [P-outside]--10.1.1.0/24--[P-router]--172.16.1.0/24--[P-gw]--10.10.10.0/24--[P-inside]
#    br0 .254            .1 lan      wan .1        .2 outside  inside .1       .10 eth0
#
# Clients sit on br0 (10.1.1.2 ..., gateway 10.1.1.1), the gateway in P-gw.
#   --nat          the router masquerades 10.1.1.0/24 behind 172.16.1.1
#   --no-address   leaves the addresses of P-gw to the gateway's own configuration
set -Eeuo pipefail

cmd=${1:-} P='' nat=0 address=1
shift || true
while (($#)); do
	case $1 in
	--prefix) P=$2; shift ;;
	--nat) nat=1 ;;
	--no-address) address=0 ;;
	*) cmd= ;;
	esac
	shift
done
[[ $cmd == up || $cmd == down ]] && [[ $P =~ ^[A-Za-z0-9_-]{1,20}$ ]] || {
	sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}" >&2
	exit 2
}
O=$P-outside R=$P-router G=$P-gw I=$P-inside
in_ns() { ip netns exec "$@"; }

down() {
	local ns
	for ns in "$O" "$R" "$G" "$I"; do
		[[ ! -e /run/netns/$ns ]] || ip netns del "$ns"
	done
}

up() {
	local ns f
	[[ $(id -u) == 0 ]] || { echo "net.sh: needs root" >&2; exit 1; }
	trap 'down || true' ERR
	for ns in "$O" "$R" "$G" "$I"; do
		ip netns add "$ns"
		ip -n "$ns" link set lo up
		# No surprises from IPv6 autoconfiguration or strict reverse paths.
		in_ns "$ns" sh -c 'for f in all default; do
				[ ! -w /proc/sys/net/ipv6/conf/$f/disable_ipv6 ] || echo 1 >/proc/sys/net/ipv6/conf/$f/disable_ipv6
			done
			for f in /proc/sys/net/ipv4/conf/*/rp_filter; do echo 0 >$f; done'
	done

	ip -n "$O" link add up0 type veth peer name lan netns "$R"
	ip -n "$R" link add wan type veth peer name outside netns "$G"
	ip -n "$G" link add inside type veth peer name eth0 netns "$I"

	ip -n "$O" link add br0 type bridge forward_delay 0 stp_state 0
	ip -n "$O" link set up0 master br0 up
	ip -n "$O" link set br0 up
	ip -n "$O" addr add 10.1.1.254/24 dev br0
	ip -n "$O" route add default via 10.1.1.1

	ip -n "$R" addr add 10.1.1.1/24 dev lan
	ip -n "$R" addr add 172.16.1.1/24 dev wan
	ip -n "$R" link set lan up
	ip -n "$R" link set wan up
	in_ns "$R" sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'

	ip -n "$G" link set outside up
	ip -n "$G" link set inside up
	if ((address)); then
		ip -n "$G" addr add 172.16.1.2/24 dev outside
		ip -n "$G" addr add 10.10.10.1/24 dev inside
		ip -n "$G" route add default via 172.16.1.1
	fi

	ip -n "$I" addr add 10.10.10.10/24 dev eth0
	ip -n "$I" link set eth0 up
	ip -n "$I" route add default via 10.10.10.1

	# veth leaves checksums to hardware that is not there: raw and packet sockets would see partial ones.
	in_ns "$G" ethtool -K outside tx off >/dev/null
	in_ns "$G" ethtool -K inside tx off >/dev/null
	in_ns "$I" ethtool -K eth0 tx off >/dev/null

	if ((nat)); then
		in_ns "$R" nft -f - <<-'NFT'
			table ip lab {
				chain post {
					type nat hook postrouting priority srcnat; policy accept;
					oifname "wan" ip saddr 10.1.1.0/24 masquerade
				}
				chain transit {
					type filter hook forward priority filter; policy drop;
					ct state established,related accept
					iifname "lan" accept
				}
			}
		NFT
	fi
}

"$cmd"
