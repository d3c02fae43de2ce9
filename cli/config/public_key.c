/* Only the hash of a user's public key is kept; see public_key.h. */
#include "cli/config/public_key.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "engine/crypto/base64.h"
#include "engine/wire/wire.h"

#define RSA_BYTES_MIN 256

/* A string or number of the blob: its length first. */
static struct rd part(struct rd *r)
{
	uint32_t len = rd_u32(r);
	const uint8_t *p = rd_bytes(r, len);

	return rd_init(p, p ? len : 0);
}

static bool is_rsa(struct rd *r)
{
	struct rd e = part(r), n = part(r);

	return rd_left(&e) && rd_left(&n) >= RSA_BYTES_MIN;
}

/* A curve and a point on it, uncompressed. */
static bool is_ecdsa(struct rd *r)
{
	struct rd curve = part(r), point = part(r);
	size_t len = rd_left(&point);

	return rd_left(&curve) == 8 && (len == 65 || len == 97 || len == 133) &&
	    rd_u8(&point) == 4;
}

static bool is_ed25519(struct rd *r)
{
	struct rd key = part(r);

	return rd_left(&key) == 32;
}

static const struct {
	const char *name;
	bool (*fits)(struct rd *);
} types[] = {
	{"ssh-rsa", is_rsa},
	{"ecdsa-sha2-nistp256", is_ecdsa},
	{"ecdsa-sha2-nistp384", is_ecdsa},
	{"ecdsa-sha2-nistp521", is_ecdsa},
	{"ssh-ed25519", is_ed25519},
};

static bool is_key(const uint8_t *blob, size_t len)
{
	struct rd r = rd_init(blob, len), name = part(&r);

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (name.p && rd_left(&name) == strlen(types[i].name) &&
		    memcmp(name.p, types[i].name, rd_left(&name)) == 0)
			return types[i].fits(&r) && !r.bad && rd_left(&r) == 0;
	return false;
}

size_t public_key_read(const char *text, uint8_t blob[PUBLIC_KEY_MAX])
{
	size_t word = strcspn(text, " \t");
	int len;

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (strlen(types[i].name) != word || strncmp(text, types[i].name, word) != 0)
			continue;
		text += word + strspn(text + word, " \t");
		word = strcspn(text, " \t");
		break;
	}
	len = base64_decode(text, word, blob, PUBLIC_KEY_MAX);
	return len > 0 && is_key(blob, (size_t)len) ? (size_t)len : 0;
}

bool public_key_print(const struct crypto *c, const uint8_t *blob, size_t len,
    char out[PUBLIC_KEY_PRINT])
{
	const struct chunk whole = {blob, len};
	uint8_t hash[32];

	if (!crypto_hash(c, HASH_SHA256, &whole, 1, hash))
		return false;
	for (size_t i = 0; i < sizeof(hash); i++)
		snprintf(out + 3 * i, PUBLIC_KEY_PRINT - 3 * i, i < 31 ? "%02x:" : "%02x", hash[i]);
	return true;
}

/* `4b:bf:... hashed`, as it is stored. */
static bool is_hashed(const char *text)
{
	for (unsigned i = 0; i < PUBLIC_KEY_PRINT - 1; i++)
		if (i % 3 == 2 ? text[i] != ':' : !isxdigit((unsigned char)text[i]))
			return false;
	return strcmp(text + PUBLIC_KEY_PRINT - 1, " hashed") == 0;
}

bool store_ssh_key(struct db_line *l)
{
	const char *text = db_text(&l->row, "key");
	uint8_t blob[PUBLIC_KEY_MAX];
	char out[PUBLIC_KEY_PRINT + 8];
	size_t len;

	if (l->negated || !text || is_hashed(text))
		return true;
	len = public_key_read(text, blob);
	if (!len || !public_key_print(l->tools, blob, len, out)) {
		db_say(l, "ERROR: this is no public key: RSA (2048 bits or more), ECDSA or "
			  "Ed25519 in base64, or its hash");
		return false;
	}
	memcpy(out + PUBLIC_KEY_PRINT - 1, " hashed", 8);
	db_put(l, "key", out);
	return true;
}
