# Packets of every length through the appliance, both ways, in trains that GSO makes and GRO merges and
# each by itself, of one and of many users, from one in its queues to 256, in UDP 4500 and as raw
# ESP, AES and 3DES: every byte, number and order is right, none is lost, and the appliance has counted
# as many as were sent, good-byes included. Two packet workers share them; the kernel brings each what is
# its own users', from the first packet on (engine/dataplane/steer.h), so that none overtakes another.
. "$(dirname "${BASH_SOURCE[0]}")/../bench/gateway.sh"
skip_unless_built gatehouse gatesh tests/loadgen
bench_up
WORKERS=2 bench_start
steered=1
if grep -q 'takes no program' "$LAB_DIR/gatehouse.out"; then
	echo "# a TUN of two queues that is not steered may not keep the order: one packet worker"
	steered=
	stop_gatehouse
	bench_start
fi

sent=0 received=0
passes() { # passes TEXT ARG...
	local text=$1 n
	shift
	check "$text" load --check "$@"
	n=$(sed -n 's/^ESP packets: sent \([0-9]*\), received \([0-9]*\)$/\1 \2/p' "$LAB_DIR/check.out")
	sent=$((sent + ${n% *})) received=$((received + ${n#* }))
}
passes "AES, UDP 4500" both,48-1400/5,tcp both,49-1400/5,udp both,50-1400/5,single
passes "AES, UDP 4500, 20 users" --clients 20 both,51-1400/31,tcp both,65-1400/31,single
passes "AES, raw ESP, 5 users" --raw --source 172.16.1.101 --clients 5 both,48-1400/19,tcp both,55-1400/19,single
passes "3DES, UDP 4500" --cipher 3des both,48-1400/48,tcp both,61-1400/48,single
passes "3DES, raw ESP, 5 users" --cipher 3des --raw --source 172.16.1.101 --clients 5 both,57-1400/96,tcp
counted() { # the packets of a section of that command
	show 'show crypto ipsec stats' | awk -v section="$1" '/^[IO]/ { in_it = $1 == section } in_it && $1 == "Packets:" { print $2 }'
}
# Who says good-bye twice on a busy machine has no SA any more.
late=$(show 'show crypto ipsec stats' | awk '/Missing SA/ { print $NF }')
check "as many were counted in as were sent: $sent" test "$(($(counted Inbound) + late))" = "$sent"
check "as many were counted out as were received: $received" test "$(counted Outbound)" = "$received"
check "nothing was dropped, refused or replayed" counters_clean
[[ $steered ]] || exit 0
check "two packet workers have served, each its users" sh -c '
	"$1" --socket "$2" -c "show crypto accelerator statistics" |
		awk "/^   Worker/ { n++ } n && /(Input|Output) packets:/ && \$NF > 1000 { busy++ } END { exit busy != 4 }"' \
	- "$BUILD/gatesh" "$LAB_DIR/gatehouse.sock"
handed() { show 'show crypto accelerator statistics' | awk '/handed to other workers/ { n += $NF } END { print n + 0 }'; }
check "none came to another worker than its user's" test "$(handed)" = 0
