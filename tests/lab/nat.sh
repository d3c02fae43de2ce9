# Real clients behind a NAT: both stacks, traffic both ways, and two at once behind one address.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh
lab_up --nat
start_gatehouse --config "$(full_config)"

# Two behind one public address, the same inner ports: different sessions. Neither leaves before the
# other has been seen beside it.
both_seen() { [[ -e $LAB_DIR/seen.first && -e $LAB_DIR/seen.second ]]; }
beside_the_other() {
	check "client $CLIENT_NAME: both are connected" within 120 says 'show vpn-sessiondb ra-ikev1-ipsec' 'Assigned IP *: 192\.168\.1\.2 '
	: >"$LAB_DIR/seen.$CLIENT_NAME"
	within 120 both_seen
}
second_client() (
	trap - EXIT
	FAILED=0 CLIENT_NAME=second
	at_up() { beside_the_other; }
	at_down() { :; }
	client --ip 10.1.1.3/24 --timeout 2200 --ping "$WEB"
	((FAILED == 0))
)
at_up() {
	check "step $1: UDP 4500, public address of the NAT" says 'show vpn-sessiondb ra-ikev1-ipsec' 'Public IP *: 172\.16\.1\.1'
	[[ $1 != 4 ]] || beside_the_other
}
at_down() {
	[[ $1 == 4 ]] || check "two seconds after step $1 nothing is left" within 2 all_empty
	[[ $1 != 3 ]] || { second_client & second=$!; PIDS+=("$second"); }
}
page=http://$WEB/
CLIENT_NAME=first
client --timeout 2200 --ping "$WEB" --fetch "$page" \
	--then --stack libreswan --ike aes256-sha1-modp2048 --esp aes256-sha1 \
	--ping "$WEB/1372" --fetch "$page" --fetch "${page}data/10485760" --upload "${page}up" \
	--then --stack libreswan \
	--then
check "the second client" wait "$second"
check "nothing is left" within 5 all_empty
check "addresses and DNS servers" \
	test "$(grep -cE '^RC: address=192\.168\.1\.[12] .*dns=8\.8\.8\.8,4\.4\.4\.2' "$LAB_DIR/first.out")" -eq 4
check "ESP in UDP" client_saw 'encap=4500:4500'
check "10 MB down, intact" client_saw "sha256=$(python3 "$TOP/tests/lab/web.py" sum 10485760)"
check "10 MB up, intact" client_saw '^RC: upload=ok'
