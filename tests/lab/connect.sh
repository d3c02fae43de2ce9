# Real clients without a NAT: both stacks, all ciphers of the guide and its successors, all PPP
# methods, wrong key and wrong password; what the appliance shows meanwhile, and that nothing stays.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh
lab_up
start_gatehouse --config "$(full_config)"

SESSION='show vpn-sessiondb detail ra-ikev1-ipsec filter protocol l2tpOverIPsec'
at_up() {
	case $1 in
	2)
		check "show crypto ikev1 sa: one active" says 'show crypto ikev1 sa' '^ *Active SA: 1$'
		check "show crypto ikev1 sa: MM_ACTIVE" says 'show crypto ikev1 sa' 'State +: MM_ACTIVE'
		check "show crypto ipsec sa: the user" says 'show crypto ipsec sa' 'current_peer: 10\.1\.1\.2, username: test'
		check "show crypto ipsec sa: 3DES" says 'show crypto ipsec sa' 'transform: esp-3des esp-sha-hmac no compression'
		check "show crypto ipsec sa: packets counted" says 'show crypto ipsec sa' '#pkts decaps: [1-9][0-9]{3,}'
		check "show vpn-sessiondb: the address" says "$SESSION" 'Assigned IP *: 192\.168\.1\.1 +Public IP *: 10\.1\.1\.2'
		check "show vpn-sessiondb: the method" says "$SESSION" 'Auth Mode *: msCHAPV2'
		check "show vpn-sessiondb: bytes counted" says "$SESSION" 'Bytes Tx *: 1[0-9]{7} '
		check "show ip local pool: one in use" says 'show ip local pool Address-pool' '^ *192\.168\.1\.1 .* 253 +0 +1'
		check "a route to the client" bash -c "ip -n $GW route get 192.168.1.1 | grep -q ' dev '" ;;
	3) check "AES-256, group 14" says "$SESSION" 'Encryption *: IKEv1: \(1\)AES256' ;;
	5) check "MS-CHAPv1 is shown" says "$SESSION" 'Auth Mode *: msCHAPV1' ;;
	6) check "PAP is shown" says "$SESSION" 'Auth Mode *: PAP' ;;
	esac
}
at_down() {
	case $1 in
	7) check "wrong password: no session" no_sessions ;;
	esac
	# An exchange that the wrong key left half done has half a minute.
	if [[ $1 == 9 ]]; then
		check "after the wrong key: no session" no_sessions
		check "after the wrong key nothing is left" within 35 all_empty
	else
		check "two seconds after step $1 nothing is left" within 2 all_empty
	fi
}
page=http://$WEB/
client --timeout 2200 --ping "$WEB" --fetch "$page" \
	--then --ping "$WEB/1372" --fetch "$page" --fetch "${page}data/10485760" --upload "${page}up" \
	--then --ike aes256-sha1-modp2048 --esp aes256-sha1 \
	--then --stack libreswan --nat-t off \
	--then --auth mschap \
	--then --auth pap \
	--then --password wrong --expect auth-fail \
	--then --user nobody --expect auth-fail \
	--then --psk wrong --expect psk-fail
check "every client that connected got 192.168.1.1 and the DNS servers" \
	test "$(grep -c '^RC: address=192\.168\.1\.1 .*dns=8\.8\.8\.8,4\.4\.4\.2' "$LAB_DIR/client.out")" -eq 6
check "the page" client_saw 'page: .*You reached the inside network'
check "10 MB down, intact" client_saw "sha256=$(python3 "$TOP/tests/lab/web.py" sum 10485760)"
check "10 MB up, intact" client_saw '^RC: upload=ok'
check "plain ESP without NAT-T" client_saw 'encap=none'
check "SIGTERM: exit 0" stop_gatehouse
check "no kernel object is left" bash -c "! ip -n $GW -br link | grep -v -e ^lo -e ^outside -e ^inside"
