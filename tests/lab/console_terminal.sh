# A person at the console: gatesh on a terminal (tmux), keys as typed, the screen as seen.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh
command -v tmux >/dev/null || { echo "skip tmux is not installed"; exit 0; }
lab_up
start_gatehouse --config "$DATA/lab.conf"

SESSION=0
tm() { tmux -S "$LAB_DIR/tmux$SESSION" "$@"; }
console() { # console [COLUMNS LINES]: a fresh session
	tm kill-server 2>/dev/null
	SESSION=$((SESSION + 1)) # a server of its own: the old one may still be dying
	tm -f /dev/null new-session -d -x "${1:-80}" -y "${2:-200}" \
		"$BUILD/gatesh --socket $LAB_DIR/gatehouse.sock; echo gatesh-status=\$?; sleep 60"
}
trap 's=$?; tm kill-server 2>/dev/null; lab_cleanup; exit $((s ? s : FAILED > 0))' EXIT
keys() { tm send-keys "$@"; }
type_() { tm send-keys -l -- "$1"; }
line() { type_ "$1"; keys Enter; }
screen() { tm capture-pane -p | sed -e 's/ *$//' -e '/./,$!d'; }
full() { tm capture-pane -p -S - | sed -e 's/ *$//'; }
in_order() {
	local at=0 n p s
	s=$(screen)
	for p; do
		n=$(tail -n +$((at + 1)) <<<"$s" | grep -nE -m1 -- "$p" | cut -d: -f1)
		[[ $n ]] || { echo "not on the screen in this order: $*"; tail -n 40 <<<"$s"; return 1; }
		at=$((at + n))
	done
}
sees() { within 6 in_order "$@"; } # sees PATTERN...: lines that match stand on the screen in this order, in time
sees_last() { within 6 last_is "$1"; }
last_is() { local s; s=$(screen); [[ ${s##*$'\n'} =~ $1 ]] || { tail -n 12 <<<"$s"; return 1; }; }

console
check "the greeting" sees '^User enable_1 logged in to ciscoasa$' \
	'^Logins over the last 1 days: [0-9]+\.' '^Failed logins since the last login: 0\.' \
	"^Type help or '\\?' for a list of available commands\\.$" '^ciscoasa>$'
line 'reload'
check "a privileged command does not exist at >" sees '^ciscoasa> reload$' '^          \^$' \
	"^ERROR: % Invalid input detected at '\\^' marker\\.$" '^ciscoasa>$'
line 'enable'
check "enable asks for the password" sees '^Password:$'
type_ 'wrong'
check "the password is echoed as stars" sees '^Password: \*\*\*\*\*$'
keys Enter
check "a wrong password" sees '^Invalid password$' '^Password:$'
keys Enter
check "Enter is the password when none is set" sees_last '^ciscoasa#$'
check "nothing of the password was echoed" bash -c "! grep -q wrong <<<\"\$1\"" - "$(full)"

line 'conf t'
check "configuration mode" sees_last '^ciscoasa\(config\)#$'
type_ 'crypto isakmp identity ?'
check "? acts at once and the line stands again" sees 'identity \?$' '^configure mode commands/options:$' \
	'^  address ' '^  auto ' '^  hostname ' '^ciscoasa\(config\)# crypto isakmp identity$'
keys C-c
check "^C drops the line" sees_last '^ciscoasa\(config\)#$'
type_ 'hostn'
keys Tab
check "Tab completes" sees_last '^ciscoasa\(config\)# hostname$'
line 'fw1'
check "hostname changes the prompt at once" sees_last '^fw1\(config\)#$'
line 'hostname ciscoasa'
line 'no shutdwn now'
check "the caret stands under the first wrong character" sees '^ciscoasa\(config\)# no shutdwn now$' '^ +\^$' '^ERROR: %'
line 'interface g0/0'
keys C-z
check "^Z leaves configuration mode" sees_last '^ciscoasa#$'

keys Up Up
check "history" sees_last 'no shutdwn now$'
keys C-c
line 'show history'
check "show history" sees '^  show history$'

# The guide, pasted as one piece.
line 'configure terminal'
tm load-buffer "$DATA/guide.conf"
tm paste-buffer
keys Enter
check "the guide pastes to its end" sees 'nat ?\(inside,outside\) source static any any.*' '^ciscoasa\(config\)#$'
paste=$(full | sed -n '/crypto ikev1 policy 10/,$p')
check "the guide pastes without an error" bash -c '! grep -E "ERROR|Invalid|Incomplete" <<<"$1"' - "$paste"
keys C-c
line 'end'
line 'show running-config tunnel-group'
check "the configuration is there, the key masked" sees 'ikev1 pre-shared-key \*\*\*\*\*$'

line 'clear crypto ikev1 sa'
line 'vpn-sessiondb logoff name test'
check "[confirm] is asked" sees 'Do you want to logoff the VPN session\(s\)\? \[confirm\]$'
keys Enter
check "the sessions logged off are counted" sees '^INFO: Number of sessions with name "test" logged off : 0$'

line 'terminal pager 10'
line 'show running-config'
check "the pager stops" sees_last '^<--- More --->$'
keys Space
check "Space shows the next page" sees_last '^<--- More --->$'
keys q
check "q ends the output" sees_last '^ciscoasa#$'
check "the More prompt was wiped" bash -c '! grep -q "More --->." <<<"$1"' - "$(full)"
line 'show running-config | include ^hostname'
check "a filter" sees '^hostname ciscoasa$' '^ciscoasa#$'

line 'terminal pager 0'
line 'debug crypto ikev1 127'
line 'show debug'
check "show debug" sees '^debug crypto ikev1 enabled at level 127$'
line 'undebug all'

line 'write erase'
check "write erase asks" sees '^Erase configuration in flash memory\? \[confirm\]$'
type_ 'n'
check "anything but y and Enter breaks off" sees_last '^ciscoasa#$'
line 'exit'
check "exit logs off and gatesh ends" sees '^ciscoasa# exit$' '^Logoff$' '^gatesh-status=0$'

console
sees '^ciscoasa>$' >/dev/null
line 'enable'
sees '^Password:$' >/dev/null # what was typed before it is forgotten
keys Enter
sees_last '^ciscoasa#$' >/dev/null
line 'write memory'
sees '^\[OK\]$' >/dev/null
line 'configure terminal'
line 'hostname changed'
line 'reload'
check "reload asks whether to save what was changed" sees '^System config has been modified. Save\? \[Y\]es/\[N\]o:$'
line 'n'
check "reload asks" sees '^Proceed with reload\? \[confirm\]$'
keys Enter
check "the console comes back with the startup-config" sees 'START GRACEFUL SHUTDOWN' \
	'^User enable_1 logged in to ciscoasa$' '^ciscoasa>$'
keys C-d
check "^D logs off after that" sees '^Logoff$' '^gatesh-status=0$'

console
sees '^ciscoasa>$' >/dev/null
keys C-d
check "^D logs off" sees '^Logoff$' '^gatesh-status=0$'
