/* Kerberos 5 (RFC 4120) as a protocol of login servers: PAP, by the AS exchange. */
#ifndef GATEHOUSE_AAA_KERBEROS_H
#define GATEHOUSE_AAA_KERBEROS_H

struct aaa_protocol;

extern const struct aaa_protocol kerberos_protocol;

#endif
