# The clients of the field on real sockets, directly and behind a NAT: each is up, pings, and is
# known for what it is.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh tests/winclient
lab_up
ip -n "$LAB-outside" addr add 10.1.1.2/24 dev br0
cat "$DATA/lab.conf" "$DATA/guide.conf" - >"$LAB_DIR/clients.conf" <<'CONF'
crypto ikev1 policy 20
authentication pre-share
encryption aes-256
hash sha
group 14
exit
crypto ipsec ikev1 transform-set AES esp-aes-256 esp-sha-hmac
crypto ipsec ikev1 transform-set AES mode transport
crypto dynamic-map outside_dyn_map 10 set ikev1 transform-set TRANS-ESP-3DES-SHA AES
CONF
start_gatehouse --config "$LAB_DIR/clients.conf"

client_like() {
	timeout 200 ip netns exec "$LAB-outside" "$BUILD/tests/winclient" --server $SERVER --psk 'C!sc0@123' \
		--user test --password test --source 10.1.1.2 --ping "$WEB" --like "$@"
}

# Its name, and how many there were of it.
seen() { says 'show crypto client-profiles' "^$1 +0 +$2 "; }

one() {
	check "$1: up, and pings" client_like "$1"
	check "$1 behind a NAT: up, and pings" client_like "$1" --nat
	check "$1 is seen as $2" within 3 seen "$2" 2
}
one windows-xp 'Windows XP or 2003'
one windows-7 'Windows 7'
one windows-10 'Windows 10 or 11'
one macos 'macOS'
one ios 'iOS'
one android 'Android'
one strongswan 'Linux, strongSwan'
one libreswan 'Linux, libreswan'
one networkmanager 'Linux, NetworkManager'
one mikrotik 'MikroTik RouterOS'
# A crash, and at once the same addresses, ports, and ids of L2TP: Windows says nothing of it, strongSwan
# INITIAL-CONTACT in message 5, iOS behind it, and a router leaves out of ICRQ and ICCN what it can.
again() {
	check "$1: crashes" client_like "$1" --vanish "${@:2}"
	check "$1: is up again with the same ids, and pings" client_like "$1" "${@:2}"
	check "$1: nothing of either session is left" within 5 no_sessions
}
again windows-10
again strongswan
again ios
again mikrotik
check "nobody was unknown" seen unknown 0
: >"$LAB_DIR/stay"
client_like ios --hold 150 --while "$LAB_DIR/stay" >"$LAB_DIR/ios.out" 2>&1 &
ios=$!
check "its system is shown" within 8 says 'show vpn-sessiondb detail ra-ikev1-ipsec' 'Client OS *: iOS'
rm "$LAB_DIR/stay"
check "it leaves" ended "$ios" "$LAB_DIR/ios.out"
check "nothing is left" within 3 all_empty
