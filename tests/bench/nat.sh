# tests/bench/nat.sh: 1,000 static NAT rules beside two plain nftables maps of as many addresses: what
# it takes to load them, what memory, what the first packet of a connection costs and what any other.
. "$(dirname "${BASH_SOURCE[0]}")/packets.sh"
N=1000
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
middle() { cost 10.0.2.244 198.51.100.2 "$@"; } # of the rules
middle 9
alone=$first alone_known=$known
took "$LAB_DIR/maps.nft"
maps_ms=$ms maps_kb=$kb
middle 10 203.0.2.244
maps=$first maps_known=$known
ip netns exec "$P-gw" nft flush ruleset
took "$LAB_DIR/rules.nft"
row "$N NAT rules: to load" "$ms ms" "two plain maps $maps_ms ms"
row "$N NAT rules: memory" "$kb kB" "two plain maps, without counters, $maps_kb kB"
middle 11 203.0.2.244
row "$N NAT rules: first packet of a connection" "$first ns" "two plain maps $maps; forwarded alone $alone"
row "$N NAT rules: any other" "$known ns" "two plain maps $maps_known; forwarded alone $alone_known"
took "$LAB_DIR/change.nft"
row "$N NAT rules: one more in the middle" "$ms ms"
