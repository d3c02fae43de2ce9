# Misconfigurations, one after the other: the client dials and fails, `show vpn failures detail` names
# the cause, the number that Windows' user sees and the cure; the cure, typed as it is printed, lets
# the next dial come up.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh tests/winclient
lab_up
ip -n "$LAB-outside" addr add 10.1.1.2/24 dev br0
ip -n "$LAB-outside" addr add 10.1.1.3/24 dev br0
RAG='tunnel-group DefaultRAGroup' DYN='crypto dynamic-map outside_dyn_map 10' KEY='C!sc0@123' WORD=Tr0ub4dor
NONE='^INFO: There are no failed attempts'
{
	cat "$DATA/lab.conf" "$DATA/guide.conf"
	echo "username test password $WORD mschap"
	echo 'logging enable'
	echo 'logging buffered debugging'
	echo 'logging buffer-size 1000000'
} >"$LAB_DIR/guide.conf"
start_gatehouse --config "$LAB_DIR/guide.conf"

dial() { # dial SECONDS [ARG...]
	local limit=$1
	shift
	timeout 500 ip netns exec "$LAB-outside" "$BUILD/tests/winclient" --server $SERVER --psk "$KEY" \
		--user test --password "$WORD" --source 10.1.1.2 --limit "$limit" "$@"
}
# At (config)#, where `clear` can be typed as well; a file of lines has none.
type_in() {
	local line
	while read -r line; do
		[[ $line != 'clear aaa '* ]] || show "$line" || return 1
	done <<<"$1"
	set -- "$(grep -v '^clear aaa ' <<<"$1")"
	printf '%s\n' "$1" >"$LAB_DIR/typed.conf" && gatesh "$LAB_DIR/typed.conf"
}
fails() { ! dial "$@"; }
told() { # told CODE REASON TIMES: one entry, and nothing else; $LAB_DIR/told
	show 'show vpn failures detail' >"$LAB_DIR/told" || return 1
	cat "$LAB_DIR/told"
	[[ $(grep -c '^Address ' "$LAB_DIR/told") == 1 ]] && grep -Eq "^  Reason +: $2" "$LAB_DIR/told" &&
		grep -q "^  Windows says : error $1\$" "$LAB_DIR/told" && grep -q '^  Cure ' "$LAB_DIR/told" &&
		grep -Eq "^  Times +: $3\$" "$LAB_DIR/told"
}
# What is printed of it, with what only a person knows and has to decide: such lines stand behind `! `.
# Advice is typed, too, and does nothing.
cured() {
	local lines
	lines=$(sed -n '/^  Cure /,/^$/p' "$LAB_DIR/told" | sed -e 1d -e 's/^    //' -e '/^$/d' \
		-e 's/^! *\(ikev1 pre-shared-key\|username\|group-lock none\|vpn-access-hours none\|access-list\|no crypto ikev1 am-disable\)/\1/' \
		-e "s/\bKEY\b/$KEY/" -e "s/\bPASSWORD\b/${PASSWORD:-$WORD}/")
	echo "$lines"
	[[ $lines ]] && type_in "$lines"
}
# The same in the list, in its records and in the log.
agree() { # agree CODE REASON
	show 'show vpn failures' >"$LAB_DIR/list" && show 'show vpn failures | json' >"$LAB_DIR/json" &&
		show 'show logging' | grep -- '-199030: ' >"$LAB_DIR/log" || return 1
	cat "$LAB_DIR"/{told,list,json,log} >>"$LAB_DIR/all"
	cat "$LAB_DIR"/{list,json}
	tail -n 1 "$LAB_DIR/log"
	tail -n 1 "$LAB_DIR/log" | grep -Eq "Reason: $2.*, Windows error $1" || return 1
	python3 - "$LAB_DIR"/{json,told,list} <<'END'
import json, re, sys
records = json.load(open(sys.argv[1]))
told, listed = open(sys.argv[2]).read(), open(sys.argv[3]).read().splitlines()
assert len(records) == 1 and len(listed) == 2, (records, listed)
r = records[0]
said = dict(re.findall(r'^  (\w[\w ]*?) *: (.+)$', told, re.M))
cure = re.search(r'^  Cure +:\n((?:    .*\n?)+)', told, re.M)[1]
assert str(r['count']) == said['Times'], r
assert r['reason'] == said['Reason'].split(':')[0] or said['Reason'].startswith(r['reason']), r
assert said['Windows says'] == 'error %d' % r['windows'], r
assert r['cure'].splitlines() == [l[4:] for l in cure.splitlines()], r
assert ' %d ' % r['windows'] in listed[1] and r['reason'] in listed[1] and r['address'] in listed[1], r
END
}
# Who had asked the doctor before would have read the same lines.
prescribed() {
	local doctor told
	doctor=$(show 'show vpn doctor' | sed -n '/^  Cure/,/^  Note\|^$/{/^    /p}')
	told=$(sed -n '/^  Cure /,/^$/p' "$LAB_DIR/told" | sed -e 1d -e '/^$/d')
	diff <(echo "$doctor") <(echo "$told")
}
cleared() { show 'clear vpn failures' && says 'show vpn failures' "$NONE"; }

