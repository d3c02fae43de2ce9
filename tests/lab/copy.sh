# copy: between configurations, disk0: and real servers; what must not come; what is written where.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh gatehouse-transfer
lab_up
FILES=$LAB_DIR/files
SERVER_IP=10.10.10.10
mkdir "$FILES"
# No /etc/ssl of the host's knows this one.
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=$SERVER_IP" -addext "subjectAltName=IP:$SERVER_IP" \
	-keyout "$LAB_DIR/key.pem" -out "$LAB_DIR/cert.pem" 2>/dev/null
kill "${PIDS[-1]}" # the web server of other scenarios, whose port is ours
wait "${PIDS[-1]}"
ip netns exec "$LAB-inside" /usr/bin/python3 "$TOP/tests/lab/servers.py" "$FILES" $SERVER_IP "$LAB_DIR/cert.pem" "$LAB_DIR/key.pem" \
	</dev/null >"$LAB_DIR/servers.log" 2>&1 &
PIDS+=($!)
within 20 grep -qx ready "$LAB_DIR/servers.log" || die "the servers"
start_gatehouse --config "$DATA/lab.conf"
gatesh -c 'conf t' -c 'logging enable' -c 'logging buffered debugging' -c 'logging buffer-size 65536' >/dev/null
STATE=$LAB_DIR/state

disk() { [[ -f $STATE/disk0/$1 ]] && cmp "$STATE/disk0/$1" "$2"; }
copies() { # copies FROM TO: it says so
	local out
	out=$(show "copy $1 $2")
	grep -Eq '^[0-9]+ bytes copied in [0-9]+\.[0-9]{3} secs \([0-9]+ bytes/sec\)$' <<<"$out" || { echo "$out"; return 1; }
}
refused() { # refused COMMAND TEXT: status 1, and it says why
	local out
	out=$(show "$1") && { echo "status 0"; return 1; }
	grep -Fq -- "$2" <<<"$out" || { echo "$out"; return 1; }
}

# ---- disk0: and the configurations
check "dir of nothing" says dir '^No files in directory$'
check "running-config to disk0:" copies running-config disk0:/saved.cfg
check "it is the configuration" grep -qx 'hostname ciscoasa' "$STATE/disk0/saved.cfg"
check "nobody else reads it" test "$(stat -c %a "$STATE/disk0/saved.cfg")" = 600
check "dir shows it" says dir '^11     -rwx  [0-9]+ +[0-9:]{8} [A-Z][a-z]{2} [0-9]{2} 20[0-9]{2}  saved\.cfg$'
check "dir: what is free" says dir '^67108864 bytes total \([0-9]+ bytes free/99% free\)$'
check "more shows it" says 'more disk0:/saved.cfg | include hostname' '^hostname ciscoasa$'
printf 'hostname fromdisk\nno such line\ninterface GigabitEthernet0/1\n description copied\n' >"$LAB_DIR/part"
gatesh -c 'delete /noconfirm saved.cfg' -c 'dir' >/dev/null
check "delete" test ! -e "$STATE/disk0/saved.cfg"
check "a file that is not there" refused 'copy disk0:/none running-config' '%Error opening disk0:/none (No such file or directory)'
check "no way out of disk0:" refused 'copy disk0:/../startup-config disk0:/x' '%Error: Invalid file name'
check "no other scheme" refused 'copy file:///etc/passwd disk0:/x' '%Error: There is no such file system'

# ---- down, and up
head -c 300000 /dev/urandom >"$FILES/hello"
for url in "http://$SERVER_IP/hello" "tftp://$SERVER_IP/hello" "ftp://u:p%20w%401@$SERVER_IP/hello" "http://$SERVER_IP/other"; do
	rm -f "$STATE/disk0/got"
	check "from ${url%%:*}: ${url##*/}" copies "$url" disk0:/got
	check "from ${url%%:*}: ${url##*/}: byte for byte" disk got "$FILES/hello"
done
for url in "http://$SERVER_IP/up" "tftp://$SERVER_IP/up" "ftp://u:p%20w%401@$SERVER_IP/up"; do
	rm -f "$FILES/up"
	check "to ${url%%:*}" copies disk0:/got "$url"
	check "to ${url%%:*}: byte for byte" cmp "$FILES/up" "$STATE/disk0/got"
done
: >"$FILES/empty"
check "an empty file" copies "ftp://u:p%20w%401@$SERVER_IP/empty" disk0:/empty
check "an empty file: it is there" disk empty "$FILES/empty"

