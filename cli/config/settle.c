/*
 * struct settle: one per running-config. A line that needs the kernel's consent
 * stays in its transaction until the keeper has answered:
 *
 *      line -> db_begin, db_run -> requests to the keeper -> all done: db_commit
 *                                                         -> one refused: db_abort, and the
 *                                                            keeper is told the old state again
 *
 * Meanwhile whatever stores, shows or saves configuration waits for its turn.
 * A commit that fails takes the line back like a refusal.
 */
#include "cli/config/settle.h"

#include <stdio.h>
#include <string.h>

#include "cli/log/clock.h"

void settle_init(struct settle *s, struct db *db, struct delivery *d, struct audit *audit)
{
	s->db = db;
	s->delivery = d;
	s->audit = audit;
}

void settle_free(struct settle *s)
{
	text_free(&s->errors);
	text_free(&s->line);
}

void settle_leave(struct settle *s, const void *arg)
{
	if (s->change.arg == arg)
		s->change.done = NULL;
}

/* ---- who, and what he is told ------------------------------------------------ */

/* Whose the lines are that come now. */
static void name_author(struct settle *s, const struct author *a)
{
	unsigned ms;
	int64_t now = clock_now(&ms);

	db_author(s->db, a->name, a->way, 1000 * now + ms);
}

void settle_modified(struct settle *s, const char *who, int64_t when)
{
	struct text t = {0};

	text_addf(&t, "%s at ", who);
	clock_text(&t, when / 1000, (unsigned)(when % 1000));
	snprintf(s->modified, sizeof(s->modified), "%s", text_str(&t));
	text_free(&t);
}

static void note_change(struct settle *s, const struct author *a)
{
	unsigned ms;
	int64_t now = clock_now(&ms);

	settle_modified(s, a->name, 1000 * now + ms);
}

static bool is_heard(const struct settle *s)
{
	return s->change.done != NULL;
}

static void tell_unstored(struct settle *s)
{
	const char *why = db_fault(s->db);

	if (is_heard(s))
		text_addf(s->change.out, "ERROR: Unable to store the configuration line: %s\n",
		    why ? why : "out of memory");
	s->refused = true;
}

/* What the keeper refused. */
static void tell_errors(struct settle *s)
{
	char *rest = s->errors.len ? s->errors.p : NULL, *line;

	while ((line = strsep(&rest, "\n"))) {
		if (!*line)
			continue;
		if (is_heard(s))
			text_addf(s->change.out, "%s: %s\n", s->committed ? "WARNING" : "ERROR",
			    line);
		s->refused |= !s->committed;
	}
}

/* Notes the line as it will be logged: who changed something may be gone when it is accepted. */
static void keep_line(struct settle *s)
{
	struct gram_out out = text_out(&s->line);

	text_clear(&s->line);
	gram_mask(s->change.line, s->change.match, MASK_HASHES, &out);
}

static void accepted(struct settle *s)
{
	note_change(s, &s->change.author);
	if (s->whole)
		audit_add(s->audit, 5, 111004, "%s end configuration: OK", s->change.author.from);
	else
		audit_command(
		    s->audit, s->change.author.name, s->change.author.from, text_str(&s->line));
}

/* A link that the machine has not (yet). */
static void warn_missing(struct settle *s, const char *hardware)
{
	const struct delivery *d = s->delivery;

	if (delivery_has_keeper(d) && !*d->roles.device(d->roles.ctx, hardware) && is_heard(s))
		text_addf(s->change.out,
		    "WARNING: this machine has no link %s; what is configured for it waits\n",
		    hardware);
}

static void warn_missing_row(void *ctx, const struct db_row *row)
{
	warn_missing(ctx, db_text(row, "hardware"));
}

/* `interface ...`: the place is its row's now. */
static void warn_missing_line(struct settle *s)
{
	const struct gram_command *c = s->change.match->command;
	const char *hardware = gram_arg(s->change.match, "hardware");

	if (c->enter && c->table && strcmp(c->table->name, "interface") == 0 && hardware &&
	    !s->change.match->negated)
		warn_missing(s, hardware);
}

