# The log: one login and its end on syslog servers by UDP and TCP, in the device's order; servers that vanish, stop
# reading or were never there; a flood of strangers; the buffer, terminals, the journal.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh tests/winclient
lab_up
ip -n "$LAB-outside" addr add 10.1.1.2/24 dev br0

SHOW=12
TCP_AT=10.10.10.11 EMBLEM_AT=10.10.10.12
for a in $TCP_AT $EMBLEM_AT; do ip -n "$LAB-inside" addr add $a/24 dev eth0; done
server() { # server udp|tcp ADDRESS PORT NAME: $! in SERVER_PID
	ip netns exec "$LAB-inside" python3 "$TOP/tests/lab/syslog_server.py" "$1" "$2" "$3" "$LAB_DIR/$4" \
		</dev/null >"$LAB_DIR/$4.err" 2>&1 &
	SERVER_PID=$!
	PIDS+=($!)
	within 5 test -e "$LAB_DIR/$4"
}
server udp $WEB 514 udp
server tcp $TCP_AT 1470 tcp
TCP_PID=$SERVER_PID
UDP=$LAB_DIR/udp TCP=$LAB_DIR/tcp
cat "$DATA/lab.conf" "$DATA/guide.conf" - >"$LAB_DIR/log.conf" <<-CONF
	logging enable
	logging timestamp
	logging buffer-size 1048576
	logging buffered debugging
	logging monitor errors
	logging trap debugging
	logging device-id hostname
	logging host inside $WEB
	logging host inside $TCP_AT tcp/1470
CONF
start_gatehouse --config "$LAB_DIR/log.conf"
windows() {
	timeout 200 ip netns exec "$LAB-outside" "$BUILD/tests/winclient" --server $SERVER --psk 'C!sc0@123' \
		--user test --password test --source 10.1.1.2 "$@"
}
configure() { printf '%s\n' "$@" >"$LAB_DIR/lines"; gatesh "$LAB_DIR/lines"; }

# ---- one login, in order ----
check "a client connects and leaves" windows --hold 1
check "its end is told" within 5 grep -q 'ASA-4-113019' "$UDP"
STAMP='[A-Z][a-z]{2} [ 0-9][0-9] [0-9]{4} [0-9:]{8} ciscoasa : '
check "each datagram: priority, time, device id, message" bash -c "! grep -Ev '^<16[0-7]>$STAMP%ASA-[0-7]-[0-9]{6}: ' '$UDP'"
check "the priority is the facility's with the severity" bash -c \
	"! sed -E 's/^<16([0-7])>.*%ASA-([0-7])-.*/\1 \2/' '$UDP' | awk '\$1 != \$2' | grep ."
order() { # order FILE NUMBER...: these numbers, as far as they are there, in this order
	local f=$1 want
	shift
	want=$(printf '%s\n' "$@")
	diff <(grep -oE '%ASA-[0-7]-[0-9]{6}' "$f" | cut -d- -f3 | grep -Fx "$want" | uniq) <(echo "$want")
}
LOGIN=(713172 713119 602303 713049 713120 603102 113012 113008 113009 603103 737006 737026 603106 713204
	603107 713273 737016 713259 113019)
check "one login and its end, in order (UDP)" order "$UDP" "${LOGIN[@]}"
check "the same by TCP" within 5 order "$TCP" "${LOGIN[@]}"
text() { # text PATTERN: a message with that text
	grep -Eq "$STAMP%ASA-$1\$" "$UDP" || { grep -E "${1:0:8}" "$UDP"; return 1; }
}
G='Group = DefaultRAGroup' I='IP = 10\.1\.1\.2' U='Username = test'
check "713172" text "6-713172: $G, $I, Automatic NAT Detection Status: +Remote end is NOT behind a NAT device +This +end is NOT behind a NAT device"
check "713119" text "5-713119: $G, $I, PHASE 1 COMPLETED"
check "713120" text "5-713120: $G, $I, PHASE 2 COMPLETED \(msgid=[0-9a-f]{8}\)"
check "713049" text "5-713049: $G, $I, Security negotiation complete for User \(\) +Responder, Inbound SPI = 0x[0-9a-f]{8}, Outbound SPI = 0x[0-9a-f]{8}"
check "602303" text '6-602303: IPSEC: An (in|out)bound remote access SA \(SPI= 0x[0-9A-F]{8}\) between 172\.16\.1\.2 and 10\.1\.1\.2 \(user= \) has been created\.'
check "113012" text '6-113012: AAA user authentication Successful : local database : user = test'
check "737026" text '6-737026: IPAA: Session=0x[0-9A-F]{8}, Client assigned 192\.168\.1\.1 from local pool Address-pool'
check "603106" text '6-603106: L2TP Tunnel created, tunnel_id is [0-9]+, remote_peer_ip is 10\.1\.1\.2, ppp_virtual_interface_id is [0-9]+, client_dynamic_ip is 192\.168\.1\.1, username is test'
check "603107" text '6-603107: L2TP Tunnel deleted, tunnel_id = [0-9]+, remote_peer_ip = 10\.1\.1\.2'
check "602304" within 5 text '6-602304: IPSEC: An (in|out)bound remote access SA \(SPI= 0x[0-9A-F]{8}\) between 172\.16\.1\.2 and 10\.1\.1\.2 \(user= .*\) has been deleted\.'
check "113019: who, how long, how much, why" text "4-113019: $G, $U, $I, Session disconnected\. Session Type: L2TPOverIPsec, Duration: 0h:00m:[0-9]{2}s, Bytes xmt: [0-9]+, Bytes rcv: [0-9]+, Reason: User Requested"

