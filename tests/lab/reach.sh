# What a client reaches: the Internet by the outside interface's address, one server and nothing else
# with vpn-filter; and who reaches it: an inside host, by a pool address of its own network.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh
lab_up
NET=198.51.100.80 # behind the router, for packets of the gateway only
ip -n "$LAB-router" addr add $NET/32 dev lo
ip netns exec "$LAB-router" nft -f - <<-NFT
	table ip lab {
		chain input {
			type filter hook input priority filter; policy accept;
			ip daddr $NET ip saddr != 172.16.1.2 counter drop
		}
	}
NFT
ip netns exec "$LAB-router" python3 "$TOP/tests/lab/web.py" $NET </dev/null >"$LAB_DIR/net.log" 2>&1 &
PIDS+=($!)
{
	cat "$(full_config)"
	cat <<-CONF
		ip local pool NEAR 10.10.10.100-10.10.10.119 mask 255.255.255.0
		same-security-traffic permit intra-interface
		access-list ONE extended permit ip any host $WEB
		access-list ONE extended permit icmp any host $WEB
		group-policy FILTERED internal
		group-policy FILTERED attributes
		vpn-filter value ONE
		vpn-tunnel-protocol l2tp-ipsec
		exit
		username two password two mschap
		username two attributes
		vpn-group-policy FILTERED
		exit
		tunnel-group DefaultRAGroup general-attributes
		no address-pool Address-pool
		address-pool NEAR
		exit
		object network NEAR-POOL
		range 10.10.10.100 10.10.10.119
		nat (outside,outside) dynamic interface
		exit
		object network NEAR-HOSTS
		range 10.10.10.100 10.10.10.119
		exit
		nat (inside,outside) source static any any destination static NEAR-HOSTS NEAR-HOSTS no-proxy-arp
		nat (inside,outside) after-auto source dynamic any interface
	CONF
} >"$LAB_DIR/reach.conf"
start_gatehouse --config "$LAB_DIR/reach.conf"
check "every line is taken" bash -c "! grep ' refused' $LAB_DIR/gatehouse.out"

inside() { ip netns exec "$LAB-inside" "$@"; }
mac_of() { ip -n "$1" -br link show dev "$2" | awk '{print $3}'; }
knows() { inside ip neigh show "$1" | grep -q "lladdr $(mac_of "$GW" inside) "; }
reaches_client() { inside ping -c 3 -W 10 10.10.10.100; }
unreachable() { inside ip neigh flush dev eth0; ! inside ping -c 2 -W 1 10.10.10.100; }
at_up() {
	case $1 in
	1)
		check "an inside host pings the client" within 5 reaches_client
		check "the gateway has answered ARP for it" knows 10.10.10.100
		check "after noproxyarp it does not" bash -c "$(declare -f gatesh inside unreachable); LAB=$LAB LAB_DIR=$LAB_DIR BUILD=$BUILD
			gatesh -c 'configure terminal' -c 'sysopt noproxyarp inside' && unreachable"
		check "and again without" bash -c "$(declare -f gatesh inside reaches_client); LAB=$LAB LAB_DIR=$LAB_DIR BUILD=$BUILD
			gatesh -c 'configure terminal' -c 'no sysopt noproxyarp inside' && inside ip neigh flush dev eth0 && reaches_client" ;;
	esac
}
no_proxy() { ! ip -n "$GW" neigh show proxy | grep .; }
at_down() { check "no answer to ARP is left after step $1" within 3 no_proxy; }
client --timeout 2200 --ping "$WEB" --fetch "http://$WEB/" --fetch "http://$NET/" \
	--then --user two --password two --ping "$WEB" --fetch "http://$WEB/" \
	--then --user two --password two --ping "$WEB" --fetch "http://$NET/" --set FETCHTIME=6 --expect fail:fetch
check "no packet came to the Internet by another way" bash -c \
	"ip netns exec $LAB-router nft list table ip lab | grep -q 'counter packets 0 '"
check "SIGTERM: exit 0" stop_gatehouse
