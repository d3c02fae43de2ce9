/*
 * The manager with its operators in one process: the real grammar, a database
 * in a temporary directory, and a keeper and an engine that the tests play.
 */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/manager/manager.h"
#include "cli/operator/operator.h"
#include "tests/support/one_crypto.h"

extern const char grammars_all[], grammars_all_end[];

/* An operator's terminal: what it was sent, as text with marks. */
struct screen {
	struct text t;
	char prompt[128];
	unsigned done, status;
	bool question, closed;
};

/* Another role: the messages it got, by name, and how it answers requests. */
struct peer {
	struct ipc_channel *ch;
	struct text got;
	uint32_t error;      /* keeper: what it answers */
	bool mute;
	uint32_t last_id;    /* of the request not answered because of `mute` */
	uint8_t level[TRACE_CLASSES];
	struct addr address; /* of the last KEEP_INTERFACE */
};

static uv_loop_t loop;
static struct manager *m;
static struct peer keeper, engine;
static char dir[64];

static void send_screen(void *ctx, enum console_type type, const void *data, size_t len)
{
	struct screen *s = ctx;

	switch (type) {
	case CONSOLE_TEXT:
	case CONSOLE_HELP_TEXT:
	case CONSOLE_ASYNC:
		text_addn(&s->t, data, len);
		break;
	case CONSOLE_COMPLETION:
		text_addf(&s->t, "<%.*s>", (int)len, (const char *)data);
		break;
	case CONSOLE_PROMPT:
		snprintf(s->prompt, sizeof(s->prompt), "%.*s", (int)len, (const char *)data);
		break;
	case CONSOLE_QUESTION:
		text_addf(&s->t, "%.*s", (int)len - 1, (const char *)data + 1);
		s->question = true;
		break;
	case CONSOLE_DONE:
		s->done++;
		s->status = *(const uint8_t *)data;
		break;
	case CONSOLE_CLOSE:
		s->closed = true;
		break;
	default:
		break;
	}
}

static void reply(struct peer *r, uint32_t id)
{
	struct ipc_msg msg = {.type = MSG_KEEP_REPLY, .fd = -1};

	r->last_id = id;
	if (r->mute)
		return;
	msg.keep_reply.id = id;
	msg.keep_reply.error = r->error;
	msg.keep_reply.text = r->error ? "the kernel said no" : "";
	ipc_send(r->ch, &msg);
}

static void answer_query(struct peer *r, const struct msg_query *q)
{
	struct ipc_msg rec = {.type = MSG_REC_COUNTER, .fd = -1},
		       end = {.type = MSG_QUERY_END, .fd = -1};

	r->last_id = q->id;
	if (r->mute)
		return;
	rec.rec_counter.id = q->id;
	rec.rec_counter.name = q->cursor ? "Second Page" : "First Page";
	rec.rec_counter.value = q->cursor + 41;
	ipc_send(r->ch, &rec);
	end.query_end.id = q->id;
	end.query_end.cursor = q->cursor ? 0 : 7;
	ipc_send(r->ch, &end);
}

static void on_message(void *arg, struct ipc_channel *ch, struct ipc_msg *msg)
{
	struct peer *r = arg;

	(void)ch;
	text_addf(&r->got, "%s ", ipc_name(msg->type));
	if (msg->type == MSG_KEEP_INTERFACE) {
		r->address = msg->keep_interface.address;
		reply(r, msg->keep_interface.id);
	} else if (msg->type == MSG_KEEP_ROUTE) {
		reply(r, msg->keep_route.id);
	} else if (msg->type == MSG_KEEP_MAPPING) {
		text_addf(&r->got, "%s %s%s ", msg->keep_mapping.hardware, msg->keep_mapping.mac,
		    msg->keep_mapping.device);
		reply(r, msg->keep_mapping.id);
	} else if (msg->type == MSG_QUERY) {
		answer_query(r, &msg->query);
	} else if (msg->type == MSG_TRACE_SET) {
		r->level[msg->trace_set.class] = msg->trace_set.level;
	}
}

static void on_close(void *arg, struct ipc_channel *ch)
{
	(void)arg;
	(void)ch;
}

static void turn(void)
{
	for (int i = 0; i < 12; i++)
		uv_run(&loop, UV_RUN_NOWAIT);
}

