/*
 * The running-config without a manager: which configuration a start loads, what the answers of
 * the keeper do to a change, and who waits meanwhile. The other roles are three functions here.
 */
#include <check.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/config/running.h"
#include "tests/support/one_crypto.h"

extern const char grammars_all[], grammars_all_end[];

static uv_loop_t loop;
static struct gram *gram;
static char dir[64];
static struct audit audit;
static struct running *running;
static bool keeper;        /* there is one */
static struct text told; /* what roles were told and asked, by name; `+`: it belongs to a change */
static unsigned held, unheld; /* requests of the keeper without answer */
static bool unread, once;     /* nothing can be read or stored; or only the next thing */
static const char *then_unread; /* ... as soon as this was told */

/* ---- a database that fails ------------------------------------------------------------ */

static int interrupts(void *ctx)
{
	bool now = unread || once;

	(void)ctx;
	once = false;
	return now;
}

static int every_database(sqlite3 *db, const char **error, const struct sqlite3_api_routines *api)
{
	(void)error;
	(void)api;
	sqlite3_progress_handler(db, 1, interrupts, NULL);
	return SQLITE_OK;
}

static void was_told(const char *name)
{
	unread = unread || (then_unread && strcmp(name, then_unread) == 0);
}

/* ---- the other roles ------------------------------------------------------------------ */

static void send_role(void *ctx, enum role to, struct ipc_msg *m)
{
	(void)ctx;
	was_told(ipc_name(m->type));
	text_addf(&told, "%s:%s ", to == ROLE_ENGINE ? "engine" : "aaa", ipc_name(m->type));
}

static bool has_keeper(void *ctx)
{
	(void)ctx;
	return keeper;
}

static void ask(void *ctx, struct ipc_msg *m, bool is_held)
{
	(void)ctx;
	was_told(ipc_name(m->type));
	text_addf(&told, "%s%s ", is_held ? "+" : "", ipc_name(m->type));
	if (m->type == MSG_KEEP_FLUSH)
		text_addf(&told, "%s ", m->keep_flush.what);
	if (is_held)
		held++;
	else
		unheld++;
}

static const char *device(void *ctx, const char *hardware)
{
	(void)ctx;
	return strcmp(hardware, "GigabitEthernet0/0") == 0 ? "eth0" : "";
}

static void answer(bool is_held, const char *why)
{
	unsigned n = is_held ? held : unheld;

	ck_assert_uint_gt(n, 0);
	if (is_held)
		held = 0;
	else
		unheld = 0;
	while (n--)
		delivery_answered(&running->delivery, is_held, why);
}

static void turn(void)
{
	for (int i = 0; i < 4; i++)
		uv_run(&loop, UV_RUN_NOWAIT);
}

static void closed(uv_handle_t *h)
{
	free(h->data);
}

static bool start(const char *boot, const char *text)
{
	const struct delivery_roles roles = {send_role, has_keeper, ask, device, NULL};
	const struct running_boot b = {.gram = gram, .dir = dir, .boot_id = boot,
	    .crypto = one_crypto(), .text = text, .len = text ? strlen(text) : 0};
	char error[300] = "";
	bool ok;

	running = calloc(1, sizeof *running);
	running_init(running, &loop, &roles, &audit);
	ok = running_start(running, &b, error, sizeof error);
	ck_assert_msg(ok == !error[0], "%s", error);
	return ok;
}

static void stop(void)
{
	running_stop(running);
	running_close(running, closed, running);
	turn();
	held = unheld = 0;
	text_clear(&told);
}

static const char *hostname(void)
{
	return running->delivery.own.hostname;
}

static void save(const char *text)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof path, "%s/startup-config", dir);
	f = fopen(path, "w");
	fputs(text, f);
	fclose(f);
}

static bool logged(const char *what)
{
	struct text t = {0};
	bool found;

	audit_show(&audit, &t);
	found = strstr(text_str(&t), what) != NULL;
	text_free(&t);
	return found;
}

static void setup(void)
{
	char error[500];

	uv_loop_init(&loop);
	keeper = true;
	unread = once = false;
	then_unread = NULL;
	sqlite3_auto_extension((void (*)(void))every_database);
	snprintf(dir, sizeof dir, "/tmp/gatehouse-unit.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	gram = gram_read(
	    grammars_all, (size_t)(grammars_all_end - grammars_all), error, sizeof error);
	ck_assert_msg(gram != NULL, "%s", error);
}

