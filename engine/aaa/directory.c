/*
 * Owns what the configuration says to all login servers alike, each part a shelf of the messages
 * that said it. The keytab is decoded once.
 */
#include "engine/aaa/directory.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "engine/aaa/shelf.h"
#include "engine/crypto/base64.h"
#include "engine/crypto/crypto.h"

enum { INTERFACES, NAMES, VALUES, CERTIFICATES, SHELVES };

static const enum msg_type SHELF[SHELVES] = {[INTERFACES] = MSG_CFG_AAA_INTERFACE,
    [NAMES] = MSG_CFG_LDAP_NAME,
    [VALUES] = MSG_CFG_LDAP_VALUE,
    [CERTIFICATES] = MSG_CFG_CA_CERTIFICATE};

struct aaa_directory {
	struct aaa_shelf shelf[SHELVES];
	char hostname[64];
	uint8_t keytab[BASE64_MAX];
	size_t keytab_len;
};

struct aaa_directory *aaa_directory_create(void)
{
	struct aaa_directory *d = calloc(1, sizeof *d);

	for (int i = 0; d && i < SHELVES; i++)
		d->shelf[i].type = SHELF[i];
	return d;
}

void aaa_directory_destroy(struct aaa_directory *d)
{
	if (!d)
		return;
	for (int i = 0; i < SHELVES; i++)
		aaa_shelf_fini(&d->shelf[i]);
	crypto_wipe(d, sizeof *d);
	free(d);
}

/* ---- messages in ------------------------------------------------------------------------ */

static void take_keytab(struct aaa_directory *d, const char *text)
{
	int n = base64_decode(text, strlen(text), d->keytab, sizeof d->keytab);

	d->keytab_len = n > 0 ? (size_t)n : 0;
}

bool aaa_directory_message(struct aaa_directory *d, const struct ipc_msg *m)
{
	for (int i = 0; i < SHELVES; i++)
		if (m->type == SHELF[i])
			return aaa_shelf_apply(&d->shelf[i], ipc_body(m)), true;
	if (m->type == MSG_CFG_KERBEROS)
		take_keytab(d, m->cfg_kerberos.keytab);
	else if (m->type == MSG_CFG_AAA_SYSTEM)
		strncpy(d->hostname, m->cfg_aaa_system.hostname, sizeof d->hostname - 1);
	else
		return false;
	return true;
}

/* Each snapshot says the single ones again. */
void aaa_directory_begin(struct aaa_directory *d)
{
	for (int i = 0; i < SHELVES; i++)
		aaa_shelf_begin(&d->shelf[i]);
}

void aaa_directory_end(struct aaa_directory *d)
{
	for (int i = 0; i < SHELVES; i++)
		aaa_shelf_end(&d->shelf[i]);
}

/* ---- who and where we are --------------------------------------------------------------- */

const char *aaa_directory_hostname(const struct aaa_directory *d)
{
	return d->hostname;
}

const struct cfg_aaa_interface *aaa_directory_interface(
    const struct aaa_directory *d, const char *nameif)
{
	const struct aaa_shelf *s = &d->shelf[INTERFACES];

	for (size_t i = 0; i < s->n; i++) {
		const struct cfg_aaa_interface *c = s->item[i];

		if (*nameif && strcmp(c->nameif, nameif) == 0)
			return *c->device && c->address.family ? c : NULL;
	}
	return NULL;
}

/* ---- whom we trust ---------------------------------------------------------------------- */

static bool is_of(const struct msg_cfg_ca_certificate *c, const char *trustpoint)
{
	return !*trustpoint || strcmp(c->trustpoint, trustpoint) == 0;
}

uint8_t *aaa_directory_trust(const struct aaa_directory *d, const char *trustpoint, size_t *len)
{
	const struct aaa_shelf *s = &d->shelf[CERTIFICATES];
	size_t room = 0;
	uint8_t *all;

	*len = 0;
	for (size_t i = 0; i < s->n; i++)
		if (is_of(s->item[i], trustpoint))
			room += strlen(
			    ((const struct msg_cfg_ca_certificate *)s->item[i])->certificate);
	all = room ? malloc(room) : NULL;
	for (size_t i = 0; all && i < s->n; i++) {
		const struct msg_cfg_ca_certificate *c = s->item[i];
		int n = is_of(c, trustpoint) ? base64_decode(c->certificate, strlen(c->certificate),
						   all + *len, room - *len)
					     : 0;

		*len += n > 0 ? (size_t)n : 0;
	}
	if (*len)
		return all;
	free(all);
	return NULL;
}

const uint8_t *aaa_directory_keytab(const struct aaa_directory *d, size_t *len)
{
	*len = d->keytab_len;
	return d->keytab_len ? d->keytab : NULL;
}

/* ---- LDAP maps: names of attributes are the same in capitals, values are not ------------ */

const char *aaa_directory_ldap_name(
    const struct aaa_directory *d, const char *map, const char *ldap)
{
	const struct aaa_shelf *s = &d->shelf[NAMES];

	for (size_t i = 0; i < s->n; i++) {
		const struct cfg_ldap_name *c = s->item[i];

		if (strcmp(c->name, map) == 0 && strcasecmp(c->ldap, ldap) == 0)
			return c->cisco;
	}
	return NULL;
}

const char *aaa_directory_ldap_value(
    const struct aaa_directory *d, const char *map, const char *ldap, const char *value)
{
	const struct aaa_shelf *s = &d->shelf[VALUES];

	for (size_t i = 0; i < s->n; i++) {
		const struct cfg_ldap_value *c = s->item[i];

		if (strcmp(c->name, map) == 0 && strcasecmp(c->ldap, ldap) == 0 &&
		    strcmp(c->value, value) == 0)
			return c->cisco;
	}
	return value;
}

void aaa_directory_ldap_each(const struct aaa_directory *d, const char *map,
    void (*each)(void *arg, const char *ldap, const char *cisco), void *arg)
{
	const struct aaa_shelf *s = &d->shelf[NAMES];

	for (size_t i = 0; i < s->n; i++) {
		const struct cfg_ldap_name *c = s->item[i];

		if (strcmp(c->name, map) == 0)
			each(arg, c->ldap, c->cisco);
	}
}
