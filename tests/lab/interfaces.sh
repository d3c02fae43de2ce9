# Interfaces as people have them: an address by DHCP with its default route, one that the host manages,
# MTU, VLANs, links that are not there, that lose their carrier, that come again.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh tests/winclient
lab_up --no-address
ip -n "$LAB-outside" addr add 10.1.1.2/24 dev br0
serve() { # the DHCP server, anew
	[[ -z ${dhcp:-} ]] || kill "$dhcp"
	ip -n "$LAB-router" link set wan up
	ip -n "$LAB-router" route replace 255.255.255.255 dev wan # who has no address is answered so
	ip netns exec "$LAB-router" python3 "$TOP/tests/lab/servers/dhcp.py" "$LAB_DIR/dhcp.log" \
		172.16.1.40-172.16.1.60 255.255.255.0 172.16.1.1 600 </dev/null >"$LAB_DIR/dhcp.out" 2>&1 &
	dhcp=$!
	PIDS+=("$dhcp")
}
serve
sed -e 's/^ip address 172.*/ip address dhcp setroute/' -e '/^route outside/d' "$DATA/lab.conf" >"$LAB_DIR/dhcp.conf"
cat "$DATA/guide.conf" "$DATA/more.conf" >>"$LAB_DIR/dhcp.conf"
cat >>"$LAB_DIR/dhcp.conf" <<-CONF
	nat (inside,outside) after-auto source dynamic any interface
	mtu inside 1400
CONF
start_gatehouse --config "$LAB_DIR/dhcp.conf"
check "every line is taken" bash -c "! grep refused $LAB_DIR/gatehouse.out"
config() { # config LINE...: each is taken
	local l args=(-c 'configure terminal')
	for l; do args+=(-c "$l"); done
	gatesh "${args[@]}"
}
windows() { # windows SERVER ARG...
	timeout 600 ip netns exec "$LAB-outside" "$BUILD/tests/winclient" --server "$1" --psk 'C!sc0@123' \
		--user test --password test --source 10.1.1.2 "${@:2}"
}
mtu_of() { test "$(ip netns exec "$GW" cat "/sys/class/net/$1/mtu")" = "$2"; }
has() { ip -n "$GW" -o addr show dev "$1" | grep -q " $2/"; }
has_not() { ! has "$@"; }
default_by() { ip -n "$GW" route show default | grep -q "$1"; }
no_default() { ! ip -n "$GW" route show default | grep .; }
# The router hears an echo of an inside host from that address.
leaves_as() {
	ip netns exec "$LAB-router" nft -f - <<-NFT
		table ip seen
		delete table ip seen
		table ip seen { chain in { type filter hook input priority filter; icmp type echo-request ip saddr $1 counter; }; }
	NFT
	ip netns exec "$LAB-inside" ping -c 1 -W 2 172.16.1.1 && ip netns exec "$LAB-router" nft list table ip seen | grep -q 'packets [1-9]'
}
connected() { says 'show vpn-sessiondb ra-ikev1-ipsec' 'Assigned IP *: 192\.168\.1\.1 '; }

# ---- by DHCP
check "an address is leased" within 10 says 'show interface ip brief' '^GigabitEthernet0/0 +172\.16\.1\.40 +YES DHCP +up +up'
check "show ip address: by DHCP" says 'show ip address' 'outside +172\.16\.1\.40 +255\.255\.255\.0 +DHCP'
check "show ip address outside dhcp lease" says 'show ip address outside dhcp lease' '^DHCP Lease server:172\.16\.1\.1, state:3 Bound'
check "show ip address outside dhcp server" within 3 says 'show ip address outside dhcp server' 'Acks: [1-9]'
check "its default route is set" within 3 default_by 'via 172.16.1.1 dev outside proto 71'
check "show route has it" within 3 says 'show route' '0\.0\.0\.0 0\.0\.0\.0 \[1/0\] via 172\.16\.1\.1, outside'
check "show route A: the way there" says 'show route 198.51.100.1' '^  \* 172\.16\.1\.1, via outside$'
check "show route A: a neighbour" says 'show route 10.10.10.77' '^  Known via "connected", distance 0, metric 0 \(connected, via interface\)'
check "the configuration says how" says 'show running-config interface' '^ ip address dhcp setroute'
check "inside hosts leave by that address" within 5 leaves_as 172.16.1.40
: >"$LAB_DIR/stay"
windows 172.16.1.40 --ping "$WEB" --hold 550 --while "$LAB_DIR/stay" >"$LAB_DIR/win.out" 2>&1 &
win=$!
check "a client connects to it" within 10 connected
check "the interfaces get other names" config 'interface GigabitEthernet0/1' 'nameif lan' 'interface GigabitEthernet0/0' 'nameif wan'
check "NAT follows" says 'show running-config nat' '^nat \(lan,wan\) after-auto source dynamic any interface'
check "and translates" within 5 leaves_as 172.16.1.40
check "the session stays" connected
check "they get their names back" config 'interface GigabitEthernet0/1' 'nameif inside' 'interface GigabitEthernet0/0' 'nameif outside'
leads() { ip -n "$GW" route get 198.51.100.1 | grep -q " dev $1 "; }
check "a floating route" config 'route inside 0 0 10.10.10.10 250'
check "is the worse one" leads outside
ip -n "$LAB-router" link set wan down
check "the link has no carrier" within 5 says 'show interface outside' 'line protocol is down'
check "the floating route takes over" within 5 leads inside
serve
check "with the carrier the route is back" within 8 default_by 'via 172.16.1.1'
check "which is used again" within 5 leads outside
check "no floating route" config 'no route inside 0 0 10.10.10.10'
check "the address is the same" within 3 has outside 172.16.1.40
check "the server has been asked for it" within 10 grep -q '^REQUEST' "$LAB_DIR/dhcp.log"
check "the session has outlived that" connected
rm "$LAB_DIR/stay"
check "the client stays and leaves by itself" ended "$win" "$LAB_DIR/win.out"

