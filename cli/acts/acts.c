/* The tables of all acts; each family's stands in its file, beside the functions. */
#include "cli/acts/acts.h"

#include <stdio.h>
#include <string.h>

#include "parser/parser.h"

/* clang-format off */
static const struct act_row *const tables[] = {
	acts_session,
	acts_privilege,
	acts_local_users,
	acts_change_password,
	acts_aaa_server,
	acts_aaa_test,
	acts_terminal,
	acts_config,
	acts_saving,
	acts_revisions,
	acts_running_lines,
	acts_objects,
	acts_access_list,
	acts_connection,
	acts_logging,
	acts_machine,
	acts_nat,
	acts_tech_support,
	acts_clock,
	acts_vpn,
	acts_doctor,
	acts_past,
	acts_vpn_failures,
	acts_crypto_stats,
	acts_debug,
	acts_interface,
	acts_conn,
	acts_packet_tracer,
	acts_route,
	acts_net_tools,
	acts_copy,
	acts_files,
	acts_reload,
	acts_keys,
	acts_ssh,
	acts_trust,
	acts_keytab,
};
/* clang-format on */

#define N_TABLES (sizeof(tables) / sizeof(tables[0]))

const struct act_row *acts_find(const char *name)
{
	for (size_t i = 0; i < N_TABLES; i++)
		for (const struct act_row *r = tables[i]; r->name; r++)
			if (strcmp(r->name, name) == 0)
				return r;
	return NULL;
}

const char *acts_name(unsigned n)
{
	for (size_t i = 0; i < N_TABLES; i++)
		for (const struct act_row *r = tables[i]; r->name; r++)
			if (n-- == 0)
				return r->name;
	return NULL;
}

static bool is_named(const struct gram *g, const char *name)
{
	for (unsigned i = 0; i < g->n_commands; i++)
		if (g->commands[i]->run && strcmp(g->commands[i]->run, name) == 0)
			return true;
	return false;
}

unsigned acts_check(const struct gram *g, char *error, size_t size)
{
	static const struct gram_foreign_names runs[] = {{"run", acts_name}, {NULL, NULL}};
	unsigned wrong = gram_check_foreign(g, runs, error, size);
	const char *name;
	size_t at;

	for (unsigned n = 0; (name = acts_name(n)); n++) {
		if (is_named(g, name))
			continue;
		at = strlen(error);
		snprintf(error + at, size - at, "%sno line of the grammar runs the act %s",
		    at ? "\n" : "", name);
		wrong++;
	}
	return wrong;
}
