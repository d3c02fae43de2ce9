/*
 * What short-lived children and the manager hear: a packet of a raw ICMP socket, and the frames of
 * a stream, in pieces of whatever size.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "engine/child/icmp.h"
#include "engine/child/stream.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void packet(const uint8_t *data, size_t size)
{
	struct icmp_heard h;

	if (icmp_read(data, size, &h) && h.data && h.len && h.data + h.len != data + size)
		abort();
}

static void stream(const uint8_t *data, size_t size)
{
	static struct stream_reader r;
	struct stream_frame f;
	size_t piece = size ? data[0] % 40u + 1 : 1;

	stream_wipe(&r);
	for (size_t at = 0; at < size;) {
		size_t room, n = size - at < piece ? size - at : piece;
		uint8_t *to = stream_room(&r, &room);
		int got;

		n = n < room ? n : room;
		if (!n)
			abort(); /* a frame that never ends */
		memcpy(to, data + at, n);
		stream_added(&r, n);
		at += n;
		while ((got = stream_next(&r, &f)) == 1)
			if (strlen((const char *)f.data) > f.len)
				abort();
		if (got < 0)
			return;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	packet(data, size);
	stream(data, size);
	return 0;
}
