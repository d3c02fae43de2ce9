/* The acts by the names that the grammar gives them. */
#include <string.h>

#include "cli/manager/manager.h"

static const struct exec_entry *const tables[] = {exec_session, exec_config, exec_show, exec_vpn,
    exec_interface, exec_route, exec_debug_acts};

exec_act *exec_find(const char *name)
{
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		for (const struct exec_entry *e = tables[i]; e->name; e++)
			if (strcmp(e->name, name) == 0)
				return e->act;
	return NULL;
}

const char *exec_name(unsigned n)
{
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		for (const struct exec_entry *e = tables[i]; e->name; e++)
			if (n-- == 0)
				return e->name;
	return NULL;
}

/* Whoever is not named here waits. */
static const char *const live[] = {"exec_disable", "exec_logout", "exec_help", "exec_terminal_pager",
    "exec_terminal_width", "exec_terminal_monitor", "exec_terminal_no_monitor", "show_curpriv",
    "show_terminal", "show_pager", "show_history", "show_hostname", "show_clock", "show_ikev1_sa",
    "show_isakmp_sa", "show_ike_stats", "show_ipsec_sa", "show_vpn_summary", "show_vpn_sessions",
    "show_vpn_index", "show_vpn_ratio", "clear_ike_sa", "clear_ipsec_sa", "vpn_logoff", "exec_debug",
    "exec_no_debug", "show_debug"};

bool exec_is_live(const char *name)
{
	for (size_t i = 0; i < sizeof(live) / sizeof(live[0]); i++)
		if (strcmp(live[i], name) == 0)
			return true;
	return false;
}
