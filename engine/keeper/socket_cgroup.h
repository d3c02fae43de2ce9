/* The control group (version 2) in which a socket was made. */
#ifndef GATEHOUSE_KEEPER_SOCKET_CGROUP_H
#define GATEHOUSE_KEEPER_SOCKET_CGROUP_H

#include <stdint.h>

/* Its number, of that IPv4 or IPv6 socket of this network namespace; 0: the kernel does not say. */
uint64_t socket_cgroup(uint8_t protocol, uint64_t inode);
/* The number of the group with that path, as /proc/PID/cgroup has it ("/system.slice/x.service");
 * 0: not to be seen from here. */
uint64_t cgroup_number(const char *path);

#endif
