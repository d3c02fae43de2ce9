/*
 * Typed attributes of an accepted user: a list in the form in which it travels (AUTH_REPLY), its
 * writer and its reader. Which attributes there are, attribute.def says.
 */
#ifndef GATEHOUSE_AAA_ATTRIBUTE_H
#define GATEHOUSE_AAA_ATTRIBUTE_H

#include "engine/ipc/message.h"
#include "engine/wire/wire.h"

#define AAA_ATTRIBUTES_MAX 4096 /* bytes of a whole list */

enum aaa_attribute {
#define ATTRIBUTE(id, name, type) AAA_##id,
#define OVERLAY(id, name, type, field) AAA_##id,
#include "engine/aaa/attribute.def"
#undef ATTRIBUTE
#undef OVERLAY
	AAA_ATTRIBUTES
};

enum aaa_type { AAA_TEXT, AAA_NUMBER, AAA_ADDRESS };

struct aaa_attribute_info {
	const char *name;
	enum aaa_type type;
};

extern const struct aaa_attribute_info aaa_attribute_info[AAA_ATTRIBUTES];

/* One attribute as it was read. Its text lives as long as the list. */
struct aaa_value {
	enum aaa_attribute which;
	const char *text;    /* the member of its type is set, the others are empty */
	uint32_t number;
	struct addr address; /* IPv4 */
};

/* A list that grows. Zeroed memory is an empty one. */
struct aaa_attributes {
	uint8_t bytes[AAA_ATTRIBUTES_MAX];
	size_t len;
};

/* Adds the value, of which the member of its type counts. False when the list is full; it is as it
 * was then. */
bool aaa_attribute_add(struct aaa_attributes *, const struct aaa_value *);
/* Reads the next attribute of a list. False at its end, and where it is none of ours or malformed:
 * nothing behind that can be trusted. */
bool aaa_attribute_next(struct rd *list, struct aaa_value *);
/* The first one of that name. False when it is not in the list. */
bool aaa_attribute_find(const struct bytes *list, enum aaa_attribute, struct aaa_value *);

/* What the device's bits for tunneling protocols (4 IKEv1, 8 L2TP/IPsec, 16 clientless, 32 SSL
 * client, 64 IKEv2) are here: PROTO_*. */
uint32_t aaa_protocols(uint32_t device);
/* A Service-Type of RADIUS (RFC 2865 5.6) as a word of `username`; NULL: it says nothing here.
 * Login and Framed are as Administrative, as on the device. */
const char *aaa_service_word(uint32_t type);

#endif
