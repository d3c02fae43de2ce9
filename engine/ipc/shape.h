/*
 * What messages.def says, as data: the fields of each message, where they
 * stand in its struct and what they are. Who treats all messages alike (the
 * codec, the feed of the configuration, the engine's copy of it) walks these.
 */
#ifndef GATEHOUSE_SHAPE_H
#define GATEHOUSE_SHAPE_H

#include "engine/ipc/message.h"

enum ipc_kind {
	IPC_U8,
	IPC_U16,
	IPC_U32,
	IPC_U64,
	IPC_I64,
	IPC_STR,
	IPC_SECRET,
	IPC_LIST,
	IPC_ADDR,
	IPC_RANGE,
	IPC_BYTES,
	IPC_STATE, /* u8: the state of the attribute of the same name, which stands before it */
};

enum ipc_part { PART_VALUE, PART_ID, PART_OP, PART_KEY };

struct ipc_field {
	const char *name;
	uint8_t kind, part;
	uint16_t offset; /* in the message's struct */
	uint16_t max;	 /* of BYTES */
};

struct ipc_shape {
	const char *name; /* "CFG_POOL" */
	const struct ipc_field *fields;
	uint16_t n;
	uint16_t size;	   /* of its struct */
	const char *table; /* of the grammar; NULL: no message of the configuration */
	enum role role;	   /* who keeps that table's rows */
};

/* NULL when there is no such message. */
const struct ipc_shape *ipc_shape(enum msg_type);
/* How much of a struct a field of that kind takes. */
size_t ipc_size(enum ipc_kind);
/* The struct of a message, whichever it is. */
void *ipc_body(const struct ipc_msg *);

/* Compares two structs of that shape by their keys; a NULL text is "". */
int ipc_key_cmp(const struct ipc_shape *, const void *a, const void *b);
/* Makes `to` a copy of `from` that owns its texts; "" becomes NULL. BYTES are not for keeping.
 * False without memory: then `to` owns nothing. */
bool ipc_keep(const struct ipc_shape *, void *to, const void *from);
/* Frees the texts of such a copy, secrets wiped. */
void ipc_drop(const struct ipc_shape *, void *kept);

#endif
