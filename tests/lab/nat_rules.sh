# NAT rules that come, go and move while connections are open: these go on, hits count on, what is
# cleared ends, and the kernel gets no more than what has changed.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh
lab_up
ip -n "$LAB-outside" addr add 10.1.1.2/24 dev br0
cat "$DATA/lab.conf" - >"$LAB_DIR/nat.conf" <<'CONF'
nat (inside,outside) after-auto source dynamic any interface
CONF
start_gatehouse --config "$LAB_DIR/nat.conf"
lines() { # lines LINE...: typed
	printf '%s\n' "$@" >"$LAB_DIR/typed.conf"
	"$BUILD/gatesh" --socket "$LAB_DIR/gatehouse.sock" "$LAB_DIR/typed.conf"
}

# A server outside that answers each line with the address that it came from, and a client inside that sends
# one each time something is written to its pipe.
cat >"$LAB_DIR/server.py" <<'PY'
import socketserver
class Echo(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            self.wfile.write(b"%s %s" % (self.client_address[0].encode(), line))
socketserver.ThreadingTCPServer.allow_reuse_address = True
socketserver.ThreadingTCPServer(("10.1.1.2", 7), Echo).serve_forever()
PY
ip netns exec "$LAB-outside" python3 "$LAB_DIR/server.py" >"$LAB_DIR/server.out" 2>&1 &
PIDS+=($!)
mkfifo "$LAB_DIR/say"
client() { # client: what it hears is in heard
	ip netns exec "$LAB-inside" python3 -c '
import socket, sys
s = socket.create_connection(("10.1.1.2", 7), 60)
f = s.makefile("rw")
for line in open(sys.argv[1]):
    f.write(line); f.flush()
    print(f.readline(), end="", flush=True)' "$LAB_DIR/say" >"$LAB_DIR/heard" 2>&1 &
	PIDS+=($!)
}
listening() { ip netns exec "$LAB-outside" ss -ltn | grep -q '10\.1\.1\.2:7 '; }
heard() { grep -q -- "$1" "$LAB_DIR/heard"; }
within 5 listening || die "the server listens"
client
exec {say}>"$LAB_DIR/say"
echo one >&"$say"
check "a connection by the address of the interface" within 5 heard '^172\.16\.1\.2 one$'
hits() { show 'show nat' | sed -n '/source dynamic any interface/{n;s/^ *translate_hits = \([0-9]*\),.*/\1/p;}'; }
counted() { (($(hits) >= 1)); }
check "it is counted" within 3 counted
first=$(hits)
check "and shown" says 'show xlate' '^TCP PAT from inside:10\.10\.10\.10/[0-9]+ to outside:172\.16\.1\.2/[0-9]+ flags ri '
handle() { ip netns exec "$GW" nft -a list table inet gatehouse | grep -o 'chain postrouting .*# handle [0-9]*'; }
before=$(handle)
lines 'object network HOST' 'host 10.10.10.10' 'object network SEEN' 'host 172.16.1.77' \
	'nat (inside,outside) 1 source static HOST SEEN' >/dev/null
check "a line in front of it is in force" within 5 bash -c "ip netns exec $GW nft list table inet gatehouse | grep -q 'snat ip to 172.16.1.77'"
echo two >&"$say"
check "the connection goes on as it was" within 5 heard '^172\.16\.1\.2 two$'
check "its hit is still counted" test "$(hits)" -ge "$first"
check "the table was not made anew" test "$before" = "$(handle)"
new() { ip netns exec "$LAB-inside" python3 -c '
import socket
s = socket.create_connection(("10.1.1.2", 7), 60); f = s.makefile("rw"); f.write("x\n"); f.flush(); print(f.readline(), end="")'; }
check "a new connection takes the new line" test "$(new)" = "172.16.1.77 x"
check "the new line counts" within 3 bash -c "$(declare -f show gatesh); BUILD=$BUILD LAB_DIR=$LAB_DIR
	show 'show nat' | grep -A1 'source static HOST SEEN' | grep -q 'translate_hits = [1-9]'"
check "what stands is shown" says 'show xlate' '^NAT from inside:10\.10\.10\.10 to outside:172\.16\.1\.77$'
ip netns exec "$GW" nft delete table inet gatehouse
check "a table that another program removes is put back" within 10 bash -c "ip netns exec $GW nft list table inet gatehouse 2>/dev/null | grep -q 'snat ip to 172.16.1.77'"
lines 'no nat (inside,outside) source static HOST SEEN' >/dev/null
check "without the line the next one decides" within 5 bash -c "$(declare -f new); LAB=$LAB; [[ \$(new) == '172.16.1.2 x' ]]"
lines 'object network HOST' 'nat (inside,outside) static 172.16.1.77' >/dev/null
check "the object's own line" within 5 bash -c "$(declare -f new); LAB=$LAB; [[ \$(new) == '172.16.1.77 x' ]]"
lines 'object network HOST' 'host 10.10.10.99' >/dev/null
check "an object that has another address takes its line along" within 5 bash -c "$(declare -f new); LAB=$LAB; [[ \$(new) == '172.16.1.2 x' ]]"
show 'clear xlate local 10.10.10.10' >/dev/null
check "clear xlate ends what is translated" within 3 says_not 'show xlate' 'from inside:10\.10\.10\.10/'
show 'clear nat counters' >/dev/null
check "clear nat counters" within 3 says_not 'show nat' 'translate_hits = [1-9]'
