/* See accounting_sim.h. */
#include "tests/support/accounting_sim.h"

struct sim acct_sim;
static struct aaa_listener listener;
struct aaa_world acct_world;
struct accounting *acct_a;
struct aaa_group acct_group;
struct aaa_server acct_server[SERVERS], *acct_servers[SERVERS];
static struct cfg_aaa_host host[SERVERS];
struct cfg_aaa_group acct_config;
bool acct_known;
char acct_said[SERVERS][1 << 16];
char acct_plan[SERVERS];
struct conversation *acct_asked[SERVERS][256];
unsigned acct_n_asked[SERVERS], acct_n_logs;
char acct_files[2][64];
static const uint8_t cookie[2048];
uint16_t acct_cookie_len;
uint32_t acct_next_id;
char acct_takens[256];

static void take(size_t i, const struct msg_account *m)
{
	static const char what[] = " SIPCNF";
	size_t n = strlen(acct_said[i]);

	snprintf(acct_said[i] + n, sizeof acct_said[i] - n, "%s%s%c", n ? " " : "", m->key,
	    what[m->what]);
	n = strlen(acct_said[i]);
	if (m->cause)
		snprintf(acct_said[i] + n, sizeof acct_said[i] - n, "/%u/%llu/%u", m->cause,
		    (unsigned long long)m->bytes_in, m->duration);
}

void acct_answer(struct conversation *c, size_t i, char how)
{
	struct aaa_answer r = {.result = AUTH_ACCEPT};

	if (how == 'S') {
		ck_assert_uint_lt(acct_n_asked[i], 256);
		acct_asked[i][acct_n_asked[i]++] = c;
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
	return (size_t)(s - acct_server);
}

static void start(struct conversation *c, struct aaa_server *s)
{
	ck_assert_int_eq(c->request.kind, AAA_ACCOUNT);
	ck_assert_str_eq(c->request.user, c->request.account->what < ACCOUNT_ON ? "anna" : "");
	acct_answer(c, index_of(s), acct_plan[index_of(s)]);
}

static void cancel(struct conversation *c, struct aaa_server *s)
{
	size_t i = index_of(s), k;

	for (k = 0; k < acct_n_asked[i] && acct_asked[i][k] != c; k++)
		;
	ck_assert_uint_lt(k, acct_n_asked[i]);
	acct_asked[i][k] = acct_asked[i][--acct_n_asked[i]];
}

const struct aaa_protocol acct_protocol = {.word = "fake",
    .name = "FAKE",
    .log_accept = LOG_113004,
    .log_reject = LOG_113005,
    .start = {[AAA_ACCOUNT] = start},
    .cancel = cancel};

struct aaa_group *acct_find(void *arg, const char *name)
{
	(void)arg;
	return acct_known && strcmp(name, "RAD") == 0 ? &acct_group : NULL;
}

static void hear(void *arg, enum role to, const struct ipc_msg *m)
{
	(void)arg;
	if (m->type == MSG_ACCOUNT_TAKEN) {
		ck_assert_int_eq(to, ROLE_ENGINE);
		sprintf(acct_takens + strlen(acct_takens), "%u ", m->account_taken.id);
	}
	if (m->type == MSG_LOG_LINE && m->log_line.number >= 199026)
		acct_n_logs++;
}

void acct_live(bool reborn)
{
	int fd[2] = {open(acct_files[0], O_RDWR | O_CREAT, 0600),
	    open(acct_files[1], O_RDWR | O_CREAT, 0600)};

	acct_a = calloc(1, sizeof *acct_a);
	accounting_init(acct_a, &acct_world, acct_find, NULL);
	accounting_open(acct_a, fd, reborn);
	accounting_configured(acct_a);
}

void acct_die(void)
{
	accounting_fini(acct_a);
	free(acct_a);
	ck_assert_uint_eq(timer_next(&acct_sim.env), UINT64_MAX);
}

void acct_setup(void)
{
	sim_init(&acct_sim, 1, NULL, NULL);
	listener = (struct aaa_listener){.send = hear};
	log_init(&listener.log, aaa_report_log, &listener);
	acct_world = (struct aaa_world){.env = &acct_sim.env, .listener = &listener};
	acct_config = (struct cfg_aaa_group){
	    .name = "RAD", .protocol = "fake", .accounting_mode = "single"};
	acct_group = (struct aaa_group){.name = "RAD",
	    .config = &acct_config,
	    .server = acct_servers,
	    .n = 1,
	    .max_failed = 3,
	    .dead_time = 600 * SEC};
	for (size_t i = 0; i < SERVERS; i++) {
		host[i] = (struct cfg_aaa_host){
		    .group_name = "RAD", .host = i ? "10.1.1.22" : "10.1.1.21", .timeout = 10};
		acct_server[i] = (struct aaa_server){
		    .protocol = &acct_protocol, .group = &acct_group, .config = &host[i]};
		acct_servers[i] = &acct_server[i];
		acct_plan[i] = 'A';
		acct_said[i][0] = 0;
		acct_n_asked[i] = 0;
		snprintf(acct_files[i], sizeof acct_files[i],
		    "/dev/shm/gatehouse-accounting.%d.%zu", (int)getpid(), i);
		unlink(acct_files[i]);
	}
	acct_known = true;
	acct_n_logs = 0;
	acct_cookie_len = 0;
	acct_next_id = 0;
	acct_takens[0] = 0;
	acct_live(true);
}

void acct_teardown(void)
{
	acct_die();
	sim_fini(&acct_sim);
	unlink(acct_files[0]);
	unlink(acct_files[1]);
}

void acct_put(uint8_t what, const char *key, uint64_t bytes)
{
	struct msg_account m = {.id = acct_next_id,
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
	    .time = (uint64_t)acct_sim.env.wall(&acct_sim.env),
	    .bytes_in = bytes,
	    .duration = (uint32_t)(bytes / 10),
	    .cause = what == ACCOUNT_STOP ? 1 : 0,
	    .cookie = {acct_cookie_len, cookie}};

	accounting_put(acct_a, ROLE_ENGINE, &m);
}

unsigned acct_waiting(void)
{
	uint64_t queued, acct_lost;

	accounting_count(acct_a, &acct_server[0], &queued, &acct_lost);
	return (unsigned)queued;
}

unsigned acct_lost(void)
{
	uint64_t queued, n;

	accounting_count(acct_a, &acct_server[0], &queued, &n);
	return (unsigned)n;
}

void acct_expect(size_t i, const char *text)
{
	ck_assert_str_eq(acct_said[i], text);
	acct_said[i][0] = 0;
}
