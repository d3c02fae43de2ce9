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
 * Meanwhile the other operators' lines wait for their turn, `show` excepted.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/feed.h"
#include "cli/manager.h"
#include "cli/store.h"

/* ---- the feed's way to the other roles ---------------------------------- */

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
		fprintf(stderr, "gatehouse: the kernel refused a part of the configuration: %s\n", why);
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

static void delivered(void *ctx, unsigned changes)
{
	struct manager *m = ctx;

	(void)changes;
	feed_end(m->feed, m->db);
}

static void devices_changed(uv_timer_t *t)
{
	struct manager *m = t->data;

	if (m->settle.active)
		uv_timer_start(t, devices_changed, 10, 0);
	else
		feed_devices_changed(m->feed, m->db);
}

void manager_devices_changed(struct manager *m)
{
	/* Several links come in one go: the configuration follows once. */
	if (m->feed && !m->stopping)
		uv_timer_start(&m->devices, devices_changed, 1, 0);
}

void manager_snapshot(struct manager *m, enum role role)
{
	if (m->booting)
		return;
	if (m->settle.active)
		m->settle.snapshot[role] = true; /* not what may be taken back */
	else
		feed_snapshot(m->feed, m->db, role);
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
	fprintf(stderr, "gatehouse: %s: line %u refused: %.*s\n", m->config_file, number, len, text);
	audit_add(&m->audit, 3, 111011, "%s: line %u refused: %.*s", m->config_file, number, len, text);
}

static void boot_load(struct manager *m, const char *config, size_t len)
{
	struct db_report report = {.line = boot_line, .ctx = m};

	snprintf(m->config_file, sizeof(m->config_file), config ? "--config" : "startup-config");
	if (!config) {
		db_load_startup(m->db, &report);
		return;
	}
	db_clear(m->db);
	db_apply(m->db, config, len, PRIVILEGE_MAX, DB_APPLY_WHOLE, &report);
}

/* Between "begin" and "end" the keeper learns the whole configuration; what it keeps besides goes. */
static void boot_flush(struct manager *m, const char *what)
{
	struct ipc_msg msg = {.type = MSG_KEEP_FLUSH, .fd = -1};

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
	    .change = changed,
	    .end = delivered,
	    .ctx = m,
	};
	enum db_opened opened;

	m->booting = true;
	uv_timer_init(m->loop, &m->devices);
	m->devices.data = m;
	m->feed = feed_create(&sink, m->gram);
	m->db = db_open(&dc, m->boot_id, &opened, error, size);
	if (!m->db)
		return false;
	snprintf(m->config_file, sizeof(m->config_file), "startup-config");
	boot_flush(m, "begin");
	if (config || opened == DB_FRESH)
		boot_load(m, config, len);
	else
		feed_snapshot(m->feed, m->db, ROLE_KEEPER);
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
	if (!m->settle.committed && m->settle.errors.len && m->settle.sending == SETTLE_WAIT) {
		db_abort(m->db);
		if (op)
			op->place = m->settle.place;
		m->settle.sending = SETTLE_BACK;
		text_clear(&m->settle.errors);
		m->settle.open++;
		feed_keeper(m->feed, m->db);
		m->settle.open--;
	} else if (!m->settle.committed && m->settle.sending == SETTLE_WAIT) {
		m->settle.committed = true;
		db_commit(m->db);
		config_accepted(m);
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
	if (ask && !db_begin(m->db))
		ask = false;
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
		feed_keeper(m->feed, m->db);
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
	const char *at = memmem(text, len, mark, sizeof(mark) - 1);

	return at && (at == text || at[-1] == '\n');
}

static void file_apply(struct operator *op, const char *text, size_t len)
{
	struct manager *m = op->manager;
	struct db_report report = {.line = file_line, .ctx = op};
	unsigned flags = is_whole(text, len) ? DB_APPLY_WHOLE : 0;
	char name[65];

	name_author(op);
	settle_begin(m, op, true);
	op->refused = db_apply(m->db, text, len, op->privilege, flags, &report) > 0;
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
