/*
 * The manager's hold on the running-config: boot, typed lines, whole files, and
 * what their changes mean to the other roles (feed.c says it, the channels
 * here carry it).
 *
 * A line that needs the kernel's consent stays in its transaction until the
 * keeper has answered:
 *
 *      line -> db_begin, db_run -> requests to the keeper -> all done: db_commit
 *                                                         -> one refused: db_abort, and the
 *                                                            keeper is told the old state again
 *
 * Meanwhile whatever stores, shows or saves configuration waits for its turn.
 * A commit that fails takes the line back like a refusal. What the roles could
 * not be told is told anew until it succeeds (manager_refresh).
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/config/feed.h"
#include "cli/manager/manager.h"
#include "cli/config/hooks.h"
#include "engine/base/journal.h"

/* ---- the feed's way to the other roles ---------------------------------- */

#define REFRESH_AGAIN 1000 /* milliseconds */

static void settle_check(struct manager *m);

static void keeper_replied(struct request *r)
{
	struct manager *m = r->manager;
	const char *why = r->text[0] ? r->text :
	    r->status == REQUEST_TIMEOUT ? "the keeper does not answer" :
	    r->status == REQUEST_AWAY ? "the keeper is away" : strerror((int)r->error);

	if (r->settles) {
		if (r->status != REQUEST_DONE && m->settle.sending != SETTLE_BACK)
			text_addf(&m->settle.errors, "%s\n", why);
		m->settle.open--;
		settle_check(m);
		return;
	}
	if (r->status != REQUEST_DONE && !m->stopping) {
		journal(LOG_ERR, "the kernel refused a part of the configuration: %s", why);
		audit_add(&m->audit, 3, 199003, "The kernel refused a part of the configuration: %s", why);
	}
	manager_ready(m);
}

static void sink_send(void *ctx, enum role to, struct ipc_msg *msg)
{
	struct manager *m = ctx;

	if (to == ROLE_KEEPER && m->keeper) {
		if (m->settle.active)
			m->settle.open++;
		request_keeper(m, msg, m->settle.active, keeper_replied);
	} else if (to != ROLE_KEEPER && !m->booting) {
		ipc_send(to == ROLE_ENGINE ? m->engine : m->aaa, msg);
	}
}

static const char *sink_device(void *ctx, const char *hardware)
{
	const struct manager_link *l = manager_link_find(ctx, hardware);

	return l ? l->device : "";
}

static uint32_t sink_id(void *ctx)
{
	return request_id(ctx);
}

static void changed(void *ctx, const struct db_change *c)
{
	struct manager *m = ctx;

	feed_change(m->feed, c);
	if (strcmp(c->table->name, "system") == 0 && c->after && db_text(c->after, "hostname"))
		snprintf(m->hostname, sizeof(m->hostname), "%s", db_text(c->after, "hostname"));
}

static void boot_flush(struct manager *m, const char *what);

static void refresh(uv_timer_t *t)
{
	struct manager *m = t->data;

	if (m->settle.active) {
		uv_timer_start(t, refresh, 10, 0);
		return;
	}
	if (m->links_changed)
		feed_devices_changed(m->feed, m->db);
	m->links_changed = false;
	if (!feed_refresh(m->feed, m->db))
		uv_timer_start(t, refresh, REFRESH_AGAIN, 0);
	else if (m->flushing)
		boot_flush(m, "end");
	db_get(m->db, "system", "hostname", NULL, 0, m->hostname, sizeof(m->hostname));
}

/* Not all could be read that the roles have to know. */
static void refresh_later(struct manager *m)
{
	const char *why = db_fault(m->db);

	why = why ? why : "out of memory";
	journal(LOG_ERR, "the configuration cannot be read: %s", why);
	audit_add(&m->audit, 2, 199021, "The configuration cannot be read: %s", why);
	if (!m->stopping)
		uv_timer_start(&m->refresh, refresh, REFRESH_AGAIN, 0);
}

static void delivered(void *ctx, unsigned changes)
{
	struct manager *m = ctx;

	(void)changes;
	if (!feed_end(m->feed, m->db))
		refresh_later(m);
}

void manager_devices_changed(struct manager *m)
{
	m->links_changed = true;
	/* Several links come in one go: the configuration follows once. */
	if (m->feed && !m->stopping)
		uv_timer_start(&m->refresh, refresh, 1, 0);
}