# ---- configurations
cp "$LAB_DIR/part" "$FILES/part"
show "copy tftp://$SERVER_IP/part running-config" >"$LAB_DIR/merged"
check "into running-config: the refused line and its number" grep -qx 'line 2: no such line' "$LAB_DIR/merged"
check "into running-config: merged" says 'show running-config interface' '^ description copied$'
check "into running-config: what was there stays" says 'show running-config route' '^route outside'
check "into running-config: the log tells of it" within 3 says 'show logging' '%ASA-5-111007: Begin configuration: 0\.0\.0\.0 reading from tftp'
check "into running-config: the history tells" says 'show configuration history' '^  hostname fromdisk$'
gatesh -c 'write memory' >/dev/null
printf 'hostname next\nfrobnicate\n' >"$FILES/start"
show "copy http://$SERVER_IP/start startup-config" >"$LAB_DIR/replaced"
check "into startup-config: what will be refused is told" grep -qx 'WARNING: line 2 will be refused: frobnicate' "$LAB_DIR/replaced"
check "into startup-config: it is the file" says 'show startup-config' '^hostname next$'
check "into startup-config: a revision" says 'show configuration revisions' '^ *[0-9]+  \(saved\) '
check "the running-config is as it was" says 'show hostname' '^fromdisk$'
check "what is none does not get into it" refused "copy http://$SERVER_IP/hello startup-config" 'this is no configuration: nothing is stored'
check "startup-config over running-config" copies startup-config running-config
check "startup-config over running-config: done" says 'show hostname' '^next$'
gatesh -c 'conf t' -c "tftp-server inside $SERVER_IP net.cfg" -c 'hostname bynet' -c end -c 'write net' >"$LAB_DIR/net"
check "write net" grep -qx 'hostname bynet' "$FILES/net.cfg"
gatesh -c 'conf t' -c 'hostname other' -c 'end' -c 'configure net' >"$LAB_DIR/net"
check "configure net" says 'show hostname' '^bynet$'
gatesh -c "write net $SERVER_IP:second.cfg" >"$LAB_DIR/net"
check "write net to another file" grep -qx 'hostname bynet' "$FILES/second.cfg"

# ---- what goes wrong
check "a file that the server has not: http" refused "copy http://$SERVER_IP/none disk0:/x" '(No such file or directory)'
check "a file that the server has not: tftp" refused "copy tftp://$SERVER_IP/none disk0:/x" '(No such file or directory)'
check "a file that the server has not: ftp" refused "copy ftp://u:p%20w%401@$SERVER_IP/none disk0:/x" '(No such file or directory)'
check "a wrong password" refused "copy ftp://u:wrongword@$SERVER_IP/hello disk0:/x" '(Permission denied)'
check "nobody listens" refused "copy http://$SERVER_IP:82/x disk0:/x" '(Connection refused)'
check "a certificate that nobody knows" refused "copy https://$SERVER_IP/hello disk0:/x" 'The certificate of the server is not trusted'
check "a server that leads elsewhere" refused "copy http://$SERVER_IP/away disk0:/x" '(The server leads to another protocol)'
check "a file without end" refused "copy http://$SERVER_IP/huge disk0:/x" '(File too large)'
check "nothing of them came" test ! -e "$STATE/disk0/x"
head -c 60000000 /dev/zero >"$STATE/disk0/big"
check "disk0: is full" refused "copy http://$SERVER_IP/huge2 disk0:/x" 'No such file'
head -c 8000000 /dev/zero >"$FILES/more"
check "disk0: is full: it is told" refused "copy http://$SERVER_IP/more disk0:/x" '%Error writing disk0:/x (No space left on device)'
check "disk0: is full: nothing is left of it" bash -c '! ls -A "$1" | grep -E "^x$|incoming"' - "$STATE/disk0"

# ---- no password stays anywhere
check "the history of what was typed" says_not 'show history' 'wrongword|p%20w'
check "the log" says_not 'show logging' 'wrongword|p%20w'
check "the journal" bash -c '! grep -E "wrongword|p%20w" "$1"' - "$LAB_DIR/gatehouse.out"
check "the history of changes" says_not 'show configuration history' 'wrongword|p%20w'
check "no file of the state has one" bash -c '! grep -rlE "wrongword|p%20w%401" "$1" --exclude-dir=disk0' - "$STATE"

# ---- at a terminal: the device's questions, Ctrl-C
cat >"$LAB_DIR/ask.py" <<-'PY'
	import sys
	import pexpect
	p = pexpect.spawn(sys.argv[1], ["--socket", sys.argv[2]], encoding="utf-8", timeout=90)
	p.expect_exact("> ")
	p.sendline("enable")
	p.expect_exact("Password: ")
	p.sendline("")
	for what, text in zip(sys.argv[3::2], sys.argv[4::2]):
	    if what == "type":
	        p.sendline(text)
	    elif what == "key":
	        p.send(text)
	    elif what == "control":
	        p.sendcontrol(text)
	    else:
	        p.expect_exact(text)
PY
typed() { python3 "$LAB_DIR/ask.py" "$BUILD/gatesh" "$LAB_DIR/gatehouse.sock" see '# ' "$@"; }
check "the questions of a download" typed type 'copy tftp: disk0:' \
	see 'Address or name of remote host []? ' type $SERVER_IP see 'Source filename []? ' type hello \
	see 'Destination filename [hello]? ' type asked see "Accessing tftp://$SERVER_IP/hello...!" see 'bytes copied in' see '# '
