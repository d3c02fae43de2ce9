/* Access lists as a manager tells the engine of them. */
#ifndef GATEHOUSE_TESTS_LISTS_H
#define GATEHOUSE_TESTS_LISTS_H

#include "engine/config/config.h"

/* A rule for all of a protocol (0: any) from anywhere to these addresses, host order. */
struct acl_rule list_rule(bool permit, uint8_t protocol, uint32_t first, uint32_t last);
/* The list of that name has these rules and no others, whatever it had. */
void list_is(struct config *, const char *name, bool standard, const struct acl_rule *, size_t n);
/* There is none of that name. */
void list_gone(struct config *, const char *name);

#endif
