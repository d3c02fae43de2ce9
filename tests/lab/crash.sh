# Roles die at the worst moment: the appliance is back within two seconds, with its configuration.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh
lab_up
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
kill_role() {
	local p
	p=$(role_pid "$1") || { not_ok "no process of role $1"; return; }
	kill -9 "$p"
	check "$1 is back within two seconds" within 2 back "$1" "$p"
	check "$1: the running-config is as it was" within 2 same_config
}
at_up() {
	case $1 in
	1)
		kill_role manager
		check "the manager's death ends no session" says 'show vpn-sessiondb ra-ikev1-ipsec' '192\.168\.1\.1'
		kill_role aaa ;;
	2)
		kill_role engine
		check "nothing of the dead sessions is left" within 2 all_empty ;;
	esac
}
client --timeout 300 --ping "$WEB" --then --ping "$WEB" --then --ping "$WEB"
kids=$(cat "/proc/$GH_PID/task/$GH_PID/children")
none_left() {
	local p
	for p in $kids; do [[ ! -d /proc/$p ]] || { ps -p "$p"; return 1; }; done
}
kill -9 "$GH_PID"
check "SIGKILL of the keeper takes the others down" within 2 none_left
wait "$GH_PID" 2>/dev/null
start_gatehouse
check "a new start has the running-config as it was" same_config
client --ping "$WEB"
check "nothing is left" within 2 all_empty
