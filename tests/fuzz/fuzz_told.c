/* What NFLOG says of packets: netlink messages with pieces of packets in them. */
#include "engine/firewall/told.h"
#include "engine/firewall/told_say.h"
#include "tests/support/env_sim.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void line(void *arg, unsigned severity, unsigned number, const char *text)
{
	(void)arg;
	(void)severity;
	(void)number;
	(void)text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct config config;
	static struct log l;
	static struct sim sim;
	static struct flow_log flows;
	static const struct told_say s = {.config = &config, .log = &l, .flows = &flows};
	struct rd r = rd_init(data, size);
	struct told t;

	if (!l.line) {
		log_init(&l, line, NULL);
		sim_init(&sim, 1, NULL, NULL);
		flow_log_init(&flows, &sim.env, &config, &l);
	}
	while (told_next(&r, &t))
		told_say(&s, &t);
	return 0;
}
