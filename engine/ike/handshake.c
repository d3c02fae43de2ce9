/* Phase 1's memory of the moment; see handshake.h. */
#include "engine/ike/handshake.h"

#include <stdlib.h>
#include <string.h>

#include "engine/ike/dh_job.h"

struct handshake *handshake_new(void)
{
	return calloc(1, sizeof(struct handshake));
}

void handshake_free(struct handshake *hs)
{
	if (!hs)
		return;
	dh_job_orphan(&hs->job);
	crypto_wipe(hs, sizeof *hs);
	free(hs);
}

bool handshake_tried(const struct handshake *hs, const uint8_t digest[DIGEST_LEN])
{
	for (unsigned i = 0; i < hs->n_tried; i++)
		if (memcmp(hs->tried[i], digest, DIGEST_LEN) == 0)
			return true;
	return false;
}

void handshake_try(struct handshake *hs, const uint8_t digest[DIGEST_LEN])
{
	memcpy(hs->tried[hs->n_tried++], digest, DIGEST_LEN);
}
