/*
 * Disk and memory that fail: an operator's session is run again and again, each
 * time with the next step, allocation or write failing, until it comes through
 * untouched. After each fault the database, what the other roles were told, the
 * kernel's objects and what `show running-config` says must be what the accepted
 * lines make of them, and the startup-config the old one or the new one, whole.
 *
 * Two appliances run side by side: in `box` faults happen, `model` is told the
 * lines that `box` accepted.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/feed.h"
#include "cli/manager.h"
#include "tests/support/faults.h"

extern const char grammars_all[], grammars_all_end[];

/* ---- what a role has been told, object by object ------------------------------------ */

struct object {
	uint8_t key[600], bytes[2048]; /* the message with its id and op zero */
	size_t key_len, len;
};

struct mirror {
	struct object *v;
	size_t n, size;
	bool staging; /* a snapshot is arriving */
	struct mirror *fresh;
};

static void mirror_clear(struct mirror *m)
{
	if (m->fresh)
		mirror_clear(m->fresh);
	free(m->fresh);
	free(m->v);
	*m = (struct mirror){0};
}

/* The fields that tell one object from another; a message without is the only one of its kind. */
static bool key_of(struct ipc_msg *m, struct ipc_msg *key, uint8_t **op)
{
	*key = (struct ipc_msg){.type = m->type, .fd = -1};
	switch (m->type) {
#define OBJECT(TYPE, s, COPY) \
	case TYPE: \
		*op = &m->s.op; \
		COPY; \
		return true;
#define FIELD(s, f) key->s.f = m->s.f
	OBJECT(MSG_CFG_IKE_POLICY, cfg_ike_policy, FIELD(cfg_ike_policy, priority))
	OBJECT(MSG_CFG_IKE_ENABLE, cfg_ike_enable, FIELD(cfg_ike_enable, ifname))
	OBJECT(MSG_CFG_TRANSFORM_SET, cfg_transform_set, FIELD(cfg_transform_set, name))
	OBJECT(MSG_CFG_POOL, cfg_pool, FIELD(cfg_pool, name))
	OBJECT(MSG_CFG_GROUP_POLICY, cfg_group_policy, FIELD(cfg_group_policy, name))
	OBJECT(MSG_CFG_TUNNEL_GROUP, cfg_tunnel_group, FIELD(cfg_tunnel_group, name))
	OBJECT(MSG_CFG_USER_POLICY, cfg_user_policy, FIELD(cfg_user_policy, name))
	OBJECT(MSG_CFG_INTERFACE, cfg_interface, FIELD(cfg_interface, hardware))
	OBJECT(MSG_CFG_USER, cfg_user, FIELD(cfg_user, name))
	OBJECT(MSG_CFG_ACCESS_LIST, cfg_access_list, FIELD(cfg_access_list, name);
	    FIELD(cfg_access_list, line))
	OBJECT(MSG_KEEP_INTERFACE, keep_interface, FIELD(keep_interface, device); m->keep_interface.id = 0)
	OBJECT(MSG_KEEP_NAT, keep_nat, FIELD(keep_nat, order); m->keep_nat.id = 0)
	OBJECT(MSG_KEEP_ROUTE, keep_route, FIELD(keep_route, device); FIELD(keep_route, dest);
	    FIELD(keep_route, mask); FIELD(keep_route, gateway); FIELD(keep_route, metric);
	    m->keep_route.id = 0)
	default:
		*op = NULL;
		return ipc_name(m->type) && strncmp(ipc_name(m->type), "CFG_", 4) == 0;
	}
}

