/* Which access list a session is held to: one of the configuration, or one that a login server
 * sent. */
#include "engine/session/access.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/aaa/attribute.h"

/* What a list is called that has no name of its own. */
#define SENT "AAA-user-"

/* The server's own comments. */
static bool is_remark(const char *line)
{
	return strncmp(line, "remark", strlen("remark")) == 0;
}

/* The lines of the attributes, in their order. NULL: no memory, or a line that says nothing that
 * we know. */
static struct acl *sent(const struct bytes *attributes)
{
	struct rd r = rd_init(attributes->p, attributes->len);
	struct acl_list rules = {0};
	struct acl *acl = NULL;
	struct acl_rule rule;
	struct aaa_value v;
	bool known = true;

	while (known && aaa_attribute_next(&r, &v))
		if (v.which == AAA_FILTER_LINE && !is_remark(v.text))
			known = acl_read(v.text, &rule) && acl_list_add(&rules, &rule);
	if (known)
		acl = acl_new(rules.rule, rules.n);
	acl_list_free(&rules);
	return acl;
}

bool access_of(struct lists *lists, const struct bytes *attributes, const char *user,
    struct session_policy *p, struct access *to)
{
	struct aaa_value v;

	*to = (struct access){.sent = aaa_attribute_find(attributes, AAA_FILTER_LINE, &v)};
	if (to->sent) {
		to->list = sent(attributes);
		snprintf(p->filter, sizeof p->filter, "%s%.*s", SENT,
		    (int)(sizeof p->filter - sizeof SENT), user);
	} else if (*p->filter) {
		to->list = lists_get(lists, p->filter);
	} else {
		return true;
	}
	return to->list != NULL;
}
