#include "tests/support/lists.h"

#include <check.h>

struct acl_rule list_rule(bool permit, uint8_t protocol, uint32_t first, uint32_t last)
{
	return (struct acl_rule){.permit = permit,
	    .protocol = protocol,
	    .source_last = UINT32_MAX,
	    .source_high = UINT16_MAX,
	    .dest_first = first,
	    .dest_last = last,
	    .dest_high = UINT16_MAX};
}

void list_is(
    struct config *c, const char *name, bool standard, const struct acl_rule *rules, size_t n)
{
	const struct config_list *had = config_access_list(c, name);
	uint8_t bytes[ACL_RULES_TOLD * ACL_RULE_BYTES];
	struct wr w = wr_init(bytes, sizeof bytes);
	struct ipc_msg m = {.type = MSG_CFG_ACCESS_LIST,
	    .fd = -1,
	    .cfg_access_list = {.op = CFG_SET,
		.name = name,
		.standard = standard,
		.removed = had ? (uint32_t)had->rules.n : 0,
		.total = (uint32_t)n}};

	for (size_t i = 0; i < n; i++)
		acl_rule_write(&w, &rules[i]);
	m.cfg_access_list.rules = (struct bytes){(uint16_t)wr_len(&w), bytes};
	ck_assert(config_apply(c, &m));
}

void list_gone(struct config *c, const char *name)
{
	struct ipc_msg m = {.type = MSG_CFG_ACCESS_LIST,
	    .fd = -1,
	    .cfg_access_list = {.op = CFG_DELETE, .name = name}};

	ck_assert(config_apply(c, &m));
}
