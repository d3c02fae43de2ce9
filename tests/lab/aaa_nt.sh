# An NT domain as a login server: a real domain controller (Samba), asked by SMB2 and NTLMv2.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh gatehouse-nt tests/winclient
lab_up
DC=10.10.10.20
ip -n "$LAB-inside" addr add "$DC/24" dev eth0

controller() { # controller [VAR=VALUE]: $DC_PID
	env "$@" "$TOP/tests/lab/servers/nt.sh" "$LAB-inside" "$DC" "$LAB_DIR/dc" </dev/null >"$LAB_DIR/dc.out" 2>&1 &
	DC_PID=$!
	PIDS+=("$DC_PID")
}
listens() { ip netns exec "$LAB-inside" ss -Hltn "src $DC:445" | grep -q .; }
# login USER PASSWORD: what the appliance says of it
login() { show "test aaa-server authentication NTD host $DC username $1 password $2"; }
gets() { # gets PATTERN USER PASSWORD
	local out
	out=$(login "$2" "$3")
	grep -Eq -- "$1" <<<"$out" || { echo "no line matches: $1"; echo "$out"; return 1; }
}
OK='^INFO: Authentication Successful'
NO='^ERROR: Authentication Rejected'

cat >"$LAB_DIR/nt.conf" <<-CONF
	aaa-server NTD protocol nt
	 max-failed-attempts 1
	aaa-server NTD (inside) host $DC
	 nt-auth-domain-controller ntdc
	 timeout 15
	logging enable
	logging buffered informational
CONF
controller
start_gatehouse --config "$(full_config)"
check "the configuration is taken" gatesh "$LAB_DIR/nt.conf"
check "the controller is there" within 20 listens
check "the right password" gets "$OK" alice Wonderland1
check "with a domain before the name" gets "$OK" 'EXAMPLE\alice' Wonderland1
check "a wrong password" gets "$NO" alice wrong
check "an unknown user" gets "$NO" nobody Wonderland1
check "a disabled account is told so" gets "$NO: Account has been disabled" bob Builder2
check "a password that has to be changed" gets "$NO: Password has expired" carol Expired3
check "an account that has expired" gets "$NO: Account has expired" henry Gone10
check "an account that is locked" gets "$NO: Account has been locked out" ivan Locked11
check "the log says why" within 3 says 'show logging' "113005.*reason = Account has been disabled : server = +$DC : user = bob"
check "the controller was asked by NTLMv2" grep -q 'NTLMv2' "$LAB_DIR/dc/log"
check "the counters" within 3 says 'show aaa-server NTD' '^Number of accepts +2'

gatesh -c 'configure terminal' -c "aaa-server NTD host $DC" -c 'nt-auth-domain-controller OTHER' >/dev/null
check "a controller of another name is none" gets '^INFO: the controller is NTDC, not OTHER' alice Wonderland1
gatesh -c 'configure terminal' -c "aaa-server NTD host $DC" -c 'no nt-auth-domain-controller' >/dev/null

# A controller that lets everybody in as a guest.
gone=$(known "$DC_PID")
kill "$DC_PID"
check "the controller is gone" within 10 none_of "$gone"
check "nobody there: the server is said not to answer" gets '^ERROR: Authentication Server not responding' alice Wonderland1
rm -rf "$LAB_DIR/dc"
controller GUESTS=1
check "one with guests is there" within 20 listens
check "the right password" gets "$OK" alice Wonderland1
check "a guest is nobody" gets "$NO" stranger Wonderland1
check "and it is said why" gets "^INFO: the controller lets in whoever comes, as guest" stranger Wonderland1
# His name stands in the log of the library that asks, which is looked at for the controller's proof.
cat >"$LAB_DIR/ppp.conf" <<-'CONF'
	tunnel-group DefaultRAGroup general-attributes
	 authentication-server-group NTD
	tunnel-group DefaultRAGroup ppp-attributes
	 authentication pap
	 no authentication ms-chap-v2
CONF
ip -n "$LAB-outside" addr add 10.1.1.2/24 dev br0
windows() {
	timeout 200 ip netns exec "$LAB-outside" "$BUILD/tests/winclient" --server $SERVER --psk 'C!sc0@123' \
		--source 10.1.1.2 --limit 60 --auth pap "$@"
}
refused() { ! windows "$@"; }
check "clients log in by it" gatesh "$LAB_DIR/ppp.conf"
check "alice does" windows --user alice --password Wonderland1
check "a guest who is called like the proof does not" refused --user 'ntlmssp_check_packet: NTLMSSP signature OK' --password x
check "nor one whose name is no text" refused --user $'\xff\xfe' --password x
check "none of them has put the controller out" within 3 says 'show aaa-server NTD' '^Server status:? +ACTIVE'
check "the log says why" within 3 says 'show logging' '113015|113005|603103.*aaa authentication failed'
check "SIGTERM: exit 0" stop_gatehouse
