/* The acts by the names that the grammar gives them. */
#include <string.h>

#include "cli/manager.h"

exec_act *exec_find(const char *name)
{
	const struct exec_entry *tables[] = {exec_session, exec_config, exec_show, exec_vpn,
	    exec_interface, exec_route, exec_debug_acts};

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		for (const struct exec_entry *e = tables[i]; e->name; e++)
			if (strcmp(e->name, name) == 0)
				return e->act;
	return NULL;
}