static void setup(void)
{
	char error[1024];
	struct ipc_channel *to_keeper, *to_engine;
	struct ipc_msg link = {.type = MSG_LINK_STATE, .fd = -1};
	struct manager_start start = {
	    .loop = &loop,
	    .grammar = grammars_all,
	    .grammar_len = (size_t)(grammars_all_end - grammars_all),
	    .state = dir,
	    .boot_id = "boot",
	};

	start.crypto = one_crypto();
	memset(&keeper, 0, sizeof(keeper));
	memset(&engine, 0, sizeof(engine));
	uv_loop_init(&loop);
	snprintf(dir, sizeof(dir), "/tmp/gatehouse-unit.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	ck_assert(ipc_channel_pair(&loop, &to_keeper, &keeper.ch));
	ck_assert(ipc_channel_pair(&loop, &to_engine, &engine.ch));
	ipc_channel_listen(keeper.ch, on_message, on_close, &keeper);
	ipc_channel_listen(engine.ch, on_message, on_close, &engine);
	link.link_state.device = "eth7";
	link.link_state.hardware = "GigabitEthernet0/0";
	link.link_state.mac = "52:54:00:0d:da:4c";
	link.link_state.up = 1;
	ipc_send(keeper.ch, &link);
	start.keeper = to_keeper;
	m = manager_open(&start, error, sizeof(error));
	ck_assert_msg(m != NULL, "%s", error);
	manager_peer(m, ROLE_ENGINE, to_engine);
	turn();
	text_clear(&engine.got);
	text_clear(&keeper.got);
}

static void teardown(void)
{
	char command[128];

	manager_close(m);
	ipc_channel_close(keeper.ch);
	ipc_channel_close(engine.ch);
	uv_run(&loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(uv_loop_close(&loop), 0);
	text_free(&keeper.got);
	text_free(&engine.got);
	snprintf(command, sizeof(command), "rm -rf '%s'", dir);
	ck_assert_int_eq(system(command), 0);
}

static struct operator *enter(struct screen *s, enum console_kind kind)
{
	struct console_hello hello = {.kind = (uint8_t)kind, .interactive = 0};
	struct operator *op;

	memset(s, 0, sizeof(*s));
	op = operator_new(m, &hello, send_screen, s);
	ck_assert_ptr_nonnull(op);
	return op;
}

static const char *type_line(struct operator *op, struct screen *s, const char *line)
{
	text_clear(&s->t);
	operator_line(op, line, strlen(line));
	turn();
	return text_str(&s->t);
}

static void answer(struct operator *op, struct screen *s, const char *text)
{
	ck_assert(s->question);
	s->question = false;
	operator_answer(op, text, strlen(text));
	turn();
}

static void leave(struct operator *op, struct screen *s)
{
	operator_free(op);
	text_free(&s->t);
}

START_TEST(a_person_is_greeted_and_enables)
{
	struct screen s;
	struct operator *op = enter(&s, CONSOLE_KIND_CONSOLE);

	ck_assert_ptr_nonnull(strstr(text_str(&s.t), "User enable_1 logged in to ciscoasa\n"));
	ck_assert_str_eq(s.prompt, "ciscoasa> ");
	ck_assert_uint_eq(s.done, 1);
	ck_assert_str_eq(type_line(op, &s, "reload"),
	    "          ^\nERROR: % Invalid input detected at '^' marker.\n");
	ck_assert_uint_eq(s.status, 1);
	ck_assert_str_eq(type_line(op, &s, "en"), "Password: ");
	answer(op, &s, "wrong");
	ck_assert_str_eq(text_str(&s.t), "Password: Invalid password\nPassword: ");
	answer(op, &s, "");
	ck_assert_str_eq(s.prompt, "ciscoasa# ");
	type_line(op, &s, "configure terminal");
	ck_assert_str_eq(s.prompt, "ciscoasa(config)# ");
	type_line(op, &s, "hostname fw1");
	ck_assert_str_eq(s.prompt, "fw1(config)# ");
	ck_assert_ptr_nonnull(strstr(type_line(op, &s, "show curpriv"), "P_PRIV P_CONF\n"));
	type_line(op, &s, "disable");
	ck_assert_str_eq(s.prompt, "fw1> ");
	ck_assert_ptr_nonnull(strstr(type_line(op, &s, "exit"), "\nLogoff\n\n"));
	ck_assert(s.closed);
	leave(op, &s);
}
END_TEST

START_TEST(three_wrong_passwords_are_denied)
{
	struct screen s;
	struct operator *op = enter(&s, CONSOLE_KIND_CONSOLE), *script;
	struct screen t;

	script = enter(&t, CONSOLE_KIND_SCRIPT);
	ck_assert_str_eq(text_str(&t.t), "");
	ck_assert_str_eq(t.prompt, "ciscoasa# ");
	type_line(script, &t, "configure terminal");
	type_line(script, &t, "enable password secret");
	ck_assert_uint_eq(t.status, 0);
	type_line(op, &s, "enable");
	for (int i = 0; i < 3; i++)
		answer(op, &s, "");
	ck_assert_ptr_nonnull(strstr(text_str(&s.t), "Access denied.\n"));
	ck_assert(!s.question);
	ck_assert_str_eq(s.prompt, "ciscoasa> ");
	type_line(op, &s, "enable");
	answer(op, &s, "secret");
	ck_assert_str_eq(s.prompt, "ciscoasa# ");
	leave(op, &s);
	leave(script, &t);
}
END_TEST

START_TEST(help_and_completion)
{
	struct screen s;
	struct operator *op = enter(&s, CONSOLE_KIND_SCRIPT);

	operator_help(op, "show run | inc", 14);
	ck_assert_str_eq(text_str(&s.t), "\n  include  Include lines that match\n");
	text_clear(&s.t);
	operator_help(op, "show cur", 8);
	ck_assert_ptr_nonnull(strstr(text_str(&s.t), "curpriv"));
	text_clear(&s.t);
	operator_complete(op, "show curp", 9);
	ck_assert_str_eq(text_str(&s.t), "<riv >");
	leave(op, &s);
}
END_TEST

/* `show running-config` with `all`, with a short name, and what the history and a file make of
 * it. */
START_TEST(the_configuration_is_shown)
{
	struct screen s;
	struct operator *op = enter(&s, CONSOLE_KIND_CONSOLE);

	type_line(op, &s, "enable");
	answer(op, &s, "");
	type_line(op, &s, "configure terminal");
	type_line(op, &s, "interface gigabitEthernet 0/1");
	ck_assert_str_eq(s.prompt, "ciscoasa(config-if)# ");
	type_line(op, &s, "nameif inside");
	ck_assert_str_eq(type_line(op, &s, "show run interface g0/1 | include nameif"),
	    " nameif inside\n");
	ck_assert_ptr_null(strstr(type_line(op, &s, "show run group-policy"), "DfltGrpPolicy"));
	ck_assert_ptr_nonnull(strstr(type_line(op, &s, "show run all group-policy"),
	    "group-policy DfltGrpPolicy attributes\n banner none\n"));
	ck_assert_ptr_nonnull(strstr(type_line(op, &s, "show run all tunnel-group"),
	    "tunnel-group DefaultWEBVPNGroup general-attributes\n"));
	ck_assert_ptr_nonnull(strstr(type_line(op, &s, "show run all"), "l2tp tunnel hello 60\n"));
	ck_assert_ptr_nonnull(strstr(type_line(op, &s, "show history"),
	    "  show run interface g0/1 | include nameif\n"));
	type_line(op, &s, "username test password test mschap");
	type_line(op, &s, "write memory");
	ck_assert_ptr_nonnull(strstr(type_line(op, &s, "show startup-config"),
	    "username test password DLaUiAX3l78qgoB5c7iVNw== nt-encrypted\n"));
	type_line(op, &s, "clear configure interface g0/1");
	ck_assert_str_eq(type_line(op, &s, "show run interface"), "");
	leave(op, &s);
}
END_TEST

/* A secret is not seen in a line that was refused either. */
START_TEST(what_was_mistyped_is_masked)
{
	struct screen s;
	struct operator *op = enter(&s, CONSOLE_KIND_CONSOLE);
	static const char file[] = "enable passwrd hidden1\nikev1 pre-shared-key hidden2 hidden3\n"
	    "snmp-server community hidden6\nntp authentication-key 1 md5 hidden7\n"
	    "ldap-login-password hidden8\nradius-common-pw hidden9\n"
	    "snmp-server user u g v3 auth sha hidden10 priv aes 128 hidden11\n"
	    "e key hidden12\n"; /* ambiguous: the line is part of the error */
	const char *history;

	type_line(op, &s, "enable");
	answer(op, &s, "");
	type_line(op, &s, "configure terminal");
	type_line(op, &s, "username x passwrd hidden4 privilege 15");
	type_line(op, &s, "ikev1 pre-shared-key hidden5 more");
	type_line(op, &s, "hostname a b");
	type_line(op, &s, "hostname a\033[31m");
	type_line(op, &s, "hostname \xc3\xa9\xc2\x9b" "31m\x9b");
	history = type_line(op, &s, "show history");
	ck_assert_ptr_nonnull(strstr(history, "  username x passwrd *****\n"));
	ck_assert_ptr_nonnull(strstr(history, "  ikev1 pre-shared-key *****\n"));
	ck_assert_ptr_nonnull(strstr(history, "  hostname a b\n"));
	ck_assert_ptr_nonnull(strstr(history, "  hostname a?[31m\n"));
	ck_assert_ptr_nonnull(strstr(history, "  hostname \xc3\xa9??31m?\n"));
	ck_assert_ptr_null(strstr(history, "hidden"));
	text_clear(&s.t);
	operator_file(op, file, sizeof(file) - 1);
	turn();
	ck_assert_ptr_nonnull(strstr(text_str(&s.t), "line 1: enable passwrd *****\n"));
	ck_assert_ptr_nonnull(strstr(text_str(&s.t), "line 3: snmp-server community *****\n"));
	ck_assert_ptr_nonnull(strstr(text_str(&s.t), "line 4: ntp authentication-key *****\n"));
	ck_assert_ptr_nonnull(strstr(text_str(&s.t), "line 5: ldap-login-password *****\n"));
	ck_assert_ptr_nonnull(strstr(text_str(&s.t), "Ambiguous command:  \"e key *****\"\n"));
	ck_assert_ptr_null(strstr(text_str(&s.t), "hidden"));
	ck_assert_str_eq(type_line(op, &s, "show ip local pool Nope"),
	    "ERROR: Pool (Nope) does not exist\n");
	type_line(op, &s, "terminal monitor");
	ck_assert_ptr_nonnull(strstr(type_line(op, &s, "show terminal"), "Width = 80, monitor\n"));
	type_line(op, &s, "debug crypto ikev1 7");
	type_line(op, &s, "disable");
	/* what it took a privilege to see */
	ck_assert_int_eq(op->session.log.severity, AUDIT_NOTHING);
	ck_assert_uint_eq(m->debug.level[TRACE_IKE], 0);
	ck_assert_ptr_nonnull(strstr(type_line(op, &s, "terminal monitor"), "Invalid input"));
	type_line(op, &s, "enable");
	answer(op, &s, "");
	type_line(op, &s, "terminal monitor");
	type_line(op, &s, "terminal no monitor");
	ck_assert_ptr_nonnull(
	    strstr(type_line(op, &s, "show terminal"), "Width = 80, no monitor\n"));
	leave(op, &s);
}
END_TEST

START_TEST(queries_collect_their_pages)
{
	struct screen s;
	struct operator *op = enter(&s, CONSOLE_KIND_SCRIPT);
	const char *t = type_line(op, &s, "show crypto ikev1 stats");

	ck_assert_ptr_nonnull(strstr(t, "First Page"));
	ck_assert_ptr_nonnull(strstr(t, "41"));
	ck_assert_ptr_nonnull(strstr(t, "Second Page"));
	ck_assert_ptr_nonnull(strstr(t, "48"));
	ck_assert_str_eq(text_str(&engine.got), "QUERY QUERY ");
	t = type_line(op, &s, "show crypto ikev1 stats | include Second");
	ck_assert_ptr_null(strstr(t, "First"));
	ck_assert_ptr_nonnull(strstr(t, "Second"));
	leave(op, &s);
}
END_TEST

START_TEST(an_engine_that_is_away_is_said)
{
	struct screen s;
	struct operator *op = enter(&s, CONSOLE_KIND_SCRIPT);
	unsigned done = s.done;

	engine.mute = true;
	type_line(op, &s, "show crypto ikev1 stats");
	ck_assert_uint_eq(s.done, done);
	operator_interrupt(op); /* ^C ends the waiting */
	ck_assert_uint_eq(s.done, done + 1);
	type_line(op, &s, "show crypto ikev1 stats");
	ipc_channel_close(engine.ch);
	engine.ch = NULL;
	turn();
	ck_assert_uint_eq(s.done, done + 2);
	ck_assert_ptr_nonnull(strstr(text_str(&s.t), "ERROR: The VPN engine is not running"));
	ck_assert_ptr_nonnull(strstr(type_line(op, &s, "show crypto ikev1 stats"), "ERROR: "));
	leave(op, &s);
}
END_TEST

START_TEST(debug_levels_merge_and_lines_go_to_those_who_asked)
{
	struct screen a, b;
	struct operator* one = enter(&a, CONSOLE_KIND_SCRIPT),
			 *two = enter(&b, CONSOLE_KIND_SCRIPT);
	struct ipc_msg line = {.type = MSG_TRACE_LINE, .fd = -1};

	type_line(one, &a, "debug crypto ikev1 127");
	type_line(two, &b, "debug crypto ikev1");
	ck_assert_uint_eq(engine.level[TRACE_IKE], 127);
	ck_assert_str_eq(
	    type_line(two, &b, "show debug"), "debug crypto ikev1 enabled at level 1\n");
	text_clear(&a.t);
	text_clear(&b.t);
	line.trace_line.class = TRACE_IKE;
	line.trace_line.level = 127;
	line.trace_line.text = "detail";
	ipc_send(engine.ch, &line);
	line.trace_line.level = 1;
	line.trace_line.text = "event";
	ipc_send(engine.ch, &line);
	line.trace_line.class = TRACE_IPSEC;
	line.trace_line.text = "other";
	ipc_send(engine.ch, &line);
	turn();
	ck_assert_str_eq(text_str(&a.t), "detail\nevent\n");
	ck_assert_str_eq(text_str(&b.t), "event\n");
	leave(one, &a);
	turn();
	ck_assert_uint_eq(engine.level[TRACE_IKE], 1);
	type_line(two, &b, "undebug all");
	ck_assert_uint_eq(engine.level[TRACE_IKE], 0);
	leave(two, &b);
}
END_TEST

START_TEST(what_the_kernel_refuses_changes_nothing)
{
	struct screen a, b;
	struct operator* one = enter(&a, CONSOLE_KIND_SCRIPT),
			 *two = enter(&b, CONSOLE_KIND_SCRIPT);
	unsigned done;

	type_line(one, &a, "configure terminal");
	type_line(one, &a, "interface GigabitEthernet0/0");
	ck_assert_uint_eq(a.status, 0);
	keeper.error = 99;
	ck_assert_str_eq(type_line(one, &a, "ip address 10.9.8.7 255.255.255.0"),
	    "ERROR: the kernel said no\n");
	ck_assert_uint_eq(a.status, 1);
	ck_assert_ptr_nonnull(
	    strstr(type_line(two, &b, "show running-config interface"), "no ip address"));
	keeper.error = 0;
	keeper.mute = true;
	done = a.done;
	type_line(one, &a, "ip address 10.9.8.7 255.255.255.0");
	ck_assert_uint_eq(a.done, done); /* the keeper has not answered yet */
	done = b.done;
	type_line(two, &b, "show hostname");
	ck_assert_uint_eq(b.done, done + 1);
	type_line(two, &b, "configure terminal");
	ck_assert_uint_eq(b.done, done + 1); /* waits its turn */
	keeper.mute = false;
	reply(&keeper, keeper.last_id);
	turn();
	ck_assert_uint_eq(a.status, 0);
	ck_assert_uint_eq(b.done, done + 2);
	ck_assert_ptr_nonnull(strstr(type_line(two, &b, "show running-config interface"),
	    " ip address 10.9.8.7 255.255.255.0"));
	ck_assert_uint_eq(addr_to_v4(&keeper.address), 0x0a090807);
	ck_assert_ptr_nonnull(strstr(text_str(&engine.got), "CFG_INTERFACE"));
	leave(one, &a);
	leave(two, &b);
}
END_TEST

START_TEST(an_operator_who_leaves_while_the_keeper_thinks)
{
	struct screen a, b;
	struct operator* one = enter(&a, CONSOLE_KIND_SCRIPT),
			 *two = enter(&b, CONSOLE_KIND_SCRIPT);
	struct text trail = {0};

	type_line(one, &a, "configure terminal");
	type_line(one, &a, "interface GigabitEthernet0/0");
	keeper.mute = true;
	type_line(one, &a, "ip address 10.9.8.7 255.255.255.0");
	leave(one, &a);
	keeper.mute = false;
	reply(&keeper, keeper.last_id);
	turn();
	ck_assert(!m->running.settle.turns.taken);
	ck_assert_ptr_nonnull(
	    strstr(type_line(two, &b, "show running-config interface"), "10.9.8.7"));
	ck_assert_ptr_nonnull(strstr(type_line(two, &b, "show configuration history"),
	    "[interface GigabitEthernet0/0]\n   ip address 10.9.8.7 255.255.255.0\n"));
	audit_show(&m->audit, &trail);
	ck_assert_ptr_nonnull(strstr(text_str(&trail),
	    "User 'enable_15' executed the 'ip address 10.9.8.7 255.255.255.0' command."));
	text_free(&trail);
	leave(two, &b);
}
END_TEST

START_TEST(files_report_and_apply)
{
	static const char file[] =
	    "hostname one\nbogus line\ncrypto ikev1 policy 10\n hash md5\nhostname two\n";
	struct screen s;
	struct operator *op = enter(&s, CONSOLE_KIND_SCRIPT);

	operator_file(op, file, sizeof(file) - 1);
	turn();
	ck_assert_uint_eq(s.status, 1);
	ck_assert_ptr_nonnull(strstr(text_str(&s.t), "line 2: bogus line\n"));
	ck_assert_str_eq(type_line(op, &s, "show hostname"), "two\n");
	ck_assert_ptr_nonnull(strstr(text_str(&engine.got), "CFG_BEGIN"));
	ck_assert_ptr_nonnull(strstr(text_str(&engine.got), "CFG_IKE_POLICY"));
	ck_assert_ptr_nonnull(
	    strstr(type_line(op, &s, "show running-config"), "\nCryptochecksum:"));
	ck_assert_ptr_nonnull(strstr(text_str(&s.t), "\nASA Version 9.12(4) \n!\nhostname two\n"));
	leave(op, &s);
}
END_TEST

static const char *type_bytes(struct operator *op, struct screen *s, const char *line, size_t len)
{
	text_clear(&s->t);
	operator_line(op, line, len);
	turn();
	return text_str(&s->t);
}

/* A block that is refused, by the grammar or by the kernel, is refused with its lines. */
START_TEST(typed_lines_of_a_refused_block)
{
	static const char mark[] = "\xef\xbb\xbfhostname marked", nul[] = "hostname nul\0junk";
	struct screen s;
	struct operator *op = enter(&s, CONSOLE_KIND_SCRIPT);

	type_line(op, &s, "configure terminal");
	type_bytes(op, &s, mark, sizeof(mark) - 1);
	ck_assert_str_eq(s.prompt, "marked(config)# ");
	ck_assert_str_eq(type_bytes(op, &s, nul, sizeof(nul) - 1), GRAM_NUL_ERROR "\n");
	ck_assert_uint_eq(s.status, 1);
	type_line(op, &s, "interface g0/0");
	type_line(op, &s, "dns server-group GUEST");
	ck_assert_str_eq(s.prompt, "marked(config)# ");
	ck_assert_str_eq(type_line(op, &s, " name-server 192.0.2.53"),
	    "ERROR: line belongs to a refused block\n");
	ck_assert_ptr_nonnull(strstr(type_line(op, &s, "show hostname"), "marked\n"));
	ck_assert_str_eq(type_line(op, &s, " domain-name guest.example.net"),
	    "ERROR: line belongs to a refused block\n");
	type_line(op, &s, "domain-name corp.example.com");
	ck_assert_uint_eq(s.status, 0);
	type_line(op, &s, "interface g0/0");
	keeper.error = 99;
	ck_assert_str_eq(type_line(op, &s, "ip address 10.9.8.7 255.255.255.0"),
	    "ERROR: the kernel said no\n");
	keeper.error = 0;
	ck_assert_str_eq(
	    type_line(op, &s, " nameif below"), "ERROR: line belongs to a refused block\n");
	ck_assert_str_eq(s.prompt, "marked(config-if)# ");
	type_line(op, &s, "crypto ca certificate chain ROOT");
	type_line(op, &s, " certificate ca 0011");
	type_line(op, &s, "    308205ec 308204d4");
	type_line(op, &s, "  quit");
	ck_assert_str_eq(s.prompt, "marked(config)# ");
	ck_assert_ptr_null(strstr(type_line(op, &s, "show running-config interface"), "below"));
	leave(op, &s);
}
END_TEST

START_TEST(saving_and_erasing)
{
	struct screen s;
	struct operator *op = enter(&s, CONSOLE_KIND_CONSOLE);

	type_line(op, &s, "enable");
	answer(op, &s, "");
	ck_assert_str_eq(type_line(op, &s, "show startup-config"), "No Configuration\n");
	type_line(op, &s, "configure terminal");
	type_line(op, &s, "tunnel-group DefaultRAGroup ipsec-attributes");
	type_line(op, &s, "ikev1 pre-shared-key C!sc0@123");
	ck_assert_uint_eq(s.status, 0);
	ck_assert_ptr_nonnull(strstr(type_line(op, &s, "write memory"), "\n[OK]\n"));
	ck_assert_ptr_nonnull(
	    strstr(type_line(op, &s, "show startup-config"), "pre-shared-key *****\n"));
	ck_assert_ptr_nonnull(strstr(type_line(op, &s, "more system:running-config"), "C!sc0@123"));
	ck_assert_ptr_nonnull(
	    strstr(type_line(op, &s, "show history"), "  ikev1 pre-shared-key *****\n"));
	type_line(op, &s, "write erase");
	answer(op, &s, "n");
	ck_assert_str_ne(type_line(op, &s, "show startup-config"), "No Configuration\n");
	type_line(op, &s, "write erase");
	answer(op, &s, "");
	ck_assert_ptr_nonnull(strstr(text_str(&s.t), "[OK]\n"));
	ck_assert_str_eq(type_line(op, &s, "show startup-config"), "No Configuration\n");
	leave(op, &s);
}
END_TEST

START_TEST(reload_asks_and_tells_the_keeper)
{
	struct screen s;
	struct operator *op = enter(&s, CONSOLE_KIND_CONSOLE);

	type_line(op, &s, "enable");
	answer(op, &s, "");
	type_line(op, &s, "configure terminal");
	type_line(op, &s, "hostname fw2");
	ck_assert_str_eq(type_line(op, &s, "reload"),
	    "System config has been modified. Save? [Y]es/[N]o:  ");
	answer(op, &s, "n");
	answer(op, &s, "x");
	ck_assert_ptr_null(strstr(text_str(&keeper.got), "KEEP_STOP"));
	type_line(op, &s, "reload noconfirm");
	ck_assert_ptr_nonnull(strstr(text_str(&s.t), "*** --- START GRACEFUL SHUTDOWN ---\n"));
	ck_assert_ptr_nonnull(strstr(text_str(&keeper.got), "KEEP_STOP"));
	leave(op, &s);
}
END_TEST

START_TEST(the_trail_masks_secrets)
{
	struct screen s;
	struct operator *op = enter(&s, CONSOLE_KIND_SCRIPT);
	struct text t = {0};

	type_line(op, &s, "configure terminal");
	type_line(op, &s, "tunnel-group DefaultRAGroup ipsec-attributes");
	type_line(op, &s, "ikev1 pre-shared-key topsecret");
	audit_show(&m->audit, &t);
	ck_assert_ptr_nonnull(strstr(text_str(&t),
	    "%ASA-5-111008: User 'enable_15' executed the 'ikev1 pre-shared-key *****' command."));
	ck_assert_ptr_null(strstr(text_str(&t), "topsecret"));
	ck_assert_ptr_nonnull(strstr(type_line(op, &s, "show configuration history 1"),
	    " by enable_15 from script\n  [tunnel-ipsec DefaultRAGroup]\n   ikev1 pre-shared-key "
	    "*****\n"));
	text_clear(&t);
	for (int i = 0; i < 2 * AUDIT_LINES; i++)
		audit_add(&m->audit, 6, 1, "line %d", i);
	audit_show(&m->audit, &t);
	ck_assert_int_eq(strncmp(text_str(&t), "%ASA-6-000001: line 512\n", 24), 0);
	text_free(&t);
	leave(op, &s);
}
END_TEST

static void link_news(const char *device, const char *hardware, const char *mac, uint8_t up,
    uint8_t carrier, const char *address)
{
	struct ipc_msg link = {.type = MSG_LINK_STATE,
	    .fd = -1,
	    .link_state = {.device = device,
		.hardware = hardware,
		.mac = mac,
		.ifindex = *device ? 5 : 0,
		.up = up,
		.carrier = carrier,
		.mtu = 1500,
		.last = *device ? "" : "eth9"}};

	if (*address)
		link.link_state.addresses = (struct strlist){1, {address}};
	ipc_send(keeper.ch, &link);
	turn();
}

START_TEST(interfaces_are_shown_as_they_are)
{
	struct screen s;
	struct operator *op = enter(&s, CONSOLE_KIND_SCRIPT);
	static const char brief[] = "show interface ip brief | include 0/1";

	link_news("eth8", "GigabitEthernet0/1", "52:54:00:00:00:01", 1, 1, "10.1.1.1/24");
	ck_assert_ptr_nonnull(strstr(type_line(op, &s, brief), " up                    up"));
	type_line(op, &s, "configure terminal");
	type_line(op, &s, "interface g0/1");
	/* nothing was said of it */
	ck_assert_ptr_null(strstr(text_str(&keeper.got), "KEEP_INTERFACE"));
	ck_assert_ptr_nonnull(strstr(type_line(op, &s, brief), " up                    up"));
	type_line(op, &s, "ip address 10.1.1.1 255.255.255.0");
	ck_assert_ptr_nonnull(strstr(text_str(&keeper.got), "KEEP_INTERFACE"));
	ck_assert_ptr_nonnull(strstr(type_line(op, &s, brief),
	    "10.1.1.1        YES CONFIG up                    up"));
	link_news("eth8", "GigabitEthernet0/1", "52:54:00:00:00:01", 1, 0, "10.1.1.1/24");
	ck_assert_ptr_nonnull(strstr(type_line(op, &s, brief),
	    "10.1.1.1        YES CONFIG down                  down"));
	link_news("eth8", "GigabitEthernet0/1", "52:54:00:00:00:01", 1, 1, "");
	ck_assert_ptr_nonnull(strstr(type_line(op, &s, brief), "unassigned      YES CONFIG up"));
	type_line(op, &s, "shutdown");
	ck_assert_ptr_nonnull(strstr(type_line(op, &s, brief), "administratively down down"));
	ck_assert_ptr_nonnull(strstr(type_line(op, &s, "show run interface g0/1"), " shutdown\n"));
	leave(op, &s);
}
END_TEST

START_TEST(cards_and_numbers)
{
	struct screen s;
	struct operator *op = enter(&s, CONSOLE_KIND_SCRIPT);

	link_news("eth8", "GigabitEthernet0/1", "52:54:00:00:00:01", 1, 1, "");
	ck_assert_ptr_nonnull(strstr(type_line(op, &s, "show interface mapping"), "0/0 "));
	type_line(op, &s, "configure terminal");
	text_clear(&keeper.got);
	ck_assert_str_eq(type_line(op, &s, "interface mapping g0/1 mac 5254.000D.da4c"), "");
	ck_assert_ptr_nonnull(strstr(text_str(&keeper.got),
	    "KEEP_MAPPING GigabitEthernet0/1 52:54:00:0d:da:4c"));
	/* The keeper's news: they have changed places. */
	link_news("eth7", "GigabitEthernet0/1", "52:54:00:0d:da:4c", 1, 1, "");
	link_news("eth8", "GigabitEthernet0/0", "52:54:00:00:00:01", 0, 0, "");
	ck_assert_str_eq(type_line(op, &s, "show interface mapping"),
	    "Interface                  MAC-Address     Device           Status\n"
	    "GigabitEthernet0/0         5254.0000.0001  eth8             down\n"
	    "GigabitEthernet0/1         5254.000d.da4c  eth7             up\n");
	/* Gone: first the device, then what is kept of it; it comes back under another name. */
	link_news("eth8", "", "", 0, 0, "");
	link_news("", "GigabitEthernet0/0", "52:54:00:00:00:01", 0, 0, "");
	ck_assert_ptr_nonnull(strstr(type_line(op, &s, "show interface mapping"),
	    "GigabitEthernet0/0         5254.0000.0001  eth9             not present\n"));
	ck_assert_ptr_null(strstr(type_line(op, &s, "show interface ip brief"), "0/0"));
	link_news("eth3", "GigabitEthernet0/0", "52:54:00:00:00:01", 1, 1, "");
	ck_assert_ptr_nonnull(strstr(type_line(op, &s, "show interface mapping"),
	    "GigabitEthernet0/0         5254.0000.0001  eth3             up\n"));
	ck_assert_ptr_nonnull(strstr(type_line(op, &s, "show interface"), "\tHardware is eth3\n"));
	/* Its number is given back. */
	link_news("", "GigabitEthernet0/0", "", 0, 0, "");
	ck_assert_ptr_null(strstr(type_line(op, &s, "show interface mapping"), "0/0"));
	for (int i = 0; i < 4; i++) {
		static const char *const wrong[] = {"interface mapping g0/1 mac 5254.000D.da4",
		    "interface mapping g0/64 device eth7", "interface mapping eth7 device eth7",
		    "interface mapping g0/1"};

		text_clear(&keeper.got);
		ck_assert_ptr_nonnull(strstr(type_line(op, &s, wrong[i]), "ERROR: "));
		ck_assert_ptr_null(strstr(text_str(&keeper.got), "KEEP_MAPPING"));
	}
	keeper.error = ENODEV;
	ck_assert_str_eq(type_line(op, &s, "interface mapping g0/1 device eth77"),
	    "ERROR: there is no device eth77\n");
	keeper.error = EBUSY;
	ck_assert_str_eq(type_line(op, &s, "no interface mapping g0/1"),
	    "ERROR: the card of this interface is present\n");
	keeper.error = 0;
	leave(op, &s);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("cli_manager");
	TCase *tc = tcase_create("cli_manager");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, a_person_is_greeted_and_enables);
	tcase_add_test(tc, interfaces_are_shown_as_they_are);
	tcase_add_test(tc, cards_and_numbers);
	tcase_add_test(tc, three_wrong_passwords_are_denied);
	tcase_add_test(tc, help_and_completion);
	tcase_add_test(tc, the_configuration_is_shown);
	tcase_add_test(tc, what_was_mistyped_is_masked);
	tcase_add_test(tc, queries_collect_their_pages);
	tcase_add_test(tc, an_engine_that_is_away_is_said);
	tcase_add_test(tc, debug_levels_merge_and_lines_go_to_those_who_asked);
	tcase_add_test(tc, what_the_kernel_refuses_changes_nothing);
	tcase_add_test(tc, an_operator_who_leaves_while_the_keeper_thinks);
	tcase_add_test(tc, files_report_and_apply);
	tcase_add_test(tc, typed_lines_of_a_refused_block);
	tcase_add_test(tc, saving_and_erasing);
	tcase_add_test(tc, reload_asks_and_tells_the_keeper);
	tcase_add_test(tc, the_trail_masks_secrets);
	suite_add_tcase(s, tc);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
