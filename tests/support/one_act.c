#include <check.h>
#include <string.h>

#include "engine/base/env.h"
#include "tests/support/one_act.h"

/* ---- the person ------------------------------------------------------------------------- */

static struct one_act *one_of(struct act *a)
{
	return container_of(a, struct one_act, act);
}

static void ops_ask(struct act *a, unsigned how, const char *text)
{
	struct one_act *one = one_of(a);

	one->flags = how;
	text_clear(&one->question);
	text_add(&one->question, text);
}

static void ops_done(struct act *a)
{
	one_of(a)->done++;
	gram_match_done(&a->match);
}

static void ops_flush(struct act *a)
{
	(void)a; /* what was said stays to be looked at */
}

static void ops_privilege(struct act *a, int privilege)
{
	a->session->privilege = privilege;
}

static const struct act_ops ops = {
    .ask = ops_ask, .done = ops_done, .flush = ops_flush, .set_privilege = ops_privilege,
    .find = acts_find};

/* ---- the roles -------------------------------------------------------------------------- */

/* What a change of the configuration asks the keeper for: it consents. */
static bool consented(struct one_act *one, const struct ipc_msg *m)
{
	struct ipc_msg reply = {.type = MSG_KEEP_REPLY, .fd = -1, .keep_reply = {.text = ""}};
	struct ipc_msg copy = *m;

	if (!(strncmp(ipc_name(m->type), "KEEP_", 5) == 0 && ipc_op(&copy)) &&
	    m->type != MSG_KEEP_TRAFFIC)
		return false;
	reply.keep_reply.id = *ipc_id(&copy);
	ipc_send(one->box.keeper, &reply);
	return true;
}

static void on_message(void *arg, struct ipc_channel *ch, struct ipc_msg *m)
{
	const struct one_act_role *to = arg;
	struct one_act *one = to->of;
	const char *role = to->name;

	(void)ch;
	if (m->type == MSG_KEEP_MAPPING)
		text_addf(&one->asked, "%s: mapping %s=%s%s\n", role, m->keep_mapping.hardware,
		    m->keep_mapping.mac, m->keep_mapping.device);
	if (consented(one, m))
		return;
	if (m->type == MSG_QUERY)
		text_addf(&one->asked, "%s: %s %s=%s\n", role, m->query.what, m->query.filter,
		    m->query.value);
	else if (m->type == MSG_ACT_LOGOFF)
		text_addf(&one->asked, "%s: logoff %s=%s\n", role, m->act_logoff.filter,
		    m->act_logoff.value);
	else if (m->type == MSG_ACT_CLEAR_IPSEC)
		text_addf(&one->asked, "%s: clear %s=%s\n", role, m->act_clear_ipsec.filter,
		    m->act_clear_ipsec.value);
	else if (m->type == MSG_ACT_CLEAR_IKE)
		text_addf(
		    &one->asked, "%s: clear ike %d\n", role, m->act_clear_ike.peer.family != 0);
	else if (m->type == MSG_KEEP_CLEAR)
		text_addf(&one->asked, "%s: clear %s %s\n", role, m->keep_clear.what,
		    m->keep_clear.device);
	else if (m->type == MSG_ACT_CLEAR_STATS)
		text_addf(&one->asked, "%s: clear stats %s\n", role, m->act_clear_stats.what);
	else if (m->type == MSG_ACT_CLEAR_LIST)
		text_addf(&one->asked, "%s: clear access-list %s\n", role, m->act_clear_list.name);
	else if (m->type == MSG_KEEP_CLEAR_CONN)
		text_addf(&one->asked, "%s: clear conn%s %u %x-%x/%u-%u %x-%x/%u-%u\n", role,
		    m->keep_clear_conn.own_spared || m->keep_clear_conn.translated ? "" : " all",
		    m->keep_clear_conn.protocol, m->keep_clear_conn.one.first,
		    m->keep_clear_conn.one.last, m->keep_clear_conn.one_low,
		    m->keep_clear_conn.one_high, m->keep_clear_conn.other.first,
		    m->keep_clear_conn.other.last, m->keep_clear_conn.other_low,
		    m->keep_clear_conn.other_high);
	else if (m->type == MSG_KEEP_CLOCK)
		text_addf(&one->asked, "%s: clock %llu\n", role,
		    (unsigned long long)m->keep_clock.when);
	else if (m->type == MSG_ROLE_READY)
		one->readies++;
	else
		return;
	if (m->type != MSG_ROLE_READY)
		one->id = *ipc_id(m);
}

