/*
 * `gatehouse-nt`: the keeper starts it to ask a Windows domain controller
 * whether a password is a user's: an SMB2 or SMB3 session setup with NTLMv2
 * ([MS-SMB2] 3.2.4.2, [MS-NLMP] 3.3.2) and a tree connect to IPC$. It counts
 * only once the controller has proved, by a check sum under the session's key,
 * that it knows the password, too: a session as guest has no such key. It is a
 * program of its own because its library, Samba's libsmbclient, blocks, is
 * large, and is under the GPL 3, under which this program is, too, when it is
 * passed on. /
 */
#include <errno.h>
#include <libsmbclient.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/child/child.h"
#include "engine/child/limits.h"
#include "engine/child/nt.h"
#include "engine/child/nt_log.h"

static struct {
	const struct msg_keep_nt *q;
	smbc_add_cached_srv_fn add; /* the library's own */
	bool connected;		    /* to IPC$ */
	struct nt_log log;
} asked;

static void credentials(SMBCCTX *c, const char *server, const char *share, char *domain,
    int domain_size, char *user, int user_size, char *password, int password_size)
{
	(void)c;
	(void)server;
	(void)share;
	snprintf(domain, (size_t)domain_size, "%s", asked.q->domain);
	snprintf(user, (size_t)user_size, "%s", asked.q->user);
	snprintf(password, (size_t)password_size, "%s", asked.q->password);
}

/* The library has an error number for a status, the same for many; only its log has the status, and
 * what the controller says of itself. */
static void heard(void *arg, int level, const char *line)
{
	(void)arg;
	nt_log_line(&asked.log, level, line);
}

static bool another(void)
{
	return *asked.log.name && *asked.q->name && strcasecmp(asked.log.name, asked.q->name) != 0;
}

/* It keeps a server once session and tree are there. */
static int keep(SMBCCTX *c, SMBCSRV *s, const char *server, const char *share,
    const char *workgroup, const char *user)
{
	asked.connected = strcmp(share, "IPC$") == 0;
	return asked.add(c, s, server, share, workgroup, user);
}

static SMBCCTX *set_up(void)
{
	SMBCCTX *c = smbc_new_context();

	if (!c)
		return NULL;
	smbc_setDebug(c, NT_LOG_LEVEL);
	smbc_setLogCallback(c, NULL, heard);
	smbc_setFunctionAuthDataWithContext(c, credentials);
	smbc_setOptionUseKerberos(c, 0);
	smbc_setOptionNoAutoAnonymousLogin(c, 1);
	smbc_setTimeout(c, (int)asked.q->timeout * 1000);
	smbc_setPort(c, asked.q->port);
	if (!smbc_init_context(c) || !smbc_setOptionProtocols(c, "SMB2_02", "SMB3_11")) {
		smbc_free_context(c, 1);
		return NULL;
	}
	asked.add = smbc_getFunctionAddCachedServer(c);
	smbc_setFunctionAddCachedServer(c, keep);
	return c;
}

/* Not the controller's word: the library's own for a network that failed. */
static bool of_the_network(uint32_t status)
{
	static const uint32_t list[] = {0, 0xc00000b5, 0xc00000be, 0xc000020c, 0xc000020d,
	    0xc0000236, 0xc000023c, 0xc000023d, 0xc000023f, 0xc0000241};

	for (size_t i = 0; i < sizeof list / sizeof *list; i++)
		if (list[i] == status)
			return true;
	return false;
}

static void tell(int error)
{
	uint32_t s = !asked.connected ? asked.log.status :
	    asked.log.proved ? NT_ACCEPTED : NT_GUEST;
	const uint8_t said[4] = {
	    (uint8_t)(s >> 24), (uint8_t)(s >> 16), (uint8_t)(s >> 8), (uint8_t)s};

	if (another()) {
		stream_say(CHILD_STREAM, STREAM_FAILED, "the controller is %s, not %s",
		    asked.log.name, asked.q->name);
		return;
	}
	if (!asked.connected && of_the_network(asked.log.status)) {
		stream_say(CHILD_STREAM, STREAM_FAILED, "%s", strerror(error));
		return;
	}
	stream_send(CHILD_STREAM, STREAM_DATA, said, sizeof said);
	stream_send(CHILD_STREAM, STREAM_END, "", 0);
}

int main(void)
{
	static const struct child_limits limits = {
	    .name = "gatehouse-nt", .memory_mb = 1024, .cpu_seconds = 60, .descriptors = 64};
	static struct stream_reader reader;
	static struct ipc_msg m;
	char url[64], address[ADDR_TEXT_MAX];
	struct stat st;
	SMBCCTX *c;

	if (!child_begin(&limits, &reader, &m) || m.type != MSG_KEEP_NT)
		return 1;
	asked.q = &m.keep_nt;
	/* Nothing of the host's own Samba. */
	setenv("HOME", "/nonexistent", 1);
	setenv("SMB_CONF_PATH", "/dev/null", 1);
	c = set_up();
	if (!c || !child_only_network()) {
		stream_say(CHILD_STREAM, STREAM_FAILED, "The login cannot be prepared");
		return 1;
	}
	snprintf(url, sizeof url, "smb://%s/IPC$", addr_text(&asked.q->controller, address));
	/* IPC$ is no folder: the call itself fails, after all that is to be known. */
	errno = 0;
	smbc_getFunctionStat(c)(c, url, &st);
	tell(errno);
	smbc_free_context(c, 1);
	stream_wipe(&reader);
	return 0;
}
