/*
 * The console socket: what a client may send and when, how many clients there
 * may be, and what becomes of one that talks nonsense or does not read. A real
 * manager, a real socket, and clients that are written here byte by byte. /
 */
#include <check.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "cli/operator/console.h"
#include "cli/operator/console_client.h"
#include "cli/operator/console_server.h"
#include "cli/operator/tokens.h"
#include "tests/support/box.h"

static struct box box;
static struct console_server *server, *door;
static struct tokens tokens;

/* A client: what it was sent, a letter a frame (t text, p prompt, d done, a async, ...). */
struct peer {
	int fd;
	struct console_reader reader;
	struct text kinds, text;
	bool gone;
};

static void come_to(struct peer *p, const char *name)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};

	*p = (struct peer){.fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0)};
	snprintf(to.sun_path, sizeof to.sun_path, "%s/%s", box.dir, name);
	ck_assert_int_eq(connect(p->fd, (struct sockaddr *)&to, sizeof to), 0);
	box_turn();
}

static void come(struct peer *p)
{
	come_to(p, "socket");
}

static void leave(struct peer *p)
{
	close(p->fd);
	console_reader_free(&p->reader);
	text_free(&p->kinds);
	text_free(&p->text);
	box_turn();
}

static char kind_of(enum console_type type)
{
	switch (type) {
	case CONSOLE_TEXT:
		return 't';
	case CONSOLE_ASYNC:
		return 'a';
	case CONSOLE_PROMPT:
		return 'p';
	case CONSOLE_QUESTION:
		return 'q';
	case CONSOLE_HELP_TEXT:
		return 'h';
	case CONSOLE_COMPLETION:
		return 'c';
	case CONSOLE_DONE:
		return 'd';
	case CONSOLE_CLOSE:
		return 'x';
	default:
		return '?';
	}
}

/* Reads what there is. */
static void listen_to(struct peer *p)
{
	struct console_frame f;
	ssize_t n = 0;

	for (int i = 0; i < 20; i++) {
		size_t room = 0;
		uint8_t *to = console_reader_room(&p->reader, 4096, &room);

		box_turn();
		n = read(p->fd, to, room);
		if (n <= 0)
			break;
		console_reader_added(&p->reader, (size_t)n);
		while (console_reader_next(&p->reader, &f) > 0) {
			text_addc(&p->kinds, kind_of(f.type));
			if (f.type != CONSOLE_DONE && f.type != CONSOLE_CLOSE)
				text_addn(&p->text, (const char *)f.data, f.len);
		}
	}
	p->gone = n == 0 || (n < 0 && errno != EAGAIN);
}

static void tell(struct peer *p, enum console_type type, const void *data, size_t len)
{
	uint8_t head[CONSOLE_HEAD];

	console_head(head, type, len);
	ck_assert_int_eq(write(p->fd, head, sizeof head), sizeof head);
	ck_assert_int_eq(write(p->fd, data, len), (ssize_t)len);
}

/* Sends a frame and returns the letters of what comes back. */
static const char *say(struct peer *p, enum console_type type, const char *text)
{
	text_clear(&p->kinds);
	text_clear(&p->text);
	tell(p, type, text, strlen(text));
	listen_to(p);
	return text_str(&p->kinds);
}

static void greet(struct peer *p, enum console_kind kind)
{
	struct console_hello hello = {.kind = (uint8_t)kind};
	uint8_t b[CONSOLE_HELLO_MAX];

	come(p);
	tell(p, CONSOLE_HELLO, b, console_hello_encode(&hello, b));
	listen_to(p);
}

static struct console_server *serve(const char *name, struct tokens *t)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	struct console_server *s;

	snprintf(at.sun_path, sizeof at.sun_path, "%s/%s", box.dir, name);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
	ck_assert_int_eq(listen(fd, 200), 0);
	s = console_server_open(box.m, &box_loop, fd, t);
	ck_assert_ptr_nonnull(s);
	return s;
}

static void setup(void)
{
	char error[300];

	uv_loop_init(&box_loop);
	box = (struct box){0};
	box_folder(&box);
	ck_assert_msg(box_start(&box, "boot", error, sizeof error), "%s", error);
	memset(&tokens, 0, sizeof tokens);
	server = serve("socket", NULL);
	door = serve("door", &tokens);
}