static void mirror_put(struct mirror *m, struct ipc_msg *msg)
{
	struct ipc_msg key;
	struct object o = {0};
	uint8_t *op;
	bool deleted;
	size_t i = 0;

	if (!key_of(msg, &key, &op))
		return;
	deleted = op && *op == CFG_DELETE;
	if (op)
		*op = 0;
	o.key_len = ipc_encode(&key, o.key, sizeof o.key);
	o.len = ipc_encode(msg, o.bytes, sizeof o.bytes);
	ck_assert(o.key_len && o.len);
	while (i < m->n && (m->v[i].key_len != o.key_len || memcmp(m->v[i].key, o.key, o.key_len) != 0))
		i++;
	if (deleted) {
		if (i < m->n)
			m->v[i] = m->v[--m->n];
		return;
	}
	if (i == m->n && m->n == m->size) {
		m->size = 2 * m->size + 16;
		m->v = realloc(m->v, m->size * sizeof *m->v);
		ck_assert_ptr_nonnull(m->v);
	}
	m->v[i] = o;
	m->n += i == m->n;
}

static void mirror_message(struct mirror *m, struct ipc_msg *msg)
{
	if (msg->type == MSG_CFG_BEGIN && msg->cfg_begin.snapshot) {
		if (m->fresh)
			mirror_clear(m->fresh);
		free(m->fresh);
		m->fresh = calloc(1, sizeof *m->fresh);
	} else if (msg->type == MSG_CFG_END && m->fresh) {
		struct mirror *fresh = m->fresh;

		m->fresh = NULL;
		mirror_clear(m);
		*m = *fresh;
		free(fresh);
	} else if (msg->type != MSG_CFG_BEGIN && msg->type != MSG_CFG_END) {
		mirror_put(m->fresh ? m->fresh : m, msg);
	}
}

static int by_key(const void *a, const void *b)
{
	const struct object *x = a, *y = b;
	size_t n = x->key_len < y->key_len ? x->key_len : y->key_len;
	int order = memcmp(x->key, y->key, n);

	return order ? order : (x->key_len > y->key_len) - (x->key_len < y->key_len);
}

static void describe(const struct mirror *m, struct text *t)
{
	char line[2000];
	struct ipc_msg msg;

	if (m->n)
		qsort(m->v, m->n, sizeof *m->v, by_key);
	for (size_t i = 0; i < m->n; i++) {
		ck_assert(ipc_decode(&msg, m->v[i].bytes, m->v[i].len));
		ipc_print(&msg, line, sizeof line);
		text_addf(t, "%s\n", line);
	}
}

/* ---- an appliance --------------------------------------------------------------------- */

struct box {
	char dir[64];
	struct manager *m;
	struct ipc_channel *keeper, *engine, *aaa;
	struct mirror told[ROLE_COUNT]; /* the kernel's objects for the keeper */
	struct operator *op;
	struct text screen;
	char prompt[128];
	unsigned done, status;
};

static uv_loop_t loop;
static struct box box, model;

static void show(void *ctx, enum console_type type, const void *data, size_t len)
{
	struct box *b = ctx;

	if (type == CONSOLE_TEXT)
		text_addn(&b->screen, data, len);
	if (type == CONSOLE_PROMPT)
		snprintf(b->prompt, sizeof b->prompt, "%.*s", (int)len, (const char *)data);
	if (type == CONSOLE_DONE) {
		b->done++;
		b->status = *(const uint8_t *)data;
	}
}

static void answer(struct ipc_channel *ch, uint32_t id)
{
	struct ipc_msg m = {.type = MSG_KEEP_REPLY, .fd = -1};

	m.keep_reply.id = id;
	m.keep_reply.text = "";
	ipc_send(ch, &m);
}

static void told_keeper(void *arg, struct ipc_channel *ch, struct ipc_msg *m)
{
	struct box *b = arg;

	if (m->type == MSG_KEEP_INTERFACE)
		answer(ch, m->keep_interface.id);
	else if (m->type == MSG_KEEP_ROUTE)
		answer(ch, m->keep_route.id);
	else if (m->type == MSG_KEEP_NAT)
		answer(ch, m->keep_nat.id);
	else if (m->type == MSG_KEEP_FLUSH)
		answer(ch, m->keep_flush.id);
	mirror_message(&b->told[ROLE_KEEPER], m);
}

