/* Names and sizes of the algorithms; see algorithm.h. */
#include "engine/crypto/algorithm.h"

#include <string.h>

const struct cipher_info cipher_info[CIPHER_COUNT] = {
	/*                 word       esp            show      key block */
	[CIPHER_NULL]   = {"null",    "esp-null",    "none",   0,  1},
	[CIPHER_DES]    = {"des",     "esp-des",     "DES",    8,  8},
	[CIPHER_3DES]   = {"3des",    "esp-3des",    "3DES",   24, 8},
	[CIPHER_AES128] = {"aes",     "esp-aes",     "AES128", 16, 16},
	[CIPHER_AES192] = {"aes-192", "esp-aes-192", "AES192", 24, 16},
	[CIPHER_AES256] = {"aes-256", "esp-aes-256", "AES256", 32, 16},
};

const struct hash_info hash_info[HASH_COUNT] = {
	/*               word      esp                show      brief     size icv */
	[HASH_NONE]   = {"none",   "esp-none",        "none",   "none",   0,   0},
	[HASH_MD5]    = {"md5",    "esp-md5-hmac",    "MD5",    "MD5",    16,  12},
	[HASH_SHA1]   = {"sha",    "esp-sha-hmac",    "SHA1",   "SHA",    20,  12},
	[HASH_SHA256] = {"sha256", "esp-sha256-hmac", "SHA256", "SHA256", 32,  16},
	[HASH_SHA384] = {"sha384", "esp-sha384-hmac", "SHA384", "SHA384", 48,  24},
	[HASH_SHA512] = {"sha512", "esp-sha512-hmac", "SHA512", "SHA512", 64,  32},
};

enum cipher cipher_by_word(const char *word)
{
	enum cipher c = 0;

	while (c < CIPHER_COUNT && strcmp(cipher_info[c].word, word) != 0)
		c++;
	return c;
}

enum cipher cipher_by_esp(const char *word)
{
	enum cipher c = 0;

	while (c < CIPHER_COUNT && strcmp(cipher_info[c].esp, word) != 0)
		c++;
	return c;
}

enum hash hash_by_word(const char *word)
{
	enum hash h = 0;

	while (h < HASH_COUNT && strcmp(hash_info[h].word, word) != 0)
		h++;
	return h;
}

enum hash hash_by_esp(const char *word)
{
	enum hash h = 0;

	while (h < HASH_COUNT && strcmp(hash_info[h].esp, word) != 0)
		h++;
	return h;
}
