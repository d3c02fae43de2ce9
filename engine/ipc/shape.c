/*
 * The shapes of the messages: one constant per message, written by
 * messages.def. See shape.h.
 */
#include "engine/ipc/shape.h"

#include <stddef.h>

#define N_OF(a) (sizeof(a) / sizeof *(a))

#define FIELD(f, kind, part, max) {#f, kind, part, offsetof(self, f), max},
#define U8(f) FIELD(f, IPC_U8, PART_VALUE, 0)
#define U16(f) FIELD(f, IPC_U16, PART_VALUE, 0)
#define U32(f) FIELD(f, IPC_U32, PART_VALUE, 0)
#define U64(f) FIELD(f, IPC_U64, PART_VALUE, 0)
#define I64(f) FIELD(f, IPC_I64, PART_VALUE, 0)
#define STR(f) FIELD(f, IPC_STR, PART_VALUE, 0)
#define SECRET(f) FIELD(f, IPC_SECRET, PART_VALUE, 0)
#define LIST(f) FIELD(f, IPC_LIST, PART_VALUE, 0)
#define ADDR(f) FIELD(f, IPC_ADDR, PART_VALUE, 0)
#define RANGE(f) FIELD(f, IPC_RANGE, PART_VALUE, 0)
#define BYTES(f, max) FIELD(f, IPC_BYTES, PART_VALUE, max)
#define STATE(f) {#f, IPC_STATE, PART_VALUE, offsetof(self, f##_state), 0},
#define ATTR_STR(f) STR(f) STATE(f)
#define ATTR_LIST(f) LIST(f) STATE(f)
#define ID FIELD(id, IPC_U32, PART_ID, 0)
#define OP FIELD(op, IPC_U8, PART_OP, 0)
#define KEY_STR(f) FIELD(f, IPC_STR, PART_KEY, 0)
#define KEY_U32(f) FIELD(f, IPC_U32, PART_KEY, 0)
#define SHAPE(NAME, name, tag, table, role, ...) \
	static const struct ipc_shape *shape_##name(void) \
	{ \
		typedef struct tag self; \
		static const struct ipc_field fields[] = {__VA_ARGS__}; \
		static const struct ipc_shape shape = {#NAME, fields, N_OF(fields), sizeof(self), \
		    table, role}; \
\
		return &shape; \
	}
#define CFG(NAME, name, ROLE, table, ...) \
	SHAPE(NAME, name, name, #table, ROLE_##ROLE, __VA_ARGS__)
#define MSG(NAME, name, ...) SHAPE(NAME, name, msg_##name, NULL, ROLE_COUNT, __VA_ARGS__)
#include "engine/ipc/messages.def"
#undef STATE

const struct ipc_shape *ipc_shape(enum msg_type type)
{
	static const struct ipc_shape *(*const shape[MSG_COUNT])(void) = {
#define MSG(NAME, name, ...) [MSG_##NAME] = shape_##name,
#include "engine/ipc/messages.def"
	};

	return (unsigned)type < MSG_COUNT && shape[type] ? shape[type]() : NULL;
}

size_t ipc_size(enum ipc_kind kind)
{
	static const uint8_t size[] = {[IPC_U8] = 1, [IPC_U16] = 2, [IPC_U32] = 4, [IPC_U64] = 8,
	    [IPC_I64] = 8, [IPC_STR] = sizeof(char *), [IPC_SECRET] = sizeof(char *),
	    [IPC_LIST] = sizeof(struct strlist), [IPC_ADDR] = sizeof(struct addr),
	    [IPC_RANGE] = sizeof(struct range), [IPC_BYTES] = sizeof(struct bytes),
	    [IPC_STATE] = 1};

	return size[kind];
}

void *ipc_body(const struct ipc_msg *m)
{
	/* All stand in one union. */
	return (char *)(uintptr_t)m + offsetof(struct ipc_msg, cfg_begin);
}

const char *ipc_name(enum msg_type type)
{
	const struct ipc_shape *s = ipc_shape(type);

	return s ? s->name : type == MSG_NONE ? "NONE" : "?";
}

static void *head(const struct ipc_msg *m, enum ipc_part part)
{
	const struct ipc_shape *s = ipc_shape(m->type);

	for (unsigned i = 0; s && i < s->n; i++)
		if (s->fields[i].part == part)
			return (char *)ipc_body(m) + s->fields[i].offset;
	return NULL;
}

uint32_t *ipc_id(const struct ipc_msg *m)
{
	return head(m, PART_ID);
}

uint8_t *ipc_op(const struct ipc_msg *m)
{
	return head(m, PART_OP);
}
