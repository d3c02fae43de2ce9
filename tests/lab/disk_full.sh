# The state directory's disk is full: every line is refused with a text and changes nothing, neither what
# is stored nor what the kernel has; the gateway goes on serving, and works as before once there is space. What
# happened meanwhile to sessions is stored then, though the manager has died.
[[ ${OWN_MOUNTS:-} ]] || OWN_MOUNTS=1 exec unshare -m bash "${BASH_SOURCE[0]}"
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh tests/winclient
trap 's=$?; umount -l "$LAB_DIR/state"; lab_cleanup; exit $((s ? s : FAILED > 0))' EXIT
mkdir "$LAB_DIR/state"
mount -t tmpfs -o size=3m,mode=700 tmpfs "$LAB_DIR/state" || die "a small disk"
lab_up

fill() { dd if=/dev/zero of="$LAB_DIR/state/filler" bs=4k >/dev/null 2>&1 || :; }
full='database or disk is full'
refused() { # refused PATTERN COMMAND...: typed at (config)#, the last of them is refused so
	local pattern=$1 c args=(-c 'configure terminal')
	shift
	for c in "$@"; do args+=(-c "$c"); done
	out=$(gatesh "${args[@]}" 2>&1) && { echo "status 0"; echo "$out"; return 1; }
	grep -Eq -- "$pattern" <<<"$out" || { echo "$out"; return 1; }
}
accepted() {
	local c args=(-c 'configure terminal')
	for c in "$@"; do args+=(-c "$c"); done
	gatesh "${args[@]}"
}
same_config() { config_text | diff "$LAB_DIR/before" -; }
route() { ip -n "$GW" -4 route show | grep '^10\.77\.0\.0/16'; }
no_route() { ! route; }
connects() {
	timeout 120 ip netns exec "$LAB-outside" "$BUILD/tests/winclient" --server $SERVER --psk 'C!sc0@123' \
		--user test --password test --source 10.1.1.2 --ping "$WEB"
}
manager_pid() {
	local p
	for p in $(cat "/proc/$GH_PID/task/$GH_PID/children"); do
		tr '\0' ' ' <"/proc/$p/cmdline" | grep -qw -- manager && { echo "$p"; return; }
	done
	return 1
}
printf '%s\n' 'hostname file' 'object network O' ' host 10.77.1.1' 'route outside 10.77.0.0 255.255.0.0 172.16.1.1' >"$LAB_DIR/file"
start_gatehouse --config "$(full_config)"
ip -n "$LAB-outside" addr add 10.1.1.2/24 dev br0
check "the log is kept" accepted 'logging enable' 'logging buffered errors'
check "write memory" show 'write memory'
config_text >"$LAB_DIR/before"
cp "$LAB_DIR/state/startup-config" "$LAB_DIR/startup"
fill
check "hostname is refused" refused "ERROR: Unable to store the configuration line: $full" 'hostname other'
check "username is refused" refused "$full" 'username someone password somehow1'
check "route is refused" refused "$full" 'route outside 10.77.0.0 255.255.0.0 172.16.1.1'
check "the kernel has no such route" no_route
check "no interface line either" refused "$full" 'interface GigabitEthernet0/0' 'description other'
check "nor a whole file" bash -c "! '$BUILD/gatesh' --socket '$LAB_DIR/gatehouse.sock' '$LAB_DIR/file' >'$LAB_DIR/said' 2>&1 &&
	grep -q 'Nothing of the file was applied' '$LAB_DIR/said'"
check "write memory is refused" refused 'ERROR: Unable to save the configuration: .*No space left on device' 'write memory'
check "the configuration is as it was" same_config
check "so is the startup-config" cmp "$LAB_DIR/state/startup-config" "$LAB_DIR/startup"
check "a client connects and leaves" connects
check "his session waits to be stored" within 5 says 'show vpn-sessiondb history' '^\([12] more wait to be stored'
check "the log tells that" within 5 says 'show logging' "%ASA-3-199028: The history of sessions cannot be stored: $full;"
p=$(manager_pid)
kill -9 "$p"
check "the manager comes back on a full disk" within 5 show 'show version'
check "with its configuration" within 5 same_config

rm "$LAB_DIR/state/filler"
check "space again: his session is in the history" within 5 says 'show vpn-sessiondb history' '^Reason +: User Requested'
check "space again: a file is applied" gatesh "$LAB_DIR/file"
check "space again: the route is in the kernel" route
check "space again: lines are stored" accepted 'hostname other' 'username someone password somehow1'
check "space again: the configuration is saved" show 'write memory'
check "space again: and holds them" grep -q '^hostname other' "$LAB_DIR/state/startup-config"
check "stop" stop_gatehouse

# Another boot of the machine finds the disk full: the startup-config is served from memory.
rm "$LAB_DIR"/state/running.db*
fill
start_gatehouse
check "a start on a full disk serves the startup-config" says 'show running-config hostname' '^hostname other'
check "and says what it lacks" grep -q 'running.db cannot be written (database or disk is full)' "$LAB_DIR/gatehouse.out"
check "the kernel has its route" within 5 route
check "a save is refused" refused 'No space left on device' 'write memory'
check "stop" stop_gatehouse
