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

/* Values of Framed-IP-Address that leave the choice to the client, and to us (RFC 2865 5.8). */
#define CLIENT_CHOOSES 0xffffffff
#define WE_CHOOSE 0xfffffffe

static bool is_choice(const struct aaa_value *v)
{
	uint32_t a = addr_to_v4(&v->address);

	return v->which == AAA_FRAMED_IP && (a == CLIENT_CHOOSES || a == WE_CHOOSE);
}

static bool lay(struct session_policy *p, const struct aaa_value *v)
{
	const struct field *f = &fields[v->which];
	char *to = (char *)p + f->offset;

	switch (aaa_attribute_info[v->which].type) {
	case AAA_TEXT:
		if (strlen(v->text) >= f->size)
			return false;
		strcpy(to, v->text);
		break;
	case AAA_NUMBER:
		memcpy(to, &v->number, sizeof v->number);
		break;
	case AAA_ADDRESS:
		if (!is_choice(v))
			memcpy(to, &v->address, sizeof v->address);
		break;
	}
	return true;
}

/* The server's pools take the place of all that the policy has. */
static bool lay_pool(struct session_policy *p, const char *name, size_t *n)
{
	if (*n == POLICY_POOLS_MAX || strlen(name) >= sizeof p->pools[0])
		return false;
	strcpy(p->pools[(*n)++], name);
	p->n_pools = *n;
	return true;
}

bool policy_overlay(struct session_policy *p, const struct bytes *list)
{
	struct rd r = rd_init(list->p, list->len);
	struct aaa_value v;
	size_t pools = 0;
	bool ok = true;

	while (aaa_attribute_next(&r, &v))
		if (v.which == AAA_POOL)
			ok = lay_pool(p, v.text, &pools) && ok;
		else if (fields[v.which].size)
			ok = lay(p, &v) && ok;
	return ok;
}
