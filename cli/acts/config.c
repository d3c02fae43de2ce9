/* Acts that show the configuration: in its frame, as it was saved, who changed it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/acts/act.h"
#include "cli/acts/acts.h"
#include "cli/acts/frame.h"
#include "cli/config/hooks.h"
#include "cli/log/clock.h"

/* ---- running-config ----------------------------------------------------- */

static void show_framed(struct act *a, unsigned flags)
{
	if (!frame_text(a->manager, flags, &a->out))
		act_refuse_unread(a);
	act_done(a);
}

static void act_show_running_config(struct act *a)
{
	unsigned flags = gram_typed(&a->match, "all") ? RENDER_ALL : 0;
	struct gram_out out = act_out(a);

	if (a->match.command->family == FAMILY_NONE || a->match.family_all) {
		show_framed(a, flags);
		return;
	}
	if (!db_render(a->manager->running.db, flags, &a->match, &out))
		act_refuse_unread(a);
	act_done(a);
}

static void act_show_checksum(struct act *a)
{
	char sum[33];

	if (db_checksum(a->manager->running.db, sum))
		act_say(
		    a, "Cryptochecksum: %.8s %.8s %.8s %.8s \n", sum, sum + 8, sum + 16, sum + 24);
	else
		act_refuse_unread(a);
	act_done(a);
}

/* ---- startup-config ----------------------------------------------------- */

/* The line with its secrets masked, and the place it leads to. A hash is no secret, as in the
 * running-config; but a file that was written by hand may have the password itself. */
static void startup_line(struct act *a, struct parse_state *at, const char *line)
{
	struct gram_match *m = malloc(sizeof(*m));
	struct gram_out out = act_out(a);

	if (!m)
		abort();
	gram_match(a->manager->gram, at, PRIVILEGE_MAX, line, m);
	if (m->status == GRAM_OK) {
		gram_mask(line, m, password_in_clear(m) ? MASK_HASHES : MASK_SECRETS, &out);
		parse_state_advance(a->manager->gram, at, m);
	} else {
		gram_mask_unknown(line, &out);
	}
	text_addc(&a->out, '\n');
	gram_match_done(m);
	explicit_bzero(m, sizeof(*m));
	free(m);
}

/* A line that was refused when the startup-config was loaded. */
static void startup_error(void *ctx, unsigned number, const char *line)
{
	struct act *a = ctx;
	struct gram_out out = act_out(a);

	act_say(a, "%u ", number);
	gram_mask_unknown(line, &out);
	text_addc(&a->out, '\n');
}

static void act_show_startup_config(struct act *a)
{
	struct parse_state at;
	size_t len;
	char *text, *rest, *line;

	if (gram_typed(&a->match, "errors")) {
		db_startup_errors(a->manager->running.db, startup_error, a);
		if (db_fault(a->manager->running.db))
			act_refuse_unread(a);
		act_done(a);
		return;
	}
	text = db_startup_text(a->manager->running.db, &len);
	if (!text) {
		if (errno == ENOENT)
			act_say(a, "No Configuration\n");
		else
			act_refuse(a, "ERROR: Unable to read the startup-config: %s",
			    strerror(errno));
		act_done(a);
		return;
	}
	parse_state_init(&at, a->manager->gram, true);
	rest = text;
	while ((line = strsep(&rest, "\n")))
		if (*line || rest)
			startup_line(a, &at, line);
	explicit_bzero(text, len);
	free(text);
	act_done(a);
}

/* ---- history ------------------------------------------------------------ */

static void record_shown(void *ctx, const struct db_record *r)
{
	struct act *a = ctx;

	act_say(a, "%lld: ", (long long)r->number);
	clock_text(&a->out, r->when / 1000, (unsigned)(r->when % 1000));
	act_say(a, " by %s from %s\n", r->who, r->from);
	for (const char *line = r->lines, *end; *line; line = end + (*end == '\n')) {
		end = line + strcspn(line, "\n");
		act_say(a, "  %.*s\n", (int)(end - line), line);
	}
}

/* Who changed what: the records stand in the database, with the changes themselves. */
static void act_show_configuration_history(struct act *a)
{
	const char *newest = gram_arg(&a->match, "newest");
	unsigned n = newest ? (unsigned)atoi(newest) : UINT32_MAX >> 1;

	if (!db_history(a->manager->running.db, n, record_shown, a))
		act_refuse(a, "ERROR: the history could not be read: %s",
		    db_fault(a->manager->running.db));
	act_done(a);
}

const struct act_row acts_config[] = {
	ACT(show_running_config),
	ACT(show_checksum),
	ACT(show_configuration_history),
	ACT(show_startup_config),
	ACTS_END,
};
