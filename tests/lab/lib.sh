# lib.sh: what every scenario of tests/lab needs. Source it first; then
#
#   lab_up [--nat]            a private network and the inside web server
#   start_gatehouse [ARG...]  in the gateway's namespace, until it says `ready`
#   gatesh ARG...             the terminal client on this gatehouse
#   check "TEXT" COMMAND...   one counted result: `ok TEXT` or `not ok TEXT`
#   client ARG...             the real client; calls at_up STEP and at_down STEP meanwhile, and with
#                             --hold told at_hold STEP, while it pings
#
# Everything that was started is ended by its pid, and the network taken down,
# however the script ends. Logs stay in $LAB_DIR until then (KEEP=1: for good).
set -uo pipefail

TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
BUILD=${BUILD:-$TOP/build}
DATA=$TOP/tests/data
LAB=${LAB:-gh$$}
LAB_DIR=$(mktemp -d "${TMPDIR:-/tmp}/gatehouse-lab.XXXXXX")
GW=$LAB-gw
SERVER=172.16.1.2
WEB=10.10.10.10
GH_PID='' PIDS=() FAILED=0

# The number of a process is free once it has ended, and some minutes later another one's, of another
# lab's perhaps: who ends one makes sure whose it is. (Not in a subshell, which has no jobs.)
mine() { [[ " $(jobs -pr | tr '\n' ' ')" == *" $1 "* ]]; } # mine PID: we have started it, and it has not ended
end_mine() { ! mine "$1" || kill "$1" 2>/dev/null; }        # end_mine PID

lab_cleanup() {
	local p
	trap - EXIT
	for p in "${PIDS[@]}" $GH_PID; do end_mine "$p"; done
	for p in "${PIDS[@]}" $GH_PID; do
		mine "$p" || continue
		timeout 30 tail --pid="$p" -f /dev/null || kill -9 "$p" 2>/dev/null
		wait "$p" 2>/dev/null
	done
	"$TOP/tests/lab/net.sh" down --prefix "$LAB"
	if [[ ${KEEP:-} ]]; then echo "# logs: $LAB_DIR"; else rm -rf "$LAB_DIR"; fi
}
# The verdict of the script is that of its checks.
trap 's=$?; lab_cleanup; exit $((s ? s : FAILED > 0))' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

ok() { echo "ok $*"; }
not_ok() { echo "not ok $*"; FAILED=$((FAILED + 1)); }
check() { # check TEXT COMMAND...: what the command printed is shown only when it failed
	local text=$1
	shift
	if "$@" >"$LAB_DIR/check.out" 2>&1; then
		ok "$text"
	else
		not_ok "$text"
		sed 's/^/#   /' "$LAB_DIR/check.out" | head -n "${SHOW:-60}"
	fi
}
die() {
	not_ok "$*"
	exit 1
}
skip_unless_built() {
	local p
	for p in "$@"; do
		[[ -x $BUILD/$p ]] || { echo "skip $p is not built"; exit 0; }
	done
}

lab_up() { # lab_up [--nat]
	"$TOP/tests/lab/net.sh" up --prefix "$LAB" "$@" || die "network"
	ip netns exec "$LAB-inside" python3 "$TOP/tests/lab/web.py" "$WEB" </dev/null >"$LAB_DIR/web.log" 2>&1 &
	PIDS+=($!)
}

# The whole configuration that most scenarios use: interfaces, the guide as printed, more proposals.
full_config() {
	cat "$DATA/lab.conf" "$DATA/guide.conf" "$DATA/more.conf" >"$LAB_DIR/full.conf"
	echo "$LAB_DIR/full.conf"
}