static void teardown(void)
{
	char command[128];

	ck_assert_int_eq(uv_loop_close(&loop), 0);
	gram_free(gram);
	audit_free(&audit);
	text_free(&told);
	snprintf(command, sizeof command, "rm -rf '%s'", dir);
	ck_assert_int_eq(system(command), 0);
}

/* ---- an operator, as settling sees him ------------------------------------------------ */

struct person {
	struct parse_state place;
	struct gram_match match;
	char line[GRAM_LINE_MAX];
	struct text screen;
	unsigned done;
	enum settled how;
};

static void done(void *arg, enum settled how)
{
	struct person *p = arg;

	gram_match_done(&p->match);
	p->done++;
	p->how = how;
}

static void come(struct person *p)
{
	memset(p, 0, sizeof *p);
	parse_state_init(&p->place, gram, true);
}

static struct config_change change_of(struct person *p)
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

/* Is it done at once? */
static bool type(struct person *p, const char *line)
{
	struct config_change c = change_of(p);
	unsigned before = p->done;

	text_clear(&p->screen);
	snprintf(p->line, sizeof p->line, "%s", line);
	gram_match(gram, &p->place, 15, line, &p->match);
	ck_assert_int_eq(p->match.status, GRAM_OK);
	settle_line(&running->settle, &c);
	return p->done == before + 1;
}

static void ok(struct person *p, const char *line)
{
	ck_assert_msg(
	    type(p, line) && p->how == SETTLED_DONE, "%s: %s", line, text_str(&p->screen));
}

static const char *address(char buf[32])
{
	const char *key = "GigabitEthernet0/0";

	return db_get(running->db, "interface", "address", &key, 1, buf, 32) ? buf : "none";
}

/* A line that waits for the keeper. */
static void ask_for(struct person *p, const char *line)
{
	ck_assert(type(p, "interface GigabitEthernet0/0"));
	if (held) {
		answer(true, NULL);
		turn();
	}
	text_clear(&told);
	ck_assert(!type(p, line));
	ck_assert(running->settle.turns.taken);
	ck_assert_ptr_nonnull(strstr(text_str(&told), "+KEEP_INTERFACE"));
}

#define ADDRESS "ip address 10.9.8.7 255.255.255.0"

/* ---- the boot --------------------------------------------------------------------------- */

START_TEST(a_first_start_has_nothing)
{
	ck_assert(start("boot", NULL));
	ck_assert_str_eq(hostname(), "ciscoasa");
	ck_assert_str_eq(running->file, "startup-config");
	ck_assert_ptr_nonnull(strstr(text_str(&told), "KEEP_FLUSH begin "));
	ck_assert_ptr_nonnull(strstr(text_str(&told), "KEEP_FLUSH end "));
	ck_assert_ptr_null(
	    strstr(text_str(&told), "engine:")); /* those come later, and are told all */
	text_clear(&told);
	delivery_snapshot(&running->delivery, ROLE_ENGINE);
	ck_assert_int_eq(strncmp(text_str(&told), "engine:CFG_BEGIN ", 17), 0);
	stop();
}
END_TEST

START_TEST(another_boot_loads_the_startup_config)
{
	struct person p;

	save("hostname saved\n");
	ck_assert(start("boot 1", NULL));
	ck_assert_str_eq(hostname(), "saved");
	come(&p);
	ok(&p, "hostname typed");
	ck_assert_str_eq(hostname(), "typed");
	stop();
	ck_assert(start("boot 1", NULL)); /* only the manager came back: what runs is kept */
	ck_assert_str_eq(hostname(), "typed");
	stop();
	ck_assert(start("boot 2", NULL));
	ck_assert_str_eq(hostname(), "saved");
	stop();
	text_free(&p.screen);
}
END_TEST

