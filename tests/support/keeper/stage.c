/* See stage.h. */
#include "tests/support/keeper/stage.h"

#define PATIENCE 1000 /* looks of a step, one every ten milliseconds */

struct supervisor stage_roles;
const struct step *stage_step;
static bool acted;
static unsigned looks;
static char *told[ROLE_COUNT]; /* what each was told, a message a line */
bool stage_ready, stage_start_fails;
uint32_t stage_last_id;
int stage_last_fd;

static void say(enum role to, const char *line)
{
	char *all;

	ck_assert_int_gt(asprintf(&all, "%s%s\n", told[to] ? told[to] : "", line), 0);
	free(told[to]);
	told[to] = all;
}

void stage_forget(void)
{
	for (int r = 0; r < ROLE_COUNT; r++) {
		free(told[r]);
		told[r] = NULL;
	}
}

bool stage_heard(enum role who, const char *first, const char *second)
{
	char *all = strdup(told[who] ? told[who] : ""), *rest = all, *line;
	bool found = false;

	ck_assert_ptr_nonnull(all);
	while (!found && (line = strsep(&rest, "\n"))) {
		const char *at = strstr(line, first);

		found = at && strstr(at, second);
	}
	free(all);
	return found;
}

unsigned stage_count(enum role who, const char *words)
{
	const char *line = told[who] ? told[who] : "";
	unsigned n = 0;

	while ((line = strstr(line, words))) {
		line += strcspn(line, "\n");
		n++;
	}
	return n;
}

static void on_tick(uv_timer_t *t)
{
	(void)t;
	if (!stage_step->what)
		return;
	if (!acted) {
		acted = true;
		looks = 0;
		stage_step->act();
	}
	if (stage_step->seen()) {
		stage_step++;
		acted = false;
	} else if (++looks > PATIENCE) {
		ck_abort_msg("%s: never seen\nmanager: %s\nengine: %s", stage_step->what,
		    told[ROLE_MANAGER] ? told[ROLE_MANAGER] : "",
		    told[ROLE_ENGINE] ? told[ROLE_ENGINE] : "");
	}
}

struct supervisor *supervisor_start(uv_loop_t *loop, const struct supervisor_config *cfg)
{
	if (stage_start_fails)
		return NULL;
	stage_roles.cfg = *cfg;
	uv_timer_init(loop, &stage_roles.tick);
	uv_timer_start(&stage_roles.tick, on_tick, 1, 10);
	for (enum role r = ROLE_MANAGER; r < ROLE_COUNT; r++)
		cfg->ops->started(cfg->arg, r);
	return &stage_roles;
}

bool supervisor_send(struct supervisor *s, enum role to, const struct ipc_msg *m)
{
	char line[1024];

	ck_assert_ptr_eq(s, &stage_roles);
	ipc_print(m, line, sizeof line);
	say(to, line);
	if (m->fd >= 0)
		stage_last_fd = m->fd;
	return true;
}

void supervisor_flush(struct supervisor *s)
{
	ck_assert_ptr_eq(s, &stage_roles);
}

int supervisor_pid(const struct supervisor *s, enum role role)
{
	(void)s;
	(void)role;
	return 0;
}

void supervisor_stop(struct supervisor *s, const char *why, bool restart)
{
	(void)restart;
	say(ROLE_KEEPER, why);
	s->stopping = true;
	s->cfg.ops->stopped(s->cfg.arg);
}

void supervisor_free(struct supervisor *s)
{
	uv_close((uv_handle_t *)&s->tick, NULL);
}

void stage_ask(enum role from, struct ipc_msg m)
{
	m.fd = -1;
	stage_roles.cfg.ops->message(stage_roles.cfg.arg, from, &m);
}

bool stage_answered(enum role who, int error)
{
	char want[64];

	snprintf(want, sizeof want, "id=%u error=%d", stage_last_id, error);
	return stage_heard(who, "KEEP_REPLY", want);
}

char stage_dir[64], stage_path[128];

void stage_sh(const char *command)
{
	ck_assert_msg(system(command) == 0, "%s", command);
}

bool stage_is(const char *command)
{
	return system(command) == 0;
}

struct addr stage_a(const char *text)
{
	struct addr r = {0};

	ck_assert(addr_parse(text, &r));
	return r;
}

void stage_on_ready(void *arg)
{
	(void)arg;
	stage_ready = true;
}

