/* A tap on the wire; see tap.h. */
#include "tests/support/tap.h"

#include <string.h>

static void keep(void *arg, const struct path *path, bool esp, const uint8_t *msg, size_t len)
{
	struct tap *t = arg;
	struct tapped *k = &t->kept[t->n % TAP_KEPT];

	if (len == 0 || len > sizeof k->b)
		return;
	*k = (struct tapped){.path = *path, .esp = esp, .len = len};
	memcpy(k->b, msg, len);
	t->n++;
}

void tap_begin(struct tap *t, struct world *w)
{
	t->n = 0;
	w->spy = (struct world_spy){.to_server = keep, .arg = t};
}

const struct tapped *tap_get(const struct tap *t, size_t which)
{
	if (t->n == 0)
		return NULL;
	return &t->kept[which % (t->n < TAP_KEPT ? t->n : TAP_KEPT)];
}

void tap_say(struct world *w, const struct tapped *k)
{
	if (!k->esp)
		gateway_ike(w->gw, &k->path, k->b, k->len);
	else
		dp_input(w->dp, &k->path, k->path.local.port == 4500, k->b, k->len);
	dp_poll(w->dp);
}
