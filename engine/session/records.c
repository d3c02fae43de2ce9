/* Which query is answered by whom, and which counters have a zero that operators set. */
#include "engine/session/records.h"

#include <string.h>

#include "engine/session/gateway.h"

/* Counters that are shown together: "a" is also "a b" and "a c". */
static uint32_t list_views(struct gateway *gw, struct query *q, const char *what)
{
	static const struct {
		const char *what;
		void (*list)(struct view *);
	} view[VIEWS] = {
	    [VIEW_IKE] = {"stats", view_ike},
	    [VIEW_IPSEC] = {"ipsec-stats", view_ipsec},
	    [VIEW_PROTOCOL_IKE] = {"protocol ikev1", view_protocol_ike},
	    [VIEW_PROTOCOL_IPSEC] = {"protocol ipsec", view_protocol_ipsec},
	    [VIEW_ACCELERATOR] = {"accelerator", view_accelerator},
	};
	size_t len = strlen(what);
	uint32_t n = 0;

	if (!gw->dp) /* it does not serve yet: nothing has been counted */
		return 0;
	for (int k = 0; k < VIEWS; k++) {
		const char *name = view[k].what;

		if (strncmp(name, what, len) != 0 || (name[len] != '\0' && name[len] != ' '))
			continue;
		view[k].list(&(struct view){.gw = gw, .q = q, .zero = gw->zero[k], .section = ""});
		n++;
	}
	return n;
}

uint32_t gateway_clear_stats(struct gateway *gw, const char *what)
{
	return list_views(gw, NULL, what);
}

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
	list_views(gw, &q, msg->what);
	query_end(&q, 0);
}
