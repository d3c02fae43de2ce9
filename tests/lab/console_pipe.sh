# The console without a terminal: piped lines, commands, files; and questions in scripts.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh
lab_up
start_gatehouse --config "$DATA/lab.conf"
pipe() { timeout 60 "$BUILD/gatesh" --socket "$LAB_DIR/gatehouse.sock"; }

printf 'enable\n\nshow curpriv\nconfigure terminal\ncrypto isakmp identity ?\nhostname fw9\nexit\nshow clock | frob\nexit\n' |
	pipe >"$LAB_DIR/pipe.out"
check "piped lines: status 0" test $? -eq 0
check "piped lines read like a session" diff - <(grep -A100 '^ciscoasa> ' "$LAB_DIR/pipe.out" |
	grep -v -e '^  ' -e '^ *address' -e 'configure mode' | sed '/^$/d') <<-'TXT'
	ciscoasa> enable
	Password: 
	ciscoasa# show curpriv
	Username : enable_15
	Current privilege level : 15
	Current Mode/s : P_PRIV
	ciscoasa# configure terminal
	ciscoasa(config)# crypto isakmp identity ?
	ciscoasa(config)# crypto isakmp identity 
	ERROR: % Incomplete command
	ciscoasa(config)# hostname fw9
	fw9(config)# exit
	fw9# show clock | frob
	ERROR: % Invalid input detected at '^' marker.
	fw9# exit
	Logoff
TXT

long=$(printf 'a%.0s' {1..10000})
printf '%s\nshow clock\n' "$long" | pipe >"$LAB_DIR/long.out"
check "an over-long line is one line, and refused as such" test \
	"$(grep -c -e '^ERROR: % Line too long' -e '^ERROR: % Invalid' "$LAB_DIR/long.out")" -eq 1
check "the line behind it runs" grep -q ' UTC ' "$LAB_DIR/long.out"
printf '%s\nhostname fw9\n' "$long" >"$LAB_DIR/long.conf"
gatesh "$LAB_DIR/long.conf" >"$LAB_DIR/long.out"
check "so it is in a file: status 1" test $? -eq 1
check "so it is in a file: the text" grep -qx 'ERROR: % Line too long' "$LAB_DIR/long.out"

gatesh -c 'configure terminal' -c 'hostname one' -c 'interface g0/0' -c 'description a b' -c 'end' -c 'show running-config hostname' >"$LAB_DIR/c.out"
check "-c: several commands in one session" grep -qx 'hostname one' "$LAB_DIR/c.out"
gatesh -c 'show nonsense' -c 'show hostname' >"$LAB_DIR/c2.out"
check "-c: status 1 when one was refused" test $? -eq 1
check "-c: the others ran" grep -qx one "$LAB_DIR/c2.out"
gatesh -c 'configure terminal' -c 'crypto ?' >"$LAB_DIR/c3.out"
check "-c with ? is help" grep -q '^  ikev1 ' "$LAB_DIR/c3.out"
printf 'hostname two\nbogus line\n' | timeout 60 "$BUILD/gatesh" --socket "$LAB_DIR/gatehouse.sock" - >"$LAB_DIR/f.out"
check "-: status 1" test $? -eq 1
check "-: the line's number and text" grep -qx 'line 2: bogus line' "$LAB_DIR/f.out"
check "-: the rest applied" says 'show hostname' '^two$'
# Without an answer nothing is done: for every act that asks.
gatesh -c 'write memory' >/dev/null
gatesh -c 'configure terminal' -c 'hostname three' >/dev/null
for c in 'write erase' reload 'vpn-sessiondb logoff all'; do
	timeout 60 "$BUILD/gatesh" --socket "$LAB_DIR/gatehouse.sock" -c "$c" </dev/null >"$LAB_DIR/q.out"
	check "$c, and no answer: status 1" test $? -eq 1
	check "$c, and no answer: says so" grep -qx 'ERROR: the question was not answered: nothing is done' "$LAB_DIR/q.out"
done
check "the startup-config is still there, and still the old one" says 'show startup-config' '^hostname two$'
check "an answer is one, without its newline too" bash -c \
	"printf y | '$BUILD/gatesh' --socket '$LAB_DIR/gatehouse.sock' -c 'write erase' | grep -qx '\[OK\]'"

# Two operators: what one does stops nobody.
check "an interface address the kernel has accepted is there" bash -c \
	"'$BUILD/gatesh' --socket '$LAB_DIR/gatehouse.sock' -c 'configure terminal' -c 'interface g0/0' -c 'ip address 172.16.1.2 255.255.255.0' </dev/null &&
	ip -n '$GW' -4 addr | grep -q 172.16.1.2/24"
for n in 1 2 3 4 5; do gatesh -c 'show running-config' >"$LAB_DIR/par$n" & PAR[n]=$!; done
s=0; for n in 1 2 3 4 5; do wait "${PAR[n]}" || s=1; done
check "five sessions at once" test $s -eq 0
check "they all saw the whole configuration" bash -c "grep -L '^: end$' '$LAB_DIR'/par? | wc -l | grep -qx 0"

# A client that goes away in the middle, or talks nonsense, costs nothing.
python3 - "$LAB_DIR/gatehouse.sock" <<'PY'
import os, socket, struct, sys
for junk in (b"", b"\0\0\0\1", b"\xff\xff\xff\xff\1", b"\0\0\0\0\x63", os.urandom(4096),
             struct.pack(">IBBBHH", 6, 1, 2, 0, 80, 24) + struct.pack(">IB", 4096, 2) + b"x"):
    s = socket.socket(socket.AF_UNIX)
    s.connect(sys.argv[1])
    try:
        s.sendall(junk)
    except OSError:
        pass
    s.close()
PY
check "the console still serves" says 'show hostname' '^three$'

# Paths are those of the directory that the appliance was started in.
mkdir "$LAB_DIR/here"
cp "$DATA/lab.conf" "$LAB_DIR/here/lab.conf"
(cd "$LAB_DIR/here" && exec ip netns exec "$LAB-inside" "$BUILD/gatehouse" --foreground --state st --socket s.sock --config lab.conf \
	>"$LAB_DIR/here/log" 2>&1) &
p=$!
PIDS+=("$p")
for ((n = 0; n < 600; n++)); do grep -qx ready "$LAB_DIR/here/log" && break; sleep 0.1; done
check "relative paths: it serves" "$BUILD/gatesh" --socket "$LAB_DIR/here/s.sock" -c 'show hostname'
check "relative paths: all roles run" test "$(grep -c 'cannot start a role' "$LAB_DIR/here/log")" -eq 0
check "relative paths: the state is there" test -e "$LAB_DIR/here/st/running.db"
kill "$p"
check "relative paths: it stops" ended "$p" "$LAB_DIR/here/log"
