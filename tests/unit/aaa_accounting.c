/*
 * Accounting waits for its servers: through their absence, the death of this
 * process and of the appliance, a full disk, a file that is cut or damaged;
 * within bounds, in order, to one server or to all. /
 */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/aaa/accounting.h"
#include "engine/aaa/report.h"
#include "tests/support/env_sim.h"

#define SERVERS 2

static struct sim sim;
static struct aaa_listener listener;
static struct aaa_world world;
static struct accounting *a;
static struct aaa_group group;
static struct aaa_server server[SERVERS], *servers[SERVERS];
static struct cfg_aaa_host host[SERVERS];
static struct cfg_aaa_group config;
static bool known;		    /* the group is configured */
static char said[SERVERS][1 << 16]; /* what each server heard and took, a word each */
static char plan[SERVERS];	    /* A takes it, S says nothing, R refuses, E errs */
static struct conversation *asked[SERVERS][256];
static unsigned n_asked[SERVERS], n_logs;
static char files[2][64];
static const uint8_t cookie[2048];
static uint16_t cookie_len;
static uint32_t next_id; /* of the next record, 0: its role does not wait */
static char takens[256]; /* ids that were taken */

/* ---- servers
 * ------------------------------------------------------------------------------------- */

static void take(size_t i, const struct msg_account *m)
{
	static const char what[] = " SIPCNF";
	size_t n = strlen(said[i]);

	snprintf(said[i] + n, sizeof said[i] - n, "%s%s%c", n ? " " : "", m->key, what[m->what]);
	n = strlen(said[i]);
	if (m->cause)
		snprintf(said[i] + n, sizeof said[i] - n, "/%u/%llu/%u", m->cause,
		    (unsigned long long)m->bytes_in, m->duration);
}

static void answer(struct conversation *c, size_t i, char how)
{
	struct aaa_answer r = {.result = AUTH_ACCEPT};

	if (how == 'S') {
		ck_assert_uint_lt(n_asked[i], 256);
		asked[i][n_asked[i]++] = c;
		return;
	}
	if (how == 'A')
		take(i, c->request.account);
	else if (how == 'R')
		r = (struct aaa_answer){.result = AUTH_REJECT, .reason = REASON_AUTH_REJECTED};
	else
		r = (struct aaa_answer){.result = AUTH_ERROR, .reason = REASON_AUTH_SERVER_ERROR};
	conversation_answer(c, &r);
}

static size_t index_of(const struct aaa_server *s)
{
	return (size_t)(s - server);
}

static void start(struct conversation *c, struct aaa_server *s)
{
	ck_assert_int_eq(c->request.kind, AAA_ACCOUNT);
	ck_assert_str_eq(c->request.user, c->request.account->what < ACCOUNT_ON ? "anna" : "");
	answer(c, index_of(s), plan[index_of(s)]);
}

static void cancel(struct conversation *c, struct aaa_server *s)
{
	size_t i = index_of(s), k;

	for (k = 0; k < n_asked[i] && asked[i][k] != c; k++)
		;
	ck_assert_uint_lt(k, n_asked[i]);
	asked[i][k] = asked[i][--n_asked[i]];
}

static const struct aaa_protocol protocol = {.word = "fake",
    .name = "FAKE",
    .log_accept = LOG_113004,
    .log_reject = LOG_113005,
    .start = {[AAA_ACCOUNT] = start},
    .cancel = cancel};

/* ---- the world
 * ------------------------------------------------------------------------------------- */

static struct aaa_group *find(void *arg, const char *name)
{
	(void)arg;
	return known && strcmp(name, "RAD") == 0 ? &group : NULL;
}

static void hear(void *arg, enum role to, const struct ipc_msg *m)
{
	(void)arg;
	if (m->type == MSG_ACCOUNT_TAKEN) {
		ck_assert_int_eq(to, ROLE_ENGINE);
		sprintf(takens + strlen(takens), "%u ", m->account_taken.id);
	}
	if (m->type == MSG_LOG_LINE && m->log_line.number >= 199026)
		n_logs++;
}

