# What operators' tools do, unmodified, over SSH: netmiko (cisco_asa), paramiko and pexpect as ansible, netspoc and
# RANCID-like collectors use them (automation.py).
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh gatehouse-ssh
PY=/usr/bin/python3
$PY -c 'import netmiko, paramiko, pexpect' 2>/dev/null || { echo "skip python3-netmiko, python3-paramiko or python3-pexpect is not installed"; exit 0; }
lab_up
mkdir "$LAB_DIR/home"
cat "$(full_config)" - >"$LAB_DIR/automation.conf" <<-TXT
	enable password letmein
	aaa authentication ssh console LOCAL
	username ann password secret7 privilege 15
	username tool password secret8 privilege 15
	ssh 10.10.10.0 255.255.255.0 inside
TXT
start_gatehouse --config "$LAB_DIR/automation.conf"
in_() { HOME="$LAB_DIR/home" timeout 1000 ip netns exec "$LAB-$1" "${@:2}"; }
listens() { ip netns exec "$GW" ss -Hltn | grep -q ":$1 "; }
check "SSH is served" within 5 listens 22
for part in netmiko ansible netspoc collector; do
	in_ inside $PY "$TOP/tests/lab/automation.py" "$part" 10.10.10.1 || not_ok "$part ends"
done
check "all sessions have ended" within 5 says_not 'show ssh sessions' '(ann|tool)'