enum keeper_end stage_serve(const struct step *script)
{
	struct keeper_options opt = {.state = stage_dir,
	    .socket = stage_path,
	    .exe = "/proc/self/exe",
	    .ready = stage_on_ready};
	enum keeper_end end;

	stage_step = script;
	acted = false;
	stage_roles = (struct supervisor){0};
	stage_ready = false;
	end = keeper_run(&opt);
	ck_assert_msg(!stage_step->what || (stage_roles.stopping && !stage_step[1].what),
	    "the keeper ended at: %s", stage_step->what);
	return end;
}

void stage_setup(void)
{
	if (unshare(CLONE_NEWNET) < 0)
		ck_assert_int_eq(unshare(CLONE_NEWUSER | CLONE_NEWNET), 0);
	snprintf(stage_dir, sizeof stage_dir, "/tmp/keeper-serve.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(stage_dir));
	snprintf(stage_path, sizeof stage_path, "%s/socket", stage_dir);
	stage_sh("ip link set lo up");
	stage_sh("ip link add outside address 02:00:00:00:00:01 type veth peer name far");
	stage_sh("ip link set far up");
	stage_last_id = 0;
	stage_last_fd = -1;
	stage_start_fails = false;
}

void stage_teardown(void)
{
	char command[128];

	stage_forget();
	snprintf(command, sizeof command, "rm -rf %s", stage_dir);
	stage_sh(command);
}

void stage_nothing(void)
{
}

bool stage_always(void)
{
	return true;
}

void stage_stop(void)
{
	stage_ask(ROLE_MANAGER,
	    (struct ipc_msg){.type = MSG_KEEP_STOP, .keep_stop = {.why = "the test is over"}});
}

void stage_all_ready(void)
{
	stage_roles.cfg.ops->ready(stage_roles.cfg.arg);
}

bool stage_is_ready(void)
{
	return stage_ready && stage_is("nft list table inet gatehouse >/dev/null");
}

bool stage_tun_is_there(void)
{
	return stage_is("ip link show gatehouse0 | grep -q '<.*UP.*mtu 1500'");
}

bool stage_links_told(void)
{
	return stage_heard(ROLE_MANAGER, "LINK_STATE", "device=\"outside\"") &&
	       stage_heard(ROLE_ENGINE, "LINK_STATE", "device=\"outside\"") && !told[ROLE_AAA] &&
	       !stage_heard(ROLE_MANAGER, "LINK_STATE", "device=\"gatehouse0\"");
}

void stage_address(void)
{
	stage_ask(ROLE_MANAGER, (struct ipc_msg){.type = MSG_KEEP_INTERFACE,
				    .keep_interface = {.id = ++stage_last_id,
					.op = CFG_SET,
					.device = "outside",
					.address = stage_a("172.16.1.2"),
					.mask = stage_a("255.255.255.0"),
					.up = KEEP_LINK_UP}});
}

bool stage_has_address(void)
{
	return stage_answered(ROLE_MANAGER, 0) &&
	       stage_heard(ROLE_MANAGER, "LINK_STATE", "172.16.1.2/24") &&
	       stage_is("ip addr show outside | grep -q 'inet 172.16.1.2/24'");
}

void stage_route(void)
{
	stage_ask(ROLE_MANAGER, (struct ipc_msg){.type = MSG_KEEP_ROUTE,
				    .keep_route = {.id = ++stage_last_id,
					.op = CFG_SET,
					.device = "outside",
					.dest = stage_a("0.0.0.0"),
					.mask = stage_a("0.0.0.0"),
					.gateway = stage_a("172.16.1.1"),
					.metric = 1}});
}

bool stage_has_route(void)
{
	return stage_answered(ROLE_MANAGER, 0) &&
	       stage_is(
		   "ip route | grep -q 'default via 172.16.1.1 dev outside proto 71 metric 1'");
}

void stage_client(void)
{
	stage_ask(ROLE_ENGINE,
	    (struct ipc_msg){.type = MSG_KEEP_CLIENT_ROUTE,
		.keep_client_route = {
		    .id = ++stage_last_id, .op = CFG_SET, .client = stage_a("192.168.1.5")}});
}

bool stage_has_client(void)
{
	return stage_answered(ROLE_ENGINE, 0) &&
	       stage_is("ip route | grep -q '192.168.1.5 dev gatehouse0'");
}

bool stage_has_no_client(void)
{
	return !stage_is("ip route | grep -q '192.168.1.5 dev gatehouse0'");
}
