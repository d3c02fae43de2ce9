/* The catalogue, and a role's log: what is wanted of it and how often it was said; see log.h. */
#include "engine/base/log.h"

#include <stdarg.h>
#include <stdio.h>

#include "engine/base/env.h"

#define SECOND 1000000u

static const struct log_about ABOUT[LOG_COUNT] = {
#define LOG(number, severity, lines) {number, severity, lines},
#include "engine/base/log.def"
#undef LOG
};

const struct log_about *log_about(enum log_id id)
{
	return &ABOUT[id];
}

enum log_id log_find(uint32_t number)
{
	unsigned low = 0, high = LOG_COUNT;

	while (low < high) {
		unsigned middle = (low + high) / 2;

		if (ABOUT[middle].number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low < LOG_COUNT && ABOUT[low].number == number ? (enum log_id)low : LOG_COUNT;
}

bool log_rate_pass(struct log_rate *r, enum log_id id, uint64_t now, uint32_t *left_out)
{
	*left_out = 0;
	if (now - r->since >= SECOND || !r->since) {
		*left_out = r->left_out;
		r->since = now;
		r->said = r->left_out = 0;
	}
	if (r->said == ABOUT[id].lines) {
		r->left_out++;
		return false;
	}
	r->said++;
	return true;
}

bool log_varies(enum log_id id)
{
	return id == LOG_106100 || id == LOG_106102;
}

bool log_may(struct log *l, enum log_id id)
{
	char more[64];
	uint32_t left_out = 0;

	if (l->env && !log_rate_pass(&l->rate[id], id, l->env->now(l->env), &left_out))
		return false;
	if (left_out) {
		snprintf(more, sizeof more, "%u messages %06u were suppressed", left_out,
		    ABOUT[id].number);
		l->line(l->arg, ABOUT[LOG_199023].severity, LOG_SUPPRESSED, more);
	}
	return true;
}

void log_text(struct log *l, enum log_id id, unsigned severity, const char *text)
{
	l->line(l->arg, severity, ABOUT[id].number, text);
}

static bool say(struct log *l, enum log_id id, unsigned severity, const char *fmt, va_list ap)
{
	char text[1024];

	if (!log_wants(l, id))
		return true;
	if (!log_may(l, id))
		return false;
	vsnprintf(text, sizeof text, fmt, ap);
	log_text(l, id, severity, text);
	return true;
}

void log_sayf(struct log *l, enum log_id id, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)say(l, id, ABOUT[id].severity, fmt, ap);
	va_end(ap);
}

bool log_sayf_as(struct log *l, enum log_id id, unsigned severity, const char *fmt, ...)
{
	va_list ap;
	bool said;

	va_start(ap, fmt);
	said = say(l, id, severity, fmt, ap);
	va_end(ap);
	return said;
}

const char *log_name(const struct log *l, bool known, const char *name)
{
	return known || !l->hide ? name : "*****";
}

void log_init(struct log *l, void (*line)(void *, unsigned, unsigned, const char *), void *arg)
{
	l->line = line;
	l->arg = arg;
	l->hide = true;
	for (size_t i = 0; i < LOG_COUNT; i++)
		l->wanted[i] = ABOUT[i].severity < 7;
}

void log_want(struct log *l, const uint8_t *bits, size_t len)
{
	for (size_t i = 0; i < LOG_COUNT; i++)
		l->wanted[i] = i / 8 < len && bits[i / 8] >> i % 8 & 1;
}
