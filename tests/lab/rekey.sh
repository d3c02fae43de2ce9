# Real clients whose SAs are renewed while packets pass: by the gateway, because they would come
# later, and by themselves. No ping is lost, the address stays.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh
lab_up
cat "$(full_config)" - >"$LAB_DIR/short.conf" <<-'X'
	crypto ipsec security-association lifetime seconds 120
	crypto ikev1 policy 10
	lifetime 120
	exit
	logging enable
	logging buffered notifications
X
start_gatehouse --config "$LAB_DIR/short.conf"
at_up() {
	case $1 in
	1)
		check "the gateway began a quick mode" within 3 says 'show logging' 'IKE Initiator: Rekeying Phase 2, Intf outside'
		check "the gateway began a phase 1" within 5 says 'show crypto ikev1 sa' 'Role +: initiator'
		check "one pair is left or on its way out" says 'show crypto ipsec sa' 'current_peer: 10\.1\.1\.2, username: test'
		check "the same address" says 'show vpn-sessiondb ra-ikev1-ipsec' '192\.168\.1\.1 ' ;;
	esac
}
client --timeout 2200 --ping "$WEB" --hold 128 \
	--then --ping "$WEB" --lifetime 60 --margin 30 --ikelifetime 80 --hold 75
check "no ping was lost, whoever renewed" test "$(grep -c '^RC: hold=ok .*lost=0$' "$LAB_DIR/client.out")" -eq 2
check "two seconds later nothing is left" within 5 all_empty
check "SIGTERM: exit 0" stop_gatehouse
