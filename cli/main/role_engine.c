/* The engine as a role of this binary: its loop; the engine itself knows nothing of roles.h. */
#include <string.h>

#include "cli/main/roles.h"
#include "engine/role/engine.h"

struct engine_process {
	uv_loop_t loop;
	int status;
};

static void stopped(void *arg, int status)
{
	struct engine_process *p = arg;

	p->status = status;
	uv_stop(&p->loop);
}

int engine_role(const struct role_start *start)
{
	struct engine_process p = {.status = 1};
	struct engine_start s = {
	    .loop = &p.loop, .crypto = start->crypto, .stopped = stopped, .arg = &p};
	struct engine *e;

	memcpy(s.ring, start->ring, sizeof s.ring);
	if (uv_loop_init(&p.loop) < 0)
		return 1;
	s.keeper = ipc_channel_open(&p.loop, start->keeper, NULL, NULL, NULL);
	e = s.keeper ? engine_open(&s) : NULL;
	if (e) {
		uv_run(&p.loop, UV_RUN_DEFAULT);
		engine_close(e);
	}
	uv_run(&p.loop, UV_RUN_DEFAULT);
	uv_loop_close(&p.loop);
	return p.status;
}
