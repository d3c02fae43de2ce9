/* Acts on the operator's own session: its modes, its end. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/acts/act.h"
#include "cli/acts/acts.h"
#include "cli/log/clock.h"

static void act_exec_configure(struct act *a)
{
	parse_state_init(&a->session->place, a->manager->gram, true);
	act_done(a);
}

static void act_exec_logout(struct act *a)
{
	a->ops->log_off(a);
}

/* ---- the appliance's name ---------------------------------------------- */

static void act_show_hostname(struct act *a)
{
	act_say(a, "%s\n", a->manager->running.delivery.own.hostname);
	act_done(a);
}

const struct act_row acts_session[] = {
	ACT(exec_configure),
	LIVE_ACT(exec_logout),
	LIVE_ACT(show_hostname),
	ACTS_END,
};
