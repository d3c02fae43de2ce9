# Addresses from DHCP servers: the outside interface's own with its default route, and clients' by
# dhcp-server of the tunnel group; leases go with their sessions; pools in order, and their rest.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh tests/winclient
lab_up --no-address
ip -n "$LAB-outside" addr add 10.1.1.2/24 dev br0
dhcp() { # dhcp NAME NAMESPACE FIRST-LAST MASK ROUTER SECONDS: $LAB_DIR/NAME.log has what it hears
	ip netns exec "$2" python3 "$TOP/tests/lab/servers/dhcp.py" "$LAB_DIR/$1.log" "$3" "$4" "$5" "$6" \
		</dev/null >"$LAB_DIR/$1.out" 2>&1 &
	PIDS+=($!)
}
dhcp provider "$LAB-router" 172.16.1.2-172.16.1.2 255.255.255.0 172.16.1.1 20
PROVIDER=${PIDS[-1]}
dhcp office "$LAB-inside" 10.20.0.100-10.20.0.110 255.255.255.0 10.10.10.10 3600
OFFICE=${PIDS[-1]}
check "both servers are ready" within 5 grep -q ready "$LAB_DIR/provider.out" "$LAB_DIR/office.out"
sed -e 's/^ip address 172.16.1.2 .*/ip address dhcp setroute/' -e '/^route outside/d' "$DATA/lab.conf" |
	cat - "$DATA/guide.conf" >"$LAB_DIR/addresses.conf"
cat >>"$LAB_DIR/addresses.conf" <<-END
	group-policy L2TP-VPN attributes
	dhcp-network-scope 10.20.0.0
	exit
	tunnel-group DefaultRAGroup general-attributes
	dhcp-server 10.10.10.10
	exit
	logging enable
	logging buffered informational
END
start_gatehouse --config "$LAB_DIR/addresses.conf"
in_gw() { ip netns exec "$GW" "$@"; }
configure() { gatesh -c 'configure terminal' "${@/#/-c}" >/dev/null; }
link_has() { in_gw ip address show outside | grep -q "inet $1/24"; }
no_link_has() { ! link_has "$1"; }
default_by() { in_gw ip route show default | grep -q "via $1 dev outside"; }

check "the outside has its address of the provider" within 10 link_has 172.16.1.2
check "and its default route" within 3 default_by 172.16.1.1
check "which is told" within 3 says 'show logging' '604101: DHCP client interface outside: Allocated ip = 172\.16\.1\.2, mask = 255\.255\.255\.0, gw = 172\.16\.1\.1'
check "show ip address dhcp lease" says 'show ip address outside dhcp lease' 'DHCP Lease server: ?172\.16\.1\.1, state'
check "it renews the lease" within 15 bash -c "(( \$(grep -c '^REQUEST .* 172.16.1.2 0.0.0.0' '$LAB_DIR/provider.log') >= 1 ))"

windows() {
	timeout 200 ip netns exec "$LAB-outside" "$BUILD/tests/winclient" --server $SERVER --psk 'C!sc0@123' \
		--source 10.1.1.2 --user test --password test "$@"
}
DETAIL='show vpn-sessiondb detail ra-ikev1-ipsec filter name test'
: >"$LAB_DIR/stay"
windows --ping "$WEB" --hold 150 --while "$LAB_DIR/stay" >"$LAB_DIR/client.out" 2>&1 &
client=$!
check "a client has an address of the office's server" within 10 says "$DETAIL" '^Assigned IP *: 10\.20\.0\.100 '
check "it was asked for by the scope" grep -Eq '^REQUEST 0200[0-9a-f]{8} 0\.0\.0\.0 10\.20\.0\.0 10\.20\.0\.100' "$LAB_DIR/office.log"
rm "$LAB_DIR/stay"
check "traffic passes" ended "$client" "$LAB_DIR/client.out"
check "the lease is given back with the session" within 10 grep -q '^RELEASE .* 10\.20\.0\.100 10\.20\.0\.0' "$LAB_DIR/office.log"
check "the scope is no address of ours any more" within 3 bash -c "! ip -n '$GW' route show table local | grep -q 10.20.0.0"

kill -USR2 "$OFFICE"
check "a server that is silent: an address of the pool" windows --ping "$WEB" --limit 90
check "which is told" within 3 says 'show logging' '737004: .*DHCP configured, request failed'
check "and its origin" within 3 says 'show logging' '737026: .*Client assigned 192\.168\.1\.1 from local pool Address-pool'
configure 'no vpn-addr-assign dhcp' 'vpn-addr-assign local reuse-delay 10'
check "without DHCP: at once" windows --ping "$WEB"
check "what was given back rests" within 5 says 'show ip local pool Address-pool' '^ *192\.168\.1\.1 +192\.168\.1\.254 +255\.255\.255\.0 +253 +1 +0'
check "the next has another one" windows --ping "$WEB"
check "of the log" within 3 says 'show logging' 'Client assigned 192\.168\.1\.2 from local pool'

kill -USR1 "$PROVIDER"
check "the provider takes the address back" within 25 no_link_has 172.16.1.2
kill -USR1 "$PROVIDER"
check "and gives it again" within 25 link_has 172.16.1.2
configure 'interface GigabitEthernet0/0' 'no ip address'
check "no ip address: it goes, and is given back" within 5 no_link_has 172.16.1.2
check "which is told" within 3 says 'show logging' '604102: DHCP client interface outside: address released'
check "the provider hears of it" within 5 grep -q '^RELEASE .* 172\.16\.1\.2 0\.0\.0\.0' "$LAB_DIR/provider.log"
