/* LDAP (RFC 4511) as a protocol of login servers: PAP by search and bind, and authorization. */
#ifndef GATEHOUSE_AAA_LDAP_H
#define GATEHOUSE_AAA_LDAP_H

struct aaa_protocol;

extern const struct aaa_protocol ldap_protocol;

#endif
