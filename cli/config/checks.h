/* The grammar's `check` functions, which see a row after the line that changed it. */
#ifndef GATEHOUSE_STORE_CHECKS_H
#define GATEHOUSE_STORE_CHECKS_H

#include "db/db.h"

#define STORE_CHECKS(X) \
	X(check_hostname) X(check_nameif) X(check_interface_address) X(check_interface_name) \
	X(check_route) X(check_object) X(check_object_nat) X(store_object_nat) X(store_nat_line) \
	X(store_object) X(check_object_type) X(check_object_member) \
	X(store_service) X(check_service) X(check_time_range) X(check_time_periodic) \
	X(store_access_list) X(check_access_list) X(check_nat) X(check_transform_set) \
	X(check_crypto_map) \
	X(check_ikev1_policies) X(check_pool) X(check_access_group) X(check_tcpmss) \
	X(check_map_interface) X(check_servers) X(check_domain) X(check_split_dns) \
	X(check_name) X(check_summer_time) X(check_mschap_users) X(check_psk) X(check_aggressive) \
	X(check_framed_address) X(check_alerts) \
	X(check_ssh_access) X(check_ssh_custom) \
	X(check_logging_list) X(store_logging_host) X(store_logging_class) \
	X(store_logging_level) \
	X(check_local_users) X(check_command_group) X(check_accounting_group) \
	X(check_aaa_server) X(check_aaa_host) X(check_aaa_group) \
	X(check_vlan) X(check_ppp_methods) X(check_group_use)

#define DECLARE(name) bool name(struct db_line *);
STORE_CHECKS(DECLARE)
#undef DECLARE

/* A user gets a password of this stored form: warns when he cannot log in with it where he would.
 */
void warn_password_form(struct db_line *, const char *form);

/* Is there a row whose columns (`n`) have these texts? */
bool row_there(struct db_line *, const char *table, const char *const *columns,
    const char *const *texts, unsigned n);
/* Warns of a name that no interface has. */
void warn_interface(struct db_line *, const char *name);
/* Says so when an address has bits that its mask has not. */
bool check_pair(struct db_line *, const char *address, const char *mask);

#endif
