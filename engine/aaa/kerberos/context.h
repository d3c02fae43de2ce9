/* libkrb5 without files and environment: its configuration is a table here. */
#ifndef GATEHOUSE_AAA_KERBEROS_CONTEXT_H
#define GATEHOUSE_AAA_KERBEROS_CONTEXT_H

#include <krb5/krb5.h>

/* NULL: no memory. The caller's: krb5_free_context(). */
krb5_context kerberos_context(void);

#endif
