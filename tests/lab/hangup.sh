# A terminal that goes away takes the lab of `make run` down, as Ctrl-D does; so does kill -9.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh
cd "$TOP" || exit 1
export TMPDIR=$LAB_DIR

gone() { # gone PID: no namespace, folder or process of that run is left
	local n
	for ((n = 0; n < 600; n++)); do
		[[ -z $(ip netns list | grep "^gatehouse-$1-") ]] &&
			[[ -z $(ls -d "$LAB_DIR"/gatehouse-run.* 2>/dev/null) ]] &&
			! grep -lsz "^GATEHOUSE_LAB=gatehouse-$1$" /proc/[0-9]*/environ >/dev/null && return 0
		sleep 0.1
	done
	ip netns list | grep "^gatehouse-$1-"
	ls -d "$LAB_DIR"/gatehouse-run.*
	return 1
}
for n in 1 2 3; do
	python3 tests/lab/hangup.py tests/lab/run >"$LAB_DIR/pid" 2>"$LAB_DIR/err"
	check "the lab came up and its window was closed ($n)" test -z "$(<"$LAB_DIR/err")"
	check "nothing of it is left ($n)" gone "$(<"$LAB_DIR/pid")"
done
mkfifo "$LAB_DIR/in"
exec 7<>"$LAB_DIR/in"
tests/lab/run <"$LAB_DIR/in" >"$LAB_DIR/out" 2>&1 7>&- &
p=$!
for ((n = 0; n < 600; n++)); do
	grep -q '^ciscoasa> ' "$LAB_DIR/out" && break
	sleep 0.1
done
check "the lab came up again" grep -q '^ciscoasa> ' "$LAB_DIR/out"
kill -9 "$p"
exec 7>&-
check "nothing of it is left after kill -9" gone "$p"
