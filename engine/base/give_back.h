/* Memory that a burst has touched and nobody needs now: the kernel has its pages again. */
#ifndef GATEHOUSE_GIVE_BACK_H
#define GATEHOUSE_GIVE_BACK_H

#include <stddef.h>

/* Of `len` private bytes whose content nobody needs any more, gives back the pages that are wholly
 * among them; they are zero when they are touched next. The memory stays the caller's. Where the
 * kernel does not take them (locked memory) nothing changes. */
void give_back(void *from, size_t len);

#endif
