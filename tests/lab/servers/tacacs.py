#!/usr/bin/env python3
"""A TACACS+ server for tests (RFC 8907), with nothing but Python's standard library and openssl(1):
ASCII, PAP, CHAP, MS-CHAPv1 and enable, authorization of shells, commands and PPP, accounting; one
connection for many sessions. It is strict: what the RFC forbids is answered with ERROR and a line PROTOCOL in the log.

tacacs.py ADDRESS KEY USERS.json LOG ACCT [PORT]

USERS: name -> password, enable, state (disabled, expired, slow), code (asked behind the password), shell and ppp
(arguments of an authorization), commands ([permit|deny, regular expression of the line], the first that fits).
LOG gets a line for each thing decided, ACCT one for each record: flag, user, port, from, arguments, between tabs.
"""
import asyncio
import hashlib
import hmac
import json
import os
import re
import struct
import subprocess
import sys

AUTHEN, AUTHOR, ACCT = 1, 2, 3
UNENCRYPTED, SINGLE = 1, 4
PASS, FAIL, GETDATA, GETUSER, GETPASS, ERROR = 1, 2, 3, 4, 5, 7
ASCII, PAP, CHAP, MSCHAP = 1, 2, 3, 5
ENABLE = 2
NOECHO, ABORT = 1, 1
SLOW = 90  # seconds, or until there is a file LOG.go


class Protocol(Exception):
    """What the RFC forbids."""


def hidden(key, session, version, seq, body):
    pad = b''
    while len(pad) < len(body):
        pad += hashlib.md5(session + key + bytes([version, seq]) + pad[-16:]).digest()
    return bytes(x ^ y for x, y in zip(body, pad))


def openssl(data, *how):
    return subprocess.run(['openssl', *how, '-provider', 'legacy', '-provider', 'default'], input=data, capture_output=True,
                          check=True).stdout


def nt_response(challenge, password):
    """RFC 2433 A.5: the challenge under three keys of DES, cut from the MD4 of the password."""
    digest = openssl(password.encode('utf-16-le'), 'dgst', '-md4', '-binary') + bytes(5)
    out = b''
    for at in (0, 7, 14):
        bits = int.from_bytes(digest[at:at + 7], 'big')
        key = bytes((bits >> (49 - 7 * i) & 0x7f) << 1 for i in range(8))
        out += openssl(challenge, 'enc', '-des-ecb', '-nopad', '-K', key.hex())
    return out


def cut(body, *sizes):
    """The fields of these sizes, which have to be all of the body."""
    if sum(sizes) != len(body):
        raise Protocol('lengths do not add up (another key?)')
    out, at = [], 0
    for n in sizes:
        out.append(body[at:at + n])
        at += n
    return out


def fixed(body, form):
    n = struct.calcsize(form)
    if len(body) < n:
        raise Protocol('short body')
    return struct.unpack(form, body[:n]), body[n:]


def same(a, b):
    return a is not None and hmac.compare_digest(a.encode(), b)


