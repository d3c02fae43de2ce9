# What is counted, against what the client counts and what passes on the wire, to the packet and to the
# byte: while a session is up, over renewals, after it has gone; and every `clear` sets its zero.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh tests/winclient
lab_up
ip -n "$LAB-outside" addr add 10.1.1.2/24 dev br0
full_config >"$LAB_DIR/where"
start_gatehouse --config "$LAB_DIR/full.conf"

# The wire is the router: ESP and IKE each way, plain, and in UDP 4500, where four zero bytes mark IKE.
ip netns exec "$LAB-router" nft -f - <<'NFT' || die "counters of the wire"
table ip wire {
	counter esp_in {}
	counter esp_out {}
	counter natt_in {}
	counter natt_out {}
	counter ike_in {}
	counter ike_out {}
	counter marked_in {}
	counter marked_out {}
	chain forward {
		type filter hook forward priority 0
		iifname lan ip protocol esp counter name esp_in
		iifname wan ip protocol esp counter name esp_out
		iifname lan udp dport 500 counter name ike_in
		iifname wan udp sport 500 counter name ike_out
		iifname lan udp dport 4500 udp length > 12 @th,64,32 0 counter name marked_in
		iifname wan udp sport 4500 udp length > 12 @th,64,32 0 counter name marked_out
		iifname lan udp dport 4500 udp length > 12 @th,64,32 != 0 counter name natt_in
		iifname wan udp sport 4500 udp length > 12 @th,64,32 != 0 counter name natt_out
	}
}
NFT

SHOWN=('vpn-sessiondb detail ra-ikev1-ipsec' 'crypto ipsec sa detail' 'crypto ipsec stats' 'crypto ikev1 stats'
	'crypto protocol statistics all' 'crypto accelerator statistics')
CLEARED=('crypto ipsec stats' 'crypto ikev1 stats' 'crypto protocol statistics' 'crypto accelerator statistics')

dial() { # dial WINCLIENT-ARG...: its process is $CLIENT
	: >"$LAB_DIR/stay"
	: >"$LAB_DIR/client.out"
	timeout 500 ip netns exec "$LAB-outside" "$BUILD/tests/winclient" --server $SERVER --psk 'C!sc0@123' --user test \
		--password test --source 10.1.1.2 --ping "$WEB" --tun ppp0 --counters --hold 450 --while "$LAB_DIR/stay" "$@" \
		>"$LAB_DIR/client.out" 2>&1 &
	CLIENT=$!
}
hang_up() {
	rm "$LAB_DIR/stay"
	ended "$CLIENT" "$LAB_DIR/client.out"
}
client_says() { grep '^client 0 ESP .* bytes$' "$LAB_DIR/client.out" | tail -n 1; }
wire() { # a line a counter: NAME PACKETS BYTES
	ip netns exec "$LAB-router" nft list counters table ip wire |
		awk '/counter/ { name = $2 } /packets/ { print name, $2, $4 }'
}

# The same moment of everything: the client and the wire have counted nothing meanwhile.
moment() {
	local now n
	now=$(client_says; wire)
	for n in "${!SHOWN[@]}"; do show "show ${SHOWN[n]}" >"$LAB_DIR/shown.$n" || return 1; done
	[[ $now == "$(client_says; wire)" ]] || { echo "no quiet moment"; return 1; }
	read -r _ _ _ _ OUT _ OUT_BYTES _ _ IN _ IN_BYTES _ _ _ USER_OUT _ USER_OUT_BYTES _ _ USER_IN _ USER_IN_BYTES _ < <(client_says)
	declare -gA PACKETS=() BYTES=()
	while read -r name packets bytes; do PACKETS[$name]=$packets BYTES[$name]=$bytes; done < <(wire)
}
# value SHOWN SECTION LABEL: the number behind `LABEL:` in the part that starts with a line SECTION; of
# more than one such part, their sum.
value() {
	awk -v section="$2" -v label="$3" '
		BEGIN { inside = section == "" }
		section != "" && /^[^ ]/ { inside = index($0, section) == 1 }
		inside && (at = index($0, label)) {
			rest = substr($0, at + length(label))
			if (rest !~ /^ *: *[0-9]/) next
			sub(/^ *: */, "", rest)
			sum += rest
			found = 1
		}
		END { print found ? sum : "none" }' "$LAB_DIR/shown.$1"
}
equal() { # equal WHAT SHOWN TRUE
	[[ $2 == "$3" ]] && return
	echo "$1: shown $2, true $3"
	DIFFERS=1
}

