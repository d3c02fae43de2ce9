/* The one place where attributes of aaa become fields of a policy; the table is attribute.def's. */
#include "engine/session/overlay.h"

#include "engine/aaa/attribute.h"

struct field {
	size_t offset, size; /* size 0: no field of a policy */
};

static const struct field fields[AAA_ATTRIBUTES] = {
#define ATTRIBUTE(id, name, type)
#define OVERLAY(id, name, type, field) \
	[AAA_##id] = {offsetof(struct session_policy, field), \
	    sizeof((struct session_policy *)NULL)->field},
#include "engine/aaa/attribute.def"
#undef ATTRIBUTE
#undef OVERLAY
};

static void lay(struct session_policy *p, const struct aaa_value *v)
{
	const struct field *f = &fields[v->which];
	char *to = (char *)p + f->offset;

	switch (aaa_attribute_info[v->which].type) {
	case AAA_TEXT:
		if (strlen(v->text) < f->size)
			strcpy(to, v->text);
		break;
	case AAA_NUMBER:
		memcpy(to, &v->number, sizeof v->number);
		break;
	case AAA_ADDRESS:
		memcpy(to, &v->address, sizeof v->address);
		break;
	}
}

void policy_overlay(struct session_policy *p, const struct bytes *list)
{
	struct rd r = rd_init(list->p, list->len);
	struct aaa_value v;

	while (aaa_attribute_next(&r, &v))
		if (fields[v.which].size)
			lay(p, &v);
}
