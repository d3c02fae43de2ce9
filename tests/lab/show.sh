# Every show command of the grammar, with a client connected; counters that count; debugging with
# conditions at two terminals, and one that does not read.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh tests/winclient
lab_up
ip -n "$LAB-outside" addr add 10.1.1.2/24 dev br0
ip -n "$LAB-outside" addr add 10.1.1.3/24 dev br0
cat "$DATA/lab.conf" "$DATA/guide.conf" >"$LAB_DIR/guide.conf"
# As long as nothing is translated the kernel tracks no connections, and counts none.
echo 'nat (inside,outside) after-auto source dynamic any interface' >>"$LAB_DIR/guide.conf"
cat >>"$LAB_DIR/guide.conf" <<-CONF
	object service WEB
	service tcp destination eq www
	object-group network HOSTS
	network-object host 10.10.10.10
	object-group service PORTS tcp
	port-object eq www
	object-group protocol TUNNELS
	protocol-object esp
	object-group icmp-type PING
	icmp-object echo
	time-range WORK
	periodic weekdays 8:00 to 18:00
	exit
CONF
start_gatehouse --config "$LAB_DIR/guide.conf"

windows() { # windows ADDRESS ARG...
	timeout 900 ip netns exec "$LAB-outside" "$BUILD/tests/winclient" --server $SERVER --psk 'C!sc0@123' \
		--user test --password test --source "$@"
}

# Two terminals, each with its own classes and conditions.
terminal() { # terminal NAME: $name, a descriptor that its keyboard is, and its screen in NAME.out
	mkfifo "$LAB_DIR/$1.keys"
	"$BUILD/gatesh" --socket "$LAB_DIR/gatehouse.sock" <"$LAB_DIR/$1.keys" >"$LAB_DIR/$1.out" 2>&1 &
	PIDS+=($!)
	exec {fd}>"$LAB_DIR/$1.keys"
	printf -v "$1" %s "$fd"
}
has() { grep -Eq -- "$2" "$LAB_DIR/$1.out"; }
terminal near
terminal both
printf 'enable\n\ndebug crypto condition peer 10.1.1.2\ndebug crypto ikev1 127\ndebug ppp packet\nshow debug\nshow crypto debug-condition\n' >&"$near"
printf 'enable\n\ndebug crypto ikev1\ndebug aaa\nshow debug\n' >&"$both"
check "what one has asked for" within 5 has near '^debug ppp packet enabled at level 127$'
check "his condition" within 5 has near '^10\.1\.1\.2/32$'
check "what the other has asked for" within 5 has both '^debug aaa enabled at level 1$'

windows 10.1.1.3 >"$LAB_DIR/far.out" 2>&1
check "a client of whom only one hears" within 5 has both 'IP = 10\.1\.1\.3, PHASE 1 COMPLETED'
windows 10.1.1.2 --ping "$WEB" --hold 800 >"$LAB_DIR/near.client" 2>&1 &
client=$!
check "a client of whom both hear" within 8 has near 'IP = 10\.1\.1\.2, PHASE 1 COMPLETED'
check "both hear of him" within 5 has both 'IP = 10\.1\.1\.2, PHASE 1 COMPLETED'
check "his packets of PPP" within 5 has near '^PPP [0-9]+: (sent|rcvd) '
check "the one with the condition has heard nothing of the other client" \
	test -z "$(grep -F '10.1.1.3' "$LAB_DIR/near.out")"
check "nor of what he did not ask for" test -z "$(grep -E '^AAA:' "$LAB_DIR/near.out")"
printf 'no debug crypto condition peer 10.1.1.2\nundebug all\nshow debug\nshow crypto debug-condition\n' >&"$near"
check "his condition is gone" within 5 has near '^Crypto conditional debug is turned OFF$'

# All that can be shown, while he is connected.
check "he is there" within 5 says 'show vpn-sessiondb ra-ikev1-ipsec' 'Assigned IP *: 192\.168\.1\.1'
show 'write memory' >/dev/null
python3 "$TOP/tests/lab/show.py" "$LAB_DIR/gatehouse.sock" || FAILED=$((FAILED + 1))
check "the client stays" mine "$client"

