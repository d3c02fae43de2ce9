/* Words of a command line; see usage.h. */
#include "tests/win/usage.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

void usage(void)
{
	fputs(usage_text, stderr);
	exit(2);
}

struct addr usage_address(const char *text)
{
	struct addr a;

	if (!addr_parse(text, &a) || a.family != AF_INET)
		usage();
	return a;
}
