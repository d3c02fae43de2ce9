# Roles die at the worst moment: the appliance is back within two seconds, with its configuration,
# and the kernel holds what the configuration says and nothing of the dead sessions.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh tests/winclient
lab_up --no-address
# Not the address of the real client: the router would ask for it and get two answers.
ip -n "$LAB-outside" addr add 10.1.1.9/24 dev br0
start_gatehouse --config "$(full_config)"
config_text >"$LAB_DIR/before"

role_pid() { # role_pid ROLE: the keeper's child that was started for it
	local p
	for p in $(cat "/proc/$GH_PID/task/$GH_PID/children"); do
		tr '\0' ' ' <"/proc/$p/cmdline" | grep -qw -- "$1" && { echo "$p"; return; }
	done
	return 1
}
back() { # back ROLE OLDPID: another process plays it and the console answers
	local p
	p=$(role_pid "$1") && [[ $p != "$2" ]] && show 'show version' >/dev/null
}
same_config() { config_text | diff "$LAB_DIR/before" -; }
kernel() { # what of ours is in the kernel, counters aside
	ip -n "$GW" -br -4 addr
	ip -n "$GW" -4 route
	ip netns exec "$GW" nft list ruleset | same_rules
}
same_kernel() { diff "$LAB_DIR/kernel" <(kernel); }
has_addresses() { ip -n "$GW" -br -4 addr | grep -q '^outside.* 172\.16\.1\.2/24' && ip -n "$GW" -br -4 addr | grep -q '^inside.* 10\.10\.10\.1/24'; }
kill_role() {
	local p
	p=$(role_pid "$1") || { not_ok "no process of role $1"; return; }
	kill -9 "$p"
	check "$1 is back within two seconds" within 2 back "$1" "$p"
	check "$1: the running-config is as it was" within 2 same_config
}
WINDOWS=(timeout 300 ip netns exec "$LAB-outside" "$BUILD/tests/winclient" --server $SERVER --psk 'C!sc0@123'
	--user test --password test --source 10.1.1.9 --ping "$WEB")
session_up() { says 'show vpn-sessiondb ra-ikev1-ipsec' '192\.168\.1\.1' && ip -n "$GW" -4 route | grep -q '^192\.168\.1\.1 '; }

check "the addresses of the configuration are set" within 5 has_addresses
check "and nothing more comes" settles kernel
# A real client connects after each death.
at_up() {
	case $1 in
	1)
		kill_role manager
		check "the manager's death ends no session" within 2 says 'show vpn-sessiondb ra-ikev1-ipsec' '192\.168\.1\.1'
		kill_role aaa ;;
	2)
		kill_role engine
		check "nothing of the dead sessions is left" within 2 all_empty
		check "the kernel is as it was before them" within 2 same_kernel ;;
	esac
}
# The keeper dies while a client is connected.
kill_keeper() {
	local win kids
	check "the kernel is as it was in the beginning" within 2 same_kernel
	"${WINDOWS[@]}" --hold 280 >"$LAB_DIR/win.out" 2>&1 &
	win=$!
	check "a client is connected" within 20 session_up
	kids=$(role_processes)
	kill -9 "$GH_PID"
	# shellcheck disable=SC2086  # several
	check "SIGKILL of the keeper takes the others down" within 2 none_of $kids
	wait "$GH_PID" 2>/dev/null
	end_mine "$win"
	wait "$win" 2>/dev/null
	start_gatehouse
	check "a new start has the running-config as it was" same_config
	check "and the kernel as it was" within 2 same_kernel
	check "no session is left" within 2 all_empty
	check "a client connects to the new keeper" "${WINDOWS[@]}"
}
at_down() { [[ $1 != 3 ]] || kill_keeper; }
client --timeout 2200 --ping "$WEB" --then --then --then
check "nothing is left" within 2 all_empty
check "SIGTERM: exit 0" stop_gatehouse
check "SIGTERM takes all of ours out of the kernel" \
	test -z "$(ip -n "$GW" -4 route)$(ip netns exec "$GW" nft list ruleset)$(ip -n "$GW" -4 -o addr | grep -v ' lo ')"