# Hits of NAT policies: the client has opened a connection to the inside host, that one to him and to
# somebody outside.
ip netns exec "$LAB-inside" ping -q -c 2 -W 1 192.168.1.1 >/dev/null
ip netns exec "$LAB-inside" ping -q -c 2 -W 1 10.1.1.3 >/dev/null
check "a NAT policy that was hit both ways" within 5 says 'show nat' 'translate_hits = [1-9][0-9]*, untranslate_hits = [1-9]'
check "a translated connection" within 5 says 'show xlate' '^ICMP PAT from inside:10\.10\.10\.10/[0-9]+ to outside:172\.16\.1\.2/[1-9][0-9]* flags ri idle 0:00:.* timeout '
check "it is a connection" says 'show conn' '^ICMP outside  10\.1\.1\.3:0 inside  10\.10\.10\.10:[0-9]+, idle 0:00:'
check "connections are counted" says 'show conn count' '^[1-9][0-9]* in use, [1-9][0-9]* most used'
show 'clear conn' >/dev/null
tunnel='^(ESP|UDP) outside  10\.1\.1\.(2|254):[0-9]+ NP Identity Ifc  172\.16\.1\.2:'
check "clear conn: what went through is forgotten" says_not 'show conn' '^ICMP outside  10\.1\.1\.3:0 '
check "the tunnel stays known" says 'show conn all' "$tunnel"
all_cleared() { show 'clear conn all' >/dev/null && says_not 'show conn all' "$tunnel"; }
check "clear conn all: it is forgotten, too" within 5 all_cleared
show 'clear nat counters' >/dev/null
check "clear nat counters" within 3 says_not 'show nat' 'translate_hits = [1-9]|untranslate_hits = [1-9]'

# Counters: of the kernel, and since the last clear.
ping_through() { ip netns exec "$LAB-outside" ping -q -c 20 -i 0.02 -W 1 $SERVER >"$LAB_DIR/ping.out"; }
input() { show 'show interface outside' | sed -n 's/^\t\([0-9]*\) packets input.* no buffer$/\1/p'; }
check "packets of a link count" bash -c "$(declare -f ping_through input show gatesh); BUILD=$BUILD LAB=$LAB LAB_DIR=$LAB_DIR SERVER=$SERVER
	before=\$(input); ping_through; after=\$(input); echo \$before \$after; ((after >= before + 20))"
show 'clear interface outside' >/dev/null
check "clear interface: from where they are" test "$(input)" -lt 20
check "who was heard of" within 3 says 'show arp' '^	outside 172\.16\.1\.1 '
# The client's next packet has him found again.
forgotten() { show 'clear arp outside' >/dev/null; says_not 'show arp' '^	outside 172\.16\.1\.1 '; }
check "clear arp: he is forgotten" within 5 forgotten
check "rates come with the second sample" within 15 says 'show processes cpu-usage' '^0x00000000 0x[0-9a-f]+ +[0-9.]+% .*engine$'

# A terminal that does not read: its lines are lost, it is told how many, and nobody else waits.
mkfifo "$LAB_DIR/slow.screen"
exec {screen}<>"$LAB_DIR/slow.screen"
mkfifo "$LAB_DIR/slow.keys"
"$BUILD/gatesh" --socket "$LAB_DIR/gatehouse.sock" <"$LAB_DIR/slow.keys" >"$LAB_DIR/slow.screen" 2>&1 &
PIDS+=($!)
exec {slow}>"$LAB_DIR/slow.keys"
printf 'group-policy L2TP-VPN attributes\nvpn-simultaneous-logins 100\n' >"$LAB_DIR/logins.conf"
gatesh "$LAB_DIR/logins.conf" >/dev/null
printf 'enable\n\ndebug crypto ikev1 255\ndebug crypto ipsec 255\ndebug l2tp 255\ndebug ppp 255\n' >&"$slow"
show "vpn-sessiondb logoff all noconfirm" >/dev/null
wait "$client"
check "forty clients while a terminal does not read" windows 10.1.1.2 --nat --clients 40 --limit 100
check "the others are answered" says 'show clock' 'UTC'
cat <"$LAB_DIR/slow.screen" >"$LAB_DIR/slow.out" &
PIDS+=($!)
lost() { # it is told of with the first line that it takes again
	grep -E '[1-9][0-9]* debug (messages|lines) were lost' "$LAB_DIR/slow.out" && return
	windows 10.1.1.2 >"$LAB_DIR/again.out" 2>&1
	return 1
}
check "it is told how many lines were lost" within 10 lost
exec {near}>&- {both}>&- {slow}>&- {screen}>&-
