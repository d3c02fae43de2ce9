/* The mark of a list: FNV-1a of its name, 64 bits. */
#include "engine/firewall/told.h"

uint64_t told_mark(const char *name)
{
	uint64_t hash = 0xcbf29ce484222325;

	for (; *name; name++)
		hash = (hash ^ (uint8_t)*name) * 0x100000001b3;
	return hash;
}