# row TEXT CODE REASON WRONG [DIAL-ARG...]: afterwards RESTORE is typed. DIALS: how often
# it fails. UNSEEN: it is the client's mistake, or one that the doctor cannot see.
row() {
	local text=$1 code=$2 reason=$3 wrong=$4 n
	shift 4
	check "$text: typed" type_in "$wrong"
	for ((n = 0; n < ${DIALS:-1}; n++)); do check "$text: the client fails" fails "$(longer 1)" "$@"; done
	check "$text: cause, code and cure are told, once" within 2 told "$code" "$reason" "${DIALS:-1}"
	check "$text: so in the list, in JSON and in the log" within 2 agree "$code" "$reason"
	[[ ${UNSEEN:-} ]] || check "$text: the doctor prescribes the same" prescribed
	check "$text: the cure can be typed as it is" cured
	check "$text: and the next dial comes up" within 5 dial 30 "$@"
	check "$text: it is cleared" cleared
	[[ -z ${RESTORE:-} ]] || check "$text: back" type_in "$RESTORE"
}

check "the guide's client comes up" dial 30
check "nothing is told of it" says 'show vpn failures' "$NONE"

# ---- phase 1
DIALS=2 row 'IKEv1 is not enabled' 809 'IKEv1 is not enabled on the interface' 'no crypto ikev1 enable outside'
row 'no map is bound' 809 'no crypto map is bound to the interface' 'no crypto map outside_map interface outside'
RESTORE="no crypto map outside_map 65535
crypto map outside_map 65535 ipsec-isakmp dynamic outside_dyn_map" row 'the map is empty' 809 \
	'the crypto map of the interface has no entry' 'no crypto map outside_map 65535'
RESTORE='no crypto ikev1 policy 20
crypto ikev1 policy 10
 encryption 3des
 group 2' row 'no common policy' 788 'no common phase 1 proposal' 'crypto ikev1 policy 10
 encryption aes-192
 group 16'
UNSEEN=1 row 'another key' 789 'the pre-shared keys differ' "$RAG ipsec-attributes
 ikev1 pre-shared-key An0therKey"
row 'no key' 809 'no tunnel group has a pre-shared key' "$RAG ipsec-attributes
 no ikev1 pre-shared-key"
UNSEEN=1 RESTORE='crypto ikev1 am-disable' row 'aggressive mode' 809 'the client began with aggressive mode' \
	'crypto ikev1 am-disable' --aggressive --group DefaultRAGroup

# ---- phase 2
row 'tunnel mode' 788 'the transform-set is in tunnel mode' \
	'no crypto ipsec ikev1 transform-set TRANS-ESP-3DES-SHA mode transport'
RESTORE="$DYN set ikev1 transform-set TRANS-ESP-3DES-SHA" \
	row 'no common transform-set' 788 'no common phase 2 proposal' \
	"crypto ipsec ikev1 transform-set OTHER esp-aes-192 esp-sha-hmac
