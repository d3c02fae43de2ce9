# The roles as the kernel sees them: uid, root, privileges, descriptors left; files and sockets and their modes.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh gatehouse-ssh
lab_up
start_gatehouse --config "$(full_config)"

role() { # its pid
	local p
	for p in $(cat "/proc/$GH_PID/task/$GH_PID/children"); do
		[[ $(tr '\0' ' ' <"/proc/$p/cmdline") != *"--role $1 "* ]] || echo "$p"
	done
}
status() { awk -v k="$2:" '$1 == k {$1 = ""; print substr($0, 2)}' "/proc/$1/status"; }
is() { [[ $1 == "$2" ]] || { echo "is $1, not $2"; return 1; }; }

for r in manager engine aaa ssh; do
	p=$(role $r)
	uid=$(status "$p" Uid | tr -s ' \t' ' ')
	check "$r: has a uid of its own for everything" bash -c "u=($uid); ((u[0] > 0 && u[0] == u[1] && u[0] == u[2] && u[0] == u[3]))"
	uids+=" ${uid%% *}"
	check "$r: no group but its own" is "$(status "$p" Groups | tr -d ' \t')" ''
	check "$r: no capability" is "$(status "$p" CapEff)$(status "$p" CapPrm)$(status "$p" CapAmb)" "$(printf '0%.0s' {1..48})"
	check "$r: no new privileges" is "$(status "$p" NoNewPrivs)" 1
	check "$r: only the system calls of its list" is "$(status "$p" Seccomp | tr -d ' ')" 2
	check "$r: in all its threads" is "$(cat /proc/"$p"/task/*/status | awk '$1 == "Seccomp:" { print $2 }' | sort -u)" 2
	check "$r: nobody but root looks into it" is "$(stat -c %u "/proc/$p/environ")" 0
	check "$r: the file of --config is not open" bash -c "! ls -l /proc/$p/fd | grep -F full.conf"
done
check "no two roles share a uid" is "$(tr ' ' '\n' <<<"$uids" | grep . | sort -u | wc -l)" 4
check "the manager's root is the state directory" is "$(stat -L -c %d:%i "/proc/$(role manager)/root")" "$(stat -c %d:%i "$LAB_DIR/state")"
for r in engine aaa ssh; do
	check "$r: its root is a directory that is gone" bash -c "[[ \$(readlink /proc/$(role $r)/root) == *' (deleted)' ]]"
	# aaa has the records of accounting, which the keeper has opened for it
	check "$r: no file is open" bash -c \
		"! ls -l /proc/$(role $r)/fd | grep -E '$LAB_DIR/(state|full)' | grep -v '$([[ $r == aaa ]] && echo /state/accounting || echo nothing)'"
done
check "only the keeper runs as root" is "$(status "$GH_PID" Uid | awk '{print $1}')" 0
check "the console socket is root's alone (or the group's)" bash -c \
	"[[ \$(stat -c '%a %U' $LAB_DIR/gatehouse.sock) == '600 root' || \$(stat -c '%a %G' $LAB_DIR/gatehouse.sock) == '660 gatehouse' ]]"
check "write memory" show 'write memory'
check "the state directory is private" is "$(stat -c %a "$LAB_DIR/state")" 700
check "and so is every file in it" is "$(find "$LAB_DIR/state" -type f ! -perm 600)" ''
check "the database has no secret in clear" bash -c "! grep -aqF 'C!sc0@123' $LAB_DIR/state/running.db $LAB_DIR/state/running.db-wal"
p=$(role engine)
kill -SYS "$p"
check "a role that makes a forbidden call: the reason is told" within 5 bash -c \
	"grep -Fq 'engine ended (signal 31: a forbidden system call), starting it again' $LAB_DIR/gatehouse.out"
check "stop" stop_gatehouse
check "no secret was printed" bash -c "! grep -F 'C!sc0@123' $LAB_DIR/gatehouse.out"
