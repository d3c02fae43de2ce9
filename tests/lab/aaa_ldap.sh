# An LDAP directory as a login server: a real one (OpenLDAP's slapd), asked by search and bind, in the
# clear and by TLS. Each refusal has its own reason.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh
lab_up
SLAPD=10.10.10.23 BASE=dc=example,dc=com
ip -n "$LAB-inside" addr add "$SLAPD/24" dev eth0

slapd() { # $SLAPD_PID
	"$TOP/tests/lab/servers/ldap.sh" "$LAB-inside" "$SLAPD" "$LAB_DIR/ldap" </dev/null >"$LAB_DIR/slapd.out" 2>&1 &
	SLAPD_PID=$!
	PIDS+=("$SLAPD_PID")
}
listens() { ip netns exec "$LAB-inside" ss -Hltn "src $SLAPD:389" | grep -q .; }
gets() { # gets PATTERN USER PASSWORD [KIND]
	local out
	out=$(show "test aaa-server ${4:-authentication} DIR host $SLAPD username $2${3:+ password $3}" | tr '\n' ' ')
	grep -Eq -- "$1" <<<"$out" || { echo "no line matches: $1"; echo "$out"; return 1; }
}
host() { # host LINE...: lines of the server
	local -a c=()
	local l
	for l; do c+=(-c "$l"); done
	gatesh -c 'configure terminal' -c "aaa-server DIR (inside) host $SLAPD" "${c[@]}" >/dev/null
}
OK='INFO: Authentication Successful'
NO='ERROR: Authentication Rejected'
DEAD='ERROR: Authentication Server not responding'

cat >"$LAB_DIR/ldap.conf" <<-CONF
	group-policy SALES internal
	group-policy SALES attributes
	 vpn-tunnel-protocol l2tp-ipsec
	 exit
	ldap attribute-map MAP
	 map-name memberOf Group-Policy
	 map-value memberOf cn=sales,ou=Groups,$BASE SALES
	 map-name title Privilege-Level
	 map-name msRADIUSFramedIPAddress IETF-Radius-Framed-IP-Address
	 exit
	aaa-server DIR protocol ldap
	 max-failed-attempts 1
	aaa-server DIR (inside) host $SLAPD
	 ldap-base-dn $BASE
	 ldap-scope subtree
	 ldap-naming-attribute uid
	 ldap-login-dn cn=asa,ou=Services,$BASE
	 ldap-login-password LdapB1nd
	 ldap-attribute-map MAP
	 server-type openldap
	 timeout 10
	logging enable
	logging buffered informational
CONF
slapd
start_gatehouse --config "$(full_config)"
check "the configuration is taken" gatesh "$LAB_DIR/ldap.conf"
check "slapd is there" within 20 listens
check "the right password" gets "$OK" alice Wonderland1
check "a wrong password" gets "$NO: .*wrong user name or password" alice wrong
check "an unknown user" gets "$NO: .*no such user" nobody Wonderland1
check "a locked account" gets "$NO: .*locked out" bob Builder2
check "the log says why" within 3 says 'show logging' "113005.*server = +$SLAPD : user = bob"
check "an expired password" gets "$NO: .*password has expired" carol Expired3
check "a password that has to be changed" gets "$NO: .*password has expired" frank Reset6
check "a password that expires soon is good" gets "$OK" dora Soon4
check "one that has a login left, too" gets "$OK" gina Grace5
check "a name that two entries have" gets "$NO: .*more than one entry" twin Twin9
check "a name that means something in a filter" gets "$OK" 'p*(aren)' Filter8
check "a star is nobody's name" gets "$NO: .*no such user" '*' Wonderland1
check "nor is the end of a filter" gets "$NO: .*no such user" 'alice)(uid=*' Wonderland1
check "authorization without a password" gets 'INFO: Authorization Successful' erin '' authorization
check "authorization of nobody" gets 'ERROR: Authorization Rejected: .*no such user' nobody '' authorization
check "one connection has done the searches" test "$(grep -c 'BIND dn="cn=asa,ou=Services' "$LAB_DIR/ldap/log")" -le 4
check "the counters" within 3 says 'show aaa-server DIR' '^Number of accepts +5'