/* ---- the turn ------------------------------------------------------------------ */

static void answered(void *ctx, const char *text, bool refused);

static void take_turn(struct settle *s, bool committed)
{
	s->turns.taken = true;
	s->committed = committed;
	s->back = false;
	text_clear(&s->errors);
	delivery_hold(s->delivery, answered, s);
}

static void finish(struct settle *s, enum settled how)
{
	struct config_change c = s->change;

	s->change = (struct config_change){0};
	if (c.done)
		c.done(c.arg, how);
}

static void give_turn(struct settle *s)
{
	s->turns.taken = false;
	s->whole = false;
	delivery_release(s->delivery);
	finish(s, s->refused ? SETTLED_REFUSED : SETTLED_DONE);
	turns_next(&s->turns);
}

/* The kernel has what the line asks for; is it stored, too? */
static bool commit(struct settle *s)
{
	if (db_commit(s->db)) {
		accepted(s);
		return true;
	}
	tell_unstored(s);
	return false;
}

/* The line is taken back: the keeper is told the old state again. */
static void take_back(struct settle *s)
{
	db_abort(s->db);
	if (is_heard(s) && s->change.place)
		*s->change.place = s->place;
	s->back = true;
	if (s->whole)
		audit_add(s->audit, 5, 111004, "%s end configuration: FAILED",
		    s->change.author.from);
	text_clear(&s->errors);
	if (!delivery_ask_keeper(s->delivery))
		delivery_later(s->delivery);
}

/* Has the keeper answered everything? */
static void check(struct settle *s)
{
	if (delivery_open_requests(s->delivery))
		return;
	if (!s->back)
		tell_errors(s);
	if (!s->committed && !s->back) {
		s->committed = !s->errors.len && commit(s);
		if (!s->committed)
			take_back(s);
	}
	if (!delivery_open_requests(s->delivery))
		give_turn(s);
}

/* Does the text end with that line? Thousands of requests may fail for one reason. */
static bool ends_with(const struct text *t, const char *line)
{
	size_t len = strlen(line);

	return t->len > len && t->p[t->len - 1] == '\n' &&
	       !memcmp(t->p + t->len - 1 - len, line, len);
}

static void answered(void *ctx, const char *text, bool refused)
{
	struct settle *s = ctx;

	if (text && !refused && !s->back && is_heard(s) && !ends_with(s->change.out, text))
		text_addf(s->change.out, "WARNING: %s\n", text);
	else if (text && refused && !s->back && !ends_with(&s->errors, text))
		text_addf(&s->errors, "%s\n", text);
	check(s);
}

/* ---- lines --------------------------------------------------------------------- */

static void refuse_unstored(struct settle *s)
{
	tell_unstored(s);
	finish(s, SETTLED_REFUSED);
}

/* A line of which the keeper has to be asked: it has the turn from now on. */
static void ask_for_line(struct settle *s)
{
	take_turn(s, false);
	if (!delivery_ask_keeper(s->delivery))
		text_add(&s->errors, "Unable to store the configuration line: out of memory\n");
	check(s);
}

void settle_line(struct settle *s, const struct config_change *c)
{
	const struct gram_command *cmd = c->match->command;
	bool ask = cmd->table && delivery_has_keeper(s->delivery) &&
	    gram_notifies(cmd->table, "keeper");
	bool change = cmd->table || cmd->family == FAMILY_CLEAR;
	struct gram_out out = text_out(c->out);
	enum db_status status;

	s->change = *c;
	s->refused = false;
	name_author(s, &c->author);
	keep_line(s);
	if (ask && !db_begin(s->db)) {
		refuse_unstored(s);
		return;
	}
	if (ask)
		s->place = *c->place;
	status = db_run(s->db, c->place, c->match, c->line, c->prompt_width, &out);
	if (status == DB_LOGOFF) {
		finish(s, SETTLED_LOGOFF);
		return;
	}
	s->refused = status == DB_REFUSED;
	if (!s->refused)
		warn_missing_line(s);
	if (ask && !s->refused) {
		ask_for_line(s);
		return;
	}
	if (ask)
		db_abort(s->db);
	else if (change && !s->refused)
		accepted(s);
	finish(s, s->refused ? SETTLED_REFUSED : SETTLED_DONE);
}