# ---- MTU
check "mtu inside 1400" mtu_of inside 1400
ip -n "$GW" link set inside mtu 1300
check "others change it: it is put back" within 5 mtu_of inside 1400
check "no mtu inside: as the host has it" config 'no mtu inside 1400'
check "which is 1500" mtu_of inside 1500
check "one that the link cannot have is refused" bash -c "$(declare -f gatesh config); LAB_DIR=$LAB_DIR BUILD=$BUILD; ! config 'mtu inside 10'"

# ---- links that are not there, VLANs
config 'interface GigabitEthernet0/9' >"$LAB_DIR/none.out"
check "a link that is not there is warned of" grep -q 'WARNING: this machine has no link GigabitEthernet0/9' "$LAB_DIR/none.out"
config 'interface GigabitEthernet0/1.100' 'vlan 100' 'nameif staff' 'ip address 10.77.0.1 255.255.255.0' >"$LAB_DIR/vlan.out"
if grep -q 'WARNING: This kernel has no VLANs' "$LAB_DIR/vlan.out"; then
	check "a kernel without VLANs: the rest works" says 'show running-config interface' '^ vlan 100'
else
	check "the VLAN is there" within 5 has inside.100 10.77.0.1
fi
check "show interface: the VLAN" says 'show interface' 'VLAN identifier 100'
check "no interface" config 'no interface GigabitEthernet0/1.100'
check "no link of it is left" bash -c "! ip -n $GW link show inside.100"

# ---- the address that an engine finds is somebody's by now
role_pid() { # role_pid ROLE: the keeper's child that was started for it
	local p
	for p in $(cat "/proc/$GH_PID/task/$GH_PID/children"); do
		tr '\0' ' ' <"/proc/$p/cmdline" | grep -qw -- "$1" && { echo "$p"; return; }
	done
	return 1
}
declines() { grep -c '^DECLINE' "$LAB_DIR/dhcp.log"; }
declined() { (($(declines) > $1)); } # more often
config 'logging enable' 'logging buffered warnings' >/dev/null
n=$(declines)
ip -n "$LAB-router" addr add 172.16.1.40/32 dev wan
kill -9 "$(role_pid engine)"
check "an engine that comes back declines what somebody has" within 10 declined "$n"
check "and has it no more" within 5 has_not outside 172.16.1.40
ip -n "$LAB-router" addr del 172.16.1.40/32 dev wan
check "it asks anew" within 20 has outside 172.16.1.40

# ---- the host's own address
check "no ip address" config 'interface GigabitEthernet0/0' 'no ip address'
check "the lease is given back" within 5 grep -q '^RELEASE' "$LAB_DIR/dhcp.log"
check "the address is gone" within 5 has_not outside 172.16.1.40
check "and its route" within 5 no_default
n=$(declines)
ip -n "$LAB-router" addr add 172.16.1.40/32 dev wan
check "by DHCP again: somebody has that address" config 'logging enable' 'logging buffered warnings' 'interface GigabitEthernet0/0' 'ip address dhcp setroute'
check "it is declined" within 8 declined "$n"
check "which is told" within 3 says 'show logging' '405001: Received ARP response collision from 172\.16\.1\.40/.* on interface outside'
check "and not taken" has_not outside 172.16.1.40
check "no ip address" config 'interface GigabitEthernet0/0' 'no ip address'
ip -n "$LAB-router" addr del 172.16.1.40/32 dev wan
ip -n "$GW" addr add 172.16.1.9/24 dev outside
ip -n "$GW" route add default via 172.16.1.1
check "an address of the host is shown" within 5 says 'show interface ip brief' '^GigabitEthernet0/0 +172\.16\.1\.9 +YES manual +up'
check "inside hosts leave by it" within 5 leaves_as 172.16.1.9
check "a client connects to it" windows 172.16.1.9 --ping "$WEB"
ip -n "$GW" addr del 172.16.1.9/24 dev outside
ip -n "$GW" addr add 172.16.1.10/24 dev outside
ip -n "$GW" route add default via 172.16.1.1
check "it changes: inside hosts leave by the new one" within 5 leaves_as 172.16.1.10
check "a client connects to that" windows 172.16.1.10 --ping "$WEB"
check "SIGTERM: exit 0" stop_gatehouse
check "the host's address stays" has outside 172.16.1.10
