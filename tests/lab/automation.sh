# Automation written for the device, unmodified, over SSH: netmiko (automation.py).
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh gatehouse-ssh
/usr/bin/python3 -c 'import netmiko' 2>/dev/null || { echo "skip netmiko is not installed"; exit 0; }
lab_up
cat "$DATA/lab.conf" - >"$LAB_DIR/automation.conf" <<'CONF'
username admin password secretsecret privilege 15
enable password secretsecret
aaa authentication ssh console LOCAL
ssh 10.1.1.0 255.255.255.0 outside
CONF
start_gatehouse --config "$LAB_DIR/automation.conf"
ip netns exec "$LAB-outside" timeout 240 /usr/bin/python3 "$TOP/tests/lab/automation.py" "$SERVER" 2>&1 | tee "$LAB_DIR/automation"
grep -q '^ok twice' "$LAB_DIR/automation" || not_ok "all of it ran"
FAILED=$((FAILED + $(grep -c '^not ok' "$LAB_DIR/automation")))
