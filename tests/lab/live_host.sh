# A live host: an address, a default route, a rule set and sysctls of its own, and a connection through
# the outside card. The appliance is started on it, configured by the guide step by step, restarted,
# killed and taken away again: the connection is never lost, and the host has what it had.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh
lab_up

in_gw() { ip netns exec "$GW" "$@"; }
# A second address and a metric as a DHCP client makes them, IPv6, more routes, a card that is down.
in_gw sh -e <<'HOST'
	echo 1 >/proc/sys/net/ipv6/conf/outside/addr_gen_mode
	echo 0 >/proc/sys/net/ipv6/conf/outside/disable_ipv6
	echo 0 >/proc/sys/net/ipv4/conf/all/accept_redirects
	echo 1 >/proc/sys/net/ipv4/conf/inside/forwarding
	echo 5 >/proc/sys/net/ipv4/neigh/outside/mcast_solicit
	ip route del default
	ip route add default via 172.16.1.1 dev outside proto dhcp src 172.16.1.2 metric 100
	ip address add 172.16.1.77/24 dev outside
	ip -6 address add fd00:77::2/64 dev outside nodad
	ip route add 10.99.0.0/16 via 172.16.1.1 metric 50
	ip route add 10.98.0.0/16 via 172.16.1.1 table 77
	ip link add spare type veth peer name spare-end
	ip link set spare mtu 1400
	ip link set spare up # and down: once it was up it has a queue
	ip link set spare down
	nft -f - <<-'NFT'
		table inet host {
			chain input {
				type filter hook input priority filter; policy accept;
				tcp dport 22 counter accept
			}
		}
	NFT
HOST

host_picture() { # what the host has, counters aside
	ip -n "$GW" addr
	ip -n "$GW" route show table all
	ip -n "$GW" -6 route show table main
	in_gw nft list ruleset | same_rules
	in_gw sysctl -a 2>/dev/null | grep '^net\.ipv4\.' | grep -v -e '\.conf\.gatehouse0\.' -e '\.neigh\.gatehouse0\.'
}
same_picture() { diff "$LAB_DIR/host" <(host_picture); }
own_lines() { # the host's own are all there
	local all
	all=$(ip -n "$GW" route; ip -n "$GW" -4 addr show dev outside)
	grep -q '^default via 172.16.1.1 dev outside proto dhcp src 172.16.1.2 metric 100' <<<"$all" &&
		grep -q 'inet 172.16.1.2/24 ' <<<"$all" && grep -q 'inet 172.16.1.77/24 ' <<<"$all" &&
		grep -q '^10.99.0.0/16 via 172.16.1.1 dev outside metric 50' <<<"$all" && return
	echo "$all"
	return 1
}

# The operator's connection: a line a tenth of a second there and back; an answer later than fifteen
# seconds, or none, ends it.
ip netns exec "$GW" python3 -c '
import socket
s = socket.create_server(("172.16.1.2", 2222))
while True:
    c, _ = s.accept()
    while (d := c.recv(100)):
        c.sendall(d)
' &
PIDS+=($!)
ip netns exec "$LAB-outside" python3 -c '
import os, socket, sys, time
end = time.monotonic() + 30
while True:
    try:
        s = socket.create_connection(("172.16.1.2", 2222), timeout=15)
        break
    except ConnectionRefusedError: # the other end is not there yet
        if time.monotonic() > end:
            raise
        time.sleep(0.1)
n = 0
while True:
    s.sendall(b"%d\n" % n)
    if s.recv(100) != b"%d\n" % n:
        break
    n += 1
    open(sys.argv[1] + ".new", "w").write(str(n))
    os.rename(sys.argv[1] + ".new", sys.argv[1])
    time.sleep(0.1)
' "$LAB_DIR/beats" 2>"$LAB_DIR/client.err" &
CLIENT=$!
PIDS+=("$CLIENT")
connected() { # it lives, and answers now
	local before
	before=$(cat "$LAB_DIR/beats")
	mine "$CLIENT" || { cat "$LAB_DIR/client.err"; return 1; }
	within 4 beats_past "$before"
}
beats_past() { (($(cat "$LAB_DIR/beats") > $1 + 1)); }
within 30 test -s "$LAB_DIR/beats"
check "the operator is connected" connected
host_picture >"$LAB_DIR/host"

