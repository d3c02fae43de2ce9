/*
 * struct login: part of a connection. A question goes to the listener and from
 * there, under the number that the listener gave us, to the manager; the answer
 * may take its time (the delay after wrong passwords is the manager's), and is
 * waited for as long as the client is there. Too many tries end the process.
 */
#include "cli/ssh/login.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/ssh/talk.h"
#include "engine/crypto/base64.h"

#define PASSWORDS 3 /* a connection may try */
#define KEYS 20
#define KEY_MAX 4096

/* Waits for an answer; false when the client goes before it comes. */
static bool wait_answer(const struct login *l)
{
	struct pollfd p[2] = {
	    {.fd = l->door, .events = POLLIN}, {.fd = l->net, .events = POLLRDHUP}};

	while (!p[0].revents && !p[1].revents)
		if (poll(p, 2, -1) < 0)
			return false;
	return p[0].revents & POLLIN;
}

static bool ask(struct login *l, struct ipc_msg *question)
{
	uint8_t buf[TALK_MAX];
	struct ipc_msg answer;

	question->type = MSG_DOOR_LOGIN;
	question->fd = -1;
	l->asked = true;
	l->questioned = false;
	if (strlen(question->door_login.user) > 64 ||
	    (question->door_login.password && strlen(question->door_login.password) > 256))
		return false;
	if (!talk_send(l->door, question, NULL) || !wait_answer(l) ||
	    talk_receive(l->door, buf, &answer, NULL) != 1 || answer.type != MSG_DOOR_ANSWER) {
		l->over = true;
		return false;
	}
	if (answer.door_answer.asks) {
		l->questioned = true;
		l->echo = answer.door_answer.echo;
		snprintf(l->text, sizeof(l->text), "%s", answer.door_answer.text);
	}
	return answer.door_answer.yes;
}

/* Counts what was refused. After the last try the client is told goodbye, and not to try anew: he
 * would ask the person for one more password. */
static int outcome(struct login *l, bool yes, unsigned *count, unsigned most)
{
	if (!yes && ++*count >= most) {
		ssh_disconnect(l->ssh);
		_exit(0);
	}
	l->in = l->in || yes;
	return yes ? SSH_AUTH_SUCCESS : SSH_AUTH_DENIED;
}

static int try_password(
    struct login *l, const char *method, const char *user, const char *password)
{
	struct ipc_msg m = {.door_login = {.method = method, .user = user, .password = password}};
	bool yes = !l->over && ask(l, &m);

	return l->questioned ? SSH_AUTH_PARTIAL : outcome(l, yes, &l->tries, PASSWORDS);
}

static int on_password(ssh_session ssh, const char *user, const char *password, void *arg)
{
	(void)ssh;
	return try_password(arg, "password", user, password);
}

/* The key in wire form; its length, 0 when it is none that we take. */
static uint16_t key_bytes(ssh_key key, uint8_t to[KEY_MAX])
{
	char *text = NULL;
	int n = 0;

	if (ssh_pki_export_pubkey_base64(key, &text) == SSH_OK && text)
		n = base64_decode(text, strlen(text), to, KEY_MAX);
	ssh_string_free_char(text);
	return n > 0 ? (uint16_t)n : 0;
}

static int on_key(
    ssh_session ssh, const char *user, struct ssh_key_struct *key, char state, void *arg)
{
	struct login *l = arg;
	uint8_t bytes[KEY_MAX];
	struct ipc_msg m = {.door_login = {.method = "key", .user = user}};

	(void)ssh;
	m.door_login.key = (struct bytes){key_bytes(key, bytes), bytes};
	if (state == SSH_PUBLICKEY_STATE_VALID)
		m.door_login.method = "signed";
	else if (state != SSH_PUBLICKEY_STATE_NONE)
		m.door_login.key.len = 0;
	if (l->over || !m.door_login.key.len || !ask(l, &m))
		return outcome(l, false, &l->keys, KEYS);
	if (state == SSH_PUBLICKEY_STATE_NONE)
		return SSH_AUTH_SUCCESS; /* it would do: may it sign? */
	return outcome(l, true, &l->keys, KEYS);
}

/* Asks the person: the last line of the text is the question, what is before it explains. */
static int question(ssh_message msg, const char *text, bool echoes)
{
	const char *last = strrchr(text, '\n'), *asks = last ? last + 1 : text;
	char before[512] = "", prompt[520], echo = (char)echoes;
	const char *prompts[] = {prompt};
	size_t n = strlen(asks);

	if (last)
		snprintf(before, sizeof(before), "%.*s", (int)(last - text), text);
	snprintf(prompt, sizeof(prompt), "%s%s", n ? asks : "Response",
	    n && strchr(" :?", asks[n - 1]) ? (asks[n - 1] == ' ' ? "" : " ") : ": ");
	return ssh_message_auth_interactive_request(msg, "", before, 1, prompts, &echo) != SSH_OK;
}

/* keyboard-interactive: the answer to the first question is the password; a login server may have
 * more of them. libssh has no callback for it. */
static int on_message(ssh_session ssh, ssh_message msg, void *arg)
{
	struct login *l = arg;
	bool more = l->questioned;
	int how;

	if (ssh_message_type(msg) != SSH_REQUEST_AUTH ||
	    ssh_message_subtype(msg) != SSH_AUTH_METHOD_INTERACTIVE || l->in || l->over)
		return 1;
	if (!ssh_message_auth_kbdint_is_response(msg)) {
		const char *user = ssh_message_auth_user(msg);

		if (!user || strlen(user) >= sizeof(l->user))
			return 1;
		strcpy(l->user, user);
		l->questioned = false; /* he begins anew */
		return question(msg, "Password: ", false);
	}
	if (ssh_userauth_kbdint_getnanswers(ssh) != 1 || !l->user[0])
		return 1;
	how = try_password(l, more ? "answer" : "interactive", l->user,
	    ssh_userauth_kbdint_getanswer(ssh, 0));
	if (how == SSH_AUTH_PARTIAL)
		return question(msg, l->text, l->echo);
	return how != SSH_AUTH_SUCCESS || ssh_message_auth_reply_success(msg, 0) != SSH_OK;
}

void login_start(struct login *l, ssh_session ssh, int net, int door)
{
	*l = (struct login){.ssh = ssh, .net = net, .door = door};
	l->callbacks.userdata = l;
	l->callbacks.auth_password_function = on_password;
	l->callbacks.auth_pubkey_function = on_key;
	ssh_set_auth_methods(ssh,
	    SSH_AUTH_METHOD_PUBLICKEY | SSH_AUTH_METHOD_INTERACTIVE | SSH_AUTH_METHOD_PASSWORD);
	ssh_set_message_callback(ssh, on_message, l);
}
