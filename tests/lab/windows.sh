# Windows-like clients: the guide's message lengths and its debug transcript line by line, wrong
# secrets, many clients behind one address.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh tests/winclient
lab_up
ip -n "$LAB-outside" addr add 10.1.1.2/24 dev br0
cat "$DATA/lab.conf" "$DATA/guide.conf" >"$LAB_DIR/guide.conf"
start_gatehouse --config "$LAB_DIR/guide.conf"

windows() {
	timeout 300 ip netns exec "$LAB-outside" "$BUILD/tests/winclient" --server $SERVER --psk 'C!sc0@123' \
		--user test --password test --source 10.1.1.2 "$@"
}

# A console that listens: its input stays open until the end.
mkfifo "$LAB_DIR/typed"
"$BUILD/gatesh" --socket "$LAB_DIR/gatehouse.sock" <"$LAB_DIR/typed" >"$LAB_DIR/console" 2>&1 &
PIDS+=($!)
exec {console}>"$LAB_DIR/typed"
printf 'enable\n\ndebug crypto ikev1 127\ndebug crypto ipsec 127\nshow debug\n' >&"$console"
check "debug is on" within 5 grep -q 'debug crypto ipsec enabled at level 127' "$LAB_DIR/console"
before=$(wc -l <"$LAB_DIR/console")

: >"$LAB_DIR/stay"
# What is said twice stands in the transcript twice.
windows --patience 30 --ping "$WEB" --hold 200 --while "$LAB_DIR/stay" >"$LAB_DIR/win.out" 2>&1 &
win=$!
check "a Windows client is there" within 8 says 'show vpn-sessiondb ra-ikev1-ipsec' 'Assigned IP *: 192\.168\.1\.1'
SESSION='show vpn-sessiondb detail ra-ikev1-ipsec filter protocol l2tpOverIPsec'
check "its system is known" says "$SESSION" 'Client OS *: Microsoft'
check "its version is known" says "$SESSION" 'Client OS Ver: 6\.2'
last='Adding static route for client address' # of the guide's transcript
within 5 grep -q "$last" "$LAB_DIR/console"
tail -n +$((before + 1)) "$LAB_DIR/console" | sed "/$last/q" >"$LAB_DIR/debug.out"
rm "$LAB_DIR/stay"
check "a Windows client connects, pings and leaves" ended "$win" "$LAB_DIR/win.out"
for l in 'MM1 sent +408' 'MM2 received +124' 'MM3 sent +260' 'MM4 received +304' 'MM5 sent +64' \
	'MM6 received +84' 'QM1 sent +300' 'QM2 received +160' 'QM3 sent +52'; do
	check "length: ${l//+/}" grep -Eq "^$l\$" "$LAB_DIR/win.out"
done

# Times, opaque ids and the ordinal of the matching policy differ; a group that the device calls
# Unknown has its name here; runs of blanks are the printer's.
mask() {
	tr -d '\r' <"$1" | sed -E \
		-e 's/^[A-Z][a-z]{2} [ 0-9][0-9] [0-9:]{8} (\[IKEv1)/TIME \1/' \
		-e 's/0x[0-9A-Fa-f]+/0xID/g' -e 's/(cs_id|encrypt_rule|tunnelFlow_rule)=[0-9a-f]+/\1=ID/g' \
		-e "s/Rcv'd: .* Cfg'd: .*/Rcv'd: OTHER Cfg'd: OURS/" -e 's/(IKE entry #) [0-9]+/\1 N/' \
		-e 's/[ \t]+/ /g' -e 's/^ //' -e 's/ $//' | grep -v -e '^ciscoasa[#>]' -e '^$' | uniq
}
check "the guide's debug transcript, line by line" \
	diff <(mask "$DATA/debug-guide.txt") <(mask "$LAB_DIR/debug.out")
check "nothing is left" within 2 all_empty

printf 'undebug all\nshow debug\nshow privilege\n' >&"$console"
within 5 grep -q 'Current privilege level is 15' "$LAB_DIR/console"
before=$(wc -l <"$LAB_DIR/console")
check "wrong password: 691 at the client" bash -c "$(declare -f windows); LAB=$LAB BUILD=$BUILD SERVER=$SERVER
	! windows --password wrong >$LAB_DIR/wrong.out && grep -q 'E=691' $LAB_DIR/wrong.out"
check "wrong key: no answer to message 5" bash -c "$(declare -f windows); LAB=$LAB BUILD=$BUILD SERVER=$SERVER
	! windows --psk wrong --limit 10 >$LAB_DIR/wrong.out && grep -q 'MM5 sent' $LAB_DIR/wrong.out &&
	! grep -q 'MM6 received' $LAB_DIR/wrong.out"
check "after undebug all nothing is printed" test "$(wc -l <"$LAB_DIR/console")" -le $((before + 8))
printf 'group-policy L2TP-VPN attributes\nvpn-simultaneous-logins 100\n' >"$LAB_DIR/logins.conf"
check "a user may have a hundred sessions" gatesh "$LAB_DIR/logins.conf"
check "forty clients behind one address, all with the same inner ports" \
	windows --nat --clients 40 --limit 100 --ping "$WEB" --hold 3
# The exchange with the wrong key, half done, has half a minute of its own.
none_active() { says_not 'show crypto ikev1 sa' 'MM_ACTIVE'; }
none_of_them() { no_sessions && no_ipsec && no_client_routes && pool_free && none_active; }
check "nothing is left of them" within 3 none_of_them
check "nothing is left of the exchange with the wrong key" within 35 all_empty
exec {console}>&-
