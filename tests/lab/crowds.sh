# Ten thousand connections, five hundred clients at a time behind one address: after the last crowd every
# process of the appliance is as large as after the first ones, has as many descriptors, and the kernel
# as many routes, rules and sockets for it.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh tests/winclient
lab_up
ip -n "$LAB-outside" addr add 10.1.1.2/24 dev br0
full_config >"$LAB_DIR/where"
cat >>"$LAB_DIR/full.conf" <<'CONF'
ip local pool Crowd 192.168.4.1-192.168.7.254 mask 255.255.252.0
tunnel-group DefaultRAGroup general-attributes
no address-pool Address-pool
address-pool Crowd
exit
CONF
start_gatehouse --config "$LAB_DIR/full.conf"
gatesh -c 'write memory' >"$LAB_DIR/saved"
CROWD=500 CROWDS=20

crowd() { # crowd ARG...: every client was up
	timeout 900 ip netns exec "$LAB-outside" "$BUILD/tests/winclient" --server $SERVER --psk 'C!sc0@123' --user test --password test \
		--nat --clients "$CROWD" --gap 2 --limit 600 "$@" >"$LAB_DIR/win.out" 2>&1
}
roles() { echo "$GH_PID"; ps -o pid= --ppid "$GH_PID"; }
no_client_routes() { ! ip -n "$GW" route show | grep -E '^192\.168\.[4-7]\.'; }
empty() { no_sessions && no_ike && no_ipsec && no_client_routes; }
sizes() { # a line a process: its name, and kilobytes that it has
	local p
	for p in $(roles); do
		awk -v name="$(tr '\0' ' ' <"/proc/$p/cmdline" | grep -oE -- '--role [a-z]+' || echo keeper)" \
			'/^VmRSS/ { print name "\t" $2 }' "/proc/$p/status"
	done
}
objects() { # what the kernel has of it, without what passes by itself
	local p
	for p in $(roles); do
		find "/proc/$p/fd" -mindepth 1 -printf '%l\n' 2>/dev/null | sed -E 's/[0-9]+/N/g' | sort | uniq -c
	done
	ip -n "$GW" route show | wc -l
	ip -n "$GW" -br link
	ip netns exec "$GW" nft list ruleset | same_rules
	ip netns exec "$GW" ss -Hanu | awk '{ print $1, $4 }' | sort
}
quiet() { within 120 empty; }

for ((n = 1; n <= CROWDS; n++)); do
	crowd || { check "crowd $n" tail -n 5 "$LAB_DIR/win.out"; not_ok "crowd $n: every client was up"; break; }
	quiet || { not_ok "crowd $n has left something"; empty; break; }
	if ((n == 4)); then
		settles objects
		sizes >"$LAB_DIR/sizes.before"
		mv "$LAB_DIR/objects" "$LAB_DIR/objects.before"
	fi
done
check "ten thousand connections" test $n -gt $CROWDS
settles objects
mv "$LAB_DIR/objects" "$LAB_DIR/objects.after"
sizes >"$LAB_DIR/sizes.after"
check "the same kernel objects as before" diff "$LAB_DIR/objects.before" "$LAB_DIR/objects.after"
check "no process has grown" awk -F'\t' '
	NR == FNR { before[$1] = $2; next }
	{ print $1 ": " before[$1] " kB, then " $2; if ($2 > before[$1] * 1.05 + 1024) bad = 1; n++ }
	END { exit bad || n < 5 }' "$LAB_DIR/sizes.before" "$LAB_DIR/sizes.after"
sed 's/^/# /' <(paste "$LAB_DIR/sizes.before" "$LAB_DIR/sizes.after")
check "they are counted" says 'show vpn-sessiondb' "^IKEv1 IPsec/L2TP IPsec +: +0 : +$((CROWD * CROWDS)) "
