/* Files that the keeper opens for aaa, which sees none by itself. */
#ifndef GATEHOUSE_FILES_H
#define GATEHOUSE_FILES_H

#include <stdbool.h>

bool files_known(const char *what);
/* A descriptor of its own, close on exec; `state` is the directory of what is ours. -1 with errno.
 */
int files_open(const char *what, const char *state);

#endif