class Server:
    def __init__(self, key, users, log, acct):
        self.key, self.file, self.log_name, self.acct_name = key.encode(), users, log, acct

    def user(self, name):
        with open(self.file, encoding='utf-8') as f:  # tests change it
            return json.load(f).get(name.decode('utf-8', 'replace'))

    @staticmethod
    def write(name, line):
        with open(name, 'a', encoding='utf-8') as f:
            f.write(line + '\n')

    def log(self, line):
        self.write(self.log_name, line)

    # ---- a connection ----
    async def connection(self, reader, writer):
        sessions, state = {}, {'single': None}
        tasks = set()
        try:
            while True:
                head = await reader.readexactly(12)
                version, kind, seq, flags = head[:4]
                length = struct.unpack('!I', head[8:])[0]
                if version >> 4 != 12 or kind not in (AUTHEN, AUTHOR, ACCT) or length > 65536:
                    raise Protocol('not a header: ' + head.hex())
                body = await reader.readexactly(length)
                if state['single'] is None:
                    state['single'] = bool(flags & SINGLE)
                    self.log('connection ' + ('single' if flags & SINGLE else 'plain'))
                if head[4:8] not in sessions and sessions and not state['single']:
                    raise Protocol('a second session on a connection that is not shared')
                task = asyncio.ensure_future(self.packet(writer, sessions, state, head, body))
                tasks.add(task)
                task.add_done_callback(tasks.discard)
        except Protocol as e:
            self.log('PROTOCOL %s' % e)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            for t in list(tasks):
                t.cancel()
            writer.close()

    async def packet(self, writer, sessions, state, head, body):
        version, kind, seq, flags = head[:4]
        ident = head[4:8]
        s = sessions.setdefault(ident, {'seq': 0, 'kind': kind, 'step': None})
        try:
            if flags & UNENCRYPTED:
                raise Protocol('a body in the clear')
            if kind != s['kind'] or seq != s['seq'] + 1 or seq % 2 == 0:
                raise Protocol('kind %d, sequence number %d after %d' % (kind, seq, s['seq']))
            s['seq'] = seq + 1
            body = hidden(self.key, ident, version, seq, body)
            act = {AUTHEN: self.authen, AUTHOR: self.author, ACCT: self.acct}[kind]
            out, over = await act(s, version & 15, body)
        except Protocol as e:
            self.log('PROTOCOL %s' % e)
            out, over = {AUTHEN: bytes([ERROR, 0, 0, 0, 0, 0]), AUTHOR: bytes([0x11, 0, 0, 0, 0, 0]),
                         ACCT: bytes([0, 0, 0, 0, 2])}[kind], True
        if out is not None:
            writer.write(bytes([version, kind, seq + 1, SINGLE if state['single'] else 0]) + ident +
                         struct.pack('!I', len(out)) + hidden(self.key, ident, version, seq + 1, out))
        if over:
            sessions.pop(ident, None)
            if not state['single']:
                writer.close()

    # ---- authentication ----
    @staticmethod
    def reply(status, text='', flags=0):
        return struct.pack('!BBHH', status, flags, len(text), 0) + text.encode()

    async def authen(self, s, minor, body):
        if s['seq'] == 2:
            return await self.start(s, minor, body)
        (text, data, flags), rest = fixed(body, '!HHB')
        text, _ = cut(rest, text, data)
        if flags & ABORT:
            self.log('abort user=%s' % s['user'].decode())
            return None, True
        if s['step'] == 'user':
            s['user'], s['step'] = text, 'pass'
            return self.reply(GETPASS, 'Password: ', NOECHO), False
        if s['step'] == 'pass':
            user = self.user(s['user'])
            good = user is not None and same(user.get('enable' if s['enable'] else 'password'), text)
            if good and 'code' in user and not s['enable']:
                s['step'] = 'code'
                return self.reply(GETDATA, 'Code: '), False
            return await self.verdict(s, 'enable' if s['enable'] else 'ascii', lambda u: good)
        if s['step'] == 'code':
            return await self.verdict(s, 'code', lambda u: same(u['code'], text))
        raise Protocol('CONTINUE out of place')

    async def start(self, s, minor, body):
        (action, level, kind, service, *sizes), rest = fixed(body, '!8B')
        user, port, where, data = cut(rest, *sizes)
        s.update(user=user, enable=service == ENABLE)
        if action != 1 or level > 15 or kind not in (ASCII, PAP, CHAP, MSCHAP) or service not in (1, 2, 3):
            raise Protocol('START of action %d, level %d, type %d, service %d' % (action, level, kind, service))
        if minor != (kind != ASCII):
            raise Protocol('minor version %d of type %d' % (minor, kind))
        if not port or not where:
            raise Protocol('no port or no remote address')
        self.log('start user=%s level=%d type=%d service=%d port=%s from=%s' % (
            user.decode(), level, kind, service, port.decode(), where.decode()))
        if s['enable'] and kind != ASCII:
            raise Protocol('enable is asked for by questions')
        if kind == ASCII:
            if data:
                raise Protocol('data in an ASCII START')
            s['step'] = 'pass' if user else 'user'
            return (self.reply(GETPASS, 'Password: ', NOECHO) if user else self.reply(GETUSER, 'Username: ')), False
        if not user:
            raise Protocol('no user')
        if kind == PAP:
            return await self.verdict(s, 'pap', lambda u: same(u['password'], data))
        if kind == CHAP:
            if len(data) < 1 + 1 + 16:
                raise Protocol('CHAP of %d bytes' % len(data))
            return await self.verdict(s, 'chap', lambda u: hmac.compare_digest(data[-16:], hashlib.md5(
                data[:1] + u['password'].encode() + data[1:-16]).digest()))
        if len(data) != 1 + 8 + 49:
            raise Protocol('MS-CHAP of %d bytes' % len(data))
        return await self.verdict(s, 'mschap', lambda u: data[-1] == 1 and hmac.compare_digest(
            data[-25:-1], nt_response(data[1:9], u['password'])))

    async def slow(self):
        for _ in range(10 * SLOW):
            if os.path.exists(self.log_name + '.go'):
                return
            await asyncio.sleep(0.1)

    async def verdict(self, s, how, check):
        user = self.user(s['user'])
        state = (user or {}).get('state')
        if state == 'slow':
            await self.slow()
        good = user is not None and check(user)
        text = {'disabled': 'Account disabled', 'expired': 'Password has expired'}.get(state, '') if good else ''
        good = good and not text
        self.log('authen %s user=%s %s' % (how, s['user'].decode(), 'pass' if good else 'fail'))
        return self.reply(PASS if good else FAIL, text), True

    # ---- authorization and accounting ----
    @staticmethod
    def arguments(body):
        (*sizes, count), rest = fixed(body, '!4B')
        lengths, rest = rest[:count], rest[count:]
        user, port, where, *args = cut(rest, *sizes, *lengths)
        args = [a.decode() for a in args]
        for a in args:
            if not re.match('[^=*]+[=*]', a):
                raise Protocol('argument %r' % a)
        return user, port.decode(), where.decode(), args

    async def author(self, s, minor, body):
        (method, level, kind, service), rest = fixed(body, '!4B')
        user, port, where, args = self.arguments(rest)
        if minor or s['seq'] != 2 or not method or level > 15:
            raise Protocol('authorization of minor version %d, method %d, level %d' % (minor, method, level))
        status, out = self.decide(self.user(user) or {}, args)
        self.log('author user=%s level=%d port=%s from=%s %s -> %s' % (
            user.decode(), level, port, where, ' '.join(args), 'pass' if status == 1 else 'fail'))
        out = [a.encode() for a in out]
        return struct.pack('!BBHH', status, len(out), 0, 0) + bytes(map(len, out)) + b''.join(out), True

    @staticmethod
    def decide(user, args):
        words = [a.split('=', 1)[1] for a in args if a.startswith(('cmd=', 'cmd-arg='))]
        if user.get('state') in ('disabled', 'expired'):
            return 0x10, []
        if args[:1] == ['service=ppp'] and 'protocol=ip' in args and 'ppp' in user:
            return 1, user['ppp']
        if args[:1] != ['service=shell'] or not words:
            return 0x10, []
        if words == ['']:
            return (1, user['shell']) if 'shell' in user else (0x10, [])
        for verb, line in user.get('commands', []):
            if re.fullmatch(line, ' '.join(words)):
                return (1 if verb == 'permit' else 0x10), []
        return 0x10, []

    async def acct(self, s, minor, body):
        (flags, method, level, kind, service), rest = fixed(body, '!5B')
        user, port, where, args = self.arguments(rest)
        if minor or s['seq'] != 2 or flags not in (2, 4, 8, 10) or not any(a.startswith('task_id=') for a in args):
            raise Protocol('accounting of minor version %d, flags %d, %s' % (minor, flags, args))
        word = {2: 'start', 4: 'stop', 8: 'update', 10: 'update'}[flags]
        self.write(self.acct_name, '\t'.join([word, user.decode(), port, where] + args))
        return struct.pack('!HHB', 0, 0, 1), True


async def main(address, key, users, log, acct, port='49'):
    server = Server(key, users, log, acct)
    listening = await asyncio.start_server(server.connection, address, int(port), backlog=256)
    print('ready', flush=True)
    async with listening:
        await listening.serve_forever()


if __name__ == '__main__':
    if len(sys.argv) not in (6, 7):
        sys.exit(__doc__)
    asyncio.run(main(*sys.argv[1:]))
