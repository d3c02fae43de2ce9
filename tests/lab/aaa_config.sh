# Login servers as operators configure and watch them: warnings, `test aaa-server`, `show aaa-server` with
# its counters, servers set active and failed, authorities that are pasted, all of it there after a restart.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh
command -v freeradius >/dev/null || { echo "skip needs freeradius"; exit 0; }
command -v slapd >/dev/null || [[ -x /usr/sbin/slapd ]] || { echo "skip needs slapd"; exit 0; }
lab_up
RADIUS=10.10.10.21 DEAD=10.10.10.29 SLAPD=10.10.10.23
ip -n "$LAB-inside" addr add "$RADIUS/24" dev eth0
ip -n "$LAB-inside" addr add "$SLAPD/24" dev eth0
"$TOP/tests/lab/servers/radius.sh" "$LAB-inside" "$RADIUS" "$LAB_DIR/radius" </dev/null >"$LAB_DIR/radius.out" 2>&1 &
PIDS+=($!)
"$TOP/tests/lab/servers/ldap.sh" "$LAB-inside" "$SLAPD" "$LAB_DIR/ldap" </dev/null >"$LAB_DIR/ldap.out" 2>&1 &
PIDS+=($!)
cat >"$LAB_DIR/aaa.conf" <<-CONF
	aaa-server RAD protocol radius
	 max-failed-attempts 1
	aaa-server RAD (inside) host $RADIUS radiusSecret1 timeout 10
	 authentication-port 1812
	 accounting-port 1813
	aaa-server RAD (inside) host $DEAD radiusSecret1 timeout 2
	 authentication-port 1812
	aaa-server DIR protocol ldap
	aaa-server DIR (inside) host $SLAPD
	 timeout 5
	 server-port 636
	 ldap-base-dn dc=example,dc=com
	 ldap-scope subtree
	 ldap-naming-attribute uid
	 ldap-login-password LdapB1nd
	 ldap-login-dn cn=asa,ou=Services,dc=example,dc=com
	 ldap-over-ssl enable
CONF
start_gatehouse --config "$(full_config)"
conf() { printf '%s\n' "$@" | timeout 60 "$BUILD/gatesh" --socket "$LAB_DIR/gatehouse.sock" -; }
tells() { # tells PATTERN COMMAND...: what the command prints has such a line, however it ends
	local pattern=$1 out
	shift
	out=$("$@" 2>&1)
	grep -Eq -- "$pattern" <<<"$out" || { echo "no line matches: $pattern"; echo "$out"; return 1; }
}
check "the configuration is taken" gatesh "$LAB_DIR/aaa.conf"
listens() { ip netns exec "$LAB-inside" ss -Hln"$1" "src $2" | grep -q .; }
check "FreeRADIUS is there" within 20 listens u "$RADIUS:1812"
check "slapd is there" within 20 listens t "$SLAPD:636"

check "a group that cannot check the methods: a warning names them" tells \
	'^ *WARNING: authentication ms-chap-v1, ms-chap-v2 of tunnel-group DefaultRAGroup cannot be checked by server group DIR \(ldap\)$' \
	conf 'tunnel-group DefaultRAGroup general-attributes' 'authentication-server-group DIR' 'no authentication-server-group'
check "a line of another protocol is refused" tells 'ERROR: kerberos-realm is not for servers of protocol radius' \
	conf "aaa-server RAD (inside) host $RADIUS" 'kerberos-realm X'
check "an interface that is not there, too" tells 'ERROR: interface \(dmz\) does not exist' conf 'aaa-server RAD (dmz) host 10.9.9.9'

TEST="test aaa-server authentication"
says_one() { says "show aaa-server RAD host $1" "$2"; }
check "nothing was asked yet" within 3 says_one "$RADIUS" '^Server status:   ACTIVE, Last transaction at unknown$'
check "a user comes in" says "$TEST RAD host $RADIUS username alice password Wonderland1" '^INFO: Authentication Successful$'
check "a wrong password does not" tells '^ERROR: Authentication Rejected: AAA failure$' \
	show "$TEST RAD host $RADIUS username alice password wrong"
