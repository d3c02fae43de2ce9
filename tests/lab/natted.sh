# The appliance behind a NAT that forwards UDP 500 and 4500: masquerade, and the truth. And aggressive
# mode, which is off until it is on.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh tests/winclient
lab_up
ip -n "$LAB-outside" addr add 10.1.1.2/24 dev br0
# Clients dial the router.
ip netns exec "$LAB-router" nft -f - <<'NFT' || die "the router forwards"
table ip lab {
	chain prerouting {
		type nat hook prerouting priority dstnat
		iifname "lan" ip daddr 10.1.1.1 udp dport { 500, 4500 } dnat to 172.16.1.2
	}
	chain forward {
		type filter hook forward priority filter
		ip protocol esp drop
	}
}
NFT
cat "$DATA/lab.conf" "$DATA/guide.conf" >"$LAB_DIR/guide.conf"
start_gatehouse --config "$LAB_DIR/guide.conf"

windows() { # windows SERVER ARG...
	local server=$1
	shift
	timeout 200 ip netns exec "$LAB-outside" "$BUILD/tests/winclient" --server "$server" --psk 'C!sc0@123' \
		--user test --password test "$@"
}
fails_with() { # fails_with TEXT SERVER ARG...
	local text=$1
	shift
	! windows "$@" >"$LAB_DIR/win.out" && grep -q "$text" "$LAB_DIR/win.out"
}
during() { # during COMMAND PATTERN SERVER ARG...: it says so while the client is up, who ends well
	local command=$1 pattern=$2 s=0
	shift 2
	: >"$LAB_DIR/stay"
	windows "$@" --ping "$WEB" --hold 150 --while "$LAB_DIR/stay" >"$LAB_DIR/win.out" 2>&1 &
	within 10 says "$command" "$pattern" || s=1
	rm "$LAB_DIR/stay"
	ended $! "$LAB_DIR/win.out" && return $s
}

sa='show crypto ikev1 sa detail'
check "Windows connects through the NAT before the appliance" \
	during "$sa" 'NAT-T masquerade: active' 10.1.1.1
check "nothing is left" within 5 all_empty
check "so does one behind a NAT" during "$sa" 'NAT-T masquerade: active' 10.1.1.1 --nat
check "nothing is left of it" within 5 all_empty
check "dialled directly it is not active" during "$sa" 'Tunnel Group: DefaultRAGroup' "$SERVER" --nat
check "nothing is left of that" within 5 all_empty
printf 'no crypto isakmp nat-traversal masquerade\n' >"$LAB_DIR/off.conf"
check "masquerade is switched off" gatesh "$LAB_DIR/off.conf"
check "the running-config says so" says 'show running-config' '^no crypto isakmp nat-traversal masquerade$'
check "Windows gives up: 809" fails_with 809 10.1.1.1
check "who bears the truth connects" during 'show vpn-sessiondb ra-ikev1-ipsec' 'Username *: test' 10.1.1.1 --any-server

check "aggressive mode is refused" fails_with 'no answer to IKE' "$SERVER" --nat --aggressive --limit 3
printf 'no crypto ikev1 am-disable\n' >"$LAB_DIR/on.conf"
check "aggressive mode is switched on" gatesh "$LAB_DIR/on.conf"
check "the running-config says that" says 'show running-config' '^no crypto ikev1 am-disable$'
check "aggressive mode connects" during 'show vpn-sessiondb detail ra-ikev1-ipsec' 'IKE Neg Mode *: Aggressive' "$SERVER" --nat --aggressive
ip netns exec "$LAB-router" nft flush chain ip lab forward
check "without any NAT, and by name" during "$sa" 'State *: AM_ACTIVE' "$SERVER" --source 10.1.1.2 --aggressive --group DefaultRAGroup
