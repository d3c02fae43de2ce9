/* The one list of them: a row each. */
#include "engine/aaa/protocols.h"

#include <stddef.h>
#include <string.h>

#include "engine/aaa/conversation.h"
#include "engine/aaa/kerberos.h"
#include "engine/aaa/ldap.h"
#include "engine/aaa/nt.h"
#include "engine/aaa/radius.h"
#include "engine/aaa/sdi.h"
#include "engine/aaa/tacacs.h"

static const struct aaa_protocol *const PROTOCOL[] = {
    &kerberos_protocol,
    &ldap_protocol,
    &nt_protocol,
    &radius_protocol,
    &sdi_protocol,
    &tacacs_protocol,
};

const struct aaa_protocol *aaa_protocol_find(const char *word)
{
	for (size_t i = 0; i < sizeof PROTOCOL / sizeof *PROTOCOL; i++)
		if (strcmp(PROTOCOL[i]->word, word) == 0)
			return PROTOCOL[i];
	return NULL;
}
