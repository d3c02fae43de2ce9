#!/bin/bash
# Objects that mean host names: a name server tells their addresses, access lists follow. Time ranges
# that begin and end.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

ETC=/etc/netns/$GW
mkdir -p "$ETC"
trap 's=$?; rm -rf "$ETC"; lab_cleanup; exit $((s ? s : FAILED > 0))' EXIT
echo "nameserver $WEB" >"$ETC/resolv.conf"
echo "www.example.test 300 10.10.10.21 10.10.10.20" >"$LAB_DIR/zone"

lab_up
ip netns exec "$LAB-inside" "$TOP/tests/lab/servers/dns.py" "$WEB" "$LAB_DIR/zone" </dev/null >"$LAB_DIR/dns.log" 2>&1 &
DNS=$!
PIDS+=($DNS)
cat "$DATA/lab.conf" - >"$LAB_DIR/objects.conf" <<'END'
time-range ALWAYS
 periodic daily 0:00 to 23:59
time-range PAST
 absolute end 12:00 1 January 2001
object network WWW
 fqdn v4 www.example.test
object network NOBODY
 fqdn nobody.example.test
object-group network NAMED
 network-object object WWW
 network-object host 10.10.10.99
access-list BY-NAME extended permit tcp any object-group NAMED eq www
access-list BY-TIME extended permit ip any host 10.10.10.10 time-range ALWAYS
access-list BY-TIME extended permit ip any host 10.10.10.11 time-range PAST
END
start_gatehouse --config "$LAB_DIR/objects.conf"
configure() { gatesh -c 'configure terminal' "${@/#/-c}" >/dev/null; }

check "a host name has its addresses" within 20 says 'show object id WWW' 'resolved: 10.10.10.20, 10.10.10.21'
check "the list names them" within 10 says 'show access-list BY-NAME' 'host 10\.10\.10\.20 \(www\.example\.test\) eq www'
check "and what stands beside them" within 5 says 'show access-list BY-NAME' '10\.10\.10\.99 eq www'
check "and the name" within 5 says 'show access-list BY-NAME' 'fqdn www\.example\.test \(resolved\) eq www'
check "one that nobody knows has none" says 'show object id NOBODY' 'unresolved'
check "groups count what they stand for" says 'show object-group count' 'network NAMED: 3 elements'

echo "other.example.test 60 10.10.10.30" >>"$LAB_DIR/zone"
configure 'object network WWW' 'fqdn other.example.test'
check "another name is asked for at once" within 10 says 'show access-list BY-NAME' 'host 10\.10\.10\.30 \(other\.example\.test\) eq www'
check "the old addresses have gone" within 5 says_not 'show access-list BY-NAME' '10\.10\.10\.20'

check "a time range is active" says 'show time-range ALWAYS' 'entry: ALWAYS \(active\)'
check "one is over" says 'show time-range PAST' 'entry: PAST \(inactive\)'
check "its element is inactive" within 5 says 'show access-list BY-TIME' '10\.10\.10\.11.*PAST.*inactive'
configure 'time-range PAST' 'no absolute'
check "changed, it begins" within 5 says 'show time-range PAST' 'entry: PAST \(active\)'
check "and so does its element" within 5 says_not 'show access-list BY-TIME' '10\.10\.10\.11.*inactive'
