# RADIUS against FreeRADIUS: every PPP method through the appliance, what the server says of users,
# accounting, its orders, access lists, TLS, and a server that goes.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh tests/winclient
command -v freeradius >/dev/null || { echo "skip FreeRADIUS is not installed"; exit 0; }
lab_up
ip -n "$LAB-outside" addr add 10.1.1.2/24 dev br0
ip -n "$LAB-inside" addr add 10.10.10.21/24 dev eth0
RADIUS=$LAB_DIR/radius
RADIUS_SLOW=2 "$TOP/tests/lab/servers/radius.sh" "$LAB-inside" 10.10.10.21 "$RADIUS" </dev/null >"$LAB_DIR/radius.out" 2>&1 &
RADIUS_PID=$!
PIDS+=("$RADIUS_PID")
accounted() { grep -Eq -- "$1" "$RADIUS/acct.log" || { cat "$RADIUS/acct.log"; return 1; }; }

check "FreeRADIUS is ready" within 10 grep -q 'Ready to process' "$RADIUS/radius.log"
hex() { openssl x509 -in "$1" -outform DER | od -An -v -tx1 -w32 | sed -E 's/ //g; s/.{8}/& /g; s/^/  /'; }
cat "$DATA/lab.conf" "$DATA/guide.conf" - >"$LAB_DIR/radius.conf" <<-END
	crypto ca trustpoint LAB
	enrollment terminal
	exit
	crypto ca trustpoint EMPTY
	enrollment terminal
	exit
	crypto ca certificate chain LAB
	certificate ca 01
	$(hex "$RADIUS/ca.pem")
	quit
	exit
	group-policy SALES internal
	group-policy SALES attributes
	vpn-tunnel-protocol l2tp-ipsec
	exit
	aaa-server RAD protocol radius
	max-failed-attempts 1
	dynamic-authorization port 3799
	exit
	aaa-server RAD (inside) host 10.10.10.21
	key radiusSecret1
	authentication-port 1812
	accounting-port 1813
	retry-interval 2
	exit
	aaa-server RADSEC protocol radius
	aaa-server RADSEC (inside) host 10.10.10.21
	tls enable
	trustpoint LAB
	exit
	tunnel-group DefaultRAGroup general-attributes
	authentication-server-group RAD LOCAL
	accounting-server-group RAD
	exit
	tunnel-group DefaultRAGroup ppp-attributes
	authentication pap
	authentication chap
	authentication ms-chap-v1
	authentication ms-chap-v2
	authentication eap-proxy
	exit
	logging enable
	logging buffered informational
END
start_gatehouse --config "$LAB_DIR/radius.conf"

windows() {
	timeout 300 ip netns exec "$LAB-outside" "$BUILD/tests/winclient" --server $SERVER --psk 'C!sc0@123' \
		--source 10.1.1.2 "$@"
}
in_inside() { ip netns exec "$LAB-inside" "$@"; }
fails() { ! windows "$@" >"$LAB_DIR/win.out"; }
fails_with() { fails "${@:2}" && grep -q -- "$1" "$LAB_DIR/win.out" || { cat "$LAB_DIR/win.out"; return 1; }; }
tried() { # tried GROUP USER PASSWORD PATTERN
	says "test aaa-server authentication $1 host 10.10.10.21 username $2 password $3" "$4"
}
order() { # order disconnect|coa ATTRIBUTE...: what the appliance answers
	printf '%s\n' "${@:2}" "Event-Timestamp = $(date +%s)" 'Message-Authenticator = 0x00' \
		'Packet-Src-IP-Address = 10.10.10.21' |
		in_inside radclient -x -r 1 -t 20 10.10.10.1:3799 "$1" radiusSecret1 2>&1
}
answers() { # answers PATTERN ORDER...
	local out
	out=$(order "${@:2}")
	grep -Eq -- "$1" <<<"$out" || { echo "$out"; return 1; }
}

# ---- methods
for method in pap chap mschap mschapv2 eap; do
	check "$method: a client is up" windows --user alice --password Wonderland1 --auth $method --ping "$WEB"
done
check "what the server is told" grep -q \
	'^user=alice port=[0-9]* nas=10.10.10.1 id=ciscoasa from=10.1.1.2 to=172.16.1.2 group=DefaultRAGroup client=[^ ]* service=Framed-User' \
	"$RADIUS/auth.log"
for method in pap chap mschap mschapv2 eap; do
	check "$method: a wrong password" fails --user alice --password wrong --auth $method --limit 8
