/*
 * `gatehouse-transfer`: the keeper starts it to fetch a file from a URL, or to
 * send one there. The file comes and goes by the stream, whole; libcurl does the
 * rest, with no rights but to speak to the network.
 */
#include <curl/curl.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/child/child.h"
#include "engine/child/limits.h"

#define CONNECT_SECONDS 15L
#define SILENT_SECONDS 30L /* a server that says nothing */
#define REDIRECTS 5L

struct transfer {
	const struct msg_keep_transfer *q;
	uint8_t *file; /* to be sent */
	size_t len, at;
	uint64_t received;
	bool too_large, unheard, key_told;
	char error[CURL_ERROR_SIZE];
};

/* ---- the file ------------------------------------------------------------------------- */

/* All of what is to be sent: some servers have to be told its length first. */
static bool read_file(struct transfer *t, struct stream_reader *reader)
{
	struct stream_frame f;

	t->file = malloc(t->q->limit);
	while (t->file && stream_wait(CHILD_STREAM, reader, &f) == 1) {
		if (f.type == STREAM_END)
			return true;
		if (f.type != STREAM_DATA || f.len > t->q->limit - t->len)
			return false;
		memcpy(t->file + t->len, f.data, f.len);
		t->len += f.len;
	}
	return false;
}

static size_t give(char *to, size_t size, size_t n, void *arg)
{
	struct transfer *t = arg;
	size_t left = t->len - t->at, len = size * n < left ? size * n : left;
	uint32_t sent = (uint32_t)(t->at + len);
	const uint8_t progress[4] = {
	    (uint8_t)(sent >> 24), (uint8_t)(sent >> 16), (uint8_t)(sent >> 8), (uint8_t)sent};

	memcpy(to, t->file + t->at, len);
	t->at += len;
	if (len && !stream_send(CHILD_STREAM, STREAM_PROGRESS, progress, sizeof progress))
		return CURL_READFUNC_ABORT;
	return len;
}

/* Some protocols begin anew. */
static int seek(void *arg, curl_off_t offset, int from)
{
	struct transfer *t = arg;

	if (from != SEEK_SET || offset < 0 || (uint64_t)offset > t->len)
		return CURL_SEEKFUNC_FAIL;
	t->at = (size_t)offset;
	return CURL_SEEKFUNC_OK;
}

static size_t take(char *from, size_t size, size_t n, void *arg)
{
	struct transfer *t = arg;
	size_t len = size * n;

	t->received += len;
	t->too_large = t->received > t->q->limit;
	t->unheard = !t->too_large && len && !stream_send(CHILD_STREAM, STREAM_DATA, from, len);
	return t->too_large || t->unheard ? CURL_WRITEFUNC_ERROR : len;
}

/* A host whose key nobody has accepted yet. */
static int host_key(void *arg, int type, const char *key, size_t len)
{
	struct transfer *t = arg;

	(void)type;
	t->key_told = stream_send(CHILD_STREAM, STREAM_HOST_KEY, key, len);
	return CURLKHMATCH_MISMATCH;
}

/* ---- how it is done ----------------------------------------------------------------------- */

/* An option that libcurl does not know is a protection that is not there. */
#define SET(option, value) ok = ok && curl_easy_setopt(c, option, value) == CURLE_OK

static bool set_limits(CURL *c, struct transfer *t)
{
	bool https = strncmp(t->q->url, "https:", 6) == 0, ok = true;

	SET(CURLOPT_PROTOCOLS_STR, "tftp,ftp,scp,http,https");
	SET(CURLOPT_REDIR_PROTOCOLS_STR, https ? "https" : "http,https");
	SET(CURLOPT_MAXREDIRS, REDIRECTS);
	SET(CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS);
	SET(CURLOPT_LOW_SPEED_LIMIT, 1L);
	SET(CURLOPT_LOW_SPEED_TIME, SILENT_SECONDS);
	SET(CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)t->q->limit);
	SET(CURLOPT_PROXY, "");
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_SSL_VERIFYPEER, 1L);
	SET(CURLOPT_SSL_VERIFYHOST, 2L);
	SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	return ok;
}

static bool set_host_key(CURL *c, struct transfer *t)
{
	bool ok = true;

	SET(CURLOPT_SSH_AUTH_TYPES, (long)(CURLSSH_AUTH_PASSWORD | CURLSSH_AUTH_KEYBOARD));
	if (*t->q->known) {
		SET(CURLOPT_SSH_HOST_PUBLIC_KEY_SHA256, t->q->known);
	} else {
		SET(CURLOPT_SSH_HOSTKEYFUNCTION, host_key);
		SET(CURLOPT_SSH_HOSTKEYDATA, t);
	}
	return ok;
}

