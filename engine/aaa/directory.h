/*
 * What the configuration says to all login servers alike: interfaces, our name, certificates of
 * authorities, LDAP attribute maps, the keytab. Built from CFG messages; a snapshot replaces it.
 */
#ifndef GATEHOUSE_AAA_DIRECTORY_H
#define GATEHOUSE_AAA_DIRECTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/ipc/message.h"

struct aaa_directory;

/* NULL: no memory. */
struct aaa_directory *aaa_directory_create(void);
void aaa_directory_destroy(struct aaa_directory *); /* wipes */
/* Takes a message in; false: it is none of these. */
bool aaa_directory_message(struct aaa_directory *, const struct ipc_msg *);
/* A snapshot begins; once it has ended, what it did not name is gone. */
void aaa_directory_begin(struct aaa_directory *);
void aaa_directory_end(struct aaa_directory *);

const char *aaa_directory_hostname(const struct aaa_directory *); /* "" = not known */
/* The interface of that nameif; NULL: there is none, or it has no address or device. */
const struct cfg_aaa_interface *aaa_directory_interface(
    const struct aaa_directory *, const char *nameif);
/* Certificates (DER, one behind the other) of that trustpoint, "" = of all: malloc'ed, the
 * caller's. NULL and *len 0: there are none. */
uint8_t *aaa_directory_trust(const struct aaa_directory *, const char *trustpoint, size_t *len);
/* What the LDAP attribute is called here by that map, NULL: it is not in it. */
const char *aaa_directory_ldap_name(
    const struct aaa_directory *, const char *map, const char *ldap);
/* What its value means here: the value itself where the map says nothing. */
const char *aaa_directory_ldap_value(
    const struct aaa_directory *, const char *map, const char *ldap, const char *value);
/* Calls `each` for every attribute that the map names. */
void aaa_directory_ldap_each(const struct aaa_directory *, const char *map,
    void (*each)(void *arg, const char *ldap, const char *cisco), void *arg);
/* MIT's keytab file; NULL: there is none. Lives until the next message. */
const uint8_t *aaa_directory_keytab(const struct aaa_directory *, size_t *len);

#endif
