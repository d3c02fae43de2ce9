# An operator's change that cuts him off undoes itself: the address he comes by, also when the manager
# dies meanwhile; what is confirmed stays. And going back to a revision ends no session that it does
# not concern.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh tests/winclient
lab_up --no-address
ip -n "$LAB-outside" addr add 10.1.1.9/24 dev br0
start_gatehouse --config "$(full_config)"

reaches() { ip netns exec "$LAB-outside" ping -c 1 -W 1 -q "$SERVER"; }
reaches_not() { ! reaches; }
lines() { printf '%s\n' "$@" >"$LAB_DIR/lines"; gatesh "$LAB_DIR/lines"; }
same_config() { config_text | diff "$LAB_DIR/before" -; }
waiting() { says 'show configuration revert' '^In 0:00:[012][0-9] the configuration goes back to revision'; }
not_waiting() { says 'show configuration revert' '^No change is waiting to be confirmed'; }
role_pid() { # role_pid ROLE: the keeper's child that was started for it
	local p
	for p in $(cat "/proc/$GH_PID/task/$GH_PID/children"); do
		tr '\0' ' ' <"/proc/$p/cmdline" | grep -qw -- "$1" && { echo "$p"; return; }
	done
	return 1
}
greeted() { "$BUILD/gatesh" --socket "$LAB_DIR/gatehouse.sock" </dev/null | grep 'NOTICE: The configuration went back'; }
cut_off() { lines 'interface GigabitEthernet0/0' ' ip address 172.16.99.2 255.255.255.0'; }

check "the gateway is reached" within 5 reaches
config_text >"$LAB_DIR/before"

check "a change is to undo itself" says 'configure revert timer 0:00:20' '^In 0:00:20 the configuration goes back'
check "it waits" waiting
check "the change cuts the way in" cut_off
check "nobody reaches the gateway" within 2 reaches_not
check "it is reached again by itself" within 25 reaches
check "the configuration is as it was" within 2 same_config
check "nothing waits any more" within 3 not_waiting
check "the next one who comes is told" greeted
check "the log tells" says 'show configuration history' 'configure revert timer'

check "again, and the manager dies" says 'configure revert timer 0:00:20' '^In 0:00:20'
check "the change cuts the way in" cut_off
kill -9 "$(role_pid manager)"
check "it is reached again all the same" within 30 reaches
check "the configuration is as it was" within 5 same_config

check "a change that is confirmed" says 'configure revert timer 0:01:00' '^In 0:01:00'
check "... a name" lines 'hostname confirmed'
check "... stays" show 'configure confirm'
check "nothing waits any more" not_waiting
check "there is nothing to confirm" bash -c "! '$BUILD/gatesh' --socket '$LAB_DIR/gatehouse.sock' -c 'configure confirm'"

# By SSH: he changes the address that he came by, and then the line that lets him in.
printf '#!/bin/sh\necho secretsecret\n' >"$LAB_DIR/ask"
chmod +x "$LAB_DIR/ask"
by_ssh() { # by_ssh LINE...: typed there, behind `enable`
	{ printf '%s\n' enable secretsecret "$@"; sleep 1; } |
		SSH_ASKPASS=$LAB_DIR/ask SSH_ASKPASS_REQUIRE=force ip netns exec "$LAB-outside" timeout 120 \
			ssh -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR \
			-o ConnectTimeout=5 -o ServerAliveInterval=2 -o ServerAliveCountMax=3 "admin@$SERVER"
}
enters() { by_ssh 'show curpriv' | grep 'Current privilege level : 15'; }
enters_not() { ! by_ssh 'show curpriv' | grep 'User admin logged in'; }
check "an operator by SSH" lines 'username admin password secretsecret privilege 15' \
	'enable password secretsecret' 'aaa authentication ssh console LOCAL' 'ssh 10.1.1.0 255.255.255.0 outside'
check "... comes in" within 5 enters
config_text >"$LAB_DIR/before"
by_ssh 'configure revert timer 0:00:30' 'configure terminal' 'interface g0/0' \
	'ip address 172.16.99.2 255.255.255.0' >"$LAB_DIR/ssh.out" 2>&1
check "... cuts himself off" reaches_not
check "... and comes in again" within 40 enters
check "with the configuration as it was" within 5 same_config
by_ssh 'configure revert timer 0:00:30' 'configure terminal' 'no ssh 10.1.1.0 255.255.255.0 outside' \
	>"$LAB_DIR/ssh.out" 2>&1
check "without the line nobody is let in" within 2 enters_not
check "... and then he is again" within 40 enters

# With a client connected.
check "a checkpoint" says 'configure checkpoint before' '^Checkpoint is revision [0-9]+$'
timeout 400 ip netns exec "$LAB-outside" "$BUILD/tests/winclient" --server $SERVER --psk 'C!sc0@123' \
	--user test --password test --source 10.1.1.9 --ping "$WEB" --hold 350 >"$LAB_DIR/win.out" 2>&1 &
PIDS+=($!)
session() { says 'show vpn-sessiondb detail ra-ikev1-ipsec' 'Audt Sess ID : '; }
tunnel_id() { show 'show vpn-sessiondb detail ra-ikev1-ipsec' | grep -E 'Audt Sess ID|Login Time'; }
same_session() { tunnel_id | diff "$LAB_DIR/session" -; }
check "a client is connected" within 15 session
tunnel_id >"$LAB_DIR/session"
check "changes" lines 'hostname other' 'username zoe password secretsecret' 'group-policy NEW internal' \
	'route inside 10.77.0.0 255.255.0.0 10.10.10.10'
check "what differs is shown" says 'show configuration diff before' '^\+route inside 10\.77\.0\.0'
check "back" says 'configure rollback before noconfirm' '^\[OK\]$'
check "nothing differs any more" says 'show configuration diff before' '^No differences$'
check "the client's session is the same one" same_session
check "the route is gone from the kernel" bash -c "! ip -n '$GW' -4 route | grep -q '^10.77'"
