/* The clock and who keeps it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timex.h>

#include "cli/acts/act.h"
#include "cli/acts/acts.h"
#include "cli/log/clock.h"

/* What the kernel knows of a time service; false when it may not be asked. */
static bool host_clock(struct timex *t)
{
	*t = (struct timex){0};
	return adjtimex(t) >= 0;
}

static bool is_kept(const struct timex *t)
{
	return !(t->status & STA_UNSYNC);
}

/* ---- show clock ----------------------------------------------------------- */

static void say_turn(struct act *a, const char *what, int64_t when, const char *zone, int offset)
{
	const struct time_zone then = {.offset = offset};
	char text[64];
	struct tm tm;

	zone_local(&then, when, &tm, NULL);
	strftime(text, sizeof(text), "%H:%M:%S", &tm);
	act_say(a, "Summer time %s %s %s ", what, text, zone);
	strftime(text, sizeof(text), "%a %b %e %Y", &tm);
	act_say(a, "%s\n", text);
}

static void say_summer(struct act *a, int64_t now)
{
	const struct time_zone *z = zone_here();
	int64_t begin, end;
	struct tm tm;

	if (!z->summer)
		return;
	zone_local(z, now, &tm, NULL);
	zone_summer(z, tm.tm_year + 1900, &begin, &end);
	say_turn(a, "starts", begin, z->name, z->offset);
	say_turn(a, "ends", end, z->summer_name, z->offset + z->shift);
}

static void act_show_clock(struct act *a)
{
	char clock[16], rest[40];
	struct timex host;
	unsigned ms;
	int64_t now = clock_now(&ms);

	clock_format(clock, sizeof(clock), "%H:%M:%S", now);
	clock_format(rest, sizeof(rest), "%Z %a %b %e %Y", now);
	act_say(a, "%s.%03u %s\n", clock, ms, rest);
	if (gram_typed(&a->match, "detail")) {
		act_say(a, "Time source is %s\n",
		    host_clock(&host) && is_kept(&host) ? "NTP" : "hardware calendar");
		say_summer(a, now);
	}
	act_done(a);
}

/* ---- clock set --------------------------------------------------------------- */

static unsigned number(const struct act *a, const char *name)
{
	const char *text = gram_arg(&a->match, name);

	return text ? (unsigned)atoi(text) : 0;
}

static int month_of(const char *name)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	return (int)(strstr(months, name) - months) / 3;
}

static void clock_answered(struct act *a, const struct answer *r)
{
	if (r->status == ASK_FAILED && r->error == EBUSY)
		act_refuse(a,
		    "ERROR: A time service of the host keeps its clock (show ntp status); "
		    "the time was not set");
	else if (r->status == ASK_FAILED && r->error == EACCES)
		act_refuse(a, "ERROR: The time was not set: this appliance was started without "
			      "--set-clock, the host's clock is not its own");
	else if (r->status == ASK_FAILED)
		act_refuse(a, "ERROR: The time was not set: %s", r->text);
	else if (r->status != ASK_DONE)
		act_refuse(a, "ERROR: The keeper does not answer.");
	else
		audit_add(&a->manager->audit, 5, 199022, "The clock was set by '%s' command",
		    "clock set");
	act_done(a);
}

static void act_clock_set(struct act *a)
{
	struct ipc_msg msg = {.type = MSG_KEEP_CLOCK, .fd = -1};
	struct tm tm = {0}, day;
	time_t midnight;

	sscanf(gram_arg(&a->match, "time"), "%d:%d:%d", &tm.tm_hour, &tm.tm_min, &tm.tm_sec);
	tm.tm_mday = (int)number(a, "day");
	tm.tm_mon = month_of(gram_arg(&a->match, "month"));
	tm.tm_year = (int)number(a, "year") - 1900;
	day = (struct tm){.tm_mday = tm.tm_mday, .tm_mon = tm.tm_mon, .tm_year = tm.tm_year};
	midnight = timegm(&day);
	if (tm.tm_hour > 23 || midnight < 0 || day.tm_mday != tm.tm_mday) {
		act_refuse(a, "ERROR: There is no such time");
		act_done(a);
		return;
	}
	msg.keep_clock.when = (uint64_t)zone_utc(zone_here(), &tm);
	act_send(a, ROLE_KEEPER, &msg, clock_answered);
}

/* ---- ntp ------------------------------------------------------------------------ */

/* Parts of a second of the kernel's two units, as milliseconds. */
static double milliseconds(const struct timex *t, long v)
{
	return (double)v / (t->status & STA_NANO ? 1e6 : 1e3);
}

static void act_show_ntp_status(struct act *a)
{
	struct timex t;

	if (!host_clock(&t)) {
		act_refuse(a, "ERROR: The host's clock cannot be asked: %s", strerror(errno));
		act_done(a);
		return;
	}
	if (is_kept(&t))
		act_say(a,
		    "Clock is synchronized by the host's clock service\n"
		    "clock offset is %.4f msec\n"
		    "maximum error is %.2f msec, estimated error is %.2f msec\n"
		    "frequency offset is %.3f ppm\n",
		    milliseconds(&t, t.offset), (double)t.maxerror / 1e3, (double)t.esterror / 1e3,
		    (double)t.freq / 65536);
	else
		act_say(a, "Clock is unsynchronized, stratum 16, no reference clock\n");
	act_say(a, "The host's clock service does the work; the ntp lines of the configuration are "
		   "kept and shown\n");
	act_done(a);
}

static void server_shown(void *ctx, const struct db_row *row)
{
	struct act *a = ctx;

	act_say(a, "~%-15s  -                 -     -     -     -      -       -       -\n",
	    db_text(row, "address"));
}

static void act_show_ntp_associations(struct act *a)
{
	act_say(
	    a, "      address         ref clock     st  when  poll reach  delay  offset    disp\n");
	if (!db_each(a->manager->running.db, gram_table(a->manager->gram, "ntp_server"),
		server_shown, a))
		act_refuse_unread(a);
	act_say(a,
	    "* master (synced), # master (unsynced), + selected, - candidate, ~ configured\n"
	    "The host's clock service has associations of its own, which this does not show\n");
	act_done(a);
}

const struct act_row acts_clock[] = {
    LIVE_ACT(show_clock),
    LIVE_ACT(clock_set),
    LIVE_ACT(show_ntp_status),
    ACT(show_ntp_associations),
    ACTS_END,
};
