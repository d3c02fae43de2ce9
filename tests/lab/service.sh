# What the service's unit leaves to the keeper is enough: no more than its capabilities, a file system that
# is read-only but for the state and the socket, no new privileges. And the journal, and the notification.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh tests/winclient
command -v setpriv >/dev/null || { echo "skip no setpriv"; exit 0; }
UNIT=$TOP/cli/main/gatehouse.service
lab_up --no-address
ip -n "$LAB-outside" addr add 10.1.1.9/24 dev br0

CAPS=$(sed -n 's/^CapabilityBoundingSet=//p' "$UNIT" | tr ' ' '\n' | sed 's/^CAP_/+/' | tr 'A-Z\n' 'a-z,')
# A container that the tests run in may have no right to the clock, or to programs in the kernel.
may() { ((0x$(awk '$1 == "CapBnd:" { print $2 }' /proc/self/status) >> $1 & 1)); }
may 25 || CAPS=${CAPS//+sys_time,/}
may 39 || CAPS=${CAPS//+bpf,/}
REAL=$BUILD
mkdir "$LAB_DIR/bin"
ln -s "$REAL/gatesh" "$REAL/tests" "$LAB_DIR/bin/"
cat >"$LAB_DIR/bin/gatehouse" <<-RUN
	#!/bin/sh
	mount -t cgroup2 none /sys/fs/cgroup # which a network namespace hides, and a host has
	mount --bind "$LAB_DIR" "$LAB_DIR" && mount -o remount,bind,ro / || exit 1
	exec setpriv --no-new-privs --bounding-set "-all,${CAPS%,}" "$REAL/gatehouse" "\$@"
RUN
chmod +x "$LAB_DIR/bin/gatehouse"
BUILD=$LAB_DIR/bin
python3 - "$LAB_DIR" <<'PY' &
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1] + "/notify")
while True:
    with open(sys.argv[1] + "/notified", "ab") as f:
        f.write(s.recv(4096) + b"\n")
PY
PIDS+=($!)
within 5 test -S "$LAB_DIR/notify" || die "a socket to be notified on"
: >"$LAB_DIR/gatehouse.out"
JOURNAL_STREAM=$(stat -c %d:%i "$LAB_DIR/gatehouse.out")
export JOURNAL_STREAM NOTIFY_SOCKET=$LAB_DIR/notify

status() { awk -v k="$2:" '$1 == k { print $2 }' "/proc/$1/status"; }
role() { # its pid
	local p
	for p in $(cat "/proc/$GH_PID/task/$GH_PID/children"); do
		[[ $(tr '\0' ' ' <"/proc/$p/cmdline") != *"--role $1 "* ]] || echo "$p"
	done
}
told() { grep -Eq -- "$1" "$LAB_DIR/gatehouse.out" || { cat "$LAB_DIR/gatehouse.out"; return 1; }; }
back() { local p; p=$(role "$1") && [[ $p && $p != "$2" ]] && show 'show version' >/dev/null; }
{ cat "$(full_config)"; echo 'crypto engine workers 2'; echo 'no such line'; } >"$LAB_DIR/boot.conf"
# Another program has UDP 500, which may more than the keeper, so that its descriptors are not to be
# read: it is found by the control group that its socket was made in, as systemd makes one for each service.
GROUPS_DIR=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
FOREIGN=$GROUPS_DIR/system.slice/$LAB.service
in_group() { echo "$BASHPID" >"$FOREIGN/cgroup.procs"; }
no_group() { # it is empty once its process has gone
	[[ ! -d $FOREIGN ]] || within 5 rmdir "$FOREIGN"
	rmdir "$GROUPS_DIR/system.slice" # it is the host's, or was made here
} 2>/dev/null # the folder of the lab has gone by then
trap 's=$?; lab_cleanup; no_group; exit $((s ? s : FAILED > 0))' EXIT
if [[ $GROUPS_DIR ]] && mkdir -p "$FOREIGN" 2>"$LAB_DIR/null" && (in_group) 2>"$LAB_DIR/null"; then
	(
		in_group
		exec ip netns exec "$GW" python3 -c '
import signal, socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("0.0.0.0", 500))
signal.pause()'
	) &
	foreign=$!
	PIDS+=($foreign)
	check "another program has UDP 500" within 10 ip netns exec "$GW" grep -q ':01F4 ' /proc/net/udp
