# SDI: passcodes of PPP users and of operators, whom the server may ask more (aaa_sdi.py); a server that cannot be
# trusted, and one that answers nonsense, too much, or never, holds nobody else.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh tests/winclient
PY=/usr/bin/python3
$PY -c 'import pexpect' 2>/dev/null || { echo "skip python3-pexpect is not installed"; exit 0; }
lab_up
SDI=10.10.10.26
ip -n "$LAB-inside" addr add "$SDI/24" dev eth0
ip -n "$LAB-outside" addr add 10.1.1.2/24 dev br0
cat >"$LAB_DIR/users.json" <<-'JSON'
	{ "alice": { "passcode": "1234111111" },
	  "bob": { "passcode": "1234222222", "state": "disabled" },
	  "carol": { "passcode": "1234333333", "method": "SECURID_NEW_PIN", "next": "" },
	  "nick": { "passcode": "1234444444", "method": "SECURID_NEXT_TOKENCODE", "next": "555555" },
	  "erin": { "passcode": "1234666666", "tries": 3 },
	  "rescue": {} }
JSON
authority() { # authority NAME: NAME.pem, and a server's certificate by it: NAME-server.pem, .key
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj "/CN=$1" \
		-keyout "$LAB_DIR/$1.key" -out "$LAB_DIR/$1.pem" &&
		openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=sdi \
			-keyout "$LAB_DIR/$1-server.key" -out "$LAB_DIR/$1-server.csr" &&
		openssl x509 -req -in "$LAB_DIR/$1-server.csr" -CA "$LAB_DIR/$1.pem" -CAkey "$LAB_DIR/$1.key" -days 3650 \
			-extfile <(echo "subjectAltName=IP:$2") -out "$LAB_DIR/$1-server.pem"
}
sdi() { # sdi AUTHORITY: $SDI_PID
	local n=0
	: >"$LAB_DIR/sdi.out" # the one before has said that it is ready, too
	ip netns exec "$LAB-inside" "$TOP/tests/lab/servers/sdi.py" $SDI sdi-key-0001 asa.example.com "$LAB_DIR/$1-server.pem" \
		"$LAB_DIR/$1-server.key" "$LAB_DIR/users.json" "$LAB_DIR/sdi.log" </dev/null >"$LAB_DIR/sdi.out" 2>&1 &
	SDI_PID=$!
	PIDS+=("$SDI_PID")
	until grep -qx ready "$LAB_DIR/sdi.out"; do
		n=$((n + 1))
		((n < 600)) || die "the SecurID server starts: $(cat "$LAB_DIR/sdi.out")"
		sleep 0.1
	done
}
sdi_ends() { kill "$SDI_PID"; timeout 30 tail --pid="$SDI_PID" -f /dev/null; }
conf() { printf '%s\n' "$@" | timeout 60 "$BUILD/gatesh" --socket "$LAB_DIR/gatehouse.sock" -; }
windows() {
	timeout 200 ip netns exec "$LAB-outside" "$BUILD/tests/winclient" --server $SERVER --psk 'C!sc0@123' \
		--source 10.1.1.2 --auth pap "$@"
}
refused() { ! windows "$@"; }
logged() { grep -Eq -- "$1" "$LAB_DIR/sdi.log" || { tail -n 20 "$LAB_DIR/sdi.log"; return 1; }; }
asked() { says "test aaa-server authentication SDI host $SDI username $1 password $2" "$3"; }
errs() { # errs USER WHY
	asked "$1" 1234111111 '^ERROR: Authentication Server not responding' && asked "$1" 1234111111 "$2"
}

for ca in ours other; do
	check "an authority: $ca" authority $ca $SDI
done
sdi ours
start_gatehouse --config "$(full_config)"
hex() { openssl x509 -in "$1" -outform DER | od -An -v -tx1 | tr -d ' '; }
check "the authority's certificate" conf 'crypto ca trustpoint SDICA' 'enrollment terminal' 'exit' \
	'crypto ca certificate chain SDICA' 'certificate ca 01' "$(hex "$LAB_DIR/ours.pem")" quit
check "the configuration" conf 'aaa-server SDI protocol sdi' 'max-failed-attempts 5' 'reactivation-mode timed' "aaa-server SDI (inside) host $SDI" \
	'key sdi-key-0001' 'sdi-agent asa.example.com' 'trustpoint SDICA' 'timeout 20' 'exit' \
	'tunnel-group DefaultRAGroup general-attributes' 'authentication-server-group SDI' \
	'tunnel-group DefaultRAGroup ppp-attributes' 'authentication pap' 'no authentication ms-chap-v1' 'no authentication ms-chap-v2' 'exit' \
	'logging enable' 'logging buffered informational'

check "the server can be reached" within 10 ip netns exec "$GW" ping -c 1 -W 1 $SDI
check "the right passcode" asked alice 1234111111 '^INFO: Authentication Successful'
check "a wrong one" asked alice 0000 '^ERROR: Authentication Rejected: AAA failure'
check "a disabled token" asked bob 1234222222 '^ERROR: Authentication Rejected'
check "by PAP" windows --user alice --password 1234111111 --ping $WEB
check "by PAP with a wrong one" refused --user alice --password 0000
check "a new PIN cannot be asked of PAP" refused --user carol --password 1234333333
check "which is told" within 5 says 'show crypto isakmp stats' 'asks the user something that this PPP method cannot show: 1'
check "the server's last try is not waited for" refused --user erin --password 0000

# ---- operators ----
check "operators come by SDI" conf 'username rescue password rescuepw privilege 15' 'aaa authentication serial console SDI LOCAL'
export BUILD
$PY "$TOP/tests/lab/aaa_sdi.py" "$LAB_DIR/gatehouse.sock" || not_ok "aaa_sdi.py ends"

# ---- faults ----
check "HTTP 500" errs fault-500 'the server answers HTTP 500'
check "broken JSON" errs fault-json 'malformed'
check "a connection that drops" errs fault-drop '^INFO: .*'
check "a redirection is not followed" errs fault-redirect 'the server answers HTTP 302'
check "8 MB" errs fault-big 'no HTTP, or too long'
check "a key that is refused" errs fault-key 'does not take the access key'
show "test aaa-server authentication SDI host $SDI username fault-stall password x" >"$LAB_DIR/stall.out" 2>&1 &
stall=$!
check "one that stalls holds nobody" asked alice 1234111111 '^INFO: Authentication Successful'
check "and ends" bash -c "timeout 60 tail --pid=$stall -f /dev/null && grep 'not responding' '$LAB_DIR/stall.out'"
sdi_ends
sdi other
check "a certificate of another authority" errs alice 'certificate is not trusted|certificate verify failed|self-signed'
check "nothing was asked of that server" bash -c "! tail -n 1 '$LAB_DIR/sdi.log' | grep user=alice"
sdi_ends
check "nobody listens" errs alice 'refused'
check "SIGTERM: exit 0" stop_gatehouse
