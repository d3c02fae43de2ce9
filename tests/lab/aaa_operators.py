"""aaa_operators.py ADDRESS DIR PID: OpenSSH's client against the appliance's SSH, whose operators login servers prove.
DIR is the lab's, PID that of the TACACS+ server, which ends here."""
import base64
import hashlib
import hmac
import itertools
import os
import re
import signal
import struct
import subprocess
import sys
import time
import pexpect

address, folder, server = sys.argv[1], sys.argv[2], int(sys.argv[3])
gatesh = [os.environ['BUILD'] + '/gatesh', '--socket', folder + '/gatehouse.sock']
OPTIONS = ['-F', 'none', '-o', 'UserKnownHostsFile=/dev/null', '-o', 'StrictHostKeyChecking=no', '-o', 'LogLevel=INFO',
           '-o', 'PubkeyAuthentication=no', '-o', 'NumberOfPasswordPrompts=1', '-o', 'PreferredAuthentications=keyboard-interactive']
PROMPT, ENABLED = 'ciscoasa> ', 'ciscoasa# '
SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'


def check(text, good, shown=''):
    print(('ok ' if good else 'not ok ') + text, flush=True)
    if not good:
        print('\n'.join('#   ' + line for line in str(shown).splitlines()[-30:]), flush=True)


def configure(*lines):
    p = subprocess.run(gatesh + ['-'], input='\n'.join(lines) + '\n', capture_output=True, text=True, timeout=120)
    return p.stdout + p.stderr


FROM = itertools.cycle('10.10.10.4%d' % i for i in range(1, 10))


def dials(user, *more):
    """From addresses in turn: who was refused has to wait for the next try from his."""
    return pexpect.spawn('ssh', [*more, *OPTIONS, '-b', next(FROM), user + '@' + address], encoding='utf-8', timeout=90)


def answers(c, question, answer):
    c.expect(question)
    c.sendline(answer)


def gets(c, *what):
    """Which of these comes; -1: none of them, and the client ends."""
    try:
        return c.expect(list(what))
    except (pexpect.EOF, pexpect.TIMEOUT):
        return -1


def types(c, line, prompt=ENABLED):
    c.sendline(line)
    c.expect(prompt)
    return c.before


def leaves(c):
    c.sendline('exit')
    c.expect(pexpect.EOF)
    c.close()


def lines(name, pattern):
    if not os.path.exists(folder + '/' + name):
        return []
    with open(folder + '/' + name) as f:
        return [line for line in f if re.search(pattern, line)]


def within(seconds, true):
    end = time.time() + seconds * 6
    while not true():
        if time.time() > end:
            return False
        time.sleep(0.1)
    return True


# ---- TACACS+ ----
c = dials('admin')
answers(c, 'assword: ', 'Adm1nPass')
check('the server lets him in, and says that he begins at `#`', gets(c, PROMPT, ENABLED) == 1, c.before)
check('his privilege is what it said', 'privilege level is 15' in types(c, 'show privilege'), c.before)
leaves(c)
c = dials('admin')
answers(c, 'assword: ', 'wrong')
check('a wrong password', gets(c, PROMPT, ENABLED) == -1, c.before)
c = dials('noshell')
answers(c, 'assword: ', 'N0shell')
check('whom it knows, but who may have no shell', gets(c, PROMPT, ENABLED) == -1, c.before)
c = dials('oper')
answers(c, 'assword: ', 'Op3rPass')
answers(c, 'Code: ', '246810')
check('its question is asked by keyboard-interactive', gets(c, ENABLED) == 0, c.before)
leaves(c)
c = dials('oper')
answers(c, 'assword: ', 'Op3rPass')
answers(c, 'Code: ', '1')
check('a wrong answer', gets(c, PROMPT, ENABLED) == -1, c.before)
c = dials('oper', '-o', 'PreferredAuthentications=password')
answers(c, 'assword: ', 'Op3rPass')
check('who cannot be asked', gets(c, PROMPT, ENABLED) == -1, c.before)

slow = dials('dave')
answers(slow, 'assword: ', 'Slow4')
c = dials('admin')
answers(c, 'assword: ', 'Adm1nPass')
check('while one waits for his server, another comes in', gets(c, ENABLED) == 0 and not slow.expect([pexpect.TIMEOUT, ENABLED], timeout=0.1), c.before)

# ---- commands ----
check('commands are asked for from now on', configure('aaa authorization command TAC LOCAL', 'aaa accounting command TAC',
      'aaa accounting ssh console TAC', 'aaa accounting enable console TAC') == '')
check('what he may', 'bytes total' in types(c, 'sh flash:') or lines('tacacs.log', 'cmd=show cmd-arg=flash'), c.before)
check('it is asked for spelled out', within(3, lambda: lines('tacacs.log', 'author user=admin .*cmd=show cmd-arg=flash: -> pass')),
      lines('tacacs.log', 'author'))
