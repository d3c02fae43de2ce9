# What keeps clients from connecting, found before anybody dials: the guide has nothing, each of
# several mistakes is found as the only one, with the number that Windows shows, and its cure, as it
# is printed, is all that it needs.
# Then sessions that ended, and why, over the deaths of roles and a restart.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh tests/winclient
lab_up --no-address
ip -n "$LAB-outside" addr add 10.1.1.9/24 dev br0
cat "$DATA/lab.conf" "$DATA/guide.conf" - >"$LAB_DIR/guide.conf" <<<$'logging enable\nlogging buffered notifications'

# Other programs have the ports before us.
hold_port() { # hold_port PORT: its process in $holder
	ip netns exec "$GW" python3 -c '
import signal, socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("0.0.0.0", int(sys.argv[1])))
signal.pause()' "$1" &
	holder=$!
	PIDS+=($holder)
	check "another program has UDP $1" within 10 taken "$1"
}
taken() { ip netns exec "$GW" grep -q "$(printf ':%04X ' "$1")" /proc/net/udp; }
hold_port 500
first=$holder
hold_port 4500
second=$holder
start_gatehouse --config "$LAB_DIR/guide.conf"
role_pid() { # role_pid ROLE: the keeper's child that was started for it
	local p
	for p in $(cat "/proc/$GH_PID/task/$GH_PID/children"); do
		tr '\0' ' ' <"/proc/$p/cmdline" | grep -qw -- "$1" && { echo "$p"; return; }
	done
	return 1
}
healthy() { says 'show vpn doctor' '^No problem found in [0-9]+ checks: clients can connect'; }
journal() { grep -Eq -- "$1" "$LAB_DIR/gatehouse.out"; }
check "the console serves, the journal names who has UDP 500" within 10 \
	journal "UDP port 500 belongs to python3[^ ]* \(process $first[,)].*no client can connect"
check "and 4500" within 10 journal "UDP port 4500 belongs to python3[^ ]* \(process $second[,)]"
check "so does the log" within 3 says 'show logging' '%ASA-3-199015: UDP port 500 belongs to python3'
both() {
	says 'show vpn doctor' "^1\. prevents: UDP port 500 belongs to another program of this host: python3[^ ]* \(process $first\)" &&
		says 'show vpn doctor' "^2\. prevents: UDP port 4500 belongs to another program of this host: python3[^ ]* \(process $second\)" &&
		says 'show vpn doctor' '^2 problems found in '
}
check "the doctor finds them both, and nothing else" both
check "with what a client sees" says 'show vpn doctor' '^  Client sees : error 809, '
check "no counter says that anything came" bash -c '! grep -Eq ": [1-9]" <<<"$1"' - "$(show 'show crypto ikev1 stats')"
check "show vpn failures has nobody" says 'show vpn failures' '^INFO: There are no failed attempts to connect$'
check "the host serves otherwise: a user's line is taken" gatesh -c 'configure terminal' -c 'crypto ikev1 enable outside'
kill $first
check "one is free" within 10 journal 'UDP port 500 is ours now'
other_only() { says 'show vpn doctor' "^1\. prevents: UDP port 4500 belongs" && says 'show vpn doctor' '^1 problem found in '; }
check "the other is still told" other_only
kill $second
check "so is the other" within 10 journal 'UDP port 4500 is ours now'
check "the log has it" within 3 says 'show logging' '%ASA-5-199017: UDP port 500 is ours now'
gatesh -c 'configure terminal' -c 'clear configure logging' >"$LAB_DIR/logging.out" 2>&1
check "the guide's configuration has nothing wrong" within 30 healthy

finding() { # finding PATTERN: the only one, and it is this
	says 'show vpn doctor' "^1\. (prevents|may prevent|advice): .*$1" && says 'show vpn doctor' '^1 problem found in '
}
cured() { # by the lines of the cure, pasted as they are, those that want a key or a password as well
	show 'show vpn doctor' | sed -n '/^  Cure/,/^  Note\|^$/{/^    /p}' |
		sed 's/^\( *\)! *\(ikev1 pre-shared-key\|username\|group-lock none\|vpn-access-hours none\|access-list\)/\1 \2/' >"$LAB_DIR/cure"
	[[ -s $LAB_DIR/cure ]] && gatesh "$LAB_DIR/cure" && within 3 healthy
}
# What the doctor says that Windows shows, against what a client meets who dials: the number within
# his refusal, or the packet (or its absence) that the number stands for.
WINDOWS=(timeout 400 ip netns exec "$LAB-outside" "$BUILD/tests/winclient" --server $SERVER --psk 'C!sc0@123'
	--user test --password test --source 10.1.1.9 --ping "$WEB")
meets() { # meets PATTERN: so he fails
	! "${WINDOWS[@]}" --limit 15 >"$LAB_DIR/met.out" 2>&1 && grep -q -- "$1" "$LAB_DIR/met.out" || { cat "$LAB_DIR/met.out"; return 1; }
}
mistake() { # mistake CODE PATTERN LINE...: somebody types these, the doctor says that
	local code=$1 pattern=$2
	shift 2
	printf '%s\n' "$@" >"$LAB_DIR/mistake"
	gatesh "$LAB_DIR/mistake" >"$LAB_DIR/mistake.out" 2>&1
	check "found: $1" within 3 finding "$pattern"
	case $code in
	0) check "he is connected" says 'show vpn doctor' '^  Client sees : connected' ;;
	*) check "Windows' number" says 'show vpn doctor' "^  Client sees : error $code, " ;;
	esac
	case $dial in
	?*) check "which is what a client meets" meets "$dial" ;;
	esac
	dial=
	check "cured: $1" cured
}
dial=
mistake 788 'tunnel mode' 'crypto ipsec ikev1 transform-set TRANS-ESP-3DES-SHA mode tunnel'
mistake 809 'not bound to an interface' 'no crypto map outside_map interface outside'
mistake 809 'not enabled on interface outside' 'no crypto ikev1 enable outside'
mistake 788 'one that Windows offers' 'crypto ikev1 policy 10' 'hash sha256'
dial='no proposal chosen'
mistake 788 'the first entry that fits' 'crypto ipsec ikev1 transform-set STRONG esp-aes-256 esp-sha256-hmac' \
	'crypto dynamic-map outside_dyn_map 5 set ikev1 transform-set STRONG'