start_gatehouse() { # start_gatehouse [ARG...]: $GH_PID; its output in gatehouse.out
	local n=0
	: >"$LAB_DIR/gatehouse.out"
	ip netns exec "$GW" "$BUILD/gatehouse" --foreground --state "$LAB_DIR/state" \
		--socket "$LAB_DIR/gatehouse.sock" "$@" </dev/null >>"$LAB_DIR/gatehouse.out" 2>&1 &
	GH_PID=$!
	until grep -qx ready "$LAB_DIR/gatehouse.out"; do
		n=$((n + 1))
		if ((n > 2400)) || ! kill -0 "$GH_PID" 2>/dev/null; then
			sed 's/^/#   /' "$LAB_DIR/gatehouse.out" | tail -n 40
			die "gatehouse says ready"
		fi
		sleep 0.05
	done
}

stop_gatehouse() { # SIGTERM; its status is returned
	local p=$GH_PID s=0
	GH_PID=''
	kill -TERM "$p"
	timeout 60 tail --pid="$p" -f /dev/null || { kill -9 "$p"; return 99; }
	wait "$p" || s=$?
	return $s
}

gatesh() { timeout 120 "$BUILD/gatesh" --socket "$LAB_DIR/gatehouse.sock" "$@" </dev/null; }
show() { gatesh -c "$*"; }
says() { # says COMMAND PATTERN: the command's output has a line that matches
	local out
	out=$(show "$1")
	grep -Eq -- "$2" <<<"$out" || { echo "no line matches: $2"; echo "$out"; return 1; }
}
echoed() { # echoed [USER]: a client's three echoes are answered, in packets of its own; ESP counts what negotiated, too
	local n
	n=$(show "show vpn-sessiondb detail ra-ikev1-ipsec${1:+ filter name $1}" |
		sed -nE '/^L2TPOverIPsec[A-Za-z]*:/,$ s/^ *Bytes Tx *: ([0-9]+).*/\1/p')
	((n >= 180))
}
says_not() {
	local out
	out=$(show "$1") || { echo "$out"; return 1; }
	! grep -E -- "$2" <<<"$out"
}
longer() { # longer SECONDS: what a slow or busy machine may need for what takes a good one so long
	local load
	read -r load _ </proc/loadavg
	echo $(($1 * (6 + ${load%.*} / $(nproc))))
}
within() { # within SECONDS COMMAND...: it becomes true in time; of a machine that gets busy, in more
	local begin=$SECONDS limit=$1 out
	shift
	until out=$("$@" 2>&1); do
		((SECONDS - begin <= $(longer "$limit"))) || { echo "$out"; return 1; }
		sleep 0.2
	done
}

settles() { # settles PICTURE: within half a minute that function shows six times the same; $LAB_DIR/PICTURE
	local n=0 begin=$SECONDS
	until ((n == 6)); do
		"$1" >"$LAB_DIR/$1.now"
		if cmp -s "$LAB_DIR/$1.now" "$LAB_DIR/$1"; then n=$((n + 1)); else n=0; fi
		mv "$LAB_DIR/$1.now" "$LAB_DIR/$1"
		((SECONDS - begin <= $(longer 30))) || return 1
		sleep 0.2
	done
}

ended() { # ended PID OUTPUT: it ends well; else, what it has said
	wait "$1" && return
	tail -n 40 "$2"
	return 1
}

began() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; } # began PID: when it was started, in ticks
known() { # known PID...: each as PID/BEGAN, which is no other's, ever
	local p
	for p; do echo "$p/$(began "$p")"; done
}
role_processes() { known $(cat "/proc/$GH_PID/task/$GH_PID/children"); } # the appliance's, but the keeper
none_of() { # none_of PID/BEGAN...: all these processes have ended
	local p now
	for p; do
		now=$(began "${p%/*}")
		[[ ! $now || $now != "${p#*/}" ]] || { ps -p "${p%/*}"; return 1; }
	done
}

