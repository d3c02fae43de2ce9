# An upgrade to an appliance with users of its own: first it runs by numbers, as without `make install`,
# then the users exist. The roles are they, and what the manager had is the manager's.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh
lab_up

uid_of() { # uid_of ROLE
	local p
	for p in $(cat "/proc/$GH_PID/task/$GH_PID/children"); do
		tr '\0' ' ' <"/proc/$p/cmdline" | grep -qw -- "$1" && awk '$1 == "Uid:" { print $2 }' "/proc/$p/status" && return
	done
	return 1
}
is() { [[ $("${@:2}") == "$1" ]] || { echo "not $1:"; "${@:2}"; return 1; }; }
owners() { find "$LAB_DIR/state" ! -name '*.keeper' ! -name lock -printf '%u %U %p\n' | awk '{ print $2 }' | sort -u; }

start_gatehouse
gatesh -c 'configure terminal' -c 'hostname upgraded' -c 'write memory' >/dev/null
MANAGER=$(uid_of manager)
check "by number: the state is the manager's" is "$MANAGER" owners
check "SIGTERM: exit 0" stop_gatehouse

# The same machine with users; only this appliance sees them.
mkdir "$LAB_DIR/bin"
grep -v '^_gatehouse-' /etc/passwd >"$LAB_DIR/passwd"
n=970
for r in manager engine aaa; do
	echo "_gatehouse-$r:x:$n:$n::/:/usr/sbin/nologin" >>"$LAB_DIR/passwd"
	n=$((n + 1))
done
ln -s "$BUILD/gatesh" "$LAB_DIR/bin/gatesh"
cat >"$LAB_DIR/bin/gatehouse" <<-RUN
	#!/bin/sh
	mount --bind "$LAB_DIR/passwd" /etc/passwd && exec "$BUILD/gatehouse" "\$@"
RUN
chmod +x "$LAB_DIR/bin/gatehouse"
BUILD=$LAB_DIR/bin
start_gatehouse
check "the manager has its user's number" is 970 uid_of manager
check "the engine has" is 971 uid_of engine
check "aaa has" is 972 uid_of aaa
check "the state is the new manager's" is 970 owners
check "the configuration is there" says 'show running-config hostname' '^hostname upgraded'
check "and can be written" show 'write memory'
check "SIGTERM: exit 0" stop_gatehouse

# And back: a machine where the users are gone again.
BUILD=$(dirname "$(readlink "$LAB_DIR/bin/gatesh")")
start_gatehouse
check "without users: by number again" is "$MANAGER" uid_of manager
check "the state is the manager's" is "$MANAGER" owners
check "the configuration is there" says 'show running-config hostname' '^hostname upgraded'
