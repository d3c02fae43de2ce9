/* An LDAP server that the test plays, the logins that wait for it, and its answers. */
#ifndef GATEHOUSE_LDAP_SIM_H
#define GATEHOUSE_LDAP_SIM_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/aaa/directory.h"
#include "engine/aaa/ldap/ldap.h"
#include "engine/aaa/ldap/check.h"
#include "engine/aaa/report.h"
#include "tests/support/aaa_net_sim.h"
#include "tests/support/env_sim.h"

#define LOGINS 20

enum { BIND = 0x60, SEARCH = 0x63, ABANDON = 0x50 };

extern struct sim ldap_sim;
extern struct netsim ldap_net;
extern struct aaa_world ldap_world;
extern struct cfg_aaa_host ldap_host;
extern struct aaa_server ldap_server, *ldap_servers[1];

/* A login, and how it ended. */
struct login {
	struct conversation c;
	unsigned ends;
	uint8_t result;
	enum reason reason;
	struct aaa_attributes attributes;
	char message[64], why[256];
};

void ldap_setup(void);
void ldap_teardown(void);
struct login *ldap_ask_for(size_t i, enum aaa_kind kind, const char *user, const char *password);
/* The next request on that connection, which has to be `op`: its number. */
uint32_t ldap_wanted(struct aaa_stream *s, uint8_t op, struct rd *body);
void ldap_result(struct aaa_stream *s, uint32_t id, uint8_t op, uint32_t code, const char *text);
/* An entry with one attribute, of up to two values; NULL: none. */
void ldap_entry(struct aaa_stream *s, uint32_t id, const char *dn, const char *name,
    const char *value, const char *other);
struct aaa_stream *ldap_connection(size_t i);
/* Takes the first connection up, and our own bind on it. */
struct aaa_stream *ldap_searcher(void);
void ldap_found(struct aaa_stream *s);
void ldap_ck_end(const struct login *l, uint8_t expected, enum reason reason);

#endif
