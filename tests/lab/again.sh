# Ten connections in a row; then a client that vanishes without a word.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh
lab_up
cat "$(full_config)" - >"$LAB_DIR/short.conf" <<-'X'
	l2tp tunnel hello 10
	tunnel-group DefaultRAGroup ipsec-attributes
	isakmp keepalive threshold 10 retry 2
	exit
X
start_gatehouse --config "$LAB_DIR/short.conf"

at_up() { [[ $1 != 2 ]] || check "it is there" says 'show vpn-sessiondb ra-ikev1-ipsec' '192\.168\.1\.'; }
at_down() {
	[[ $1 != 1 ]] || check "nothing is left after ten" within 2 all_empty
	# 10 s without a word, then R-U-THERE (6 s), Hello (32 s) and LCP echo (24 s) in vain.
	[[ $1 != 2 ]] || check "a client that vanished is gone when all questions were in vain" within 80 all_empty
}
client --timeout 2200 --ping "$WEB" --set PINGCOUNT=2 --cycles 10 --then --cycles 1 --dirty
check "ten cycles" client_saw '^RC: cycle=10'
