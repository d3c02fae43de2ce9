# README.md tells the truth: its guide, pasted as printed into an empty appliance, lets a client in;
# its commands exist.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh tests/winclient
lab_up --no-address
ip -n "$LAB-outside" addr add 10.1.1.2/24 dev br0
start_gatehouse
sed -n '/^## The guide/,/^## Commands/{s/^       //p}' "$TOP/README.md" >"$LAB_DIR/guide.conf"
check "the guide of the README has its lines" test "$(wc -l <"$LAB_DIR/guide.conf")" -ge 35
check "the guide of the README pastes" gatesh "$LAB_DIR/guide.conf"
windows() {
	timeout 200 ip netns exec "$LAB-outside" "$BUILD/tests/winclient" --server $SERVER --psk 'C!sc0@123' \
		--user test --password test --source 10.1.1.2 --ping "$WEB" "$@"
}
check "a client connects" windows
for c in 'show crypto ikev1 sa' 'show crypto ikev1 sa detail' 'show crypto ipsec sa' 'show crypto isakmp stats' \
	'show vpn-sessiondb' 'show vpn-sessiondb summary' 'show ip local pool Address-pool' \
	'show vpn-sessiondb detail ra-ikev1-ipsec filter protocol l2tpOverIPsec' \
	'vpn-sessiondb logoff name test noconfirm' 'vpn-sessiondb logoff index 1 noconfirm' \
	'vpn-sessiondb logoff ipaddress 192.168.1.1 noconfirm' 'vpn-sessiondb logoff all noconfirm' 'clear crypto ikev1 sa' 'clear crypto ipsec sa' \
	'debug crypto ikev1 127' 'debug crypto ipsec 127' 'show debug' 'undebug all' \
	'show running-config' 'show running-config all' 'show running-config tunnel-group' 'show startup-config' \
	'more system:running-config' 'write memory' 'show version' 'show configuration history'; do
	check "$c" show "$c"
done
check "clear configure in configuration mode" gatesh -c 'configure terminal' -c 'clear configure username'
check "write erase" show 'write erase noconfirm'