static void teardown(void)
{
	console_server_close(server);
	console_server_close(door);
	box_stop(&box);
	box_remove(&box);
	uv_run(&box_loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(uv_loop_close(&box_loop), 0);
}

START_TEST(every_request_has_its_answer)
{
	static const uint8_t size[] = {0, 100, 0, 40};
	struct peer p;

	greet(&p, CONSOLE_KIND_SCRIPT);
	ck_assert_str_eq(text_str(&p.kinds), "pd");
	ck_assert_str_eq(say(&p, CONSOLE_LINE, "show hostname"), "tpd");
	ck_assert_ptr_nonnull(strstr(text_str(&p.text), "ciscoasa\n"));
	ck_assert_str_eq(say(&p, CONSOLE_HELP, "show hostn"), "h");
	ck_assert_str_eq(say(&p, CONSOLE_COMPLETE, "show hostn"), "c");
	ck_assert_str_eq(text_str(&p.text), "ame ");
	ck_assert_str_eq(say(&p, CONSOLE_FILE, "hostname filed\n"), "pd");
	ck_assert_str_eq(say(&p, CONSOLE_ANSWER, "to nothing"), "");
	ck_assert_str_eq(say(&p, CONSOLE_INTERRUPT, ""), "");
	tell(&p, CONSOLE_WINSIZE, size, sizeof size);
	ck_assert_str_eq(say(&p, CONSOLE_LINE, "write erase"), "q");
	ck_assert_str_eq(say(&p, CONSOLE_ANSWER, "n"), "pd");
	ck_assert(!p.gone);
	ck_assert_str_eq(say(&p, CONSOLE_BYE, ""), "x");
	ck_assert(p.gone);
	leave(&p);
}
END_TEST

/* What is sent ahead waits until the command before it is done. */
START_TEST(what_is_sent_ahead_waits)
{
	struct peer p;

	greet(&p, CONSOLE_KIND_SCRIPT);
	say(&p, CONSOLE_LINE, "configure terminal");
	say(&p, CONSOLE_LINE, "interface g0/0");
	box.mute = true;
	ck_assert_str_eq(say(&p, CONSOLE_LINE, "ip address 10.9.8.7 255.255.255.0"), "");
	ck_assert_str_eq(say(&p, CONSOLE_LINE, "show hostname"), "");
	box_answer(&box);
	text_clear(&p.text);
	listen_to(&p);
	ck_assert_str_eq(text_str(&p.kinds), "pdtpd");
	ck_assert_ptr_nonnull(strstr(text_str(&p.text), "ciscoasa\n"));
	leave(&p);
}
END_TEST

/* Whatever asks for an answer waits; older clients that have left meanwhile do not matter. */
START_TEST(all_that_is_answered_waits)
{
	static const struct {
		enum console_type type;
		const char *text, *kinds;
	} row[] = {{CONSOLE_LINE, "show hostname", "pdtpd"}, {CONSOLE_FILE, "hostname a\n", "pdpd"},
	    {CONSOLE_HELP, "show hostn", "pdh"}, {CONSOLE_COMPLETE, "show hostn", "pdc"},
	    {CONSOLE_BYE, "", "pdx"}};
	struct peer older, p;

	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		char line[60];

		greet(&older, CONSOLE_KIND_SCRIPT);
		greet(&p, CONSOLE_KIND_SCRIPT);
		leave(&older);
		say(&p, CONSOLE_LINE, "configure terminal");
		say(&p, CONSOLE_LINE, "interface g0/0");
		box.mute = true;
		snprintf(line, sizeof line, "ip address 10.9.8.%zu 255.255.255.0", i + 1);
		ck_assert_str_eq(say(&p, CONSOLE_LINE, line), "");
		ck_assert_str_eq(say(&p, row[i].type, row[i].text), "");
		ck_assert_str_eq(say(&p, CONSOLE_HELP, "more"), "");
		box_answer(&box);
		listen_to(&p);
		ck_assert_int_eq(
		    strncmp(text_str(&p.kinds), row[i].kinds, strlen(row[i].kinds)), 0);
		ck_assert(p.gone == (row[i].type == CONSOLE_BYE));
		leave(&p);
	}
}
END_TEST

