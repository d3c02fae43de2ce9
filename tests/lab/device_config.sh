# A device's whole configuration, as --config, as a file, pasted at the console, as startup-config:
# nothing is refused, everything comes back, and once more nothing changes.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh
CONF=$DATA/device/branch.conf
lab_up

# Names of interfaces and prompts aside, what stands in a text: lines without blanks at their ends.
lines() { sed -e 's/ *$//' -e 's/^ *//' "$@" | grep -v -e '^:' -e '^!' -e '^$' -e '^Cryptochecksum' -e '^ASA Version'; }
clear_text() { show 'more system:running-config' | grep -v -e '^: ' -e '^Cryptochecksum'; }
all_there() { # all_there FILE: each line of CONF stands in it
	! comm -23 <(lines "$CONF" | sort -u) <(lines "$1" | sort -u) | grep .
}
same() { clear_text | diff "$LAB_DIR/first" -; }

start_gatehouse --config "$CONF"
check "as --config nothing is refused" bash -c "! grep refused '$LAB_DIR/gatehouse.out'"
clear_text >"$LAB_DIR/first"
check "all of it is shown" all_there "$LAB_DIR/first"
check "no secret is shown" bash -c "! '$BUILD/gatesh' --socket '$LAB_DIR/gatehouse.sock' -c 'show running-config' | grep swordfish"
check "what is kept is listed" says 'show running-config kept' '^ +inspect ftp'
check "and only that" says_not 'show running-config kept' '^hostname|^route|pre-shared-key C'

gatesh "$CONF" >"$LAB_DIR/file.out"
check "as a file over it: nothing is refused" test $? -eq 0
check "it is told once that lines are kept" test "$(grep -c '^INFO: .*kept in the configuration' "$LAB_DIR/file.out")" -eq 1
check "nothing has changed" same

{
	printf 'enable\n\nconfigure terminal\n'
	cat "$CONF"
	printf 'end\nexit\n'
} | timeout 120 "$BUILD/gatesh" --socket "$LAB_DIR/gatehouse.sock" >"$LAB_DIR/paste.out"
check "pasted at the console: status 0" test $? -eq 0
check "pasted at the console nothing has changed" same

check "write memory" says 'write memory' '^\[OK\]'
stop_gatehouse
check "it ends" test $? -eq 0
start_gatehouse
check "from the startup-config nothing is refused" bash -c "! grep refused '$LAB_DIR/gatehouse.out'"
check "from the startup-config it is the same" same

gatesh -c 'configure terminal' -c 'clear configure all' >/dev/null
{
	printf 'enable\n\nconfigure terminal\n'
	grep -v '^:' "$CONF"
	printf 'end\nshow running-config hostname\nexit\n'
} | timeout 120 "$BUILD/gatesh" --socket "$LAB_DIR/gatehouse.sock" >"$LAB_DIR/paste2.out"
clear_text >"$LAB_DIR/second"
check "pasted into an empty one it is the same" diff "$LAB_DIR/first" "$LAB_DIR/second"

printf 'policy-mop global_policy\n class inspection_default\n  inspect ftp\nhostname still-here\n' >"$LAB_DIR/typo.conf"
gatesh "$LAB_DIR/typo.conf" >"$LAB_DIR/typo.out"
check "a misspelt head: status 1" test $? -eq 1
check "its lines are refused with it" test "$(grep -c 'belongs to a refused block' "$LAB_DIR/typo.out")" -eq 2
check "the line behind it applies" says 'show hostname' '^still-here$'