crypto ipsec ikev1 transform-set OTHER mode transport
$DYN set ikev1 transform-set OTHER
no $DYN set ikev1 transform-set TRANS-ESP-3DES-SHA"
row 'PFS is demanded' 788 'no common phase 2 proposal' "$DYN set pfs group2"
row 'L2TP is not allowed' 788 'the group policy does not allow l2tp-ipsec' 'group-policy L2TP-VPN attributes
 vpn-tunnel-protocol ikev2'

# ---- PPP and the login
row 'chap with LOCAL' 734 'client and appliance have no PPP authentication' "$RAG ppp-attributes
 authentication chap
 no authentication ms-chap-v1
 no authentication ms-chap-v2"
UNSEEN=1 row 'pap alone' 734 'client and appliance have no PPP authentication' "$RAG ppp-attributes
 authentication pap
 no authentication chap
 no authentication ms-chap-v1
 no authentication ms-chap-v2"
UNSEEN=1 DIALS=2 PASSWORD=F0rgotten RESTORE="username test password $WORD mschap" \
	row 'a wrong password' 691 'wrong user name or password' 'hostname ciscoasa' --password F0rgotten
UNSEEN=1 PASSWORD=S3cret row 'an unknown user' 691 'no such user' 'hostname ciscoasa' --user newcomer --password S3cret
PASSWORD=S3cret row 'a user without mschap' 691 'the local user has no mschap password' \
	'username plain password S3cret' --user plain --password S3cret
row 'no logins' 691 'vpn-simultaneous-logins 0 permits no login' 'group-policy L2TP-VPN attributes
 vpn-simultaneous-logins 0'
row 'not at this time' 646 'vpn-access-hours allows no connection' 'time-range LONG-AGO
 absolute end 10:00 01 January 2020
group-policy L2TP-VPN attributes
 vpn-access-hours value LONG-AGO'
RESTORE='group-policy L2TP-VPN attributes
 no vpn-filter' row 'a list that is not there' 691 'the access list that' 'group-policy L2TP-VPN attributes
 vpn-filter value MISSING'
row 'locked to another group' 691 'the user may only come by the tunnel group' 'tunnel-group OTHER type remote-access
group-policy L2TP-VPN attributes
 group-lock value OTHER'

# ---- one that is locked out
check "a lockout: typed" type_in 'aaa local authentication attempts max-fail 1
username test password '"$WORD"' mschap privilege 1'
check "a lockout: a wrong password" fails "$(longer 1)" --password F0rgotten
check "a lockout: it is told" within 2 told 691 'wrong user name or password' 1
check "a lockout: it is cleared" cleared
UNSEEN=1 row 'locked out' 691 'too many wrong passwords' 'hostname ciscoasa'
check "no lockout more" type_in 'no aaa local authentication attempts max-fail 1'

# ---- addresses and numbers
row 'no address-pool' 720 'no address pool is configured' "$RAG general-attributes
 no address-pool Address-pool"
RESTORE="$RAG general-attributes
 no address-pool Address-pool
ip local pool ONE 192.168.8.1-192.168.8.1 mask 255.255.255.0" row 'no pool at all' 720 \
	'no address pool is configured' "$RAG general-attributes
 no address-pool Address-pool
no ip local pool Address-pool"
check "a pool of one address" type_in "$RAG general-attributes
 address-pool ONE"
: >"$LAB_DIR/stay"
dial 30 --source 10.1.1.3 --hold 450 --while "$LAB_DIR/stay" >"$LAB_DIR/stay.out" 2>&1 &
stay=$!
check "its client is up" within 8 says 'show vpn-sessiondb ra-ikev1-ipsec' 'Public IP +: 10.1.1.3'
row 'the pool is used up' 720 'the address pool is empty: all of its addresses are in use' 'hostname ciscoasa'
UNSEEN=1 row 'as many sessions as are allowed' 691 'the appliance has as many sessions' 'vpn-sessiondb max-other-vpn-limit 1'
rm "$LAB_DIR/stay"
check "its client leaves" ended "$stay" "$LAB_DIR/stay.out"

check "a key or a password is in none of what was told" bash -c \
	"[[ -s $LAB_DIR/all ]] && ! grep -nE 'C!sc0@123|An0therKey|$WORD|F0rgotten|S3cret' $LAB_DIR/all"