static void told_engine(void *arg, struct ipc_channel *ch, struct ipc_msg *m)
{
	(void)ch;
	mirror_message(&((struct box *)arg)->told[ROLE_ENGINE], m);
}

static void told_aaa(void *arg, struct ipc_channel *ch, struct ipc_msg *m)
{
	(void)ch;
	mirror_message(&((struct box *)arg)->told[ROLE_AAA], m);
}

static void gone(void *arg, struct ipc_channel *ch)
{
	(void)arg;
	(void)ch;
}

static void turn(void)
{
	for (int i = 0; i < 6; i++)
		uv_run(&loop, UV_RUN_NOWAIT);
}

/* Starts the manager in the folder that there is; false with `error`. */
static bool start(struct box *b, const char *boot, char *error, size_t size)
{
	static const char *const hardware[] = {"GigabitEthernet0/0", "GigabitEthernet0/1"};
	struct console_hello hello = {.kind = CONSOLE_KIND_SCRIPT};
	struct ipc_channel *keeper, *engine, *aaa;
	struct manager_start s = {.loop = &loop, .grammar = grammars_all, .state = b->dir,
	    .grammar_len = (size_t)(grammars_all_end - grammars_all), .boot_id = boot, .console = -1};

	ck_assert(ipc_channel_pair(&loop, &keeper, &b->keeper));
	ipc_channel_listen(b->keeper, told_keeper, gone, b);
	for (int i = 0; i < 2; i++) {
		struct ipc_msg link = {.type = MSG_LINK_STATE, .fd = -1};
		char device[8];

		snprintf(device, sizeof device, "eth%d", i);
		link.link_state.device = device;
		link.link_state.hardware = hardware[i];
		link.link_state.mac = "";
		link.link_state.up = 1;
		ipc_send(b->keeper, &link);
	}
	s.keeper = keeper;
	b->m = manager_open(&s, error, size);
	turn();
	if (!b->m)
		return false;
	ck_assert(ipc_channel_pair(&loop, &engine, &b->engine));
	ipc_channel_listen(b->engine, told_engine, gone, b);
	ck_assert(ipc_channel_pair(&loop, &aaa, &b->aaa));
	ipc_channel_listen(b->aaa, told_aaa, gone, b);
	manager_peer(b->m, ROLE_ENGINE, engine);
	manager_peer(b->m, ROLE_AAA, aaa);
	b->op = operator_new(b->m, &hello, show, b);
	ck_assert_ptr_nonnull(b->op);
	turn();
	return true;
}

static void stop(struct box *b)
{
	if (b->m) {
		operator_free(b->op);
		manager_close(b->m);
		ipc_channel_close(b->engine);
		ipc_channel_close(b->aaa);
		b->m = NULL;
	}
	ipc_channel_close(b->keeper);
	turn();
	for (enum role r = 0; r < ROLE_COUNT; r++)
		mirror_clear(&b->told[r]);
}