void manager_snapshot(struct manager *m, enum role role)
{
	if (m->booting)
		return;
	if (m->settle.active)
		m->settle.snapshot[role] = true; /* not what may be taken back */
	else if (!feed_snapshot(m->feed, m->db, role))
		refresh_later(m);
}

/* What the database says of the state directory goes to the journal, the log, and every operator who
 * logs in until the configuration has been saved again. */
static void noted(void *ctx, const char *text)
{
	struct manager *m = ctx;

	journal(LOG_WARNING, "%s", text);
	audit_add(&m->audit, 2, 199020, "%s", text);
	text_addf(&m->notes, "WARNING: %s\n", text);
}

/* ---- boot --------------------------------------------------------------- */

static void boot_line(void *ctx, unsigned number, const char *line, bool refused, const char *text)
{
	struct manager *m = ctx;
	int len = (int)strcspn(text, "\n");

	(void)line; /* may hold secrets in a place where nothing tells so */
	if (!refused)
		return;
	while (text[len] && strncmp(text, "ERROR", 5) != 0) { /* the caret line says nothing here */
		text += len + 1;
		len = (int)strcspn(text, "\n");
	}
	journal(LOG_ERR, "%s: line %u refused: %.*s", m->config_file, number, len, text);
	audit_add(&m->audit, 3, 111011, "%s: line %u refused: %.*s", m->config_file, number, len, text);
}

/* False: the text of --config could not be stored. Without a startup-config that can be loaded the
 * operators are still served; they have been told. */
static bool boot_load(struct manager *m, const char *config, size_t len)
{
	struct db_report report = {.line = boot_line, .ctx = m};

	snprintf(m->config_file, sizeof(m->config_file), config ? "--config" : "startup-config");
	if (!config) {
		db_load_startup(m->db, &report);
		return true;
	}
	if (!db_begin(m->db))
		return false;
	db_clear(m->db);
	db_apply(m->db, config, len, PRIVILEGE_MAX, DB_APPLY_WHOLE, &report);
	return db_commit(m->db);
}

/* What the configuration of this boot is, once it is; the keeper asked for what it has to have. */
static bool boot_config(struct manager *m, enum db_opened opened, const char *config, size_t len)
{
	if (opened == DB_KEPT)
		db_recover(m->db);
	if (config || opened == DB_FRESH)
		return boot_load(m, config, len);
	if (!feed_snapshot(m->feed, m->db, ROLE_KEEPER))
		refresh_later(m);
	return true;
}

/* Between "begin" and "end" the keeper learns the whole configuration; what it keeps besides goes. */
static void boot_flush(struct manager *m, const char *what)
{
	struct ipc_msg msg = {.type = MSG_KEEP_FLUSH, .fd = -1};

	m->flushing = strcmp(what, "end") != 0;
	msg.keep_flush.id = request_id(m);
	msg.keep_flush.what = what;
	sink_send(m, ROLE_KEEPER, &msg);
}

bool manager_boot(struct manager *m, const char *config, size_t len, char *error, size_t size)
{
	const struct feed_sink sink = {sink_send, sink_device, sink_id, m};
	const struct db_config dc = {
	    .dir = m->state,
	    .gram = m->gram,
	    .functions = store_functions,
	    .tools = m->crypto,
	    .change = changed,
	    .end = delivered,
	    .note = noted,
	    .ctx = m,
	};
	enum db_opened opened;

	m->booting = true;
	m->feed = feed_create(&sink, m->gram);
	if (!m->feed) {
		snprintf(error, size, "out of memory");
		return false;
	}
	uv_timer_init(m->loop, &m->refresh);
	m->refresh.data = m;
	m->db = db_open(&dc, m->boot_id, &opened, error, size);
	if (!m->db)
		return false;
	snprintf(m->config_file, sizeof(m->config_file), "startup-config");
	boot_flush(m, "begin");
	if (!boot_config(m, opened, config, len)) {
		snprintf(error, size, "the configuration cannot be stored: %s", db_fault(m->db));
		return false;
	}
	if (!uv_is_active((uv_handle_t *)&m->refresh))
		boot_flush(m, "end");
	db_get(m->db, "system", "hostname", NULL, 0, m->hostname, sizeof(m->hostname));
	m->booting = false;
	if (m->engine)
		manager_snapshot(m, ROLE_ENGINE);
	if (m->aaa)
		manager_snapshot(m, ROLE_AAA);
	return true;
}

/* Removes the running database: the next start loads the startup-config. */
void manager_drop_running(const struct manager *m)
{
	static const char *const names[] = {"running.db", "running.db-wal", "running.db-shm"};
	char path[512];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", m->state, names[i]);
		(void)unlink(path);
	}
}

