# SSH with OpenSSH's own client: people, keys, scripts (ssh.py); who may connect from where; another port; a door
# that dies takes no VPN state along and comes back.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh gatehouse-ssh
PY=/usr/bin/python3
$PY -c 'import pexpect' 2>/dev/null || { echo "skip python3-pexpect is not installed"; exit 0; }
lab_up
export BUILD
mkdir "$LAB_DIR/home"
ssh-keygen -q -t ed25519 -N '' -f "$LAB_DIR/key"
printf '#!/bin/sh\necho secret7\n' >"$LAB_DIR/password"
chmod +x "$LAB_DIR/password"
cat "$(full_config)" - >"$LAB_DIR/ssh.conf" <<-TXT
	enable password letmein
	aaa authentication ssh console LOCAL
	username ann password secret7 privilege 15
	username key nopassword privilege 15
	username key attributes
	ssh authentication publickey $(cut -d' ' -f2 "$LAB_DIR/key.pub")
	exit
	logging enable
	logging buffered debugging
TXT
start_gatehouse --config "$LAB_DIR/ssh.conf"
export SSH_ASKPASS=$LAB_DIR/password SSH_ASKPASS_REQUIRE=force
in_() { HOME="$LAB_DIR/home" timeout 600 ip netns exec "$LAB-$1" "${@:2}"; }
options=(-F none -o UserKnownHostsFile=/dev/null -o StrictHostKeyChecking=no -o LogLevel=ERROR -o ConnectTimeout=20)
clock() { # clock NAMESPACE ADDRESS [OPTION...]: the appliance's time by SSH
	in_ "$1" ssh "${options[@]}" "${@:3}" "ann@$2" 'show clock' </dev/null
}
refused() { ! clock "$@" >/dev/null 2>&1; }
listens() { ip netns exec "$GW" ss -Hltn | grep -q ":$1 "; }
conf() { printf '%s\n' "$@" | timeout 60 "$BUILD/gatesh" --socket "$LAB_DIR/gatehouse.sock" -; }
door() { pgrep -P "$GH_PID" -f -- '--role ssh'; }

check "nobody may connect: no port is open" bash -c "! ip netns exec $GW ss -Hltn | grep -q ':22 '"
check "a network of the inside may" conf 'ssh 10.10.10.0 255.255.255.0 inside'
check "the port is open" within 3 listens 22
in_ inside $PY "$TOP/tests/lab/ssh.py" 10.10.10.1 "$LAB_DIR/gatehouse.sock" || not_ok "ssh.py ends"

check "by a key" in_ inside ssh "${options[@]}" -o BatchMode=yes -i "$LAB_DIR/key" key@10.10.10.1 'show clock'
check "by another key: not" bash -c "! ssh-keygen -q -t ed25519 -N '' -f $LAB_DIR/other || ! ip netns exec $LAB-inside ssh ${options[*]} -o BatchMode=yes -i $LAB_DIR/other key@10.10.10.1 'show clock'"
check "from the inside, by the inside" clock inside 10.10.10.1
check "not by the address of another interface" refused inside 172.16.1.2
check "not from the outside" refused outside 172.16.1.2
check "not a byte was said to them" bash -c "! ip netns exec $LAB-outside timeout 5 bash -c 'head -c1 </dev/tcp/172.16.1.2/22' 2>/dev/null | grep -q ."
check "it is told: 710003" within 3 says 'show logging' '%ASA-3-710003: TCP access denied by ACL from 10\.1\.1\.254/[0-9]+ to outside:172\.16\.1\.2/22'
check "another row: from the outside too" conf 'ssh 10.1.1.0 255.255.255.0 outside'
check "at once" within 3 clock outside 172.16.1.2
check "the row goes" conf 'no ssh 10.1.1.0 255.255.255.0 outside'
check "and nobody comes that way any more" within 3 refused outside 172.16.1.2
check "another port" conf 'ssh port 2222'
check "it is served there" within 3 clock inside 10.10.10.1 -p 2222
check "and no more at the old one" refused inside 10.10.10.1
ip netns exec "$GW" $PY -c 'import socket, time
s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind(("", 2200)); s.listen(); time.sleep(100)' &
PIDS+=($!)
check "somebody else has that port" within 3 listens 2200
check "a port in use" conf 'ssh port 2200'
check "the operator is told, and who has it" within 3 says 'show ssh' "WARNING: SSH cannot listen on port 2200: it belongs to .* \\(process ${PIDS[-1]}[,)]"
kill "${PIDS[-1]}"
check "it is tried again" within 5 clock inside 10.10.10.1 -p 2200
check "back" conf 'no ssh port'
check "back it is" within 3 clock inside 10.10.10.1

p=$(door)
engine=$(pgrep -P "$GH_PID" -f -- '--role engine')
check "whoever was logged in has left" within 3 says_not 'show ssh sessions' ' ann$'
mkfifo "$LAB_DIR/stay"
exec 7<>"$LAB_DIR/stay"
in_ inside ssh "${options[@]}" -tt ann@10.10.10.1 <&7 >"$LAB_DIR/stayed" 2>&1 &
PIDS+=($!)
check "somebody is logged in" within 5 says 'show ssh sessions' ' ann$'
alone() { # its terminal starts no process, and no process of its user looks into it
	local t
	for t in $(ip netns pids "$GW"); do
		[[ $(cat "/proc/$t/comm") == gatesh ]] || continue
		grep -q '^Max processes *0 *0 ' "/proc/$t/limits" && [[ $(stat -c %u "/proc/$t/environ") == 0 ]]
		return
	done
	return 1
}
check "his terminal is by itself" within 3 alone
kids=$(known $(ps -o pid= --ppid "$p"))
kill -9 "$p"
check "the door is killed: it is back" within 2 clock inside 10.10.10.1
check "by a new process" bash -c "[[ '$(door)' != '$p' ]]"
check "the engine has not noticed" bash -c "[[ '$(pgrep -P "$GH_PID" -f -- '--role engine')' == '$engine' ]]"
check "whoever was logged in is gone" within 3 says_not 'show ssh sessions' ' ann$'
check "and none of its processes is left" within 3 none_of $kids
exec 7>&-
check "no row any more" conf 'no ssh 10.10.10.0 255.255.255.0 inside'
check "no port is open any more" within 3 bash -c "! ip netns exec $GW ss -Hltn | grep -q ':22 '"
keys=$(show 'show crypto key mypubkey')
check "stop" stop_gatehouse
ip -n "$GW" addr flush dev inside
ip -n "$GW" link set inside down
start_gatehouse --config "$LAB_DIR/ssh.conf"
check "the same text again: a row" conf 'ssh 10.10.10.0 255.255.255.0 inside'
check "its interfaces are up, somebody gets in" within 5 clock inside 10.10.10.1
check "the keys are those of before" bash -c '[[ $1 && $1 == "$2" ]]' _ "$keys" "$(show 'show crypto key mypubkey')"
check "no secret was printed" bash -c "! grep -E 'secret7|letmein|PRIVATE KEY' $LAB_DIR/gatehouse.out"
check "stop" stop_gatehouse