static void folder(struct box *b)
{
	snprintf(b->dir, sizeof b->dir, "/tmp/gatehouse-unit.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(b->dir));
}

static void remove_folder(struct box *b)
{
	char command[128];

	snprintf(command, sizeof command, "rm -rf '%s'", b->dir);
	ck_assert_int_eq(system(command), 0);
	text_free(&b->screen);
}

/* A file of the state directory, "" when there is none; malloc'ed. */
static char *slurp(const struct box *b, const char *name)
{
	char path[128], *text = calloc(1, 1 << 20);
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", b->dir, name);
	f = fopen(path, "r");
	if (f) {
		ck_assert_uint_lt(fread(text, 1, (1 << 20) - 1, f), (1 << 20) - 1);
		fclose(f);
	}
	return text;
}

/* ---- the session ------------------------------------------------------------------------ */

static const char *type(struct box *b, const char *line)
{
	unsigned before = b->done;

	text_clear(&b->screen);
	if (strchr(line, '\n'))
		operator_file(b->op, line, strlen(line));
	else
		operator_line(b->op, line, strlen(line));
	for (int i = 0; i < 100 && b->done == before; i++)
		turn();
	ck_assert_msg(b->done == before + 1, "%s: no end", line);
	return text_str(&b->screen);
}

/* With a line's end in it: a file. */
static const char *const script[] = {
    "configure terminal", "hostname fw", "interface GigabitEthernet0/0", "nameif outside",
    "ip address 10.0.0.1 255.255.255.0", "no shutdown",
    "username someone password abc123 mschap", "route outside 10.5.0.0 255.255.0.0 10.0.0.9",
    "tunnel-group DefaultRAGroup ipsec-attributes", "ikev1 pre-shared-key Key-1", "write memory",
    "ip local pool P 10.1.1.1-10.1.1.9\naccess-list A extended permit ip any any\n"
    "access-list A extended deny ip any any\nobject network o\n subnet 10.9.0.0 255.255.0.0\n"
    " nat (outside,outside) dynamic interface\nroute outside 10.6.0.0 255.255.0.0 10.0.0.8\n"
    "group-policy G internal\ngroup-policy G attributes\n vpn-idle-timeout 7\n",
    "access-list A line 1 extended permit tcp any any", "no route outside 10.5.0.0 255.255.0.0 10.0.0.9",
    "write memory", "clear configure access-list A", "interface GigabitEthernet0/0",
    "ip address 10.0.0.2 255.255.255.0", "no nameif", "no username someone", "end", NULL};

enum { LINES = sizeof script / sizeof *script - 1 };

/* Roles that could not be told everything are told again after a while: at once, here. */
static void refresh(struct box *b)
{
	for (int i = 0; i < 3 && uv_is_active((uv_handle_t *)&b->m->refresh); i++) {
		uv_timer_set_repeat(&b->m->refresh, 1);
		uv_timer_again(&b->m->refresh);
		usleep(2000);
		uv_timer_set_repeat(&b->m->refresh, 0);
		turn();
	}
}

struct anew {
	struct mirror told[ROLE_COUNT];
	struct box *box;
};

static void tell_anew(void *ctx, enum role to, struct ipc_msg *m)
{
	mirror_message(&((struct anew *)ctx)->told[to], m);
}

static const char *device(void *ctx, const char *hardware)
{
	const struct manager_link *l = manager_link_find(((struct anew *)ctx)->box->m, hardware);

	return l ? l->device : "";
}

static uint32_t no_id(void *ctx)
{
	(void)ctx;
	return 0;
}

/* What the roles were told step by step is what they would be told if they came now. */
static void roles_agree(struct box *b, const char *when)
{
	struct anew a = {.box = b};
	struct feed_sink sink = {tell_anew, device, no_id, &a};
	struct feed *f = feed_create(&sink, b->m->gram);

	turn();
	for (enum role r = 0; r < ROLE_COUNT; r++) {
		struct text is = {0}, must = {0};

		if (r == ROLE_MANAGER)
			continue;
		ck_assert(feed_snapshot(f, b->m->db, r));
		describe(&b->told[r], &is);
		describe(&a.told[r], &must);
		ck_assert_msg(is.len == must.len && memcmp(text_str(&is), text_str(&must), is.len) == 0,
		    "%s: role %d was told\n%.1500sbut the configuration is\n%.1500s", when, (int)r, text_str(&is),
		    text_str(&must));
		text_free(&is);
		text_free(&must);
		mirror_clear(&a.told[r]);
	}
	feed_destroy(f);
}

static const char *body(const char *text)
{
	const char *at = strstr(text, "ASA Version");

	return at ? at : text;
}

static char *running(struct box *b)
{
	return strdup(body(type(b, "more system:running-config")));
}

/* A whole text, and the one that was last saved, or would have been. */
static void startup_is_whole(const struct box *b, const char *saved, const char *wanted,
    const char *when)
{
	char *text = slurp(b, "startup-config"), *left = slurp(b, "startup-config.new");
	bool whole = !strcmp(text, saved) || (*wanted && !strcmp(body(text), wanted));

	ck_assert_msg(whole, "%s: the startup-config is\n%.900s\nnot\n%.900s\nor\n%.900s", when, text, saved, wanted);
	ck_assert_msg(!*left, "%s: startup-config.new is left", when);
	free(text);
	free(left);
}

/* All that can be compared. */
static void agree(const char *when)
{
	char *is, *must = running(&model);

	refresh(&box);
	is = running(&box);
	ck_assert_msg(!strcmp(is, must), "%s: the configuration is\n%.1500s\nbut the lines say\n%.1500s", when, is, must);
	ck_assert_str_eq(box.prompt, model.prompt);
	roles_agree(&box, when);
	free(is);
	free(must);
}

static void saved_or_not(unsigned status, char **saved, const char *when)
{
	char *wanted = running(&box);

	startup_is_whole(&box, status ? *saved : "", wanted, when);
	free(wanted);
	free(*saved);
	*saved = slurp(&box, "startup-config");
}

/* Runs the script; what `box` takes, `model` is told. True when a fault happened. */
static bool session(enum fault kind, unsigned n, bool full)
{
	char when[400], *saved = slurp(&box, "startup-config");
	bool before = false;

	faults_arm(kind, n, full);
	for (int i = 0; i < LINES; i++) {
		bool save = strcmp(script[i], "write memory") == 0;
		unsigned status;

		faults_hold(false);
		type(&box, script[i]);
		faults_hold(true);
		status = box.status;
		snprintf(when, sizeof when, "%s %u%s at '%.60s' (status %u: %.100s)", faults_name(kind), n,
		    full ? " and on" : "", script[i], status, text_str(&box.screen));
		ck_assert_msg(!status || (faults_happened() && strstr(text_str(&box.screen), "ERROR")), "%s",
		    when);
		if (save)
			saved_or_not(status, &saved, when);
		else if (!status || (strchr(script[i], '\n') &&
		    !strstr(text_str(&box.screen), "Nothing of the file was applied")))
			ck_assert_msg(type(&model, script[i]) && model.status == status, "%s: %s", when,
			    text_str(&model.screen));
		if (faults_happened() != before || (full && status))
			agree(when);
		before = faults_happened();
	}
	faults_disarm();
	agree(when);
	free(saved);
	return before;
}

static void empty(struct box *b)
{
	type(b, "end");
	type(b, "configure terminal");
	type(b, "clear configure all");
	ck_assert_msg(b->status == 0, "%s", text_str(&b->screen));
	type(b, "end");
}

/* The manager goes and comes back within the same boot: the rows are still those. */
static void again(unsigned n)
{
	char error[500], *before = running(&box), *after;

	stop(&box);
	ck_assert_msg(start(&box, "boot", error, sizeof error), "%s", error);
	after = running(&box);
	ck_assert_msg(!strcmp(before, after), "%u: kept\n%s\nof\n%s", n, after, before);
	free(before);
	free(after);
}

static void every_one_fails(enum fault kind, bool full)
{
	unsigned n = 1;

	for (; session(kind, n, full); n++) {
		if (n % 5 == 0)
			again(n);
		empty(&box);
		empty(&model);
	}
	ck_assert_uint_gt(n, 5);
	printf("%s%s: %u\n", faults_name(kind), full ? " and on" : "", n - 1);
	empty(&box);
	empty(&model);
	ck_assert(!session(kind, UINT32_MAX, false));
}

static void setup(void)
{
	char error[500];

	uv_loop_init(&loop);
	folder(&box);
	folder(&model);
	ck_assert_msg(start(&box, "boot", error, sizeof error), "%s", error);
	ck_assert_msg(start(&model, "boot", error, sizeof error), "%s", error);
}

static void teardown(void)
{
	stop(&box);
	stop(&model);
	uv_run(&loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(uv_loop_close(&loop), 0);
	remove_folder(&box);
	remove_folder(&model);
}

START_TEST(a_step_fails)
{
	every_one_fails(FAULT_STEP, false);
}
END_TEST

START_TEST(memory_of_the_database_fails)
{
	every_one_fails(FAULT_SQL_MALLOC, false);
}
END_TEST

START_TEST(a_file_of_the_database_fails)
{
	every_one_fails(FAULT_SQL_FILE, false);
}
END_TEST

START_TEST(the_disk_is_full)
{
	every_one_fails(FAULT_SQL_FILE, true);
	every_one_fails(FAULT_FILE, true);
}
END_TEST

START_TEST(memory_fails)
{
	every_one_fails(FAULT_MALLOC, false);
}
END_TEST

START_TEST(a_file_fails)
{
	every_one_fails(FAULT_FILE, false);
}
END_TEST

/* ---- while it starts ------------------------------------------------------------------------ */

/* A folder with a startup-config, left by a session. */
static char *left_by_session(void)
{
	char error[500], *text;

	ck_assert_msg(start(&box, "boot", error, sizeof error), "%s", error);
	for (int i = 0; i < 12; i++)
		type(&box, script[i]);
	type(&box, "write memory");
	ck_assert_uint_eq(box.status, 0);
	text = running(&box);
	stop(&box);
	return text;
}

static void boot_with_fault(enum fault kind, unsigned n, const char *boot, const char *must)
{
	char error[500], *is, *saved = slurp(&box, "startup-config");
	bool up;

	faults_arm(kind, n, false);
	up = start(&box, boot, error, sizeof error);
	faults_disarm();
	if (up) {
		refresh(&box);
		roles_agree(&box, boot);
		is = running(&box);
		/* What could not be loaded must not be saved over. */
		if (strcmp(is, must) != 0) {
			type(&box, "write memory");
			ck_assert_msg(box.status, "%s %u: less was saved", faults_name(kind), n);
		}
		free(is);
	}
	stop(&box);
	is = slurp(&box, "startup-config");
	ck_assert_str_eq(is, saved);
	free(is);
	free(saved);
}

/* The n-th fails while a manager starts, in a new boot or in the same one; the next one has it all. */
static void every_start(enum fault kind, bool new_boot)
{
	char error[500], boot[32], *must, *is;
	unsigned n = 1;

	uv_loop_init(&loop);
	folder(&box);
	must = left_by_session();
	do {
		snprintf(boot, sizeof boot, new_boot ? "boot %u" : "boot", n);
		boot_with_fault(kind, n, boot, must);
		ck_assert_msg(start(&box, boot, error, sizeof error), "%s %u: %s", faults_name(kind), n, error);
		is = running(&box);
		ck_assert_msg(!strcmp(is, must), "%s %u: %s\nis\n%s", faults_name(kind), n, must, is);
		free(is);
		stop(&box);
		n += 1 + n / 40;
	} while (faults_happened());
	free(must);
	uv_run(&loop, UV_RUN_DEFAULT);
	ck_assert_int_eq(uv_loop_close(&loop), 0);
	remove_folder(&box);
}

START_TEST(a_start_fails)
{
	every_start((enum fault)(_i / 2), _i % 2);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("config_faults");
	TCase *sessions = tcase_create("sessions"), *starts = tcase_create("starts");
	SRunner *r = srunner_create(s);
	int failed;

	faults_install();
	tcase_add_checked_fixture(sessions, setup, teardown);
	tcase_set_timeout(sessions, 600);
	tcase_add_test(sessions, a_step_fails);
	tcase_add_test(sessions, memory_of_the_database_fails);
	tcase_add_test(sessions, a_file_of_the_database_fails);
	tcase_add_test(sessions, the_disk_is_full);
	tcase_add_test(sessions, memory_fails);
	tcase_add_test(sessions, a_file_fails);
	suite_add_tcase(s, sessions);
	tcase_set_timeout(starts, 600);
	tcase_add_loop_test(starts, a_start_fails, 0, 2 * FAULT_KINDS);
	suite_add_tcase(s, starts);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