static void on_close(void *arg, struct ipc_channel *ch)
{
	(void)arg;
	(void)ch;
}

void one_act_reply(struct one_act *one, enum role role, struct ipc_msg m)
{
	m.fd = -1;
	*ipc_id(&m) = one->id;
	ck_assert(ask_message(&one->box.m->asks, role, &m));
}

void one_act_end(struct one_act *one, enum role role)
{
	one_act_reply(one, role, (struct ipc_msg){.type = MSG_QUERY_END});
}

/* ---- the fixture ------------------------------------------------------------------------ */

static const char configuration[] =
    "interface g0/0\n nameif outside\ninterface g0/1\n nameif inside\n"
    "object network IN\n subnet 10.0.0.0 255.0.0.0\n"
    " nat (inside,outside) dynamic interface\n"
    "object network H\n host 10.3.3.3\n nat (inside,outside) static 172.16.1.9\n"
    "object network FAR\n subnet 10.9.0.0 255.255.0.0\n"
    "nat (inside,outside) source dynamic any interface\n"
    "nat (inside,outside) source static any any destination static FAR FAR"
    " no-proxy-arp route-lookup\n"
    "nat (any,outside) source static any any\n"
    "nat (inside,any) source static FAR FAR\n"
    "nat source static FAR FAR destination static FAR FAR\n"
    "nat (inside,outside) after-auto source dynamic IN interface inactive\n";

void one_act_setup(struct one_act *one)
{
	char error[300];

	uv_loop_init(&box_loop);
	one->box = (struct box){0};
	one->engine = (struct one_act_role){one, "engine"};
	one->keeper = (struct one_act_role){one, "keeper"};
	one->aaa = (struct one_act_role){one, "aaa"};
	box_folder(&one->box);
	ck_assert_msg(box_start(&one->box, "boot", error, sizeof error), "%s", error);
	ipc_channel_listen(one->box.engine, on_message, on_close, &one->engine);
	ipc_channel_listen(one->box.aaa, on_message, on_close, &one->aaa);
	one->session = (struct act_session){.privilege = 15, .from = "0.0.0.0"};
	parse_state_init(&one->session.place, one->box.m->gram, false);
	one->done = 0;
	box_type(&one->box, "configure terminal");
	box_type(&one->box, configuration);
	ipc_channel_listen(one->box.keeper, on_message, on_close, &one->keeper);
}

void one_act_teardown(struct one_act *one)
{
	box_stop(&one->box);
	box_remove(&one->box);
	uv_run(&box_loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(uv_loop_close(&box_loop), 0);
	text_free(&one->act.out);
	text_free(&one->question);
	text_free(&one->asked);
}

const char *one_act_run(struct one_act *one, const char *line)
{
	const struct act_row *row;
	struct text out = one->act.out;

	text_clear(&out);
	text_clear(&one->asked);
	text_clear(&one->question);
	one->act = (struct act){
	    .ops = &ops, .manager = one->box.m, .session = &one->session, .out = out};
	gram_match(
	    one->box.m->gram, &one->session.place, one->session.privilege, line, &one->act.match);
	ck_assert_msg(one->act.match.status == GRAM_OK && one->act.match.command->run, "%s", line);
	row = acts_find(one->act.match.command->run);
	ck_assert_ptr_nonnull(row);
	act_reads(&one->act);
	row->run(&one->act);
	box_turn();
	return text_str(&one->asked);
}

const char *one_act_said(struct one_act *one)
{
	return text_str(&one->act.out);
}

void one_act_person(struct one_act *one, const char *answer)
{
	act_answered *answered = one->act.answered;

	ck_assert_uint_gt(one->question.len, 0);
	one->act.answered = NULL;
	text_clear(&one->question);
	text_clear(&one->asked);
	act_resumes(&one->act);
	answered(&one->act, answer);
	box_turn();
}