done
check "disabled: E=647" fails_with E=647 --user bob --password Builder2
check "expired: E=648" fails_with E=648 --user carol --password Expired3
check "an unknown user" fails_with E=691 --user nobody --password x
check "a slow server" windows --user dave --password Slow4 --auth pap --limit 20
check "the log says who was rejected" within 3 says 'show logging' \
	'113005: AAA user authentication Rejected : reason = .* : server = 10\.10\.10\.21 : user = '
check "test aaa-server: accepted" tried RAD alice Wonderland1 'INFO: Authentication Successful'
check "test aaa-server: rejected" tried RAD alice wrong 'ERROR: Authentication Rejected'
check "after all that nothing is left" within 5 all_empty

# ---- what the server says of a user, its orders, accounting to the byte
windows --user erin --password Attributes5 --ping "$WEB" --hold 280 >"$LAB_DIR/erin.out" 2>&1 &
erin=$!
DETAIL='show vpn-sessiondb detail ra-ikev1-ipsec filter name erin'
check "the address of the server" within 10 says "$DETAIL" 'Assigned IP *: 192\.168\.1\.77 '
check "the client's three echoes are answered" within 10 echoed erin
check "the group policy of Class" says "$DETAIL" 'Group Policy *: SALES'
check "a start record, with all of Class" within 5 accounted \
	'^Start user=erin session=[0-9A-Fa-f]+ .* framed=192.168.1.77 .* class=4f553d53414c45533b,00ff6c616200'
check "CoA: a stranger's session is not known" answers 'Error-Cause = Session-Context-Not-Found' coa 'User-Name = "nobody"' 'Session-Timeout = 60'
check "CoA: an attribute that we have not" answers 'Error-Cause = Unsupported-Attribute' coa 'User-Name = "erin"' 'Framed-Route = "1.2.3.4"'
check "CoA: an idle timeout" answers '^Received CoA-ACK' coa 'User-Name = "erin"' 'Idle-Timeout = 1200'
check "it is in force" says "$DETAIL" 'Idle Time Out: 20 Minutes'
check "Disconnect: the session ends" answers '^Received Disconnect-ACK' disconnect 'User-Name = "erin"'
check "its client is told" bash -c "! wait $erin || true"
check "a stop record, with the cause" within 5 accounted '^Stop user=erin .* cause=Admin-Reset class=4f553d53414c45533b,00ff6c616200'
same_bytes() { # what the log says of the session is what was accounted for
	local line in out
	line=$(grep '^Stop user=erin' "$RADIUS/acct.log")
	in=$(sed 's/.* in=\([0-9]*\).*/\1/' <<<"$line")
	out=$(sed 's/.* out=\([0-9]*\).*/\1/' <<<"$line")
	((in > 0 && out > 0)) && says 'show logging' "113019: .*Username = erin.* Bytes xmt: $out, Bytes rcv: $in,"
}
check "bytes are those of the session's end" within 3 same_bytes
check "every start has its stop" within 5 bash -c "[[ \$(grep -c ^Start '$RADIUS/acct.log') == \$(grep -c ^Stop '$RADIUS/acct.log') ]]"

# ---- access lists that the server has
check "a downloaded access list permits" windows --user fred --password Filtered6 --ping "$WEB"
check "and denies" fails --user fred --password Filtered6 --ping 10.10.10.21
check "one that is not to be had: refused" fails --user gina --password Nolist7 --limit 8

# ---- a wrong secret, TLS, a server that goes
configure() { gatesh -c 'configure terminal' "${@/#/-c}" >/dev/null; }
check "show aaa-server counts" within 3 says 'show aaa-server RAD' 'Number of accepts +[1-9][0-9]*'
configure 'aaa-server RAD (inside) host 10.10.10.21' 'key another' 'timeout 3'
check "over TLS" tried RADSEC alice Wonderland1 'INFO: Authentication Successful'
check "over TLS: rejected" tried RADSEC alice wrong 'ERROR: Authentication Rejected'
configure 'aaa-server RADSEC (inside) host 10.10.10.21' 'trustpoint EMPTY'
check "over TLS: an authority that is not trusted" tried RADSEC alice Wonderland1 'certificate is not trusted'
check "a wrong secret: no answer" tried RAD alice Wonderland1 'ERROR: Authentication Server not responding'
configure 'aaa-server RAD (inside) host 10.10.10.21' 'key radiusSecret1' 'timeout 10'
check "the right one again" tried RAD alice Wonderland1 'INFO: Authentication Successful'
kill "$RADIUS_PID"
wait "$RADIUS_PID"
check "no server: LOCAL stands in" within 30 windows --user test --password test --auth mschapv2
check "the server is FAILED, though records wait for it" within 3 says 'show aaa-server RAD' 'Server status: +FAILED'
