# Real clients behind a NAT: both stacks, traffic both ways, and two at once behind one address.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh
lab_up --nat
start_gatehouse --config "$(full_config)"

at_up() {
	check "step $1: UDP 4500, public address of the NAT" says 'show vpn-sessiondb ra-ikev1-ipsec' 'Public IP *: 172\.16\.1\.1'
}
at_down() { check "two seconds after step $1 nothing is left" within 2 all_empty; }
page=http://$WEB/
client --timeout 300 --ping "$WEB/1372" --fetch "$page" --fetch "${page}data/10485760" --upload "${page}up" \
	--then --stack libreswan --ike aes256-sha1-modp2048 --esp aes256-sha1 --fetch "$page" --set UPLOAD= \
	--then --stack libreswan --fetch "$page" --set UPLOAD=
check "addresses and DNS servers" \
	test "$(grep -c '^RC: address=192\.168\.1\.1 .*dns=8\.8\.8\.8,4\.4\.4\.2' "$LAB_DIR/client.out")" -eq 3
check "ESP in UDP" client_saw 'encap=4500:4500'
check "10 MB down, intact" client_saw "sha256=$(python3 "$TOP/tests/lab/web.py" sum 10485760)"

# Two behind one public address, the same inner ports: different sessions. Neither leaves before the
# other has been seen beside it.
two_sessions() { says 'show vpn-sessiondb ra-ikev1-ipsec' 'Assigned IP *: 192\.168\.1\.2 '; }
both_seen() { [[ -e $LAB_DIR/seen.first && -e $LAB_DIR/seen.second ]]; }
at_up() {
	check "client $CLIENT_NAME: both are connected" within 90 two_sessions
	: >"$LAB_DIR/seen.$CLIENT_NAME"
	within 90 both_seen
}
at_down() { :; }
CLIENT_NAME=second
(
	trap - EXIT
	FAILED=0
	client --ip 10.1.1.3/24 --timeout 300 --ping "$WEB" --hold 4
	((FAILED == 0))
) &
second=$!
PIDS+=("$second")
CLIENT_NAME=first
client --timeout 300 --ping "$WEB" --hold 4
check "the second client" wait "$second"
check "nothing is left" within 5 all_empty
