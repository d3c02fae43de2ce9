/* The kernel's switches below /proc/sys/net, of the network namespace of the caller. */
#ifndef GATEHOUSE_SYSCTL_H
#define GATEHOUSE_SYSCTL_H

#include <stdbool.h>
#include <stddef.h>

/* `path` as in "ipv4/conf/eth0/forwarding". The value without its newline; false when there is
 * none. */
bool sysctl_get(const char *path, char *value, size_t size);
/* 0 or an errno. */
int sysctl_put(const char *path, const char *value);
/* What our own device needs whatever the configuration is; it goes with the device. */
void sysctl_tun(void);

#endif
