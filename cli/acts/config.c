/* Acts on the configuration as a whole: shown in its frame, saved, erased, loaded anew by a reload. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/manager/manager.h"

/* ---- the frame ---------------------------------------------------------- */

void exec_time(struct text *t, int64_t when, unsigned milliseconds)
{
	time_t at = (time_t)when;
	struct tm tm;
	char clock[16], day[16];

	gmtime_r(&at, &tm);
	strftime(clock, sizeof(clock), "%H:%M:%S", &tm);
	strftime(day, sizeof(day), "%a %b", &tm);
	text_addf(t, "%s.%03u UTC %s %d %d", clock, milliseconds, day, tm.tm_mday, 1900 + tm.tm_year);
}

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

static void show_framed(struct operator *op, unsigned flags)
{
	struct manager *m = op->manager;
	struct gram_out out = operator_out(op);
	char sum[33];

	frame_head(m, NULL, &op->out);
	if (db_render(m->db, flags, NULL, &out) && db_checksum(m->db, sum))
		operator_say(op, "Cryptochecksum:%s\n: end\n", sum);
	else
		operator_refuse_unread(op);
	operator_done(op);
}

static void exec_show_running(struct operator *op)
{
	unsigned flags = gram_typed(&op->match, "all") ? RENDER_ALL : 0;
	struct gram_out out = operator_out(op);

	if (op->match.command->family == FAMILY_NONE || op->match.family_all) {
		show_framed(op, flags);
		return;
	}
	if (!db_render(op->manager->db, flags, &op->match, &out))
		operator_refuse_unread(op);
	operator_done(op);
}

static void exec_more_running(struct operator *op)
{
	show_framed(op, RENDER_CLEAR);
}

/* ---- startup-config ----------------------------------------------------- */

/* The line with its secrets masked, and the place it leads to. */
static void startup_line(struct operator *op, struct parse_state *at, const char *line)
{
	struct gram_match *m = malloc(sizeof(*m));
	struct gram_out out = operator_out(op);

	if (!m)
		abort();
	gram_match(op->manager->gram, at, PRIVILEGE_MAX, line, m);
	if (m->status == GRAM_OK) {
		gram_mask(line, m, MASK_SECRETS, &out);
		parse_state_advance(op->manager->gram, at, m);
	} else {
		gram_mask_unknown(line, &out);
	}
	text_addc(&op->out, '\n');
	gram_match_done(m);
	explicit_bzero(m, sizeof(*m));
	free(m);
}

/* A line that was refused when the startup-config was loaded. */
static void startup_error(void *ctx, unsigned number, const char *line)
{
	struct operator *op = ctx;
	struct gram_out out = operator_out(op);

	operator_say(op, "%u ", number);
	gram_mask_unknown(line, &out);
	text_addc(&op->out, '\n');
}

static void exec_show_startup(struct operator *op)
{
	struct parse_state at;
	size_t len;
	char *text, *rest, *line;

	if (gram_typed(&op->match, "errors")) {
		db_startup_errors(op->manager->db, startup_error, op);
		if (db_fault(op->manager->db))
			operator_refuse_unread(op);
		operator_done(op);
		return;
	}
	text = db_startup_text(op->manager->db, &len);
	if (!text) {
		if (errno == ENOENT)
			operator_say(op, "No Configuration\n");
		else
			operator_refuse(op, "ERROR: Unable to read the startup-config: %s", strerror(errno));
		operator_done(op);
		return;
	}
	parse_state_init(&at, op->manager->gram, true);
	rest = text;
	while ((line = strsep(&rest, "\n")))
		if (*line || rest)
			startup_line(op, &at, line);
	explicit_bzero(text, len);
	free(text);
	operator_done(op);
}

/* ---- history ------------------------------------------------------------ */

static void record_shown(void *ctx, const struct db_record *r)
{
	struct operator *op = ctx;

	operator_say(op, "%lld: ", (long long)r->number);
	exec_time(&op->out, r->when / 1000, (unsigned)(r->when % 1000));
	operator_say(op, " by %s from %s\n", r->who, r->from);
	for (const char *line = r->lines, *end; *line; line = end + (*end == '\n')) {
		end = line + strcspn(line, "\n");
		operator_say(op, "  %.*s\n", (int)(end - line), line);
	}
}

/* Who changed what: the records stand in the database, with the changes themselves. */
static void exec_show_configuration_history(struct operator *op)
{
	const char *newest = gram_arg(&op->match, "newest");

	if (!db_history(op->manager->db, newest ? (unsigned)atoi(newest) : UINT32_MAX >> 1, record_shown, op))
		operator_refuse(op, "ERROR: the history could not be read: %s", db_fault(op->manager->db));
	operator_done(op);
}

