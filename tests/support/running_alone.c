#include <check.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/one_crypto.h"
#include "tests/support/running_alone.h"

extern const char grammars_all[], grammars_all_end[];

/* ---- a database that fails -------------------------------------------------------------- */

/* The database asks without a context of ours. */
static struct alone *failing;

static int interrupts(void *ctx)
{
	bool now = failing->unread || failing->once;

	(void)ctx;
	failing->once = false;
	return now;
}

static int every_database(sqlite3 *db, const char **error, const struct sqlite3_api_routines *api)
{
	(void)error;
	(void)api;
	sqlite3_progress_handler(db, 1, interrupts, NULL);
	return SQLITE_OK;
}

static void was_told(struct alone *alone, const char *name)
{
	alone->unread = alone->unread ||
			(alone->then_unread && strcmp(name, alone->then_unread) == 0);
}

/* ---- the other roles -------------------------------------------------------------------- */

static void send_role(void *ctx, enum role to, struct ipc_msg *m)
{
	struct alone *alone = ctx;

	was_told(alone, ipc_name(m->type));
	text_addf(&alone->told, "%s:%s ", to == ROLE_ENGINE ? "engine" : "aaa", ipc_name(m->type));
}

static bool has_keeper(void *ctx)
{
	const struct alone *alone = ctx;

	return alone->keeper;
}

static void ask(void *ctx, struct ipc_msg *m, bool is_held)
{
	struct alone *alone = ctx;

	was_told(alone, ipc_name(m->type));
	text_addf(&alone->told, "%s%s ", is_held ? "+" : "", ipc_name(m->type));
	if (m->type == MSG_KEEP_FLUSH)
		text_addf(&alone->told, "%s ", m->keep_flush.what);
	if (is_held)
		alone->held++;
	else
		alone->unheld++;
}

static const char *device(void *ctx, const char *hardware)
{
	(void)ctx;
	return strcmp(hardware, "GigabitEthernet0/0") == 0 ? "eth0" : "";
}

void alone_answer(struct alone *alone, bool is_held, const char *why)
{
	unsigned n = is_held ? alone->held : alone->unheld;

	ck_assert_uint_gt(n, 0);
	if (is_held)
		alone->held = 0;
	else
		alone->unheld = 0;
	while (n--)
		delivery_answered(&alone->running->delivery, is_held, why, why != NULL);
}

void alone_turn(struct alone *alone)
{
	for (int i = 0; i < 4; i++)
		uv_run(&alone->loop, UV_RUN_NOWAIT);
}

static void closed(uv_handle_t *h)
{
	free(h->data);
}

bool alone_start_error(
    struct alone *alone, const char *boot, const char *text, char *error, size_t size)
{
	const struct delivery_roles roles = {send_role, has_keeper, ask, device, alone, NULL};
	const struct running_boot b = {.gram = alone->gram,
	    .dir = alone->dir,
	    .boot_id = boot,
	    .crypto = one_crypto(),
	    .text = text,
	    .len = text ? strlen(text) : 0};

	alone->running = calloc(1, sizeof *alone->running);
	running_init(alone->running, &alone->loop, &roles, &alone->audit);
	return running_start(alone->running, &b, error, size);
}

bool alone_start(struct alone *alone, const char *boot, const char *text)
{
	char error[300] = "";
	bool ok = alone_start_error(alone, boot, text, error, sizeof error);

	ck_assert_msg(ok == !error[0], "%s", error);
	return ok;
}

void alone_stop(struct alone *alone)
{
	running_stop(alone->running);
	running_close(alone->running, closed, alone->running);
	alone_turn(alone);
	alone->held = alone->unheld = 0;
	text_clear(&alone->told);
}

const char *alone_hostname(const struct alone *alone)
{
	return alone->running->delivery.own.hostname;
}

const char *alone_address(const struct alone *alone, char buf[32])
{
	const char *key = "GigabitEthernet0/0";

	return db_get(alone->running->db, "interface", "address", &key, 1, buf, 32) ? buf : "none";
}

void alone_save(const struct alone *alone, const char *text)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof path, "%s/startup-config", alone->dir);
	f = fopen(path, "w");
	fputs(text, f);
	fclose(f);
}

bool alone_logged(struct alone *alone, const char *what)
{
	return strstr(trail_text(&alone->trail), what) != NULL;
}

void alone_setup(struct alone *alone)
{
	char error[500];

	uv_loop_init(&alone->loop);
	audit_init(&alone->audit, NULL, NULL);
	trail_open(&alone->trail, &alone->audit);
	alone->keeper = true;
	alone->unread = alone->once = false;
	alone->then_unread = NULL;
	failing = alone;
	sqlite3_auto_extension((void (*)(void))every_database);
	snprintf(alone->dir, sizeof alone->dir, "/tmp/gatehouse-unit.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(alone->dir));
	alone->gram = gram_read(
	    grammars_all, (size_t)(grammars_all_end - grammars_all), error, sizeof error);
	ck_assert_msg(alone->gram != NULL, "%s", error);
}

void alone_teardown(struct alone *alone)
{
	char command[128];

	ck_assert_int_eq(uv_loop_close(&alone->loop), 0);
	gram_free(alone->gram);
	trail_close(&alone->trail);
	audit_free(&alone->audit);
	text_free(&alone->told);
	snprintf(command, sizeof command, "rm -rf '%s'", alone->dir);
	ck_assert_int_eq(system(command), 0);
}

/* ---- an operator, as settling sees him -------------------------------------------------- */

static void done(void *arg, enum settled how)
{
	struct alone_person *p = arg;

	gram_match_done(&p->match);
	p->done++;
	p->how = how;
}

void alone_come(const struct alone *alone, struct alone_person *p)
{
	memset(p, 0, sizeof *p);
	parse_state_init(&p->place, alone->gram, true);
}

struct config_change alone_change(struct alone_person *p)
{
	return (struct config_change){.author = {.name = "me", .from = "0.0.0.0", .way = "console"},
	    .place = &p->place,
	    .match = &p->match,
	    .line = p->line,
	    .privilege = 15,
	    .out = &p->screen,
	    .done = done,
	    .arg = p};
}

bool alone_type(struct alone *alone, struct alone_person *p, const char *line)
{
	struct config_change c = alone_change(p);
	unsigned before = p->done;

	text_clear(&p->screen);
	snprintf(p->line, sizeof p->line, "%s", line);
	gram_match(alone->gram, &p->place, 15, line, &p->match);
	ck_assert_int_eq(p->match.status, GRAM_OK);
	settle_line(&alone->running->settle, &c);
	return p->done == before + 1;
}

void alone_ok(struct alone *alone, struct alone_person *p, const char *line)
{
	ck_assert_msg(alone_type(alone, p, line) && p->how == SETTLED_DONE, "%s: %s", line,
	    text_str(&p->screen));
}

void alone_ask_for(struct alone *alone, struct alone_person *p, const char *line)
{
	unsigned before = p->done;

	alone_type(alone, p, "interface GigabitEthernet0/0");
	if (alone->held) {
		alone_answer(alone, true, NULL);
		alone_turn(alone);
	}
	ck_assert_uint_eq(p->done, before + 1);
	text_clear(&alone->told);
	ck_assert(!alone_type(alone, p, line));
	ck_assert(alone->running->settle.turns.taken);
	ck_assert_ptr_nonnull(strstr(text_str(&alone->told), "+KEEP_INTERFACE"));
}
