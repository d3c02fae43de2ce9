# Operators who log in with OpenSSH's client and are proved by login servers: a TACACS+ server that asks, knows what
# they may type and hears what they did; FreeRADIUS, which says their privilege; servers slow and away; our own users
# with a second factor and with passwords that are too old (aaa_operators.py).
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh gatehouse-ssh
PY=/usr/bin/python3
$PY -c 'import pexpect' 2>/dev/null || { echo "skip python3-pexpect is not installed"; exit 0; }
command -v freeradius >/dev/null || { echo "skip freeradius is not installed"; exit 0; }
lab_up
export BUILD
TAC=10.10.10.22 RAD=10.10.10.21
ip -n "$LAB-inside" addr add "$TAC/24" dev eth0
ip -n "$LAB-inside" addr add "$RAD/24" dev eth0
for ((i = 1; i <= 9; i++)); do ip -n "$LAB-inside" addr add "10.10.10.4$i/24" dev eth0; done
mkdir "$LAB_DIR/home"
cat >"$LAB_DIR/users.json" <<-'JSON'
	{ "admin": { "password": "Adm1nPass", "enable": "En4ble15", "shell": ["priv-lvl=15"], "commands": [["permit", ".*"]] },
	  "oper": { "password": "Op3rPass", "code": "246810", "enable": "En4bleOp", "shell": ["priv-lvl=15"],
	            "commands": [["deny", "(show running-config|reload|hostname).*"], ["permit", ".*"]] },
	  "dave": { "password": "Slow4", "state": "slow", "shell": ["priv-lvl=15"], "commands": [["permit", ".*"]] },
	  "noshell": { "password": "N0shell", "ppp": [] } }
JSON
tacacs() { # $TAC_PID
	: >"$LAB_DIR/tacacs.out" # the one before has said that it is ready, too
	ip netns exec "$LAB-inside" "$TOP/tests/lab/servers/tacacs.py" $TAC tacacsKey1 "$LAB_DIR/users.json" \
		"$LAB_DIR/tacacs.log" "$LAB_DIR/acct.log" </dev/null >"$LAB_DIR/tacacs.out" 2>&1 &
	TAC_PID=$!
	PIDS+=("$TAC_PID")
	within 10 grep -qx ready "$LAB_DIR/tacacs.out" || die "the TACACS+ server starts"
}
"$TOP/tests/lab/servers/radius.sh" "$LAB-inside" $RAD "$LAB_DIR/radius" </dev/null >"$LAB_DIR/radius.out" 2>&1 &
PIDS+=($!)
tacacs
cat "$(full_config)" - >"$LAB_DIR/operators.conf" <<-TXT
	username ann password secret7 privilege 15
	aaa-server TAC protocol tacacs+
	max-failed-attempts 1
	aaa-server TAC (inside) host $TAC
	key tacacsKey1
	timeout 100
	single-connection
	aaa-server RAD protocol radius
	max-failed-attempts 1
	aaa-server RAD (inside) host $RAD
	key radiusSecret1
	authentication-port 1812
	accounting-port 1813
	timeout 30
	retry-interval 5
	aaa authentication ssh console TAC LOCAL
	aaa authorization exec authentication-server auto-enable
	ssh 10.10.10.0 255.255.255.0 inside
	logging enable
	logging buffered informational
TXT
start_gatehouse --config "$LAB_DIR/operators.conf"
listens() { ip netns exec "$GW" ss -Hltn | grep -q ":22 "; }
check "SSH is served" within 5 listens
check "the servers can be reached" within 10 ip netns exec "$GW" ping -c 1 -W 1 $TAC
HOME="$LAB_DIR/home" timeout 1200 ip netns exec "$LAB-inside" $PY "$TOP/tests/lab/aaa_operators.py" 10.10.10.1 "$LAB_DIR" "$TAC_PID" ||
	not_ok "aaa_operators.py ends"
check "nothing that the RFC forbids was said" bash -c "! grep PROTOCOL '$LAB_DIR/tacacs.log'"
check "the log names the server" within 3 says 'show logging' "113004.*server = +$RAD : user = admin"
check "no password and no code is in the log" says_not 'show logging' 'Adm1nPass|Op3rPass|246810|secret7|GEZDGNBV'
check "SIGTERM: exit 0" stop_gatehouse
