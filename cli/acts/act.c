/*
 * struct act: part of an operator, for the line that runs: filled when the line
 * was matched, wiped when it is done. One question at a time is open in it, to
 * the person or to another role.
 */
#include "cli/acts/act.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/manager/child.h"
#include "cli/show/json.h"

static void vsay(struct act *a, const char *fmt, va_list ap)
{
	char *s = NULL;
	int n = vasprintf(&s, fmt, ap);

	if (n < 0)
		return;
	text_addn(&a->out, s, (size_t)n);
	explicit_bzero(s, (size_t)n);
	free(s);
}

void act_say(struct act *a, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsay(a, fmt, ap);
	va_end(ap);
}

void act_say_foreign(struct act *a, const char *text, size_t len)
{
	gram_add_clean(&a->out, text, len);
}

void act_refuse(struct act *a, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsay(a, fmt, ap);
	va_end(ap);
	text_addc(&a->out, '\n');
	a->refused = true;
}

void act_reads(struct act *a)
{
	const char *why;

	a->unread = db_unread(a->manager->running.db, &why);
	a->waits = false;
}

void act_waits(struct act *a)
{
	const char *why;

	a->left = db_unread(a->manager->running.db, &why);
	a->waits = true;
}

void act_resumes(struct act *a)
{
	const char *why;

	if (a->waits)
		a->unread += db_unread(a->manager->running.db, &why) - a->left;
	a->waits = false;
}

void act_refuse_unread(struct act *a)
{
	const char *why;
	bool memory = db_unread(a->manager->running.db, &why) == a->unread;

	act_refuse(
	    a, "ERROR: Unable to read the configuration: %s", memory ? "out of memory" : why);
	act_reads(a);
}

/* Whoever has told why himself has told it. */
void act_tell_unread(struct act *a)
{
	const char *why;

	if (db_unread(a->manager->running.db, &why) == a->unread)
		return;
	if (a->refused && strstr(text_str(&a->out), why))
		act_reads(a);
	else
		act_refuse_unread(a);
}

void act_flush(struct act *a)
{
	a->ops->flush(a);
}

struct gram_out act_out(struct act *a)
{
	return text_out(&a->out);
}

const char *act_name(const struct act *a, char buf[65])
{
	if (a->session->user[0])
		return a->session->user;
	snprintf(buf, 65, "enable_%d", a->session->privilege);
	return buf;
}

void act_author(const struct act *a, struct author *author)
{
	const struct act_session *s = a->session;
	bool local = strcmp(s->from, "0.0.0.0") == 0;
	char name[65];

	snprintf(author->name, sizeof(author->name), "%s", act_name(a, name));
	snprintf(author->from, sizeof(author->from), "%s", s->from);
	author->way = !local ? s->from : s->script ? "script" : "console";
}

void act_ask(struct act *a, unsigned flags, const char *question, act_answered *answered)
{
	a->answered = answered;
	act_waits(a);
	a->ops->ask(a, flags, question);
}

bool act_confirmed(const char *answer)
{
	return answer && (!answer[0] || answer[0] == 'y' || answer[0] == 'Y');
}

void act_own_records(struct act *a)
{
	text_cut(&a->records, a->records_before);
	a->has_records = true;
}

void act_record(struct act *a, const struct ipc_msg *m)
{
	if (!a->as_records)
		return;
	text_add(&a->records, a->records.len ? ",\n " : "[");
	json_record(&a->records, m);
}

/* A command may ask several times: what it was told last is behind the rest. */
static void keep_records(struct act *a, const struct answer *answer)
{
	a->has_records = true;
	for (const struct record *r = answer->records; r; r = r->next)
		act_record(a, &r->msg);
}

static void role_answered(void *arg, const struct answer *answer)
{
	struct act *a = arg;

	a->asked = NULL;
	if (a->as_records && a->asks_records && answer->status == ASK_DONE)
		keep_records(a, answer);
	act_resumes(a);
	a->replied(a, answer);
}

void act_query(struct act *a, enum role role, const char *what, const char *filter,
    const char *value, act_replied *replied)
{
	a->replied = replied;
	a->asks_records = true;
	act_waits(a);
	a->asked = ask_query(&a->manager->asks, role, what, filter, value, role_answered, a);
}

void act_send(struct act *a, enum role role, struct ipc_msg *msg, act_replied *replied)
{
	a->replied = replied;
	a->asks_records = false;
	act_waits(a);
	a->asked = ask_send(&a->manager->asks, role, msg, role_answered, a);
}

bool act_engine_failed(struct act *a, const struct answer *answer)
{
	if (answer->status == ASK_DONE)
		return false;
	act_refuse(a, answer->status == ASK_TIMEOUT ?
	    "ERROR: The VPN engine does not answer." :
	    "ERROR: The VPN engine is not running; it is being started again.");
	return true;
}

/* In the place of the text: the records. Why a command is refused stays. */
static void put_records(struct act *a)
{
	if (!a->refused) {
		text_clear(&a->out);
		if (text_failed(&a->records))
			act_refuse(a, "ERROR: Out of memory");
		else if (a->has_records)
			act_say(a, "%s]\n", a->records.len ? text_str(&a->records) : "[");
		else
			act_refuse(a, "ERROR: This command has no records to show as JSON");
	}
	text_free(&a->records);
	a->as_records = a->has_records = false;
}

void act_done(struct act *a)
{
	act_tell_unread(a);
	if (a->as_records && !a->outer)
		put_records(a);
	a->ops->done(a);
}

void act_forget(struct act *a)
{
	void (*drop)(struct act *) = a->drop;

	settle_leave(&a->manager->running.settle, a);
	ask_cancel(a->asked);
	child_kill(a->child);
	a->asked = NULL;
	a->child = NULL;
	a->drop = NULL;
	if (a->outer) /* it ran within another, which ends, too */
		a->ops = a->outer;
	a->outer = NULL;
	text_free(&a->records);
	a->as_records = a->has_records = false;
	if (drop)
		drop(a);
}
