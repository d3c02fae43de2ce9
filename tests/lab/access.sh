# Access lists at interfaces with real sockets: what they let in and refuse is counted and told, a change
# of one line cuts no connection and loses no count, and what others remove is put back.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh
lab_up
ip -n "$LAB-router" route add 10.10.10.0/24 via 172.16.1.2
ip -n "$LAB-outside" route replace default via 10.1.1.1
start_gatehouse --config "$DATA/lab.conf"
type_lines() { cat >"$LAB_DIR/lines" && gatesh "$LAB_DIR/lines" >/dev/null; }
type_lines <<'LINES'
logging enable
logging buffered debugging
access-list OUT remark who may come in
access-list OUT extended permit tcp any host 10.10.10.10 eq www log
access-list OUT extended permit tcp any any eq 8080
access-list OUT extended deny udp any any eq 99
access-list OUT extended deny udp any any eq 98 log critical interval 2
access-list OUT extended deny udp any any eq 97 log 1
access-list OUT extended permit udp any any range 90 110 log 6 interval 1
LINES

out() { ip netns exec "$LAB-outside" "$@"; }
fetch() { out timeout 60 python3 -c 'import urllib.request as u; print(u.urlopen("http://10.10.10.10/", timeout=4).status)' | grep -q 200; }
refused() { ! fetch 2>/dev/null; }
udp() { out python3 -c "
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(('', $1))
for i in range(${3:-1}): s.sendto(b'x', ('10.10.10.10', $2))"; }
hits() { says 'show access-list OUT' "$1.*\(hitcnt=$2\)"; }
told() { says 'show logging' "$1"; }

role_pid() { # role_pid ROLE: the keeper's child that was started for it
	local p
	for p in $(cat "/proc/$GH_PID/task/$GH_PID/children"); do
		tr '\0' ' ' <"/proc/$p/cmdline" | grep -qw -- "$1" && { echo "$p"; return; }
	done
	return 1
}

check "from below nothing comes in" refused
check "that is told" within 3 told '%ASA-2-106001: Inbound TCP connection denied from 10\.1\.1\.254/[0-9]+ to 10\.10\.10\.10/80 flags SYN on interface outside'
type_lines <<'LINES'
access-group OUT in interface outside
LINES
check "what the list permits comes in" within 3 fetch
check "it is counted" within 3 hits 'permit tcp any host 10\.10\.10\.10 eq www' '[1-9][0-9]*'
check "an element with log tells of it" within 3 told '%ASA-6-106100: access-list OUT permitted tcp outside/10\.1\.1\.254\([0-9]+\) -> inside/10\.10\.10\.10\(80\) hit-cnt 1 first hit'
udp 5001 99 3
check "what it refuses is counted" within 3 hits 'deny udp any any eq 99' 3
check "and told" within 3 told '%ASA-4-106023: Deny udp src outside:10\.1\.1\.254/5001 dst inside:10\.10\.10\.10/99 by access-group "OUT" \[0x[1-9a-f][0-9a-f]*, 0x0\]'
udp 5002 7
check "what no element fits, too" within 3 told '%ASA-4-106023: Deny udp src outside:10\.1\.1\.254/5002 dst inside:10\.10\.10\.10/7 by access-group "OUT" \[0x0, 0x0\]'
udp 5003 100
check "a range counts" within 3 hits 'permit udp any any range 90 110' 1
udp 5004 98 3
check "as severe as the element says" within 3 told '%ASA-2-106100: access-list OUT denied udp outside/10\.1\.1\.254\(5004\) -> inside/10\.10\.10\.10\(98\) hit-cnt 1 first hit'
check "and again, at the end of its interval" within 10 told '%ASA-2-106100: access-list OUT denied udp .*\(98\) hit-cnt [23] 2-second interval'
check "flows that are logged are counted" says 'show access-list' 'cached ACL log flows: total [1-9][0-9]*, denied [0-9]+ \(deny-flow-max 4096\)'
type_lines <<'LINES'
access-list deny-flow-max 1
LINES
udp 5005 97
udp 5006 97
check "there are only so many that are refused" within 3 told '%ASA-1-106101: Number of cached deny-flows for ACL log has reached limit \(1\)\.'

# A connection that lives through all that follows.
ip netns exec "$LAB-inside" python3 -c '
import socket
s = socket.create_server(("10.10.10.10", 8080))
c = s.accept()[0]
while (b := c.recv(100)): c.sendall(b)' &
PIDS+=($!)
coproc LIVE { out timeout 300 python3 -uc '
import socket, sys, time
for i in range(50):
    try:
        s = socket.create_connection(("10.10.10.10", 8080), 5)
        break
    except OSError:
        time.sleep(.1)
s.settimeout(20)
print("up")
for line in sys.stdin:
    s.sendall(line.encode())
    print("yes" if s.recv(100) else "no")
' 2>&1; }
live_out=${LIVE[1]} live_in=${LIVE[0]} live=$LIVE_PID
PIDS+=("$live")
read -rt 60 -u "$live_in" answer
lives() { echo >&"$live_out" && read -rt 30 -u "$live_in" answer && [[ $answer == yes ]]; }
check "a connection" test "$answer" = up
check "which carries" lives

table() { ip netns exec "$GW" nft list table inet gatehouse | grep -E 'chain |hook|jump|goto|vmap' | grep -v counter | sed 's/layer[0-9_]*/layer/' | sort -u; }
handles() { ip netns exec "$GW" nft -a list table inet gatehouse | grep -o '# handle [0-9]*' | tr -d '\n'; }
before=$(handles)
type_lines <<'LINES'
access-list OUT line 1 extended deny tcp host 198.51.100.1 any
access-list OUT extended permit icmp any any
no access-list OUT extended deny udp any any eq 99
LINES
check "the counts of the others stay" within 3 hits 'permit udp any any range 90 110' 1
check "the connection stays" lives
udp 5004 99
check "what is refused no more comes in" within 3 hits 'permit udp any any range 90 110' 2

picture=$(table)
same() { diff <(echo "$picture") <(table); }
ip netns exec "$GW" nft flush chain inet gatehouse forward
check "others empty a chain: put back" within 10 same
check "the counts go on" within 3 hits 'permit udp any any range 90 110' 2
first_map() { ip netns exec "$GW" nft list table inet gatehouse | grep -o 'map layer[0-9]*_[0-9]*' | head -n 1 | cut -d' ' -f2; }
elements() { ip netns exec "$GW" nft list map inet gatehouse "$(first_map)" | grep -o '[0-9]* : [a-z]*' | wc -l; }
elements_are() { [[ $(elements) == "$1" ]]; }
before=$(elements)
check "a map has elements" test "$before" -gt 0
ip netns exec "$GW" nft flush map inet gatehouse "$(first_map)"
check "others empty it: put back" within 10 elements_are "$before"
ip netns exec "$GW" nft delete table inet gatehouse
check "others delete the table: put back" within 10 same
check "the connection stays" lives
before=$(handles)
kill -9 "$(role_pid manager)"
check "a manager that comes back changes nothing" within 10 says 'show access-list OUT' 'line 1 '
same_handles() { [[ $(handles) == "$before" ]] || { echo "$before"; handles; return 1; }; }
check "neither chain nor count" within 5 same_handles

type_lines <<'LINES'
clear configure access-group
LINES
check "without it, levels hold again" within 3 refused
check "opened connections stay" lives
end_mine "$live"
