/* The algorithms as tables, best first; a level is a letter in a row. */
#include "cli/config/ssh_words.h"

#include <stdio.h>
#include <string.h>

/* As the table `ssh` has it; "" or NULL: not set. */
struct ssh_wanted {
	const char *kex;		    /* `ssh key-exchange group`; "": all modern ones */
	const char *cipher, *custom_cipher; /* a level; with `custom` the list, by colons */
	const char *mac, *custom_mac;
	bool legacy; /* the old ones besides */
};

/* Levels: a all, l low, m medium (the default), h high, f fips; `old`: only by `ssh
 * legacy-algorithms` or a level that has it. */
struct algorithm {
	const char *name, *levels;
	bool old;
};

/* clang-format off */
static const struct algorithm ciphers[] = {
	{"aes256-gcm@openssh.com",        "almhf", false},
	{"chacha20-poly1305@openssh.com", "almh",  false},
	{"aes128-gcm@openssh.com",        "almf",  false},
	{"aes256-ctr",                    "almhf", false},
	{"aes192-ctr",                    "alm",   false},
	{"aes128-ctr",                    "almf",  false},
	{"aes256-cbc",                    "al",    true},
	{"aes192-cbc",                    "al",    true},
	{"aes128-cbc",                    "al",    true},
	{"3des-cbc",                      "al",    true},
	{NULL, NULL, false},
};
static const struct algorithm macs[] = {
	{"hmac-sha2-256-etm@openssh.com", "almh",  false},
	{"hmac-sha2-512-etm@openssh.com", "almh",  false},
	{"hmac-sha2-256",                 "almhf", false},
	{"hmac-sha2-512",                 "almhf", false},
	{"hmac-sha1-etm@openssh.com",     "al",    true},
	{"hmac-sha1",                     "al",    true},
	{NULL, NULL, false},
};
static const struct algorithm *const families[] = {[SSH_CIPHERS] = ciphers, [SSH_MACS] = macs};
static const char *const levels[] = {"all", "low", "medium", "high", "fips"};

/* word of the configuration, SSH's name, is it old */
static const struct {
	const char *word, *name;
	bool old;
} groups[] = {
	{"curve25519-sha256",    "curve25519-sha256",                  false},
	{"curve25519-sha256",    "curve25519-sha256@libssh.org",       false},
	{"ecdh-sha2-nistp256",   "ecdh-sha2-nistp256",                 false},
	{"ecdh-sha2-nistp384",   "ecdh-sha2-nistp384",                 false},
	{"ecdh-sha2-nistp521",   "ecdh-sha2-nistp521",                 false},
	{"dh-group16-sha512",    "diffie-hellman-group16-sha512",      false},
	{"dh-group14-sha256",    "diffie-hellman-group14-sha256",      false},
	{"dh-group14-sha1",      "diffie-hellman-group14-sha1",        true},
	{"dh-group1-sha1",       "diffie-hellman-group1-sha1",         true},
};

#define KEYS       "ssh-ed25519,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521," \
                   "rsa-sha2-512,rsa-sha2-256"
#define OLD_KEYS   ",ssh-rsa"
/* clang-format on */

static void add(char *to, size_t size, const char *name)
{
	size_t len = strlen(to);

	snprintf(to + len, size - len, "%s%s", len ? "," : "", name);
}

/* Of one level, or with `extra` the old ones besides. */
static void level_list(enum ssh_family f, char level, bool extra, char list[512])
{
	list[0] = 0;
	for (const struct algorithm *a = families[f]; a->name; a++)
		if (strchr(a->levels, level) || (extra && a->old))
			add(list, 512, a->name);
}

/* A list by colons as one by commas. */
static void custom_list(const char *custom, char list[512])
{
	snprintf(list, 512, "%s", custom);
	for (char *p = list; *p; p++)
		if (*p == ':')
			*p = ',';
}

static void family_list(
    enum ssh_family f, const char *word, const char *custom, bool legacy, char list[512])
{
	if (word && strcmp(word, "custom") == 0 && custom && custom[0])
		custom_list(custom, list);
	else
		level_list(f, word && word[0] ? word[0] : 'm', legacy, list);
}

/* A modern group stands alone; an old one comes behind the modern ones, whose clients go on. */
static void kex_list(const char *word, bool legacy, char list[512])
{
	bool old = false;

	list[0] = 0;
	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
		old = old || (strcmp(groups[i].word, word) == 0 && groups[i].old);
	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		bool named = strcmp(groups[i].word, word) == 0;
		bool wanted = groups[i].old ? named || legacy : named || old || !word[0];

		if (wanted)
			add(list, 512, groups[i].name);
	}
}

static void make(struct ssh_lists *l, const struct ssh_wanted *w)
{
	kex_list(w->kex ? w->kex : "", w->legacy, l->kex);
	family_list(SSH_CIPHERS, w->cipher, w->custom_cipher, w->legacy, l->ciphers);
	family_list(SSH_MACS, w->mac, w->custom_mac, w->legacy, l->macs);
	snprintf(l->keys, sizeof(l->keys), KEYS "%s", w->legacy ? OLD_KEYS : "");
	snprintf(l->signatures, sizeof(l->signatures), "%s", l->keys);
}

bool ssh_level(enum ssh_family f, unsigned n, const char **word, char list[512])
{
	if (n >= sizeof(levels) / sizeof(levels[0]))
		return false;
	*word = levels[n];
	level_list(f, levels[n][0], false, list);
	return true;
}

bool ssh_custom_known(enum ssh_family f, const char *list)
{
	const char *at = list;

	for (;;) {
		size_t len = strcspn(at, ":");
		const struct algorithm *a = families[f];

		while (a->name && (strlen(a->name) != len || strncmp(a->name, at, len) != 0))
			a++;
		if (!a->name)
			return false;
		if (!at[len])
			return true;
		at += len + 1;
	}
}

static void get(struct db *db, const char *column, char *to, size_t size, bool *read)
{
	if (!db_get(db, "ssh", column, NULL, 0, to, size)) {
		to[0] = 0;
		*read = *read && !db_fault(db);
	}
}

bool ssh_lists_read(struct ssh_lists *lists, struct db *db)
{
	bool read = true;
	char kex[32], cipher[16], custom_cipher[512], mac[16], custom_mac[512], legacy[4];
	struct ssh_wanted w = {kex, cipher, custom_cipher, mac, custom_mac, false};

	get(db, "kex", kex, sizeof(kex), &read);
	get(db, "cipher", cipher, sizeof(cipher), &read);
	get(db, "custom_cipher", custom_cipher, sizeof(custom_cipher), &read);
	get(db, "mac", mac, sizeof(mac), &read);
	get(db, "custom_mac", custom_mac, sizeof(custom_mac), &read);
	get(db, "legacy", legacy, sizeof(legacy), &read);
	w.legacy = legacy[0] == '1';
	make(lists, &w);
	return read;
}
