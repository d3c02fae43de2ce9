/* The kernel's switches that an appliance needs, and their old values. */
#ifndef GATEHOUSE_SYSCTL_H
#define GATEHOUSE_SYSCTL_H

#define SYSCTL_MAX 4

struct sysctls {
	char old[SYSCTL_MAX][16]; /* "" = nothing to restore */
};

/* Sets them in the network namespace of the caller. The TUN device must exist. */
void sysctl_apply(struct sysctls *);
/* Puts back what was changed and outlives our device. */
void sysctl_restore(struct sysctls *);

#endif
