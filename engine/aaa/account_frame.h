/*
 * The file in which accounting waits: its bytes, without the file. A header with a generation, then
 * frames, each of which says by itself whether it is whole.
 */
#ifndef GATEHOUSE_AAA_ACCOUNT_FRAME_H
#define GATEHOUSE_AAA_ACCOUNT_FRAME_H

#include "engine/ipc/message.h"

#define ACCOUNT_HEADER 20
#define ACCOUNT_FRAME 21 /* of a frame without its payload */
#define ACCOUNT_PAYLOAD_MAX 8192

enum account_frame_type {
	FRAME_RECORD = 1, /* payload: the role (a byte), the message as it travels */
	FRAME_OPEN, /* the same: the last record of a session that is open, of which servers know */
	FRAME_DONE  /* payload: a server has it (its name), "" = it is done with */
};

struct account_frame {
	enum account_frame_type type;
	uint64_t seq; /* of the record */
	struct bytes payload;
};

/* `size`: ACCOUNT_HEADER. */
void account_header_write(uint8_t *to, size_t size, uint64_t generation);
/* False: it is none. */
bool account_header_read(const uint8_t *, size_t len, uint64_t *generation);
/* `to` has ACCOUNT_FRAME bytes and room for the payload; what it took. */
size_t account_frame_write(uint8_t *to, const struct account_frame *);
/* The next whole frame from *at on, which goes behind it; what is damaged is skipped and *damaged
 * counts it once in a row. False at the end; *at is then the end of the last whole frame. */
bool account_frame_read(
    const uint8_t *, size_t len, size_t *at, struct account_frame *, unsigned *damaged);

#endif
