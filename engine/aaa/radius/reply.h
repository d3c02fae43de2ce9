/* What a RADIUS server says: its attributes as ours (attribute.def), access lists, challenges. */
#ifndef GATEHOUSE_AAA_RADIUS_REPLY_H
#define GATEHOUSE_AAA_RADIUS_REPLY_H

#include "engine/aaa/conversation.h"
#include "engine/aaa/radius/packet.h"

#define RADIUS_LINES_MAX 256

/* Lines of an access list as they arrive: numbered, in any order. */
struct radius_lines {
	size_t n;
	struct {
		unsigned long number;
		uint16_t at; /* in `text` */
	} line[RADIUS_LINES_MAX];
	char text[AAA_ATTRIBUTES_MAX];
	size_t used;
	bool over; /* there are more than we take */
};

/* An answer being put together, with what it speaks of. Zeroed memory is an empty one. */
struct radius_said {
	struct aaa_answer answer; /* result and reason are the caller's */
	struct radius_lines lines;
	uint8_t cookie[AAA_COOKIE_MAX]; /* Class attributes: length 1, value; and so on */
	size_t cookie_len;
	/* whom the server has let in, "" = whom it was asked for */
	char user[RADIUS_VALUE_MAX + 1];
	char message[1024];
	char banner[512];
	uint8_t eap[AAA_EAP_MAX];
	size_t eap_len;
	uint8_t state[RADIUS_VALUE_MAX];
	size_t state_len;
	char acl[RADIUS_VALUE_MAX + 1]; /* the access list to be asked for, "" = none */
	bool bad;			/* an attribute has no such length, or there are too many */
};

/* Adds what the packet says. `masks`: the host's acl_netmask_convert. */
void radius_reply_take(struct radius_said *, const struct radius_packet *, const char *masks);
/* Of an answer to the question for an access list only its lines, and its State. */
void radius_reply_take_acl(struct radius_said *, const struct radius_packet *, const char *masks);
/* The texts and bytes of the answer are set, lists closed; `bad` when it does not fit. */
void radius_reply_finish(struct radius_said *);
/* One attribute into the list; what we have no use for changes nothing. False: it has not the form
 * that it has to have, or the list is full. */
bool radius_reply_attribute(struct aaa_attributes *, const struct radius_value *);
/* Would any of those take it as one of ours? */
bool radius_reply_knows(const struct radius_value *);
/* An access list's line with its masks as netmasks, by that acl_netmask_convert. */
void radius_acl_line(const char *line, const char *masks, char *to, size_t size);

#endif
