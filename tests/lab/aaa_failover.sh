# Three RADIUS servers of a group: one that hangs, one that is gone, the third answers; they come back
# when an operator says so; LOCAL only when all are dead.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh tests/winclient
command -v freeradius >/dev/null || { echo "skip FreeRADIUS is not installed"; exit 0; }
lab_up
ip -n "$LAB-outside" addr add 10.1.1.2/24 dev br0
declare -A SERVER_PID
server() { # server HOST: of 10.10.10.0/24
	rm -f "$LAB_DIR/radius$1/radius.log" # the one before was ready, too
	"$TOP/tests/lab/servers/radius.sh" "$LAB-inside" 10.10.10.$1 "$LAB_DIR/radius$1" </dev/null >>"$LAB_DIR/radius.out" 2>&1 &
	SERVER_PID[$1]=$!
	PIDS+=("$!")
}
for n in 21 31 41; do
	ip -n "$LAB-inside" addr add 10.10.10.$n/24 dev eth0
	server $n
done
{
	cat "$DATA/lab.conf" "$DATA/guide.conf"
	echo 'aaa-server RAD protocol radius'
	echo ' max-failed-attempts 1'
	for n in 21 31 41; do
		printf '%s\n' "aaa-server RAD (inside) host 10.10.10.$n" ' key radiusSecret1' ' authentication-port 1812' \
			' accounting-port 1813' ' timeout 10' ' retry-interval 4'
	done
	printf '%s\n' 'tunnel-group DefaultRAGroup general-attributes' ' authentication-server-group RAD LOCAL' \
		'logging enable' 'logging buffered informational'
} >"$LAB_DIR/failover.conf"
start_gatehouse --config "$LAB_DIR/failover.conf"

windows() {
	timeout 200 ip netns exec "$LAB-outside" "$BUILD/tests/winclient" --server $SERVER --psk 'C!sc0@123' \
		--source 10.1.1.2 --limit 60 --user alice --password Wonderland1 "$@"
}
asked() { wc -l <"$LAB_DIR/radius$1/auth.log"; }
by() { # by HOST: a client logs in, and that one has checked him
	local before
	before=$(asked "$1")
	windows && (($(asked "$1") == before + 1)) || { wc -l "$LAB_DIR"/radius*/auth.log; return 1; }
}
is() { says "show aaa-server RAD host 10.10.10.$1" "Server status: +$2"; }
ready() { within 10 grep -q 'Ready to process' "$LAB_DIR/radius$1/radius.log"; }
for n in 21 31 41; do check "FreeRADIUS $n is ready" ready $n; done

check "the first server is asked" by 21
kill -STOP "${SERVER_PID[21]}"
check "it hangs: the second" by 31
check "the first is FAILED" is 21 FAILED
check "the log says so" within 3 says 'show logging' '113022: AAA Marking RADIUS server 10\.10\.10\.21 in aaa-server group RAD as FAILED'
kill "${SERVER_PID[31]}"
wait "${SERVER_PID[31]}"
check "that one is gone, too: the third" by 41
check "the second is FAILED" is 31 FAILED
check "the third is ACTIVE" is 41 ACTIVE
kill -CONT "${SERVER_PID[21]}"
check "the first is there again, and not asked (depletion)" by 41
check "aaa-server active" gatesh -c 'configure terminal' -c 'aaa-server RAD active host 10.10.10.21'
check "now the first is asked" by 21
check "the log says it is back" within 3 says 'show logging' '113023: AAA Marking RADIUS server 10\.10\.10\.21 in aaa-server group RAD as ACTIVE'
check "while one answers LOCAL is not asked" bash -c "$(declare -f windows); LAB=$LAB BUILD=$BUILD SERVER=$SERVER
	! windows --user test --password test"
for n in 21 41; do
	kill "${SERVER_PID[$n]}"
	wait "${SERVER_PID[$n]}"
done
check "all are dead: LOCAL" windows --user test --password test
check "nobody else" bash -c "$(declare -f windows); LAB=$LAB BUILD=$BUILD SERVER=$SERVER; ! windows"
check "all are FAILED" bash -c "[[ \$('$BUILD/gatesh' --socket '$LAB_DIR/gatehouse.sock' -c 'show aaa-server RAD' </dev/null | grep -c 'Server status:.*FAILED') == 3 ]]"