/* Behind BYE nothing is done any more, be it there already. */
START_TEST(nothing_follows_bye)
{
	static const char line[] = "hostname after";
	uint8_t bytes[2 * CONSOLE_HEAD + sizeof line];
	struct peer p;

	greet(&p, CONSOLE_KIND_SCRIPT);
	say(&p, CONSOLE_LINE, "configure terminal");
	console_head(bytes, CONSOLE_BYE, 0);
	console_head(bytes + CONSOLE_HEAD, CONSOLE_LINE, sizeof line - 1);
	memcpy(bytes + 2 * CONSOLE_HEAD, line, sizeof line);
	text_clear(&p.kinds);
	ck_assert_int_gt(write(p.fd, bytes, sizeof bytes - 1), 0);
	listen_to(&p);
	ck_assert_str_eq(text_str(&p.kinds), "x");
	ck_assert(p.gone);
	ck_assert_str_eq(box.m->running.delivery.own.hostname, "ciscoasa");
	leave(&p);
}
END_TEST

/* A client that talks on while its command runs is not read: it fills no memory of ours. */
START_TEST(who_talks_on_is_not_read)
{
	static char line[CONSOLE_HEAD + 1000];
	size_t sent = 0;
	struct peer p;

	greet(&p, CONSOLE_KIND_SCRIPT);
	say(&p, CONSOLE_LINE, "configure terminal");
	say(&p, CONSOLE_LINE, "interface g0/0");
	box.mute = true;
	say(&p, CONSOLE_LINE, "ip address 10.9.8.7 255.255.255.0");
	memset(line, ' ', sizeof line);
	console_head((uint8_t *)line, CONSOLE_LINE, 1000);
	for (ssize_t n = 1; n > 0 && sent < 4u << 20; sent += (size_t)(n > 0 ? n : 0)) {
		n = write(p.fd, line, sizeof line);
		box_turn();
	}
	ck_assert_uint_lt(sent, 4u << 20);
	leave(&p);
}
END_TEST

/* What a terminal does not read is kept, to the end: also that of the appliance. */
START_TEST(a_slow_terminal_is_told_of_the_end)
{
	struct ipc_msg m = {.type = MSG_SHUTDOWN, .fd = -1, .shutdown.why = "the end"};
	struct peer p;
	char line[2000];

	greet(&p, CONSOLE_KIND_SCRIPT);
	say(&p, CONSOLE_LINE, "debug l2tp 255");
	memset(line, 'x', sizeof line - 1);
	line[sizeof line - 1] = 0;
	for (int i = 0; i < 1000; i++)
		debug_line(&box.m->debug, &(struct debug_line){TRACE_L2TP, 1, line, NULL, false});
	ipc_send(box.keeper, &m);
	box_turn();
	for (int i = 0; i < 100 && !p.gone; i++)
		listen_to(&p);
	ck_assert(p.gone);
	ck_assert_int_eq(text_str(&p.kinds)[p.kinds.len - 1], 'x');
	leave(&p);
}
END_TEST

START_TEST(nonsense_ends_the_connection)
{
	static const uint8_t winsize[] = {1, 2, 3};
	struct peer p;

	come(&p);
	tell(&p, CONSOLE_LINE, "show hostname", 13); /* before HELLO */
	listen_to(&p);
	ck_assert(p.gone);
	leave(&p);
	come(&p);
	tell(&p, CONSOLE_HELLO, "x", 1);
	listen_to(&p);
	ck_assert(p.gone);
	leave(&p);
	greet(&p, CONSOLE_KIND_SCRIPT);
	say(&p, CONSOLE_TEXT, "a server's");
	ck_assert(p.gone);
	leave(&p);
	greet(&p, CONSOLE_KIND_SCRIPT);
	tell(&p, CONSOLE_WINSIZE, winsize, sizeof winsize);
	listen_to(&p);
	ck_assert(p.gone);
	leave(&p);
	greet(&p, CONSOLE_KIND_SCRIPT);
	ck_assert(!p.gone);
	say(&p, CONSOLE_HELLO, "\001\0\0\0\0\0"); /* once */
	ck_assert(p.gone);
	leave(&p);
}
END_TEST

