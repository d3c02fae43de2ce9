/* struct who: an act's, while it asks; gone when it is answered or the act is broken off. */
#include "cli/acts/who.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TRIES 3

struct who {
	enum login_way way;
	char user[256]; /* "": not known yet */
	bool asks_name;
	unsigned wrong;
	struct login *login; /* on its way */
	who_answered *answered;
};

static void drop(struct act *a)
{
	struct who *w = a->work;

	a->work = NULL;
	a->drop = NULL;
	login_cancel(w->login);
	explicit_bzero(w, sizeof(*w));
	free(w);
}

static void end(struct act *a, const struct login_result *result)
{
	who_answered *answered = ((struct who *)a->work)->answered;

	drop(a);
	answered(a, result);
}

static void ask_name(struct act *);

static bool is_enable(const struct who *w)
{
	return w->way == LOGIN_ENABLE || w->way == LOGIN_ENABLE_PASSWORD;
}

static void proved(void *ctx, const struct login_result *);

void who_say_message(struct act *a, const char *message)
{
	if (!message[0])
		return;
	act_say_foreign(a, message, strlen(message));
	act_say(a, "\n");
}

/* ---- questions of the login server ------------------------------------------------- */

static void said(struct act *a, const char *answer)
{
	struct who *w = a->work;

	if (answer)
		login_say(w->login, answer);
	else
		end(a, NULL);
}

/* What stands before its last line is said, that is the question. */
static void asks(void *ctx, const char *text, bool echo)
{
	struct act *a = ctx;
	struct text question = {0};
	const char *last = strrchr(text, '\n');
	size_t before = last ? (size_t)(last + 1 - text) : 0;

	act_say_foreign(a, text, before);
	gram_add_clean(&question, text + before, strlen(text + before));
	if (!question.len)
		text_add(&question, "Response");
	if (question.p[question.len - 1] != ' ')
		text_add(&question, strchr(":?", question.p[question.len - 1]) ? " " : ": ");
	act_ask(a, echo ? 0 : ACT_ASK_HIDDEN, text_str(&question), said);
	text_free(&question);
}

/* ---- name and password --------------------------------------------------------------- */

static void password_answered(struct act *a, const char *answer)
{
	struct who *w = a->work;
	struct login_request r = {.way = w->way, .user = w->user, .password = answer,
	    .port = a->session->port, .ifname = a->session->ifname, .to = a->session->to,
	    .wait = true, .level = (int)a->number, .asks = asks};

	if (!answer) {
		end(a, NULL);
		return;
	}
	if (a->session->way == WAY_SSH)
		addr_parse(a->session->from, &r.from);
	w->login = login_begin(a->manager, &r, proved, a);
	if (w->login)
		return;
	act_refuse(a, "ERROR: out of memory");
	end(a, NULL);
}

static void ask_password(struct act *a)
{
	act_ask(a, ACT_ASK_HIDDEN, "Password: ", password_answered);
}

static void name_answered(struct act *a, const char *answer)
{
	struct who *w = a->work;

	if (!answer) {
		end(a, NULL);
	} else if (!answer[0]) {
		ask_name(a);
	} else {
		snprintf(w->user, sizeof(w->user), "%.255s", answer);
		ask_password(a);
	}
}

static void ask_name(struct act *a)
{
	act_ask(a, 0, "Username: ", name_answered);
}

/* 308001 counts the tries at `enable`; those of names are in the log one by one. */
static void give_up(struct act *a, const struct who *w)
{
	if (is_enable(w))
		audit_add(&a->manager->audit, 6, 308001,
		    "console enable password incorrect for %u tries (from %s)", w->wrong,
		    a->session->from);
	act_refuse(a, "Access denied.");
	end(a, NULL);
}

static void proved(void *ctx, const struct login_result *result)
{
	struct act *a = ctx;
	struct who *w = a->work;

	w->login = NULL;
	if (result->accepted) {
		end(a, result);
		return;
	}
	who_say_message(a, result->message);
	act_say(a, "%s\n", is_enable(w) ? "Invalid password" : "Login incorrect");
	if (++w->wrong == TRIES)
		give_up(a, w);
	else if (w->asks_name)
		ask_name(a);
	else
		ask_password(a);
}

void who_ask(struct act *a, enum login_way way, const char *user, who_answered *answered)
{
	struct who *w = calloc(1, sizeof(*w));

	if (!w) {
		act_refuse(a, "ERROR: out of memory");
		answered(a, NULL);
		return;
	}
	w->way = way;
	w->answered = answered;
	w->asks_name = !user;
	a->work = w;
	a->drop = drop;
	if (user) {
		snprintf(w->user, sizeof(w->user), "%s", user);
		ask_password(a);
	} else {
		ask_name(a);
	}
}
