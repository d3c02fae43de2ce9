# Others change what is ours in the kernel: the rule set is flushed, addresses and routes are deleted,
# links go down or away, switches are turned. It is put back, the operator is told, and `show route`
# never says what the kernel has not. In the end the host has what it had.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh
lab_up --no-address
in_gw() { ip netns exec "$GW" "$@"; }
in_gw sh -e <<'HOST'
	echo 0 >/proc/sys/net/ipv4/conf/all/accept_redirects
	ip link add other type veth peer name other-end
	ip link set other up
	ip link set other-end up
	ip address add 10.77.0.2/24 dev other
	ip route add 10.78.0.0/16 via 10.77.0.1 dev other metric 100
	nft -f - <<-'NFT'
		table inet host {
			chain input {
				type filter hook input priority filter; policy accept;
				tcp dport 22 counter accept
			}
		}
	NFT
HOST
host_picture() { # counters aside
	ip -n "$GW" addr
	ip -n "$GW" route show table all
	in_gw nft list ruleset | same_rules
	in_gw sysctl -a 2>/dev/null | grep '^net\.ipv4\.' | grep -v -e '\.conf\.gatehouse0\.' -e '\.neigh\.gatehouse0\.'
}
same_host() { diff "$LAB_DIR/host" <(host_picture); }
host_picture >"$LAB_DIR/host"

of_ours() { # what the kernel has of ours, counters aside
	ip -n "$GW" -br -4 addr show dev outside
	ip -n "$GW" -br -4 addr show dev inside
	ip -n "$GW" -4 route
	in_gw nft list table inet gatehouse | same_rules
	for d in outside inside other gatehouse0; do in_gw cat /proc/sys/net/ipv4/conf/$d/forwarding; done
}
ours() { of_ours | sed 's/@[^ ]*//'; }
same_ours() { diff "$LAB_DIR/ours" <(ours); }
log_has() { grep -Eq -- "$1" "$LAB_DIR/gatehouse.out" || { tail "$LAB_DIR/gatehouse.out"; return 1; }; }
put_back() { # put_back TEXT LOG COMMAND...: after the command all is again as it was, and was told
	local text=$1 log=$2
	shift 2
	: >"$LAB_DIR/gatehouse.out"
	in_gw "$@" || not_ok "$text: $*"
	check "$text: put back" within 5 same_ours
	[[ -z $log ]] || check "$text: told" within 3 log_has "$log"
}

start_gatehouse
check "an appliance without configuration forwards nothing" in_gw sh -c '[ "$(cat /proc/sys/net/ipv4/conf/outside/forwarding)$(cat /proc/sys/net/ipv4/ip_forward)" = 00 ]'
gatesh "$(full_config)" >/dev/null
check "configured" within 5 bash -c "ip -n $GW route | grep -q '^default via 172.16.1.1 dev outside proto 71'"
check "and nothing more comes" settles ours
check "the interfaces of the configuration forward" in_gw sh -c 'cd /proc/sys/net/ipv4/conf; [ "$(cat outside/forwarding inside/forwarding gatehouse0/forwarding | tr -d "\n")" = 111 ]'
check "the host's other link and the machine as a whole do not" in_gw sh -c 'cd /proc/sys/net/ipv4; [ "$(cat conf/other/forwarding ip_forward conf/all/accept_redirects | tr -d "\n")" = 000 ]'

check "show route: ours" says 'show route' '^S\*       0\.0\.0\.0 0\.0\.0\.0 \[1/0\] via 172\.16\.1\.1, outside'
check "show route: connected" says 'show route' '^C        10\.10\.10\.0 255\.255\.255\.0 is directly connected, inside'
check "show route: local" says 'show route' '^L        172\.16\.1\.2 255\.255\.255\.255 is directly connected, outside'
check "show route: the host's own" says 'show route' '^S K      10\.78\.0\.0 255\.255\.0\.0 \[0/100\] via 10\.77\.0\.1, other'
check "show route: what that code means" says 'show route' '^       K - route of the host'

put_back "nft flush ruleset" 'table inet gatehouse was removed .*counts begin' nft flush ruleset
put_back "a rule of ours deleted" 'table inet gatehouse was changed' nft flush chain inet gatehouse postrouting
put_back "the default route deleted" 'route 0\.0\.0\.0/0 via 172\.16\.1\.1 on outside was removed' ip route del default
put_back "all our routes flushed" 'route 0\.0\.0\.0/0 .* put back' ip route flush proto 71
put_back "an address deleted" 'address 172\.16\.1\.2/24 of outside was removed' ip address del 172.16.1.2/24 dev outside
put_back "all addresses flushed" 'address 10\.10\.10\.1/24 of inside was removed' ip address flush dev inside
put_back "a link set down" 'outside was taken down .*up again' ip link set outside down
put_back "the clients' device set down" 'gatehouse0 was taken down' ip link set gatehouse0 down
put_back "the clients' device deleted" 'gatehouse0 was removed by another program; it is made again' ip link del gatehouse0
check "the clients' device deleted: the appliance serves" within 5 says 'show vpn-sessiondb' 'INFO: There are presently no active sessions'
put_back "forwarding turned off everywhere" 'forwarding on (outside|inside) was turned off' sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward; echo 0 >/proc/sys/net/ipv4/ip_forward; echo 0 >/proc/sys/net/ipv4/conf/all/accept_redirects'

