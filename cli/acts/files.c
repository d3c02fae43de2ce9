/* Acts on the files of disk0:, and the configuration to and from the TFTP server. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/acts/acts.h"
#include "cli/acts/copy.h"
#include "cli/acts/frame.h"
#include "cli/disk/disk.h"
#include "cli/disk/scp_hosts.h"
#include "cli/log/clock.h"
#include "cli/log/clock.h"

/* The file of disk0: that was typed for `arg`; false, and refused, when it cannot be one. */
static bool file_typed(struct act *a, const char *arg, struct place *p)
{
	const char *why = NULL;

	if (place_parse(gram_arg(&a->match, arg), p, &why) && p->kind == PLACE_DISK && p->file[0])
		return true;
	act_refuse(a, "%%Error: %s", why && p->kind == PLACE_DISK ? why : "Invalid file name");
	return false;
}

static void disk_error(struct act *a, const char *verb, const struct place *p)
{
	const char *why = strerror(errno);

	act_refuse(a, "%%Error %s disk0:/%s (%s)", verb, p->file, why);
}

/* ---- dir ---------------------------------------------------------------------- */

static void show_file(struct act *a, unsigned number, const struct disk_file *f)
{
	char when[32];

	clock_format(when, sizeof when, "%H:%M:%S %b %d %Y", (int64_t)f->changed);
	act_say(
	    a, "%-6u -rwx  %-12llu %s  %s\n", number, (unsigned long long)f->size, when, f->name);
}

/* All files, or the one of this name; false: there is none. */
static bool show_files(struct act *a, const struct disk_file *all, size_t n, const char *only)
{
	unsigned long long total = 0;
	unsigned shown = 0;

	for (size_t i = 0; i < n; i++) {
		if (*only && strcmp(all[i].name, only) != 0)
			continue;
		show_file(a, (unsigned)i + 11, &all[i]);
		total += all[i].size;
		shown++;
	}
	if (shown)
		act_say(a, "\n%u file(s) total size: %llu bytes\n", shown, total);
	else if (!*only)
		act_say(a, "No files in directory\n\n");
	return shown || !*only;
}

static void act_dir(struct act *a)
{
	const char *typed = gram_arg(&a->match, "file"), *why = "";
	struct place p = {.kind = PLACE_DISK};
	const char *state = a->manager->state;
	uint64_t left = disk_free(state);
	struct disk_file *all;
	size_t n;

	if (typed && (!place_parse(typed, &p, &why) || p.kind != PLACE_DISK)) {
		act_refuse(a, "%%Error opening %s (No such device)", typed);
		act_done(a);
		return;
	}
	all = disk_list(state, &n);
	act_say(a, "\nDirectory of disk0:/%s\n\n", p.file);
	if (!all || !show_files(a, all, n, p.file)) {
		errno = all ? ENOENT : errno;
		disk_error(a, "opening", &p);
	} else {
		act_say(a, "%u bytes total (%llu bytes free/%llu%% free)\n", DISK_SIZE,
		    (unsigned long long)left, (unsigned long long)left * 100 / DISK_SIZE);
	}
	free(all);
	act_done(a);
}

static void act_pwd(struct act *a)
{
	act_say(a, "disk0:/\n");
	act_done(a);
}

static void act_show_disk(struct act *a)
{
	const char *state = a->manager->state;
	uint64_t left = disk_free(state);
	struct place p = {.kind = PLACE_DISK};
	struct disk_file *all;
	size_t n;

	all = disk_list(state, &n);
	if (!all) {
		disk_error(a, "opening", &p);
		act_done(a);
		return;
	}
	act_say(a, "--#--  --length--  -----date/time------  path\n");
	for (size_t i = 0; i < n; i++) {
		char when[32];

		clock_format(when, sizeof when, "%b %d %Y %H:%M:%S", all[i].changed);
		act_say(a, "%5zu  %-10llu  %s  %s\n", i + 11, (unsigned long long)all[i].size, when,
		    all[i].name);
	}
	act_say(a, "\n%u bytes total (%llu bytes free)\n", DISK_SIZE, (unsigned long long)left);
	free(all);
	act_done(a);
}

/* ---- more ---------------------------------------------------------------------- */

static void show_text(struct act *a, const struct place *p)
{
	size_t len;
	char *text = disk_read(a->manager->state, p->file, &len);

	if (!text) {
		disk_error(a, "opening", p);
		return;
	}
	act_say_foreign(a, text, len);
	explicit_bzero(text, len);
	free(text);
	if (a->out.len && a->out.p[a->out.len - 1] != '\n')
		text_addc(&a->out, '\n');
}

static void act_more(struct act *a)
{
	const char *typed = gram_arg(&a->match, "file"), *why = "";
	struct place p;

	if (!place_parse(typed, &p, &why)) {
		act_refuse(a, "%%Error opening %s (%s)", typed, why);
	} else if (p.kind == PLACE_RUNNING) {
		if (!frame_text(a->manager, RENDER_CLEAR, &a->out))
			act_refuse_unread(a);
	} else if (p.kind != PLACE_DISK || !p.file[0]) {
		act_refuse(a, "%%Error: more shows files of disk0: and system:running-config");
	} else {
		show_text(a, &p);
	}
	act_done(a);
}