start_gatehouse
check "started: still connected" connected
check "started: the host's own is there" own_lines

typed() { # typed LINE...: lines at (config)#, one session each as far as modes allow
	local args=(-c 'configure terminal') l
	for l; do args+=(-c "$l"); done
	gatesh "${args[@]}"
}
check "interface and Enter" typed 'interface GigabitEthernet0/0'
check "interface and Enter: the card is up" in_gw ip -br link show dev outside up
check "interface and Enter: connected" connected
check "and it is not shown as shut" says_not 'show interface ip brief' '0/0 .*administratively'
check "nor does the configuration say so" says_not 'show running-config interface' 'shutdown'
lines=()
while read -r line; do
	[[ $line != interface* ]] || lines=()
	lines+=("$line")
	check "typed: $line" typed "${lines[@]}"
	check "  connected" connected
	check "  the host's own is there" own_lines
done < <(sed -n '/^interface/,/^route/p' "$DATA/lab.conf" | grep -v '^exit')
check "the guide" gatesh "$DATA/guide.conf"
check "the guide: connected" connected
check "the route is beside the host's" bash -c "ip -n $GW route | grep -c '^default' | grep -qx 2"
check "the interface is up" says 'show interface ip brief' 'GigabitEthernet0/0 +172\.16\.1\.2 +YES CONFIG up +up'
check "write memory" show 'write memory'

check "SIGTERM: exit 0" stop_gatehouse
check "stopped: connected" connected
check "stopped: to the byte as before" within 3 same_picture
start_gatehouse
check "started again: connected" connected
check "started again: the host's own is there" own_lines

# The keeper dies while a card that the host had down is up, with an address.
check "an address on a card that was down" typed 'interface spare' 'ip address 10.55.0.1 255.255.255.0'
check "it is up" in_gw ip -br link show dev spare up
kids=$(role_processes)
kill -9 "$GH_PID"
wait "$GH_PID" 2>/dev/null
# shellcheck disable=SC2086  # several
check "killed: the others end" within 3 none_of $kids
check "killed: connected" connected
start_gatehouse
check "and started: connected" connected
check "and started: the host's own is there" own_lines
check "and started: what we had is there" bash -c "ip -n $GW -4 addr show dev spare | grep -q 10.55.0.1/24"
kill -9 "$GH_PID"
wait "$GH_PID" 2>/dev/null
rm -f "$LAB_DIR"/state/running.db* "$LAB_DIR"/state/startup-config
start_gatehouse
check "killed, and started with nothing: connected" connected
check "what we had is gone" bash -c "! ip -n $GW -4 addr show dev spare | grep -q 10.55"
check "the card is down as it was" bash -c "! ip -n $GW -br link show dev spare up | grep -q ."
gatesh "$DATA/lab.conf" >/dev/null
gatesh "$DATA/guide.conf" >/dev/null

# What is shut on purpose comes back whole.
check "shutdown" typed 'interface g0/0' 'shutdown'
check "no shutdown" typed 'interface g0/0' 'no shutdown'
check "no shutdown: the host's own is there" own_lines
check "no shutdown: connected" connected
check "clear configure all" typed 'clear configure all'
check "clear configure all: connected" connected
check "clear configure all: the host's own is there" own_lines
check "SIGTERM: exit 0" stop_gatehouse
check "stopped: to the byte as before" within 3 same_picture

# Killed, and never started again.
start_gatehouse
check "spare up, inside shut" typed 'interface spare' 'ip address 10.55.0.1 255.255.255.0' 'interface g0/1' 'shutdown'
kill -9 "$GH_PID"
wait "$GH_PID" 2>/dev/null
GH_PID=''
check "--put-back" timeout 60 ip netns exec "$GW" "$BUILD/gatehouse" --state "$LAB_DIR/state" \
	--socket "$LAB_DIR/gatehouse.sock" --put-back
check "in the end: connected" connected
check "in the end: to the byte as before" within 3 same_picture
