# What a login server says of users holds for their sessions, with FreeRADIUS: an access list by its
# name on every packet, while it is configured anew and when the server changes its mind.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh tests/winclient
lab_up
ip -n "$LAB-outside" addr add 10.1.1.2/24 dev br0
ip -n "$LAB-inside" addr add 10.10.10.21/24 dev eth0
RADIUS=$LAB_DIR/radius
"$TOP/tests/lab/servers/radius.sh" "$LAB-inside" 10.10.10.21 "$RADIUS" </dev/null >"$LAB_DIR/radius.out" 2>&1 &
PIDS+=($!)
cat "$DATA/lab.conf" "$DATA/guide.conf" - >"$LAB_DIR/session.conf" <<-END
	access-list WEB-ONLY extended permit icmp any host $WEB echo
	access-list NOTHING extended deny ip any any
	aaa-server RAD protocol radius
	dynamic-authorization port 3799
	exit
	aaa-server RAD (inside) host 10.10.10.21
	key radiusSecret1
	authentication-port 1812
	accounting-port 1813
	retry-interval 2
	exit
	tunnel-group DefaultRAGroup general-attributes
	authentication-server-group RAD
	exit
	tunnel-group DefaultRAGroup ppp-attributes
	authentication pap
	exit
	logging enable
	logging buffered informational
END
start_gatehouse --config "$LAB_DIR/session.conf"
check "FreeRADIUS is ready" within 10 grep -q 'Ready to process' "$RADIUS/radius.log"

windows() {
	timeout 600 ip netns exec "$LAB-outside" "$BUILD/tests/winclient" --server $SERVER --psk 'C!sc0@123' \
		--source 10.1.1.2 --auth pap "$@"
}
refused() { ! windows "$@"; }
configure() { gatesh -c 'configure terminal' "${@/#/-c}" >/dev/null; }
order() { # order coa|disconnect ATTRIBUTE...: what the appliance answers
	printf '%s\n' "${@:2}" "Event-Timestamp = $(date +%s)" 'Message-Authenticator = 0x00' \
		'Packet-Src-IP-Address = 10.10.10.21' |
		ip netns exec "$LAB-inside" radclient -x -r 1 -t 20 10.10.10.1:3799 "$1" radiusSecret1 2>&1
}
answers() {
	local out
	out=$(order "${@:2}")
	grep -Eq -- "$1" <<<"$out" || { echo "$out"; return 1; }
}
DETAIL='show vpn-sessiondb detail ra-ikev1-ipsec filter name hugo'
# What the gateway has put into the tunnel and what it has not, of an echo from the inside.
traffic() { show "$DETAIL" | sed -nE 's/^Pkts Tx( Drop)? *: ([0-9]+).*/\2/p' | xargs; }
counted() { # counted passed|dropped SENT DROPPED: more than those
	local sent dropped
	read -r sent dropped <<<"$(traffic)"
	case $1 in
	passed) ((sent > $2)) ;;
	dropped) ((dropped > $3)) ;;
	esac
}
from_inside() { # from_inside passed|dropped: one packet of the server's to the client
	local sent dropped sent_now dropped_now
	read -r sent dropped <<<"$(traffic)"
	ip netns exec "$LAB-inside" ping -c 1 -W 1 -I 10.10.10.21 "$ADDRESS" >/dev/null
	within 5 counted "$1" "$sent" "$dropped"
	read -r sent_now dropped_now <<<"$(traffic)"
	case $1 in
	passed) ((dropped_now == dropped && sent_now > sent)) ;;
	dropped) ((dropped_now > dropped)) ;;
	esac || { echo "$sent+$dropped, then $sent_now+$dropped_now"; return 1; }
}

check "a list of the configuration, by Filter-Id: what it permits" windows --user hugo --password Named8 --ping "$WEB"
check "what it does not permit" refused --user hugo --password Named8 --ping 10.10.10.21
check "a list that is not configured: refused" refused --user iris --password Nowhere9 --limit 8
check "with the reason" within 3 says 'show crypto isakmp stats' 'the access list that the user.s packets have to pass is not configured'
check "and a user without a list is free" windows --user alice --password Wonderland1 --ping 10.10.10.21

windows --user hugo --password Named8 --ping "$WEB" --hold 500 >"$LAB_DIR/hugo.out" 2>&1 &
hugo=$!
check "hugo is there, under his list" within 10 says "$DETAIL" '^ *Filter Name *: WEB-ONLY'
check "his three echoes are answered" within 10 echoed hugo
ADDRESS=$(show "$DETAIL" | sed -nE 's/^Assigned IP *: ([0-9.]+).*/\1/p')
check "from the inside nothing comes through" from_inside dropped
check "which is told" within 3 says 'show logging' \
	'106103: access-list WEB-ONLY denied icmp for user hugo 10\.10\.10\.21\(8\) -> [0-9.]+\(0\)'
configure "access-list WEB-ONLY extended permit icmp any host 10.10.10.21 echo"
check "the list is longer now: it does" from_inside passed
configure "no access-list WEB-ONLY extended permit icmp any host 10.10.10.21 echo"
check "and shorter again: it does not" from_inside dropped
check "CoA: a list that is not configured is refused" answers '^Received CoA-NAK' coa 'User-Name = "hugo"' 'Filter-Id = "NOWHERE"'
check "nothing has changed" says "$DETAIL" '^ *Filter Name *: WEB-ONLY'
configure "access-list ALL extended permit ip any any"
check "CoA: another list" answers '^Received CoA-ACK' coa 'User-Name = "hugo"' 'Filter-Id = "ALL"'
check "it holds at once" from_inside passed
check "CoA: rules of the server's own" answers '^Received CoA-ACK' coa 'User-Name = "hugo"' 'Cisco-AVPair = "ip:inacl#1=deny ip any any"'
check "they hold at once" from_inside dropped
check "under a name of the user's" says "$DETAIL" '^ *Filter Name *: AAA-user-hugo'
check "CoA: a session timeout of two seconds" answers '^Received CoA-ACK' coa 'User-Name = "hugo"' 'Session-Timeout = 2'
check "it ends the session" within 8 says 'show logging' '113019: .*Username = hugo.*Reason: Max time exceeded'
wait "$hugo"
check "nothing is left" within 5 all_empty
