/* Acts that save the configuration, erase it, or load it anew by a reload. */
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
			act_refuse(a, "ERROR: Unable to erase the startup-config: %s",
			    strerror(errno));
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

/* ---- reload ------------------------------------------------------------- */

static void reload_answered(struct act *a, const char *answer)
{
	struct manager *m = a->manager;
	char name[65], why[96];

	if (!act_confirmed(answer)) {
		act_done(a);
		return;
	}
	snprintf(why, sizeof(why), "reload by %s", act_name(a, name));
	act_say(a,
	    "\n\n***\n"
	    "*** --- START GRACEFUL SHUTDOWN ---\n"
	    "Shutting down isakmp\n"
	    "Shutting down File system\n");
	act_done(a);
	manager_reload(m, why);
}

static void reload_saved(struct act *a, const char *answer)
{
	bool yes = act_confirmed(answer);

	if (!answer) {
		act_done(a);
		return;
	}
	if (yes && !frame_save(a)) {
		act_done(a);
		return;
	}
	act_ask(a, ACT_ASK_KEY, "Proceed with reload? [confirm] ", reload_answered);
}

static void act_exec_reload(struct act *a)
{
	if (gram_typed(&a->match, "noconfirm"))
		reload_answered(a, "");
	else if (db_modified(a->manager->running.db))
		act_ask(a, 0, "System config has been modified. Save? [Y]es/[N]o:  ",
		    reload_saved);
	else
		act_ask(a, ACT_ASK_KEY, "Proceed with reload? [confirm] ", reload_answered);
}

const struct act_row acts_saving[] = {
	ACT(write_memory),
	ACT(write_erase),
	ACT(exec_reload),
	ACTS_END,
};
