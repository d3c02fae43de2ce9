# The longest headers there are, AES with SHA-512 through a NAT: no outer packet is ever cut, whatever
# comes from inside or from the client, and who sends too much is told how much fits, also when the
# outside interface becomes narrower under a session.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh
lab_up --nat
{
	cat "$(full_config)"
	echo 'crypto ipsec ikev1 transform-set LONGEST esp-aes-256 esp-sha512-hmac'
	echo 'crypto ipsec ikev1 transform-set LONGEST mode transport'
	echo 'crypto dynamic-map outside_dyn_map 10 set ikev1 transform-set LONGEST'
} >"$LAB_DIR/mtu.conf"
start_gatehouse --config "$LAB_DIR/mtu.conf"

ASSIGNED=192.168.1.1
from_inside() { ip netns exec "$LAB-inside" ping -c 2 -i 0.2 -W 10 "$@" $ASSIGNED; }
learnt_mtu() { # the inside host's, after a packet of 1400 bytes that must not be cut
	ip -n "$LAB-inside" route flush cache
	from_inside -M do -s 1372 | sed -n 's/.*mtu = \([0-9]*\).*/\1/p' | head -n 1
}
# Cut on the way outside: the router there puts together what it translates. (Inner packets in pieces
# are put together by the gateway, for its own rules.)
cut_packets() {
	ip netns exec "$LAB-router" awk '/^Ip:/ && NR % 2 { split($0, name) }
		/^Ip:/ && !(NR % 2) { for (i in name) if (name[i] ~ /FragCreates|ReasmReqds/) n += $i }
		END { print n }' /proc/net/snmp
}
fits() { # fits LOW HIGH: what the inside host is told is between these, and passes
	local mtu
	mtu=$(learnt_mtu)
	echo "told $mtu"
	((mtu >= $1 && mtu <= $2)) || return 1
	from_inside -M do -s $((mtu - 28)) || return 1
	! from_inside -M do -s $((mtu - 27))
}
at_up() {
	check "AES-256 and SHA-512" says 'show crypto ipsec sa' 'transform: esp-aes-256 esp-sha512-hmac'
	check "the longest packet that fits 1500 outside" within 5 fits 1386 1389
	check "a longer one is cut inside" from_inside -M dont -s 1472
	check "nothing was cut outside" test "$(cut_packets)" = 0
	ip -n "$GW" link set outside mtu 1400
	check "the longest packet that fits 1400 outside" within 5 fits 1290 1293
	check "nothing was cut outside" test "$(cut_packets)" = 0
	ip -n "$GW" link set outside mtu 1500
}
page=http://$WEB/
client --timeout 2200 --ike aes256-sha1-modp2048 --esp aes256-sha512 --ping "$WEB/1358" \
	--fetch "${page}data/10485760" --upload "${page}up"
check "10 MB down, intact" client_saw "sha256=$(python3 "$TOP/tests/lab/web.py" sum 10485760)"
check "10 MB up, intact" client_saw '^RC: upload=ok'
check "nothing was cut outside in all that time" test "$(cut_packets)" = 0