# Rules as `nft list ruleset` tells them, on stdin: without what is counted, blocks of NAT numbered
# as they come, for each that is written anew has a number of its own, and a chain a line, sorted: one
# that is written anew stands last.
same_rules() {
	sed -E 's/[[:space:]]+packets [0-9]+ bytes [0-9]+//g' | awk '{
		out = ""
		while (match($0, /nat_(pre|post)[0-9]+/)) {
			name = substr($0, RSTART, RLENGTH)
			number = name
			sub(/^[a-z_]*/, "", number)
			if (!(number in nth)) nth[number] = ++n
			sub(/[0-9]+$/, "", name)
			out = out substr($0, 1, RSTART - 1) name "#" nth[number]
			$0 = substr($0, RSTART + RLENGTH)
		}
		line = out $0
		if (line ~ /^\tchain /) inside = 1
		printf "%s%s", line, inside && line != "\t}" ? " " : "\n"
		if (line == "\t}") inside = 0
	}' | sort
}

# Nothing of any client is left: tables, pool, routes.
no_sessions() { says 'show vpn-sessiondb' '^Total Active and Inactive +: +0 |^INFO: There are presently no active sessions'; }
no_ike() { says 'show crypto ikev1 sa' '^There are no IKEv1 SAs'; }
no_ipsec() { says 'show crypto ipsec sa' '^There are no ipsec sas'; }
no_client_routes() { ! ip -n "$GW" route show | grep -E '^192\.168\.1\.'; }
pool_free() { says 'show ip local pool Address-pool' '^ *192\.168\.1\.1 +192\.168\.1\.254 +255\.255\.255\.0 +254 +0 +0'; }
all_empty() { no_sessions && no_ike && no_ipsec && no_client_routes && pool_free; }
config_text() { show 'show running-config' | grep -v -e '^: ' -e '^Cryptochecksum'; }

# Called while the guest waits: once connected with all checks done, and after each step.
at_up() { :; }
at_hold() { :; }
at_down() { :; }

go_on() (trap '' PIPE; echo go >&"$1") # it may have ended meanwhile, which its status tells
client() { # client ARG...: see run-client.sh; each STEP is a counted result
	local line go from to name=${CLIENT_NAME:-client} ip=10.1.1.2/24 n=0
	[[ ${1:-} != --ip ]] || { ip=$2; shift 2; }
	coproc CLIENT {
		exec "$TOP/tests/realclient/run-client.sh" --netns "$LAB-outside" --ip "$ip" --gw 10.1.1.1 \
			--server "$SERVER" --psk 'C!sc0@123' --user test --password test --sync \
			--logdir "$LAB_DIR/$name" "$@" 2>"$LAB_DIR/$name.err"
	}
	local pid=$CLIENT_PID
	PIDS+=("$pid")
	exec {from}<&"${CLIENT[0]}" {to}>&"${CLIENT[1]}"
	while read -r line <&"$from"; do
		echo "$line" >>"$LAB_DIR/$name.out"
		[[ -z ${VERBOSE:-} ]] || echo "# $line"
		go=${line#RC: SYNC }
		case $line in
		"RC: SYNC hold "*) at_hold "${go#* }"; go_on "$to" ;;
		"RC: SYNC up "*) at_up "${go#* }"; go_on "$to" ;;
		"RC: SYNC down "*) at_down "${go#* }"; go_on "$to" ;;
		"RC: STEP "*" PASS "*) n=$((n + 1)); ok "$name: step ${line#RC: STEP }" ;;
		"RC: STEP "*) n=$((n + 1)); not_ok "$name: step ${line#RC: STEP }" ;;
		esac
	done
	wait "$pid"
	local s=$?
	exec {from}<&- {to}>&-
	if ((s != 0)); then
		((s == 1)) || not_ok "$name: exit status $s"
		{ tail -n 40 "$LAB_DIR/$name.out"; tail -n 60 "$LAB_DIR/$name.err"; } | sed 's/^/#   /'
		[[ ! -s $LAB_DIR/gatehouse.out ]] || tail -n 20 "$LAB_DIR/gatehouse.out" | sed 's/^/#   gatehouse: /'
	fi
	((n > 0)) || not_ok "$name: no step ended"
}
client_saw() { grep -Eq -- "$1" "$LAB_DIR/${CLIENT_NAME:-client}.out"; }
