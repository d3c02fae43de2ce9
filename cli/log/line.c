/* The forms of a line (asa-syslog of the device, RFC 3164, RFC 5424's time); nothing is kept. */
#include "cli/log/line.h"

#include <time.h>

#include "cli/log/clock.h"

static void stamp(struct text *t, const char *format, uint64_t time)
{
	char at[48];

	clock_format(at, sizeof(at), format, (int64_t)(time / 1000000));
	text_add(t, at);
}

static void stamp_rfc5424(struct text *t, uint64_t time)
{
	time_t at = (time_t)(time / 1000000);
	struct tm tm;
	char text[32];

	gmtime_r(&at, &tm);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	text_add(t, text);
}

static void tag(struct text *t, const struct log_line *l, int severity, bool class)
{
	int which = class ? log_class_of(l->number) : -1;

	text_addf(t, "%%ASA-%s%s%d-%06u: %s", log_class_word(which), which < 0 ? "" : "-", severity,
	    l->number, l->text);
}

void line_text(struct text *t, const struct log_settings *s, const struct log_line *l, int severity)
{
	if (s->timestamp && s->rfc5424)
		stamp_rfc5424(t, l->time);
	else if (s->timestamp)
		stamp(t, "%b %d %Y %H:%M:%S", l->time);
	if (s->device[0])
		text_addf(t, "%s%s : ", s->timestamp ? " " : "", s->device);
	else if (s->timestamp)
		text_add(t, ": ");
	tag(t, l, severity, s->emblem);
}

void line_wire(struct text *t, const struct log_settings *s, const struct log_line *l, int severity,
    bool emblem)
{
	text_addf(t, "<%u>", s->facility * 8 + (unsigned)severity);
	if (!emblem) {
		line_text(t, s, l, severity);
		return;
	}
	text_addc(t, ':');
	if (s->device[0])
		text_addf(t, "%s : ", s->device);
	if (s->timestamp && s->rfc5424)
		stamp_rfc5424(t, l->time);
	else if (s->timestamp)
		stamp(t, "%b %d %H:%M:%S %Z", l->time);
	if (s->timestamp)
		text_add(t, ": ");
	tag(t, l, severity, true);
}

void line_journal(struct text *t, const struct log_settings *s, const struct log_line *l,
    int severity)
{
	text_addf(t,
	    "PRIORITY=%d\nSYSLOG_FACILITY=%u\nSYSLOG_IDENTIFIER=gatehouse\n"
	    "SYSLOG_TIMESTAMP=",
	    severity, s->facility);
	stamp(t, "%b %d %H:%M:%S ", l->time);
	text_addf(t, "\nASA_MESSAGE_ID=%06u\nMESSAGE=", l->number);
	tag(t, l, severity, false);
	text_addc(t, '\n');
}
