/* What travels in the calls of the RSA SecurID Authentication API: JSON, by jansson. Pure. */
#ifndef GATEHOUSE_AAA_SDI_MESSAGE_H
#define GATEHOUSE_AAA_SDI_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>

#define SDI_ID_MAX 256
#define SDI_METHOD_MAX 64
#define SDI_PASSCODE "SECURID"

enum sdi_code { SDI_SUCCESS, SDI_FAIL, SDI_CHALLENGE };

/* What the server says. Texts are printable, and cut but for ids, which have to be whole. */
struct sdi_reply {
	enum sdi_code code;
	char reason[64];	     /* attemptReasonCode, or the method's own */
	char attempt[SDI_ID_MAX];    /* authnAttemptId */
	char message[SDI_ID_MAX];    /* messageId */
	char answers[SDI_ID_MAX];    /* inResponseTo */
	bool wrong;		     /* what was said last is refused, another try is allowed */
	char method[SDI_METHOD_MAX]; /* of a challenge: that is wanted, "" = none that we have */
	char prompt[512];	     /* "" = it says none */
	bool sensitive;
};

/* A call. attempt "" = the first. */
struct sdi_call {
	const char *agent, *user;	   /* of the first */
	const char *attempt, *in_response; /* of the others */
	const char *message;
	const char *method, *value; /* what is said; NULL: nothing */
};

/* The body, malloc'ed: wipe it. NULL: a text is not UTF-8, or no memory. */
char *sdi_call_write(const struct sdi_call *);
/* False: it is not that. */
bool sdi_reply_read(const char *body, size_t len, struct sdi_reply *);

#endif
