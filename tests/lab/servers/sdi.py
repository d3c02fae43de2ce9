#!/usr/bin/env python3
"""A server of the RSA SecurID Authentication API for tests, with nothing but Python's standard library: initialize and
verify over HTTPS. It is strict: a call that is not as the API wants it gets an HTTP error and a line in the log.

sdi.py ADDRESS ACCESS-KEY AGENT CERT KEY USERS.json LOG [PORT]

USERS: name -> passcode; state (disabled, slow); tries (wrong passcodes that are asked again); method and next: what is
asked behind the right passcode (SECURID_NEXT_TOKENCODE, SECURID_NEW_PIN, ...) and what has to be said then, "" = any
PIN of 4 to 8 digits. Users fault-500, -json, -drop, -redirect, -big, -stall, -key answer by that fault.
"""
import http.server
import json
import ssl
import sys
import threading
import time
import uuid

SLOW = 8  # seconds
STALL = 60
PROMPTS = {
    'SECURID': 'Enter PASSCODE:',
    'SECURID_NEXT_TOKENCODE': 'Wait for the tokencode to change, then enter it:',
}


class Refused(Exception):
    """An HTTP status instead of an answer."""


class Call(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    timeout = 30

    def log_message(self, *args):
        pass

    def send(self, status, body, *headers):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        try:
            call = self.read_call()
            if self.path == '/mfa/v1_1/authn/initialize':
                self.initialize(call)
            elif self.path == '/mfa/v1_1/authn/verify':
                self.verify(call)
            else:
                raise Refused(404, 'no such path: ' + self.path)
        except Refused as e:
            status, why = e.args
            self.server.log('REFUSED %d %s' % (status, why))
            self.send(status, b'{}')

    def read_call(self):
        if self.headers.get('client-key') != self.server.key:
            raise Refused(403, 'wrong client-key')
        if self.headers.get('Content-Type') != 'application/json':
            raise Refused(415, 'not application/json')
        length = self.headers.get('Content-Length', '')
        if not length.isdigit() or int(length) > 65536:
            raise Refused(400, 'no length')
        try:
            call = json.loads(self.rfile.read(int(length)))
            if not call['context']['messageId']:
                raise ValueError
            call['context']['authnAttemptId'], call['context']['inResponseTo']
            for c in call.get('subjectCredentials', []):
                if c['methodId'] != c['collectedInputs'][0]['name'] or len(c['collectedInputs']) != 1:
                    raise ValueError
        except (ValueError, KeyError, TypeError, IndexError):
            raise Refused(400, 'not a call') from None
        return call

    @staticmethod
    def said(call, method):
        for c in call.get('subjectCredentials', []):
            if c['methodId'] == method:
                return str(c['collectedInputs'][0]['value'])
        return None

    # ---- the two calls ----
    def initialize(self, call):
        name = call.get('subjectName')
        if call.get('clientId') != self.server.agent or not isinstance(name, str) or not name:
            raise Refused(403, 'no such agent, or no user')
        if call['context']['authnAttemptId'] or call['context']['inResponseTo']:
            raise Refused(400, 'initialize in an attempt')
        if name.startswith('fault-'):
            return self.fault(name[6:])
        attempt = {'id': str(uuid.uuid4()), 'user': name, 'wants': 'SECURID', 'last': None, 'wrong': 0}
        with self.server.lock:
            self.server.attempts[attempt['id']] = attempt
        return self.step(call, attempt)

    def verify(self, call):
        with self.server.lock:
            attempt = self.server.attempts.get(call['context']['authnAttemptId'])
        if attempt is None or attempt['last'] != call['context']['inResponseTo']:
            raise Refused(400, 'no such attempt, or not in response to its last message')
        if self.said(call, attempt['wants']) is None:
            raise Refused(400, 'nothing for ' + attempt['wants'])
        return self.step(call, attempt)

    def step(self, call, attempt):
        user = self.server.user(attempt['user'])
        wants, value = attempt['wants'], self.said(call, attempt['wants'])
        if value is None:
            return self.ask(call, attempt, wants)
        if user.get('state') == 'slow':
            time.sleep(SLOW)
        if wants == 'SECURID':
            good = value in (user.get('passcode'), attempt.get('now')) and user.get('state') != 'disabled'
            if not good and attempt['wrong'] + 1 < user.get('tries', 1):
                attempt['wrong'] += 1
                return self.ask(call, attempt, wants, wrong=True)
            if good and 'method' in user and 'now' not in attempt:
                return self.ask(call, attempt, user['method'])
            return self.end(call, attempt, good)
        if user['next']:
            return self.end(call, attempt, value == user['next'])
        if not value.isdigit() or not 4 <= len(value) <= 8:
            return self.ask(call, attempt, wants, wrong=True)
        attempt['now'] = value + '333444'  # the new PIN and a tokencode
        return self.ask(call, attempt, 'SECURID')

    # ---- answers ----
    def answer(self, call, attempt, code, reason, method, fared, challenges):
        attempt['last'] = str(uuid.uuid4())
        self.server.log('user=%s %s %s' % (attempt['user'], code, method))
        self.send(200, json.dumps({
            'context': {'authnAttemptId': attempt['id'], 'messageId': attempt['last'],
                        'inResponseTo': call['context']['messageId']},
            'credentialValidationResults': [{'methodId': method, 'methodResponseCode': fared, 'methodReasonCode': reason,
                                             'authnAttributes': []}] if fared else [],
            'attemptResponseCode': code, 'attemptReasonCode': reason,
            'challengeMethods': {'challenges': challenges}}).encode(), ('Content-Type', 'application/json'))

    def ask(self, call, attempt, method, wrong=False):
        attempt['wants'] = method
        text = PROMPTS.get(method, 'Enter a new PIN of 4 to 8 digits:')
        self.answer(call, attempt, 'CHALLENGE', 'VERIFY_ERROR' if wrong else 'AUTHENTICATION_REQUIRED', method,
                    'FAIL' if wrong else None, [{'methodSetId': None, 'requiredMethods': [{
                        'methodId': method, 'priority': 10, 'versions': [{
                            'versionId': '1.0.0', 'valueRequired': True,
                            'prompt': {'defaultText': text, 'sensitive': True, 'minLength': 4, 'maxLength': 16}}]}]}])

    def end(self, call, attempt, good):
        with self.server.lock:
            self.server.attempts.pop(attempt['id'], None)
        self.answer(call, attempt, 'SUCCESS' if good else 'FAIL', 'CREDENTIAL_VERIFIED' if good else 'VERIFY_ERROR',
                    attempt['wants'], 'SUCCESS' if good else 'FAIL', [])

    def fault(self, how):
        self.server.log('fault ' + how)
        if how == '500':
            self.send(500, b'<html>Internal Server Error</html>', ('Content-Type', 'text/html'))
        elif how == 'json':
            self.send(200, b'{"attemptResponseCode": "SUCC', ('Content-Type', 'application/json'))
        elif how == 'redirect':
            self.send(302, b'', ('Location', 'http://192.0.2.1/mfa/v1_1/authn/initialize'))
        elif how == 'big':
            self.send(200, b'{"x": "' + b'A' * (8 << 20) + b'", "attemptResponseCode": "SUCCESS"}')
        elif how == 'stall':
            time.sleep(STALL)
        elif how == 'key':
            raise Refused(403, 'as if the key were wrong')
        else:
            self.close_connection = True
            self.connection.close()


class Server(http.server.ThreadingHTTPServer):
    request_queue_size = 256

    def __init__(self, address, key, agent, cert, cert_key, users, log, port='5555'):
        self.key, self.agent, self.users, self.log_name = key, agent, users, log
        self.attempts, self.lock = {}, threading.Lock()
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.minimum_version = ssl.TLSVersion.TLSv1_2
        self.tls.load_cert_chain(cert, cert_key)
        super().__init__((address, int(port)), Call)

    def get_request(self):
        sock, where = super().get_request()  # the handshake is the call's own thread's
        return self.tls.wrap_socket(sock, server_side=True, do_handshake_on_connect=False), where

    def handle_error(self, request, client_address):
        self.log('connection: %s' % sys.exc_info()[1])

    def user(self, name):
        with open(self.users, encoding='utf-8') as f:  # tests change it
            return json.load(f).get(name, {})

    def log(self, line):
        with self.lock, open(self.log_name, 'a', encoding='utf-8') as f:
            f.write(line + '\n')


if __name__ == '__main__':
    if len(sys.argv) not in (8, 9):
        sys.exit(__doc__)
    server = Server(*sys.argv[1:])
    print('ready', flush=True)
    server.serve_forever()