/* ---- files --------------------------------------------------------------------- */

static void file_line(void *ctx, unsigned number, const char *line, bool refused, const char *text)
{
	struct settle *s = ctx;
	struct text shown = {0};
	struct gram_out out = text_out(&shown);
	char head[32];

	if (refused) {
		(void)snprintf(head, sizeof(head), "line %u: ", number);
		gram_mask_unknown(line, &out);
		text_addf(s->change.out, "%s%s\n", head, text_str(&shown));
		text_free(&shown);
		if (text[strspn(text, " ")] == '^') /* below its word, which stands further right */
			text_addf(s->change.out, "%*s", (int)strlen(head), "");
	}
	text_add(s->change.out, text);
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

/* Lines that are only kept are told once for the whole text. */
static void tell_kept(struct settle *s, unsigned kept)
{
	if (kept)
		text_addf(s->change.out,
		    "INFO: %u line%s kept in the configuration without effect on this appliance "
		    "(see show running-config kept)\n", kept, kept == 1 ? " is" : "s are");
}

void settle_file(struct settle *s, const struct config_change *c, const char *text, size_t len)
{
	struct db_report report = {.line = file_line, .ctx = s};
	unsigned flags = is_whole(text, len) ? DB_APPLY_WHOLE : 0;
	int refused;

	s->change = *c;
	name_author(s, &c->author);
	take_turn(s, true);
	refused = db_apply(s->db, text, len, c->privilege, flags, &report);
	s->refused = refused != 0;
	if (refused < 0) {
		text_addf(c->out, "ERROR: Unable to store the configuration: %s\n"
		    "ERROR: Nothing of the file was applied\n", db_fault(s->db));
	} else {
		note_change(s, &c->author);
		tell_kept(s, report.kept);
		(void)db_each(s->db, db_table(s->db, "interface"), warn_missing_row, s);
		audit_add(s->audit, 5, 111008,
		    "User '%s' executed the 'configure' command with %u lines.", c->author.name,
		    report.lines);
	}
	check(s);
}

/* ---- a configuration in the place of another -------------------------------------- */

static void whole_line(void *ctx, unsigned number, const char *line, bool refused, const char *text)
{
	if (refused) /* what lines say besides was said when they were typed */
		file_line(ctx, number, line, refused, text);
}

/* Within the transaction; false: it is refused as a whole. */
static bool replace_all(struct settle *s, const struct config_change *c, const char *text,
    const char *lines)
{
	struct db_report report = {.line = whole_line, .ctx = s};
	int refused;

	db_author(s->db, NULL, NULL, 0); /* the record tells what differs */
	refused = db_clear(s->db) ? db_apply(s->db, text, strlen(text), c->privilege,
					DB_APPLY_WHOLE, &report)
				  : -1;
	name_author(s, &c->author);
	db_record_lines(s->db, lines);
	if (refused < 0)
		tell_unstored(s);
	else if (refused)
		text_add(c->out, "ERROR: Nothing of it was applied\n");
	return refused == 0;
}

void settle_whole(struct settle *s, const struct config_change *c, const char *text,
    const char *lines)
{
	s->change = *c;
	s->refused = false;
	if (!db_begin(s->db)) {
		refuse_unstored(s);
		return;
	}
	if (!replace_all(s, c, text, lines)) {
		db_abort(s->db);
		s->refused = true;
		finish(s, SETTLED_REFUSED);
		return;
	}
	s->whole = true;
	take_turn(s, false);
	if (delivery_has_keeper(s->delivery) && !delivery_ask_keeper(s->delivery))
		text_add(&s->errors, "Unable to store the configuration: out of memory\n");
	check(s);
}
