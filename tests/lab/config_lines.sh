# Every configuration line of the grammars, typed while ten clients carry traffic: which of them ends
# a session is what the grammar says.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh gramcheck tests/winclient
lab_up
for n in {2..11}; do ip -n "$LAB-outside" addr add "10.1.1.$n/24" dev br0; done
full_config >"$LAB_DIR/where"
cat >>"$LAB_DIR/full.conf" <<'CONF'
time-range NIGHT
access-list VPN extended permit ip any any
group-policy L2TP-VPN attributes
vpn-access-hours value NIGHT
vpn-filter value VPN
exit
CONF
start_gatehouse --config "$LAB_DIR/full.conf"
gatesh -c 'write memory' >"$LAB_DIR/saved"
"$BUILD/gramcheck" --lines >"$LAB_DIR/lines"
check "the grammar has lines" test "$(wc -l <"$LAB_DIR/lines")" -gt 900

# Whoever loses his session dials again.
dial() {
	while [[ -e $LAB_DIR/stay ]]; do
		ip netns exec "$LAB-outside" "$BUILD/tests/winclient" --server $SERVER --psk 'C!sc0@123' --user test \
			--password test --source 10.1.1.2 --clients 10 --gap 20 --ping "$WEB" --every 200 --limit 60 \
			--hold 3600 --while "$LAB_DIR/stay" >"$LAB_DIR/win.out" 2>&1
		echo $? >"$LAB_DIR/win.status"
	done
}
: >"$LAB_DIR/stay"
dial &
dialer=$!
timeout 2200 python3 "$TOP/tests/lab/config_lines.py" "$BUILD/gatesh" "$LAB_DIR/gatehouse.sock" "$LAB_DIR/lines" ||
	not_ok "all lines were typed"
rm "$LAB_DIR/stay"
wait "$dialer"
check "traffic passes in the end, as before" bash -c "grep -qx 0 $LAB_DIR/win.status || { cat $LAB_DIR/win.out; false; }"
