/*
 * The AS exchange (RFC 4120 3.1) that checks a password, by libkrb5 without files, environment or
 * network: each step takes the server's answer and gives what is to be sent. A step computes a key
 * from the password, some milliseconds: it may run in another thread, one at a time.
 */
#ifndef GATEHOUSE_AAA_KERBEROS_EXCHANGE_H
#define GATEHOUSE_AAA_KERBEROS_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/base/reason.h"

struct kerberos_exchange;

struct kerberos_question {
	const char *user, *realm, *password; /* copied */
	/* Keys of ours of which the server has to know one, NULL: it is believed. Copied. */
	const uint8_t *keytab;
	size_t keytab_len;
};

enum kerberos_next {
	KERBEROS_SEND,	      /* `out` is a new request */
	KERBEROS_SEND_STREAM, /* `out` is the same once more: the answer needs TCP */
	KERBEROS_OVER,	      /* `result` and what follows */
};

struct kerberos_step {
	const uint8_t *in; /* the server's answer; len 0: the beginning */
	size_t in_len;
	enum kerberos_next next;
	const uint8_t *out; /* until the next step */
	size_t out_len;
	uint8_t result; /* AUTH_ACCEPT, AUTH_REJECT, AUTH_ERROR */
	enum reason reason;
	int error;     /* the server's error number, 0 = none */
	char why[160]; /* more of it for operators, "" = nothing */
};

/* NULL: no memory. */
struct kerberos_exchange *kerberos_exchange_create(const struct kerberos_question *);
void kerberos_exchange_destroy(struct kerberos_exchange *); /* wipes; NULL is allowed */
void kerberos_exchange_step(struct kerberos_exchange *, struct kerberos_step *);
/* Whose ticket is asked for: "krbtgt" or a service of ours. */
const char *kerberos_exchange_service(const struct kerberos_exchange *);
/* Is it an answer of a Kerberos server, whole? */
bool kerberos_is_answer(const uint8_t *, size_t len);
/* And which. */
const char *kerberos_answer_name(const uint8_t *);

#endif
