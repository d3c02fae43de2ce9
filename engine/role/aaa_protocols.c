/* The one list of them: a row each. */
#include "engine/role/aaa_protocols.h"

#include <stddef.h>
#include <string.h>

#include "engine/aaa/conversation.h"
#include "engine/aaa/kerberos/kerberos.h"
#include "engine/aaa/ldap/ldap.h"
#include "engine/aaa/nt/nt.h"
#include "engine/aaa/radius/radius.h"
#include "engine/aaa/sdi/sdi.h"
#include "engine/aaa/tacacs/tacacs.h"

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
