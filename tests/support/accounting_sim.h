/*
 * Records of accounting on their way to servers that the test plays: through several lives of
 * the process, with its two files.
 */
#ifndef GATEHOUSE_ACCOUNTING_SIM_H
#define GATEHOUSE_ACCOUNTING_SIM_H

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/aaa/accounting.h"
#include "engine/aaa/report.h"
#include "tests/support/env_sim.h"

#define SERVERS 2

extern struct sim acct_sim;
extern struct aaa_world acct_world;
extern struct accounting *acct_a;
extern struct aaa_group acct_group;
extern struct aaa_server acct_server[SERVERS], *acct_servers[SERVERS];
extern struct cfg_aaa_group acct_config;
extern bool acct_known;			 /* the group is configured */
extern char acct_said[SERVERS][1 << 16]; /* what each server heard and took, a word each */
extern char acct_plan[SERVERS];		 /* A takes it, S says nothing, R refuses, E errs */
extern struct conversation *acct_asked[SERVERS][256];
extern unsigned acct_n_asked[SERVERS], acct_n_logs;
extern char acct_files[2][64];
extern uint16_t acct_cookie_len;
extern uint32_t acct_next_id; /* of the next record, 0: its role does not wait */
extern char acct_takens[256]; /* ids that were taken */

void acct_answer(struct conversation *c, size_t i, char how);

extern const struct aaa_protocol acct_protocol;

struct aaa_group *acct_find(void *arg, const char *name);
/* One life of the process. */
void acct_live(bool reborn);
void acct_die(void);
void acct_setup(void);
void acct_teardown(void);
void acct_put(uint8_t what, const char *key, uint64_t bytes);
unsigned acct_waiting(void);
unsigned acct_lost(void);
void acct_expect(size_t i, const char *text);

#endif