START_TEST(there_are_so_many_clients_and_no_more)
{
	static struct peer p[CONSOLE_CLIENTS_MAX], more;

	for (int i = 0; i < CONSOLE_CLIENTS_MAX; i++)
		greet(&p[i], CONSOLE_KIND_SCRIPT);
	ck_assert_str_eq(text_str(&p[CONSOLE_CLIENTS_MAX - 1].kinds), "pd");
	come(&more);
	listen_to(&more);
	ck_assert(more.gone);
	leave(&more);
	leave(&p[0]);
	greet(&more, CONSOLE_KIND_SCRIPT);
	ck_assert_str_eq(text_str(&more.kinds), "pd");
	leave(&more);
	for (int i = 1; i < CONSOLE_CLIENTS_MAX; i++)
		leave(&p[i]);
}
END_TEST

/* A terminal that does not read loses debug lines, and is told how many. */
START_TEST(a_slow_terminal_loses_lines)
{
	struct peer p;
	char line[2000], *at;
	unsigned lost, got = 0;

	greet(&p, CONSOLE_KIND_SCRIPT);
	say(&p, CONSOLE_LINE, "debug l2tp 255");
	memset(line, 'x', sizeof line - 1);
	line[sizeof line - 1] = 0;
	for (int i = 0; i < 1000; i++)
		debug_line(&box.m->debug, &(struct debug_line){TRACE_L2TP, 1, line, NULL, false});
	for (int i = 0; i < 100 && !p.gone; i++) {
		text_clear(&p.kinds);
		listen_to(&p);
		got += (unsigned)p.kinds.len;
		if (!p.kinds.len)
			break;
	}
	ck_assert_uint_lt(got, 1000);
	ck_assert_uint_gt(got, 100);
	text_clear(&p.text);
	debug_line(&box.m->debug, &(struct debug_line){TRACE_L2TP, 1, "again", NULL, false});
	listen_to(&p);
	at = strstr(
	    text_str(&p.text), " debug messages were lost: the terminal is too slow\nagain\n");
	ck_assert_ptr_nonnull(at);
	lost = (unsigned)atoi(text_str(&p.text));
	ck_assert_uint_eq(lost + got, 1000);
	leave(&p);
	box_turn();
	ck_assert_uint_eq(box.m->debug.level[TRACE_L2TP], 0); /* he is gone */
}
END_TEST

START_TEST(all_are_told_of_the_end)
{
	struct peer person, script;
	struct ipc_msg m = {.type = MSG_SHUTDOWN, .fd = -1, .shutdown.why = "the end"};

	greet(&person, CONSOLE_KIND_CONSOLE);
	greet(&script, CONSOLE_KIND_SCRIPT);
	text_clear(&person.kinds);
	text_clear(&person.text);
	text_clear(&script.kinds);
	ipc_send(box.keeper, &m);
	listen_to(&person);
	listen_to(&script);
	ck_assert_str_eq(text_str(&person.kinds), "ax");
	ck_assert_str_eq(text_str(&script.kinds), "x");
	ck_assert_str_eq(text_str(&person.text), "\n\n***\n*** --- SHUTDOWN NOW ---\n");
	ck_assert_uint_eq(person.text.len, strlen(person.text.p)); /* no byte more */
	ck_assert(person.gone && script.gone);
	ck_assert(box.m->stopping);
	leave(&person);
	leave(&script);
}
END_TEST

/* Shows a token, or nothing else, to a socket; true when a session begins. */
static bool shown(struct peer *p, const char *name, const struct console_hello *hello)
{
	uint8_t b[CONSOLE_HELLO_MAX];

	come_to(p, name);
	tell(p, CONSOLE_HELLO, b, console_hello_encode(hello, b));
	listen_to(p);
	return !p->gone;
}

