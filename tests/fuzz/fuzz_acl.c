/*
 * Access lists: the lines before the first NUL are rules as a login server sends them, what is
 * behind it is a packet, which has to pass them both ways, with an index of the list and without;
 * and all of it is rules in a message.
 */
#include <stdlib.h>
#include <string.h>

#include "engine/net/acl_list.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define RULES 32

/* What is read means the same whenever it is read. */
static void read_rule(struct acl *a, const char *line)
{
	struct acl_rule *r = &a->rule[a->n], again;

	if (!acl_read(line, r))
		return;
	if (!acl_read(line, &again) || again.permit != r->permit ||
	    r->source_first > r->source_last || r->dest_first > r->dest_last)
		abort();
	a->n++;
}

/* A splice of whatever stands in a message: all of it, or nothing. */
static void splice(const uint8_t *data, size_t size)
{
	struct acl_list l = {0};
	size_t n = size / ACL_RULE_BYTES;

	if (acl_list_splice(&l, 0, 0, n, rd_init(data, n * ACL_RULE_BYTES)) != 0 ? l.n != 0
										 : l.n != n)
		abort();
	if (acl_list_splice(&l, 1, l.n, 0, rd_init(data, 0)) == 0)
		abort();
	acl_list_free(&l);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end = memchr(data, '\0', size);
	size_t len = end ? (size_t)(end - data) : size, left = end ? size - len - 1 : 0;
	struct acl *a = calloc(1, acl_size(RULES));
	char *text = malloc(len + 1), *rest;
	uint8_t *packet = malloc(left + 1); /* of its size, so that reading on is found */
	struct ipv4 h;

	if (!a || !text || !packet)
		abort();
	memcpy(text, data, len);
	text[len] = '\0';
	for (char *l = strtok_r(text, "\n", &rest); l && a->n < RULES;
	     l = strtok_r(NULL, "\n", &rest))
		read_rule(a, l);
	if (left)
		memcpy(packet, end + 1, left);
	if (ipv4_parse(packet, left, &h)) {
		bool in = acl_permits(a, NULL, packet, &h, true),
		     out = acl_permits(a, NULL, packet, &h, false);

		if ((in || out) && a->n == 0)
			abort();
		a->index = acl_index_new(a->rule, a->n);
		if (!a->index || in != acl_permits(a, NULL, packet, &h, true) ||
		    out != acl_permits(a, NULL, packet, &h, false))
			abort();
	}
	splice(data, size);
	acl_index_free(a->index);
	free(a);
	free(text);
	free(packet);
	return 0;
}