static bool set_up(CURL *c, struct transfer *t)
{
	bool ok = true;

	SET(CURLOPT_URL, t->q->url);
	SET(CURLOPT_ERRORBUFFER, t->error);
	SET(CURLOPT_WRITEFUNCTION, take);
	SET(CURLOPT_WRITEDATA, t);
	SET(CURLOPT_FAILONERROR, 1L);
	SET(CURLOPT_FOLLOWLOCATION, t->q->upload ? 0L : 1L);
	if (t->q->upload) {
		SET(CURLOPT_UPLOAD, 1L);
		SET(CURLOPT_READFUNCTION, give);
		SET(CURLOPT_READDATA, t);
		SET(CURLOPT_SEEKFUNCTION, seek);
		SET(CURLOPT_SEEKDATA, t);
		SET(CURLOPT_INFILESIZE_LARGE, (curl_off_t)t->len);
	}
	return ok && set_limits(c, t) && (strncmp(t->q->url, "scp:", 4) != 0 || set_host_key(c, t));
}

/* ---- how it went ---------------------------------------------------------------------------- */

static const char *http_reason(long code)
{
	switch (code) {
	case 401:
	case 403:
		return "Permission denied";
	case 404:
	case 410:
		return "No such file or directory";
	case 405:
	case 501:
		return "The server takes no files";
	case 507:
		return "No space left on device";
	default:
		return NULL;
	}
}

/* In the device's words where it has some; NULL: libcurl's. */
static const char *reason(CURL *c, CURLcode how)
{
	long code = 0;

	switch (how) {
	case CURLE_COULDNT_RESOLVE_HOST:
		return "Unknown host";
	case CURLE_COULDNT_CONNECT:
		curl_easy_getinfo(c, CURLINFO_OS_ERRNO, &code);
		return code ? strerror((int)code) : "Connection failed";
	case CURLE_OPERATION_TIMEDOUT:
		return "Timed out attempting to connect or to transfer";
	case CURLE_REMOTE_FILE_NOT_FOUND:
	case CURLE_TFTP_NOTFOUND:
	case CURLE_FTP_COULDNT_RETR_FILE:
		return "No such file or directory";
	case CURLE_LOGIN_DENIED:
	case CURLE_REMOTE_ACCESS_DENIED:
	case CURLE_TFTP_PERM:
		return "Permission denied";
	case CURLE_REMOTE_DISK_FULL:
		return "No space left on device";
	case CURLE_FILESIZE_EXCEEDED:
		return "File too large";
	case CURLE_UNSUPPORTED_PROTOCOL:
		return "The server leads to another protocol";
	case CURLE_HTTP_RETURNED_ERROR:
		curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &code);
		return http_reason(code);
	default:
		return NULL;
	}
}

/* What a server has said may hold anything. */
static void clean(char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || (unsigned char)*text >= 0x7f)
			*text = '?';
}

static void tell(struct transfer *t, CURL *c, CURLcode how)
{
	const char *why = reason(c, how);
	bool trust = how == CURLE_PEER_FAILED_VERIFICATION && !strncmp(t->q->url, "https:", 6);

	clean(t->error);
	if (how == CURLE_OK)
		stream_send(CHILD_STREAM, STREAM_END, "", 0);
	else if (t->too_large)
		stream_say(CHILD_STREAM, STREAM_FAILED, "File too large");
	else if (trust)
		stream_say(CHILD_STREAM, STREAM_FAILED,
		    "The certificate of the server is not trusted: %s", t->error);
	else if (how == CURLE_PEER_FAILED_VERIFICATION)
		stream_say(CHILD_STREAM, STREAM_FAILED,
		    "The server's host key is not the one that was accepted");
	else
		stream_say(CHILD_STREAM, STREAM_FAILED, "%s",
		    why		? why
		    : *t->error ? t->error
				: curl_easy_strerror(how));
}

int main(void)
{
	static const struct child_limits limits = {
	    .name = "gatehouse-transfer", .memory_mb = 1024, .cpu_seconds = 600, .descriptors = 64};
	static struct stream_reader reader;
	static struct transfer t;
	static char url[TRANSFER_URL_MAX + 1], known[TRANSFER_KEY_MAX + 1];
	static struct ipc_msg m;
	CURL *c;
	CURLcode how;

	if (!child_begin(&limits, &reader, &m) || m.type != MSG_KEEP_TRANSFER)
		return 1;
	/* The texts are the reader's, which goes on reading. */
	strncpy(url, m.keep_transfer.url, TRANSFER_URL_MAX);
	strncpy(known, m.keep_transfer.known, TRANSFER_KEY_MAX);
	m.keep_transfer.url = url;
	m.keep_transfer.known = known;
	t.q = &m.keep_transfer;
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK || !(c = curl_easy_init()) ||
	    (t.q->upload && !read_file(&t, &reader)) || !set_up(c, &t) || !child_only_network()) {
		stream_say(CHILD_STREAM, STREAM_FAILED, "The transfer cannot be prepared");
		return 1;
	}
	how = curl_easy_perform(c);
	tell(&t, c, how);
	curl_easy_cleanup(c);
	free(t.file);
	return 0;
}
