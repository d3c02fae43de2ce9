/*
 * struct offer: the listener's. Keys gather until the offer that they belong to;
 * the ssh_bind made of them is what a forked connection finds in its memory, so
 * that it parses no key.
 */
#include "cli/ssh/offer.h"

#include <libssh/libssh.h>
#include <stddef.h>

#define BANNER "Gatehouse"

static void drop_coming(struct offer *o)
{
	for (unsigned i = 0; i < o->n_coming; i++)
		ssh_key_free(o->coming[i]);
	o->n_coming = 0;
}

void offer_key(struct offer *o, const struct msg_door_key *m)
{
	if (o->n_coming < OFFER_KEYS && ssh_pki_import_privkey_base64(m->pem, NULL, NULL, NULL,
					    &o->coming[o->n_coming]) == SSH_OK)
		o->n_coming++;
}

/* The bind takes the keys over. */
static bool give_keys(struct offer *o, ssh_bind b)
{
	bool any = false;

	for (unsigned i = 0; i < o->n_coming; i++) {
		if (ssh_bind_options_set(b, SSH_BIND_OPTIONS_IMPORT_KEY, o->coming[i]) == SSH_OK)
			any = true;
		else
			ssh_key_free(o->coming[i]);
	}
	o->n_coming = 0;
	return any;
}

bool offer_take(struct offer *o, const struct msg_door_offer *m)
{
	const struct {
		enum ssh_bind_options_e option;
		const char *value;
	} rows[] = {
	    {SSH_BIND_OPTIONS_BANNER, BANNER},
	    {SSH_BIND_OPTIONS_KEY_EXCHANGE, m->kex},
	    {SSH_BIND_OPTIONS_CIPHERS_C_S, m->ciphers},
	    {SSH_BIND_OPTIONS_CIPHERS_S_C, m->ciphers},
	    {SSH_BIND_OPTIONS_HMAC_C_S, m->macs},
	    {SSH_BIND_OPTIONS_HMAC_S_C, m->macs},
	    {SSH_BIND_OPTIONS_HOSTKEY_ALGORITHMS, m->keys},
	    {SSH_BIND_OPTIONS_PUBKEY_ACCEPTED_KEY_TYPES, m->signatures},
	};
	bool process = false, ok;
	ssh_bind b = ssh_bind_new();

	if (o->now)
		ssh_bind_free(o->now);
	o->now = NULL;
	if (!b) {
		drop_coming(o);
		return false;
	}
	ok = ssh_bind_options_set(b, SSH_BIND_OPTIONS_PROCESS_CONFIG, &process) == SSH_OK;
	for (size_t i = 0; ok && i < sizeof(rows) / sizeof(rows[0]); i++)
		ok = ssh_bind_options_set(b, rows[i].option, rows[i].value) == SSH_OK;
	ok = give_keys(o, b) && ok;
	if (ok)
		o->now = b;
	else
		ssh_bind_free(b);
	return ok;
}

void offer_free(struct offer *o)
{
	drop_coming(o);
	if (o->now)
		ssh_bind_free(o->now);
	o->now = NULL;
}
