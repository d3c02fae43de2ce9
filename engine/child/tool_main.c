/* `gatehouse-tool`: the keeper starts it for a ping or a traceroute. */
#include "engine/child/child.h"
#include "engine/child/tasks.h"

int main(void)
{
	static const struct child_limits limits = {
	    .name = "gatehouse-tool", .memory_mb = 256, .cpu_seconds = 600, .descriptors = 32};
	static struct prober p = {.stream = CHILD_STREAM, .icmp = CHILD_ICMP};
	static struct stream_reader reader;
	struct ipc_msg m;

	if (!child_begin(&limits, &reader, &m))
		return 1;
	switch (m.type) {
	case MSG_KEEP_PING:
		return ping_run(&p, &m.keep_ping);
	case MSG_KEEP_TRACEROUTE:
		return traceroute_run(&p, &m.keep_traceroute);
	default:
		return 1;
	}
}
