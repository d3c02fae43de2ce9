/* `show logging` and its like, to the device's letter; nothing is kept. */
#include "cli/log/report.h"

#include <string.h>

#include "cli/log/clock.h"

static void flag(struct text *t, const char *name, bool on)
{
	text_addf(t, "    %s: %s\n", name, on ? "enabled" : "disabled");
}

/* "level debugging, 10003 messages logged" */
static void destination(const struct audit *a, struct text *t, const char *name, enum log_dest d)
{
	const struct log_filter *f = &a->settings.to[d];

	text_addf(t, "    %s logging: ", name);
	if (f->list[0])
		text_addf(t, "list %s, ", f->list);
	else if (f->level >= 0)
		text_addf(t, "level %s, ", log_level_word(f->level));
	for (int c = 0; log_class_word(c)[0]; c++)
		if (f->of_class[c] >= 0)
			text_addf(t, "class %s level %s, ", log_class_word(c),
			    log_level_word(f->of_class[c]));
	if (t->p[t->len - 2] != ',') {
		text_add(t, "disabled\n");
		return;
	}
	if (d == DEST_TRAP)
		text_addf(t, "facility %u, ", a->settings.facility);
	text_addf(t, "%llu messages logged\n", (unsigned long long)a->logged[d]);
}

static void server(const struct sender *s, struct text *t)
{
	char ip[ADDR_TEXT_MAX], since[40];

	text_addf(t, "        Logging to %s %s", s->host.ifname, addr_text(&s->host.address, ip));
	if (s->kind == SENDER_TCP || s->host.port != 514)
		text_addf(t, " %s/%u", s->kind == SENDER_TCP ? "tcp" : "udp", s->host.port);
	if (s->kind == SENDER_TCP && s->state == SENDER_UP)
		text_add(t, " Connected");
	else if (s->kind == SENDER_TCP || s->state != SENDER_UP) {
		clock_format(since, sizeof(since), "%a, %d %b %Y %H:%M:%S %Z", s->since);
		text_addf(t, " Not connected since %s", since);
	}
	if (s->errors || s->dropped)
		text_addf(t, " errors: %llu  dropped: %llu", (unsigned long long)s->errors,
		    (unsigned long long)s->dropped);
	text_addf(t, " TX:%llu\n", (unsigned long long)s->sent);
}

void report_settings(const struct audit *a, struct text *t)
{
	const struct log_settings *s = &a->settings;
	const struct sender *to;

	text_addf(t, "Syslog logging: %s\n", s->enabled ? "enabled" : "disabled");
	text_addf(t, "    Facility: %u\n", s->facility);
	flag(t, "Timestamp logging", s->timestamp);
	flag(t, "Hide Username logging", s->hide);
	flag(t, "Standby logging", s->standby);
	flag(t, "Debug-trace logging", s->debug_trace);
	destination(a, t, "Console", DEST_CONSOLE);
	destination(a, t, "Monitor", DEST_MONITOR);
	destination(a, t, "Buffer", DEST_BUFFER);
	destination(a, t, "Trap", DEST_TRAP);
	TAILQ_FOREACH(to, &a->senders.list, next)
		if (to->kind != SENDER_JOURNAL)
			server(to, t);
	flag(t, "Permit-hostdown logging", s->permit_hostdown);
	text_add(t, "    History logging: disabled\n");
	text_addf(t, "    Device ID: %s\n", s->device_text[0] ? s->device_text : "disabled");
	text_add(t, "    Mail logging: disabled\n");
	destination(a, t, "ASDM", DEST_ASDM);
}

static void message(const struct audit *a, const struct log_about *m, struct text *t)
{
	int severity = settings_severity(&a->settings, m->number, m->severity);

	text_addf(t, "syslog %06u: default-level %s", m->number, log_level_word(m->severity));
	for (size_t i = 0; i < a->settings.n_exceptions; i++)
		if (a->settings.exceptions[i].number == m->number &&
		    a->settings.exceptions[i].level >= 0)
			text_addf(t, ", current-level %s",
			    log_level_word(a->settings.exceptions[i].level));
	text_addf(t, " (%s)\n", severity < 0 ? "disabled" : "enabled");
}

static bool is_changed(const struct audit *a, uint32_t number)
{
	for (size_t i = 0; i < a->settings.n_exceptions; i++)
		if (a->settings.exceptions[i].number == number)
			return true;
	return false;
}

bool report_messages(const struct audit *a, uint32_t number, bool all, struct text *t)
{
	bool found = false;

	for (enum log_id id = 0; id < LOG_COUNT; id++) {
		const struct log_about *m = log_about(id);

		if (number ? m->number != number : !all && !is_changed(a, m->number))
			continue;
		message(a, m, t);
		found = true;
	}
	return found || !number;
}

void report_queue(const struct audit *a, struct text *t)
{
	uint64_t dropped = 0;
	size_t now = 0, most = 0;
	const struct sender *s;

	TAILQ_FOREACH(s, &a->senders.list, next)
	{
		dropped += s->dropped;
		now += s->n;
		most = s->most > most ? s->most : most;
	}
	text_addf(t,
	    "\n\tLogging Queue length limit : %u msg(s)\n"
	    "\t%llu msg(s) discarded due to queue overflow\n"
	    "\t0 msg(s) discarded due to memory allocation failure\n"
	    "\tCurrent %zu msg on queue, %zu msgs most on queue\n\n",
	    a->settings.queue, (unsigned long long)dropped, now, most);
}
