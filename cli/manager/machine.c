/* struct machine: read once at start, from the processor and the state directory (no /proc in a
 * chroot). */
#include "cli/manager/machine.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

static void cpu_name(char *to, size_t size)
{
	struct utsname u;
	char brand[49] = "";

#if defined(__x86_64__)
	unsigned r[12] = {0};

	for (unsigned i = 0; i < 3; i++)
		if (!__get_cpuid(0x80000002 + i, &r[4 * i], &r[4 * i + 1], &r[4 * i + 2],
		    &r[4 * i + 3]))
			break;
	memcpy(brand, r, sizeof(brand) - 1);
#endif
	if (!brand[0] && uname(&u) == 0)
		snprintf(brand, sizeof(brand), "%.40s", u.machine);
	snprintf(to, size, "%s", brand + strspn(brand, " "));
	for (size_t n = strlen(to); n && to[n - 1] == ' '; n--)
		to[n - 1] = 0;
}

static void serial_number(char serial[12], const char *state)
{
	static const char letters[] = "0123456789ABCDEFGHJKLMNPQRSTUVWX";
	unsigned char random[11];
	char path[512];
	int fd;

	snprintf(path, sizeof(path), "%s/serial", state);
	memset(serial, 0, 12);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0 && read(fd, serial, 11) == 11) {
		close(fd);
		return;
	}
	if (fd >= 0)
		close(fd);
	if (getrandom(random, sizeof(random), 0) != sizeof(random))
		memset(random, 0, sizeof(random));
	for (size_t i = 0; i < sizeof(random); i++)
		serial[i] = letters[random[i] % 32];
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		return;
	if (write(fd, serial, 11) != 11)
		(void)unlink(path);
	close(fd);
}

void machine_read(struct machine *mc, const char *state)
{
	struct sysinfo si;

	cpu_name(mc->cpu, sizeof(mc->cpu));
	if (sysinfo(&si) == 0)
		mc->memory_mb = (uint32_t)((uint64_t)si.totalram * si.mem_unit >> 20);
	serial_number(mc->serial, state);
}