START_TEST(a_text_goes_before_all)
{
	save("hostname saved\n");
	ck_assert(start("boot 1", NULL));
	stop();
	for (int i = 1; i <= 2; i++) { /* in the same boot, and in a new one */
		ck_assert(start(i == 1 ? "boot 1" : "boot 2", "hostname given\nbogus line\n"));
		ck_assert_str_eq(hostname(), "given");
		ck_assert_str_eq(running->file, "--config");
		ck_assert(logged("%ASA-3-111011: --config: line 2 refused: ERROR: "));
		stop();
	}
	ck_assert(start("boot 2", NULL)); /* it runs on, as long as nobody gives another */
	ck_assert_str_eq(hostname(), "given");
	stop();
	running_drop(dir);
	ck_assert(start("boot 2", NULL));
	ck_assert_str_eq(hostname(), "saved");
	stop();
}
END_TEST

/* A startup-config that cannot be read: the start goes on, and it is told. */
START_TEST(notes_of_the_state_directory)
{
	char path[128];

	snprintf(path, sizeof path, "%s/startup-config", dir);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	ck_assert(start("boot", NULL));
	ck_assert_ptr_nonnull(strstr(text_str(&running->notes), "WARNING: the startup-config"));
	ck_assert(logged("%ASA-2-199020: the startup-config"));
	stop();
}
END_TEST

/* What the kernel refuses of a stored configuration is told; it stays as it is. */
START_TEST(the_keeper_refuses_a_part_of_the_boot)
{
	char buf[32];

	ck_assert(start("boot", "interface GigabitEthernet0/0\n nameif outside\n " ADDRESS "\n"));
	answer(false, "no such device");
	ck_assert(logged(
	    "%ASA-3-199003: The kernel refused a part of the configuration: no such device"));
	ck_assert_str_eq(address(buf), "10.9.8.7");
	text_clear(&told);
	unheld = 1;
	running_stop(running);
	audit_free(&audit);
	answer(false, "the keeper is away"); /* of course: this is the end */
	ck_assert(!logged("refused"));
	stop();
}
END_TEST

/* ---- changes ----------------------------------------------------------------------------- */

START_TEST(the_keeper_consents)
{
	struct person p;
	char buf[32];

	ck_assert(start("boot", NULL));
	come(&p);
	ask_for(&p, ADDRESS);
	ck_assert(!logged("executed the 'ip address"));
	settle_leave(&running->settle, &running); /* somebody else leaves */
	answer(true, NULL);
	ck_assert_int_eq(p.how, SETTLED_DONE);
	ck_assert_str_eq(address(buf), "10.9.8.7");
	ck_assert(!running->settle.turns.taken);
	ck_assert(logged("User 'me' executed the '" ADDRESS "' command."));
	ck_assert_int_eq(strncmp(running->settle.modified, "me at ", 6), 0);
	stop();
	text_free(&p.screen);
}
END_TEST

START_TEST(the_keeper_refuses)
{
	struct person p;
	unsigned before;
	char buf[32];

	ck_assert(start("boot", NULL));
	come(&p);
	ask_for(&p, ADDRESS);
	before = p.done;
	text_clear(&told);
	answer(true, "in use");
	ck_assert_str_eq(address(buf), "none");
	ck_assert_uint_eq(p.done, before); /* not before the keeper has the old state again */
	ck_assert_ptr_nonnull(strstr(text_str(&told), "+KEEP_INTERFACE"));
	answer(true, "in use as well"); /* that nobody can help */
	ck_assert_uint_eq(p.done, before + 1);
	ck_assert_int_eq(p.how, SETTLED_REFUSED);
	ck_assert_str_eq(text_str(&p.screen), "ERROR: in use\n");
	ck_assert(!logged("executed the 'ip address"));
	ck_assert(!running->settle.turns.taken);
	stop();
	text_free(&p.screen);
}
END_TEST

/* ---- what cannot be read, or stored --------------------------------------------------------- */

static void find_timer(uv_handle_t *h, void *to)
{
	if (h->type == UV_TIMER && uv_is_active(h))
		*(uv_timer_t **)to = (uv_timer_t *)h;
}

static uv_timer_t *timer(void)
{
	uv_timer_t *t = NULL;

	uv_walk(&loop, find_timer, &t);
	return t;
}

/* The time of the timer that runs is over. */
static void time_passes(void)
{
	uv_timer_t *t = timer();

	ck_assert_ptr_nonnull(t);
	text_clear(&told);
	uv_timer_start(t, t->timer_cb, 0, 0);
	uv_run(&loop, UV_RUN_NOWAIT);
}

