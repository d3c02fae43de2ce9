/* Access lists of the configuration and of login servers, as rules of engine/net/acl.h. */
#include "engine/session/access.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/aaa/attribute.h"

/* What a list is called that has no name of its own. */
#define SENT "AAA-user-"

static struct acl_rule rule_of(const struct cfg_access_list *e)
{
	struct acl_rule r = {
	    .source_low = e->source_low,
	    .source_high = e->source_high,
	    .dest_low = e->port_low,
	    .dest_high = e->port_high,
	    .protocol = e->protocol,
	    .permit = e->permit,
	};

	r.source_first = addr_to_v4(&e->source) & addr_to_v4(&e->source_mask);
	r.source_last = r.source_first | ~addr_to_v4(&e->source_mask);
	r.dest_first = addr_to_v4(&e->dest) & addr_to_v4(&e->dest_mask);
	r.dest_last = r.dest_first | ~addr_to_v4(&e->dest_mask);
	return r;
}

struct acl *access_configured(const struct config *c, const char *name)
{
	struct acl *acl;
	size_t n = 0;

	for (size_t i = 0; i < c->n_access_entries; i++)
		n += strcmp(c->access_entries[i].name, name) == 0;
	if (n == 0 || !(acl = calloc(1, acl_size(n))))
		return NULL;
	for (size_t i = 0; i < c->n_access_entries; i++) {
		const struct cfg_access_list *e = &c->access_entries[i];

		if (strcmp(e->name, name) == 0 && !e->inactive)
			acl->rule[acl->n++] = rule_of(e);
	}
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
