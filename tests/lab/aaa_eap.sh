# EAP through the appliance (`authentication eap-proxy`) to FreeRADIUS: MD5, MS-CHAPv2, TLS in
# fragments and PEAP, said by wpa_supplicant's code behind a Windows-like client.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh tests/winclient
command -v freeradius >/dev/null && command -v eapol_test >/dev/null || { echo "skip needs freeradius and eapoltest"; exit 0; }
lab_up
RADIUS=10.10.10.21
PKI=$LAB_DIR/radius
ip -n "$LAB-inside" addr add "$RADIUS/24" dev eth0
ip -n "$LAB-outside" addr add 10.1.1.2/24 dev br0
RADIUS_SLOW=6 "$TOP/tests/lab/servers/radius.sh" "$LAB-inside" "$RADIUS" "$PKI" </dev/null >"$LAB_DIR/radius.out" 2>&1 &
PIDS+=($!)
cat >"$LAB_DIR/eap.conf" <<-CONF
	aaa-server RAD protocol radius
	aaa-server RAD (inside) host $RADIUS
	 key radiusSecret1
	 authentication-port 1812
	 accounting-port 1813
	 timeout 30
	tunnel-group DefaultRAGroup general-attributes
	 authentication-server-group RAD
	tunnel-group DefaultRAGroup ppp-attributes
	 no authentication chap
	 authentication eap-proxy
	logging enable
	logging buffered informational
CONF
start_gatehouse --config "$(full_config)"
check "the configuration is taken" gatesh "$LAB_DIR/eap.conf"
listens() { ip netns exec "$LAB-inside" ss -Hlun "src $RADIUS:1812" | grep -q .; }
check "FreeRADIUS is there" within 20 listens

certificate() { # certificate NAME CA: NAME.pem, NAME.key, from the authority CA.pem
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$1" -keyout "$PKI/$1.key" \
		-out "$PKI/$1.csr" 2>/dev/null
	openssl x509 -req -in "$PKI/$1.csr" -CA "$PKI/$2.pem" -CAkey "$PKI/$2.key" -CAcreateserial -days 30 \
		-out "$PKI/$1.pem" 2>/dev/null
}
certificate alice ca
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=Other CA" -days 30 \
	-keyout "$PKI/other.key" -out "$PKI/other.pem" 2>/dev/null
certificate mallory other

# peer LINE...: the network of an eapol_test that is told to begin. login [ARG...]: the client, with it.
N=0
peer() {
	N=$((N + 1))
	{
		echo 'network={'
		printf '\t%s\n' key_mgmt=WPA-EAP "$@"
		echo '}'
	} >"$LAB_DIR/eap$N.conf"
	python3 "$TOP/tests/lab/eap_peer.py" "$LAB_DIR/eap$N.sock" "$LAB_DIR/eap$N.conf" </dev/null \
		>"$LAB_DIR/eap$N.out" 2>&1 &
	PIDS+=($!)
	within 5 grep -q '^ready' "$LAB_DIR/eap$N.out"
}
login() {
	timeout 200 ip netns exec "$LAB-outside" "$BUILD/tests/winclient" --server $SERVER --psk 'C!sc0@123' \
		--user nobody --password nothing --source 10.1.1.2 --limit 60 --auth eap --eap "$LAB_DIR/eap$N.sock" "$@"
}
comes_in() { # comes_in NAME LINE...: with its EAP, and what is seen of it
	local name=$1 client
	shift
	peer "$@"
	: >"$LAB_DIR/stay"
	login --ping "$WEB" --hold 120 --while "$LAB_DIR/stay" >"$LAB_DIR/win$N.out" 2>&1 &
	client=$!
	check "$name: it is up" within 8 says 'show vpn-sessiondb detail ra-ikev1-ipsec filter protocol l2tpOverIPsec' \
		'Auth Mode *: EAP$'
	check "$name: its name is that of EAP" says 'show vpn-sessiondb ra-ikev1-ipsec' 'Username *: alice'
	rm "$LAB_DIR/stay"
	check "$name: pings are answered" ended "$client" "$LAB_DIR/win$N.out"
}
stays_out() { # stays_out NAME LINE...
	local name=$1
	shift
	peer "$@"
	check "$name: refused" login_fails
}
login_fails() {
	login && return 1
	return 0
}

comes_in MD5 'eap=MD5' 'identity="alice"' 'password="Wonderland1"'
comes_in MS-CHAPv2 'eap=MSCHAPV2' 'identity="alice"' 'password="Wonderland1"'
comes_in TLS 'eap=TLS' 'identity="alice"' "ca_cert=\"$PKI/ca.pem\"" "client_cert=\"$PKI/alice.pem\"" \
	"private_key=\"$PKI/alice.key\"" 'fragment_size=700'
comes_in PEAP 'eap=PEAP' 'identity="alice"' 'password="Wonderland1"' "ca_cert=\"$PKI/ca.pem\"" \
	'phase2="auth=MSCHAPV2"' 'fragment_size=400'
stays_out "a wrong password by MD5" 'eap=MD5' 'identity="alice"' 'password="wrong"'
stays_out "a wrong password by PEAP" 'eap=PEAP' 'identity="alice"' 'password="wrong"' \
	"ca_cert=\"$PKI/ca.pem\"" 'phase2="auth=MSCHAPV2"'
stays_out "a certificate of another authority" 'eap=TLS' 'identity="alice"' "ca_cert=\"$PKI/ca.pem\"" \
	"client_cert=\"$PKI/mallory.pem\"" "private_key=\"$PKI/mallory.key\""
check "the log says who was refused" within 3 says 'show logging' '113005.*user = alice'
check "the server was asked by EAP" grep -q 'user=alice.*eap=' "$PKI/auth.log"
check "one without EAP is told so" bash -c "! ip netns exec '$LAB-outside' timeout 120 '$BUILD/tests/winclient' \
	--server $SERVER --psk 'C!sc0@123' --user alice --password Wonderland1 --source 10.1.1.2 --auth chap"
check "why" within 3 says 'show crypto isakmp stats' 'PPP authentication protocol in common'
check "nothing is left" within 20 no_sessions
check "SIGTERM: exit 0" stop_gatehouse