/* One life of the process. */
static void live(bool reborn)
{
	int fd[2] = {
	    open(files[0], O_RDWR | O_CREAT, 0600), open(files[1], O_RDWR | O_CREAT, 0600)};

	a = calloc(1, sizeof *a);
	accounting_init(a, &world, find, NULL);
	accounting_open(a, fd, reborn);
	accounting_configured(a);
}

static void die(void)
{
	accounting_fini(a);
	free(a);
	ck_assert_uint_eq(timer_next(&sim.env), UINT64_MAX);
}

static void setup(void)
{
	sim_init(&sim, 1, NULL, NULL);
	listener = (struct aaa_listener){.send = hear};
	log_init(&listener.log, aaa_report_log, &listener);
	world = (struct aaa_world){.env = &sim.env, .listener = &listener};
	config = (struct cfg_aaa_group){
	    .name = "RAD", .protocol = "fake", .accounting_mode = "single"};
	group = (struct aaa_group){.name = "RAD",
	    .config = &config,
	    .server = servers,
	    .n = 1,
	    .max_failed = 3,
	    .dead_time = 600 * SEC};
	for (size_t i = 0; i < SERVERS; i++) {
		host[i] = (struct cfg_aaa_host){
		    .group_name = "RAD", .host = i ? "10.1.1.22" : "10.1.1.21", .timeout = 10};
		server[i] = (struct aaa_server){
		    .protocol = &protocol, .group = &group, .config = &host[i]};
		servers[i] = &server[i];
		plan[i] = 'A';
		said[i][0] = 0;
		n_asked[i] = 0;
		snprintf(files[i], sizeof files[i], "/dev/shm/gatehouse-accounting.%d.%zu",
		    (int)getpid(), i);
		unlink(files[i]);
	}
	known = true;
	n_logs = 0;
	cookie_len = 0;
	next_id = 0;
	takens[0] = 0;
	live(true);
}

static void teardown(void)
{
	die();
	sim_fini(&sim);
	unlink(files[0]);
	unlink(files[1]);
}

static void put(uint8_t what, const char *key, uint64_t bytes)
{
	struct msg_account m = {.id = next_id,
	    .what = what,
	    .server_group = "RAD",
	    .key = key,
	    .user = "anna",
	    .service = "ppp",
	    .tunnel_group = "",
	    .group_policy = "",
	    .method = "pap",
	    .port = "",
	    .command = "",
	    .time = (uint64_t)sim.env.wall(&sim.env),
	    .bytes_in = bytes,
	    .duration = (uint32_t)(bytes / 10),
	    .cause = what == ACCOUNT_STOP ? 1 : 0,
	    .cookie = {cookie_len, cookie}};

	accounting_put(a, ROLE_ENGINE, &m);
}

static unsigned waiting(void)
{
	uint64_t queued, lost;

	accounting_count(a, &server[0], &queued, &lost);
	return (unsigned)queued;
}

static unsigned lost(void)
{
	uint64_t queued, n;

	accounting_count(a, &server[0], &queued, &n);
	return (unsigned)n;
}

static void expect(size_t i, const char *text)
{
	ck_assert_str_eq(said[i], text);
	said[i][0] = 0;
}

/* ---- while all is well
 * ------------------------------------------------------------------------------- */

START_TEST(told_at_once)
{
	put(ACCOUNT_START, "one", 0);
	put(ACCOUNT_INTERIM, "one", 10);
	put(ACCOUNT_COMMAND, "two", 0);
	put(ACCOUNT_STOP, "one", 20);
	expect(0, "oneS oneI twoC oneP/1/20/2");
	ck_assert_uint_eq(waiting(), 0);
	ck_assert_uint_eq(n_logs, 0);
}
END_TEST

