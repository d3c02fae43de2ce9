/* The kernel's real-time clock; it holds nothing. */
#include "engine/keeper/host_clock.h"

#include <errno.h>
#include <sys/timex.h>
#include <time.h>

int host_clock_set(uint64_t when)
{
	const struct timespec ts = {.tv_sec = (time_t)when};
	struct timex now = {0};

	if (adjtimex(&now) >= 0 && !(now.status & STA_UNSYNC))
		return EBUSY;
	return clock_settime(CLOCK_REALTIME, &ts) == 0 ? 0 : errno;
}
