/* show ip local pool: one header and one row a pool, then its addresses. */
#include "cli/show/show.h"


void show_pool(struct text *out, const struct msg_rec_pool *rec,
    const struct msg_rec_pool_addr *addr, size_t n)
{
	static const char *const title[] = {
	    [POOL_ADDRESS_FREE] = "Available Addresses:",
	    [POOL_ADDRESS_HELD] = "Held Addresses:",
	    [POOL_ADDRESS_IN_USE] = "In Use Addresses:",
	};
	char a[ADDR_TEXT_MAX];

	text_add(out, "Begin           End             Mask            Free     Held     In use\n");
	text_addf(out, "%-16s", addr_text(&rec->first, a));
	text_addf(out, "%-16s", addr_text(&rec->last, a));
	text_addf(out, "%-16s", addr_text(&rec->mask, a));
	text_addf(out, "%5u%9u%9u\n", rec->free, rec->held, rec->in_use);
	for (int state = 0; state <= POOL_ADDRESS_IN_USE; state++) {
		size_t found = 0;

		for (size_t i = 0; i < n; i++) {
			if (addr[i].state != state)
				continue;
			if (!found++)
				text_addf(out, "\n%s\n", title[state]);
			text_addf(out, "%s\n", addr_text(&addr[i].address, a));
		}
	}
}
