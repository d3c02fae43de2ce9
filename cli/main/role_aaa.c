/* aaa as a role of this binary: its loop; aaa itself knows nothing of roles.h. */
#include "cli/main/roles.h"
#include "engine/role/aaa.h"

struct aaa_process {
	uv_loop_t loop;
	int status;
};

static void stopped(void *arg, int status)
{
	struct aaa_process *p = arg;

	p->status = status;
	uv_stop(&p->loop);
}

int aaa_role(const struct role_start *start)
{
	struct aaa_process p = {.status = 1};
	struct aaa_start s = {.loop = &p.loop,
	    .crypto = start->crypto,
	    .stopped = stopped,
	    .arg = &p,
	    .reborn = !start->restarted};
	struct aaa_uv *a;

	if (uv_loop_init(&p.loop) < 0)
		return 1;
	s.keeper = ipc_channel_open(&p.loop, start->keeper, NULL, NULL, NULL);
	a = s.keeper ? aaa_open(&s) : NULL;
	if (a) {
		uv_run(&p.loop, UV_RUN_DEFAULT);
		aaa_close(a);
	}
	uv_run(&p.loop, UV_RUN_DEFAULT);
	uv_loop_close(&p.loop);
	return p.status;
}