/* ---- settling ----------------------------------------------------------- */

static void settle_begin(struct manager *m, struct operator *op, bool committed)
{
	m->settle.active = true;
	m->settle.committed = committed;
	m->settle.op = op;
	m->settle.open = 0;
	m->settle.sending = SETTLE_ASK;
	text_clear(&m->settle.errors);
}

/* The next operators whose lines waited; one of them may settle something in his turn. */
static void settle_next(struct manager *m)
{
	struct operator *op;

	do {
		for (op = m->operators; op && !op->queued; op = op->next)
			;
		if (!op)
			return;
		op->queued = false;
		operator_go(op);
	} while (!m->settle.active);
}

static void settle_end(struct manager *m)
{
	struct operator *op = m->settle.op;
	bool snapshot[ROLE_COUNT];

	memcpy(snapshot, m->settle.snapshot, sizeof(snapshot));
	memset(m->settle.snapshot, 0, sizeof(m->settle.snapshot));
	m->settle.active = false;
	m->settle.op = NULL;
	for (enum role r = ROLE_ENGINE; r <= ROLE_AAA; r++)
		if (snapshot[r])
			manager_snapshot(m, r);
	if (op)
		operator_done(op);
	settle_next(m);
}

static void refuse_unstored(struct operator *op)
{
	const char *why = db_fault(op->manager->db);

	operator_refuse(op, "ERROR: Unable to store the configuration line: %s",
	    why ? why : "out of memory");
}

/* Notes who runs the line, and the line, for when it is accepted. */
static void config_begins(struct manager *m, const struct operator *op)
{
	struct gram_out out = text_out(&m->settle.line);
	char name[65];

	snprintf(m->settle.who, sizeof(m->settle.who), "%s", operator_name(op, name));
	snprintf(m->settle.from, sizeof(m->settle.from), "%s", op->from);
	text_clear(&m->settle.line);
	gram_mask(op->line, &op->match, MASK_HASHES, &out);
}

static void config_accepted(struct manager *m)
{
	manager_note_change(m, m->settle.who);
	audit_command(&m->audit, m->settle.who, m->settle.from, text_str(&m->settle.line));
}

/* The kernel has what the line asks for; is it stored, too? */
static bool settle_commit(struct manager *m, struct operator *op)
{
	if (db_commit(m->db)) {
		config_accepted(m);
		return true;
	}
	if (op)
		refuse_unstored(op);
	return false;
}

/* The line is taken back: the keeper is told the old state again. */
static void settle_back(struct manager *m, struct operator *op)
{
	db_abort(m->db);
	if (op)
		op->place = m->settle.place;
	m->settle.sending = SETTLE_BACK;
	text_clear(&m->settle.errors);
	m->settle.open++;
	if (!feed_keeper(m->feed, m->db))
		refresh_later(m);
	m->settle.open--;
}

/* Has the keeper answered everything? */
static void settle_check(struct manager *m)
{
	struct operator *op = m->settle.op;
	char *line, *rest;

	if (m->settle.open || m->settle.sending == SETTLE_ASK)
		return;
	rest = m->settle.errors.len ? m->settle.errors.p : NULL;
	while (op && (line = strsep(&rest, "\n"))) {
		if (*line && m->settle.committed)
			operator_say(op, "WARNING: %s\n", line);
		else if (*line)
			operator_refuse(op, "ERROR: %s", line);
	}
	if (!m->settle.committed && m->settle.sending == SETTLE_WAIT) {
		m->settle.committed = !m->settle.errors.len && settle_commit(m, op);
		if (!m->settle.committed)
			settle_back(m, op);
	}
	if (m->settle.open == 0)
		settle_end(m);
}

/* All that is to be asked has been. */
static void settle_wait(struct manager *m)
{
	m->settle.sending = SETTLE_WAIT;
	settle_check(m);
}

/* ---- lines and files ---------------------------------------------------- */

/* Whose the lines are that come now. */
static void name_author(const struct operator *op)
{
	char name[65];
	unsigned ms;
	int64_t now = manager_wall(&ms);
	bool local = strcmp(op->from, "0.0.0.0") == 0;

	db_author(op->manager->db, operator_name(op, name),
	    !local			      ? op->from
	    : op->kind == CONSOLE_KIND_SCRIPT ? "script"
					      : "console",
	    1000 * now + ms);
}

