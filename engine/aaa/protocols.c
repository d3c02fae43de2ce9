/* The one list of them: a row each. */
#include "engine/aaa/protocols.h"

#include <stddef.h>
#include <string.h>

#include "engine/aaa/local.h"
#include "engine/aaa/tacacs.h"

static const struct aaa_protocol *const PROTOCOL[] = {
    &local_protocol, /* of no word: LOCAL is no server of a group */
    &tacacs_protocol,
};

const struct aaa_protocol *aaa_protocol_find(const char *word)
{
	for (size_t i = 0; i < sizeof PROTOCOL / sizeof *PROTOCOL; i++)
		if (PROTOCOL[i]->word && strcmp(PROTOCOL[i]->word, word) == 0)
			return PROTOCOL[i];
	return NULL;
}