# ---- who failed ----
windows --password wrong >"$LAB_DIR/wrong.out" 2>&1
check "a wrong password" within 5 text '6-113015: AAA user authentication Rejected : reason = Invalid password : local database : user = test : user IP = 10\.1\.1\.2'
windows --user nobody >"$LAB_DIR/wrong.out" 2>&1
check "an unknown user, his name hidden" within 5 text '6-113015: AAA user authentication Rejected : reason = User was not found : local database : user = \*\*\*\*\* : user IP = 10\.1\.1\.2'
configure 'no logging hide username'
windows --user nobody >"$LAB_DIR/wrong.out" 2>&1
check "shown when it is to be" within 5 text '6-113015: AAA user authentication Rejected : reason = User was not found : local database : user = nobody : user IP = 10\.1\.1\.2'
windows --psk wrong --limit 10 >"$LAB_DIR/wrong.out" 2>&1
check "a wrong key" within 5 text "4-713903: $G, $I, ERROR, had problems decrypting packet, probably due to mismatched pre-shared key\. +Aborting"

# ---- settings, from one line to the next ----
lines_of() { grep -cE "%ASA-[0-7]-$2:" "$1"; }
configure 'no logging message 713119' 'logging message 713120 level alerts' 'logging timestamp rfc5424' 'logging device-id string gw' \
	'logging facility 23' 'logging list quiet message 713119-713120' 'logging trap quiet'
n=$(lines_of "$UDP" 713119) m=$(lines_of "$UDP" 113019)
check "another client" windows --hold 1
check "a level, a list, a facility, a time of RFC 5424 and a text of one's own" within 5 \
	grep -Eq '^<185>[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z gw : %ASA-1-713120: ' "$UDP"
check "a message that is off is not sent, and nothing that the list has not" test "$(lines_of "$UDP" 713119) $(lines_of "$UDP" 113019)" = "$n $m"
check "but kept in the buffer" within 5 says 'show logging' '%ASA-4-113019: '
check "show logging message" says 'show logging message' '^syslog 713119: default-level notifications \(disabled\)$'
check "show logging message: another level" says 'show logging message' '^syslog 713120: default-level notifications, current-level alerts \(enabled\)$'
check "show logging: the TCP server" within 3 says 'show logging' "^        Logging to inside $TCP_AT tcp/1470 Connected.* TX:[0-9]+$"
check "show logging: the list" within 3 says 'show logging' '^    Trap logging: list quiet, facility 23, [0-9]+ messages logged$'
gatesh -c 'clear logging buffer' >/dev/null
check "clear logging buffer" says_not 'show logging' '%ASA-4-113019'
configure 'logging trap debugging' 'logging message 713119' "logging host inside $EMBLEM_AT udp/515 format emblem"
server udp $EMBLEM_AT 515 emblem
check "EMBLEM" within 5 bash -c "'$BUILD/gatesh' --socket '$LAB_DIR/gatehouse.sock' -c 'show clock' </dev/null >/dev/null
	grep -Eq '^<191>:gw : [0-9T:Z-]{20}: %ASA-config-7-111009: User .enable_15. executed cmd: show clock' '$LAB_DIR/emblem'"

# ---- a terminal: at its level, and one line for each command ----
mkfifo "$LAB_DIR/typed"
"$BUILD/gatesh" --socket "$LAB_DIR/gatehouse.sock" <"$LAB_DIR/typed" >"$LAB_DIR/console" 2>&1 &
PIDS+=($!)
exec {console}>"$LAB_DIR/typed"
printf 'enable\n\nterminal monitor\nshow terminal\n' >&"$console"
within 5 grep -q ' monitor' "$LAB_DIR/console"
configure 'logging monitor notifications' 'hostname other' >/dev/null
check "terminal monitor: what is typed elsewhere" within 5 grep -Eq "^.*%ASA-5-111008: User 'enable_15' executed" "$LAB_DIR/console"
check "once" bash -c "! grep -q 'ASA-5-111010' '$LAB_DIR/console'"
check "not below its level" bash -c "! grep -q 'ASA-[67]-' '$LAB_DIR/console'"

