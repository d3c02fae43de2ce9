/* struct changed: a new password from its coming to its line in the running-config, which waits for
 * its turn like the lines of operators. */
#include "cli/login/changed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/config/hooks.h"

struct changed {
	struct manager *m;
	struct waiter turn; /* its ctx is this */
	struct changed *next;
	struct author author;
	char user[65], form[24], password[PASSWORD_FORM_MAX]; /* what the line is made of */
	char line[512];
	struct parse_state place;
	struct gram_match match;
	struct text out;
};

static void drop(struct changed *c)
{
	struct manager *m = c->m;

	for (struct changed **p = &m->passwords; *p; p = &(*p)->next) {
		if (*p != c)
			continue;
		*p = c->next;
		break;
	}
	turns_leave(&m->running.settle.turns, &c->turn);
	settle_leave(&m->running.settle, c);
	gram_match_done(&c->match);
	text_free(&c->out);
	explicit_bzero(c, sizeof(*c));
	free(c);
}

static void settled(void *arg, enum settled how)
{
	struct changed *c = arg;

	if (how != SETTLED_DONE)
		audit_add(&c->m->audit, 3, 199025,
		    "The new password of user %s could not be stored: it is good until aaa or the "
		    "appliance starts anew",
		    c->author.name);
	drop(c);
}

/* The line that keeps what he has beside it, as he is when its turn comes: whom somebody has
 * removed meanwhile it must not bring back. False: there is no such user. */
static bool spell(struct changed *c)
{
	const char *user = c->user;
	char privilege[8];

	if (!db_get(c->m->running.db, "user", "privilege", &user, 1, privilege, sizeof(privilege)))
		return false;
	snprintf(c->line, sizeof(c->line), "username %s password %s %s privilege %s", user,
	    c->password, c->form, privilege);
	return true;
}

static void go(void *ctx)
{
	struct changed *c = ctx;
	struct config_change change = {.author = c->author,
	    .place = &c->place,
	    .match = &c->match,
	    .line = c->line,
	    .privilege = PRIVILEGE_MAX,
	    .out = &c->out,
	    .done = settled,
	    .arg = c};

	if (!spell(c)) {
		drop(c);
		return;
	}
	parse_state_init(&c->place, c->m->gram, true);
	gram_match_global(c->m->gram, &c->place, PRIVILEGE_MAX, c->line, &c->match);
	if (c->match.status == GRAM_OK)
		settle_line(&c->m->running.settle, &change);
	else
		settled(c, SETTLED_REFUSED);
}

void password_changed(
    struct manager *m, const struct msg_password_changed *p, const struct author *by)
{
	struct changed *c = calloc(1, sizeof(*c));

	if (!c)
		return;
	c->m = m;
	c->out.secret = true;
	c->turn = (struct waiter){.go = go, .ctx = c};
	if (by)
		c->author = *by;
	else
		c->author = (struct author){.from = "0.0.0.0", .way = "login"};
	if (!by)
		snprintf(c->author.name, sizeof(c->author.name), "%s", p->user);
	snprintf(c->user, sizeof(c->user), "%s", p->user);
	snprintf(c->form, sizeof(c->form), "%s", p->form);
	snprintf(c->password, sizeof(c->password), "%s", p->password);
	c->next = m->passwords;
	m->passwords = c;
	if (m->running.settle.turns.taken)
		turns_wait(&m->running.settle.turns, &c->turn);
	else
		go(c);
}

void password_changed_close(struct manager *m)
{
	while (m->passwords)
		/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): it is out */
		drop(m->passwords);
}
