# Clients behind two NATs, a home's and a carrier's: two homes with the same addresses inside, three
# simulated clients and a real one in each. Half of them dial the gateway, half the address of a NAT
# before it. Traffic both ways while their keys are renewed, phase 1 and 2, by them and by the
# gateway; then the carrier's NAT is restarted with other ports, then those of the homes. Nobody loses
# his session, nor more than what was on its way.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh tests/winclient
lab_up
#   client 192.168.0.2..5 -- .1 home1 100.64.0.11 --+-- .1 carrier 10.1.1.2 -- br0 -- router -- gateway
#   client 192.168.0.2..5 -- .1 home2 100.64.0.12 --+
CARRIER=$LAB-carrier FORWARDED=10.1.1.1 HOMES=(1 2) HOSTS=(2 3 4)
home() { echo "$LAB-home$1"; }
host() { echo "$LAB-host$1-$2"; } # of HOME, by its last number
far_down() {
	local ns
	for ns in $(ip netns list | grep -oE "^$LAB-(carrier|home|host)[0-9-]*"); do ip netns del "$ns"; done
	lab_cleanup
}
trap 's=$?; far_down; exit $((s ? s : FAILED > 0))' EXIT

machine() { # machine NAMESPACE ADDRESS/WIDTH GATEWAY BRIDGE-NAMESPACE PORT: attached there
	ip netns add "$1"
	ip netns exec "$1" sh -c 'echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6
		echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6
		echo 1 >/proc/sys/net/ipv4/ip_forward
		for f in /proc/sys/net/ipv4/conf/*/rp_filter; do echo 0 >$f; done'
	ip -n "$4" link add "$5" type veth peer name eth0 netns "$1"
	ip -n "$4" link set "$5" master br0 up
	ip -n "$1" link set lo up
	ip -n "$1" link set eth0 up
	ip -n "$1" addr add "$2" dev eth0
	ip -n "$1" route add default via "$3"
}
lan() { # lan NAMESPACE ADDRESS/WIDTH: the bridge of those behind it
	ip -n "$1" link add br0 address 02:00:0a:01:01:01 type bridge forward_delay 0 stp_state 0
	ip -n "$1" link set br0 up
	ip -n "$1" addr add "$2" dev br0
}
translate() { # translate NAMESPACE [:PORTS]: from now on, with ports of those; nothing comes in unasked
	ip netns exec "$1" nft -f - <<-NFT
		table ip lab
		delete table ip lab
		table ip lab {
			chain post {
				type nat hook postrouting priority srcnat
				oifname "eth0" meta l4proto udp masquerade ${2:+to $2 random}
			}
			chain transit {
				type filter hook forward priority filter; policy drop;
				ct state established,related accept
				iifname "br0" accept
			}
		}
	NFT
}
restart() { translate "$1" "$2" && ip netns exec "$1" python3 "$TOP/tests/lab/flush_conntrack.py"; }

machine "$CARRIER" 10.1.1.2/24 10.1.1.1 "$LAB-outside" cgn
lan "$CARRIER" 100.64.0.1/24
translate "$CARRIER" :10000-39999 # no two lives of a NAT share a port by chance
for h in "${HOMES[@]}"; do
	machine "$(home "$h")" "100.64.0.1$h/24" 100.64.0.1 "$CARRIER" "home$h"
	lan "$(home "$h")" 192.168.0.1/24
	translate "$(home "$h")"
	for n in "${HOSTS[@]}"; do
		machine "$(host "$h" "$n")" "192.168.0.$n/24" 192.168.0.1 "$(home "$h")" "host$n"
	done
done
# The NAT before the gateway. It lets nothing pass but what it forwards and what is said to the gateway.
ip netns exec "$LAB-router" nft -f - <<-NFT || die "the router forwards"
	table ip lab {
		chain prerouting {
			type nat hook prerouting priority dstnat
			iifname "lan" ip daddr $FORWARDED udp dport { 500, 4500 } dnat to $SERVER
		}
		chain forward {
			type filter hook forward priority filter
			ip protocol esp drop
		}
	}
NFT
cat "$(full_config)" - >"$LAB_DIR/short.conf" <<-'CONF'
	crypto ipsec security-association lifetime seconds 120
	crypto ikev1 policy 10
	lifetime 120
	exit
	crypto ikev1 policy 20
	lifetime 120
	exit
	logging enable
	logging buffered notifications
	logging buffer-size 1000000
CONF
start_gatehouse --config "$LAB_DIR/short.conf"
: >"$LAB_DIR/stay"

dial() { # dial HOME HOST SERVER LIKE ARG...
	local ns
	ns=$(host "$1" "$2")
	ip netns exec "$ns" "$BUILD/tests/winclient" --server "$3" --psk 'C!sc0@123' --user test --password test \
		--like "$4" --tun vpn0 --ping "$WEB" --every 500 --limit 120 --hold 3000 --while "$LAB_DIR/stay" \
		"${@:5}" >"$LAB_DIR/$1-$2.out" 2>&1 &
	PIDS+=($!)
	DIALLED[$1-$2]=$!
}
declare -A DIALLED
OURS=(--renew 20 --renew-ike 30)
dial 1 2 $SERVER windows-10 "${OURS[@]}"
dial 2 2 $SERVER windows-10
dial 1 3 $FORWARDED windows-10 --renew-ike 30 # the client alone renews what masquerade has acted on
dial 2 3 $FORWARDED ios "${OURS[@]}"
dial 1 4 $SERVER android
dial 2 4 $FORWARDED mikrotik "${OURS[@]}"
real() ( # real NAME HOME SERVER ARG...
	trap - EXIT
	FAILED=0 CLIENT_NAME=$1
	at_hold() { until [[ ! -e $LAB_DIR/stay ]]; do sleep 0.2; done; }
	client --netns "$(home "$2")" --ip 192.168.0.5/24 --gw 192.168.0.1 --server "$3" --timeout 2200 \
		--ping "$WEB" --hold told "${@:4}"
	((FAILED == 0))
)
real strongswan 1 $FORWARDED --lifetime 60 --margin 20 --ikelifetime 90 & strongswan=$!
real libreswan 2 $SERVER --stack libreswan & libreswan=$!
PIDS+=("$strongswan" "$libreswan")
ALL=$((${#DIALLED[@]} + 2))

sessions() { show 'show vpn-sessiondb full ra-ikev1-ipsec' | grep -oE 'Index: [0-9]+' | sort; }
detail() { show 'show vpn-sessiondb detail ra-ikev1-ipsec'; }
ports() { detail | grep -oE 'UDP Src Port : [0-9]+' | sort; }
logged() { show 'show logging' | grep -c -- "$1"; }
all_up() { [[ $(sessions | wc -l) -eq $ALL ]]; }
same_sessions() { diff "$LAB_DIR/sessions.before" <(sessions); }
heard() { # an inside machine reaches every client
	local a n=0
	for a in $(detail | sed -nE 's/^Assigned IP *: ([0-9.]+) .*/\1/p'); do
		ip netns exec "$LAB-inside" ping -q -c 3 -i 0.2 -W 5 "$a" || return 1
		n=$((n + 1))
	done
	((n == ALL))
}
moved() { ports >"$LAB_DIR/ports.now" && [[ -z $(comm -12 "$LAB_DIR/ports.before" "$LAB_DIR/ports.now") ]]; }
restarted() { # restarted TEXT PORTS NAMESPACE...
	local text=$1 ports=$2 n
	shift 2
	ports >"$LAB_DIR/ports.before"
	for n; do check "$text: restarted" restart "$n" "$ports"; done
	check "$text: everybody has another port" within 10 moved
	check "$text: an inside machine reaches everybody" within 5 heard
	check "$text: the same sessions" same_sessions
}

