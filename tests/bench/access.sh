# tests/bench/access.sh: an access list of 10,000 lines beside one plain nftables map of as many ranges:
# what it takes to load it, what memory, what the first packet of a connection costs and what any other.
. "$(dirname "${BASH_SOURCE[0]}")/packets.sh"
for what in rules change plain; do "$BUILD/bench/bench_access" $what >"$LAB_DIR/$what.nft"; done
N=10,000
# Lines 5,000 and 10,000: source and port.
middle() { cost 10.19.135.7 198.51.100.2 5000; }
end() { cost 10.39.15.7 198.51.100.2 10000; }
middle
alone=$first alone_known=$known
took "$LAB_DIR/plain.nft"
plain_ms=$ms plain_kb=$kb
middle
plain=$first plain_known=$known
ip netns exec "$P-gw" nft flush ruleset
took "$LAB_DIR/rules.nft"
row "$N access-list lines: to load" "$ms ms" "one plain map $plain_ms ms"
row "$N access-list lines: memory" "$kb kB" "one plain map, with counters, $plain_kb kB"
middle
row "$N lines: first packet, of line 5,000" "$first ns" "one plain map $plain; forwarded alone $alone"
row "$N lines: any other" "$known ns" "one plain map $plain_known; forwarded alone $alone_known"
end
row "$N lines: first packet, of the last" "$first ns"
took "$LAB_DIR/change.nft"
row "$N lines: one more at the head" "$ms ms"
