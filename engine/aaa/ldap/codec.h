/*
 * LDAP messages (RFC 4511) as bytes: what is asked, and what is answered. A name of a user stands
 * in a filter as a value of its own, never as text, so that nothing in it has a meaning.
 * Pure; what is read points into the bytes that it was read from.
 */
#ifndef GATEHOUSE_AAA_LDAP_CODEC_H
#define GATEHOUSE_AAA_LDAP_CODEC_H

#include "engine/wire/ber.h"

enum { /* protocolOp */
	LDAP_BIND_RESPONSE = 0x61,
	LDAP_SEARCH_ENTRY = 0x64,
	LDAP_SEARCH_DONE = 0x65,
};

enum { /* resultCode (RFC 4511 A.1), those that are acted on */
	LDAP_OK = 0,
	LDAP_OPERATIONS_ERROR = 1,
	LDAP_SIZE_LIMIT = 4,
	LDAP_STRONGER = 8,
	LDAP_REFERRAL = 10,
	LDAP_CONFIDENTIALITY = 13,
	LDAP_CONSTRAINT = 19,
	LDAP_NO_OBJECT = 32,
	LDAP_INVALID_DN = 34,
	LDAP_INAPPROPRIATE = 48,
	LDAP_INVALID_CREDENTIALS = 49,
	LDAP_NO_ACCESS = 50,
	LDAP_BUSY = 51,
	LDAP_UNAVAILABLE = 52,
	LDAP_UNWILLING = 53,
};

enum { LDAP_ONELEVEL = 1, LDAP_SUBTREE = 2 };

#define LDAP_EQUALS_MAX 2
#define LDAP_WANTED_MAX 64

/* Entries below `base` in which one of the attributes is that value. */
struct ldap_search {
	const char *base;
	uint8_t scope;
	uint32_t limit; /* of entries, 0 = none */
	const char *attribute[LDAP_EQUALS_MAX];
	size_t n;
	struct rd value;
	const char *wanted[LDAP_WANTED_MAX]; /* attributes of the answer; none: its name only */
	size_t n_wanted;
};

struct ldap_message {
	uint32_t id;
	uint8_t op;
	struct rd body, controls;
};

enum { LDAP_NO_POLICY = -1 };

struct ldap_result {
	int32_t code;
	struct rd text;	    /* diagnosticMessage */
	struct rd referral; /* of LDAP_REFERRAL: the first address */
	int policy;	    /* passwordPolicyResponse's error, LDAP_NO_POLICY = none */
	int64_t expires;    /* seconds until the password does, -1 = not told */
	int32_t grace;	    /* logins that are left after that, -1 = not told */
};

/* A simple bind that asks for what the server's password policy says. */
void ldap_write_bind(struct wr *, uint32_t id, struct rd dn, const char *password);
void ldap_write_search(struct wr *, uint32_t id, const struct ldap_search *);
void ldap_write_abandon(struct wr *, uint32_t id, uint32_t abandoned);

/* False when it is no message. */
bool ldap_read(const uint8_t *, size_t len, struct ldap_message *);
/* Of a message that is a result. False when malformed. */
bool ldap_read_result(const struct ldap_message *, struct ldap_result *);
/* Of LDAP_SEARCH_ENTRY: its name and its attributes. False when malformed. */
bool ldap_read_entry(const struct ldap_message *, struct rd *dn, struct rd *attributes);
/* The next attribute, and its next value. False at the end, or (and bad) where malformed. The
 * name is without options (";range=0-1499"). */
bool ldap_next_attribute(struct rd *attributes, struct rd *name, struct rd *values);
bool ldap_next_value(struct rd *values, struct rd *value);

#endif
