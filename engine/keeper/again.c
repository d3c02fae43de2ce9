/*
 * When to look again at what is ours in the kernel: for what was put back, or may
 * not be put back yet (guard.h), and for what others have just changed. One timer,
 * which is only ever brought forward: one look is for all who asked.
 */
#include "engine/keeper/private.h"

void keeper_look_within(struct keeper *k, uint64_t ms)
{
	bool waits = uv_is_active((const uv_handle_t *)&k->again);

	if (!k->stopping && !(waits && uv_timer_get_due_in(&k->again) <= ms))
		uv_timer_start(&k->again, k->look, ms, 0);
}

void keeper_look_again(struct keeper *k)
{
	int64_t wait = guard_wait(&k->objects.guard);

	if (wait >= 0)
		keeper_look_within(k, (uint64_t)wait + 1);
}