host 'ldap-login-password wrong'
check "our own password is wrong" gets "ERROR: .*appliance's own name and password" alice Wonderland1
host 'ldap-login-password LdapB1nd' 'ldap-base-dn dc=nowhere'
check "a base that does not exist" gets 'ERROR: .*could not decide.*noSuchObject: see ldap-base-dn' alice Wonderland1
host "ldap-base-dn ou=People,$BASE" 'ldap-scope onelevel'
check "one level" gets "$OK" alice Wonderland1
check "where a name is one of one" gets "$NO: .*no such user" twin Twin9

host 'ldap-over-ssl enable'
check "TLS without the authority's certificate" gets 'ERROR: .*certificate is not trusted' alice Wonderland1
trust() { # trust TRUSTPOINT FILE: that authority, as the running-config has it
	{
		printf 'crypto ca trustpoint %s\n enrollment terminal\n exit\ncrypto ca certificate chain %s\n certificate ca 01\n' "$1" "$1"
		openssl x509 -in "$2" -outform DER | od -An -v -tx1 -w32 | tr -d ' ' | sed 's/.\{8\}/& /g; s/^/    /'
		printf '  quit\n'
	} >"$LAB_DIR/trust"
	gatesh "$LAB_DIR/trust"
}
check "another authority's certificate" trust OTHER "$LAB_DIR/ldap/other.pem"
check "does not help" gets 'ERROR: .*certificate is not trusted' alice Wonderland1
check "the authority's certificate" trust LDAPCA "$LAB_DIR/ldap/ca.pem"
check "TLS" gets "$OK" alice Wonderland1
check "TLS: a wrong password" gets "$NO: .*wrong user name or password" alice wrong
host 'trustpoint OTHER'
check "the server's trustpoint is another" gets 'ERROR: .*certificate is not trusted' alice Wonderland1
host 'no trustpoint' 'server-port 389'
check "a port that does not speak TLS" gets "$DEAD" alice Wonderland1
host 'no server-port' 'no ldap-over-ssl enable'

# A real client: what the directory says of her is her session's.
gatesh -c 'configure terminal' -c 'tunnel-group DefaultRAGroup general-attributes' -c 'authentication-server-group DIR' \
	-c 'tunnel-group DefaultRAGroup ppp-attributes' -c 'authentication pap' >/dev/null
SESSION='show vpn-sessiondb detail ra-ikev1-ipsec filter protocol l2tpOverIPsec'
at_up() {
	check "the user" says "$SESSION" 'Username *: erin '
	check "the address of her entry" says "$SESSION" 'Assigned IP *: 192\.168\.1\.77 '
	check "the group policy of one of her groups" says "$SESSION" 'Group Policy *: SALES '
}
client --auth pap --user erin --password Attributes5 --ping "$WEB" \
	--then --password wrong --expect auth-fail
check "the log: her wrong password" within 3 says 'show logging' "113005.*server = +$SLAPD : user = erin"

# Slapd ends while its connections are kept, comes back, falls silent.
gone=$(known "$SLAPD_PID")
kill "$SLAPD_PID"
check "slapd is gone" within 10 none_of "$gone"
check "nobody there" gets "$DEAD" alice Wonderland1
slapd
check "slapd is there again" within 20 listens
check "the right password again" gets "$OK" alice Wonderland1
kill -STOP "$SLAPD_PID"
check "a silent server" gets "$DEAD.*did not answer" alice Wonderland1
kill -CONT "$SLAPD_PID"
check "it speaks again" gets "$OK" alice Wonderland1
check "SIGTERM: exit 0" stop_gatehouse
