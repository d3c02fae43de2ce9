#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/login/changed.h"
#include "cli/login/login.h"
#include "tests/support/one_crypto.h"
#include "tests/support/screens.h"

extern const char grammars_all[], grammars_all_end[];

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

void screens_reply(struct screens_peer *r, uint32_t id)
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

static void answer_query(struct screens_peer *r, const struct msg_query *q)
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

/* What always succeeds, whatever the rest is told. */
static bool consented(struct screens_peer *r, struct ipc_msg *msg)
{
	struct ipc_msg reply = {.type = MSG_KEEP_REPLY, .fd = -1, .keep_reply = {.text = ""}};

	switch (msg->type) {
	case MSG_KEEP_ZONE:
	case MSG_KEEP_TRAFFIC:
	case MSG_KEEP_ACCESS_LIST:
	case MSG_KEEP_ACCESS_GROUP:
	case MSG_KEEP_NAT:
	case MSG_KEEP_FORWARDING:
	case MSG_KEEP_PROXY_ARP:
	case MSG_KEEP_CLIENT_ARP:
		reply.keep_reply.id = *ipc_id(msg);
		ipc_send(r->ch, &reply);
		return true;
	default:
		return false;
	}
}

static void on_message(void *arg, struct ipc_channel *ch, struct ipc_msg *msg)
{
	struct screens_peer *r = arg;

	(void)ch;
	if (consented(r, msg))
		return;
	text_addf(&r->got, "%s ", ipc_name(msg->type));
	if (msg->type == MSG_KEEP_INTERFACE) {
		r->address = msg->keep_interface.address;
		screens_reply(r, msg->keep_interface.id);
	} else if (msg->type == MSG_KEEP_ROUTE) {
		screens_reply(r, msg->keep_route.id);
	} else if (msg->type == MSG_KEEP_MAPPING) {
		text_addf(&r->got, "%s %s%s ", msg->keep_mapping.hardware, msg->keep_mapping.mac,
		    msg->keep_mapping.device);
		screens_reply(r, msg->keep_mapping.id);
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

static void aaa_says(void *arg, enum role to, const struct ipc_msg *msg)
{
	struct screens *w = arg;

	if (to == ROLE_MANAGER)
		ipc_send(w->to_aaa, msg);
}

static void to_aaa(void *arg, struct ipc_channel *ch, struct ipc_msg *msg)
{
	struct screens *w = arg;

	(void)ch;
	if (!w->overheard || !w->overheard(w, msg))
		aaa_message(w->aaa, ROLE_MANAGER, msg);
}

static void aaa_setup(struct screens *w)
{
	struct ipc_channel *to_manager;

	sim_init(&w->sim, 1, NULL, NULL);
	w->aaa = aaa_create(&w->sim.env, one_crypto(), NULL, NULL, aaa_says, w);
	ck_assert_ptr_nonnull(w->aaa);
	ck_assert(ipc_channel_pair(&w->loop, &to_manager, &w->to_aaa));
	ipc_channel_listen(w->to_aaa, to_aaa, on_close, w);
	manager_peer(w->m, ROLE_AAA, to_manager);
}

void screens_turn(struct screens *w)
{
	for (int i = 0; i < 12; i++)
		uv_run(&w->loop, UV_RUN_NOWAIT);
}

void screens_setup(struct screens *w)
{
	char error[1024];
	struct ipc_channel *to_keeper, *to_engine;
	struct ipc_msg link = {.type = MSG_LINK_STATE, .fd = -1};
	struct manager_start start = {
	    .loop = &w->loop,
	    .grammar = grammars_all,
	    .grammar_len = (size_t)(grammars_all_end - grammars_all),
	    .state = w->dir,
	    .boot_id = "boot",
	};

	start.crypto = one_crypto();
	memset(&w->keeper, 0, sizeof(w->keeper));
	memset(&w->engine, 0, sizeof(w->engine));
	uv_loop_init(&w->loop);
	snprintf(w->dir, sizeof(w->dir), "/tmp/gatehouse-unit.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(w->dir));
	ck_assert(ipc_channel_pair(&w->loop, &to_keeper, &w->keeper.ch));
	ck_assert(ipc_channel_pair(&w->loop, &to_engine, &w->engine.ch));
	ipc_channel_listen(w->keeper.ch, on_message, on_close, &w->keeper);
	ipc_channel_listen(w->engine.ch, on_message, on_close, &w->engine);
	link.link_state.device = "eth7";
	link.link_state.hardware = "GigabitEthernet0/0";
	link.link_state.mac = "52:54:00:0d:da:4c";
	link.link_state.up = 1;
	ipc_send(w->keeper.ch, &link);
	start.keeper = to_keeper;
	w->m = manager_open(&start, error, sizeof(error));
	ck_assert_msg(w->m != NULL, "%s", error);
	w->m->password_changed = password_changed;
	trail_open(&w->trail, &w->m->audit);
	manager_peer(w->m, ROLE_ENGINE, to_engine);
	aaa_setup(w);
	screens_turn(w);
	text_clear(&w->engine.got);
	text_clear(&w->keeper.got);
}

void screens_teardown(struct screens *w)
{
	char command[128];

	trail_close(&w->trail);
	login_close_all(w->m);
	password_changed_close(w->m);
	manager_close(w->m);
	ipc_channel_close(w->to_aaa);
	aaa_destroy(w->aaa);
	sim_fini(&w->sim);
	ipc_channel_close(w->keeper.ch);
	ipc_channel_close(w->engine.ch);
	uv_run(&w->loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(uv_loop_close(&w->loop), 0);
	text_free(&w->keeper.got);
	text_free(&w->engine.got);
	snprintf(command, sizeof(command), "rm -rf '%s'", w->dir);
	ck_assert_int_eq(system(command), 0);
}

struct operator *screen_enter(struct screens *w, struct screen *s, enum console_kind kind)
{
	struct console_hello hello = {.kind = (uint8_t)kind, .interactive = 0};
	struct operator *op;

	memset(s, 0, sizeof(*s));
	s->of = w;
	op = operator_new(w->m, &hello, send_screen, s);
	ck_assert_ptr_nonnull(op);
	return op;
}

void screen_leave(struct operator *op, struct screen *s)
{
	operator_free(op);
	text_free(&s->t);
}

const char *screen_type(struct operator *op, struct screen *s, const char *line)
{
	text_clear(&s->t);
	operator_line(op, line, strlen(line));
	screens_turn(s->of);
	return text_str(&s->t);
}

void screen_wait(struct operator* op, struct screen *s)
{
	while (op->busy && !s->question)
		uv_run(&s->of->loop, UV_RUN_ONCE);
}

void screen_answer(struct operator *op, struct screen *s, const char *text)
{
	ck_assert(s->question);
	s->question = false;
	operator_answer(op, text, strlen(text));
	screens_turn(s->of);
}