#define UNREAD "%ASA-2-199021: The configuration cannot be read: interrupted"

/* What could not be read when it was to be told is told as soon as it can be. */
START_TEST(a_change_that_cannot_be_read)
{
	struct person p;

	keeper = false;
	ck_assert(start("boot", NULL));
	keeper = true; /* a line of the engine's alone needs no consent */
	come(&p);
	ok(&p, "access-list A extended permit ip any any");
	ck_assert_ptr_null(timer());
	then_unread = "CFG_ACCESS_LIST";
	ok(&p, "access-list A line 1 extended deny tcp any any"); /* moves the other */
	ck_assert(unread && logged(UNREAD));
	ck_assert_uint_gt(uv_timer_get_due_in(timer()), 100);
	for (int i = 0; i < 2; i++) {
		time_passes();
		ck_assert_ptr_null(strstr(text_str(&told), "CFG_END"));
		ck_assert_uint_gt(uv_timer_get_due_in(timer()), 100);
	}
	unread = false;
	then_unread = NULL;
	time_passes();
	ck_assert_int_eq(strncmp(text_str(&told), "engine:CFG_BEGIN ", 17), 0);
	ck_assert_ptr_nonnull(strstr(text_str(&told), "engine:CFG_END "));
	ck_assert_ptr_null(timer());
	stop();
	text_free(&p.screen);
}
END_TEST

/* Not while a line may yet be taken back: that would be told, too. */
START_TEST(nothing_is_told_anew_while_the_keeper_thinks)
{
	struct person p;

	ck_assert(start("boot", NULL));
	come(&p);
	ask_for(&p, ADDRESS);
	delivery_devices_changed(&running->delivery);
	delivery_devices_changed(&running->delivery);
	for (int i = 0; i < 3; i++) {
		time_passes();
		ck_assert_str_eq(text_str(&told), "");
		ck_assert_uint_gt(uv_timer_get_due_in(timer()), 0);
	}
	answer(true, NULL);
	time_passes();
	ck_assert_str_eq(text_str(&told), "engine:CFG_BEGIN engine:CFG_INTERFACE engine:CFG_END ");
	ck_assert_ptr_null(timer());
	delivery_devices_changed(&running->delivery);
	ck_assert_ptr_nonnull(timer());
	time_passes();
	ck_assert_ptr_nonnull(strstr(text_str(&told), "CFG_INTERFACE"));
	running_stop(running);
	delivery_devices_changed(&running->delivery); /* the end: nobody asks any more */
	ck_assert_ptr_null(timer());
	stop();
	text_free(&p.screen);
}
END_TEST

/* The keeper is told of the end of the boot when it has heard all of it. */
START_TEST(a_boot_that_cannot_be_read)
{
	ck_assert(start("boot", "interface GigabitEthernet0/0\n nameif outside\n " ADDRESS "\n"));
	ck_assert_ptr_nonnull(strstr(text_str(&told), "KEEP_INTERFACE KEEP_FLUSH end "));
	stop();
	then_unread = "KEEP_FLUSH";
	ck_assert(start("boot", NULL));
	ck_assert_str_eq(text_str(&told), "KEEP_FLUSH begin ");
	ck_assert(logged(UNREAD));
	time_passes();
	ck_assert_str_eq(text_str(&told), "");
	then_unread = NULL;
	unread = false;
	time_passes();
	ck_assert_str_eq(text_str(&told), "KEEP_INTERFACE KEEP_FLUSH end ");
	ck_assert_ptr_null(timer());
	running_stop(running);
	unread = true;
	text_clear(&told);
	delivery_snapshot(&running->delivery, ROLE_KEEPER);
	ck_assert_ptr_null(timer()); /* nothing is told anew at the end */
	unread = false;
	stop();
}
END_TEST

