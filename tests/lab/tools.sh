# ping and traceroute: through a router, with Ctrl-C, to where nobody is; nothing of them stays.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh gatehouse-tool
lab_up
start_gatehouse --config "$DATA/lab.conf"
OUTSIDE=10.1.1.254 # behind the router

prints() { # prints COMMAND TEXT
	diff <(echo "$2") <(show "$1" | sed -E 's/[0-9]+\/[0-9]+\/[0-9]+ ms/N\/N\/N ms/; s/[0-9]+ msec/N msec/g')
}
# is COMMAND: prints exactly standard input, `N` stands for a number; an answer may be late once.
is() { within 2 prints "$1" "$(cat)"; }
check "ping: five answers" is "ping $OUTSIDE" <<-TXT
	Type escape sequence to abort.
	Sending 5, 100-byte ICMP Echos to $OUTSIDE, timeout is 2 seconds:
	!!!!!
	Success rate is 100 percent (5/5), round-trip min/avg/max = N/N/N ms
TXT
check "ping: its parameters in any order" is "ping $OUTSIDE timeout 3 repeat 2 data 1f size 1400 validate" <<-TXT
	Type escape sequence to abort.
	Sending 2, 1400-byte ICMP Echos to $OUTSIDE, timeout is 3 seconds:
	!!
	Success rate is 100 percent (2/2), round-trip min/avg/max = N/N/N ms
TXT
check "ping: seventy marks a line" is "ping 172.16.1.1 repeat 75" <<-TXT
	Type escape sequence to abort.
	Sending 75, 100-byte ICMP Echos to 172.16.1.1, timeout is 2 seconds:
	$(printf '!%.0s' {1..70})
	!!!!!
	Success rate is 100 percent (75/75), round-trip min/avg/max = N/N/N ms
TXT
check "ping: nobody is there" is "ping 172.16.1.77 repeat 1 timeout 1" <<-TXT
	Type escape sequence to abort.
	Sending 1, 100-byte ICMP Echos to 172.16.1.77, timeout is 1 seconds:
	?
	Success rate is 0 percent (0/1)
TXT
ip -n "$LAB-router" route add unreachable 10.3.0.0/16
check "ping: a router says that there is no way" is "ping 10.3.0.1 repeat 1" <<-TXT
	Type escape sequence to abort.
	Sending 1, 100-byte ICMP Echos to 10.3.0.1, timeout is 2 seconds:
	U
	Success rate is 0 percent (0/1)
TXT
ip -n "$GW" route add unreachable 10.4.0.0/16
check "ping: no way from here" is "ping 10.4.0.1" <<-TXT
	Type escape sequence to abort.
	Sending 5, 100-byte ICMP Echos to 10.4.0.1, timeout is 2 seconds:
	No route to host 10.4.0.1

	Success rate is 0 percent (0/1)
TXT
check "ping: a name that is none" bash -c '[[ $1 == "ERROR: % Invalid Hostname" ]]' - "$(show "ping $(printf 'a%.0s' {1..64})")"
ip netns exec "$LAB-inside" timeout 120 python3 - <<-'PY' >"$LAB_DIR/seen" &
	import socket
	s = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
	while True:
	    packet, where = s.recvfrom(2000)
	    if packet[20] == 8:
	        print(where[0], packet[28:32].hex(), len(packet), flush=True)
PY
PIDS+=($!)
sent() { show "ping inside $WEB repeat 1 size 60 data beef" >/dev/null; grep -qx '10.10.10.1 beefbeef 60' "$LAB_DIR/seen"; }
check "ping: the interface's address, the size and the data as asked for" within 10 sent

check "traceroute: the router, then the host" is "traceroute $OUTSIDE probe 1 numeric" <<-TXT

	Type escape sequence to abort.
	Tracing the route to $OUTSIDE

	 1   172.16.1.1 N msec
	 2   $OUTSIDE N msec
TXT
check "traceroute: by ICMP, from one hop on" is "traceroute $OUTSIDE use-icmp probe 2 ttl 2 5 source outside numeric" <<-TXT

	Type escape sequence to abort.
	Tracing the route to $OUTSIDE

	 2   $OUTSIDE N msec N msec
