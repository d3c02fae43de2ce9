/* Control packets in words. */
#ifndef GATEHOUSE_PPP_DECODE_H
#define GATEHOUSE_PPP_DECODE_H

#include "engine/wire/wire.h"

/* One line for a control packet, e.g. "LCP Configure-Request id 1 <mru 1400>"; returns `buf`. */
const char *ppp_decode(char *buf, size_t size, uint16_t protocol, struct rd packet);

#endif
