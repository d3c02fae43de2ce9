# What a packet costs the appliance's packet threads, in its lab: sizes, directions, clients, both suites, in
# UDP 4500 and as raw ESP, merged and single, each in turns with the usual userspace server and beside a
# copy in memory. With arguments: those of loadgen, once (tests/bench/throughput.sh --cipher 3des
# up,1400,tcp both,64,single). BENCH_LONG=1: 5,000 clients too.
. "$(dirname "${BASH_SOURCE[0]}")/gateway.sh"
skip_unless_built gatehouse gatesh tests/loadgen
bench_up
bench_start
usual() { load --usual "$USUAL" --usual-server 172.16.2.2 "$@" || FAILED=$((FAILED + 1)); }
if (($#)); then
	usual "$@"
	exit
fi
usual --clients 2 trip,64,{idle,bulk}
for cipher in aes 3des; do
	usual --cipher $cipher {up,down,both},1400,tcp {up,down},512,tcp {up,down},{1400,512,64},single
	usual --cipher $cipher --raw --source 172.16.1.101 {up,down},1400,{tcp,single} both,64,single
	usual --cipher $cipher --clients 100 {up,down,both},1400,tcp {up,down},{1400,64},single
done
[[ -z ${BENCH_LONG:-} ]] || usual --clients 5000 --at-a-time 500 --source 172.16.1.101 --addresses 100 --vanish {up,down},1400,single both,64,single
check "nothing was dropped, refused or out of order" counters_clean
