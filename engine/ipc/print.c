/* One line of a message, for debugging: its fields by name. */
#include <stdarg.h>
#include <stdio.h>

#include "engine/ipc/shape.h"

/* A text that is cut off, never overrun. */
struct text {
	char *p;
	size_t left;
};

static void __attribute__((format(printf, 2, 3))) say(struct text *t, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(t->p, t->left, fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	if ((size_t)n >= t->left)
		n = t->left ? (int)t->left - 1 : 0;
	t->p += n;
	t->left -= (size_t)n;
}

static void say_list(struct text *t, const char *name, const struct strlist *l)
{
	say(t, " %s=[", name);
	for (unsigned i = 0; i < l->n; i++)
		say(t, "%s%s", i ? " " : "", l->v[i]);
	say(t, "]");
}

static void say_addr(struct text *t, const char *name, const struct addr *a)
{
	char buf[ADDR_TEXT_MAX];

	say(t, " %s=%s", name, a->family ? addr_text(a, buf) : "-");
}

static void say_range(struct text *t, const char *name, const struct range *r)
{
	struct addr first = addr_v4(r->first), last = addr_v4(r->last);
	char buf[ADDR_TEXT_MAX];

	say(t, " %s=%s", name, addr_text(&first, buf));
	say(t, "-%s", addr_text(&last, buf));
}

static void say_text(struct text *t, const char *name, const char *s, bool secret)
{
	if (secret && s && *s)
		say(t, " %s=*****", name);
	else
		say(t, " %s=\"%s\"", name, s ? s : "");
}

static void say_field(struct text *t, const struct ipc_field *f, const void *at)
{
	switch (f->kind) {
	case IPC_U8:
		say(t, " %s=%u", f->name, *(const uint8_t *)at);
		break;
	case IPC_STATE:
		say(t, " %s_state=%u", f->name, *(const uint8_t *)at);
		break;
	case IPC_U16:
		say(t, " %s=%u", f->name, *(const uint16_t *)at);
		break;
	case IPC_U32:
		say(t, " %s=%u", f->name, *(const uint32_t *)at);
		break;
	case IPC_U64:
		say(t, " %s=%llu", f->name, (unsigned long long)*(const uint64_t *)at);
		break;
	case IPC_I64:
		say(t, " %s=%lld", f->name, (long long)*(const int64_t *)at);
		break;
	case IPC_STR:
	case IPC_SECRET:
		say_text(t, f->name, *(const char *const *)at, f->kind == IPC_SECRET);
		break;
	case IPC_LIST:
		say_list(t, f->name, at);
		break;
	case IPC_ADDR:
		say_addr(t, f->name, at);
		break;
	case IPC_RANGE:
		say_range(t, f->name, at);
		break;
	case IPC_BYTES:
		say(t, " %s=<%u bytes>", f->name, ((const struct bytes *)at)->len);
		break;
	}
}

void ipc_print(const struct ipc_msg *m, char *buf, size_t size)
{
	const struct ipc_shape *s = ipc_shape(m->type);
	const char *body = ipc_body(m);
	struct text t = {buf, size};

	say(&t, "%s", ipc_name(m->type));
	for (unsigned i = 0; s && i < s->n; i++)
		say_field(&t, &s->fields[i], body + s->fields[i].offset);
	if (m->fd >= 0)
		say(&t, " +fd");
}