check "both are counted" within 3 says_one "$RADIUS" '^Number of authentication requests       2$'
check "one as accepted" within 3 says_one "$RADIUS" '^Number of accepts                       1$'
check "one as rejected" within 3 says_one "$RADIUS" '^Number of rejects                       1$'
check "ports as the device has them" within 3 says_one "$RADIUS" '^Server port:     1812\(authentication\), 1813\(accounting\)$'
check "a server that is not there" tells '^ERROR: Authentication Server not responding: No response from server$' \
	show "$TEST RAD host $DEAD username alice password Wonderland1"
check "is given up" within 3 says_one "$DEAD" '^Server status:   FAILED, Server disabled at [0-9:]+ '
check "an operator has it tried again" show "aaa-server RAD active host $DEAD"
check "so it is active" within 3 says_one "$DEAD" '^Server status:   ACTIVE'
check "and the other one passed over" show "aaa-server RAD fail host $RADIUS"
check "so it is failed" within 3 says_one "$RADIUS" '^Server status:   FAILED'
check "and back" show "aaa-server RAD active host $RADIUS"
check "counters begin anew" show 'clear aaa-server statistics protocol radius'
check "those of that protocol" within 3 says_one "$RADIUS" '^Number of authentication requests       0$'
check "LOCAL is among the groups" within 3 says 'show aaa-server LOCAL' '^Server Protocol: Local database$'
check "a script answers no question of a server" tells '^ERROR: Authentication Challenged: No error$' \
	show "$TEST RAD host $RADIUS username otto password Token6"
asked() { # a person is asked what the server asks
	/usr/bin/python3 - "$BUILD/gatesh" "$LAB_DIR/gatehouse.sock" "$TEST RAD" "$RADIUS" <<-'END'
		import pexpect, sys
		c = pexpect.spawn(sys.argv[1], ["--socket", sys.argv[2]], timeout=60, encoding="utf-8")
		for prompt, line in (("> ", "enable"), ("Password: ", ""), ("# ", sys.argv[3]), ("or name: ", sys.argv[4]),
		                     ("Username: ", "otto"), ("Password: ", "Token6"), ("(?i)(code|token|pin)[^\n]*$", "246810"),
		                     ("INFO: Authentication Successful", "")):
		    c.expect(prompt)
		    c.sendline(line)
	END
}
check "a person is asked" asked
check "the password stands nowhere" says_not 'show logging' 'Wonderland1'

LOGIN="$TEST DIR host $SLAPD username alice password Wonderland1"
check "no authority: the server is not trusted" tells "certificate is not trusted" show "$LOGIN"
authority() {
	{ cat "$1"; echo quit; } | timeout 60 "$BUILD/gatesh" --socket "$LAB_DIR/gatehouse.sock" \
		-c 'configure terminal' -c 'crypto ca trustpoint LAB' -c 'enrollment terminal' \
		-c 'crypto ca authenticate LAB nointeractive'
}
check "another's authority is pasted" tells '% Certificate successfully imported' authority "$LAB_DIR/ldap/other.pem"
check "it does not help" tells "certificate is not trusted" show "$LOGIN"
check "the right one" tells '% Certificate successfully imported' authority "$LAB_DIR/ldap/ca.pem"
check "the user comes in" says "$LOGIN" '^INFO: Authentication Successful$'
check "all is saved" show 'write memory'
stop_gatehouse
start_gatehouse
check "and there after a restart" within 5 says "$LOGIN" '^INFO: Authentication Successful$'
check "RADIUS, too" says "$TEST RAD host $RADIUS username alice password Wonderland1" '^INFO: Authentication Successful$'
check "its chain is cleared" conf 'no crypto ca certificate chain LAB'
check "then nobody trusts the server" tells "certificate is not trusted" show "$LOGIN"
