/* What may be asked of a short-lived child; the grammar offers no more. */
#ifndef GATEHOUSE_CHILD_LIMITS_H
#define GATEHOUSE_CHILD_LIMITS_H

#define PING_REPEAT_MAX 99999u
#define PING_TIMEOUT_MAX 3600u /* seconds */
#define PING_SIZE_MIN 36u      /* of the whole IP packet */
#define PING_SIZE_MAX 18024u
#define TRACEROUTE_TIMEOUT_MAX 3600u
#define TRACEROUTE_PROBES_MAX 65535u
#define TRANSFER_URL_MAX 1000u
#define TRANSFER_BYTES_MAX (64u << 20)
#define TRANSFER_KEY_MAX 200u
#define NT_NAME_MAX 255u   /* of a user, a domain, a password */
#define NT_TIMEOUT_MAX 300u /* seconds */

#endif