# ---- debug lines as messages ----
configure 'logging debug-trace' >/dev/null
printf 'debug crypto ikev1 1\nshow debug\n' >&"$console"
check "debugging" within 5 grep -q '^debug crypto ikev1 enabled at level 1' "$LAB_DIR/console"
check "a client while lines are debugged" windows --hold 1
check "logging debug-trace: 711001" within 5 says 'show logging' '%ASA-7-711001: .*\[IKEv1\].*PHASE 1 COMPLETED'
check "and not on the terminal" bash -c "! grep -q '\[IKEv1\]' '$LAB_DIR/console'"
configure 'no logging debug-trace' >/dev/null
printf 'undebug all\n' >&"$console"

# ---- servers that are not there ----
kill "$TCP_PID"
timeout 30 tail --pid="$TCP_PID" -f /dev/null
check "a TCP server that vanishes is told of" within 10 says 'show logging' "%ASA-3-414003: TCP Syslog Server inside:$TCP_AT/1470 not responding\. New connections are permitted based on logging permit-hostdown policy\."
check "... and seen" within 3 says 'show logging' "Logging to inside $TCP_AT tcp/1470 Not connected since "
check "clients connect all the same" windows --hold 1
n=$(wc -l <"$TCP")
server tcp $TCP_AT 1470 tcp
TCP_PID=$SERVER_PID
check "it comes back: what waited is sent" within 30 bash -c "(( \$(wc -l <'$TCP') > $n )) && tail -n +$((n + 1)) '$TCP' | grep -q 'ASA-4-113019'"
check "each line whole" bash -c "! grep -aEv '^<[0-9]+>' '$TCP'"
check "and told" within 5 says 'show logging' "%ASA-6-414004: TCP Syslog Server inside:$TCP_AT/1470 - Connection restored"
kill -USR1 "$TCP_PID" # it reads no more
configure 'logging queue 64'
flood() { for _ in 1 2 3 4; do ip netns exec "$LAB-outside" python3 "$TOP/tests/lab/noise.py" $SERVER 7 20000 >/dev/null || return 1; done; }
check "a flood of strangers' packets" flood
check "ESP of nobody is told of" within 5 says 'show logging' '%ASA-4-402114: IPSEC: Received an ESP packet \(SPI= 0x[0-9A-F]{8}, sequence number= 0x[0-9A-F]+\) from 10\.1\.1\.[0-9]+ to 172\.16\.1\.2 with an invalid SPI\.'
check "the console answers" show 'show version'
check "a client connects meanwhile" windows --hold 1
check "the flood's lines are counted, not said" within 10 says 'show logging' '%ASA-4-199023: [0-9]+ messages [0-9]{6} were suppressed'
drops() { local n; n=$(show 'show logging queue' | sed -nE 's/^\t([0-9]+) msg\(s\) discarded due to queue overflow/\1/p'); ((n > 0)); }
check "what a server does not read is dropped, and counted" within 10 drops
check "SIGTERM: exit 0" stop_gatehouse

# ---- the journal of the host, when systemd has started us; without a line of logging ----
mkdir "$LAB_DIR/journal" "$LAB_DIR/bin"
server unix "$LAB_DIR/journal/socket" 0 fields
chmod 777 "$LAB_DIR/journal/socket"
ln -s "$BUILD/gatesh" "$LAB_DIR/bin/gatesh"
cat >"$LAB_DIR/bin/gatehouse" <<-RUN
	#!/bin/sh
	mount -t tmpfs tmpfs /run && mkdir -p /run/systemd/journal &&
	mount --bind "$LAB_DIR/journal" /run/systemd/journal && JOURNAL_STREAM=1:2 exec "$BUILD/gatehouse" "\$@"
RUN
chmod +x "$LAB_DIR/bin/gatehouse"
rm -r "$LAB_DIR/state"
CLIENT=$BUILD BUILD=$LAB_DIR/bin
cat "$DATA/lab.conf" "$DATA/guide.conf" >"$LAB_DIR/log.conf"
start_gatehouse --config "$LAB_DIR/log.conf"
BUILD=$CLIENT
check "a client under systemd" windows --hold 1
check "the journal has his end, and what it is called there" within 5 \
	bash -c "grep -A1 -x 'ASA_MESSAGE_ID=113019' '$LAB_DIR/fields' | grep -q '^MESSAGE=%ASA-4-113019: .*Username = test'"
check "with its priority" bash -c "grep -B9 -x 'ASA_MESSAGE_ID=113019' '$LAB_DIR/fields' | grep -qx 'PRIORITY=4'"
check "and no debugging" bash -c "! grep -q '^PRIORITY=7' '$LAB_DIR/fields'"
check "SIGTERM: exit 0" stop_gatehouse