fi
start_gatehouse --config "$LAB_DIR/boot.conf"
if [[ ${foreign:-} ]]; then
	check "the journal names it, its process and its unit" within 10 \
		told "^<3>UDP port 500 belongs to python3[^ ]* \\(process $foreign, $LAB\\.service\\): no client can connect"
	check "so does the doctor, with the cure" says 'show vpn doctor' "systemctl disable --now $LAB\\.service\$"
	kill "$foreign"
	wait "$foreign" 2>"$LAB_DIR/null"
	check "it is ours once that has gone" within 10 told '^<5>UDP port 500 is ours now'
else
	echo "# no control group can be made here: nobody has UDP 500 before the appliance"
fi

check "the keeper has the unit's capabilities and no other" test "$(python3 -c '
import sys; print(bin(int(sys.argv[1], 16)).count("1"))' "$(status "$GH_PID" CapEff)")" -eq "$(tr -cd + <<<"$CAPS" | wc -c)"
if may 39; then
	check "the kernel steers packets to two workers" bash -c '! grep -q "takes no program" "$1"' - "$LAB_DIR/gatehouse.out"
fi
check "the file system is read-only to it" bash -c "cd /proc/$GH_PID/root && touch etc/x 2>&1 | grep -q Read-only"
check "systemd is notified" within 5 grep -qx 'READY=1' "$LAB_DIR/notified"
check "an address of the configuration is set" within 5 bash -c "ip -n $GW -4 addr | grep -q 172.16.1.2/24"
check "a client connects and reaches the inside" timeout 200 ip netns exec "$LAB-outside" "$BUILD/tests/winclient" \
	--server $SERVER --psk 'C!sc0@123' --user test --password test --source 10.1.1.9 --ping "$WEB"
check "a ping leaves, as nobody's" says "ping 172.16.1.1 repeat 1" '^!$'
check "a copy to a server that is not there fails there" bash -c '[[ $1 == *"(Connection refused)"* ]]' - "$(show "copy http://172.16.1.2:9/x disk0:/x")"
for r in manager engine aaa; do
	p=$(role $r)
	kill -9 "$p"
	check "$r: back after its death" within 5 back $r "$p"
	check "$r: its death is an error in the journal" told "^<3>$r ended \\(signal 9\\), starting it again"
done
check "the journal: start, with the version" told '^<5>version [0-9.]+ starts'
check "the journal: ready" told '^<5>ready'
check "the journal: a refused line, without its text" told '^<3>.*line [0-9]+ refused: ERROR'
check "reload" gatesh -c 'reload noconfirm'
ready_twice() { (($(grep -c '^<5>ready' "$LAB_DIR/gatehouse.out") == 2)) || { cat "$LAB_DIR/gatehouse.out"; return 1; }; }
check "it is ready again" within 10 ready_twice
check "write memory" show 'write memory'
check "SIGTERM: exit 0" stop_gatehouse
check "the journal: stop" told '^<5>stopped$'
check "nothing of ours is left in the kernel" \
	test -z "$(ip -n "$GW" -4 route)$(ip netns exec "$GW" nft list ruleset)$(ip -n "$GW" -4 -o addr | grep -v ' lo ')"

# What systemd itself says of the unit, where it is installed.
if command -v systemd-analyze >/dev/null; then
	sed "s|@PREFIX@/sbin/gatehouse|$REAL/gatehouse|" "$UNIT" >"$LAB_DIR/gatehouse.service"
	check "systemd takes every line of the unit" bash -c \
		"systemd-analyze verify --man=no '$LAB_DIR/gatehouse.service' 2>&1 | grep -F gatehouse.service: && exit 1; exit 0"
	check "its exposure is below 4" systemd-analyze security --offline=true --threshold=40 --no-pager "$LAB_DIR/gatehouse.service"
fi
