/* The tables `ssh` and `ssh_access` as the door needs them; nothing is kept. */
#include "cli/operator/door_offer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/config/ssh_words.h"
#include "cli/manager/manager.h"

static void get(const struct manager *m, const char *column, char *to, size_t size)
{
	if (!db_get(m->running.db, "ssh", column, NULL, 0, to, size))
		to[0] = 0;
}

static void send_keys(struct manager *m)
{
	char pem[HOSTKEY_PEM_MAX];
	struct ipc_msg msg = {.type = MSG_DOOR_KEY, .fd = -1, .door_key = {.pem = pem}};

	for (enum hostkey k = 0; k < HOSTKEY_COUNT; k++)
		if (m->host_keys.key[k].pem &&
		    hostkey_for_ssh(m->crypto, k, m->host_keys.key[k].pem, pem))
			ipc_send(m->channel[ROLE_SSH], &msg);
	explicit_bzero(pem, sizeof(pem));
}

bool door_offer_send(struct manager *m)
{
	struct ssh_lists lists;
	struct ipc_msg msg;

	if (!ssh_lists_read(&lists, m->running.db))
		return false;
	send_keys(m);
	msg = (struct ipc_msg){.type = MSG_DOOR_OFFER,
	    .fd = -1,
	    .door_offer = {.kex = lists.kex,
		.ciphers = lists.ciphers,
		.macs = lists.macs,
		.keys = lists.keys,
		.signatures = lists.signatures}};
	ipc_send(m->channel[ROLE_SSH], &msg);
	return true;
}

static void count(void *ctx, const struct db_row *row)
{
	(void)row;
	++*(unsigned *)ctx;
}

bool door_port(const struct manager *m, uint16_t *port)
{
	char text[16];
	unsigned rows = 0;

	if (!db_each(m->running.db, gram_table(m->gram, "ssh_access"), count, &rows))
		return false;
	get(m, "port", text, sizeof(text));
	*port = rows ? (uint16_t)strtoul(text, NULL, 10) : 0;
	return !rows || *port;
}

struct question {
	const struct addr *from;
	const char *ifname;
	bool yes;
};

static void look(void *ctx, const struct db_row *row)
{
	struct question *q = ctx;
	struct addr net, mask;

	if (addr_parse(db_text(row, "address"), &net) && addr_parse(db_text(row, "mask"), &mask) &&
	    !((addr_to_v4(q->from) ^ addr_to_v4(&net)) & addr_to_v4(&mask)) &&
	    strcmp(db_text(row, "ifname"), q->ifname) == 0)
		q->yes = true;
}

bool door_admits(const struct manager *m, const struct addr *from, const char *ifname)
{
	struct question q = {.from = from, .ifname = ifname};

	if (!ifname[0] || from->family != AF_INET)
		return false;
	return db_each(m->running.db, gram_table(m->gram, "ssh_access"), look, &q) && q.yes;
}
