/* Which card an interface is: `show interface mapping`, `interface mapping`. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/manager/manager.h"
#include "cli/show/show.h"
#include "cli/config/hooks.h"

static int by_hardware(const void *a, const void *b)
{
	return strverscmp(((const struct show_card *)a)->hardware,
	    ((const struct show_card *)b)->hardware);
}

static void exec_show_mapping(struct operator *op)
{
	const struct manager *m = op->manager;
	struct show_card card[MANAGER_LINKS_MAX] = {0};
	size_t n = 0;

	for (unsigned i = 0; i < m->n_links; i++) {
		const struct manager_link *l = &m->link[i];

		if (l->hardware[0])
			card[n++] = (struct show_card){.hardware = l->hardware, .mac = l->mac,
			    .device = l->device[0] ? l->device : l->last, .present = l->device[0],
			    .up = l->up && l->carrier};
	}
	qsort(card, n, sizeof(card[0]), by_hardware);
	show_mapping(&op->out, card, n);
	operator_done(op);
}

/* "5254.000d.da4c", or with colons or hyphens between two digits each, as Linux writes it. */
static bool read_mac(const char *typed, char mac[18])
{
	size_t digits = 0;

	for (; *typed; typed++) {
		if (strchr(".:-", *typed))
			continue;
		if (!isxdigit((unsigned char)*typed) || digits == 12)
			return false;
		mac[digits / 2 * 3 + digits % 2] = (char)tolower((unsigned char)*typed);
		if (digits % 2 && digits < 11)
			mac[digits / 2 * 3 + 2] = ':';
		digits++;
	}
	mac[17] = 0;
	return digits == 12 && !strchr("13579bdf", mac[1]) && strcmp(mac, "00:00:00:00:00:00") != 0;
}

static void mapping_done(struct request *r)
{
	struct operator *op = r->op;
	const char *device = gram_arg(&op->match, "device");

	if (r->status == REQUEST_DONE)
		manager_devices_changed(op->manager);
	else if (r->status != REQUEST_FAILED)
		operator_refuse(op, "ERROR: The keeper does not answer.");
	else if (r->error == ENODEV)
		operator_refuse(op, "ERROR: there is no device %s", device ? device : "");
	else if (r->error == EINVAL)
		operator_refuse(op, "ERROR: %s is no Ethernet card; it is configured by its own name",
		    device ? device : "this");
	else if (r->error == EBUSY)
		operator_refuse(op, "ERROR: the card of this interface is present");
	else
		operator_refuse(op, "ERROR: the mapping was not changed: %s", r->text);
	operator_done(op);
}

static void exec_mapping(struct operator *op)
{
	const char *typed = gram_arg(&op->match, "mac"), *device = gram_arg(&op->match, "device");
	struct ipc_msg msg = {.type = MSG_KEEP_MAPPING, .fd = -1};
	char hardware[32], mac[18] = "";

	if (!interface_spell(gram_arg(&op->match, "hardware"), hardware, sizeof(hardware))) {
		operator_refuse(op, "ERROR: this is not one of GigabitEthernet0/0 to GigabitEthernet0/63");
	} else if (typed && !read_mac(typed, mac)) {
		operator_refuse(op, "ERROR: %s is not the MAC address of a card", typed);
	} else if (!typed && !device && !op->match.negated) {
		operator_refuse(op, "ERROR: %% Incomplete command");
	} else {
		msg.keep_mapping.op = op->match.negated ? CFG_DELETE : CFG_SET;
		msg.keep_mapping.hardware = hardware;
		msg.keep_mapping.mac = mac;
		msg.keep_mapping.device = device ? device : "";
		request_keeper_act(op, &msg, mapping_done);
		return;
	}
	operator_done(op);
}

const struct exec_entry exec_interface[] = {
	{"show_interface_mapping", exec_show_mapping},
	{"interface_mapping",      exec_mapping},
	{NULL, NULL},
};
