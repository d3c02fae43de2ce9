/* See account_record.h. */
#include "engine/aaa/account_record.h"

#include <stdlib.h>
#include <string.h>

void account_record_fini(struct account_record *r)
{
	free(r->packet);
	r->packet = NULL;
}

bool account_record_init(
    struct account_record *r, uint64_t seq, enum role from, const uint8_t *packet, size_t len)
{
	struct ipc_msg m;

	*r = (struct account_record){
	    .seq = seq, .from = from, .packet = malloc(len ? len : 1), .len = len};
	if (!r->packet)
		return false;
	memcpy(r->packet, packet, len);
	if (!ipc_decode(&m, r->packet, len) || m.type != MSG_ACCOUNT ||
	    m.account.what < ACCOUNT_START || m.account.what > ACCOUNT_OFF) {
		account_record_fini(r);
		return false;
	}
	r->what = m.account.what;
	r->time = m.account.time;
	r->id = m.account.id;
	r->key = m.account.key;
	r->group = m.account.server_group;
	return true;
}

bool account_record_same(const struct account_record *a, const struct account_record *b)
{
	return a->what == b->what && a->time == b->time && strcmp(a->key, b->key) == 0;
}
