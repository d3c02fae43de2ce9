/* The bus decoder: any bytes; what it accepts must print and encode to the same length. */
#include <stdlib.h>

#include "engine/ipc/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t again[IPC_PACKET_MAX];
	char line[1024];
	struct ipc_msg m;

	if (!ipc_decode(&m, data, size))
		return 0;
	ipc_print(&m, line, sizeof line);
	if (size <= sizeof again && ipc_encode(&m, again, sizeof again) != size)
		abort();
	return 0;
}
