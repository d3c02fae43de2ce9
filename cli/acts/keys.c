/* The key pairs that SSH clients know the appliance by: made, removed, shown. */
#include <stdlib.h>
#include <string.h>

#include "cli/acts/act.h"
#include "cli/acts/acts.h"
#include "cli/log/clock.h"

/* clang-format off */
static const struct {
	const char *word, *title, *name;
	const char *article;
} kinds[HOSTKEY_COUNT] = {
	[HOSTKEY_RSA] = {"rsa", "RSA", "<Default-RSA-Key>", "a"},
	[HOSTKEY_ECDSA] = {"ecdsa", "ECDSA", "<Default-ECDSA-Key>", "an"},
	[HOSTKEY_EDDSA] = {"eddsa", "EDDSA", "<Default-EDDSA-Key>", "an"},
};
/* clang-format on */

#define BITS_MASK 0xffff /* of act->number; above it the kind */

static enum hostkey kind_of(const struct act *a)
{
	return (enum hostkey)(a->number >> 16);
}

/* A question that only a whole word answers: asks again at anything else. 1 yes, 0 no, -1 asked
 * again. */
static int yes_or_no(
    struct act *a, const char *answer, const char *question, act_answered *answered)
{
	if (answer && strcasecmp(answer, "yes") == 0)
		return 1;
	if (!answer || strcasecmp(answer, "no") == 0)
		return 0;
	act_say(a, "Please answer 'yes' or 'no'.\n");
	act_ask(a, 0, question, answered);
	return -1;
}

/* ---- made ------------------------------------------------------------------------ */

static void forget(struct act *a)
{
	host_keys_forget(&a->manager->host_keys, a);
}

static void made(void *ctx, const char *why)
{
	struct act *a = ctx;

	a->drop = NULL;
	if (why)
		act_refuse(a, "ERROR: Failed to generate the keypair: %s", why);
	act_done(a);
}

static void begin(struct act *a)
{
	act_say(a, "Keypair generation process begin. Please wait...\n");
	act_flush(a);
	if (host_keys_make(
		&a->manager->host_keys, kind_of(a), (unsigned)(a->number & BITS_MASK), made, a)) {
		a->drop = forget;
		return;
	}
	act_refuse(a, "ERROR: A keypair of this type is being generated already.");
	act_done(a);
}

static const char replace[] = "Do you really want to replace them? [yes/no]: ";

static void replace_answered(struct act *a, const char *answer)
{
	int yes = yes_or_no(a, answer, replace, replace_answered);

	if (yes > 0)
		begin(a);
	else if (yes == 0)
		act_done(a);
}

static void generate(struct act *a, enum hostkey kind, const char *size, unsigned bits)
{
	const char *typed = gram_arg(&a->match, size);

	a->number = (long)kind << 16 | (typed ? atoi(typed) : (int)bits);
	if (!a->manager->host_keys.key[kind].pem) {
		act_say(a, "INFO: The name for the keys will be: %s\n", kinds[kind].name);
		begin(a);
		return;
	}
	if (gram_typed(&a->match, "noconfirm")) {
		begin(a);
		return;
	}
	act_say(a, "WARNING: You have %s %s keypair already defined named %s.\n\n",
	    kinds[kind].article, kinds[kind].title, kinds[kind].name);
	act_ask(a, 0, replace, replace_answered);
}

static void act_key_generate_rsa(struct act *a)
{
	generate(a, HOSTKEY_RSA, "modulus", 2048);
}

static void act_key_generate_ecdsa(struct act *a)
{
	generate(a, HOSTKEY_ECDSA, "curve", 256);
}

static void act_key_generate_eddsa(struct act *a)
{
	generate(a, HOSTKEY_EDDSA, "curve", 256);
}

/* ---- removed ------------------------------------------------------------------------ */

static const char removal[] = "Do you really want to remove these keys? [yes/no]: ";

static void zeroize(struct act *a)
{
	const char *why = host_keys_remove(&a->manager->host_keys, kind_of(a));

	if (why)
		act_refuse(a, "ERROR: The keys cannot be removed: %s", why);
	act_done(a);
}

static void removal_answered(struct act *a, const char *answer)
{
	int yes = yes_or_no(a, answer, removal, removal_answered);

	if (yes > 0)
		zeroize(a);
	else if (yes == 0)
		act_done(a);
}

static enum hostkey kind_named(const char *word)
{
	enum hostkey kind = 0;

	while (kind < HOSTKEY_COUNT && (!word || strcmp(kinds[kind].word, word) != 0))
		kind++;
	return kind;
}

static void act_key_zeroize(struct act *a)
{
	enum hostkey kind = kind_named(gram_arg(&a->match, "kind"));

	a->number = (long)kind << 16;
	if (kind == HOSTKEY_COUNT || !a->manager->host_keys.key[kind].pem) {
		act_refuse(a, "ERROR: There are no such keys.");
		act_done(a);
	} else if (gram_typed(&a->match, "noconfirm")) {
		zeroize(a);
	} else {
		act_say(a, "WARNING: All %s keys will be removed.\n\n", kinds[kind].title);
		act_ask(a, 0, removal, removal_answered);
	}
}

/* ---- shown -------------------------------------------------------------------------- */

static void show_data(struct act *a, const uint8_t *der, size_t len)
{
	act_say(a, " Key Data:\n\n");
	for (size_t i = 0; i < len; i++)
		act_say(a, "%s%02x%s", i % 32 == 0 ? "  " : "", der[i],
		    i % 32 == 31 || i == len - 1 ? "\n"
		    : i % 4 == 3		 ? " "
						 : "");
}

static void show_one(struct act *a, enum hostkey kind)
{
	const struct host_key *key = &a->manager->host_keys.key[kind];
	uint8_t der[HOSTKEY_DER_MAX];
	unsigned bits = 0;
	char made_at[64];
	size_t len;

	if (!key->pem)
		return;
	len = hostkey_public(a->manager->crypto, kind, key->pem, der, &bits);
	clock_format(made_at, sizeof(made_at), "%H:%M:%S %Z %b %e %Y", key->made);
	act_say(a, "Key pair was generated at: %s\n Key name: %s\n", made_at, kinds[kind].name);
	if (kind == HOSTKEY_RSA)
		act_say(a, " Usage: General Purpose Key\n Modulus Size (bits): %u\n", bits);
	else if (kind == HOSTKEY_ECDSA)
		act_say(a, " Key Size (bits): %u\n Elliptic Curve: P-%u\n", bits, bits);
	else
		act_say(a, " Key Size (bits): %u\n Edwards Curve: Ed25519\n", bits);
	show_data(a, der, len);
	act_say(a, "\n");
}

static void act_show_crypto_key(struct act *a)
{
	enum hostkey only = kind_named(gram_arg(&a->match, "kind"));

	for (enum hostkey kind = 0; kind < HOSTKEY_COUNT; kind++)
		if (only == HOSTKEY_COUNT || only == kind)
			show_one(a, kind);
	act_done(a);
}

const struct act_row acts_keys[] = {
    LIVE_ACT(key_generate_rsa),
    LIVE_ACT(key_generate_ecdsa),
    LIVE_ACT(key_generate_eddsa),
    LIVE_ACT(key_zeroize),
    LIVE_ACT(show_crypto_key),
    ACTS_END,
};
