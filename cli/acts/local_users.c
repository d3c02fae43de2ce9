/* Acts on the local users' logins: who has typed wrong passwords, who is locked out, who came
 * when. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/acts/act.h"
#include "cli/acts/acts.h"
#include "cli/log/clock.h"

/* aaa has not answered: says so. */
static bool aaa_failed(struct act *a, const struct answer *answer)
{
	if (answer->status == ASK_DONE)
		return false;
	act_refuse(a, "ERROR: The login service does not answer.");
	return true;
}

static void users_answered(struct act *a, const struct answer *answer)
{
	bool locked = gram_typed(&a->match, "locked");
	size_t n;
	struct msg_rec_local_user *u;

	if (aaa_failed(a, answer)) {
		act_done(a);
		return;
	}
	u = answer_records(answer, MSG_REC_LOCAL_USER, sizeof(*u), &n);
	act_say(a, "Lock-time  Failed-attempts  Locked  User\n");
	for (size_t i = 0; i < n; i++) {
		int64_t ago = clock_now(NULL) - (int64_t)u[i].since;
		char since[16] = "-";

		if (locked && !u[i].locked)
			continue;
		if (u[i].locked && ago >= 0 && ago < 360000)
			snprintf(since, sizeof(since), "%02d:%02d:%02d", (int)(ago / 3600),
			    (int)(ago / 60 % 60), (int)(ago % 60));
		act_say(a, "%6s%12u%14c     %s\n", since, u[i].failed, u[i].locked ? 'Y' : 'N',
		    u[i].name);
	}
	free(u);
	act_done(a);
}

static void act_show_aaa_local_user(struct act *a)
{
	act_query(a, ROLE_AAA, "local-users", NULL, NULL, users_answered);
}

static void pardoned(struct act *a, const struct answer *answer)
{
	aaa_failed(a, answer);
	act_done(a);
}

static void act_clear_aaa_local_user(struct act *a)
{
	const char *user = gram_arg(&a->match, "user"), *keys[] = {user};
	struct ipc_msg msg = {.type = MSG_ACT_PARDON, .fd = -1};
	char privilege[8], name[65];

	if (user &&
	    !db_get(a->manager->running.db, "user", "privilege", keys, 1, privilege,
	        sizeof(privilege))) {
		act_refuse(a, "ERROR: username <%s> does not exist", user);
		act_done(a);
		return;
	}
	msg.act_pardon.user = user ? user : "";
	msg.act_pardon.unlock = gram_typed(&a->match, "lockout");
	msg.act_pardon.by = act_name(a, name);
	act_send(a, ROLE_AAA, &msg, pardoned);
}

/* ---- who came when --------------------------------------------------------- */

static void say_time(struct act *a, const char *label, int64_t at, const char *from)
{
	char when[64] = "None";

	if (at)
		clock_format(when, sizeof(when), "%H:%M:%S %Z %b %e %Y", at);
	act_say(a, "%-32s%s%s%s\n", label, when, at ? " from " : "", at ? from : "");
}

static void say_record(struct act *a, const struct login_record *r)
{
	const char *keys[] = {r->name};
	char days[16] = "1", label[48], privilege[8];

	db_get(a->manager->running.db, "aaa", "history_days", NULL, 0, days, sizeof(days));
	snprintf(label, sizeof(label), "Logins in last %s days:", days);
	act_say(a, "%-32s%s\n", "Login history for user:", r->name);
	act_say(a, "%-32s%u\n", label,
	    logins_within(r, (unsigned)atoi(days), clock_now(NULL)));
	say_time(a, "Last successful login:", r->n ? r->at[r->n - 1] : 0, r->from);
	act_say(a, "%-32s%u\n", "Failures since last login:", r->failed);
	say_time(a, "Last failed login:", r->failed_at, r->failed_from);
	if (db_get(a->manager->running.db, "user", "privilege", keys, 1, privilege,
	        sizeof(privilege)))
		act_say(a, "%-32s%s\n", "Privilege level:", privilege);
}

static void act_show_aaa_login_history(struct act *a)
{
	const struct logins *all = &a->manager->logins;
	const char *user = gram_arg(&a->match, "user");
	bool first = true;

	for (unsigned i = 0; i < all->n; i++) {
		if (user && strcmp(all->v[i]->name, user) != 0)
			continue;
		if (!first)
			act_say(a, "\n");
		say_record(a, all->v[i]);
		first = false;
	}
	act_done(a);
}

const struct act_row acts_local_users[] = {
	ACT(show_aaa_local_user),
	ACT(show_aaa_login_history),
	ACT(clear_aaa_local_user),
	ACTS_END,
};