dial='no answer'
mistake 809 'no pre-shared key' 'tunnel-group DefaultRAGroup ipsec-attributes' 'no ikev1 pre-shared-key'
gatesh -c 'configure terminal' -c 'tunnel-group DefaultRAGroup ipsec-attributes' -c 'ikev1 pre-shared-key C!sc0@123' >"$LAB_DIR/key.out" 2>&1
dial='no proposal chosen'
mistake 788 'does not permit l2tp-ipsec' 'group-policy L2TP-VPN attributes' 'vpn-tunnel-protocol ssl-client'
mistake 720 'no address pool' 'tunnel-group DefaultRAGroup general-attributes' 'no address-pool Address-pool'
dial='E=646'
mistake 646 'a time-range that is over' 'time-range OLD' 'absolute end 10:00 1 January 2005' \
	'group-policy L2TP-VPN attributes' 'vpn-access-hours value OLD'
dial='E=691'
mistake 691 'no mschap password' 'username test password test'
mistake 734 'none of the PPP methods' 'tunnel-group DefaultRAGroup ppp-attributes' 'authentication chap' 'no authentication ms-chap-v1' 'no authentication ms-chap-v2'
mistake 809 'is shut down' 'interface GigabitEthernet0/0' 'shutdown'
mistake 809 'refuses UDP 500' 'access-list BOX extended deny udp any any eq 500' 'access-group BOX in interface outside control-plane'
mistake 0 'NAT of interface inside' 'no nat (inside,outside) source static any any destination static L2TP-Pool L2TP-Pool no-proxy-arp route-lookup' \
	'nat (inside,outside) after-auto source dynamic any interface'
gatesh -c 'configure terminal' -c 'tunnel-group DefaultRAGroup ipsec-attributes' -c 'ikev1 pre-shared-key C!sc0@123' \
	-c 'username test password test mschap' >"$LAB_DIR/again.out" 2>&1
ip netns exec "$GW" nft 'add table inet host; add chain inet host input { type filter hook input priority 0; policy drop; }; add rule inet host input accept'
advised() { says 'show vpn doctor' "^1\. advice: the host's own firewall" && healthy; }
check "the host's own firewall is told, and is no problem: it permits" within 3 advised
ip netns exec "$GW" nft delete table inet host
not_told() { ! says 'show vpn doctor' '^1\. ' && healthy; }
check "and not any more" within 3 not_told

# A role that hangs is not taken for one that has nothing to say.
engine=$(role_pid engine)
kill -STOP "$engine"
hangs() { says 'show vpn doctor' 'the VPN engine did not tell its pools: not checked: pool_exhausted' && ! healthy; }
check "an engine that hangs is told" hangs
kill -CONT "$engine"
check "and not any more" within 15 not_told
check "for machines: an empty list" says 'show vpn doctor | json' '^\[\]$'
check "show tech-support has it" says 'show tech-support no-config' '^No problem found in '

# What was cured serves.
check "a client connects" "${WINDOWS[@]}"
past() { says 'show vpn-sessiondb history' "$1"; }
check "why his session has ended" within 5 past '^Reason +: User Requested$'
check "his name and address" past '^Username +: test +Index'
hold() {
	"${WINDOWS[@]}" --hold 350 >"$LAB_DIR/win.out" 2>&1 &
	win=$!
	PIDS+=($win)
	check "a client is connected" within 20 echoed
}
hold
kill -9 "$(role_pid manager)"
check "the manager's death: the history is there" within 10 past '^Reason +: User Requested$'
check "and who is connected has not ended" test "$(show 'show vpn-sessiondb history' | grep -c '^Reason')" = 1
check "the operator ends it" within 10 says 'vpn-sessiondb logoff name test noconfirm' 'logged off : 1'
check "which is told" within 10 past '^Reason +: Administrator Reset$'
end_mine $win
hold
kill -9 "$(role_pid engine)"
check "the engine's death ends a session, which is told" within 15 past '^Reason +: Lost Service$'
end_mine $win
gatesh -c 'write memory' >"$LAB_DIR/saved.out"
hold
check "SIGTERM: exit 0" stop_gatehouse
end_mine $win
start_gatehouse
ends() { [[ $(show 'show vpn-sessiondb history' | grep -c '^Reason') == "$1" ]]; }
check "after a restart: three of the history, and the one that the restart ended" within 15 ends 4
newest() { [[ $(show 'show vpn-sessiondb history' | grep -m1 -A1 '^Reason') == *"$1"*"$2"* ]]; }
check "by the restart" newest 'Administrator Shutdown' 'the appliance was stopped'
counted() { [[ $(show 'show vpn-sessiondb history 1') == *'Bytes Tx     : '[1-9]* ]]; }
check "and what it has carried is known" counted
hold
show 'reload noconfirm' >"$LAB_DIR/reload.out"
end_mine $win
check "after a reload: one more" within 20 ends 5
check "by the reload" newest 'Administrator Reboot' 'reload'
show 'clear vpn-sessiondb history' >"$LAB_DIR/cleared.out"
check "cleared" past 'no ended sessions in the history'
check "SIGTERM: exit 0" stop_gatehouse
