/* The configuration's words for SSH algorithms, and the lists that they stand for. */
#ifndef GATEHOUSE_CONFIG_SSH_WORDS_H
#define GATEHOUSE_CONFIG_SSH_WORDS_H

#include <stdbool.h>

#include "db/db.h"

/* Comma lists in SSH's names, in the order of preference. */
struct ssh_lists {
	char kex[512], ciphers[512], macs[512], keys[256], signatures[256];
};

enum ssh_family { SSH_CIPHERS, SSH_MACS };

/* Those of the configuration: the table `ssh`. False: not all of it could be read. */
bool ssh_lists_read(struct ssh_lists *, struct db *);
/* The n-th level of `ssh cipher encryption|integrity` ("all", "low", ...) and its list; false
 * behind the last. */
bool ssh_level(enum ssh_family, unsigned n, const char **word, char list[512]);
/* Does each name of a list by colons exist? */
bool ssh_custom_known(enum ssh_family, const char *list);

#endif
