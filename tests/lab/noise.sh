# Bad input: nothing crashes, everything is counted, half-open exchanges go, and clients still connect.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh
lab_up
start_gatehouse --config "$(full_config)"
children() { cat "/proc/$GH_PID/task/$GH_PID/children"; }
before=$(children)
rss() { awk '/^VmRSS/ {s += $2} END {print s + 0}' $(printf '/proc/%s/status ' $(children)); }
small=$(rss)
seed=${SEED:-$RANDOM}
echo "# seed $seed"
check "20000 bad datagrams are sent" ip netns exec "$LAB-outside" python3 "$TOP/tests/lab/noise.py" $SERVER "$seed" 20000
check "the console answers" show 'show version'
check "no role died" test "$(children)" = "$before"
check "memory stays bounded ($small kB before, $(rss) kB after)" test $(($(rss) - small)) -lt 20000
check "no session came of it" no_sessions
counted() { # counted NAME LEAST: that many were refused for that reason
	local n
	n=$(show 'show crypto isakmp stats' | sed -n "s/^ *$1: //p")
	((n >= $2)) || { show 'show crypto isakmp stats'; return 1; }
}
check "malformed datagrams are counted" within 5 counted 'Malformed Packets' 1000
check "ESP of nobody is counted" within 5 counted 'ESP Unknown SPI' 1000
clear_l2tp() {
	ip netns exec "$GW" nft list table inet gatehouse |
		grep -E 'udp dport 1701 counter packets [12][0-9]{3} bytes [0-9]+ drop' ||
		{ ip netns exec "$GW" nft list table inet gatehouse; return 1; }
}
check "L2TP outside IPsec is dropped and counted" clear_l2tp
client --ping "$WEB"
check "half-open exchanges are gone within a minute" within 60 no_ike
