# A person who types, at 80 and 132 columns: what stands on the screen, key by key (typist.py).
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh
lab_up
start_gatehouse --config "$DATA/lab.conf"
for columns in 80 132; do
	timeout 300 python3 "$TOP/tests/lab/typist.py" "$columns" "$LAB_DIR/gatehouse.sock" "$BUILD/gatesh" 2>&1 |
		tee "$LAB_DIR/typing.$columns"
	grep -q '^ok .*and the next command runs' "$LAB_DIR/typing.$columns" || not_ok "$columns columns: all of it ran"
	FAILED=$((FAILED + $(grep -c '^not ok' "$LAB_DIR/typing.$columns")))
done