within 60 all_up || { cat "$LAB_DIR"/*-*.out; die "they are up"; }
ok "they are up"
for h in "${HOMES[@]}"; do for n in "${HOSTS[@]}"; do ip -n "$(host "$h" "$n")" route add 10.10.10.0/24 dev vpn0; done; done
sessions >"$LAB_DIR/sessions.before"
check "all come from the carrier's address" test "$(detail | grep -c 'Public IP *: 10\.1\.1\.2$')" -ge "$ALL"
check "each with a port of his own" test "$(ports | uniq | wc -l)" -eq "$ALL"
masked() { (($(show 'show crypto ikev1 sa detail' | grep -c 'NAT-T masquerade: active') >= 4)); }
check "who dials the NAT before the gateway is told of none" within 5 masked
check "an inside machine reaches everybody" within 5 heard
# Windows and Android in phase 1 and 2, Windows behind the forwarding NAT in phase 2.
renewed() { (($(logged 'Rekeying Phase 1, Intf outside') >= 2 && $(logged 'Rekeying Phase 2, Intf outside') >= 3)); }
check "the gateway begins to renew what nobody else does" within 60 renewed
check "an inside machine reaches everybody with the new keys" within 5 heard
check "the same sessions" same_sessions
restarted "the carrier's NAT" :40000-50000 "$CARRIER"
translate "$CARRIER" :50001-60000 # for whoever comes anew
restarted "the homes' NATs" :20000-30000 "$(home 1)" "$(home 2)"
done_before=$(logged 'PHASE 1 COMPLETED')
# By the three who renew by themselves, and Windows his phase 1.
renewed_again() { (($(logged 'PHASE 1 COMPLETED') >= done_before + 4)); }
check "keys are renewed behind the new ports" within 20 renewed_again
check "an inside machine reaches everybody with those" within 5 heard
check "the same sessions to the end" same_sessions
rm "$LAB_DIR/stay"
for n in "${!DIALLED[@]}"; do check "client $n ends well" ended "${DIALLED[$n]}" "$LAB_DIR/$n.out"; done
lost_little() { # of none more than what was on its way, at each restart
	awk '/ flow: / { n++; if ($6 - $4 > 6) { print; bad = 1 } } END { exit bad || n != 6 }' "$LAB_DIR"/?-?.out
}
check "none of them lost more than three pings at a restart" lost_little
both() { # both WHO COUNT FILE...: phase 1 and 2 were renewed
	test "$(cat "${@:3}" | grep -cE "$1")" -eq "$2"
}
more='([2-9]|[1-9][0-9])'
check "three have renewed both phases, more than once" \
	both "quick $more, .* main $more," 3 "$LAB_DIR"/{1-2,2-3,2-4}.out
check "of two the gateway has" \
	both 'quick 0, by the server [1-9][0-9]*; main 0, by the server [1-9]' 2 "$LAB_DIR"/{2-2,1-4}.out
check "of one the gateway has renewed phase 2, and the client phase 1" \
	both "quick 0, by the server [1-9][0-9]*; main $more, by the server 0" 1 "$LAB_DIR/1-3.out"
check "strongSwan" wait "$strongswan"
check "libreswan" wait "$libreswan"
check "neither lost more than three pings at a restart" \
	test "$(grep -h '^RC: hold=ok .*lost=[0-6]$' "$LAB_DIR"/{strongswan,libreswan}.out | wc -l)" -eq 2
check "nothing is left" within 30 all_empty