/* Many at once; but of one session the next is told when the one before is there. */
START_TEST(in_order)
{
	struct conversation *one;

	plan[0] = 'S';
	put(ACCOUNT_START, "one", 0);
	put(ACCOUNT_STOP, "one", 20);
	put(ACCOUNT_START, "two", 0);
	ck_assert_uint_eq(n_asked[0], 2);
	ck_assert_str_eq(asked[0][0]->request.account->key, "one");
	ck_assert_str_eq(asked[0][1]->request.account->key, "two");
	one = asked[0][0];
	n_asked[0] = 1;
	answer(asked[0][1], 0, 'A');
	n_asked[0] = 0;
	answer(one, 0, 'A');
	expect(0, "twoS oneS");
	ck_assert_uint_eq(n_asked[0], 1); /* the stop */
	plan[0] = 'A';
	sim_run(&sim, 60 * SEC);
	expect(0, "oneP/1/20/2");
}
END_TEST

/* ---- servers that are away
 * ------------------------------------------------------------------------------ */

START_TEST(away_for_a_minute)
{
	char key[16], all[4096] = "";

	plan[0] = 'S';
	for (int i = 0; i < 100; i++) {
		snprintf(key, sizeof key, "k%d", i);
		put(ACCOUNT_START, key, 0);
		sprintf(all + strlen(all), "%s%sS", i ? " " : "", key);
	}
	ck_assert_uint_eq(n_asked[0], 64);
	sim_run(&sim, 60 * SEC);
	ck_assert_uint_le(n_asked[0], 1); /* one tries */
	expect(0, "");
	ck_assert_uint_eq(waiting(), 100);
	plan[0] = 'A';
	sim_run(&sim, 60 * SEC);
	expect(0, all);
	ck_assert_uint_eq(waiting(), 0);
	ck_assert_uint_eq(lost(), 0);
}
END_TEST

/* What a server refuses, it will refuse for ever. */
START_TEST(refused)
{
	plan[0] = 'R';
	put(ACCOUNT_START, "one", 0);
	ck_assert_uint_eq(waiting(), 0);
	ck_assert_uint_eq(lost(), 1);
	ck_assert_uint_eq(n_logs, 1);
	plan[0] = 'E';
	put(ACCOUNT_START, "two", 0);
	ck_assert_uint_eq(waiting(), 1);
	sim_run(&sim, 300 * SEC);
	ck_assert_uint_eq(waiting(), 0);
	ck_assert_uint_eq(lost(), 2);
	accounting_clear(a, &server[0]);
	ck_assert_uint_eq(lost(), 0);
}
END_TEST

START_TEST(to_all_of_them)
{
	uint64_t queued, n;

	config.accounting_mode = "simultaneous";
	group.n = 2;
	plan[1] = 'S';
	put(ACCOUNT_START, "one", 0);
	put(ACCOUNT_STOP, "one", 20);
	expect(0, "oneS oneP/1/20/2");
	ck_assert_uint_eq(waiting(), 0);
	accounting_count(a, &server[1], &queued, &n);
	ck_assert_uint_eq(queued, 2);
	die(); /* who has it and who has not is kept, too */
	live(false);
	expect(0, "");
	plan[1] = 'A';
	sim_run(&sim, 60 * SEC);
	expect(1, "oneS oneP/1/20/2");
	expect(0, "");
	accounting_count(a, &server[1], &queued, &n);
	ck_assert_uint_eq(queued, 0);
	/* A server that was to have it is none any more. */
	plan[1] = 'S';
	put(ACCOUNT_START, "two", 0);
	ck_assert_ptr_nonnull(TAILQ_FIRST(&account_queue_find(&a->queue, "RAD")->records));
	accounting_server_goes(a, &server[1]);
	group.n = 1;
	accounting_configured(a);
	ck_assert_ptr_null(TAILQ_FIRST(&account_queue_find(&a->queue, "RAD")->records));
	ck_assert_uint_eq(lost(), 0);
}
END_TEST

