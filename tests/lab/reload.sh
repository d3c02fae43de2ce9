# A scheduled reload: who is told, what outlives a crash of the manager, and that it comes.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh
lab_up
start_gatehouse --config "$DATA/lab.conf"
cat >"$LAB_DIR/hears.py" <<-'PY'
	import sys
	import pexpect
	p = pexpect.spawn(sys.argv[1], ["--socket", sys.argv[2]], encoding="utf-8", timeout=180)
	p.expect_exact("> ")
	print("there", flush=True)
	for text in sys.argv[3:]:
	    p.expect_exact(text)
	print("heard", flush=True)
PY
hears() { # hears TEXT...: a person at `>` who is told
	/usr/bin/python3 "$LAB_DIR/hears.py" "$BUILD/gatesh" "$LAB_DIR/gatehouse.sock" "$@" >"$LAB_DIR/hears" 2>&1 &
	PIDS+=($!)
	within 20 grep -qx there "$LAB_DIR/hears"
}
manager() {
	local p
	for p in $(ip netns pids "$GW"); do
		! tr '\0' ' ' <"/proc/$p/cmdline" | grep -q -- '--role manager' || echo "$p"
	done
}

check "nothing is scheduled" says 'show reload' '^No reload is scheduled\.$'
check "nothing to cancel" says 'reload cancel' '^No reload is scheduled\.$'
hears '*** --- SHUTDOWN in 0:10:00 ---' '*** new cards' '*** --- SHUTDOWN ABORTED ---' || die "a session"
gatesh -c 'reload in 10 noconfirm reason new cards' >/dev/null
check "it is shown" says 'show reload' '^Reload scheduled for [0-9:]{8} UTC .* \(in (10|9) minutes\) by enable_15$'
check "its reason, too" says 'show reload' '^Reload reason: new cards$'
check "the running-config says nothing of it" says_not 'show running-config' 'reload'
gatesh -c 'reload cancel' >/dev/null
check "everybody was told" within 20 grep -qx heard "$LAB_DIR/hears"
check "it is gone" says 'show reload' '^No reload is scheduled\.$'
gatesh -c 'reload at 23:59 31 Dec noconfirm save-config' >/dev/null
check "at a time of a day" says 'show reload' '^Reload scheduled for 23:59:00 UTC [A-Z][a-z]{2} Dec 31 20[0-9]{2} \(in .*\) by enable_15, with save-config$'
before=$(manager)
kill -9 "$before"
other_manager() { [[ $(manager) && $(manager) != "$before" ]] && show 'show clock'; }
check "the manager is started anew" within 20 other_manager
check "the schedule has outlived it" says 'show reload' '^Reload scheduled for 23:59:00 '
check "a time that is none" bash -c '[[ $1 == "ERROR: 1:75 is no time of [HH:]MM" ]]' - "$(show 'reload in 1:75 noconfirm')"
gatesh -c 'conf t' -c 'hostname changed' >/dev/null
gatesh -c 'reload noconfirm save-config reason now' >"$LAB_DIR/now"
check "at once" grep -qx '\*\*\* --- START GRACEFUL SHUTDOWN ---' "$LAB_DIR/now"
check "it comes back with what was saved, and without the schedule" within 30 says 'show reload' '^No reload is scheduled\.$'
check "it has saved" says 'show startup-config' '^hostname changed$'
