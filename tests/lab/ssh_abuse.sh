# The SSH door under strangers and crowds: nothing of them is left behind, and the VPN does not notice.
#   WRONG=10000 tests/lab/ssh_abuse.sh    so many wrong passwords (1,000 in the suite)
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh gatehouse-ssh tests/sshcrowd
WRONG=${WRONG:-1000}
lab_up
cat "$(full_config)" - >"$LAB_DIR/ssh.conf" <<-TXT
	aaa authentication ssh console LOCAL
	username ann password secret7
	ssh 10.10.10.0 255.255.255.0 inside
	no console timeout
TXT
start_gatehouse --config "$LAB_DIR/ssh.conf"
in_() { timeout 1000 ip netns exec "$LAB-inside" "$@"; }
crowd() { in_ "$BUILD/tests/sshcrowd" "$@"; }
listens() { ip netns exec "$GW" ss -Hltn | grep -q ":22 "; }
pid_of() { pgrep -P "$GH_PID" -f -- "--role $1"; }
below() { # all processes below a pid
	local p
	for p in $(pgrep -P "$1"); do echo "$p"; below "$p"; done
}
descriptors() { ls "/proc/$(pid_of "$1")/fd" | wc -l; }
memory() { awk '/^VmRSS/ {print $2}' "/proc/$(pid_of "$1")/status"; }
sessions_are() { [[ $(show 'show ssh sessions' | grep -c ' IN ') == "$1" ]] || { show 'show ssh sessions' | wc -l; return 1; }; }
calm() { # nobody is left but the door and its spawner
	local n
	n=$(below "$(pid_of ssh)" | wc -l)
	((n == 1)) || { ps -o pid,ppid,stat,args --ppid "$(pid_of ssh)"; return 1; }
	ip netns exec "$GW" ss -Htn state established '( sport = :22 )' | grep . && return 1
	return 0
}
less_than() { (($1 < $2)) || { echo "$1 is not less than $2"; return 1; }; }

check "the port is open" within 5 listens
check "a first one gets in" crowd sessions 10.10.10.1 1 ann secret7 </dev/null
check "and leaves nothing" within 5 calm
fds=$(descriptors ssh) mfds=$(descriptors manager) mem=$(memory ssh) mmem=$(memory manager)
door=$(pid_of ssh) engine=$(pid_of engine) manager=$(pid_of manager)

coproc STRANGERS { in_ python3 "$TOP/tests/lab/ssh_strangers.py" 10.10.10.1; }
spid=$STRANGERS_PID
exec {from}<&"${STRANGERS[0]}" {to}>&"${STRANGERS[1]}"
PIDS+=("$spid")
read -r line <&"$from"
check "1,000 connect and leave: $line" test "$line" = 'connects 1000'
read -r line <&"$from"
check "garbage: $line" test "$line" = 'garbage 200'
read -r line <&"$from"
served=${line##* }
check "half-open: $line, not all are served" test "$served" -ge 50 -a "$served" -le 120
check "somebody from elsewhere gets in meanwhile" bash -c "ip -n $LAB-inside addr add 10.10.10.77/24 dev eth0; true"
echo >&"$to"
wait "$spid"
exec {from}<&- {to}>&-
check "they leave nothing" within 10 calm

mkfifo "$LAB_DIR/go"
exec 8<>"$LAB_DIR/go"
crowd sessions 10.10.10.1 100 ann secret7 <"$LAB_DIR/go" >"$LAB_DIR/crowd" 2>&1 8>&- &
cpid=$!
PIDS+=("$cpid")
check "100 sessions at once" within 30 grep -qx up "$LAB_DIR/crowd"
check "all are shown" within 5 sessions_are 100
check "the console answers meanwhile" says 'show version' 'Gatehouse'
exec 8>&-
wait "$cpid"
check "all end well" bash -c "cat $LAB_DIR/crowd; grep -qx '100 of 100 ended well' $LAB_DIR/crowd"
check "and leave nothing" within 10 calm

exec 8<>"$LAB_DIR/go"
crowd slow 10.10.10.1 20 ann secret7 <"$LAB_DIR/go" >"$LAB_DIR/slow" 2>&1 8>&- &
cpid=$!
PIDS+=("$cpid")
check "20 ask for much and read nothing" within 30 grep -qx up "$LAB_DIR/slow"
check "the console answers meanwhile" says 'show version' 'Gatehouse'
check "a process of theirs has not grown: $(for p in $(below "$door"); do awk '/^VmRSS/ {print $2}' /proc/$p/status 2>/dev/null; done | sort -n | tail -1) kB" \
	bash -c "for p in $(below "$door" | tr '\n' ' '); do awk '/^VmRSS/ {exit \$2 > 40000}' /proc/\$p/status 2>/dev/null || exit 1; done"
check "nor has the manager" less_than "$(memory manager)" $((mmem + 60000))
exec 8>&-
wait "$cpid"
check "they are gone, and leave nothing" within 20 calm

check "$WRONG wrong passwords" crowd wrong 10.10.10.1 "$WRONG" 50 300
check "they leave nothing" within 20 calm
check "no session" within 5 sessions_are 0
check "the same processes as before" test "$(pid_of ssh) $(pid_of engine) $(pid_of manager)" = "$door $engine $manager"
no_more_descriptors() { local n; n=$(descriptors "$1"); ((n <= $2)) || { echo "$n, not $2"; ls -l "/proc/$(pid_of "$1")/fd"; return 1; }; }
check "the door has no more descriptors" within 5 no_more_descriptors ssh "$fds"
check "nor has the manager" within 5 no_more_descriptors manager $((mfds + 1))
check "the door has no more memory: $mem kB, $(memory ssh) kB" less_than "$(memory ssh)" $((mem + 3000))
check "nor has the manager: $mmem kB, $(memory manager) kB" less_than "$(memory manager)" $((mmem + 30000))
check "no process ended by a forbidden call, none was started again" bash -c "! grep -E 'forbidden|ended|starting it again' $LAB_DIR/gatehouse.out"
check "the VPN has not noticed" all_empty
check "stop" stop_gatehouse
