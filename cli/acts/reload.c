/* `reload`: at once, after a time, at a time; what is scheduled, and taken back. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/acts/acts.h"
#include "cli/acts/frame.h"
#include "cli/log/clock.h"
#include "cli/manager/reload.h"

/* ---- when ------------------------------------------------------------------------- */

/* `MM` or `HH:MM`, in minutes; 0: neither. */
static unsigned minutes_of(const char *typed)
{
	unsigned h = 0, m = 0;
	int end = 0;

	if (strchr(typed, ':')) {
		if (sscanf(typed, "%2u:%2u%n", &h, &m, &end) < 2 || m > 59)
			return 0;
	} else if (sscanf(typed, "%3u%n", &m, &end) < 1) {
		return 0;
	}
	return strspn(typed, "0123456789:") == strlen(typed) && !typed[end] ? h * 60 + m : 0;
}

static int month_of(const char *name)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	const char *at = strstr(names, name);

	return at ? (int)(at - names) / 3 : -1;
}

/* The next time that it is this time of the day; of a day, in this year or in the next. */
static int64_t next_time(const char *time, const char *month, const char *day, int64_t now)
{
	struct tm tm;
	int64_t when;

	zone_local(zone_here(), now, &tm, NULL);
	if (sscanf(time, "%d:%d", &tm.tm_hour, &tm.tm_min) < 2)
		return 0;
	tm.tm_sec = 0;
	if (month && day) {
		tm.tm_mon = month_of(month);
		tm.tm_mday = atoi(day);
	}
	when = zone_utc(zone_here(), &tm);
	if (when > now)
		return when;
	if (month)
		tm.tm_year++;
	else
		tm.tm_mday++;
	return zone_utc(zone_here(), &tm);
}

/* What was typed, as a plan; false, and refused, when it is none. */
static bool plan_of(struct act *a, struct reload_plan *p)
{
	const char *delay = gram_arg(&a->match, "delay"), *time = gram_arg(&a->match, "time");
	const char *reason = gram_arg(&a->match, "reason");
	char name[65];

	*p = (struct reload_plan){
	    .save = gram_typed(&a->match, "save-config"), .quiet = gram_typed(&a->match, "quick")};
	snprintf(p->who, sizeof(p->who), "%s", act_name(a, name));
	snprintf(p->reason, sizeof(p->reason), "%s", reason ? reason : "");
	if (time) {
		p->at = next_time(time, gram_arg(&a->match, "month"), gram_arg(&a->match, "day"),
		    clock_now(NULL));
	} else if (delay) {
		if (!minutes_of(delay)) {
			act_refuse(a, "ERROR: %s is no time of [HH:]MM", delay);
			return false;
		}
		p->after = reload_boot_clock(a->manager->reload) + 60000ull * minutes_of(delay);
	}
	return true;
}

/* ---- it is to be --------------------------------------------------------------------- */

static void say_shutdown(struct act *a, const struct reload_plan *p)
{
	act_say(a, "\n\n***\n"
		   "*** --- START GRACEFUL SHUTDOWN ---\n");
	if (p->reason[0])
		act_say(a, "*** Message to all users:\n***\n*** %s\n***\n", p->reason);
	act_say(a, "Shutting down isakmp\n"
		   "Shutting down File system\n");
}

static void reload_now(struct act *a, const struct reload_plan *p)
{
	struct manager *m = a->manager;
	char why[96];

	if (p->save && !frame_save(a)) {
		act_done(a);
		return;
	}
	snprintf(why, sizeof(why), "reload by %s", p->who);
	audit_add(&m->audit, 5, 199001, "Reload command executed from %s (remote %s).",
	    a->session->way == WAY_SSH ? "SSH" : "console", a->session->from);
	if (!p->quiet)
		say_shutdown(a, p);
	act_done(a);
	manager_reload(m, why);
}

static void proceed(struct act *a, const char *answer)
{
	struct reload_plan p;

	if (!act_confirmed(answer) || !plan_of(a, &p)) {
		act_done(a);
		return;
	}
	if (!p.after && !p.at) {
		reload_now(a, &p);
		return;
	}
	if (!reload_schedule(a->manager->reload, &p))
		act_refuse_unread(a);
	act_done(a);
}

static void ask_to_proceed(struct act *a)
{
	act_ask(a, ACT_ASK_KEY, "Proceed with reload? [confirm] ", proceed);
}

static void saved(struct act *a, const char *answer)
{
	if (!answer || (act_confirmed(answer) && !frame_save(a)))
		act_done(a);
	else
		ask_to_proceed(a);
}

static void act_exec_reload(struct act *a)
{
	struct reload_plan p;

	if (!plan_of(a, &p))
		act_done(a);
	else if (gram_typed(&a->match, "noconfirm"))
		proceed(a, "");
	else if (db_modified(a->manager->running.db) && !p.save)
		act_ask(a, 0, "System config has been modified. Save? [Y]es/[N]o:  ", saved);
	else
		ask_to_proceed(a);
}

static void say_none(struct act *a)
{
	if (reload_unread(a->manager->reload))
		act_refuse(
		    a, "ERROR: Whether a reload is scheduled cannot be read now. Try again");
	else
		act_say(a, "No reload is scheduled.\n");
}

static void act_reload_cancel(struct act *a)
{
	struct reload *r = a->manager->reload;

	if (!reload_planned(r))
		say_none(a);
	else if (!reload_cancel(r))
		act_refuse(a, "ERROR: the reload stays scheduled: its note could not be removed");
	act_done(a);
}

/* ---- show reload ------------------------------------------------------------------------ */

static void say_span(struct act *a, int64_t s)
{
	int64_t days = s / 86400, hours = s / 3600 % 24, minutes = s / 60 % 60;

	if (days)
		act_say(a, "%lld day%s ", (long long)days, days == 1 ? "" : "s");
	if (hours)
		act_say(a, "%lld hour%s and ", (long long)hours, hours == 1 ? "" : "s");
	act_say(a, "%lld minute%s", (long long)minutes, minutes == 1 ? "" : "s");
}

static void act_show_reload(struct act *a)
{
	const struct reload_plan *p = reload_planned(a->manager->reload);
	int64_t left = p ? (reload_left(a->manager->reload) + 999) / 1000 : 0;
	char when[64];

	if (!p) {
		say_none(a);
		act_done(a);
		return;
	}
	clock_format(when, sizeof(when), "%H:%M:%S %Z %a %b %e %Y", clock_now(NULL) + left);
	act_say(a, "Reload scheduled for %s (in ", when);
	say_span(a, left);
	act_say(a, ") by %s%s\n", p->who, p->save ? ", with save-config" : "");
	if (p->reason[0])
		act_say(a, "Reload reason: %s\n", p->reason);
	act_done(a);
}

const struct act_row acts_reload[] = {
    ACT(exec_reload),
    LIVE_ACT(reload_cancel),
    LIVE_ACT(show_reload),
    ACTS_END,
};