void manager_config_line(struct operator *op, unsigned prompt_width)
{
	struct manager *m = op->manager;
	const struct gram_command *c = op->match.status == GRAM_OK ? op->match.command : NULL;
	bool ask = c && c->table && m->keeper && gram_notifies(c->table, "keeper");
	bool change = c && (c->table || c->family == FAMILY_CLEAR);
	struct gram_out out = operator_out(op);
	enum db_status status;
	char error[GRAM_LINE_MAX + 256];

	if (!c) {
		op->refused = op->match.status != GRAM_EMPTY;
		if (op->refused)
			text_addn(&op->out, error,
			    gram_error(&op->match, op->line, prompt_width, error, sizeof(error)));
		operator_done(op);
		return;
	}
	name_author(op);
	config_begins(m, op);
	if (ask && !db_begin(m->db)) {
		refuse_unstored(op);
		operator_done(op);
		return;
	}
	if (ask)
		m->settle.place = op->place;
	status = db_run(m->db, &op->place, &op->match, op->line, prompt_width, &out);
	if (status == DB_LOGOFF) {
		operator_log_off(op);
		return;
	}
	op->refused = status == DB_REFUSED;
	if (ask && !op->refused) {
		settle_begin(m, op, false);
		if (!feed_keeper(m->feed, m->db))
			text_add(&m->settle.errors, "Unable to store the configuration line: out of memory\n");
		settle_wait(m);
		return;
	}
	if (ask)
		db_abort(m->db);
	else if (change && !op->refused)
		config_accepted(m);
	operator_done(op);
}

static void file_line(void *ctx, unsigned number, const char *line, bool refused, const char *text)
{
	struct operator *op = ctx;
	struct text shown = {0};
	struct gram_out out = text_out(&shown);

	if (refused) {
		gram_mask_unknown(line, &out);
		operator_say(op, "line %u: %s\n%s", number, text_str(&shown), text);
		text_free(&shown);
	} else {
		operator_say(op, "%s", text);
	}
}

/* A saved configuration is a whole one; a list of lines is just that. */
static bool is_whole(const char *text, size_t len)
{
	static const char mark[] = "ASA Version ";
	const char *at;

	text = gram_skip_mark(text, &len);
	at = memmem(text, len, mark, sizeof(mark) - 1);
	return at && (at == text || at[-1] == '\n' || at[-1] == '\r');
}

static void file_apply(struct operator *op, const char *text, size_t len)
{
	struct manager *m = op->manager;
	struct db_report report = {.line = file_line, .ctx = op};
	unsigned flags = is_whole(text, len) ? DB_APPLY_WHOLE : 0;
	char name[65];
	int refused;

	name_author(op);
	settle_begin(m, op, true);
	refused = db_apply(m->db, text, len, op->privilege, flags, &report);
	op->refused = refused != 0;
	if (refused < 0) {
		operator_refuse(op, "ERROR: Unable to store the configuration: %s\n"
		    "ERROR: Nothing of the file was applied", db_fault(m->db));
		settle_wait(m);
		return;
	}
	manager_note_change(m, operator_name(op, name));
	audit_add(&m->audit, 5, 111008, "User '%s' executed the 'configure' command with %u lines.",
	    operator_name(op, name), report.lines);
	settle_wait(m);
}

void manager_config_file(struct operator *op, const char *text, size_t len)
{
	struct manager *m = op->manager;

	if (!m->settle.active) {
		file_apply(op, text, len);
		return;
	}
	op->file = malloc(len ? len : 1);
	if (!op->file) {
		operator_refuse(op, "ERROR: out of memory");
		operator_done(op);
		return;
	}
	memcpy(op->file, text, len);
	op->file_len = len;
	op->queued = true;
}

/* The file that waited, when there is one. */
bool manager_config_queued(struct operator *op)
{
	char *text = op->file;

	if (!text)
		return false;
	op->file = NULL;
	file_apply(op, text, op->file_len);
	explicit_bzero(text, op->file_len);
	free(text);
	return true;
}

void manager_config_forget(struct manager *m, struct operator *op)
{
	op->queued = false;
	free(op->file);
	op->file = NULL;
	if (m->settle.op == op)
		m->settle.op = NULL;
}

void manager_note_change(struct manager *m, const char *who)
{
	struct text t = {0};
	unsigned ms;
	int64_t now = manager_wall(&ms);

	text_addf(&t, "%s at ", who);
	exec_time(&t, now, ms);
	snprintf(m->modified, sizeof(m->modified), "%s", text_str(&t));
	text_free(&t);
}
