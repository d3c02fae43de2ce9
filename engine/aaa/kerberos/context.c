/*
 * A krb5_context for a process that has no files: libkrb5 asks this table what /etc/krb5.conf would
 * say. Only mechanisms that are built in are allowed: the others would be loaded from files.
 */
#include "engine/aaa/kerberos/context.h"

#include <errno.h>
#include <profile.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH 3

/* clang-format off */
static const struct {
	const char *name[DEPTH]; /* the way to it, as in the sections of the file */
	const char *value;
} SETTINGS[] = {
	{{"libdefaults", "dns_lookup_kdc"}, "false"},
	{{"libdefaults", "dns_lookup_realm"}, "false"},
	{{"libdefaults", "dns_canonicalize_hostname"}, "false"},
	{{"plugins", "clpreauth", "enable_only"}, "encrypted_timestamp"},
	{{"plugins", "clpreauth", "enable_only"}, "encrypted_challenge"},
};
/* clang-format on */
#define SETTINGS_N (sizeof SETTINGS / sizeof *SETTINGS)

static bool named(size_t i, const char *const *names)
{
	size_t depth = 0;

	for (; depth < DEPTH && SETTINGS[i].name[depth]; depth++)
		if (!names[depth] || strcmp(names[depth], SETTINGS[i].name[depth]) != 0)
			return false;
	return !names[depth];
}

static void free_values(void *arg, char **values)
{
	(void)arg;
	free(values);
}

static long get_values(void *arg, const char *const *names, char ***found)
{
	char **values = calloc(SETTINGS_N + 1, sizeof *values);
	size_t n = 0;

	(void)arg;
	if (!values)
		return ENOMEM;
	for (size_t i = 0; i < SETTINGS_N; i++)
		if (named(i, names))
			values[n++] =
			    (char *)(uintptr_t)SETTINGS[i].value; /* libkrb5 only reads them */
	if (n == 0) {
		free(values);
		return PROF_NO_RELATION;
	}
	*found = values;
	return 0;
}

static long copy(void *arg, void **to)
{
	*to = arg;
	return 0;
}

krb5_context kerberos_context(void)
{
	static struct profile_vtable table = {
	    .minor_ver = 1, .get_values = get_values, .free_values = free_values, .copy = copy};
	krb5_context k = NULL;
	profile_t profile;

	if (profile_init_vtable(&table, NULL, &profile) != 0)
		return NULL;
	if (krb5_init_context_profile(profile, KRB5_INIT_CONTEXT_SECURE, &k) != 0)
		k = NULL;
	profile_release(profile);
	return k;
}