same_ipsec() { # what stays counted when the session has gone
	local n dir came late
	DIFFERS=0
	moment || return 1
	# Who says good-bye twice, for the answer takes a busy machine long, has no SA any more.
	late=$(awk '/Missing SA/ { print $NF }' "$LAB_DIR/shown.2")
	came=$((OUT - late))
	equal "ESP on the wire, in" "$((PACKETS[esp_in] + PACKETS[natt_in]))" "$OUT"
	equal "ESP on the wire, out" "$((PACKETS[esp_out] + PACKETS[natt_out]))" "$IN"
	for dir in Inbound:$came:$OUT_BYTES:Decryptions Outbound:$IN:$IN_BYTES:Encryptions; do
		IFS=: read -r section packets bytes crypt <<<"$dir"
		equal "ipsec stats, $section packets" "$(value 2 "$section" ' Packets')" "$packets"
		[[ $section$late != Inbound[1-9]* ]] || continue
		equal "ipsec stats, $section bytes" "$(value 2 "$section" ' Bytes')" "$bytes"
		equal "ipsec stats, $crypt" "$(value 2 "$section" " $crypt")" "$packets"
		equal "ipsec stats, $section authentications" "$(value 2 "$section" ' Authentications')" "$packets"
		equal "ipsec stats, $section dropped" "$(value 2 "$section" ' Dropped packets')" 0
	done
	equal "protocol, decrypt" "$(value 4 '[IPsec' 'Decrypt packet requests')" "$came"
	equal "protocol, encrypt" "$(value 4 '[IPsec' 'Encrypt packet requests')" "$IN"
	equal "protocol, HMAC" "$(value 4 '[IPsec' 'HMAC calculation requests')" $((IN + came))
	equal "accelerators, in" "$(value 5 '[Global' 'Input packets')" "$came"
	equal "accelerators, out" "$(value 5 '[Global' 'Output packets')" "$IN"
	equal "each accelerator, in" "$(value 5 '[Accelerator' 'Input packets')" "$came"
	equal "each accelerator, decrypted" "$(value 5 '[Accelerator' 'Decrypted packets')" "$came"
	equal "each accelerator, encrypted" "$(value 5 '[Accelerator' 'Encrypted packets')" "$IN"
	equal "each suite, in" "$(value 5 '[Decryption' ' Packets')" "$came"
	equal "each suite, out" "$(value 5 '[Encryption' ' Packets')" "$IN"
	# What is enciphered: a datagram without IP (20), UDP (8), SPI and number (8), IV (8), ICV (12).
	n=$((BYTES[esp_in] - 48 * PACKETS[esp_in] + BYTES[natt_in] - 56 * PACKETS[natt_in]))
	((late > 0)) || equal "accelerators, bytes in" "$(value 5 '[Global' 'Input bytes')" "$n"
	n=$((BYTES[esp_out] - 48 * PACKETS[esp_out] + BYTES[natt_out] - 56 * PACKETS[natt_out]))
	equal "accelerators, bytes out" "$(value 5 '[Global' 'Output bytes')" "$n"
	((DIFFERS == 0))
}
same_ike() {
	local dir n
	DIFFERS=0
	moment || return 1
	for dir in in:In out:Out; do
		n=${dir%:*}
		equal "ikev1 stats, packets $n" "$(value 3 '' " ${dir#*:} Packets")" $((PACKETS[ike_$n] + PACKETS[marked_$n]))
		equal "ikev1 stats, octets $n" "$(value 3 '' " ${dir#*:} Octets")" \
			$((BYTES[ike_$n] - 28 * PACKETS[ike_$n] + BYTES[marked_$n] - 32 * PACKETS[marked_$n]))
	done
	equal "ikev1 stats, dropped" "$(value 3 '' ' In Drop Packets')" 0
	((DIFFERS == 0))
}
same_session() {
	DIFFERS=0
	moment || return 1
	equal "session, packets in" "$(value 0 'Pkts Tx ' 'Pkts Rx')" "$OUT"
	equal "session, bytes in" "$(value 0 'Bytes Tx ' 'Bytes Rx')" "$OUT_BYTES"
	equal "session, packets out" "$(value 0 'Pkts Tx ' 'Pkts Tx')" "$IN"
	equal "session, bytes out" "$(value 0 'Bytes Tx ' 'Bytes Tx')" "$IN_BYTES"
	equal "session, IPsec, packets in" "$(value 0 IPsec 'Pkts Rx')" "$OUT"
	equal "session, IPsec, bytes in" "$(value 0 IPsec 'Bytes Rx')" "$OUT_BYTES"
	equal "session, IPsec, packets out" "$(value 0 IPsec 'Pkts Tx')" "$IN"
	equal "session, IPsec, bytes out" "$(value 0 IPsec 'Bytes Tx')" "$IN_BYTES"
	equal "session, L2TP, packets in" "$(value 0 L2TPOverIPsec 'Pkts Rx')" "$USER_OUT"
	equal "session, L2TP, bytes in" "$(value 0 L2TPOverIPsec 'Bytes Rx')" "$USER_OUT_BYTES"
	equal "session, L2TP, packets out" "$(value 0 L2TPOverIPsec 'Pkts Tx')" "$USER_IN"
	equal "session, L2TP, bytes out" "$(value 0 L2TPOverIPsec 'Bytes Tx')" "$USER_IN_BYTES"
	((DIFFERS == 0))
}
same_sas() { # same_sas [IN OUT]: without so many packets, which a `clear` has taken away
	local label
	DIFFERS=0
	moment || return 1
	for label in '#pkts decaps' ' #pkts decrypt' ' #pkts verify'; do
		equal "SAs, $label" "$(value 1 '' "$label")" $((OUT - ${1:-0}))
	done
	for label in '#pkts encaps' ' #pkts encrypt' ' #pkts digest'; do
		equal "SAs, $label" "$(value 1 '' "$label")" $((IN - ${2:-0}))
	done
	((DIFFERS == 0))
}
clear_sas() { # at a moment at which the client has counted nothing
	local before after
	before=$(client_says)
	gatesh -c 'clear crypto ipsec sa counters' || return 1
	after=$(client_says)
	[[ $before == "$after" ]] || return 1
	read -r _ _ _ _ CLEARED_IN _ _ _ _ CLEARED_OUT _ <<<"$before"
	echo "$CLEARED_IN $CLEARED_OUT" >"$LAB_DIR/taken"
}
zero() { # zero WHAT: it is cleared, and no number is left but of what there is
	gatesh -c "clear $1" || return 1
	! show "show ${2:-$1}" | grep -vE 'Active [Tt]unnels|Max |Number of active accelerators|Number at work|Mbit/s' | grep -E ': +[1-9]'
}
picture() { # picture WHEN: a session is up
	check "IPsec and who computes it $1: as the client and the wire say" within 10 same_ipsec
	check "IKE $1: as the wire says" within 10 same_ike
	check "the session $1: as the client says" within 10 same_session
}

traffic() { # traffic COUNT SIZE: pings of that size, both ways
	ip -n "$LAB-outside" route replace "$WEB" dev ppp0 &&
		ip netns exec "$LAB-outside" ping -q -i 0.1 -c "$1" -s "$2" "$WEB"
}
dial
check "a client is up, and pings" within 15 traffic 7 1000
picture "of a session"
check "its SAs: as the client says" within 10 same_sas
check "it uses one of the sessions that there may be" says "show vpn-sessiondb license-summary" "^  L2TP Clients +: +1 : +0 : +1 : +1 : "
check "the counters of SAs are cleared" within 10 clear_sas
# shellcheck disable=SC2046 # two numbers
check "more pings" traffic 2 1300
check "its SAs count from there" within 10 same_sas $(cat "$LAB_DIR/taken")
check "a session counts on" within 10 same_session
check "it leaves" hang_up
check "nothing is left of it" within 5 all_empty
check "IPsec when it has gone: as the client and the wire say" within 5 same_ipsec
check "IKE when it has gone: as the wire says" within 5 same_ike
check "show crypto ipsec stats knows that it was" says 'show crypto ipsec stats' '^Previous tunnels: 1$'
for what in "${CLEARED[@]}"; do
	check "clear $what sets zero" zero "$what" "${what/%protocol statistics/protocol statistics all}"
done
ip netns exec "$LAB-router" nft reset counters table ip wire >"$LAB_DIR/wire.first"

dial --nat --renew 2 --renew-ike 3
check "another is up, behind a NAT, and pings" within 15 traffic 3 100
renewed() { # twice each
	says 'show crypto protocol statistics ikev1' 'SA rekey requests: [2-9]' &&
		says 'show crypto protocol statistics ipsec' 'SA rekey requests: ([4-9]|1[0-9])'
}
check "it renews both its SAs twice" within 20 renewed
check "and pings" traffic 5 300
picture "over renewals"
check "it leaves, too" hang_up
check "IPsec when both have gone: as the client and the wire say" within 5 same_ipsec
check "IKE when both have gone: as the wire says" within 5 same_ike
quick_modes() { # that the client began: its first one, too
	local n
	n=$(sed -nE 's/^client 0 renewed: quick ([0-9]+),.*/\1/p' "$LAB_DIR/client.out")
	says 'show crypto ikev1 stats' "In P2 Exchanges: +$((n + 1))\$"
}
check "quick modes: as many as the client began" within 3 quick_modes
check "SIGTERM: exit 0" stop_gatehouse
