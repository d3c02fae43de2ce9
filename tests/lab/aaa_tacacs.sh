# TACACS+ for all it does: users by PAP and MS-CHAPv1 with what they may have and the records of their
# sessions, operators who are asked at the console (aaa_tacacs.py), their commands; the server wrong, slow, away.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh tests/winclient
PY=/usr/bin/python3
$PY -c 'import pexpect' 2>/dev/null || { echo "skip python3-pexpect is not installed"; exit 0; }
lab_up
TAC=10.10.10.22
ip -n "$LAB-inside" addr add "$TAC/24" dev eth0
ip -n "$LAB-outside" addr add 10.1.1.2/24 dev br0
cat >"$LAB_DIR/users.json" <<-'JSON'
	{ "alice": { "password": "Wonderland1", "ppp": [] },
	  "bob": { "password": "Builder2", "state": "disabled" },
	  "carol": { "password": "Expired3", "state": "expired" },
	  "dave": { "password": "Slow4", "state": "slow", "ppp": [] },
	  "erin": { "password": "Attributes5", "ppp": ["addr=192.168.1.77", "timeout=60", "idletime=10", "routing*false"] },
	  "mallory": { "password": "Strange6", "ppp": ["outacl=NONE"] },
	  "admin": { "password": "Adm1nPass", "enable": "En4ble15", "shell": ["priv-lvl=15"], "commands": [["permit", ".*"]] },
	  "oper": { "password": "Op3rPass", "code": "246810", "enable": "En4bleOp", "shell": ["priv-lvl=7"],
	            "commands": [["deny", "show running-config.*"], ["permit", "(show|enable|exit|disable|configure|hostname|end).*"]] } }
JSON
tacacs() { # tacacs [KEY]: $TAC_PID
	local n=0
	: >"$LAB_DIR/tacacs.out" # the one before has said it, too
	ip netns exec "$LAB-inside" "$TOP/tests/lab/servers/tacacs.py" $TAC "${1:-tacacsKey1}" "$LAB_DIR/users.json" \
		"$LAB_DIR/tacacs.log" "$LAB_DIR/acct.log" </dev/null >"$LAB_DIR/tacacs.out" 2>&1 &
	TAC_PID=$!
	PIDS+=("$TAC_PID")
	until grep -qx ready "$LAB_DIR/tacacs.out"; do
		n=$((n + 1))
		((n < 600)) || die "the TACACS+ server starts: $(cat "$LAB_DIR/tacacs.out")"
		sleep 0.1
	done
}
tacacs_ends() { kill "$TAC_PID"; timeout 30 tail --pid="$TAC_PID" -f /dev/null; }
conf() { printf '%s\n' "$@" | timeout 60 "$BUILD/gatesh" --socket "$LAB_DIR/gatehouse.sock" -; }
windows() {
	timeout 200 ip netns exec "$LAB-outside" "$BUILD/tests/winclient" --server $SERVER --psk 'C!sc0@123' \
		--source 10.1.1.2 "$@"
}
refused() { ! windows "$@"; }
logged() { grep -Eq -- "$1" "$LAB_DIR/tacacs.log" || { tail -n 20 "$LAB_DIR/tacacs.log"; return 1; }; }
recorded() { grep -Eq -- "$1" "$LAB_DIR/acct.log" || { tail -n 20 "$LAB_DIR/acct.log"; return 1; }; }
asked() { says "test aaa-server authentication TAC host $TAC username $1 password $2" "$3"; }

tacacs
start_gatehouse --config "$(full_config)"
check "the configuration" conf 'aaa-server TAC protocol tacacs+' 'max-failed-attempts 1' 'reactivation-mode timed' \
	"aaa-server TAC (inside) host $TAC" 'key tacacsKey1' 'timeout 30' 'exit' \
	'tunnel-group DefaultRAGroup general-attributes' 'authentication-server-group TAC LOCAL' 'authorization-server-group TAC' \
	'authorization-required' 'accounting-server-group TAC' 'tunnel-group DefaultRAGroup ppp-attributes' 'authentication pap' 'authentication chap' \
	'no authentication ms-chap-v2' 'exit' 'logging enable' 'logging buffered informational'

