# tests/bench/nat.sh: 1,000 static NAT rules beside two plain nftables maps of as many addresses: what
# it takes to load them, what memory, what the first packet of a connection costs and what any other.
. "$(dirname "${BASH_SOURCE[0]}")/../lab/lib.sh"
row() { printf '%-42s %-30s %s\n' "$1" "$2" "${3:-}"; }
N=1000 P=$LAB-nat
down() { for h in gw in out; do ip netns del "$P-$h" 2>/dev/null; done; lab_cleanup; }
trap down EXIT
for h in gw in out; do ip netns add "$P-$h" && ip -n "$P-$h" link set lo up; done
ip netns exec "$P-gw" sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward
	echo 0 >/proc/sys/net/ipv4/conf/all/rp_filter; echo 0 >/proc/sys/net/ipv4/conf/default/rp_filter'
for h in in out; do
	ip -n "$P-gw" link add $h type veth peer name eth0 netns "$P-$h"
	ip -n "$P-gw" link set $h up
	ip -n "$P-$h" link set eth0 up
done
ip -n "$P-gw" addr add 10.0.0.1/16 dev in
ip -n "$P-in" addr add 10.0.0.2/16 dev eth0
ip -n "$P-gw" addr add 198.51.100.1/24 dev out
ip -n "$P-out" addr add 198.51.100.2/24 dev eth0
ip -n "$P-in" route add default via 10.0.0.1
ip netns exec "$P-out" nft 'add table ip x; add chain ip x p { type filter hook prerouting priority raw; policy drop; }'
python3 - $N >"$LAB_DIR/maps.nft" <<'PY'
import ipaddress, sys
n = int(sys.argv[1])
real = [ipaddress.ip_address(0x0a000100 + i) for i in range(n)]
mapped = [ipaddress.ip_address(0xcb000100 + i) for i in range(n)]
def pairs(a, b): return ", ".join(f"{x} : {y}" for x, y in zip(a, b))
print(f"""table inet maps {{
 map d {{ type ipv4_addr : ipv4_addr; elements = {{ {pairs(mapped, real)} }}
 }}
 map s {{ type ipv4_addr : ipv4_addr; elements = {{ {pairs(real, mapped)} }}
 }}
 chain pre {{ type nat hook prerouting priority dstnat; policy accept; iifname "out" dnat ip to ip daddr map @d
 }}
 chain post {{ type nat hook postrouting priority srcnat; policy accept; iifname "in" oifname "out" snat ip to ip saddr map @s
 }}
}}""")
PY
"$BUILD/bench/bench_nat" $N >"$LAB_DIR/rules.nft"
"$BUILD/bench/bench_nat" $N change >"$LAB_DIR/change.nft"
: >"$LAB_DIR/nothing.nft"
us() { local t=$EPOCHREALTIME; echo $((${t%.*} * 1000000 + 10#${t#*.})); }
slab() { awk '/^Slab/ {print $2}' /proc/meminfo; }
took() { local t; t=$(us); ip netns exec "$P-gw" nft -f "$LAB_DIR/$1.nft"; echo $((($(us) - t) / 1000)); }
# The cost of a packet, in ns: the best of many short runs, from the middle of the rules; port tells runs apart.
packets() { # packets PORT
	ip netns exec "$P-in" python3 - "$1" <<'PY'
import socket, struct, sys, time
port, s = int(sys.argv[1]), socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 28, 0, 0, 64, 17, 0, socket.inet_aton("10.0.2.244"), socket.inet_aton("198.51.100.2"))
def run(ports):
    all = [ip + struct.pack("!HHHH", p, port, 8, 0) for p in ports]
    t = time.perf_counter()
    for p in all:
        s.sendto(p, ("198.51.100.2", 0))
    return (time.perf_counter() - t) / len(all)
first = min(run(range(1024 + 200 * i, 1224 + 200 * i)) for i in range(100))
known = min(run([1024] * 200) for i in range(100))
print(round(first * 1e9), round(known * 1e9))
PY
}
read -r first0 known0 < <(packets 9)
m=$(slab) t_maps=$(took maps) m_maps=$(($(slab) - m))
read -r first_maps known_maps < <(packets 10)
ip netns exec "$P-gw" nft flush ruleset
m=$(slab) t_rules=$(took rules) m_rules=$(($(slab) - m))
read -r first_rules known_rules < <(packets 11)
t_change=$(took change)
row "$N NAT rules: to load" "$t_rules ms" "two plain maps $t_maps ms"
row "$N NAT rules: one more in the middle" "$t_change ms"
row "$N NAT rules: memory" "$m_rules kB" "two plain maps, without counters, $m_maps kB"
row "$N NAT rules: first packet of a connection" "$first_rules ns" "two plain maps $first_maps; forwarded alone $first0"
row "$N NAT rules: any other" "$known_rules ns" "two plain maps $known_maps; forwarded alone $known0"
