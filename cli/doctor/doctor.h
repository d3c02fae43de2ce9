/*
 * The doctor: what in the configuration, and on the host, keeps a client from connecting, found
 * before anybody dials. Rows and facts in, findings out; it asks nobody and changes nothing. Each
 * check is a row of checks.def.
 */
#ifndef GATEHOUSE_DOCTOR_H
#define GATEHOUSE_DOCTOR_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/config/feed.h"
#include "cli/manager/links.h"
#include "db/db.h"
#include "engine/firewall/walk.h"
#include "engine/ipc/message.h"
#include "parser/text.h"

/* What the host and the other roles say; what nobody could tell is NULL, and the checks that need
 * it say nothing. All borrowed. */
struct doctor_facts {
	const struct links *links;
	const struct firewall *rules; /* as compiled (feed_firewall()) */
	struct feed *lists;	      /* whose access lists are compiled (feed_access_list()) */
	const struct walk_route *routes;
	size_t n_routes;
	const struct msg_rec_host_chain *chains;
	size_t n_chains;
	const struct msg_rec_port *ports; /* of IKE; NULL: the keeper did not answer */
	size_t n_ports;
	const struct msg_rec_pool *pools; /* NULL: the engine did not answer */
	size_t n_pools;
	const struct msg_rec_aaa_server *servers;
	size_t n_servers;
	bool engine_away; /* it was asked, and is not there, or does not answer or serve */
	unsigned missing; /* a bit, 1 << DOCTOR_NEEDS_..., for each that was asked for in vain */
	int64_t now;	  /* Unix time; 0: not known */
};

/* What of them a check cannot do without. */
enum doctor_needs {
	DOCTOR_NEEDS_NOTHING,
	DOCTOR_NEEDS_ROUTES,
	DOCTOR_NEEDS_CHAINS,
	DOCTOR_NEEDS_PORTS,
	DOCTOR_NEEDS_POOLS,
	DOCTOR_NEEDS_SERVERS,
	DOCTOR_NEEDS
};

/* Unknown: checks that could not be made. */
enum doctor_severity {
	DOCTOR_PREVENTS,
	DOCTOR_MAY_PREVENT,
	DOCTOR_ADVICE,
	DOCTOR_UNKNOWN,
	DOCTOR_SEVERITIES
};

struct doctor_finding {
	const char *check; /* its name in the table */
	enum doctor_severity severity;
	unsigned code;	    /* that the client's user sees (Windows), 0 = none */
	const char *sees;   /* what he meets, in words */
	struct text what;   /* what is wrong */
	struct text cure;   /* lines of the configuration, each with its \n, from (config)# on */
	struct text advice; /* what else is to be done, where no line is the cure */
};

struct doctor_findings {
	struct doctor_finding *v;
	size_t n, size;
	size_t problems; /* of them: no advice, and nothing that is not known */
	unsigned checks; /* that were made */
	unsigned unmade; /* that could not be made; a finding each tells of what they lack */
};

/* "prevents", "may prevent", "advice", "not known". */
const char *doctor_severity_text(enum doctor_severity);
/* Makes all checks. False: the database could not be read, or memory was short: these are not
 * all. The findings are to be freed in either case. */
bool doctor_examine(
    struct db *, const struct gram *, const struct doctor_facts *, struct doctor_findings *);
void doctor_findings_free(struct doctor_findings *);

#endif
