/* Trace points: formatting of whole lines; see trace.h. */
#include "engine/base/trace.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>

#include "engine/base/trace_filter.h"

#define TRACE_TEXT_MAX 4096

static size_t append(char *buf, size_t at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static size_t append(char *buf, size_t at, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(buf + at, TRACE_TEXT_MAX - at, fmt, ap);
	va_end(ap);
	if (n < 0)
		return at;
	at += (size_t)n;
	return at < TRACE_TEXT_MAX ? at : TRACE_TEXT_MAX - 1;
}

bool trace_passes(const struct trace *t, const struct trace_ctx *ctx)
{
	return !t->filter || trace_filter_passes(t->filter, ctx);
}

static void hand_over(struct trace *t, const struct trace_ctx *ctx, enum trace_class cls,
    unsigned level, const char *text)
{
	t->about = ctx;
	t->sink(t->arg, cls, level, text);
	t->about = NULL;
}

/* "May 18 04:17:18 [IKEv1]" */
static size_t head(struct trace *t, const char *tag, char buf[TRACE_TEXT_MAX])
{
	size_t at = 0;

	if (t->env) {
		time_t now = (time_t)t->env->wall(t->env);
		struct tm tm;

		localtime_r(&now, &tm);
		at = strftime(buf, TRACE_TEXT_MAX, "%b %d %H:%M:%S ", &tm);
	}
	return append(buf, at, "[%s]", tag);
}

static size_t context(const struct trace_ctx *ctx, char *buf, size_t at)
{
	char ip[ADDR_TEXT_MAX];

	if (ctx && ctx->unsaid)
		return at;
	if (ctx && ctx->group)
		at = append(buf, at, "Group = %s, ", ctx->group);
	if (ctx && ctx->user)
		at = append(buf, at, "Username = %s, ", ctx->user);
	if (ctx && ctx->ip)
		at = append(buf, at, "IP = %s, ", addr_text(ctx->ip, ip));
	return at;
}

void trace_tagged(struct trace *t, unsigned level, const char *tag, enum log_id id,
    const struct trace_ctx *ctx, const char *fmt, ...)
{
	bool shown = trace_on(t, TRACE_IKE, level) && trace_passes(t, ctx);
	bool logged = id < LOG_COUNT && log_wants(&t->log, id) && log_may(&t->log, id);
	char buf[TRACE_TEXT_MAX];
	size_t start, at;
	va_list ap;

	if (!shown && !logged)
		return;
	start = head(t, tag, buf);
	at = context(ctx, buf, start);
	va_start(ap, fmt);
	vsnprintf(buf + at, sizeof buf - at, fmt, ap);
	va_end(ap);
	if (shown)
		hand_over(t, ctx, TRACE_IKE, level, buf);
	if (logged)
		log_text(&t->log, id, log_about(id)->severity, buf + start);
}

void trace_text(struct trace *t, const struct trace_ctx *ctx, enum trace_class cls, unsigned level,
    const char *fmt, ...)
{
	char buf[TRACE_TEXT_MAX];
	va_list ap;

	if (!trace_passes(t, ctx))
		return;
	va_start(ap, fmt);
	vsnprintf(buf, sizeof buf, fmt, ap);
	va_end(ap);
	hand_over(t, ctx, cls, level, buf);
}