TXT
check "traceroute: where nobody answers" is "traceroute 172.16.1.77 timeout 1 probe 2 ttl 1 1 port 40000 numeric" <<-TXT

	Type escape sequence to abort.
	Tracing the route to 172.16.1.77

	 1   * *
TXT
check "traceroute: what an unreachable network says" within 2 says "traceroute 10.3.0.1 probe 1 numeric" '^ 1   172\.16\.1\.1 [0-9]+ msec !H$'

# Ctrl-C, at a terminal: the marks are seen as they come, and the statistics of those sent.
cat >"$LAB_DIR/interrupt.py" <<-'PY'
	import sys
	import pexpect
	p = pexpect.spawn(sys.argv[1], ["--socket", sys.argv[2]], encoding="utf-8", timeout=90)
	p.expect_exact("ciscoasa> ")
	p.sendline(sys.argv[3])
	for seen in sys.argv[4:]:
	    if seen == "^C":
	        p.sendcontrol("c")
	    else:
	        p.expect(seen)
	p.expect_exact("ciscoasa> ")
	p.sendline("exit")
	p.expect(pexpect.EOF)
PY
typed() { python3 "$LAB_DIR/interrupt.py" "$BUILD/gatesh" "$LAB_DIR/gatehouse.sock" "$@"; }
check "Ctrl-C: a ping ends with its statistics" typed "ping 172.16.1.77 repeat 9999 timeout 1" \
	'seconds:' '\?\?' ^C 'Success rate is 0 percent \(0/[0-9]+\)'
check "Ctrl-C: a traceroute ends" typed "traceroute 172.16.1.77 timeout 1" ' 1  ' '\*' ^C
tools() { # the children that run, and their pids
	local p
	for p in $(ip netns pids "$GW"); do
		[[ $(cat "/proc/$p/comm" 2>/dev/null) != gatehouse-tool ]] || echo "$p"
	done
}
n_tools() { [[ $(tools | wc -l) == "$1" ]]; }
check "no child is left" within 10 n_tools 0

# A session that dies takes its ping with it; the keeper serves on.
"$BUILD/gatesh" --socket "$LAB_DIR/gatehouse.sock" -c 'ping 172.16.1.77 repeat 9999' >/dev/null </dev/null &
dies=$!
check "it runs" within 10 n_tools 1
{ kill -9 "$dies" && wait "$dies"; } 2>/dev/null
check "a session that dies: its child ends" within 10 n_tools 0
many=()
for _ in 1 2 3 4 5 6 7 8; do
	"$BUILD/gatesh" --socket "$LAB_DIR/gatehouse.sock" -c 'ping 172.16.1.77 repeat 9999' >/dev/null </dev/null &
	many+=($!)
done
check "eight at once run" within 20 n_tools 8
check "the ninth is told" bash -c '[[ $1 == "ERROR: Too many commands of this kind run; try again later" ]]' - "$(show 'ping 172.16.1.1')"
{ kill -9 "${many[@]}" && wait "${many[@]}"; } 2>/dev/null
check "they end with their sessions" within 10 n_tools 0
check "and there is room again" says 'ping 172.16.1.1 repeat 1' '^!$'
gatesh -c 'ping 172.16.1.77 repeat 9999' >/dev/null &
PIDS+=($!)
check "a child runs" within 10 n_tools 1
check "the end of the appliance" stop_gatehouse
check "the end of the appliance: no child is left" within 10 n_tools 0
# In a container the keeper may be its first process.
unshare -n -p -f --mount-proc --kill-child "$BUILD/gatehouse" --foreground --state "$LAB_DIR/first" --socket "$LAB_DIR/first.sock" \
	>"$LAB_DIR/first.out" 2>&1 &
PIDS+=($!)
check "as the first process of a container" within 10 grep -q '^ready' "$LAB_DIR/first.out"
check "... it has tools, too" bash -c '"$1" --socket "$2" -c "ping 127.0.0.1 repeat 1 timeout 1" | grep "^Success rate"' - \
	"$BUILD/gatesh" "$LAB_DIR/first.sock"
