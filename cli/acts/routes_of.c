/* See routes_of.h. Owns nothing. */
#include "cli/acts/routes_of.h"

#include <stdio.h>
#include <stdlib.h>

struct walk_route *routes_of_answer(const struct answer *r, size_t *n)
{
	struct msg_rec_route *rec = answer_records(r, MSG_REC_ROUTE, sizeof *rec, n);
	struct walk_route *v = calloc(*n + 1, sizeof *v);

	if (!v)
		abort();
	for (size_t i = 0; i < *n; i++) {
		v[i] = (struct walk_route){.dest = addr_to_v4(&rec[i].dest),
		    .mask = addr_to_v4(&rec[i].mask),
		    .gateway = addr_to_v4(&rec[i].gateway),
		    .metric = rec[i].metric,
		    .kind = rec[i].kind};
		snprintf(v[i].device, sizeof v[i].device, "%.15s", rec[i].device);
	}
	free(rec);
	return v;
}