# No carrier, and a link that goes away and comes back.
ip -n "$LAB-router" link set wan down
check "no carrier: not in show route" within 3 says_not 'show route' 'outside$'
check "no carrier: no gateway of last resort" says 'show route' '^Gateway of last resort is not set'
ip -n "$LAB-router" link set wan up
check "carrier: all is there" within 5 same_ours
mac=$(in_gw cat /sys/class/net/inside/address)
in_gw ip link del inside
check "a link is away: not in show route" within 3 says_not 'show route' '10\.10\.10\.0|inside$'
in_gw ip link add inside address "$mac" type veth peer name eth0 netns "$LAB-inside"
ip -n "$LAB-inside" link set eth0 up
check "it comes back: all is there" within 5 same_ours

# More happens at once than the kernel keeps news of: they are lost, and after that others are heard.
for n in {1..4000}; do printf 'addr add 10.9.%d.%d/32 dev lo\n' $((n / 250)) $((n % 250 + 1)); done >"$LAB_DIR/flood"
kill -STOP "$GH_PID"
ip -n "$GW" -batch "$LAB_DIR/flood"
kill -CONT "$GH_PID"
check "a flood of news: all is there" within 5 same_ours
put_back "after a flood the address deleted" '' ip addr del 10.10.10.1/24 dev inside
ip -n "$GW" addr flush dev lo to 10.9.0.0/16

# Somebody who does not stop. A route that nobody has removed before: what the operator was told of the
# others may have been said above already.
gatesh -c 'configure terminal' -c 'route outside 192.0.2.0 255.255.255.0 172.16.1.1' >/dev/null
check "one more route" within 5 bash -c "ip -n $GW route | grep -q '^192.0.2.0/24 via 172.16.1.1 dev outside'"
check "and nothing more comes" settles ours
: >"$LAB_DIR/gatehouse.out"
removed=0 since=$(date +%s%3N)
for n in {1..200}; do # a busy machine puts back later than it is removed
	in_gw ip route del 192.0.2.0/24 2>/dev/null && removed=$((removed + 1))
	sleep 0.1
	((removed < 8)) || break # put back five times at once, then after a second, after two
done
took=$(($(date +%s%3N) - since))
check "again and again: removed eight times" [ "$removed" = 8 ]
check "again and again: the operator is told" within 3 log_has 'route 192\.0\.2\.0/24 .* again and again'
check "again and again: less often" [ "$took" -ge 3000 ]
check "and put back all the same" within 20 same_ours

# Chains of the host that drop.
: >"$LAB_DIR/gatehouse.out"
check "no such chain" says 'show host-firewall' '^No chain'
in_gw nft add table inet host
in_gw nft add chain inet host input '{ type filter hook input priority filter; policy drop; }'
in_gw nft add table ip fw
in_gw nft add chain ip fw last '{ type filter hook forward priority filter; policy accept; }'
in_gw nft add rule ip fw last ct state established accept
in_gw nft add rule ip fw last counter reject
check "policy drop: told" within 3 log_has 'chain inet host input .*UDP 500'
check "a last rule that rejects: told" within 3 log_has 'chain ip fw last .*VPN clients'
check "policy drop: shown" says 'show host-firewall' '^WARNING: chain inet host input '
check "a last rule: shown" says 'show host-firewall' '^WARNING: chain ip fw last '
in_gw nft delete table inet host
in_gw nft delete table ip fw
check "gone: told" within 3 log_has 'chain inet host input .* no more'
check "gone: not shown" says 'show host-firewall' '^No chain'
in_gw nft -f - <<'NFT'
	table inet host {
		chain input {
			type filter hook input priority filter; policy accept;
			tcp dport 22 counter accept
		}
	}
NFT

# The keeper is killed and comes back; then it goes for good.
kids=$(role_processes)
kill -9 "$GH_PID"
wait "$GH_PID" 2>/dev/null
# shellcheck disable=SC2086  # several
within 3 none_of $kids
start_gatehouse
check "after kill -9: ours is there" within 5 same_ours
check "SIGTERM: exit 0" stop_gatehouse
restored() { # link numbers and what hangs on them changed with the link that was made anew
	diff <(grep -v -e 'inside' -e 'link/ether' -e 'inet6' <"$LAB_DIR/host") <(host_picture | grep -v -e 'inside' -e 'link/ether' -e 'inet6')
}
check "stopped: the host has what it had" within 3 restored
check "and its link forwards no more" in_gw sh -c '[ "$(cat /proc/sys/net/ipv4/conf/outside/forwarding)" = 0 ]'
