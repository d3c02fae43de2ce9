# Accounting to FreeRADIUS: a record for each start and end whose counters are those that `show` shows,
# none lost and none twice while the server is away, while aaa, the engine or the whole appliance die,
# and while it is reloaded.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh tests/winclient
lab_up
ip -n "$LAB-outside" addr add 10.1.1.2/24 dev br0
ip -n "$LAB-inside" addr add 10.10.10.21/24 dev eth0
RADIUS=$LAB_DIR/radius
LOG=$RADIUS/acct.log
radius_up() {
	rm -f "$RADIUS/radius.log" # the one before was ready, too
	"$TOP/tests/lab/servers/radius.sh" "$LAB-inside" 10.10.10.21 "$RADIUS" </dev/null >"$LAB_DIR/radius.out" 2>&1 &
	RADIUS_PID=$!
	PIDS+=($RADIUS_PID)
	within 10 grep -q 'Ready to process' "$RADIUS/radius.log"
}
radius_down() {
	kill "$RADIUS_PID"
	timeout 30 tail --pid="$RADIUS_PID" -f /dev/null
	: >"$RADIUS/radius.log"
}
cat "$DATA/lab.conf" "$DATA/guide.conf" - >"$LAB_DIR/accounting.conf" <<-END
	aaa-server RAD protocol radius
	exit
	aaa-server RAD (inside) host 10.10.10.21
	key radiusSecret1
	authentication-port 1812
	accounting-port 1813
	timeout 30
	retry-interval 10
	exit
	tunnel-group DefaultRAGroup general-attributes
	accounting-server-group RAD
	exit
END
check "FreeRADIUS is ready" radius_up
start_gatehouse --config "$LAB_DIR/accounting.conf"

WINDOWS=(timeout 600 ip netns exec "$LAB-outside" "$BUILD/tests/winclient" --server $SERVER --psk 'C!sc0@123'
	--user test --password test --source 10.1.1.2 --ping "$WEB")
connect() { "${WINDOWS[@]}" >"$LAB_DIR/win.out" 2>&1 || { cat "$LAB_DIR/win.out"; return 1; }; }
used() { # the counters of the session that is there: in=BYTES out=BYTES
	show 'show vpn-sessiondb detail ra-ikev1-ipsec' |
		sed -nE 's/^ *Bytes Tx *: ([0-9]+) +Bytes Rx *: ([0-9]+).*/in=\2 out=\1/p' | tail -n 1
}
hold() { # hold: a session that stays, and what it has used no longer changes; $CLIENT
	"${WINDOWS[@]}" --hold 500 >"$LAB_DIR/held.out" 2>&1 &
	CLIENT=$!
	PIDS+=("$CLIENT")
	within 15 echoed || { used; cat "$LAB_DIR/held.out"; return 1; }
}
let_go() {
	end_mine "$CLIENT"
	wait "$CLIENT" 2>"$LAB_DIR/null"
}
role_pid() {
	local p
	for p in $(cat "/proc/$GH_PID/task/$GH_PID/children"); do
		tr '\0' ' ' <"/proc/$p/cmdline" | grep -qw -- "$1" && { echo "$p"; return; }
	done
	return 1
}
back() { local p; p=$(role_pid "$1") && [[ $p != "$2" ]] && show 'show version' >/dev/null; }
kill_role() { local p; p=$(role_pid "$1") && kill -9 "$p" && within 5 back "$1" "$p"; }
# records STARTS STOPS: so many of each are there, none twice, each stop of a session that started.
records() {
	local starts stops
	starts=$(grep -c '^Start ' "$LOG")
	stops=$(grep -c '^Stop ' "$LOG")
	[[ $starts == "$1" && $stops == "$2" ]] || { echo "$starts starts, $stops stops:"; cat "$LOG"; return 1; }
	[[ -z $(grep -oE '^(Start|Stop) .*session=[^ ]+' "$LOG" | sort | uniq -d) ]] || { echo twice:; cat "$LOG"; return 1; }
	[[ -z $(comm -13 <(sed -n 's/^Start .*session=\([^ ]*\).*/\1/p' "$LOG" | sort) \
		<(sed -n 's/^Stop .*session=\([^ ]*\).*/\1/p' "$LOG" | sort)) ]] || { echo "never started:"; cat "$LOG"; return 1; }
}
last_stop() { grep '^Stop ' "$LOG" | tail -n 1 | grep -E -- "$1" || { tail -n 3 "$LOG"; return 1; }; }
queued() { says 'show aaa-server' "accounting records waiting +$1" || says 'show aaa-server' "waiting.* $1\$"; }

check "a session" connect
check "its start and its end are told" within 10 records 1 1
check "why it ended" last_stop 'cause=User-Request'
check "a session that stays" hold
COUNTERS=$(used)
gatesh -c 'vpn-sessiondb logoff index 2 noconfirm' -c 'vpn-sessiondb logoff all noconfirm' >/dev/null
check "its end is told" within 10 records 2 2
check "with the counters that are shown, $COUNTERS" last_stop "$COUNTERS .*cause=Admin-Reset"
let_go

radius_down
check "the server is away: a session all the same" connect
check "and another" connect
check "aaa dies" kill_role aaa
check "a third" connect
check "nothing has arrived" records 2 2
check "the server is back" radius_up
check "all of it is told, once" within 40 records 5 5

check "a session that stays" hold
check "the engine dies" kill_role engine
check "the session's end is told" within 10 records 6 6
check "as the appliance's fault" last_stop 'cause=NAS-Error'
let_go

radius_down
check "a session that stays" hold
kill -9 "$GH_PID"
wait "$GH_PID" 2>"$LAB_DIR/null"
check "the appliance dies; the server is back" radius_up
start_gatehouse
check "the start that waited and the end are told" within 40 records 7 7
check "with the reason" last_stop 'cause=NAS-Reboot'
let_go

check "a session that stays" hold
check "it is stopped in order" stop_gatehouse
start_gatehouse
check "the session's end is told" within 15 records 8 8
check "with what it had used" last_stop 'in=[1-9]'
let_go
check "nothing is left" within 5 all_empty
