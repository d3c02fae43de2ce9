/* What NFLOG says of packets: netlink messages with pieces of packets in them. */
#include "engine/firewall/told.h"
#include "engine/firewall/told_say.h"

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
	static struct told_say s = {.config = &config, .log = &l};
	struct rd r = rd_init(data, size);
	struct told t;

	if (!l.line)
		log_init(&l, line, NULL);
	while (told_next(&r, &t))
		told_say(&s, &t, size);
	return 0;
}
