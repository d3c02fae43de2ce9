/*
 * A TACACS+ server that the test plays: logins that wait for it, the packet of theirs that was
 * heard last, in the clear, and answers to that.
 */
#ifndef GATEHOUSE_TACACS_SIM_H
#define GATEHOUSE_TACACS_SIM_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/aaa/report.h"
#include "engine/aaa/tacacs/tacacs.h"
#include "engine/aaa/tacacs/link.h"
#include "tests/support/aaa_net_sim.h"
#include "tests/support/env_sim.h"

#define S(i) (&tacacs_net.stream[(i) % NETSIM_OPEN])

extern struct netsim tacacs_net;
extern struct sim tacacs_time;
extern struct crypto *tacacs_crypto;
extern struct aaa_world tacacs_world;
extern struct cfg_aaa_host tacacs_host;
extern struct aaa_server tacacs_server, *tacacs_servers[1];
extern struct conversation tacacs_talk, tacacs_others[260];

struct tacacs_outcome {
	unsigned n;
	uint8_t result;
	enum reason reason;
	char message[256], user[64], why[128];
	bool echo;
	struct aaa_attributes attributes;
};

extern struct tacacs_outcome tacacs_got;

void tacacs_failed(
    struct conversation *c, struct aaa_server *s, const struct aaa_answer *a, bool dead);
void tacacs_setup(void);
void tacacs_teardown(void);
struct aaa_request tacacs_pap(void);
void tacacs_ask_as(struct conversation *c, const struct aaa_request *r);
void tacacs_ask(const struct aaa_request *r);
struct aaa_request tacacs_by(enum aaa_method method, const char *service);

extern struct tacacs_header tacacs_head;
extern uint8_t tacacs_body[4096];

/* The next packet of that stream, in the clear. */
void tacacs_hear(size_t i);

/* An answer to the packet that was heard last, whole or byte by byte. */
extern uint8_t tacacs_answer[8192];
extern size_t tacacs_answer_len;

void tacacs_build(const char *key, const void *p, size_t len);
void tacacs_deliver(size_t i);
void tacacs_authen_body(struct wr *w, uint8_t status, uint8_t flags, const char *text);
void tacacs_authen(size_t i, uint8_t status, uint8_t flags, const char *text);
void tacacs_body_is(const char *bytes, size_t len);

#define BODY_IS(text) tacacs_body_is(text, sizeof text - 1)

const struct aaa_value *tacacs_value(enum aaa_attribute which);

#endif
