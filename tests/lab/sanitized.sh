# The whole appliance built with AddressSanitizer and UBSan (`make asan-lab`): configured, used,
# abused, reloaded, stopped. No role may report anything, leaks at its exit included.
BUILD=${BUILD:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)/build/asan}
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh tests/winclient
# Reports go to stderr, which all roles share: in their chroots they can open no file. Nor can the
# leak check work there, which needs /proc and ptrace: it has a run of its own at the end.
export ASAN_OPTIONS=detect_leaks=0:exitcode=99
export UBSAN_OPTIONS=print_stacktrace=1
lab_up
ip -n "$LAB-outside" addr add 10.1.1.2/24 dev br0
start_gatehouse --config "$(full_config)"

windows() {
	timeout 300 ip netns exec "$LAB-outside" "$BUILD/tests/winclient" --server $SERVER --psk 'C!sc0@123' \
		--user test --password test --source 10.1.1.2 "$@"
}
# An error status of its own, not that of a sanitizer.
fails() {
	"$@"
	(($? == 1))
}
all_shown() { # every command prints something and none is refused
	local c
	for c in 'show version' 'show running-config all' 'show startup-config' 'more system:running-config' \
		'show crypto ikev1 sa' 'show crypto ikev1 sa detail' 'show crypto isakmp sa' 'show crypto isakmp stats' \
		'show crypto ipsec sa' 'show crypto ipsec sa detail' 'show vpn-sessiondb' \
		'show vpn-sessiondb ra-ikev1-ipsec' 'show vpn-sessiondb full ra-ikev1-ipsec' \
		'show vpn-sessiondb detail ra-ikev1-ipsec filter protocol l2tpOverIPsec' \
		'show ip local pool Address-pool' 'show interface ip brief' 'show nat' 'show route' 'show access-list' \
		'show history' 'show debug'; do
		show "$c" >"$LAB_DIR/shown" || { echo "$c"; cat "$LAB_DIR/shown"; }
	done | tee "$LAB_DIR/refused"
	[[ ! -s $LAB_DIR/refused ]]
}

mkfifo "$LAB_DIR/typed"
"$BUILD/gatesh" --socket "$LAB_DIR/gatehouse.sock" <"$LAB_DIR/typed" >"$LAB_DIR/console" 2>&1 &
PIDS+=($!)
exec {console}>"$LAB_DIR/typed"
printf 'enable\n\ndebug crypto ikev1 255\ndebug crypto ipsec 255\nterminal pager 0\n' >&"$console"

check "a client connects, pings, leaves" windows --ping "$WEB"
check "again, with PAP" windows --auth pap --ping "$WEB"
check "again, with MS-CHAPv1, behind a NAT" windows --nat --auth mschap --ping "$WEB"
: >"$LAB_DIR/stay"
windows --ping "$WEB" --hold 250 --while "$LAB_DIR/stay" >"$LAB_DIR/held" 2>&1 &
held=$!
check "a session is there" within 10 says 'show vpn-sessiondb' '^Total Active and Inactive +: +1 '
check "every show command with a session" all_shown
rm "$LAB_DIR/stay"
wait "$held" # its address and ports are the next one's
check "a client vanishes" windows --ping "$WEB" --vanish
check "wrong password" fails windows --password wrong
check "unknown user" fails windows --user nobody
check "wrong key" fails windows --psk wrong --limit 3
check "20000 bad datagrams" ip netns exec "$LAB-outside" python3 "$TOP/tests/lab/noise.py" $SERVER 7 20000
printf 'group-policy L2TP-VPN attributes\nvpn-simultaneous-logins 100\n' >"$LAB_DIR/logins.conf"
check "a user may have a hundred sessions" gatesh "$LAB_DIR/logins.conf"
check "twenty clients at once" windows --nat --clients 20 --gap 100 --limit 40 --hold 1
windows --hold 20 >"$LAB_DIR/held" 2>&1 &
held=$!
check "a session to log off" within 10 says 'show vpn-sessiondb' '^Total Active and Inactive +: +[1-9]'
check "its SAs are cleared" show 'clear crypto ipsec sa'
wait "$held"
windows --hold 20 >"$LAB_DIR/held" 2>&1 &
held=$!
check "one more" within 10 says 'show vpn-sessiondb ra-ikev1-ipsec' 'Username'
check "it is logged off" show 'vpn-sessiondb logoff all noconfirm'
wait "$held"
check "IKE SAs are cleared" show 'clear crypto ikev1 sa'
printf 'show tech\n?\nconf t\nhostname x\nno hostname x\nend\nundebug all\nexit\n' >&"$console"
exec {console}>&-
check "write memory" show 'write memory'
head -c 100000 /dev/urandom >"$LAB_DIR/random"
gatesh "$LAB_DIR/random" >"$LAB_DIR/garbage" 2>&1
check "the console survives garbage" show 'show version'
check "clear configure all" gatesh -c 'configure terminal' -c 'clear configure all'
: >"$LAB_DIR/gatehouse.old"
cat "$LAB_DIR/gatehouse.out" >>"$LAB_DIR/gatehouse.old"
: >"$LAB_DIR/gatehouse.out"
check "reload" gatesh -c 'reload noconfirm'
check "it serves again" within 15 grep -qx ready "$LAB_DIR/gatehouse.out"
check "with what was saved" within 5 says 'show running-config' 'tunnel-group DefaultRAGroup'
check "a client connects after the reload" windows --ping "$WEB"
windows --hold 10 >"$LAB_DIR/held" 2>&1 &
held=$!
check "a session at the end" within 10 says 'show vpn-sessiondb ra-ikev1-ipsec' 'Username'
check "SIGTERM: exit 0" stop_gatehouse
wait "$held"
cat "$LAB_DIR/gatehouse.out" >>"$LAB_DIR/gatehouse.old"

# Without confinement: no role leaves memory behind, whether stopped by a reload or by SIGTERM.
cc -shared -fPIC -o "$LAB_DIR/unconfined.so" "$TOP/tests/lab/unconfined.c" || die "unconfined.c"
rm -rf "$LAB_DIR/state"
ASAN_OPTIONS=verify_asan_link_order=0:exitcode=99 LD_PRELOAD=$LAB_DIR/unconfined.so \
	start_gatehouse --config "$(full_config)"
check "unconfined: a client connects, pings, leaves" windows --ping "$WEB"
check "unconfined: wrong password" fails windows --password wrong
check "unconfined: every show command" all_shown
check "unconfined: write memory" show 'write memory'
: >"$LAB_DIR/gatehouse.out"
check "unconfined: reload" gatesh -c 'reload noconfirm'
check "unconfined: it serves again" within 20 grep -qx ready "$LAB_DIR/gatehouse.out"
windows --hold 10 >>"$LAB_DIR/held" 2>&1 &
held=$!
check "unconfined: a session at the end" within 10 says 'show vpn-sessiondb ra-ikev1-ipsec' 'Username'
check "unconfined: SIGTERM: exit 0" stop_gatehouse
wait "$held"
cat "$LAB_DIR/gatehouse.out" >>"$LAB_DIR/gatehouse.old"
no_finding() { ! grep -nE -A40 'Sanitizer|runtime error:' "$@"; }
check "no role reports anything" no_finding "$LAB_DIR/gatehouse.old"
check "no role died" fails grep -n 'starting it again' "$LAB_DIR/gatehouse.old"
check "the clients report nothing" no_finding "$LAB_DIR/held" "$LAB_DIR/console" "$LAB_DIR/garbage"
