/* Streams that a test plays the other side of; see aaa_streams.h. */
#include "tests/support/aaa_streams.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

struct aaa_stream aaa_streams[AAA_STREAMS];
size_t aaa_streams_n;
bool aaa_streams_none;

static struct aaa_stream *stream_open(struct aaa_net *n, const struct aaa_place *to,
    const struct aaa_tls *tls, const struct aaa_stream_events *events, void *arg)
{
	struct aaa_stream *s = &aaa_streams[aaa_streams_n];

	(void)n;
	if (aaa_streams_none)
		return NULL;
	assert(aaa_streams_n < AAA_STREAMS);
	aaa_streams_n++;
	*s = (struct aaa_stream){
	    .events = events, .arg = arg, .open = true, .to = *to, .tls = tls != NULL};
	if (tls) {
		snprintf(s->name, sizeof s->name, "%s", tls->name);
		s->trust_len = tls->trust_len;
	}
	return s;
}

static bool stream_send(struct aaa_stream *s, const void *p, size_t len)
{
	assert(s->open);
	assert(s->len + len <= sizeof s->sent);
	memcpy(s->sent + s->len, p, len);
	s->len += len;
	return true;
}

static void stream_close(struct aaa_stream *s)
{
	if (!s)
		return;
	assert(s->open);
	s->open = false;
}

struct aaa_net aaa_streams_net = {
    .stream_open = stream_open, .stream_send = stream_send, .stream_close = stream_close};

void aaa_streams_reset(void)
{
	aaa_streams_n = 0;
	aaa_streams_none = false;
}

void aaa_stream_hang_up(size_t i, const char *why, bool certificate)
{
	assert(aaa_streams[i].open);
	aaa_streams[i].open = false;
	aaa_streams[i].events->closed(aaa_streams[i].arg, why, certificate);
}

void aaa_streams_all_closed(void)
{
	for (size_t i = 0; i < aaa_streams_n; i++)
		assert(!aaa_streams[i].open);
}
