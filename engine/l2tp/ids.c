/* Ids that nobody has: unpredictable while there is choice (RFC 2661 9.1), then what is left. */
#include "engine/l2tp/ids.h"

#define TRIES 64

uint16_t l2tp_new_id(struct env *env, const struct table *taken)
{
	uint16_t id = 0;

	for (int i = 0; i < TRIES; i++) {
		env->random(env, &id, sizeof id);
		if (id != 0 && !table_get(taken, id))
			return id;
	}
	for (unsigned i = 1; i < L2TP_IDS; i++)
		if (++id != 0 && !table_get(taken, id))
			return id;
	return 0;
}
