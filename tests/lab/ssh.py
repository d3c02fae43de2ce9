"""ssh.py ADDRESS SOCKET: OpenSSH's client, unmodified, against the appliance's SSH: as a person, by scripts. SOCKET is the
console's, for what an administrator does meanwhile; SSH_ASKPASS answers with ann's password."""
import os
import re
import subprocess
import sys
import time
import pexpect

address, socket = sys.argv[1:3]
gatesh = [os.environ['BUILD'] + '/gatesh', '--socket', socket]
OPTIONS = ['-F', 'none', '-o', 'UserKnownHostsFile=/dev/null', '-o', 'StrictHostKeyChecking=no', '-o', 'LogLevel=ERROR']
PROMPT, ENABLED = 'ciscoasa> ', 'ciscoasa# '


def check(text, good, shown=''):
    print(('ok ' if good else 'not ok ') + text, flush=True)
    if not good:
        print('\n'.join('#   ' + line for line in str(shown).splitlines()[-30:]), flush=True)


def console(*lines):
    return subprocess.run(gatesh + [a for line in lines for a in ('-c', line)], capture_output=True, text=True, timeout=60).stdout


def configure(*lines):
    p = subprocess.run(gatesh + ['-'], input='\n'.join(lines) + '\n', capture_output=True, text=True, timeout=60)
    return p.stdout + p.stderr


def within(seconds, true):
    end = time.time() + seconds * 6
    while not true():
        if time.time() > end:
            return False
        time.sleep(0.1)
    return True


def person(user='ann', password='secret7', *more, size=(24, 80)):
    c = pexpect.spawn('ssh', OPTIONS + ['-o', 'PubkeyAuthentication=no', user + '@' + address, *more], encoding='utf-8', timeout=60, dimensions=size,
                      env={k: v for k, v in os.environ.items() if not k.startswith('SSH_')})
    c.expect('assword: ')
    c.sendline(password)
    return c


def script(*command, options=(), text=None):
    return subprocess.run(['ssh', *OPTIONS, *options, 'ann@' + address, *command],
                          input=text, stdin=None if text is not None else subprocess.DEVNULL, capture_output=True, text=True, timeout=90)


def end(c):
    c.expect(pexpect.EOF)
    c.close()
    return c.exitstatus


# ---- a person ----
c = person()
c.expect(PROMPT)
check('a person is greeted, at `>`', 'User ann logged in to ciscoasa' in c.before and "Type help or '?'" in c.before, c.before)
c.sendline('enable')
c.expect('assword: ')
c.sendline('letmein')
c.expect(ENABLED)
c.sendline('show ssh sessions')
c.expect(ENABLED)
check('show ssh sessions: both ways, with the user', re.search(r'\n0 +\S+ +2\.0 +IN +\S+ +\S+ +SessionStarted +ann', c.before)
      and re.search(r'\n +OUT ', c.before), c.before)
c.sendline('who')
c.expect(ENABLED)
check('who names him', re.search(r'0: \S+ ssh ann', c.before), c.before)
c.setwinsize(40, 132)
check('the window has another size: his terminal too', within(3, lambda: (c.sendline('show terminal'), c.expect(ENABLED))[1] == 0 and 'Width = 132' in c.before), c.before)
c.sendline('exit')
check('exit: Logoff, status 0', end(c) == 0 and 'Logoff' in c.before, c.before)

c = person('ann', 'wrong')
c.expect('assword: ')
c.sendline('wrong too')
c.expect('assword: ', timeout=120)
c.sendline('wrong again')
c.expect(pexpect.EOF, timeout=60)
check('three wrong passwords: the connection is closed', within(1, lambda: not c.isalive()))
c.close()
check('and told: 605004', within(2, lambda: 'ASA-6-605004: Login denied from' in console('show logging')), console('show logging'))

