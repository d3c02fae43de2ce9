# Links of 576 to 1500 bytes between client and gateway, which neither of them sees: TCP flows both
# ways and datagrams of any length arrive, with DF and without, plain ESP and through UDP, where
# routers say what fits and where they do not.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh tests/winclient
lab_up
full_config >/dev/null
printf 'logging enable\nlogging buffered debugging\n' >>"$LAB_DIR/full.conf"
start_gatehouse --config "$LAB_DIR/full.conf"

# outside --narrow link-- narrow --1500-- far, where the client is
FAR=$LAB-far NARROW=$LAB-narrow CLIENT=10.9.1.2
far_down() { ip netns del "$FAR"; ip netns del "$NARROW"; lab_cleanup; }
trap 's=$?; far_down; exit $((s ? s : FAILED > 0))' EXIT
ip netns add "$FAR"
ip netns add "$NARROW"
ip -n "$LAB-outside" link add thin type veth peer name thin netns "$NARROW"
ip -n "$NARROW" link add lan type veth peer name eth0 netns "$FAR"
for n in "$FAR" "$NARROW" "$LAB-outside"; do
	ip netns exec "$n" sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward
		for f in /proc/sys/net/ipv4/conf/*/rp_filter; do echo 0 >$f; done'
done
ip -n "$LAB-outside" addr add 10.9.0.1/24 dev thin
ip -n "$NARROW" addr add 10.9.0.2/24 dev thin
ip -n "$NARROW" addr add 10.9.1.1/24 dev lan
ip -n "$FAR" addr add $CLIENT/24 dev eth0
ip -n "$LAB-outside" link set thin up
ip -n "$NARROW" link set thin up
ip -n "$NARROW" link set lan up
ip -n "$FAR" link set lo up
ip -n "$FAR" link set eth0 up
ip -n "$FAR" route add default via 10.9.1.1
ip -n "$NARROW" route add default via 10.9.0.1
ip -n "$LAB-outside" route add 10.9.1.0/24 via 10.9.0.2
ip -n "$LAB-router" route add 10.9.0.0/16 via 10.1.1.254
ip -n "$LAB-router" route add 10.10.10.0/24 via 172.16.1.2
ip netns exec "$FAR" ethtool -K eth0 tx off gso off tso off >/dev/null

far() { ip netns exec "$FAR" "$@"; }
inside() { ip netns exec "$LAB-inside" "$@"; }
connect() { # connect ARG...
	far "$BUILD/tests/winclient" --server $SERVER --psk 'C!sc0@123' --user test --password test \
		--tun vpn0 --hold 1000 "$@" >"$LAB_DIR/win.out" 2>&1 &
	WIN=$!
	PIDS+=("$WIN")
	within 8 far ip route add 10.10.10.0/24 dev vpn0 || { cat "$LAB_DIR/win.out"; return 1; }
}
leave() {
	end_mine "$WIN"
	wait "$WIN" 2>/dev/null
	show 'vpn-sessiondb logoff all noconfirm' >/dev/null
	within 5 no_sessions
}
forget() { ip -n "$1" route flush cache; }
down() { test "$(far timeout 120 curl -s -m 100 "http://$WEB/data/300000" | wc -c)" = 300000; }
up() {
	head -c 300000 /dev/zero >"$LAB_DIR/up.bin"
	far timeout 120 curl -s -m 100 -T "$LAB_DIR/up.bin" "http://$WEB/up" | grep -q .
}
datagram() { # 1400 bytes without DF, from inside to the client
	far timeout 60 python3 -c 'import socket
s = socket.socket(type=socket.SOCK_DGRAM)
s.bind(("192.168.1.1", 7777))
print(len(s.recv(2000)), flush=True)' >"$LAB_DIR/got" &
	local got=$!
	PIDS+=("$got")
	within 6 sent_and_came
}
sent_and_came() {
	inside python3 -c 'import socket
s = socket.socket(type=socket.SOCK_DGRAM)
s.setsockopt(0, 10, 0) # IP_MTU_DISCOVER: IP_PMTUDISC_DONT
s.sendto(bytes(1400), ("192.168.1.1", 7777))'
	grep -qx 1400 "$LAB_DIR/got"
}
told_what_fits() { # with DF: what the sender is told in the end arrives, and is what the path has room for
	local mtu=1400 told out i
	for i in 1 2 3 4 5 6; do
		out=$(inside ping -c 1 -W 10 -M do -s $((mtu - 28)) 192.168.1.1 2>&1) && break
		told=$(sed -n 's/.*mtu *= *\([0-9]*\).*/\1/p' <<<"$out" | head -n 1)
		echo "$mtu: told ${told:-nothing}"
		mtu=${told:-$mtu}
	done
	echo "passes $mtu"
	((i < 6 && mtu <= $1 && (mtu > $1 - 120 || mtu == 1400)))
}
# Cut on the way to the client, by the router in front of the narrow link.
cut_on_the_way() {
	ip netns exec "$LAB-outside" awk '/^Ip:/ && NR % 2 { split($0, name) }
		/^Ip:/ && !(NR % 2) { for (i in name) if (name[i] == "FragOKs") print $i }' /proc/net/snmp
}
routers() { # speak, silent (no ICMP of theirs arrives), strict (nor do fragments)
	local n
	for n in "$LAB-router" "$NARROW"; do
		ip netns exec "$n" nft -f - <<-NFT
			table ip path
			delete table ip path
			table ip path {
				chain forward {
					type filter hook forward priority 0
					$([[ $1 == speak ]] || echo 'icmp type destination-unreachable drop')
				}
				chain raw {
					type filter hook prerouting priority -500
					$([[ $1 != strict ]] || echo 'ip frag-off & 0x1fff != 0 drop')
				}
				chain out {
					type filter hook output priority 0
					$([[ $1 == speak ]] || echo 'icmp type destination-unreachable drop')
				}
			}
		NFT
	done
}
check "the server answers" within 20 inside curl -s -o /dev/null "http://$WEB/"
case_of() { # case_of MTU ROUTERS [ARG...]
	local mtu=$1 routers=$2 what cut
	shift 2
	what="$mtu, routers $routers${1:+, by UDP}"
	ip -n "$LAB-outside" link set thin mtu "$mtu"
	ip -n "$NARROW" link set thin mtu "$mtu"
	routers "$routers"
	for n in "$GW" "$FAR" "$LAB-inside"; do forget "$n"; done
	check "$what: a client connects" connect "$@"
	# What nobody says is found out by questions that go unanswered for a while.
	[[ $routers == speak ]] || check "$what: the path is known" within 8 says 'show crypto ipsec sa' "path mtu $mtu, "
	cut=$(cut_on_the_way)
	check "$what: a datagram without DF" datagram
	check "$what: TCP down" down
	check "$what: TCP up" up
	[[ $routers != speak ]] || {
		# Linux takes no MTU below 552 for a path; there it leaves DF out by itself.
		((mtu == 576)) || check "$what: a datagram with DF" told_what_fits "$mtu"
		check "$what: nothing is cut once the path is known" test $(($(cut_on_the_way) - cut)) -le 6
		((mtu > 1460)) || # what a client takes fits
			check "$what: the path is shown" says 'show crypto ipsec sa' "path mtu $mtu, .*media mtu 1500"
	}
	leave || not_ok "$what: the client leaves"
}
# Without a client: what hosts on two interfaces agree on. Timestamps take 12 bytes of a segment.
segment() { # segment N: that is how long it is, on both sides
	ip netns exec "$LAB-outside" timeout 60 python3 -c 'import socket
s = socket.create_server(("10.1.1.254", 7000))
while True:
    c, _ = s.accept()
    if c.recv(1):
        print(c.getsockopt(6, 2), flush=True)' >"$LAB_DIR/far_end" &
	local far_end=$! s=0
	within 5 inside python3 -c 'import socket, sys
s = socket.create_connection(("10.1.1.254", 7000), 20)
s.send(b"x")
n = s.getsockopt(6, 2)
print(n)
sys.exit(n != int(sys.argv[1]))' $(($1 - 12)) && within 5 grep -qx $(($1 - 12)) "$LAB_DIR/far_end" || s=1
	end_mine "$far_end"
	wait "$far_end"
	return $s
}
configure() {
	printf '%s\n' "$@" >"$LAB_DIR/lines.conf"
	gatesh "$LAB_DIR/lines.conf"
}
check "between interfaces segments are held to 1380 bytes" segment 1380
check "sysopt connection tcpmss 1000" configure 'sysopt connection tcpmss 1000'
check "and to 1000" segment 1000
check "sysopt connection tcpmss 0" configure 'sysopt connection tcpmss 0'
check "or to nothing" segment 1460
check "no sysopt connection tcpmss" configure 'no sysopt connection tcpmss'

case_of 576 speak
case_of 576 speak --nat
case_of 1280 speak
case_of 1400 speak --nat
case_of 1492 speak
case_of 1500 speak --nat
# With DF nowhere nothing has to be found out.
check "crypto ipsec df-bit clear-df" configure 'crypto ipsec df-bit clear-df outside'
routers silent
connect --nat
check "a client connects where DF is cleared" within 5 says 'show crypto ipsec sa' 'DF policy: clear-df'
check "TCP down" down
# What is not his, or for all, does not pass.
far ip addr add 192.168.1.77/32 dev vpn0
far ping -c 2 -i 0.2 -W 1 -I 192.168.1.77 "$WEB" >"$LAB_DIR/spoofed" 2>&1
check "nobody answers a false source" grep -q ' 0 received' "$LAB_DIR/spoofed"
check "it is told" within 3 says 'show logging' '%ASA-1-106021: Deny icmp reverse path check from 192.168.1.77 to 10.10.10.10 on interface outside'
leave || not_ok "the client leaves"
check "no crypto ipsec df-bit" configure 'no crypto ipsec df-bit clear-df outside'

for routers in silent strict; do
	case_of 576 $routers
	case_of 1280 $routers --nat
done