check "it came" disk asked "$FILES/hello"
check "a file that is there" typed type 'copy disk0:/asked disk0:/empty' see 'Source filename [asked]? ' type '' \
	see 'Destination filename [empty]? ' type '' see '%Warning:There is a file already existing with this name' \
	see 'Do you want to over write? [confirm]' key n see '%Error copying (File exists)' see '# '
check "it is as it was" disk empty "$FILES/empty"
check "the questions of an upload" typed type "copy running-config ftp://u@$SERVER_IP/asked.cfg" \
	see 'Source filename [running-config]? ' type '' see "Address or name of remote host [$SERVER_IP]? " type '' \
	see 'Destination filename [asked.cfg]? ' type '' see 'Password: ' type 'p w@1' see 'bytes copied in' see '# '
check "it went" grep -qx 'hostname bynet' "$FILES/asked.cfg"
if /usr/bin/python3 -c 'import paramiko' 2>/dev/null; then
	check "scp: a host that nobody knows is not spoken to by a script" refused "copy scp://u:p%20w%401@$SERVER_IP/hello disk0:/s" 'The host key is not known'
	check "scp: at a terminal it is asked for" typed type "copy /noconfirm scp://u@$SERVER_IP/hello disk0:/s" see 'Password: ' type 'p w@1' \
		see "The authenticity of host '$SERVER_IP' can't be established." see 'Key fingerprint is SHA256:' \
		see 'Are you sure you want to continue connecting (yes/no)? ' type no see 'The host key was not accepted' see '# ' \
		type "copy /noconfirm scp://u@$SERVER_IP/hello disk0:/s" see 'Password: ' type 'p w@1' see '(yes/no)? ' type yes see 'bytes copied in' see '# '
	check "scp: it came" disk s "$FILES/hello"
	check "scp: from then on the host is known" copies "disk0:/s" "scp://u:p%20w%401@$SERVER_IP/sent"
	check "scp: byte for byte" cmp "$FILES/sent" "$FILES/hello"
	check "scp: a wrong password" refused "copy scp://u:wrongword@$SERVER_IP/hello disk0:/x" '(Permission denied)'
	check "scp: a file that is not there" refused "copy scp://u:p%20w%401@$SERVER_IP/none disk0:/x" '%Error opening scp://u:*@'
	sed -i 's/ ./ x/' "$STATE/scp_hosts"
	check "scp: another key than that of before" refused "copy scp://u:p%20w%401@$SERVER_IP/hello disk0:/x" "The server's host key is not the one that was accepted"
	gatesh -c "clear scp host-key $SERVER_IP"
	check "scp: forgotten, it is asked for anew" refused "copy scp://u:p%20w%401@$SERVER_IP/hello disk0:/x" 'The host key is not known'
else
	echo "skip scp: paramiko is not installed"
fi
check "delete asks" typed type 'delete disk0:/asked' see 'Delete filename [asked]? ' type '' \
	see 'Delete disk0:/asked? [confirm]' key n see '# ' type 'rename disk0:/asked disk0:/b' see 'Rename disk0:/asked to disk0:/b? [confirm]' type '' see '# '
check "what was not confirmed is there, renamed" disk b "$FILES/hello"
transfers() {
	local p
	for p in $(ip netns pids "$GW"); do
		[[ $(cat "/proc/$p/comm" 2>/dev/null) != gatehouse-trans* ]] || echo "$p"
	done
}
n_transfers() { [[ $(transfers | wc -l) == "$1" ]]; }
check "Ctrl-C: a server that says nothing" typed type "copy /noconfirm http://$SERVER_IP:81/x disk0:/x" see 'Accessing' control c see '# '
check "Ctrl-C: nothing of it is left" within 10 n_transfers 0
"$BUILD/gatesh" --socket "$LAB_DIR/gatehouse.sock" -c "copy http://$SERVER_IP:81/x disk0:/x" >/dev/null </dev/null &
waits=$!
check "a transfer waits" within 10 n_transfers 1
pid=$(transfers)
check "it is nobody: uid" bash -c '[[ $(stat -c %u "/proc/$1") != 0 ]] && grep -q "^CapEff:.*0000000000000000" "/proc/$1/status" && grep -q "^NoNewPrivs:.*1" "/proc/$1/status" && grep -q "^Seccomp:.*2" "/proc/$1/status"' - "$pid"
check "no URL in its arguments or environment" bash -c '! tr "\0" " " <"/proc/$1/cmdline" | grep -q "http" && ! grep -q "http" "/proc/$1/environ"' - "$pid"
check "the others are served meanwhile" says 'show hostname' '^bynet$'
kill "$waits"
check "its session dies, and it with it" within 10 n_transfers 0
check "the end" stop_gatehouse
