/*
 * struct audit: one per manager. Lines are said where something happens, here
 * or in another role; they are put in order, and go to the terminals, buffers
 * and servers that the settings name.
 */
#include "cli/log/audit.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/log/line.h"
#include "engine/base/clock.h"

#define SAID_TWICE 111010 /* by 111008: terminals need not hear both */

/* ---- destinations -------------------------------------------------------- */

static void to_terminals(struct audit *a, const struct text *line, unsigned hears)
{
	struct text whole = {0};

	for (const struct audit_listener *l = a->listeners; l; l = l->next) {
		if (!(l->hears & hears))
			continue;
		if (!whole.len)
			text_addf(&whole, "%s\n", text_str(line));
		l->heard(l->ctx, whole.p, whole.len);
	}
	text_free(&whole);
}

static void to_senders(struct audit *a, const struct log_line *l, int severity, const bool *goes)
{
	struct text wire = {0}, emblem = {0}, journal = {0};
	struct sender *s, *after;

	if (goes[DEST_JOURNAL])
		line_journal(&journal, &a->settings, l, severity);
	for (s = TAILQ_FIRST(&a->senders.list); s; s = after) {
		struct text *t = s->kind == SENDER_JOURNAL ? &journal :
		    s->host.emblem && s->kind == SENDER_UDP ? &emblem : &wire;

		after = TAILQ_NEXT(s, next);
		if (!goes[s->kind == SENDER_JOURNAL ? DEST_JOURNAL : DEST_TRAP])
			continue;
		if (!t->len)
			line_wire(t, &a->settings, l, severity, t == &emblem);
		sender_say(s, text_str(t), t->len);
	}
	text_free(&wire);
	text_free(&emblem);
	text_free(&journal);
}

/* A line whose turn it is. */
static void say(void *ctx, const struct log_line *l)
{
	struct audit *a = ctx;
	int severity = settings_severity(&a->settings, l->number, l->severity);
	bool goes[DEST_COUNT], any = false;
	struct text line = {0};
	unsigned hears;

	for (enum log_dest d = 0; d < DEST_COUNT; d++) {
		goes[d] = settings_pass(&a->settings, d, l->number, severity);
		a->logged[d] += goes[d];
		any |= goes[d];
	}
	if (!any)
		return;
	line_text(&line, &a->settings, l, severity);
	hears = (goes[DEST_CONSOLE] ? AUDIT_CONSOLE : 0) | (goes[DEST_MONITOR] ? AUDIT_MONITOR : 0);
	if (l->number != SAID_TWICE)
		to_terminals(a, &line, hears);
	if (goes[DEST_BUFFER])
		buffer_add(&a->buffer, text_str(&line));
	if (goes[DEST_ASDM])
		buffer_add(&a->asdm, text_str(&line));
	to_senders(a, l, severity, goes);
	text_free(&line);
}

/* ---- what is said ----------------------------------------------------------- */

void audit_hear(struct audit *a, uint64_t time, unsigned severity, unsigned number,
    const char *text)
{
	uint64_t now = clock_wall();

	order_add(&a->order, time < now ? time : now, severity, number, text);
}

/* What strangers can set off is said so often in a second and then counted, as other roles do. */
static bool is_too_much(struct audit *a, unsigned number)
{
	enum log_id id = log_find(number);
	uint32_t left_out = 0;
	char more[64];

	if (!a->order.loop || id == LOG_COUNT || log_about(id)->lines > STRANGER)
		return false;
	if (!log_rate_pass(&a->rate[id], id, uv_hrtime() / 1000, &left_out))
		return true;
	if (left_out) {
		snprintf(more, sizeof(more), "%u messages %06u were suppressed", left_out, number);
		audit_hear(
		    a, clock_wall(), log_about(LOG_199023)->severity, LOG_SUPPRESSED, more);
	}
	return false;
}

void audit_add(struct audit *a, unsigned severity, unsigned number, const char *fmt, ...)
{
	va_list ap;
	char *said = NULL;

	if (is_too_much(a, number))
		return;
	va_start(ap, fmt);
	if (vasprintf(&said, fmt, ap) < 0)
		said = NULL;
	va_end(ap);
	audit_hear(a, clock_wall(), severity, number, said ? said : "");
	free(said);
}

void audit_command(struct audit *a, const char *user, const char *from, const char *masked)
{
	audit_add(a, 5, 111008, "User '%s' executed the '%s' command.", user, masked);
	audit_add(a, 5, 111010, "User '%s', running 'CLI' from IP %s, executed '%s'", user, from,
	    masked);
}

const char *audit_user(const struct audit *a, const char *name)
{
	return a->settings.hide ? "*****" : name;
}

void audit_broadcast(const struct audit *a, const char *text)
{
	for (const struct audit_listener *l = a->listeners; l; l = l->next)
		l->heard(l->ctx, text, strlen(text));
}

void audit_listen(struct audit *a, struct audit_listener *l)
{
	l->next = a->listeners;
	a->listeners = l;
}

void audit_unlisten(struct audit *a, const struct audit_listener *l)
{
	for (struct audit_listener **p = &a->listeners; *p; p = &(*p)->next) {
		if (*p != l)
			continue;
		*p = l->next;
		return;
	}
}

/* ---- settings, birth and death ------------------------------------------------ */

static void lost(void *ctx, const struct log_host *h, bool lost_now)
{
	struct audit *a = ctx;
	char ip[ADDR_TEXT_MAX];

	addr_text(&h->address, ip);
	if (lost_now)
		audit_add(a, 3, 414003,
		    "TCP Syslog Server %s:%s/%u not responding. New connections are permitted "
		    "based on logging permit-hostdown policy.",
		    h->ifname, ip, h->port);
	else
		audit_add(a, 6, 414004, "TCP Syslog Server %s:%s/%u - Connection restored",
		    h->ifname, ip, h->port);
}

void audit_announce(const struct audit *a)
{
	uint8_t bits[LOG_BITS];

	settings_wanted(&a->settings, senders_have_journal(&a->senders), bits);
	if (a->roles.tell)
		a->roles.tell(a->roles.ctx, bits, a->settings.hide);
}

static void apply(struct audit *a)
{
	const struct log_settings *s = &a->settings;

	buffer_bound(&a->buffer, s->buffer_size, 0);
	buffer_bound(&a->asdm, 0, s->asdm_size);
	senders_set(&a->senders, s->hosts, s->n_hosts, s->queue);
	audit_announce(a);
}

void audit_configure(struct audit *a, struct log_settings *s)
{
	settings_fini(&a->settings);
	a->settings = *s;
	memset(s, 0, sizeof(*s));
	apply(a);
}

void audit_init(struct audit *a, uv_loop_t *loop, const struct audit_roles *roles)
{
	memset(a, 0, sizeof(*a));
	settings_init(&a->settings);
	buffer_init(&a->buffer);
	buffer_init(&a->asdm);
	order_init(&a->order, loop, say, a);
	senders_init(&a->senders, loop);
	a->senders.lost = lost;
	a->senders.ctx = a;
	if (roles) {
		a->roles = *roles;
		a->senders.open = roles->open;
		a->senders.open_ctx = roles->ctx;
	}
	apply(a);
}

void audit_free(struct audit *a)
{
	order_fini(&a->order);
	senders_fini(&a->senders);
	buffer_clear(&a->buffer);
	buffer_clear(&a->asdm);
	settings_fini(&a->settings);
}