/* ---- delete, rename --------------------------------------------------------------- */

static void delete_confirmed(struct act *a, const char *answer)
{
	struct place p;

	if (act_confirmed(answer) && file_typed(a, "file", &p)) {
		if (!disk_remove(a->manager->state, p.file))
			disk_error(a, "deleting", &p);
	}
	act_done(a);
}

static void delete_named(struct act *a, const char *answer)
{
	char question[200];
	struct place p;

	if (!answer || !file_typed(a, "file", &p)) {
		act_done(a);
		return;
	}
	if (*answer && strcmp(answer, p.file) != 0) {
		act_refuse(a, "%%Error: another file is to be deleted by another command");
		act_done(a);
		return;
	}
	snprintf(question, sizeof question, "\nDelete disk0:/%.63s? [confirm]", p.file);
	act_ask(a, ACT_ASK_KEY, question, delete_confirmed);
}

static void act_delete(struct act *a)
{
	char question[200];
	struct place p;

	if (gram_typed(&a->match, "/noconfirm")) {
		delete_confirmed(a, "");
	} else if (!file_typed(a, "file", &p)) {
		act_done(a);
	} else {
		snprintf(question, sizeof question, "\nDelete filename [%.63s]? ", p.file);
		act_ask(a, 0, question, delete_named);
	}
}

static void rename_confirmed(struct act *a, const char *answer)
{
	struct place from, to;

	if (act_confirmed(answer) && file_typed(a, "from", &from) && file_typed(a, "to", &to)) {
		if (!disk_rename(a->manager->state, from.file, to.file))
			disk_error(a, "renaming", errno == EEXIST ? &to : &from);
	}
	act_done(a);
}

static void act_rename(struct act *a)
{
	char question[300];
	struct place from, to;

	if (gram_typed(&a->match, "/noconfirm")) {
		rename_confirmed(a, "");
	} else if (!file_typed(a, "from", &from) || !file_typed(a, "to", &to)) {
		act_done(a);
	} else {
		snprintf(question, sizeof question,
		    "\nRename disk0:/%.63s to disk0:/%.63s? [confirm]", from.file, to.file);
		act_ask(a, ACT_ASK_KEY, question, rename_confirmed);
	}
}

/* ---- the TFTP server ----------------------------------------------------------------- */

/* `A.B.C.D:FILE` as typed, `A.B.C.D` and `:FILE` completed by the configured server's. */
static bool tftp_place(struct act *a, struct place *p)
{
	struct db *db = a->manager->running.db;
	const char *typed = gram_arg(&a->match, "server"), *why;
	char server[256] = "", path[256] = "";
	const char *colon = typed ? strchr(typed, ':') : NULL;

	place_parse("tftp:", p, &why);
	db_get(db, "tftp_server", "server", NULL, 0, server, sizeof server);
	db_get(db, "tftp_server", "path", NULL, 0, path, sizeof path);
	if (typed && typed != colon)
		snprintf(server, sizeof server, "%.*s",
		    (int)(colon ? colon - typed : (ptrdiff_t)strlen(typed)), typed);
	if (colon && colon[1])
		snprintf(path, sizeof path, "%s", colon + 1);
	if (!server[0] || !path[0]) {
		act_refuse(a, "ERROR: No TFTP server is configured; use 'tftp-server'");
		return false;
	}
	if (place_host(p, server) && place_file(p, path + (*path == '/')))
		return true;
	act_refuse(a, "%%Error: Invalid file name");
	return false;
}

/* Between the running-config and the server. */
static void net(struct act *a, bool write)
{
	struct place server, running;
	const char *why;

	if (!tftp_place(a, &server)) {
		act_done(a);
		return;
	}
	place_parse("running-config", &running, &why);
	if (write)
		act_say(a, "Building configuration...\n");
	copy_begin(a, write ? &running : &server, write ? &server : &running, true);
}

static void act_write_net(struct act *a)
{
	net(a, true);
}

static void act_configure_net(struct act *a)
{
	net(a, false);
}

/* ---- hosts of scp --------------------------------------------------------------------- */

static void act_clear_scp_host_key(struct act *a)
{
	const char *host = gram_arg(&a->match, "host");

	if (!scp_host_forget(a->manager->state, host))
		act_refuse(a, "ERROR: %s: %s", host,
		    errno == ENOENT ? "no key of this host is known" : strerror(errno));
	act_done(a);
}

const struct act_row acts_files[] = {
    LIVE_ACT(dir),
    LIVE_ACT(pwd),
    LIVE_ACT(show_disk),
    ACT(more),
    LIVE_ACT(delete),
    LIVE_ACT(rename),
    ACT(write_net),
    ACT(configure_net),
    LIVE_ACT(clear_scp_host_key),
    ACTS_END,
};
