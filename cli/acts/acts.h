/* All acts, by the names that the grammar's `run` lines give them. */
#ifndef GATEHOUSE_ACTS_H
#define GATEHOUSE_ACTS_H

#include <stdbool.h>
#include <stddef.h>

struct act;
struct gram;

/* The line is act->match. It ends in act_done(), now or later. */
typedef void act_fn(struct act *);

struct act_row {
	const char *name;
	act_fn *run;
	/* Looks at nothing of the configuration: need not wait while a change is being settled,
	 * which may yet be taken back. */
	bool live;
};

/* The act of that name, NULL when there is none. */
const struct act_row *acts_find(const char *name);
/* The names of all acts, one by one; NULL behind the last. */
const char *acts_name(unsigned n);
/* Is each act that the grammar names there, and is each that is there named by a line? The
 * number of those that are not, with a line each in `error`. */
unsigned acts_check(const struct gram *, char *error, size_t size);

/* Rows of the tables below: act NAME of the grammar is the function act_NAME. */
#define ACT(name)      {#name, act_##name, false}
#define LIVE_ACT(name) {#name, act_##name, true}
#define ACTS_END       {NULL, NULL, false}

extern const struct act_row acts_session[];
extern const struct act_row acts_privilege[];
extern const struct act_row acts_local_users[];
extern const struct act_row acts_change_password[];
extern const struct act_row acts_aaa_server[];
extern const struct act_row acts_aaa_test[];
extern const struct act_row acts_terminal[];
extern const struct act_row acts_config[];
extern const struct act_row acts_saving[];
extern const struct act_row acts_revisions[];
extern const struct act_row acts_running_lines[];
extern const struct act_row acts_objects[];
extern const struct act_row acts_access_list[];
extern const struct act_row acts_connection[];
extern const struct act_row acts_logging[];
extern const struct act_row acts_machine[];
extern const struct act_row acts_nat[];
extern const struct act_row acts_tech_support[];
extern const struct act_row acts_clock[];
extern const struct act_row acts_vpn[];
extern const struct act_row acts_doctor[];
extern const struct act_row acts_past[];
extern const struct act_row acts_vpn_failures[];
extern const struct act_row acts_crypto_stats[];
extern const struct act_row acts_debug[];
extern const struct act_row acts_interface[];
extern const struct act_row acts_conn[];
extern const struct act_row acts_packet_tracer[];
extern const struct act_row acts_route[];
extern const struct act_row acts_net_tools[];
extern const struct act_row acts_copy[];
extern const struct act_row acts_files[];
extern const struct act_row acts_reload[];
extern const struct act_row acts_keys[];
extern const struct act_row acts_ssh[];
extern const struct act_row acts_trust[];
extern const struct act_row acts_keytab[];

#endif
