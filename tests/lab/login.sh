# Logins at the console: authentication of the serial console, lockout, enable by one's own password, what a
# terminal is told, and that nothing but a login leads to a prompt (login.py).
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
skip_unless_built gatehouse gatesh
PY=/usr/bin/python3
$PY -c 'import pexpect' 2>/dev/null || { echo "skip python3-pexpect is not installed"; exit 0; }
lab_up
start_gatehouse
export BUILD
conf() { printf '%s\n' "$@" | timeout 60 "$BUILD/gatesh" --socket "$LAB_DIR/gatehouse.sock" -; }
warned() { conf 'aaa authentication serial console LOCAL' | grep -F "WARNING: local database is empty! Use 'username' command to define local users."; }
check "without users: a warning" warned
check "users and banners" conf 'username ann password annspw privilege 15' 'username bob password bobspw privilege 5' \
	'banner motd Maintenance of $(hostname)' 'banner motd   on Saturday' 'banner login Only for people of this house' 'banner exec Be careful' \
	'aaa local authentication attempts max-fail 2' 'logging enable' 'logging buffered debugging'
$PY "$TOP/tests/lab/login.py" "$LAB_DIR/gatehouse.sock" ask || not_ok "login.py ask ends"
check "605005 tells of the console" within 3 says 'show logging' '%ASA-6-605005: Login permitted from serial to console for user "ann"'
check "605004, too" within 3 says 'show logging' '%ASA-6-605004: Login denied from serial to console for user "bob"'
check "a stranger's name is not told" says_not 'show logging' 'nosuchname'
check "113006: he is locked out" within 3 says 'show logging' '%ASA-6-113006: User bob locked out on exceeding 2 successive failed authentication attempts'
check "he stands in the list" says 'show aaa local user locked' ' Y +bob$'
check "he is let in again" show 'clear aaa local user lockout username bob'
check "enable with one's own password" conf 'aaa authentication enable console LOCAL' 'enable password other'
$PY "$TOP/tests/lab/login.py" "$LAB_DIR/gatehouse.sock" enable || not_ok "login.py enable ends"
check "all is saved" show 'write memory'
stop_gatehouse
start_gatehouse
check "and is there after a restart" says 'show aaa login-history user bob' '^Last successful login: .* from console$'
check "nothing of it is anybody's" bash -c "test \"\$(stat -c %a '$LAB_DIR/state/logins')\" = 600"