START_TEST(a_line_that_cannot_be_stored)
{
	struct person p;
	char buf[32];

	ck_assert(start("boot", NULL));
	come(&p);
	ask_for(&p, ADDRESS);
	text_clear(&told);
	once = true;
	answer(true, NULL); /* the kernel has it */
	ck_assert(!logged("executed the 'ip address"));
	ck_assert_ptr_nonnull(strstr(text_str(&told), "+KEEP_INTERFACE")); /* ... had it */
	ck_assert_int_ne(p.how, SETTLED_REFUSED);
	answer(true, NULL);
	ck_assert_int_eq(p.how, SETTLED_REFUSED);
	ck_assert_int_eq(
	    strncmp(text_str(&p.screen), "ERROR: Unable to store the configuration line: ", 47), 0);
	ck_assert_str_eq(address(buf), "none");
	unread = true; /* not even begun */
	ck_assert(type(&p, ADDRESS));
	ck_assert_int_eq(p.how, SETTLED_REFUSED);
	ck_assert_str_eq(
	    text_str(&p.screen), "ERROR: Unable to store the configuration line: interrupted\n");
	unread = false;
	ck_assert(!running->settle.turns.taken);
	ck_assert_ptr_null(timer()); /* all that had to be told could be */
	ask_for(&p, ADDRESS);
	answer(true, NULL);
	ck_assert_str_eq(address(buf), "10.9.8.7");
	stop();
	text_free(&p.screen);
}
END_TEST

START_TEST(a_file_that_cannot_be_stored)
{
	static const char file[] = "hostname filed\nbogus\n";
	struct person p;
	struct config_change c;

	ck_assert(start("boot", NULL));
	come(&p);
	c = change_of(&p);
	once = true;
	settle_file(&running->settle, &c, file, sizeof file - 1);
	ck_assert_uint_eq(p.done, 1);
	ck_assert_int_eq(p.how, SETTLED_REFUSED);
	ck_assert_ptr_nonnull(
	    strstr(text_str(&p.screen), "ERROR: Unable to store the configuration: "));
	ck_assert_ptr_nonnull(
	    strstr(text_str(&p.screen), "\nERROR: Nothing of the file was applied\n"));
	ck_assert_str_eq(hostname(), "ciscoasa");
	ck_assert(!logged("'configure'"));
	ck_assert_str_eq(running->settle.modified, "");
	stop();
	text_free(&p.screen);
}
END_TEST

/* A text that was given and cannot be stored: there is no other that is meant. */
START_TEST(a_given_text_that_cannot_be_stored)
{
	const struct delivery_roles roles = {send_role, has_keeper, ask, device, NULL};
	const struct running_boot b = {.gram = gram,
	    .dir = dir,
	    .boot_id = "boot 2",
	    .crypto = one_crypto(),
	    .text = "hostname given\n",
	    .len = 15};
	char error[300] = "";

	ck_assert(start("boot 1", NULL));
	stop();
	running = calloc(1, sizeof *running);
	running_init(running, &loop, &roles, &audit);
	then_unread = "KEEP_FLUSH";
	ck_assert(!running_start(running, &b, error, sizeof error));
	ck_assert_str_eq(error, "the configuration cannot be stored: interrupted");
	unread = false;
	stop();
}
END_TEST

START_TEST(he_leaves_meanwhile)
{
	struct person p;
	unsigned before;
	char buf[32];

	for (int refused = 0; refused <= 1; refused++) {
		ck_assert(start(refused ? "boot 2" : "boot 1", NULL));
		come(&p);
		ask_for(&p, ADDRESS);
		before = p.done;
		settle_leave(&running->settle, &running); /* somebody else */
		settle_leave(&running->settle, &p);
		gram_match_done(&p.match);
		text_free(&p.screen);
		memset(&p.place, 0xaa, sizeof p.place); /* his memory is another's */
		answer(true, refused ? "in use" : NULL);
		if (held)
			answer(true, NULL);
		ck_assert_uint_eq(p.done, before);
		ck_assert_str_eq(address(buf), refused ? "none" : "10.9.8.7");
		ck_assert_int_eq(p.place.depth, 0xaa);
		ck_assert(!running->settle.turns.taken);
		ck_assert(logged("User 'me' executed the '" ADDRESS "' command."));
		stop();
	}
}
END_TEST

