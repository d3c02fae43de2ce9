/* What a sane request for a short-lived child looks like. */
#include "engine/keeper/request_checks_child.h"

#include <string.h>

#include "engine/child/limits.h"

static bool within(uint32_t v, uint32_t least, uint32_t most)
{
	return v >= least && v <= most;
}

/* A name or an address, and nothing that a resolver could take for more. */
static bool host_sane(const char *host)
{
	size_t len = strlen(host);

	return len && len <= 253 && host[0] != '-' &&
	       strspn(host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_") ==
		   len;
}

static bool source_sane(const struct addr *a)
{
	return !a->family || (a->family == AF_INET && a->v4);
}

const char *request_check_ping(const struct ipc_msg *m)
{
	const struct msg_keep_ping *k = &m->keep_ping;

	if (!host_sane(k->host))
		return "bad host";
	if (!source_sane(&k->source))
		return "bad source";
	if (!within(k->repeat, 1, PING_REPEAT_MAX) || !within(k->timeout, 1, PING_TIMEOUT_MAX) ||
	    !within(k->size, PING_SIZE_MIN, PING_SIZE_MAX) || k->validate > 1)
		return "bad number";
	return NULL;
}

const char *request_check_traceroute(const struct ipc_msg *m)
{
	const struct msg_keep_traceroute *k = &m->keep_traceroute;

	if (!host_sane(k->host))
		return "bad host";
	if (!source_sane(&k->source))
		return "bad source";
	if (!within(k->timeout, 1, TRACEROUTE_TIMEOUT_MAX) ||
	    !within(k->probes, 1, TRACEROUTE_PROBES_MAX) || !within(k->first, 1, k->last) ||
	    !within(k->last, 1, 255) || !k->port || k->numeric > 1 || k->icmp > 1)
		return "bad number";
	return NULL;
}

/* The schemes that a transfer speaks, no other, and no character that ends a line of a protocol. */
const char *request_check_transfer(const struct ipc_msg *m)
{
	static const char *const scheme[] = {"tftp://", "ftp://", "scp://", "http://", "https://"};
	const struct msg_keep_transfer *k = &m->keep_transfer;
	bool known = false;

	for (size_t i = 0; i < sizeof scheme / sizeof *scheme; i++)
		known = known || !strncmp(k->url, scheme[i], strlen(scheme[i]));
	if (!known || strlen(k->url) > TRANSFER_URL_MAX)
		return "bad URL";
	for (const char *c = k->url; *c; c++)
		if ((unsigned char)*c <= ' ' || *c == 0x7f)
			return "bad URL";
	if (k->upload > 1 || !within(k->limit, 1, TRANSFER_BYTES_MAX))
		return "bad number";
	if (strlen(k->known) > TRANSFER_KEY_MAX)
		return "bad host key";
	return NULL;
}

/* An empty password would be nobody's, which a controller may let in. */
const char *request_check_nt(const struct ipc_msg *m)
{
	const struct msg_keep_nt *k = &m->keep_nt;

	if (!k->controller.family || !source_sane(&k->controller))
		return "bad address";
	if (!k->port || !within(k->timeout, 1, NT_TIMEOUT_MAX))
		return "bad number";
	if (!within((uint32_t)strlen(k->user), 1, NT_NAME_MAX) || strlen(k->domain) > NT_NAME_MAX ||
	    strlen(k->name) > NT_NAME_MAX ||
	    !within((uint32_t)strlen(k->password), 1, NT_NAME_MAX))
		return "bad name or password";
	return NULL;
}

const char *request_check_child_end(const struct ipc_msg *m)
{
	return m->keep_child_end.child ? NULL : "no child";
}
