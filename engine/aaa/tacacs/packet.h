/* TACACS+ on the wire (RFC 8907 4 to 7): headers, bodies, and how bodies are hidden. Pure. */
#ifndef GATEHOUSE_AAA_TACACS_PACKET_H
#define GATEHOUSE_AAA_TACACS_PACKET_H

#include "engine/aaa/conversation.h"
#include "engine/crypto/crypto.h"
#include "engine/wire/wire.h"

#define TACACS_PORT 49
#define TACACS_HEADER 12
#define TACACS_BODY_MAX 65536 /* of a reply that is read; longer ones are malformed */
#define TACACS_SEND_MAX 16384 /* what our longest request needs */
#define TACACS_TEXT_MAX 1024
#define TACACS_ARGS_MAX 255

enum tacacs_type { TACACS_AUTHEN = 1, TACACS_AUTHOR, TACACS_ACCT };
enum { TACACS_UNENCRYPTED = 0x01, TACACS_SINGLE_CONNECT = 0x04 };
enum { TACACS_VERSION = 0xc0, TACACS_VERSION_ONE = 0xc1 /* PAP, CHAP, MS-CHAP: 5.4.2 */ };

/* Statuses of replies: 5.2, 6.2, 7.2. */
enum tacacs_authen_status {
	TACACS_PASS = 1,
	TACACS_FAIL,
	TACACS_GETDATA,
	TACACS_GETUSER,
	TACACS_GETPASS,
	TACACS_RESTART,
	TACACS_ERROR,
	TACACS_FOLLOW = 0x21
};
enum tacacs_author_status {
	TACACS_PASS_ADD = 1,
	TACACS_PASS_REPL,
	TACACS_AUTHOR_FAIL = 0x10,
	TACACS_AUTHOR_ERROR
};
enum tacacs_acct_status { TACACS_ACCT_SUCCESS = 1, TACACS_ACCT_ERROR };
enum tacacs_acct_flags { TACACS_START = 2, TACACS_STOP = 4, TACACS_WATCHDOG = 8 };

struct tacacs_header {
	uint8_t version, type, seq, flags;
	uint32_t session, length; /* of the body */
};

/* Arguments of a request, "name=value" each. Zeroed memory is an empty list. */
struct tacacs_args {
	size_t n, used;
	bool full; /* one did not fit: the list says less than it should */
	uint8_t len[TACACS_ARGS_MAX];
	char bytes[8192];
};

/* What a reply says. `arg` points into the body that was read. */
struct tacacs_reply {
	uint8_t status;
	bool noecho;
	char message[TACACS_TEXT_MAX]; /* printable, with \n and \t; cut */
	size_t n_args;
	struct chunk arg[TACACS_ARGS_MAX];
};

void tacacs_header_write(struct wr *, const struct tacacs_header *);
/* False: these bytes are no header of TACACS+, or of a body that is too long. */
bool tacacs_header_read(struct rd *, struct tacacs_header *);
/* Hides the body, or shows it: 4.5. False: the library failed; the body is spoilt then. */
bool tacacs_hide(
    const struct crypto *, const char *key, const struct tacacs_header *, uint8_t *body);

/* printf of one argument; it has to be a whole one of at most 255 bytes, or the list is `full`. */
void tacacs_arg(struct tacacs_args *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Which authentication a request is on the wire; the version that its header has. */
uint8_t tacacs_version(const struct aaa_request *);
/* Does the server ask for the password itself? That of `enable` it always does. */
bool tacacs_asks(const struct aaa_request *);
/* The bodies: START of an authentication (5.1), CONTINUE (5.3), authorization (6.1), accounting
 * (7.1). A secret is in them: wipe. */
void tacacs_start_write(struct wr *, const struct aaa_request *);
void tacacs_continue_write(struct wr *, const char *text, bool abort);
void tacacs_author_write(struct wr *, const struct aaa_request *, const struct tacacs_args *);
void tacacs_acct_write(struct wr *, const struct msg_account *, const struct tacacs_args *);
/* Bytes of a server as a text: cut, and without what a terminal would act on. */
void tacacs_text(char *to, size_t size, const void *from, size_t len);
/* The replies to them. False: malformed, as all are that were hidden by another key. */
bool tacacs_authen_read(struct rd, struct tacacs_reply *);
bool tacacs_author_read(struct rd, struct tacacs_reply *);
bool tacacs_acct_read(struct rd, struct tacacs_reply *);

#endif
