/* Acts that save the configuration, or erase it. */
#include <errno.h>
#include <string.h>

#include "cli/acts/act.h"
#include "cli/acts/acts.h"
#include "cli/acts/frame.h"

static void act_write_memory(struct act *a)
{
	frame_save(a);
	act_done(a);
}

static void erase_answered(struct act *a, const char *answer)
{
	if (act_confirmed(answer)) {
		if (db_erase_startup(a->manager->running.db))
			act_say(a, "[OK]\n");
		else
			act_refuse(
			    a, "ERROR: Unable to erase the startup-config: %s", strerror(errno));
	}
	act_done(a);
}

static void act_write_erase(struct act *a)
{
	if (gram_typed(&a->match, "noconfirm"))
		erase_answered(a, "");
	else
		act_ask(a, ACT_ASK_KEY, "Erase configuration in flash memory? [confirm]",
		    erase_answered);
}

const struct act_row acts_saving[] = {
    ACT(write_memory),
    ACT(write_erase),
    ACTS_END,
};
