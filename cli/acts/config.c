/* Acts on the configuration as a whole: shown in its frame, saved, erased, loaded anew by a
 * reload. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/acts/act.h"
#include "cli/acts/acts.h"
#include "cli/config/hooks.h"
#include "cli/log/clock.h"

/* ---- the frame ---------------------------------------------------------- */

/* From ": Saved" to the "!" above the first line. */
static void frame_head(const struct manager *m, const char *written, struct text *t)
{
	text_add(t, ": Saved\n");
	if (written)
		text_addf(t, ": Written by %s\n", written);
	text_addf(t, "\n: \n: Serial Number: %s\n: Hardware:   %s, %u MB RAM, CPU %s\n:\n"
	    "ASA Version " DEVICE_VERSION " \n!\n", m->machine.serial, DEVICE_HARDWARE,
	    m->machine.memory_mb, m->machine.cpu);
}

static void show_framed(struct act *a, unsigned flags)
{
	struct manager *m = a->manager;
	struct gram_out out = act_out(a);
	char sum[33];

	frame_head(m, NULL, &a->out);
	if (db_render(m->running.db, flags, NULL, &out) && db_checksum(m->running.db, sum))
		act_say(a, "Cryptochecksum:%s\n: end\n", sum);
	else
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

static void act_more_running_config(struct act *a)
{
	show_framed(a, RENDER_CLEAR);
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

/* ---- saving ------------------------------------------------------------- */

/* Saves and says so; false, and said, when it failed. */
static bool save(struct act *a)
{
	struct manager *m = a->manager;
	struct text head = {0}, written = {0};
	uint64_t start = uv_hrtime(), ms;
	char name[65], sum[33], error[400];
	unsigned now_ms;
	int64_t now = clock_now(&now_ms);
	long bytes;

	text_addf(&written, "%s at ", act_name(a, name));
	clock_text(&written, now, now_ms);
	frame_head(m, text_str(&written), &head);
	bytes = db_save(m->running.db, text_str(&head), act_name(a, name), now, error,
	    sizeof(error));
	text_free(&head);
	text_free(&written);
	act_say(a, "Building configuration...\n");
	if (bytes < 0) {
		act_refuse(a, "ERROR: Unable to save the configuration: %s", error);
		return false;
	}
	text_clear(&m->running.notes);
	if (!db_checksum(m->running.db, sum)) {
		act_refuse_unread(a);
		return false;
	}
	ms = (uv_hrtime() - start) / 1000000;
	act_say(a, "Cryptochecksum: %.8s %.8s %.8s %.8s \n\n"
	    "%ld bytes copied in %llu.%03llu secs\n[OK]\n", sum, sum + 8, sum + 16, sum + 24, bytes,
	    (unsigned long long)ms / 1000, (unsigned long long)ms % 1000);
	return true;
}

static void act_write_memory(struct act *a)
{
	save(a);
	act_done(a);
}

static void copy_answered(struct act *a, const char *answer)
{
	if (answer && *answer && strcmp(answer, "running-config") != 0)
		act_refuse(a, "ERROR: %s: there is no such file", answer);
	else if (answer)
		save(a);
	act_done(a);
}

static void act_copy_running_startup(struct act *a)
{
	if (gram_typed(&a->match, "/noconfirm") || a->session->script)
		act_write_memory(a);
	else
		act_ask(a, 0, "\nSource filename [running-config]? ", copy_answered);
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
	if (yes && !save(a)) {
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

const struct act_row acts_config[] = {
	ACT(show_running_config),
	ACT(show_configuration_history),
	ACT(show_startup_config),
	ACT(more_running_config),
	ACT(write_memory),
	ACT(write_erase),
	ACT(copy_running_startup),
	ACT(exec_reload),
	ACTS_END,
};
