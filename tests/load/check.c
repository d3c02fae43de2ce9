/* Every length; see check.h. */
#include "tests/load/check.h"

#define BATCHES 256
#define STRIDE 37 /* odd, so that 256 steps see each batch size once */
#define SHORTEST 48

/* The n-th plan of that length. */
static struct plan nth(const struct plan *like, unsigned len, unsigned n)
{
	struct plan p = *like;

	p.shape.len = (uint16_t)len;
	p.shape.tail = (uint16_t)(n % 3 ? SHORTEST + len * 7 % (len - SHORTEST + 1) : 0);
	p.window = 1 + n * STRIDE % BATCHES;
	p.flows = n % 2;
	return p;
}

bool check_lengths(
    struct gateway *g, const struct plan *like, unsigned from, unsigned step, struct tally *t)
{
	unsigned n = 0;
	bool ok = true;

	for (unsigned len = from; len <= like->shape.len && ok; len += step) {
		struct plan p = nth(like, len, n++);

		ok = round_block(g, &p, 1, t);
	}
	return ok;
}
