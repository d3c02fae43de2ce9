/* The protocols of login servers, by the word of the configuration. */
#ifndef GATEHOUSE_ROLE_AAA_PROTOCOLS_H
#define GATEHOUSE_ROLE_AAA_PROTOCOLS_H

struct aaa_protocol;

/* NULL: there is none of that word. */
const struct aaa_protocol *aaa_protocol_find(const char *word);

#endif
