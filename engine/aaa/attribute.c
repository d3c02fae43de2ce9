/*
 * The attributes' names and types, and the codec of a list of them; see attribute.h.
 *
 *   | attribute 1 | length 2 | value ... |    text: with its NUL; number: 4; address: 4
 */
#include "engine/aaa/attribute.h"

#include <string.h>

const struct aaa_attribute_info aaa_attribute_info[AAA_ATTRIBUTES] = {
#define ATTRIBUTE(id, name, type) [AAA_##id] = {name, AAA_##type},
#define OVERLAY(id, name, type, field) ATTRIBUTE(id, name, type)
#include "engine/aaa/attribute.def"
#undef ATTRIBUTE
#undef OVERLAY
};

bool aaa_attribute_add(struct aaa_attributes *list, const struct aaa_value *v)
{
	struct wr w = wr_init(list->bytes + list->len, sizeof list->bytes - list->len);

	wr_u8(&w, v->which);
	wr_u16(&w, 0);
	switch (aaa_attribute_info[v->which].type) {
	case AAA_TEXT:
		wr_bytes(&w, v->text, strlen(v->text) + 1);
		break;
	case AAA_NUMBER:
		wr_u32(&w, v->number);
		break;
	case AAA_ADDRESS:
		wr_u32(&w, addr_to_v4(&v->address));
		break;
	}
	wr_patch16(&w, 1, wr_len(&w) - 3);
	if (w.full)
		return false;
	list->len += wr_len(&w);
	return true;
}

/* A text ends with its only NUL. */
static const char *text(struct rd *r)
{
	size_t len = rd_left(r);
	const char *p = (const char *)rd_bytes(r, len);

	return p && len && memchr(p, '\0', len) == p + len - 1 ? p : NULL;
}

bool aaa_attribute_next(struct rd *list, struct aaa_value *v)
{
	uint8_t which = rd_u8(list);
	struct rd r = rd_sub(list, rd_u16(list));

	if (list->bad || which >= AAA_ATTRIBUTES)
		return false;
	*v = (struct aaa_value){.which = (enum aaa_attribute)which};
	switch (aaa_attribute_info[which].type) {
	case AAA_TEXT:
		return (v->text = text(&r)) != NULL;
	case AAA_NUMBER:
		v->number = rd_u32(&r);
		break;
	case AAA_ADDRESS:
		v->address = addr_v4(rd_u32(&r));
		break;
	}
	return !r.bad && rd_left(&r) == 0;
}

bool aaa_attribute_find(const struct bytes *list, enum aaa_attribute which, struct aaa_value *v)
{
	struct rd r = rd_init(list->p, list->len);

	while (aaa_attribute_next(&r, v))
		if (v->which == which)
			return true;
	return false;
}

uint32_t aaa_protocols(uint32_t device)
{
	static const struct {
		uint32_t device, ours;
	} bit[] = {{4, PROTO_IKEV1}, {8, PROTO_L2TP_IPSEC}, {16, PROTO_SSL_CLIENTLESS},
	    {32, PROTO_SSL_CLIENT}, {64, PROTO_IKEV2}};
	uint32_t ours = 0;

	for (size_t i = 0; i < sizeof bit / sizeof *bit; i++)
		if (device & bit[i].device)
			ours |= bit[i].ours;
	return ours;
}

const char *aaa_service_word(uint32_t type)
{
	static const char *const word[] = {
	    [1] = "admin", [2] = "admin", [5] = "remote-access", [6] = "admin", [7] = "nas-prompt"};

	return type < sizeof word / sizeof *word ? word[type] : NULL;
}
