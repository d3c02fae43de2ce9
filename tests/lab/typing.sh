# A person who types, at the console and over SSH, at 80 and 132 columns: what stands on the screen, key by key (typist.py).
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh gatehouse-ssh
lab_up
cat "$DATA/lab.conf" - >"$LAB_DIR/typing.conf" <<'CONF'
username admin password secretsecret privilege 15
aaa authentication ssh console LOCAL
aaa authorization exec LOCAL auto-enable
ssh 10.1.1.0 255.255.255.0 outside
CONF
start_gatehouse --config "$LAB_DIR/typing.conf"
printf '#!/bin/sh\necho secretsecret\n' >"$LAB_DIR/askpass"
chmod +x "$LAB_DIR/askpass"
export SSH_ASKPASS="$LAB_DIR/askpass" SSH_ASKPASS_REQUIRE=force
by_ssh=(ip netns exec "$LAB-outside" ssh -tt -e none -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null
	-o LogLevel=ERROR "admin@$SERVER")
types() { # types NAME COLUMNS [COMMAND...]
	local name=$1 columns=$2
	shift 2
	timeout 2200 python3 "$TOP/tests/lab/typist.py" "$columns" "$LAB_DIR/gatehouse.sock" "$BUILD/gatesh" "$@" 2>&1 |
		tee "$LAB_DIR/$name"
	grep -q '^ok .*and the next command runs' "$LAB_DIR/$name" || not_ok "$name: all of it ran"
	FAILED=$((FAILED + $(grep -c '^not ok' "$LAB_DIR/$name" || true)))
}
types console80 80
types console132 132
types ssh80 80 "${by_ssh[@]}"
types ssh132 132 "${by_ssh[@]}"