open(folder + '/tacacs.log.go', 'w').close() # he is answered now
check('the slow one comes in too', gets(slow, ENABLED) == 0, slow.before)
leaves(slow)
oper = dials('oper')
answers(oper, 'assword: ', 'Op3rPass')
answers(oper, 'Code: ', '246810')
oper.expect(ENABLED)
check('what he may not', 'Command authorization failed' in types(oper, 'show running-config'), oper.before)
types(oper, 'conf t', r'\(config\)# ')
check('nor in the configuration', 'Command authorization failed' in types(oper, 'hostname taken', r'\(config\)# '), oper.before)
types(oper, 'username carl password Nobody5eesThis', r'\(config\)# ')
check('a password is not told', lines('tacacs.log', r'cmd=username cmd-arg=carl cmd-arg=password cmd-arg=\*\*\*\*\*') and
      not lines('tacacs.log', 'Nobody5ees'), lines('tacacs.log', 'carl'))
types(oper, 'end')
leaves(oper)
check('what he did was told: commands', within(5, lambda: lines('acct.log', r'oper\t.*cmd=configure terminal')), lines('acct.log', ''))
check('his coming and going', within(5, lambda: lines('acct.log', r'^start\toper\t') and lines('acct.log', r'^stop\toper\t.*elapsed_time=')), lines('acct.log', ''))

# A pasted configuration, each line of it asked for.
N = 1000
asked = len(lines('tacacs.log', 'author user=admin .*cmd=object'))
with open(folder + '/askpass', 'w') as f:
    f.write('#!/bin/sh\necho Adm1nPass\n')
os.chmod(folder + '/askpass', 0o755)
begin = time.time()
paste = subprocess.run(['ssh', *OPTIONS, '-T', 'admin@' + address], input='configure terminal\n' + ''.join(
    'object network PASTED-%d\n' % i for i in range(N)) + 'end\nexit\n', text=True, capture_output=True, timeout=600,
    env={**os.environ, 'SSH_ASKPASS': folder + '/askpass', 'SSH_ASKPASS_REQUIRE': 'force'})
took = time.time() - begin
check('%d pasted lines, each asked for' % N, len(lines('tacacs.log', 'author user=admin .*cmd=object')) - asked == N, paste.stdout[-500:] + paste.stderr[-500:])
print('# %d lines a second' % (N / took), flush=True)

# ---- the server goes ----
os.kill(server, signal.SIGKILL)
check('its own: one whom it had let in, and who is no local user, may go',
      'Fallback authorization' in types(c, 'show clock') and 'Command authorization failed' in c.before, c.before)
leaves(c)
c = dials('ann')
answers(c, 'assword: ', 'secret7')
check('a local user comes in now', gets(c, ENABLED) == 0, c.before)
check('and may what his level may', 'Command authorization' not in types(c, 'show clock'), c.before)
leaves(c)
check('the host needs no server', configure('no aaa authorization command TAC LOCAL', 'no aaa accounting command TAC',
      'no aaa accounting ssh console TAC', 'no aaa accounting enable console TAC', 'aaa authentication ssh console RAD LOCAL',
      'aaa authentication enable console RAD LOCAL') == '')

# ---- RADIUS ----
c = dials('admin')
answers(c, 'assword: ', 'Adm1nPass')
check('FreeRADIUS says shell:priv-lvl=15 and Administrative-User', gets(c, PROMPT, ENABLED) == 1, c.before)
types(c, 'disable', PROMPT)
c.sendline('enable')
answers(c, 'assword: ', 'Adm1nPass')
check('enable asks it, too', gets(c, ENABLED) == 0, c.before)
leaves(c)
c = dials('otto')
answers(c, 'assword: ', 'Token6')
check('its challenge is shown', gets(c, 'Enter the code of your token: ') == 0, c.before)
c.close()
c = dials('alice')
answers(c, 'assword: ', 'Wonderland1')
check('of whom it says no privilege does not begin at `#`', gets(c, PROMPT, ENABLED) == 0, c.before)
leaves(c)

# ---- our own users ----
configure('aaa authentication ssh console LOCAL', 'username two password twospw99 privilege 15', 'username two attributes',
          'otp-secret ' + SECRET, 'exit')


def code():
    mac = hmac.new(base64.b32decode(SECRET), struct.pack('>Q', int(time.time()) // 30), hashlib.sha1).digest()
    return '%06d' % ((struct.unpack('>I', mac[mac[19] & 15:][:4])[0] & 0x7fffffff) % 1000000)


c = dials('two')
answers(c, 'assword: ', 'twospw99')
once = code()
answers(c, 'One-time password: ', once)
check('a second factor', gets(c, ENABLED) == 0, c.before)
leaves(c)
c = dials('two')
answers(c, 'assword: ', 'twospw99,' + once)
check('each code once', gets(c, PROMPT, ENABLED) == -1, c.before)
configure('password-policy minimum-length 8', 'password-policy lifetime 90', 'username ann attributes', 'password-date 2020-01-01', 'exit')
c = dials('ann')
answers(c, 'assword: ', 'secret7')
answers(c, '(?s)has expired.*New password: ', 'short')
answers(c, '(?s)at least 8 characters.*New password: ', 'longenough7')
answers(c, 'Once more: ', 'longenough7')
check('a new password in place of one too old', gets(c, ENABLED) == 0, c.before)
leaves(c)
c = dials('ann')
answers(c, 'assword: ', 'longenough7')
check('it is the password from now on', gets(c, ENABLED) == 0, c.before)
check('the configuration has it', not re.search('password-date 2020', types(c, 'show running-config username ann')) and 'password-date' in c.before, c.before)
leaves(c)
