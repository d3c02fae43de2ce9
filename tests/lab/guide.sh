# The guide's configuration: by file, by --config, kept over write memory and a restart.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh
lab_up

has() { # has FILE LINE...: the lines stand there in this order (blanks at the end aside)
	local file=$1 at=0 line n
	shift
	for line; do
		n=$(tail -n +$((at + 1)) "$file" | sed 's/ *$//' | grep -nFx -- "$line" | head -n 1 | cut -d: -f1)
		[[ $n ]] || { echo "not found below line $at: $line"; cat "$file"; return 1; }
		at=$((at + n))
	done
}
no_error() { ! grep -nE 'ERROR|Invalid|Incomplete|Ambiguous|refused' "$1"; }

start_gatehouse
check "lab interfaces by file" gatesh "$DATA/lab.conf"
gatesh "$DATA/guide.conf" >"$LAB_DIR/paste.out" 2>&1
check "the guide by file: status 0" test $? -eq 0
check "the guide by file: no error" no_error "$LAB_DIR/paste.out"
show 'show running-config' >"$LAB_DIR/run1"
check "show running-config: the device's order and indentation" has "$LAB_DIR/run1" \
	'hostname ciscoasa' \
	'ip local pool Address-pool 192.168.1.1-192.168.1.254 mask 255.255.255.0' \
	' nameif outside' ' security-level 0' ' ip address 172.16.1.2 255.255.255.0' \
	'object network L2TP-Pool' ' subnet 192.168.1.0 255.255.255.0' \
	'nat (inside,outside) source static any any destination static L2TP-Pool L2TP-Pool no-proxy-arp route-lookup' \
	'route outside 0.0.0.0 0.0.0.0 172.16.1.1 1' \
	'crypto ipsec ikev1 transform-set TRANS-ESP-3DES-SHA esp-3des esp-sha-hmac' \
	'crypto ipsec ikev1 transform-set TRANS-ESP-3DES-SHA mode transport' \
	'crypto dynamic-map outside_dyn_map 10 set ikev1 transform-set TRANS-ESP-3DES-SHA' \
	'crypto map outside_map 65535 ipsec-isakmp dynamic outside_dyn_map' \
	'crypto map outside_map interface outside' \
	'crypto ikev1 enable outside' \
	'crypto ikev1 policy 10' ' authentication pre-share' ' encryption 3des' ' hash sha' ' group 2' ' lifetime 86400' \
	'group-policy L2TP-VPN internal' 'group-policy L2TP-VPN attributes' \
	' vpn-tunnel-protocol l2tp-ipsec' ' default-domain value cisco.com' \
	'tunnel-group DefaultRAGroup general-attributes' ' address-pool Address-pool' ' default-group-policy L2TP-VPN' \
	'tunnel-group DefaultRAGroup ipsec-attributes' ' ikev1 pre-shared-key *****' \
	'tunnel-group DefaultRAGroup ppp-attributes' ' no authentication chap' ' authentication ms-chap-v2'
check "show running-config: a checksum" grep -Eq '^Cryptochecksum:[0-9a-f]{32}$' "$LAB_DIR/run1"
check "no secret in show running-config" bash -c "! grep -F 'C!sc0@123' '$LAB_DIR/run1'"

gatesh "$DATA/split-tunnel.conf" >"$LAB_DIR/split.out" 2>&1
check "the split tunnel block: status 0" test $? -eq 0
check "the split tunnel block: a warning says that the policy is new" grep -q WARNING "$LAB_DIR/split.out"
check "write memory" show 'write memory'
config_text >"$LAB_DIR/before"
show 'more system:running-config' >"$LAB_DIR/secrets"
check "more system:running-config has the key" grep -Fq 'ikev1 pre-shared-key C!sc0@123' "$LAB_DIR/secrets"
check "SIGTERM: exit 0" stop_gatehouse

start_gatehouse
config_text >"$LAB_DIR/after"
check "the configuration outlives a restart" diff "$LAB_DIR/before" "$LAB_DIR/after"
check "SIGTERM again: exit 0" stop_gatehouse

rm -rf "$LAB_DIR/state"
start_gatehouse --config "$LAB_DIR/secrets"
show 'more system:running-config' >"$LAB_DIR/secrets2"
check "more system:running-config loaded into an empty appliance gives the same" \
	diff <(grep -v -e '^: ' "$LAB_DIR/secrets") <(grep -v -e '^: ' "$LAB_DIR/secrets2")
stop_gatehouse

rm -rf "$LAB_DIR/state"
cat "$DATA/lab.conf" "$DATA/guide.conf" >"$LAB_DIR/both.conf"
start_gatehouse --config "$LAB_DIR/both.conf"
show 'show running-config' >"$LAB_DIR/run2"
check "the guide by --config gives the same running-config" \
	diff <(grep -v '^: ' "$LAB_DIR/run1") <(grep -v '^: ' "$LAB_DIR/run2")

printf 'hostname one\nhostnam e two words\ninterface outside\n ip address 999.1.1.1 255.0.0.0\nhostname three\n' >"$LAB_DIR/bad.conf"
gatesh "$LAB_DIR/bad.conf" >"$LAB_DIR/bad.out" 2>&1
check "a refused line: status 1" test $? -eq 1
check "a refused line is reported with its number" grep -Eq '(^|[^0-9])4([^0-9]|$)' "$LAB_DIR/bad.out"
check "the rest applies" says 'show running-config hostname' '^hostname three$'
gatesh -c 'show nonsense' >/dev/null 2>&1
check "gatesh -c: status 1 when refused" test $? -eq 1
