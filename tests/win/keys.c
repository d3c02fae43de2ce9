/* Keys in Wireshark's tables; see keys.h. */
#include "tests/win/keys.h"

#include <stdio.h>
#include <sys/stat.h>

static FILE *table(const char *dir, const char *name)
{
	char path[4096];

	snprintf(path, sizeof path, "%s/%s", dir, name);
	return fopen(path, "a");
}

static void hex(FILE *f, const uint8_t *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		fprintf(f, "%02x", bytes[i]);
}

bool keys_ike(const char *dir, const struct ike_initiator *i)
{
	FILE *f = table(dir, "ikev1_decryption_table");

	if (!f)
		return false;
	hex(f, i->cky_i, sizeof i->cky_i);
	putc(',', f);
	hex(f, i->keys.enc, cipher_info[i->keys.cipher].key);
	putc('\n', f);
	return fclose(f) == 0;
}

static const char *cipher(enum cipher c)
{
	switch (c) {
	case CIPHER_DES: return "DES-CBC [RFC2405]";
	case CIPHER_3DES: return "TripleDES-CBC [RFC2451]";
	case CIPHER_NULL: return "NULL";
	default: return "AES-CBC [RFC3602]";
	}
}

static const char *hash(enum hash h)
{
	switch (h) {
	case HASH_MD5: return "HMAC-MD5-96 [RFC2403]";
	case HASH_SHA1: return "HMAC-SHA-1-96 [RFC2404]";
	case HASH_SHA256: return "HMAC-SHA-256-128 [RFC4868]";
	case HASH_SHA384: return "HMAC-SHA-384-192 [RFC4868]";
	default: return "HMAC-SHA-512-256 [RFC4868]";
	}
}

static void esp(FILE *f, const struct child *c, uint32_t spi, const uint8_t *enc,
    const uint8_t *auth)
{
	fprintf(f, "\"IPv4\",\"*\",\"*\",\"0x%08x\",\"%s\",\"0x", spi, cipher(c->cipher));
	hex(f, enc, cipher_info[c->cipher].key);
	fprintf(f, "\",\"%s\",\"0x", hash(c->auth));
	hex(f, auth, hash_info[c->auth].size);
	fputs("\"\n", f);
}

bool keys_esp(const char *dir, const struct child *c)
{
	FILE *f = table(dir, "esp_sa");

	if (!f)
		return false;
	esp(f, c, c->spi_in, c->enc_in, c->auth_in);
	esp(f, c, c->spi_out, c->enc_out, c->auth_out);
	return fclose(f) == 0;
}
