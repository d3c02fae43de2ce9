# A Kerberos realm as a login server: a real one (MIT's krb5kdc), by UDP and TCP; it proves itself
# with the key of our own host. Each refusal has its own reason.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh
lab_up
KDC=10.10.10.24 SPOOF=10.10.10.34
ip -n "$LAB-inside" addr add "$KDC/24" dev eth0
ip -n "$LAB-inside" addr add "$SPOOF/24" dev eth0

kdc() { # kdc ADDRESS DIR [VAR=VALUE]: $KDC_PID
	env "${@:3}" "$TOP/tests/lab/servers/kerberos.sh" "$LAB-inside" "$1" "$LAB_DIR/$2" </dev/null >"$LAB_DIR/$2.out" 2>&1 &
	KDC_PID=$!
	PIDS+=("$KDC_PID")
}
listens() { ip netns exec "$LAB-inside" ss -Hlun "src $1:88" | grep -q .; }
gets() { # gets PATTERN USER PASSWORD [HOST]
	local out
	out=$(show "test aaa-server authentication KRB host ${4:-$KDC} username $2 password $3" | tr '\n' ' ')
	grep -Eq -- "$1" <<<"$out" || { echo "no line matches: $1"; echo "$out"; return 1; }
}
line() { gatesh -c 'configure terminal' "${@/#/-c}" >/dev/null; }
OK='INFO: Authentication Successful'
NO='ERROR: Authentication Rejected'
DEAD='ERROR: Authentication Server not responding'

cat >"$LAB_DIR/kerberos.conf" <<-CONF
	aaa-server KRB protocol kerberos
	 max-failed-attempts 1
	aaa-server KRB (inside) host $KDC
	 kerberos-realm EXAMPLE.COM
	 timeout 10
	 retry-interval 1
	aaa-server KRB (inside) host $SPOOF
	 kerberos-realm EXAMPLE.COM
	 timeout 10
	logging enable
	logging buffered informational
CONF
kdc "$KDC" kdc
kdc "$SPOOF" spoof LARGEST=300
SPOOF_PID=$KDC_PID
start_gatehouse --config "$(full_config)"
check "the configuration is taken" gatesh "$LAB_DIR/kerberos.conf"
check "the server is there" within 20 listens "$KDC"
check "the right password" gets "$OK" alice Wonderland1
check "with the realm behind the name" gets "$OK" alice@EXAMPLE.COM Wonderland1
check "with another realm" gets "$NO: .*no such user" alice@OTHER.ORG Wonderland1
check "a wrong password" gets "$NO: .*wrong user name or password" alice wrong
check "an unknown user" gets "$NO: .*no such user" nobody Wonderland1
check "a service is no user" gets "$NO: .*no such user" host/asa.example.com Wonderland1
check "a disabled account" gets "$NO: .*account is disabled" bob Builder2
check "the log says why" within 3 says 'show logging' "113005.*server = +$KDC : user = bob"
check "an expired password" gets "$NO: .*password has expired" carol Expired3
check "an expired account" gets "$NO: .*account has expired" henry Gone10
check "a wrong password that locks" gets "$NO: .*wrong user name or password" grace wrong
check "a locked account" gets "$NO: .*locked out" grace Lockout7
check "the counters" within 3 says 'show aaa-server KRB' '^Number of accepts +2'
check "a server whose answers need TCP" within 20 listens "$SPOOF"
check "the right password by TCP" gets "$OK" alice Wonderland1 "$SPOOF"
check "a wrong one" gets "$NO: .*wrong user name or password" alice wrong "$SPOOF"

# The servers have to prove themselves. The second is one of the same name without our key.
line 'aaa-server KRB protocol kerberos' 'validate-kdc'
check "without a keytab nobody is believed" gets 'ERROR: .*could not prove' alice Wonderland1
line "aaa kerberos keytab $(base64 -w0 "$LAB_DIR/kdc/asa.keytab")"
check "with our key the realm's own is" gets "$OK" alice Wonderland1
check "a wrong password is one" gets "$NO: .*wrong user name or password" alice wrong
check "the other is not" gets 'ERROR: .*could not prove' alice Wonderland1 "$SPOOF"
line 'aaa-server KRB protocol kerberos' 'no validate-kdc'

# A real client.
line 'tunnel-group DefaultRAGroup general-attributes' 'authentication-server-group KRB' \
	'tunnel-group DefaultRAGroup ppp-attributes' 'authentication pap'
at_up() { check "the user" says 'show vpn-sessiondb ra-ikev1-ipsec' 'Username *: alice '; }
client --auth pap --user alice --password Wonderland1 --ping "$WEB" \
	--then --user carol --password Expired3 --expect auth-fail
check "the log: her password has expired" within 3 says 'show logging' "113005.*reason = Password has expired : server = +$KDC : user = carol"

gone=$(known "$SPOOF_PID")
kill "$SPOOF_PID"
check "the server is gone" within 10 none_of "$gone"
check "nobody there" gets "$DEAD" alice Wonderland1 "$SPOOF"
line "aaa-server KRB (inside) host $KDC" 'kerberos-realm WRONG.ORG'
check "a server of another realm" gets 'ERROR: ' alice Wonderland1
check "SIGTERM: exit 0" stop_gatehouse