START_TEST(without_a_keeper_nobody_waits)
{
	struct person p;
	char buf[32];

	keeper = false;
	ck_assert(start("boot", NULL));
	come(&p);
	ok(&p, "interface GigabitEthernet0/0");
	ok(&p, ADDRESS);
	ck_assert_str_eq(address(buf), "10.9.8.7");
	ck_assert_ptr_null(strstr(text_str(&told), "KEEP_"));
	stop();
	text_free(&p.screen);
}
END_TEST

/* A role that comes while a line may yet be taken back is told everything when that is known. */
START_TEST(a_role_that_comes_meanwhile)
{
	struct person p;

	ck_assert(start("boot", NULL));
	come(&p);
	ask_for(&p, ADDRESS);
	text_clear(&told);
	delivery_snapshot(&running->delivery, ROLE_AAA);
	ck_assert_str_eq(text_str(&told), "");
	answer(true, NULL);
	ck_assert_ptr_nonnull(strstr(text_str(&told), "aaa:CFG_BEGIN"));
	text_clear(&told);
	ask_for(&p, "shutdown");
	answer(true, NULL);
	ck_assert_ptr_null(strstr(text_str(&told), "aaa:CFG_BEGIN"));
	stop();
	text_free(&p.screen);
}
END_TEST

START_TEST(a_file_is_applied_and_warned_of)
{
	static const char down[] = "interface GigabitEthernet0/0\n shutdown\n";
	static const char file[] =
	    "hostname filed\nenable passwrd hidden\ninterface GigabitEthernet0/0\n " ADDRESS "\n";
	struct person p;
	struct config_change c;
	char buf[32];

	ck_assert(start("boot", NULL));
	come(&p);
	c = change_of(&p);
	settle_file(&running->settle, &c, file, sizeof file - 1);
	ck_assert_uint_eq(p.done, 0);
	answer(true, "in use");
	ck_assert_uint_eq(p.done, 1);
	ck_assert_int_eq(p.how, SETTLED_REFUSED); /* for its second line */
	ck_assert_ptr_nonnull(strstr(text_str(&p.screen), "line 2: enable passwrd *****\n"));
	ck_assert_ptr_nonnull(strstr(text_str(&p.screen), "WARNING: in use\n"));
	ck_assert_str_eq(hostname(), "filed");
	ck_assert_str_eq(address(buf), "10.9.8.7"); /* a file is not taken back */
	ck_assert(logged("User 'me' executed the 'configure' command with 4 lines."));
	/* Warnings alone refuse nothing. */
	text_clear(&p.screen);
	c = change_of(&p);
	settle_file(&running->settle, &c, down, sizeof down - 1);
	answer(true, "in use");
	ck_assert_int_eq(p.how, SETTLED_DONE);
	ck_assert_str_eq(text_str(&p.screen), "WARNING: in use\n");
	stop();
	text_free(&p.screen);
}
END_TEST

/* What changes nothing, or is refused, is neither logged nor a modification. */
START_TEST(only_changes_are_logged)
{
	struct person p;

	ck_assert(start("boot", NULL));
	come(&p);
	ok(&p, "exit");
	ck_assert(!logged("executed the"));
	ck_assert_str_eq(running->settle.modified, "");
	come(&p);
	ck_assert(type(&p, "hostname -a"));
	ck_assert_int_eq(p.how, SETTLED_REFUSED);
	ck_assert(!logged("executed the"));
	ok(&p, "clear configure hostname");
	ck_assert(logged("User 'me' executed the 'clear configure hostname' command."));
	ck_assert_int_eq(strncmp(running->settle.modified, "me at ", 6), 0);
	stop();
	text_free(&p.screen);
}
END_TEST

/* A saved configuration, known by the line of its version, is taken as it was: an old route is only
 * warned of. In a list of lines it is refused. */
