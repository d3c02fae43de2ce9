/* Which query is answered by whom. */
#include "engine/session/records.h"

#include <string.h>

#include "engine/session/gateway.h"

void gateway_query(struct gateway *gw, const struct msg_query *msg, gateway_emit *to, void *arg)
{
	static const struct {
		const char *what;
		void (*answer)(struct query *);
	} table[] = {
	    {"ike", query_ike},
	    {"ipsec", query_ipsec},
	    {"session", query_sessions},
	    {"summary", query_summary},
	    {"pool", query_pool},
	    {"access-hits", query_lists},
	    {"access-flows", query_flows},
	    {"stats", query_stats},
	    {"failures", query_failures},
	    {"client-filter", query_client_filter},
	    {"serving", query_serving},
	    {"client-profiles", query_profiles},
	};
	struct query q = {.gw = gw, .q = msg, .emit = to, .arg = arg};

	for (size_t n = 0; n < sizeof table / sizeof *table; n++)
		if (strcmp(table[n].what, msg->what) == 0) {
			table[n].answer(&q);
			return;
		}
	query_end(&q, 0);
}
