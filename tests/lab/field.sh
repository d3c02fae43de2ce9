# Fifty simulated clients of five families and three real ones behind one NAT, all at once, with traffic: half of them
# renew their SAs themselves, of the others the gateway does, twice each. Then the NAT is restarted and gives
# everybody another port. Nobody loses his session, nor more than what was on its way.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh tests/winclient
lab_up --nat
for n in {10..59}; do ip -n "$LAB-outside" addr add "10.1.1.$n/24" dev br0; done
# A bridge takes the least address of its ports, unless it has been given one: guests come and go.
ip -n "$LAB-outside" link set br0 address 02:00:0a:01:01:01
router=$LAB-router
translate() { # translate PORTS: whoever comes anew gets one of those; no two lives of the NAT share one by chance
	ip netns exec "$router" nft flush chain ip lab post
	ip netns exec "$router" nft add rule ip lab post oifname wan ip saddr 10.1.1.0/24 meta l4proto udp masquerade to ":$1"
}
translate 10000-39999
cat "$(full_config)" - >"$LAB_DIR/short.conf" <<-'X'
	crypto ipsec security-association lifetime seconds 120
	crypto ikev1 policy 10
	lifetime 120
	exit
	crypto ikev1 policy 20
	lifetime 120
	exit
X
start_gatehouse --config "$LAB_DIR/short.conf"
: >"$LAB_DIR/stay"
half() { # half NAME FIRST WINCLIENT-ARG...: twenty-five, five of each of five families, from 10.1.1.FIRST on
	local name=$1 n=$2 like all=()
	shift 2
	for like in windows-10 macos android strongswan mikrotik; do
		ip netns exec "$LAB-outside" "$BUILD/tests/winclient" --server $SERVER --psk 'C!sc0@123' --user test --password test \
			--like $like --source 10.1.1.$n --clients 5 --gap 200 --ping "$WEB" --every 500 --limit 500 --hold 3000 \
			--while "$LAB_DIR/stay" "$@" >"$LAB_DIR/$name.$like" 2>&1 &
		all+=($!)
		n=$((n + 5))
	done
	trap 'kill "${all[@]}"; exit 143' TERM
	local p s=0
	for p in "${all[@]}"; do wait "$p" || s=$?; done
	cat "$LAB_DIR/$name".* >"$LAB_DIR/$name.out"
	return $s
}
half own 10 --renew 40 --renew-ike 55 & own=$!
half gateway 35 & gateway=$!
PIDS+=("$own" "$gateway")
real() ( # real NAME ADDRESS ARG...: it stays until there is a file `seen`
	trap - EXIT
	FAILED=0 CLIENT_NAME=$1
	at_hold() { until [[ -e $LAB_DIR/seen ]]; do sleep 0.2; done; }
	client --ip "$2/24" --timeout 2200 --ping "$WEB" --hold told "${@:3}"
	((FAILED == 0))
)
real strongswan 10.1.1.2 & a=$!
real renewing 10.1.1.3 --lifetime 60 --margin 20 --ikelifetime 90 & b=$!
real libreswan 10.1.1.4 --stack libreswan & c=$!
PIDS+=("$a" "$b" "$c")
sessions() { show 'show vpn-sessiondb full ra-ikev1-ipsec' | grep -oE 'Index: [0-9]+' | sort; }
all_up() { [[ $(sessions | wc -l) -eq 53 ]]; }
within 200 all_up || die "fifty-three clients are up"
ok "fifty-three clients are up"
sessions >"$LAB_DIR/sessions.before"
sleep 270 # more than twice the life of what the gateway has to renew
sessions >"$LAB_DIR/sessions.after"
check "the same sessions after two lives of their keys" diff "$LAB_DIR/sessions.before" "$LAB_DIR/sessions.after"
ports() { show 'show vpn-sessiondb detail ra-ikev1-ipsec' | grep -oE 'UDP Src Port : [0-9]+' | sort; }
ports >"$LAB_DIR/ports.before"
translate 40000-50000
check "the NAT is restarted" ip netns exec "$router" python3 "$TOP/tests/lab/flush_conntrack.py"
moved() { ports >"$LAB_DIR/ports.after"; [[ -z $(comm -12 "$LAB_DIR/ports.before" "$LAB_DIR/ports.after") ]]; }
check "everybody has another port" within 60 moved
sleep 5
sessions >"$LAB_DIR/sessions.moved"
check "the same sessions behind the restarted NAT" diff "$LAB_DIR/sessions.before" "$LAB_DIR/sessions.moved"
: >"$LAB_DIR/seen"
check "strongSwan" wait "$a"
check "strongSwan that renews by itself" wait "$b"
check "libreswan" wait "$c"
check "none of the real ones lost more than three pings" \
	test "$(grep -h '^RC: hold=ok .*lost=[0-3]$' "$LAB_DIR"/{strongswan,renewing,libreswan}.out | wc -l)" -eq 3
rm "$LAB_DIR/stay"
check "twenty-five that renew by themselves" ended "$own" "$LAB_DIR/own.out"
check "twenty-five that the gateway renews" ended "$gateway" "$LAB_DIR/gateway.out"
lost_little() { # of none more than three
	awk '/ flow: / { n++; if ($6 - $4 > 3) { print; bad = 1 } } END { exit bad || n != 25 }' "$1"
}
check "none of the first lost more than three pings" lost_little "$LAB_DIR/own.out"
check "none of the second" lost_little "$LAB_DIR/gateway.out"
check "the first renewed twice or more, phase 1 and 2" \
	test "$(grep -cE 'quick ([2-9]|[1-9][0-9]),.* main ([2-9]|[1-9][0-9]),' "$LAB_DIR/own.out")" -eq 25
check "the gateway renewed the second twice or more, phase 1 and 2" \
	test "$(grep -cE 'quick 0, by the server ([2-9]|[1-9][0-9]); main 0, by the server ([2-9]|[1-9][0-9])$' "$LAB_DIR/gateway.out")" -eq 25
check "nothing is left" within 30 all_empty