START_TEST(saved_texts_and_lists_of_lines)
{
	static const struct {
		const char *head;
		bool whole;
	} row[] = {{"", false}, {"ASA Version 9.12(4) \n", true},
	    {": Saved\n\nASA Version 9\n", true}, {":\rASA Version 9\r", true},
	    {"\xef\xbb\xbf"
	     "ASA Version 9\n",
		true},
	    {"! ASA Version 9\n", false}, {"!ASA Version 9\n", false}, {"ASA Versions\n", false}};
	static const char lines[] =
	    "route outside 10.1.0.0 255.255.0.0 192.0.2.1"; /* without an end */
	struct config_change c;
	struct person p;
	char text[200];

	keeper = false;
	ck_assert(start("boot", NULL));
	come(&p);
	ok(&p, "interface GigabitEthernet0/0");
	ok(&p, "nameif outside");
	ok(&p, ADDRESS);
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		unsigned before = p.done;

		snprintf(text, sizeof text, "%s%s", row[i].head, lines);
		c = change_of(&p);
		text_clear(&p.screen);
		settle_file(&running->settle, &c, text, strlen(text));
		ck_assert_uint_eq(p.done, before + 1);
		ck_assert_msg(
		    strstr(text_str(&p.screen), row[i].whole ? "WARNING: Invalid next hop"
							     : "ERROR: Invalid next hop") != NULL,
		    "%s: %s", row[i].head, text_str(&p.screen));
	}
	stop();
	text_free(&p.screen);
}
END_TEST

START_TEST(the_end_of_the_session)
{
	struct person p;

	ck_assert(start("boot", NULL));
	come(&p);
	parse_state_init(&p.place, gram, false);
	ck_assert(type(&p, "exit"));
	ck_assert_int_eq(p.how, SETTLED_LOGOFF);
	stop();
	text_free(&p.screen);
}
END_TEST

/* ---- turns --------------------------------------------------------------------------------- */

static struct turns turns;
static char went[16];

static void go(void *ctx)
{
	strncat(went, ctx, 1);
	turns.taken = strcmp(ctx, "b") == 0;
}

START_TEST(who_came_first_goes_first)
{
	static char names[][2] = {"a", "b", "c", "d"};
	struct waiter w[4];

	for (int i = 0; i < 4; i++)
		w[i] = (struct waiter){.go = go, .ctx = names[i]};
	turns.taken = true;
	for (int i = 0; i < 4; i++)
		turns_wait(&turns, &w[i]);
	turns_wait(&turns, &w[0]); /* he waits already */
	turns_leave(&turns, &w[2]);
	turns_leave(&turns, &w[2]);
	turns_next(&turns);
	ck_assert_str_eq(went, "");
	turns.taken = false;
	turns_next(&turns);
	ck_assert_str_eq(went, "ab"); /* b took it */
	ck_assert(!w[1].waiting && w[3].waiting);
	turns.taken = false;
	turns_next(&turns);
	ck_assert_str_eq(went, "abd");
	ck_assert_ptr_null(turns.first);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("cli_config");
	TCase *tc = tcase_create("cli_config"), *bare = tcase_create("turns");
	SRunner *r = srunner_create(s);
	int failed;

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_set_timeout(tc, 30);
	tcase_add_test(tc, a_first_start_has_nothing);
	tcase_add_test(tc, another_boot_loads_the_startup_config);
	tcase_add_test(tc, a_text_goes_before_all);
	tcase_add_test(tc, notes_of_the_state_directory);
	tcase_add_test(tc, the_keeper_refuses_a_part_of_the_boot);
	tcase_add_test(tc, the_keeper_consents);
	tcase_add_test(tc, the_keeper_refuses);
	tcase_add_test(tc, a_change_that_cannot_be_read);
	tcase_add_test(tc, nothing_is_told_anew_while_the_keeper_thinks);
	tcase_add_test(tc, a_boot_that_cannot_be_read);
	tcase_add_test(tc, a_line_that_cannot_be_stored);
	tcase_add_test(tc, a_file_that_cannot_be_stored);
	tcase_add_test(tc, a_given_text_that_cannot_be_stored);
	tcase_add_test(tc, he_leaves_meanwhile);
	tcase_add_test(tc, without_a_keeper_nobody_waits);
	tcase_add_test(tc, a_role_that_comes_meanwhile);
	tcase_add_test(tc, a_file_is_applied_and_warned_of);
	tcase_add_test(tc, only_changes_are_logged);
	tcase_add_test(tc, saved_texts_and_lists_of_lines);
	tcase_add_test(tc, the_end_of_the_session);
	tcase_add_test(bare, who_came_first_goes_first);
	suite_add_tcase(s, tc);
	suite_add_tcase(s, bare);
	srunner_run_all(r, CK_NORMAL);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
