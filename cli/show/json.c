/* A record as an object of JSON; see json.h. */
#include "cli/show/json.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "engine/crypto/utf8.h"
#include "engine/ipc/shape.h"

#define KIND_PREFIX "REC_" /* of the names of records in messages.def */

/* Whatever strangers call themselves: what is no UTF-8 is U+FFFD, what is no ASCII is escaped, in
 * UTF-16 (RFC 8259 7). */
static void add_string(struct text *out, const char *s)
{
	const uint8_t *p = (const uint8_t *)(s ? s : "");
	int32_t c;

	text_addc(out, '"');
	while ((c = utf8_next(&p)) != 0) {
		if (c < 0) {
			c = 0xfffd;
			p++;
		}
		if (c >= 0x10000)
			text_addf(out, "\\u%04x\\u%04x", 0xd7c0 + ((unsigned)c >> 10),
			    0xdc00 + ((unsigned)c & 0x3ff));
		else if (c < 0x20 || c >= 0x7f)
			text_addf(out, "\\u%04x", (unsigned)c);
		else if (c == '"' || c == '\\')
			text_addf(out, "\\%c", (char)c);
		else
			text_addc(out, (char)c);
	}
	text_addc(out, '"');
}

static void add_addr(struct text *out, const struct addr *a)
{
	char buf[ADDR_TEXT_MAX];

	if (a->family)
		text_addf(out, "\"%s\"", addr_text(a, buf));
	else
		text_add(out, "null");
}

static void add_list(struct text *out, const struct strlist *l)
{
	text_addc(out, '[');
	for (unsigned i = 0; i < l->n; i++) {
		text_add(out, i ? ", " : "");
		add_string(out, l->v[i]);
	}
	text_addc(out, ']');
}

static void add_range(struct text *out, const struct range *r)
{
	struct addr first = addr_v4(r->first), last = addr_v4(r->last);

	text_addc(out, '[');
	add_addr(out, &first);
	text_add(out, ", ");
	add_addr(out, &last);
	text_addc(out, ']');
}

static void add_bytes(struct text *out, const struct bytes *b)
{
	text_addc(out, '"');
	for (unsigned i = 0; i < b->len; i++)
		text_addf(out, "%02x", b->p[i]);
	text_addc(out, '"');
}

static void add_value(struct text *out, const struct ipc_field *f, const void *at)
{
	switch ((enum ipc_kind)f->kind) {
	case IPC_U8:
	case IPC_STATE:
		text_addf(out, "%u", *(const uint8_t *)at);
		break;
	case IPC_U16:
		text_addf(out, "%u", *(const uint16_t *)at);
		break;
	case IPC_U32:
		text_addf(out, "%" PRIu32, *(const uint32_t *)at);
		break;
	case IPC_U64:
		text_addf(out, "%" PRIu64, *(const uint64_t *)at);
		break;
	case IPC_I64:
		text_addf(out, "%" PRId64, *(const int64_t *)at);
		break;
	case IPC_STR:
		add_string(out, *(const char *const *)at);
		break;
	case IPC_LIST:
		add_list(out, at);
		break;
	case IPC_ADDR:
		add_addr(out, at);
		break;
	case IPC_RANGE:
		add_range(out, at);
		break;
	case IPC_BYTES:
		add_bytes(out, at);
		break;
	case IPC_SECRET:
		break;
	}
}

static void add_kind(struct text *out, const char *name)
{
	size_t prefix = strlen(KIND_PREFIX);

	if (strncmp(name, KIND_PREFIX, prefix) == 0)
		name += prefix;
	text_add(out, "\"record\": \"");
	for (; *name; name++)
		text_addc(out, (char)tolower((unsigned char)*name));
	text_addc(out, '"');
}

/* The record of a session whose end nobody saw says so by all ones (messages.def). */
static bool is_unknown(const struct ipc_msg *m, const struct ipc_field *f, const void *at)
{
	if (m->type != MSG_SESSION_RECORD)
		return false;
	return (f->kind == IPC_U32 && *(const uint32_t *)at == UINT32_MAX) ||
	    (f->kind == IPC_U64 && *(const uint64_t *)at == UINT64_MAX);
}

void json_record(struct text *out, const struct ipc_msg *m)
{
	const struct ipc_shape *s = ipc_shape(m->type);
	const char *body = ipc_body(m);

	text_addc(out, '{');
	add_kind(out, ipc_name(m->type));
	for (unsigned i = 0; s && i < s->n; i++) {
		const struct ipc_field *f = &s->fields[i];

		if (f->part == PART_ID || f->kind == IPC_SECRET)
			continue;
		text_addf(out, ", \"%s%s\": ", f->name, f->kind == IPC_STATE ? "_state" : "");
		if (is_unknown(m, f, body + f->offset))
			text_add(out, "null");
		else
			add_value(out, f, body + f->offset);
	}
	text_addc(out, '}');
}
