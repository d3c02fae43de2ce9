/* Pages for the kernel; see give_back.h. */
#include "engine/base/give_back.h"

#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

void give_back(void *from, size_t len)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), before = -(uintptr_t)from % page;

	if (len >= before + page) /* refused, they stay: nothing depends on it */
		(void)madvise((char *)from + before, (len - before) / page * page, MADV_DONTNEED);
}
