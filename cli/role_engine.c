/* The engine as a role of this binary: the engine itself knows nothing of roles.h. */
#include "cli/roles.h"
#include "engine/engine.h"

int engine_role(const struct role_start *start)
{
	const struct engine_start e = {.keeper = start->keeper, .crypto = start->crypto};

	return engine_run(&e);
}
