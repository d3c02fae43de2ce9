# A real Linux client, by every method that its pppd has, at every kind of login server: a row each.
# The appliance is configured for a row while the client waits between two steps.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh gatehouse-nt
command -v freeradius >/dev/null && command -v slapd >/dev/null && command -v krb5kdc >/dev/null && command -v smbd >/dev/null ||
	{ echo "skip the login servers are not installed"; exit 0; }
lab_up
RADIUS=10.10.10.21 TACACS=10.10.10.22 SLAPD=10.10.10.23 KDC=10.10.10.24 DC=10.10.10.25 SDI=10.10.10.26
for a in $RADIUS $TACACS $SLAPD $KDC $DC $SDI; do ip -n "$LAB-inside" addr add "$a/24" dev eth0; done
S=$TOP/tests/lab/servers

# ---- the servers ----
serve() { # serve NAME COMMAND...: in the background, its output in NAME.out
	"${@:2}" </dev/null >"$LAB_DIR/$1.out" 2>&1 &
	PIDS+=($!)
}
listens() { ip netns exec "$LAB-inside" ss -Hltun "src $1" | grep -q .; }
echo '{ "alice": { "password": "Wonderland1", "ppp": [] } }' >"$LAB_DIR/tacacs.json"
echo '{ "alice": { "passcode": "1234111111" } }' >"$LAB_DIR/sdi.json"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "/CN=sdi.example.com" -addext "subjectAltName=IP:$SDI" \
	-keyout "$LAB_DIR/sdi.key" -out "$LAB_DIR/sdi.pem" 2>/dev/null
serve radius "$S/radius.sh" "$LAB-inside" $RADIUS "$LAB_DIR/radius"
serve tacacs ip netns exec "$LAB-inside" "$S/tacacs.py" $TACACS tacacsKey1 "$LAB_DIR/tacacs.json" \
	"$LAB_DIR/tacacs.log" "$LAB_DIR/tacacs.acct"
serve ldap "$S/ldap.sh" "$LAB-inside" $SLAPD "$LAB_DIR/ldap"
serve kerberos "$S/kerberos.sh" "$LAB-inside" $KDC "$LAB_DIR/kerberos"
serve nt "$S/nt.sh" "$LAB-inside" $DC "$LAB_DIR/nt"
serve sdi ip netns exec "$LAB-inside" "$S/sdi.py" $SDI sdi-access-key-0001 asa.example.com "$LAB_DIR/sdi.pem" \
	"$LAB_DIR/sdi.key" "$LAB_DIR/sdi.json" "$LAB_DIR/sdi.log"
cat >"$LAB_DIR/aaa.conf" <<-CONF
	aaa-server RAD protocol radius
	aaa-server RAD (inside) host $RADIUS
	 key radiusSecret1
	 authentication-port 1812
	 accounting-port 1813
	aaa-server TAC protocol tacacs+
	aaa-server TAC (inside) host $TACACS
	 key tacacsKey1
	aaa-server DIR protocol ldap
	aaa-server DIR (inside) host $SLAPD
	 ldap-base-dn dc=example,dc=com
	 ldap-scope subtree
	 ldap-naming-attribute uid
	 ldap-login-dn cn=asa,ou=Services,dc=example,dc=com
	 ldap-login-password LdapB1nd
	aaa-server KRB protocol kerberos
	aaa-server KRB (inside) host $KDC
	 kerberos-realm EXAMPLE.COM
	aaa-server NTD protocol nt
	aaa-server NTD (inside) host $DC
	 nt-auth-domain-controller ntdc
	crypto ca trustpoint SDICA
	 enrollment terminal
	 exit
	crypto ca certificate chain SDICA
	 certificate ca 01
	  $(openssl x509 -in "$LAB_DIR/sdi.pem" -outform DER | od -An -v -tx1 | tr -d ' ')
	 quit
	aaa-server SDI protocol sdi
	aaa-server SDI (inside) host $SDI
	 key sdi-access-key-0001
	 sdi-agent asa.example.com
	 trustpoint SDICA
	logging enable
	logging buffered informational
CONF

# ---- the rows ----
# row GROUP METHOD AUTH USER:PASSWORD SHOWN EXPECT [CLIENT OPTION...]: METHOD as in ppp-attributes, AUTH as the
# client says it, SHOWN as the session is shown by
ROWS=() STEPS=()
row() {
	ROWS+=("$1 $2 $5 ${4%%:*}")
	((${#ROWS[@]} == 1)) || STEPS+=(--then)
	STEPS+=(--auth "$3" --user "${4%%:*}" --password "${4#*:}" --expect "$6" "${@:7}")
}
P=alice:Wonderland1
row RAD pap pap $P PAP up
row RAD chap chap $P CHAP up
row RAD ms-chap-v1 mschap $P msCHAPV1 up
row RAD ms-chap-v2 mschapv2 $P msCHAPV2 up
row RAD eap-proxy eap $P EAP up
row RAD eap-proxy eap tina: EAP up --eap-tls "$LAB_DIR/radius/ca.pem" "$LAB_DIR/tina.pem" "$LAB_DIR/tina.key"
row RAD eap-proxy eap alice:wrong - auth-fail
row TAC pap pap $P PAP up
row TAC chap chap $P CHAP up
row TAC ms-chap-v1 mschap $P msCHAPV1 up
row DIR pap pap $P PAP up
row KRB pap pap $P PAP up
row NTD pap pap $P PAP up
row SDI pap pap alice:1234111111 PAP up

configure_row() { # configure_row N: the appliance asks that group by that method
	local group method
	read -r group method _ <<<"${ROWS[$1 - 1]:-}"
	[[ $group ]] || return 0
	gatesh -c 'configure terminal' -c 'tunnel-group DefaultRAGroup general-attributes' \
		-c "authentication-server-group $group" -c 'tunnel-group DefaultRAGroup ppp-attributes' \
		-c 'no authentication pap' -c 'no authentication chap' -c 'no authentication ms-chap-v1' \
		-c 'no authentication ms-chap-v2' -c 'no authentication eap-proxy' -c "authentication $method"
}
at_up() {
	local group method shown user
	read -r group method shown user <<<"${ROWS[$1 - 1]}"
	check "$group $method: $user is shown" says 'show vpn-sessiondb ra-ikev1-ipsec' "Username *: $user "
	check "$group $method: with $shown" says \
		'show vpn-sessiondb detail ra-ikev1-ipsec filter protocol l2tpOverIPsec' "Auth Mode *: $shown\$"
	check "$group $method: that server has accepted $user" says "show aaa-server $group" '^Number of accepts +[1-9]'
}
at_down() { configure_row $(($1 + 1)) >"$LAB_DIR/configure.out" 2>&1 || cat "$LAB_DIR/configure.out"; }

start_gatehouse --config "$(full_config)"
check "the configuration is taken" gatesh "$LAB_DIR/aaa.conf"
for a in $RADIUS:1812 $TACACS:49 $SLAPD:389 $KDC:88 $DC:445 $SDI:5555; do check "a server at $a" within 20 listens $a; done
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=tina -keyout "$LAB_DIR/tina.key" \
	-out "$LAB_DIR/tina.csr" 2>/dev/null
openssl x509 -req -in "$LAB_DIR/tina.csr" -CA "$LAB_DIR/radius/ca.pem" -CAkey "$LAB_DIR/radius/ca.key" -CAcreateserial \
	-days 30 -out "$LAB_DIR/tina.pem" 2>/dev/null
check "the first row" configure_row 1
client --timeout 2200 "${STEPS[@]}"
check "nothing is left" within 35 all_empty
check "SIGTERM: exit 0" stop_gatehouse
