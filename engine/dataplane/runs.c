/* A batch into messages; see runs.h. */
#include "engine/dataplane/runs.h"

#define RUN_BYTES 65507u /* that fit an IPv4 packet behind its header and UDP's */

/* Two ends of one place take turns. */
static size_t place_of(const struct path *path)
{
	uint32_t x = path->remote.addr.v4 ^ (uint32_t)path->remote.port << 16 ^ path->local.addr.v4;

	x = (x ^ x >> 15) * 2246822519u;
	return (x ^ x >> 13) % RUNS_ENDS;
}

static bool joins(const struct run *r, const struct packet *first, const struct packet *p)
{
	return r->open && p->udp && p->len && p->len <= first->len && r->packets < RUN_PACKETS &&
	    r->bytes + p->len <= RUN_BYTES && p->tos == first->tos && p->df == first->df &&
	    path_equal(&p->path, &first->path);
}

static void begin(struct run *r, uint16_t at, const struct packet *p)
{
	*r = (struct run){.first = at, .last = at, .packets = 1, .open = p->udp,
	    .bytes = (uint32_t)p->len};
}

static void grow(struct runs *runs, struct run *r, uint16_t at, const struct packet *out)
{
	runs->next[r->last] = at;
	r->last = at;
	r->packets++;
	r->bytes += (uint32_t)out[at].len;
	r->open = out[at].len == out[r->first].len;
}

void runs_of(struct runs *runs, const struct packet *out, size_t n)
{
	runs->n = 0;
	memset(runs->newest, 0, sizeof runs->newest);
	for (size_t i = 0; i < n; i++) {
		uint16_t *newest = &runs->newest[place_of(&out[i].path)];
		struct run *r = *newest ? &runs->run[*newest - 1] : NULL;

		if (r && joins(r, &out[r->first], &out[i])) {
			grow(runs, r, (uint16_t)i, out);
			continue;
		}
		begin(&runs->run[runs->n++], (uint16_t)i, &out[i]);
		*newest = (uint16_t)runs->n;
	}
}