START_TEST(a_group_goes)
{
	plan[0] = 'S';
	put(ACCOUNT_START, "one", 0);
	accounting_server_goes(a, &server[0]);
	ck_assert_uint_eq(n_asked[0], 0);
	accounting_configured(a); /* it was only changed */
	ck_assert_uint_eq(n_asked[0], 1);
	accounting_group_goes(a, &group);
	known = false;
	accounting_configured(a);
	ck_assert_uint_eq(waiting(), 0);
	ck_assert_uint_eq(lost(), 1);
}
END_TEST

/* ---- deaths
 * --------------------------------------------------------------------------------------------- */

START_TEST(this_process_dies)
{
	plan[0] = 'S';
	put(ACCOUNT_START, "one", 0);
	put(ACCOUNT_STOP, "two", 7);
	die();
	plan[0] = 'A';
	live(false);
	expect(0, "oneS twoP/1/7/0");
	die();
	live(false); /* what was done with does not come again */
	expect(0, "");
	put(ACCOUNT_STOP, "one", 30);
	expect(0, "oneP/1/30/3");
	die();
	live(true); /* nothing is open */
	expect(0, "");
}
END_TEST

/* Who says a record is told when it is kept; one that comes once more was kept before. */
START_TEST(taken)
{
	sim.slow_jobs = true;
	plan[0] = 'S';
	next_id = 7;
	put(ACCOUNT_START, "one", 0);
	ck_assert_str_eq(takens, "");
	ck_assert(accounting_busy(a));
	sim_run(&sim, 1);
	ck_assert_str_eq(takens, "7 ");
	next_id = 8;
	put(ACCOUNT_COMMAND, "two", 0);
	sim_run(&sim, 1);
	ck_assert(!accounting_busy(a));
	die();
	sim.slow_jobs = false;
	plan[0] = 'A';
	live(false);
	expect(0, "oneS twoC");
	takens[0] = 0;
	put(ACCOUNT_COMMAND, "two", 0);
	next_id = 7;
	put(ACCOUNT_START, "one", 0); /* its session is known to be open */
	ck_assert_str_eq(takens, "8 7 ");
	expect(0, "twoC"); /* nothing is known of that any more */
}
END_TEST

/* Sessions that were open get a stop with what was known of them last. */
START_TEST(the_appliance_dies)
{
	put(ACCOUNT_START, "one", 0);
	put(ACCOUNT_INTERIM, "one", 50);
	put(ACCOUNT_START, "two", 0);
	put(ACCOUNT_STOP, "two", 60);
	put(ACCOUNT_START, "three", 0);
	expect(0, "oneS oneI twoS twoP/1/60/6 threeS");
	die();
	sim_run(&sim, 100 * SEC);
	live(true);
	ck_assert(strcmp(said[0], "oneP/11/50/5 threeP/11/0/0") == 0 ||
		  strcmp(said[0], "threeP/11/0/0 oneP/11/50/5") == 0);
	said[0][0] = 0;
	die();
	live(true);
	expect(0, "");
}
END_TEST

START_TEST(the_engine_dies)
{
	put(ACCOUNT_START, "one", 50);
	sim_run(&sim, 100 * SEC);
	accounting_role_gone(a, ROLE_MANAGER);
	accounting_role_gone(a, ROLE_ENGINE);
	accounting_role_gone(a, ROLE_ENGINE);
	expect(0, "oneS oneP/9/50/105");
	/* It died together with this process: the first session of the next one tells. */
	put(ACCOUNT_START, "AAAAAAAABBBB00000001", 0);
	die();
	live(false);
	put(ACCOUNT_START, "CCCCCCCCBBBB00000001", 0);
	put(ACCOUNT_START, "CCCCCCCCBBBB00000002", 0);
	expect(0, "AAAAAAAABBBB00000001S AAAAAAAABBBB00000001P/9/0/0 CCCCCCCCBBBB00000001S "
		  "CCCCCCCCBBBB00000002S");
}
END_TEST

