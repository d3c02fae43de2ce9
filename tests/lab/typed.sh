# What people type: make run, make demo, make install.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh
gone() { # gone PID: the lab of that run has left nothing
	! ip netns list | grep -F "gatehouse-$1-"
}

"$TOP/tests/lab/run" </dev/null >"$LAB_DIR/run.out" 2>&1 &
p=$!
PIDS+=("$p")
check "make run without a terminal: status 0" ended "$p" "$LAB_DIR/run.out"
check "it gave a console" grep -q 'ciscoasa' "$LAB_DIR/run.out"
check "it has taken its lab down" gone "$p"

"$TOP/tests/lab/run" --demo </dev/null >"$LAB_DIR/demo.out" 2>&1 &
p=$!
PIDS+=("$p")
check "make demo: status 0" ended "$p" "$LAB_DIR/demo.out"
for l in '^ *Active SA: 1$' 'current_peer: 10\.1\.1\.2, username: test' 'Assigned IP *: 192\.168\.1\.1' \
	'You reached the inside network' '^Total Active and Inactive +: +0 '; do
	check "make demo shows: $l" grep -E -- "$l" "$LAB_DIR/demo.out"
done
check "it has taken its lab down, too" gone "$p"

check "make install" make -s -C "$TOP" B="$BUILD" install PREFIX=/usr DESTDIR="$LAB_DIR/installed"
for f in usr/sbin/gatehouse usr/bin/gatesh; do
	check "installed: $f" "$LAB_DIR/installed/$f" --version
done
check "installed: a unit that starts it" grep -q '^ExecStart=/usr/sbin/gatehouse' "$LAB_DIR/installed/usr/lib/systemd/system/gatehouse.service"
check "installed: its users" grep -q '^u _gatehouse-manager ' "$LAB_DIR/installed/usr/lib/sysusers.d/gatehouse.conf"
check "make uninstall" make -s -C "$TOP" B="$BUILD" uninstall PREFIX=/usr DESTDIR="$LAB_DIR/installed"
check "no file is left" test -z "$(find "$LAB_DIR/installed" ! -type d)"

# On a host: with its users and its state. Only this script sees that host's /etc, /var/lib and /run.
"$TOP/tests/lab/net.sh" up --prefix "$LAB"
cp -a /etc "$LAB_DIR/etc"
cat >"$LAB_DIR/host.sh" <<HOST
mount --make-rprivate / && mount --bind "$LAB_DIR/etc" /etc && mount -t tmpfs none /var/lib && mount -t tmpfs none /run || exit 9
grep -v '^_gatehouse-' /etc/passwd >/etc/passwd.new && cat /etc/passwd.new >/etc/passwd
make() { command make -s -C "$TOP" B="$BUILD" PREFIX="$LAB_DIR/prefix" "\$@"; }
trap '[[ ! \$p ]] || kill \$p' EXIT
serve() {
	"$LAB_DIR/prefix/sbin/gatehouse" --foreground >"$LAB_DIR/host.out" & p=\$!
	until grep -qx ready "$LAB_DIR/host.out"; do kill -0 \$p && sleep 0.1 || exit 7; done
}
end() { kill \$p; wait \$p || exit 6; p=; }
console() { "$LAB_DIR/prefix/bin/gatesh" "\$@" </dev/null; }
make install && id _gatehouse-manager && id _gatehouse-engine && id _gatehouse-aaa && id _gatehouse-tool || exit 5
serve
console -c 'configure terminal' -c 'hostname kept' -c 'write memory' || exit 4
make uninstall >"$LAB_DIR/early.out" 2>&1 && exit 3
end
make uninstall >"$LAB_DIR/uninstall.out" 2>&1 && make uninstall || exit 2
{ find "$LAB_DIR/prefix" ! -type d; grep -h '^_gatehouse-' /etc/passwd /etc/group /etc/shadow; find /var/lib/gatehouse ! -user root; } >"$LAB_DIR/left"
cp /var/lib/gatehouse/startup-config "$LAB_DIR/kept"
make install || exit 1
serve
console -c 'show running-config hostname' >"$LAB_DIR/again"
end
HOST
check "on a host: install, run, uninstall, install again" ip netns exec "$LAB-inside" bash "$LAB_DIR/host.sh"
check "it is not taken away while it runs" grep -q 'another instance' "$LAB_DIR/early.out"
check "nothing is left but the state, which is root's" test ! -s "$LAB_DIR/left"
check "and uninstall says so" grep -q '^/var/lib/gatehouse is left' "$LAB_DIR/uninstall.out"
check "the startup-config is there" grep -qx 'hostname kept' "$LAB_DIR/kept"
check "the next appliance takes it" grep -qx 'hostname kept' "$LAB_DIR/again"
