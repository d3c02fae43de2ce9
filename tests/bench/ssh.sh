# tests/bench/ssh.sh: a login over SSH by a key, to the prompt and out again, beside OpenSSH's own server (SSHD=..., else
# /usr/sbin/sshd) with bash behind it, on the same machine. Called by tests/bench/run; prints rows, asserts nothing.
. "$(dirname "${BASH_SOURCE[0]}")/../lab/lib.sh"
row() { printf '%-42s %-30s %s\n' "$1" "$2" "${3:-}"; }
us() { local t=$EPOCHREALTIME; echo $((${t%.*} * 1000000 + 10#${t#*.})); }
RUNS=${RUNS:-20} SSHD=${SSHD:-/usr/sbin/sshd}
lab_up
ssh-keygen -q -t ed25519 -N '' -f "$LAB_DIR/key"
ssh-keygen -q -t ed25519 -N '' -f "$LAB_DIR/host"
cat "$DATA/lab.conf" - >"$LAB_DIR/ssh.conf" <<-TXT
	aaa authentication ssh console LOCAL
	username root nopassword privilege 15
	username root attributes
	ssh authentication publickey $(cut -d' ' -f2 "$LAB_DIR/key.pub")
	exit
	ssh 10.10.10.0 255.255.255.0 inside
TXT
start_gatehouse --config "$LAB_DIR/ssh.conf"
login() { # login PORT
	ip netns exec "$LAB-inside" ssh -F none -tt -p "$1" -i "$LAB_DIR/key" -o UserKnownHostsFile=/dev/null -o StrictHostKeyChecking=no \
		-o LogLevel=ERROR -o BatchMode=yes -o KexAlgorithms=curve25519-sha256 root@10.10.10.1 <<<exit >"$LAB_DIR/out" 2>&1
}
# The median of RUNS logins, in microseconds.
median() {
	local t
	for ((i = 0; i < RUNS; i++)); do
		t=$(us)
		login "$1" || { echo 0; return; }
		echo $(($(us) - t))
	done | sort -n | sed -n "$((RUNS / 2 + 1))p"
}
within 10 login 22 || die "a login: $(cat "$LAB_DIR/out")"
ours=$(median 22)
if [[ ! -x $SSHD ]]; then
	row "SSH login to prompt and out" "$((ours / 1000)) ms" "skip: no $SSHD (package openssh-server) to compare with"
	exit 0
fi
mkdir -p /run/sshd
cat >"$LAB_DIR/sshd.conf" <<-TXT
	Port 2022
	HostKey $LAB_DIR/host
	AuthorizedKeysFile $LAB_DIR/key.pub
	StrictModes no
	UsePAM no
	PermitRootLogin prohibit-password
	PrintMotd no
	PrintLastLog no
	PidFile none
TXT
ip netns exec "$GW" "$SSHD" -D -e -f "$LAB_DIR/sshd.conf" </dev/null >"$LAB_DIR/sshd.out" 2>&1 &
PIDS+=($!)
within 10 login 2022 || die "a login at sshd: $(cat "$LAB_DIR/out" "$LAB_DIR/sshd.out")"
theirs=$(median 2022)
row "SSH login to prompt and out, median of $RUNS" "$((ours / 1000)) ms" \
	"$((ours * 100 / theirs))% of OpenSSH's sshd and bash, $((theirs / 1000)) ms"