# ---- test aaa-server ----
check "the server can be reached" within 10 ip netns exec "$GW" ping -c 1 -W 1 $TAC
check "the right password" asked alice Wonderland1 '^INFO: Authentication Successful'
check "the wrong one" asked alice wrong '^ERROR: Authentication Rejected: AAA failure'
check "a user it does not know" asked nobody wrong '^ERROR: Authentication Rejected: AAA failure'
check "a disabled account says so" asked bob Builder2 '^ERROR: Authentication Rejected: Account has been disabled'
check "an expired password, too" asked carol Expired3 '^ERROR: Authentication Rejected: Password has expired'
check "the log names the server" within 3 says 'show logging' "113004.*AAA user authentication Successful : server = +$TAC : user = alice"

# ---- users ----
check "PAP, and what erin may have" windows --user erin --password Attributes5 --auth pap --ping $WEB
check "she had her address" within 5 recorded '^stop.erin.*addr=192\.168\.1\.77'
check "CHAP" windows --user alice --password Wonderland1 --auth chap
check "checked as CHAP" logged "authen chap user=alice pass"
check "MS-CHAPv1" windows --user alice --password Wonderland1 --auth mschap --ping $WEB
check "checked as MS-CHAP" logged 'authen mschap user=alice pass'
check "MS-CHAPv1 with the wrong password" refused --user alice --password wrong --auth mschap
check "what the server wants and nobody can obey is a refusal" refused --user mallory --password Strange6 --auth pap
check "records: start, and stop with what was used" within 5 \
	recorded '^stop.alice.*service=ppp.*elapsed_time=[0-9]+.bytes_in=[1-9][0-9]*.bytes_out=[1-9]'
check "each session has both" within 5 bash -c "! grep -E 'service=ppp' '$LAB_DIR/acct.log' | cut -f5 | sort | uniq -c | grep -v '^ *2 task_id='"

# ---- operators ----
check "operators come by TACACS+" conf 'username rescue password rescuepw privilege 15' 'aaa authentication serial console TAC LOCAL' \
	'aaa authentication enable console TAC LOCAL' 'aaa accounting serial console TAC' 'aaa accounting enable console TAC' \
	'aaa accounting command TAC' 'aaa authorization command TAC LOCAL'
export BUILD
$PY "$TOP/tests/lab/aaa_tacacs.py" "$LAB_DIR/gatehouse.sock" people || not_ok "aaa_tacacs.py people ends"
check "each command was asked for" logged 'author user=oper .*service=shell cmd=show cmd-arg=running-config.* -> fail'
check "a command is accounted for" within 5 recorded '^stop.oper.*cmd=hostname by-oper'
check "enable is asked of the server for its level" logged 'start user=oper level=15 type=1 service=2'
check "the server says who may what" conf 'aaa authorization exec authentication-server auto-enable'
$PY "$TOP/tests/lab/aaa_tacacs.py" "$LAB_DIR/gatehouse.sock" exec || not_ok "aaa_tacacs.py exec ends"
check "as it was" conf 'no aaa authorization exec authentication-server auto-enable'

# ---- the server errs ----
tacacs_ends
check "nobody listens: the server is given up" asked alice Wonderland1 '^ERROR: Authentication Server not responding'
$PY "$TOP/tests/lab/aaa_tacacs.py" "$LAB_DIR/gatehouse.sock" rescue || not_ok "aaa_tacacs.py rescue ends"
check "LOCAL stands in for users, too" conf 'tunnel-group DefaultRAGroup general-attributes' 'no authorization-server-group TAC'
check "and lets one in" windows --user test --password test --auth pap
tacacs otherKey
check "another key is told as such" asked alice Wonderland1 '^ERROR: Authentication Server not responding: .*secret mismatch'
tacacs_ends
tacacs
check "an operator has it tried again" show "aaa-server TAC active host $TAC"
check "what was to be told meanwhile is told" within 12 recorded '^stop.test.*service=ppp'
check "users come by it again" asked alice Wonderland1 '^INFO: Authentication Successful'
check "the double saw nothing that the RFC forbids, but with the wrong key" bash -c "
	! grep PROTOCOL '$LAB_DIR/tacacs.log' | grep -v 'another key'"
check "SIGTERM: exit 0" stop_gatehouse
