/* Access lists of the configuration and of login servers, as rules of engine/net/acl.h. */
#include "engine/session/access.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/aaa/attribute.h"

/* What a list is called that has no name of its own. */
#define SENT "AAA-user-"

struct acl *access_configured(const struct config *c, const char *name)
{
	const struct config_list *l = config_access_list(c, name);
	struct acl *acl = l ? malloc(acl_size(l->rules.n)) : NULL;

	if (!acl)
		return NULL;
	acl->n = l->rules.n;
	if (acl->n)
		memcpy(acl->rule, l->rules.rule, acl->n * sizeof *acl->rule);
	return acl;
}

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
	struct aaa_value v;
	struct acl *acl;
	size_t n = 0;

	while (aaa_attribute_next(&r, &v))
		n += v.which == AAA_FILTER_LINE;
	acl = calloc(1, acl_size(n));
	r = rd_init(attributes->p, attributes->len);
	while (acl && aaa_attribute_next(&r, &v)) {
		if (v.which != AAA_FILTER_LINE || is_remark(v.text))
			continue;
		if (acl_read(v.text, &acl->rule[acl->n])) {
			acl->n++;
		} else {
			free(acl);
			acl = NULL;
		}
	}
	return acl;
}

bool access_of(const struct config *c, const struct bytes *attributes, const char *user,
    struct session_policy *p, struct access *to)
{
	struct aaa_value v;

	*to = (struct access){.sent = aaa_attribute_find(attributes, AAA_FILTER_LINE, &v)};
	if (to->sent) {
		to->list = sent(attributes);
		snprintf(p->filter, sizeof p->filter, "%s%.*s", SENT,
		    (int)(sizeof p->filter - sizeof SENT), user);
	} else if (*p->filter) {
		to->list = access_configured(c, p->filter);
	} else {
		return true;
	}
	return to->list != NULL;
}
