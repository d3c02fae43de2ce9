# What is on the wire, as another's eyes see it: tshark reads captures of clients with their keys, and
# finds nothing malformed in IKE, ESP, L2TP, PPP and IP, in either direction.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh tests/winclient
command -v tshark >/dev/null || { echo "skip tshark is not installed"; exit 0; }
lab_up
ip -n "$LAB-outside" addr add 10.1.1.2/24 dev br0
start_gatehouse --config "$(full_config)"
gatesh -c 'configure terminal' -c 'group-policy L2TP-VPN attributes' -c 'intercept-dhcp enable' -c end >"$LAB_DIR/conf.out"

# capture NAME WINCLIENT-ARG...: one client's packets in NAME.pcap, its keys in NAME.keys
capture() {
	local name=$1 tshark s=0
	shift
	mkdir -p "$LAB_DIR/$name.keys/wireshark"
	ip netns exec "$LAB-outside" tshark -q -i br0 -w "$LAB_DIR/$name.pcap" -f 'not arp and not ip6' 2>"$LAB_DIR/$name.err" &
	tshark=$!
	PIDS+=("$tshark")
	within 20 grep -q 'Capturing on' "$LAB_DIR/$name.err"
	within 20 test -s "$LAB_DIR/$name.pcap"
	timeout 200 ip netns exec "$LAB-outside" "$BUILD/tests/winclient" --server $SERVER --psk 'C!sc0@123' --user test --password test \
		--ping "$WEB" --keys "$LAB_DIR/$name.keys/wireshark" "$@" >"$LAB_DIR/$name.out" 2>&1 || s=$?
	ip netns exec "$LAB-outside" bash -c "echo the end of $name >/dev/udp/10.1.1.1/5" # what was before it is there, too
	within 20 grep -aq "the end of $name" "$LAB_DIR/$name.pcap" || s=1
	kill -INT "$tshark"
	wait "$tshark"
	return $s
}
decoded() { # decoded NAME FILTER: numbers of packets that fit
	XDG_CONFIG_HOME=$LAB_DIR/$1.keys tshark -n -r "$LAB_DIR/$1.pcap" -o esp.enable_encryption_decode:TRUE \
		-o esp.enable_authentication_check:TRUE -Y "$2" -T fields -e frame.number -e _ws.col.Protocol -e _ws.col.Info 2>>"$LAB_DIR/tshark.err"
}
some() { [[ -n $(decoded "$1" "$2") ]] || { echo "none of: $2"; decoded "$1" frame; return 1; }; }
none() { # a filter that tshark does not know is no good news
	local out
	out=$(decoded "$1" "$2") || { tail -n 5 "$LAB_DIR/tshark.err"; return 1; }
	[[ -z $out ]] || { echo "$out"; return 1; }
}
# The end's port may be one by which tshark knows a protocol that it is not.
judge() { # judge NAME: nothing malformed, and all the layers were seen
	check "$1: nothing is malformed" none "$1" '(_ws.malformed || _ws.unreassembled || esp.icv_bad == 1 || _ws.expert.severity == error) && !(udp.dstport == 5)'
	for f in isakmp.id.data.ipv4_addr esp l2tp.type ppp lcp ipcp.opt.ip_address icmp; do
		check "$1: decoded down to ${f%%.*}" some "$1" "$f"
	done
}
for like in windows-{xp,7,8,10} macos ios android strongswan networkmanager libreswan mikrotik; do
	check "$like, and what it said" capture "$like" --source 10.1.1.2 --like "$like"
	judge "$like"
done
check "a client, and what it said" capture direct --source 10.1.1.2 --auth mschapv2
judge direct
check "one with UDP encapsulation" capture nat --nat --auth pap
judge nat
check "its ESP is in UDP" some nat 'udpencap && esp'
check "one that renews, phase 1 and 2" capture renewing --nat --every 100 --hold 5 --renew 1 --renew-ike 2
judge renewing
check "it has renewed" grep -Eq 'renewed: quick [1-9].*; main [1-9]' "$LAB_DIR/renewing.out"
gatesh -c 'configure terminal' -c 'no crypto ikev1 am-disable' -c end >"$LAB_DIR/conf.out"
check "one of aggressive mode" capture aggressive --source 10.1.1.2 --aggressive
judge aggressive
capture key --source 10.1.1.2 --psk wrong --limit 4 || ok "a wrong key: no connection"
check "a wrong key: nothing is malformed" none key '_ws.malformed && ip.src == 172.16.1.2'