/* A RADIUS server hears that the appliance serves, once, before all else; and when it does no more.
 * Not of a new process of an old appliance. */
START_TEST(on_and_off)
{
	const char *at;

	config.protocol = "radius";
	put(ACCOUNT_START, "one", 0);
	put(ACCOUNT_STOP, "one", 0);
	ck_assert_int_eq(strncmp(said[0], "aaa", 3), 0);
	at = strchr(said[0], ' ');
	ck_assert_int_eq(at[-1], 'N');
	ck_assert_str_eq(at, " oneS oneP/1/0/0");
	said[0][0] = 0;
	accounting_off(a);
	accounting_off(a);
	ck_assert_ptr_null(strchr(said[0], ' '));
	ck_assert_int_eq(said[0][strlen(said[0]) - 1], 'F');
	die();
	said[0][0] = 0;
	live(false);
	put(ACCOUNT_COMMAND, "two", 0);
	accounting_off(a);
	expect(0, "twoC");
}
END_TEST

/* ---- bounds
 * ------------------------------------------------------------------------------------------------
 */

START_TEST(bounded)
{
	static const int none[2] = {-1, -1};
	struct account_record *r;
	char key[16];

	die();
	a = calloc(1, sizeof *a);
	accounting_init(a, &world, find, NULL);
	accounting_open(a, none, true);
	known = false;
	put(ACCOUNT_START, "first", 0);
	put(ACCOUNT_INTERIM, "first", 1);
	put(ACCOUNT_INTERIM, "first", 2);
	for (int i = 3; i < ACCOUNT_RECORDS_MAX; i++) {
		snprintf(key, sizeof key, "k%d", i);
		put(ACCOUNT_STOP, key, 0);
	}
	ck_assert_uint_eq(lost(), 0);
	put(ACCOUNT_STOP, "one more", 0);
	ck_assert_uint_eq(lost(), 1);
	r = TAILQ_FIRST(&account_queue_find(&a->queue, "RAD")->records);
	ck_assert_uint_eq(r->what, ACCOUNT_START);
	put(ACCOUNT_STOP, "one more", 0);
	put(ACCOUNT_STOP, "one more", 0); /* no interim is left */
	put(ACCOUNT_STOP, "one more", 0); /* nor a start */
	ck_assert_uint_eq(lost(), 4);
	ck_assert_uint_eq(waiting(), ACCOUNT_RECORDS_MAX);
	r = TAILQ_FIRST(&account_queue_find(&a->queue, "RAD")->records);
	ck_assert_str_eq(r->key, "k4");
}
END_TEST

/* The file does not grow with what was done with. */
START_TEST(the_file_is_bounded)
{
	struct stat st[2];

	for (int i = 0; i < 1500; i++) {
		cookie_len = 2000;
		put(ACCOUNT_COMMAND, "one", 0);
		said[0][0] = 0;
	}
	ck_assert_int_eq(stat(files[0], &st[0]), 0);
	ck_assert_int_eq(stat(files[1], &st[1]), 0);
	ck_assert_int_lt(st[0].st_size + st[1].st_size, 2200 << 10);
}
END_TEST

/* ---- faults
 * ---------------------------------------------------------------------------------------------- */

/* Records go on their way all the same, and it is said once. */
START_TEST(a_full_disk)
{
	int full[2];

	die();
	full[0] = open("/dev/full", O_RDWR);
	full[1] = open("/dev/full", O_RDWR);
	a = calloc(1, sizeof *a);
	accounting_init(a, &world, find, NULL);
	accounting_open(a, full, true);
	accounting_configured(a);
	put(ACCOUNT_START, "one", 0);
	put(ACCOUNT_STOP, "one", 20);
	expect(0, "oneS oneP/1/20/2");
	ck_assert_uint_eq(n_logs, 1);
	ck_assert_uint_eq(lost(), 0);
}
END_TEST

