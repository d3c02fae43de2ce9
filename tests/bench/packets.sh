# tests/bench/packets.sh: source it for a gateway between two hosts, of which rules are measured:
#
#   took FILE             gives nft that file: sets $ms, and $kb of memory that the kernel holds for it
#   cost SOURCE DEST PORT [SEEN]  sets $first and $known: ns of a packet that opens a connection, and of any
#                         other; SEEN: the source as it is translated
. "$(dirname "${BASH_SOURCE[0]}")/../lab/lib.sh"
row() { printf '%-42s %-30s %s\n' "$1" "$2" "${3:-}"; }
P=$LAB-bench
GROUP=/sys/fs/cgroup
[[ -e $GROUP/cgroup.controllers ]] || GROUP=/sys/fs/cgroup/memory
GROUP+=/$P
down() {
	for h in gw in out; do ip netns del "$P-$h" 2>/dev/null; done
	rmdir "$GROUP" 2>/dev/null
	lab_cleanup
}
trap down EXIT
for h in gw in out; do ip netns add "$P-$h" && ip -n "$P-$h" link set lo up; done
ip netns exec "$P-gw" sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward
	echo 0 >/proc/sys/net/ipv4/conf/all/rp_filter; echo 0 >/proc/sys/net/ipv4/conf/default/rp_filter'
for h in in out; do
	ip -n "$P-gw" link add $h type veth peer name eth0 netns "$P-$h"
	ip -n "$P-gw" link set $h up
	ip -n "$P-$h" link set eth0 up
done
ip -n "$P-gw" addr add 10.0.0.1/8 dev in
ip -n "$P-in" addr add 10.0.0.2/8 dev eth0
ip -n "$P-gw" addr add 198.51.100.1/24 dev out
ip -n "$P-out" addr add 198.51.100.2/24 dev eth0
ip -n "$P-in" route add default via 10.0.0.1
ip -n "$P-out" route add default via 198.51.100.1
ip netns exec "$P-out" nft 'add table ip x; add chain ip x p { type filter hook prerouting priority raw; policy drop; }'
us() { local t=$EPOCHREALTIME; echo $((${t%.*} * 1000000 + 10#${t#*.})); }

# What the kernel has allocated on behalf of those that were in the group.
held() {
	if [[ -e $GROUP/memory.stat ]] && grep -q '^kernel ' "$GROUP/memory.stat"; then
		awk '/^kernel / {print int($2 / 1024)}' "$GROUP/memory.stat"
	else
		awk '{print int($1 / 1024)}' "$GROUP/memory.kmem.usage_in_bytes" 2>/dev/null || echo 0
	fi
}
took() {
	local t m
	mkdir -p "$GROUP"
	m=$(held) t=$(us)
	sh -c 'echo $$ >"$1/cgroup.procs"; exec ip netns exec "$2" nft -f "$3"' sh "$GROUP" "$P-gw" "$1" 2>"$LAB_DIR/nft.out"
	ms=$((($(us) - t) / 1000)) kb=$(($(held) - m))
}
# The best of many short runs. Of another packet than the first an answer has been seen.
packets() { # packets SOURCE DEST PORT [known]
	ip netns exec "$P-in" python3 - "$@" <<'PY'
import socket, struct, sys, time
source, dest, port = sys.argv[1], sys.argv[2], int(sys.argv[3])
s = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 28, 0, 0, 64, 17, 0, socket.inet_aton(source), socket.inet_aton(dest))
def run(ports):
    all = [ip + struct.pack("!HHHH", p, port, 8, 0) for p in ports]
    t = time.perf_counter()
    for p in all:
        s.sendto(p, (dest, 0))
    return (time.perf_counter() - t) / len(all)
if len(sys.argv) > 4:
    known = min(run([1024] * 10) for i in range(2000))
    print(round(known * 1e9))
else:
    run([1024])
    first = min(run(range(1025 + 10 * i, 1035 + 10 * i)) for i in range(2000))
    print(round(first * 1e9))
PY
}
answer() { # answer FROM PORT TO
	ip netns exec "$P-out" python3 - "$@" <<'PY'
import socket, struct, sys
a, port, b = sys.argv[1], int(sys.argv[2]), sys.argv[3]
s = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
s.sendto(struct.pack("!BBHHHBBH4s4s", 0x45, 0, 28, 0, 0, 64, 17, 0, socket.inet_aton(a), socket.inet_aton(b)) +
    struct.pack("!HHHH", port, 1024, 8, 0), (b, 0))
PY
}
cost() {
	first=$(packets "$1" "$2" "$3")
	answer "$2" "$3" "${4:-$1}"
	known=$(packets "$1" "$2" "$3" known)
}
