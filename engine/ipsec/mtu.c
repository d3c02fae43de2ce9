/* What fits into the outside interface's MTU; see mtu.h. */
#include "engine/ipsec/mtu.h"

#include "engine/ipsec/esp.h"

enum { IP_BYTES = 20, UDP_BYTES = 8, MESSAGE_MAX = UINT16_MAX - UDP_BYTES - IP_BYTES };

uint16_t mtu_message(enum cipher c, enum hash h, bool transport, bool udp_encap, uint32_t outer)
{
	size_t around = IP_BYTES + (udp_encap ? UDP_BYTES : 0u);
	size_t within = UDP_BYTES + (transport ? 0u : IP_BYTES);
	size_t room = outer > around ? outer - around : 0, payload = room;

	/* Padding makes the overhead jump by a block at most, so this takes a few dozen steps. */
	while (payload > within && payload + esp_overhead(c, h, payload) > room)
		payload--;
	payload = payload > within ? payload - within : 0;
	return payload < MESSAGE_MAX ? (uint16_t)payload : MESSAGE_MAX;
}