static size_t file_size(unsigned i)
{
	struct stat st;

	ck_assert_int_eq(stat(files[i], &st), 0);
	return (size_t)st.st_size;
}

/* Five records that nobody took; the file that has them, whole. */
static unsigned five(uint8_t *copy, size_t *len)
{
	unsigned i;
	char key[8];
	int fd;

	plan[0] = 'S';
	for (int n = 0; n < 5; n++) {
		snprintf(key, sizeof key, "k%d", n);
		put(ACCOUNT_COMMAND, key, 0);
	}
	die();
	i = file_size(1) > file_size(0);
	*len = file_size(i);
	fd = open(files[i], O_RDONLY);
	ck_assert_int_eq(read(fd, copy, *len), (ssize_t)*len);
	close(fd);
	plan[0] = 'A';
	return i;
}

static void put_back(unsigned i, const uint8_t *copy, size_t len)
{
	int fd = open(files[i], O_WRONLY | O_TRUNC | O_CREAT, 0600);

	ck_assert_int_eq(write(fd, copy, len), (ssize_t)len);
	close(fd);
	unlink(files[i ^ 1]);
	said[0][0] = 0;
}

/* A write that was cut anywhere: what was whole before is there, and what comes next is kept. */
START_TEST(torn)
{
	static uint8_t copy[65536];
	static const char all[] = "k0C k1C k2C k3C k4C";
	size_t len, frame, whole;
	unsigned i = five(copy, &len);

	frame = (len - ACCOUNT_HEADER) / 5;
	for (size_t cut = ACCOUNT_HEADER; cut <= len; cut++) {
		put_back(i, copy, cut);
		live(false);
		whole = (cut - ACCOUNT_HEADER) / frame;
		ck_assert_uint_eq(strlen(said[0]), whole ? whole * 4 - 1 : 0);
		ck_assert(strncmp(said[0], all, strlen(said[0])) == 0);
		said[0][0] = 0;
		plan[0] = 'S';
		put(ACCOUNT_COMMAND, "next", 0);
		die();
		plan[0] = 'A';
		live(false);
		expect(0, "nextC");
		die();
	}
	live(false);
}
END_TEST

/* One byte that is another: at most one record is missing, and the rest is in its order. */
START_TEST(damaged)
{
	static uint8_t copy[65536];
	size_t len;
	unsigned i = five(copy, &len);

	for (size_t at = ACCOUNT_HEADER; at < len; at++) {
		copy[at] ^= 0x41;
		put_back(i, copy, len);
		live(false);
		ck_assert_uint_eq(strlen(said[0]), 4 * 4 - 1);
		die();
		copy[at] ^= 0x41;
	}
	/* A header that is none: there is nothing, and it begins anew. */
	copy[3] ^= 1;
	put_back(i, copy, len);
	live(false);
	put(ACCOUNT_COMMAND, "next", 0);
	expect(0, "nextC");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("accounting");
	TCase *t = tcase_create("accounting");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_set_timeout(t, 60);
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, told_at_once);
	tcase_add_test(t, in_order);
	tcase_add_test(t, away_for_a_minute);
	tcase_add_test(t, refused);
	tcase_add_test(t, to_all_of_them);
	tcase_add_test(t, a_group_goes);
	tcase_add_test(t, this_process_dies);
	tcase_add_test(t, taken);
	tcase_add_test(t, the_appliance_dies);
	tcase_add_test(t, the_engine_dies);
	tcase_add_test(t, on_and_off);
	tcase_add_test(t, bounded);
	tcase_add_test(t, the_file_is_bounded);
	tcase_add_test(t, a_full_disk);
	tcase_add_test(t, torn);
	tcase_add_test(t, damaged);
	suite_add_tcase(s, t);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