START_TEST(a_door_takes_tokens_and_nothing_else)
{
	static const struct operator_login ann = {.way = WAY_SSH,
	    .user = "ann",
	    .from = "10.0.0.9",
	    .ifname = "inside",
	    .port = 4711,
	    .privilege = 15};
	struct console_hello console = {.kind = CONSOLE_KIND_CONSOLE};
	struct console_hello script = {.kind = CONSOLE_KIND_SCRIPT};
	struct console_hello token = {.kind = CONSOLE_KIND_TOKEN};
	const struct act_session *s;
	struct peer p;

	ck_assert(!shown(&p, "door", &console));
	leave(&p);
	ck_assert(!shown(&p, "door", &script));
	leave(&p);
	ck_assert(!shown(&p, "door", &token));
	leave(&p);
	ck_assert_uint_eq(tokens.refused, 3);
	ck_assert(tokens_issue(&tokens, &ann, uv_now(&box_loop), token.token));
	ck_assert(!shown(&p, "socket", &token)); /* the console's has no use for it */
	leave(&p);
	ck_assert(shown(&p, "door", &token));
	s = box.m->operators;
	ck_assert_str_eq(s->user, "ann");
	ck_assert_int_eq(s->way, WAY_SSH);
	ck_assert_int_eq(s->privilege, PRIVILEGE_USER);
	ck_assert_int_eq(s->login_privilege, 15);
	leave(&p);
	ck_assert(!shown(&p, "door", &token)); /* once */
	leave(&p);
	ck_assert_uint_eq(tokens.refused, 4);
}
END_TEST

START_TEST(another_ends_a_session)
{
	struct peer first, second;
	unsigned id;

	greet(&first, CONSOLE_KIND_CONSOLE);
	id = box.m->operators->id;
	greet(&second, CONSOLE_KIND_CONSOLE);
	ck_assert_uint_ne(box.m->operators->id, id);
	box.m->operators->end(box.m->operators);
	text_clear(&second.kinds);
	listen_to(&second);
	ck_assert_str_eq(text_str(&second.kinds), "x");
	ck_assert(second.gone);
	ck_assert_uint_eq(box.m->operators->id, id);
	leave(&first);
	leave(&second);
}
END_TEST

/* What a command says to the other roles has left when its answer comes: who goes to the engine
 * then does not come before it. */
START_TEST(what_is_answered_was_told)
{
	uint8_t packet[65536];
	struct pollfd wait = {.events = POLLIN};
	struct peer p;
	int fd[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, fd), 0);
	manager_peer(box.m, ROLE_ENGINE, ipc_channel_open(&box_loop, fd[0], NULL, NULL, NULL));
	greet(&p, CONSOLE_KIND_SCRIPT);
	say(&p, CONSOLE_LINE, "configure terminal");
	while (recv(fd[1], packet, sizeof packet, 0) > 0)
		;
	tell(&p, CONSOLE_LINE, "l2tp tunnel hello 77", 20);
	for (wait.fd = p.fd; poll(&wait, 1, 0) == 0;)
		uv_run(&box_loop, UV_RUN_NOWAIT);
	ck_assert_int_gt(recv(fd[1], packet, sizeof packet, 0), 0);
	leave(&p);
	close(fd[1]);
	box_turn();
}
END_TEST

int main(void)
{
	Suite *s = suite_create("cli_server");
	TCase *tc = tcase_create("cli_server");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, every_request_has_its_answer);
	tcase_add_test(tc, what_is_sent_ahead_waits);
	tcase_add_test(tc, all_that_is_answered_waits);
	tcase_add_test(tc, nothing_follows_bye);
	tcase_add_test(tc, who_talks_on_is_not_read);
	tcase_add_test(tc, a_slow_terminal_is_told_of_the_end);
	tcase_add_test(tc, nonsense_ends_the_connection);
	tcase_add_test(tc, there_are_so_many_clients_and_no_more);
	tcase_add_test(tc, a_slow_terminal_loses_lines);
	tcase_add_test(tc, all_are_told_of_the_end);
	tcase_add_test(tc, a_door_takes_tokens_and_nothing_else);
	tcase_add_test(tc, another_ends_a_session);
	tcase_add_test(tc, what_is_answered_was_told);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