/* ---- saving ------------------------------------------------------------- */

/* Saves and says so; false, and said, when it failed. */
static bool save(struct operator *op)
{
	struct manager *m = op->manager;
	struct text head = {0}, written = {0};
	uint64_t start = uv_hrtime(), ms;
	char name[65], sum[33], error[400];
	unsigned now_ms;
	int64_t now = manager_wall(&now_ms);
	long bytes;

	text_addf(&written, "%s at ", operator_name(op, name));
	exec_time(&written, now, now_ms);
	frame_head(m, text_str(&written), &head);
	bytes = db_save(m->db, text_str(&head), name[0] && !op->user[0] ? name : op->user, now, error,
	    sizeof(error));
	text_free(&head);
	text_free(&written);
	operator_say(op, "Building configuration...\n");
	if (bytes < 0) {
		operator_refuse(op, "ERROR: Unable to save the configuration: %s", error);
		return false;
	}
	text_clear(&m->notes);
	if (!db_checksum(m->db, sum)) {
		operator_refuse_unread(op);
		return false;
	}
	ms = (uv_hrtime() - start) / 1000000;
	operator_say(op, "Cryptochecksum: %.8s %.8s %.8s %.8s \n\n%ld bytes copied in %llu.%03llu secs\n[OK]\n",
	    sum, sum + 8, sum + 16, sum + 24, bytes, (unsigned long long)ms / 1000,
	    (unsigned long long)ms % 1000);
	return true;
}

static void exec_write_memory(struct operator *op)
{
	save(op);
	operator_done(op);
}

static void copy_answered(struct operator *op, const char *answer)
{
	if (answer && *answer && strcmp(answer, "running-config") != 0)
		operator_refuse(op, "ERROR: %s: there is no such file", answer);
	else if (answer)
		save(op);
	operator_done(op);
}

static void exec_copy_running(struct operator *op)
{
	if (gram_typed(&op->match, "/noconfirm") || op->kind == CONSOLE_KIND_SCRIPT)
		exec_write_memory(op);
	else
		operator_ask(op, 0, "\nSource filename [running-config]? ", copy_answered);
}

static void erase_answered(struct operator *op, const char *answer)
{
	if (operator_confirmed(answer)) {
		if (db_erase_startup(op->manager->db))
			operator_say(op, "[OK]\n");
		else
			operator_refuse(op, "ERROR: Unable to erase the startup-config: %s", strerror(errno));
	}
	operator_done(op);
}

static void exec_write_erase(struct operator *op)
{
	if (gram_typed(&op->match, "noconfirm"))
		erase_answered(op, "");
	else
		operator_ask(op, CONSOLE_ASK_KEY, "Erase configuration in flash memory? [confirm]",
		    erase_answered);
}

/* ---- reload ------------------------------------------------------------- */

static void reload_answered(struct operator *op, const char *answer)
{
	struct manager *m = op->manager;
	char name[65], why[96];

	if (!operator_confirmed(answer)) {
		operator_done(op);
		return;
	}
	snprintf(why, sizeof(why), "reload by %s", operator_name(op, name));
	operator_say(op,
	    "\n\n***\n"
	    "*** --- START GRACEFUL SHUTDOWN ---\n"
	    "Shutting down isakmp\n"
	    "Shutting down File system\n");
	operator_done(op);
	manager_reload(m, why);
}

static void reload_saved(struct operator *op, const char *answer)
{
	bool yes = operator_confirmed(answer);

	if (!answer) {
		operator_done(op);
		return;
	}
	if (yes && !save(op)) {
		operator_done(op);
		return;
	}
	operator_ask(op, CONSOLE_ASK_KEY, "Proceed with reload? [confirm] ", reload_answered);
}

static void exec_reload(struct operator *op)
{
	if (gram_typed(&op->match, "noconfirm"))
		reload_answered(op, "");
	else if (db_modified(op->manager->db))
		operator_ask(op, 0, "System config has been modified. Save? [Y]es/[N]o:  ",
		    reload_saved);
	else
		operator_ask(op, CONSOLE_ASK_KEY, "Proceed with reload? [confirm] ", reload_answered);
}

const struct exec_entry exec_config[] = {
	{"show_running_config",  exec_show_running},
	{"show_configuration_history", exec_show_configuration_history},
	{"show_startup_config",  exec_show_startup},
	{"more_running_config",  exec_more_running},
	{"write_memory",         exec_write_memory},
	{"write_erase",          exec_write_erase},
	{"copy_running_startup", exec_copy_running},
	{"exec_reload",          exec_reload},
	{NULL, NULL},
};