# ---- scripts ----
p = script('show version')
check('a command: its output, status 0', p.returncode == 0 and 'Adaptive Security Appliance' in p.stdout, p)
check('nothing but its output', 'logged in' not in p.stdout and 'ciscoasa>' not in p.stdout, p.stdout)
p = script('show nonsense')
check('a command that is refused: status 1', p.returncode == 1 and 'Invalid input' in p.stdout, p)
p = script(text='enable\nletmein\nconfigure terminal\ndomain-name one.example\nend\nshow running-config domain-name\nexit\n')
check('lines on standard input, as typed', p.returncode == 0 and 'domain-name one.example' in p.stdout and 'ciscoasa(config)# ' in p.stdout, p)
p = script(text='enable\nletmein\nnonsense\nshow clock\n')
check('one of them refused: the rest runs, status 1', p.returncode == 1 and 'UTC' in p.stdout, p)
p = script('cat', options=['-s'])
check('a subsystem is refused', p.returncode != 0 and 'subsystem request failed' in p.stderr, p)
p = script('show clock', options=['-o', 'ExitOnForwardFailure=yes', '-R', '2000:localhost:22', '-o', 'LogLevel=ERROR'])
check('forwarding is refused', p.returncode == 255 and 'forwarding failed' in p.stderr, p)
p = script('show clock', options=['-A', '-X', '-o', 'SendEnv=*'])
check('an agent, X11, an environment: not taken, nothing is lost', p.returncode == 0 and 'UTC' in p.stdout, p)
lines = ''.join('name 10.%d.%d.1 host-%d\n' % (i // 250, i % 250, i) for i in range(1000))
p = script(text='enable\nletmein\nconfigure terminal\n' + lines + 'end\nexit\n')
n = console('show running-config').count('\nname 10.')
check('1,000 lines pasted: none is lost', p.returncode == 0 and n == 1000, '%d %s' % (n, p.stdout[-300:]))
configure(*['no name 10.%d.%d.1' % (i // 250, i % 250) for i in range(1000)])
p = script(options=['-o', 'ServerAliveInterval=1'], text='enable\nletmein\nshow running-config\nexit\n')
check('a whole configuration comes back', p.returncode == 0 and '\n: end\n' in p.stdout, p.stdout[-200:])

# ---- an administrator ends sessions ----
def alone():
    """The sessions of before have ended: the next one is the only one."""
    check('nobody is logged in', within(3, lambda: ' IN ' not in console('show ssh sessions')), console('show ssh sessions'))


alone()
c = person()
c.expect(PROMPT)
sid = re.search(r'\n(\d+) +\S+ +2\.0', console('show ssh sessions')).group(1)
check('ssh disconnect: of nobody is refused', 'no SSH session 99' in console('ssh disconnect 99'))
console('ssh disconnect ' + sid)
check('ssh disconnect ends the session', end(c) is not None and within(2, lambda: ' ann' not in console('show ssh sessions')))
check('told with the reason: 315011', within(2, lambda: 'reason: "Terminated by operator"' in console('show logging')), console('show logging'))
alone()
c = person()
c.expect(PROMPT)
console('kill ' + re.search(r'(\d+): \S+ ssh ann', console('who')).group(1))
check('kill ends it too', end(c) is not None)
c = person()
c.expect(PROMPT)
c.kill(9)
c.close()
check('a client that is killed leaves no session', within(3, lambda: ' ann' not in console('show ssh sessions')), console('show ssh sessions'))

# ---- algorithms ----
OLD = ['-o', 'KexAlgorithms=diffie-hellman-group14-sha1', '-o', 'Ciphers=aes128-cbc', '-o', 'MACs=hmac-sha1', '-o', 'HostKeyAlgorithms=ssh-rsa',
       '-o', 'PubkeyAcceptedAlgorithms=+ssh-rsa']
check('old algorithms are not offered', script('show clock', options=OLD).returncode == 255)
said = configure('ssh legacy-algorithms')
check('one line offers them, with a warning', 'WARNING' in said, said)
check('an old client gets in', within(3, lambda: script('show clock', options=OLD).returncode == 0), script('show clock', options=OLD))
check('and one of today as before', script('show clock').returncode == 0)
configure('no ssh legacy-algorithms', 'ssh key-exchange group dh-group14-sha256', 'ssh cipher encryption custom aes256-ctr', 'ssh cipher integrity high')
ONLY = ['-o', 'KexAlgorithms=diffie-hellman-group14-sha256', '-o', 'Ciphers=aes256-ctr']
check('only what is configured is spoken', within(3, lambda: script('show clock', options=['-o', 'KexAlgorithms=curve25519-sha256']).returncode == 255
                                               and script('show clock', options=ONLY).returncode == 0))
configure('no ssh key-exchange group', 'no ssh cipher encryption', 'no ssh cipher integrity')

# ---- host keys ----
def host_keys():
    out = subprocess.run(['ssh-keyscan', '-T', '20', address], capture_output=True, text=True, timeout=60).stdout
    return {line.split()[1]: line.split()[2] for line in out.splitlines() if not line.startswith('#')}


before = host_keys()
check('three kinds of host keys', set(before) == {'ssh-rsa', 'ecdsa-sha2-nistp256', 'ssh-ed25519'} or len(before) >= 2, before)
p = subprocess.run(gatesh + ['-c', 'configure terminal', '-c', 'crypto key generate eddsa'], input='maybe\nno\n', capture_output=True, text=True, timeout=60).stdout
check('crypto key generate asks before it replaces', 'keypair already defined named <Default-EDDSA-Key>' in p
      and p.count('Do you really want to replace them? [yes/no]: ') == 2 and host_keys() == before, p)
p = console('configure terminal', 'crypto key generate rsa modulus 3072 noconfirm', 'crypto key generate eddsa noconfirm')
after = host_keys()
check('new keys are shown at once', p.count('Please wait') == 2 and after['ssh-ed25519'] != before['ssh-ed25519']
      and after['ecdsa-sha2-nistp256'] == before['ecdsa-sha2-nistp256'], p)
check('show crypto key mypubkey', 'Modulus Size (bits): 3072' in console('show crypto key mypubkey rsa'))
console('configure terminal', 'crypto key zeroize eddsa noconfirm')
check('zeroize: that key is shown no more, the others serve', 'ssh-ed25519' not in host_keys() and script('show clock').returncode == 0)
console('configure terminal', 'crypto key zeroize rsa noconfirm', 'crypto key zeroize ecdsa noconfirm')
check('without any key nobody gets in, and it is told', script('show clock').returncode == 255 and 'There is no host key' in console('show ssh'))
console('configure terminal', 'crypto key generate ecdsa', 'crypto key generate eddsa')
check('keys again: open again', script('show clock').returncode == 0)
