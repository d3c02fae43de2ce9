/*
 * What passes between a short-lived child of the keeper and the manager, over a
 * Unix stream socket: frames of a type (u8), a length (u32, big-endian) and so
 * many bytes. The keeper writes the first one, REQUEST, before the manager gets
 * its end. A child ends with END or FAILED; an end of the stream without one of
 * them is a failure, too. When the manager has shut its side down, the person
 * wants no more: the child says what it has, and ends.
 */
#ifndef GATEHOUSE_CHILD_STREAM_H
#define GATEHOUSE_CHILD_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STREAM_HEAD 5
#define STREAM_MAX 16384 /* bytes of a frame */

enum stream_type {
	STREAM_REQUEST = 1, /* to the child: the message, as on the bus */
	STREAM_TEXT,	    /* to the person */
	STREAM_DATA,	    /* of the file, in either direction */
	STREAM_END,	    /* the file is complete; the child's work is done */
	STREAM_FAILED,	    /* why it is not: a text for the person */
	STREAM_PROGRESS,    /* u32: bytes of an upload that have gone out so far */
	STREAM_HOST_KEY,    /* the other host's key, which nobody has accepted: a text */
};

struct stream_frame {
	enum stream_type type;
	const uint8_t *data; /* followed by a NUL */
	size_t len;
};

/* Collects bytes of a stream into frames. Zeroed = empty. What was read is wiped. */
struct stream_reader {
	uint8_t bytes[STREAM_HEAD + STREAM_MAX + 1];
	size_t len, used;
	uint8_t next; /* the byte in whose place the NUL behind a frame stands */
	bool cut;
};

/* Where to read the next bytes to, and how many at most; they are added by stream_added(). */
uint8_t *stream_room(struct stream_reader *, size_t *room);
void stream_added(struct stream_reader *, size_t n);
/* The next whole frame, valid until the next call on the reader: 1; 0 when bytes are missing, -1
 * when it is no stream of these. */
int stream_next(struct stream_reader *, struct stream_frame *);
void stream_wipe(struct stream_reader *);

/* The head of a frame of `len` bytes. */
void stream_head(uint8_t to[STREAM_HEAD], enum stream_type, size_t len);
/* Writes a frame to a blocking descriptor; longer ones in pieces. False with errno. */
bool stream_send(int fd, enum stream_type, const void *data, size_t len);
/* The same of a text. */
bool stream_say(int fd, enum stream_type, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* Reads from a blocking descriptor until a whole frame is there: as stream_next(), and 0 at the
 * end of the stream. */
int stream_wait(int fd, struct stream_reader *, struct stream_frame *);

#endif
