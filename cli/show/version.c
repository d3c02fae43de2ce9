/* show version, inventory, and how long it has been up. */
#include "cli/show/show.h"

#include <inttypes.h>

void show_uptime(struct text *out, uint64_t seconds)
{
	static const struct {
		uint64_t length;
		const char *one, *many;
	} unit[] = {{86400, "day", "days"}, {3600, "hour", "hours"}, {60, "min", "mins"},
	    {1, "sec", "secs"}};
	size_t i = 0;

	while (i < 2 && seconds < unit[i].length)
		i++;
	for (size_t k = i; k < i + 2; k++) {
		uint64_t v = seconds / unit[k].length;

		text_addf(out, "%s%" PRIu64 " %s", k > i ? " " : "", v,
		    v == 1 ? unit[k].one : unit[k].many);
		seconds %= unit[k].length;
	}
}

/* Rows of "Licensed features": the line set is the device's, the values are ours. */
static void features(struct text *out, uint32_t capacity)
{
	static const struct {
		const char *name, *value; /* NULL = our capacity */
	} row[] = {
	    {"Maximum VLANs", "0"},
	    {"Inside Hosts", "Unlimited"},
	    {"Failover", "Disabled"},
	    {"Encryption-DES", "Enabled"},
	    {"Encryption-3DES-AES", "Enabled"},
	    {"Security Contexts", "0"},
	    {"Carrier", "Disabled"},
	    {"AnyConnect Premium Peers", "0"},
	    {"AnyConnect Essentials", "Disabled"},
	    {"Other VPN Peers", NULL},
	    {"Total VPN Peers", NULL},
	    {"AnyConnect for Mobile", "Disabled"},
	    {"AnyConnect for Cisco VPN Phone", "Disabled"},
	    {"Advanced Endpoint Assessment", "Disabled"},
	    {"Shared License", "Disabled"},
	    {"Total TLS Proxy Sessions", "0"},
	    {"Botnet Traffic Filter", "Disabled"},
	    {"Cluster", "Disabled"},
	};

	text_add(out, "Licensed features for this platform:\n");
	for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
		if (row[i].value)
			text_addf(out, "%-34s: %-15s\n", row[i].name, row[i].value);
		else
			text_addf(out, "%-34s: %-15u\n", row[i].name, capacity);
	}
}

void show_version(struct text *out, const struct show_version_info *v)
{
	text_addf(out,
	    "\n%s, with the command language of "
	    "Cisco Adaptive Security Appliance Software Version %s\n\n",
	    v->product, v->language);
	text_addf(out, "Compiled on %s by builders\n", v->compiled);
	text_add(out, "System image file is \"boot:/gatehouse\"\n");
	text_addf(out, "Config file at boot was \"%s\"\n\n%s up ", v->config_file, v->hostname);
	show_uptime(out, v->uptime);
	text_addf(
	    out, "\n\nHardware:   %s, %u MB RAM, CPU %s,\n\n\n", v->hardware, v->memory_mb, v->cpu);
	for (size_t i = 0; i < v->links; i++) {
		text_addf(out, "%2zu: Ext: %-20s: address is ", i, v->link[i].hardware);
		show_mac(out, v->link[i].mac);
		text_add(out, ", irq 0\n");
	}
	text_add(out, v->links ? "\n" : "");
	features(out, v->capacity);
	text_addf(out, "\nSerial Number: %s\n\n", v->serial);
	if (v->modified)
		text_addf(out, "Configuration last modified by %s\n", v->modified);
	else
		text_add(out, "Configuration has not been modified since last system restart.\n");
}

void show_inventory(struct text *out, const struct show_version_info *v)
{
	text_addf(out, "Name: \"Chassis\", DESCR: \"VPN appliance on %s, %u MB RAM\"\n", v->cpu,
	    v->memory_mb);
	text_addf(out, "PID: %-17s , VID: %-7s , SN: %s\n", v->hardware, v->version, v->serial);
}
