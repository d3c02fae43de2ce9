# What people type: make run, make demo, make install.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh
gone() { # gone PID: the lab of that run has left nothing
	! ip netns list | grep -F "gatehouse-$1-"
}

"$TOP/tests/lab/run" </dev/null >"$LAB_DIR/run.out" 2>&1 &
p=$!
PIDS+=("$p")
check "make run without a terminal: status 0" wait "$p"
check "it gave a console" grep -q 'ciscoasa' "$LAB_DIR/run.out"
check "it has taken its lab down" gone "$p"

"$TOP/tests/lab/run" --demo </dev/null >"$LAB_DIR/demo.out" 2>&1 &
p=$!
PIDS+=("$p")
check "make demo: status 0" wait "$p"
for l in '^ *Active SA: 1$' 'current_peer: 10\.1\.1\.2, username: test' 'Assigned IP *: 192\.168\.1\.1' \
	'You reached the inside network' '^Total Active and Inactive +: +0 '; do
	check "make demo shows: $l" grep -E -- "$l" "$LAB_DIR/demo.out"
done
check "it has taken its lab down, too" gone "$p"

check "make install" make -s -C "$TOP" B="$BUILD" install PREFIX=/usr DESTDIR="$LAB_DIR/root"
for f in usr/sbin/gatehouse usr/bin/gatesh; do
	check "installed: $f" "$LAB_DIR/root/$f" --version
done
check "installed: a unit that starts it" grep -q '^ExecStart=/usr/sbin/gatehouse' "$LAB_DIR/root/usr/lib/systemd/system/gatehouse.service"
