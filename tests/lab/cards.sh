# Which card a number means, on real links: new ones with a lower index, a missing one, changed names,
# exchanged by command; over restart, kill, reload, `write erase`. And how links are shown.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh
lab_up --no-address

is() { says 'show interface mapping' "^GigabitEthernet0/$1 +[0-9a-f.]+ +$2 +$3\$"; }
address_on() { # address_on DEVICE ADDRESS: it is there, and nowhere else
	local all
	all=$(ip -n "$GW" -4 -br addr)
	grep -q "^$1[@ ].*[ ]$2" <<<"$all" && (($(grep -c "$2" <<<"$all") == 1)) && return
	echo "$all"
	return 1
}
ip_gw() { ip -n "$GW" "$@"; }

start_gatehouse --config "$(full_config)"
check "outside is 0/0" is 0 outside up
check "inside is 0/1" is 1 inside up
check "write memory" show 'write memory'
check "SIGTERM: exit 0" stop_gatehouse

# A link with a lower index than both.
at=$(ip_gw -o link show outside | cut -d: -f1)
for ((low = 2; low < at; low++)); do
	ip_gw link add early index "$low" type veth peer name early-end 2>/dev/null && break
done
[[ $(ip_gw -o link show early 2>/dev/null) ]] || ip_gw link add early type veth peer name early-end
start_gatehouse
check "a new link shifts nobody: outside" is 0 outside up
check "a new link shifts nobody: inside" is 1 inside up
check "the inside address is on the inside card" address_on inside 10.10.10.1/24
check "the outside address is on the outside card" address_on outside 172.16.1.2/24
check "the new one has the next number" says 'show interface mapping' '^GigabitEthernet0/2 .* early'

# Known by its MAC address, whatever it is called.
kids=$(role_processes)
kill -9 "$GH_PID"
wait "$GH_PID" 2>/dev/null
within 5 none_of $kids
ip_gw link set inside down
ip_gw link set inside name lan7
ip_gw link set lan7 up
start_gatehouse
check "renamed: 0/1 all the same" is 1 lan7 up
check "renamed: its address" address_on lan7 10.10.10.1/24
check "show interface says which it is" says 'show interface detail' 'Device of the host is lan7'

# Missing, and back, while we run.
mac=$(ip netns exec "$GW" cat /sys/class/net/lan7/address)
ip_gw link del lan7
check "missing: its number is empty" within 3 is 1 lan7 'not present'
check "missing: shown as down" says 'show interface ip brief' 'GigabitEthernet0/1 +10\.10\.10\.1 +YES CONFIG down +down'
ip_gw link add late type veth peer name late-end
check "a new card does not take it" within 3 says 'show interface mapping' '^GigabitEthernet0/[45] .* late'
ip_gw link add lan9 address "$mac" type veth peer name eth0 netns "$LAB-inside"
check "back under another name" within 3 is 1 lan9 'down|up'
check "with its address" within 3 address_on lan9 10.10.10.1/24

# Two change places.
check "interface mapping" gatesh -c 'configure terminal' -c 'interface mapping GigabitEthernet0/0 device lan9'
check "0/0 is the other card" is 0 lan9 'down|up'
check "and 0/1 is its former one" is 1 outside up
check "the addresses follow: outside" within 3 address_on lan9 172.16.1.2/24
check "the addresses follow: inside" within 3 address_on outside 10.10.10.1/24
check "write erase" show 'write erase noconfirm'
show 'reload noconfirm' >/dev/null 2>&1
check "reload, nothing saved: the numbers stay" within 10 is 0 lan9 'down|up'
mac=$(ip netns exec "$GW" cat /sys/class/net/outside/address)
check "back by MAC address" gatesh -c 'configure terminal' \
	-c "interface mapping g0/0 mac ${mac:0:2}${mac:3:2}.${mac:6:2}${mac:9:2}.${mac:12:2}${mac:15:2}"
check "0/0 is outside again" is 0 outside up
check "a device that is not there is refused" bash -c "! '$BUILD/gatesh' --socket '$LAB_DIR/gatehouse.sock' \
	-c 'configure terminal' -c 'interface mapping g0/0 device nowhere' </dev/null"

# How links are shown.
check "without configuration and up: up" says 'show interface ip brief' '^GigabitEthernet0/0 .* up +up'
ip netns exec "$LAB-router" ip link set wan down
check "no carrier: down" within 5 says 'show interface' '^Interface GigabitEthernet0/0 "", is down, line protocol is down'
ip netns exec "$LAB-router" ip link set wan up
check "carrier: up" within 5 says 'show interface' '^Interface GigabitEthernet0/0 "", is up, line protocol is up'
check "shutdown" gatesh -c 'configure terminal' -c 'interface g0/0' -c 'shutdown'
check "shut: administratively down" says 'show interface ip brief' '^GigabitEthernet0/0 .*administratively down down'

# Two default routes: the better one counts, the other waits.
check "no shutdown, an address" gatesh -c 'configure terminal' -c 'interface g0/0' -c 'no shutdown' \
	-c 'nameif outside' -c 'ip address 172.16.1.2 255.255.255.0'
check "two routes" gatesh -c 'configure terminal' -c 'route outside 0 0 172.16.1.1 1' \
	-c 'route outside 0 0 172.16.1.3 200'
routes() { (($(ip_gw route | grep -c '^default via') == $1)) || { ip_gw route; return 1; }; }
check "both are there" within 3 routes 2
check "the better one counts" bash -c "grep -q 'via 172.16.1.1 ' <<<\"\$(ip -n $GW route get 8.8.8.8)\""
check "no route" gatesh -c 'configure terminal' -c 'no route outside 0 0 172.16.1.1'
check "then the other one does" bash -c "grep -q 'via 172.16.1.3 ' <<<\"\$(ip -n $GW route get 8.8.8.8)\""
