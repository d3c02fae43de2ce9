/* Which PPP methods there are in a tunnel group, and which of them login servers can check. */
#ifndef GATEHOUSE_CONFIG_PPP_METHODS_H
#define GATEHOUSE_CONFIG_PPP_METHODS_H

#include "db/db.h"

enum {
	METHOD_PAP = 1,
	METHOD_CHAP = 2,
	METHOD_MSCHAPV1 = 4,
	METHOD_MSCHAPV2 = 8,
	METHOD_EAP = 16,
	METHODS = 5
};

/* By their bits' numbers: the columns of tunnel groups, and what they are called there. */
extern const char *const ppp_method_column[METHODS], *const ppp_method_word[METHODS];

/* Those that servers of that protocol ("LOCAL", "radius", ...) can check; 0: there is none such. */
unsigned ppp_methods_checked(const char *protocol);
/* The protocol of a server group into `word`; false: there is no such group. */
bool ppp_group_protocol(struct db *, const char *group, char word[16]);
/* Those that a server group can check, with what its hosts say of themselves. */
unsigned ppp_group_methods(struct db *, const char *group);
/* Those that a tunnel group offers. */
unsigned ppp_methods_offered(const struct db_row *tunnel_group);
/* Of these what clients are asked for: chap and EAP only where login servers check them. */
unsigned ppp_methods_asked(const struct db_row *tunnel_group);

/* Who has that service-type may only operate the appliance, and does not log in by PPP. */
bool service_is_operator(const char *service_type);
/* Can a password kept in that form answer for MS-CHAP, which needs the NT hash? */
bool form_is_mschap(const char *form);
/* A user of the local database who may log in by PPP, and not with MS-CHAP. */
bool user_lacks_mschap(const struct db_row *user);

#endif
