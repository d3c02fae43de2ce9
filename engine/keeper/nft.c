/*
 * Writes the nftables table `gatehouse`. The text is built from numbers,
 * addresses and checked device names only; it replaces the table in one
 * transaction, so the kernel never sees half of it.
 *
 * Input: L2TP in clear. What a client sends inside IPsec is decrypted above
 * the kernel and never passes this hook, so every UDP 1701 seen here is from
 * outside IPsec; it is dropped and counted.
 */
#include "engine/keeper/nft.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const KIND[NAT_KINDS] = {
    [NAT_EXEMPT] = "exempt",
    [NAT_DYNAMIC_INTERFACE] = "dynamic-interface",
    [NAT_DYNAMIC] = "dynamic",
    [NAT_STATIC] = "static",
};

bool nat_kind_parse(const char *word, enum nat_kind *kind)
{
	for (int i = 0; i < NAT_KINDS; i++)
		if (!strcmp(word, KIND[i])) {
			*kind = (enum nat_kind)i;
			return true;
		}
	return false;
}

/* `ip saddr 10.0.0.0/8 `, or nothing when the address is unset or everything. */
static void match_addr(FILE *f, const char *side, const struct addr *a, const struct addr *mask)
{
	char text[ADDR_TEXT_MAX];
	int prefix = mask->family ? mask_prefix(mask) : 32;

	if (a->family && prefix > 0)
		fprintf(f, "ip %s %s/%d ", side, addr_text(a, text), prefix);
}

/* `iifname { "outside", "gatehouse0" } `; any device when `name` is "". */
static void match_device(FILE *f, const char *side, const char *name, const char *also)
{
	if (name[0] && also)
		fprintf(f, "%s { \"%s\", \"%s\" } ", side, name, also);
	else if (name[0])
		fprintf(f, "%s \"%s\" ", side, name);
}

bool nat_rule_equal(const struct nat_rule *a, const struct nat_rule *b)
{
	return a->order == b->order && a->kind == b->kind && strcmp(a->real_if, b->real_if) == 0 &&
	    strcmp(a->mapped_if, b->mapped_if) == 0 && addr_equal(&a->source, &b->source) &&
	    addr_equal(&a->source_mask, &b->source_mask) && addr_equal(&a->dest, &b->dest) &&
	    addr_equal(&a->dest_mask, &b->dest_mask) && addr_equal(&a->mapped, &b->mapped);
}

/* VPN clients are behind the outside interface to the operator, but behind `tun` to Linux. So `tun`
 * is meant too where a rule leads from an interface to itself, and where it exempts. */
static void match_devices(FILE *f, const struct nat_rule *r, const char *tun)
{
	bool hairpin = !strcmp(r->real_if, r->mapped_if);

	match_device(f, "iifname", r->real_if, hairpin ? tun : NULL);
	match_device(f, "oifname", r->mapped_if, r->kind == NAT_EXEMPT ? tun : NULL);
}

/* By it a rule's counter is known again: whose, and of which way. */
static void comment(FILE *f, const char *way, const struct nat_rule *r)
{
	fprintf(f, " comment \"%s %u\"\n", way, r->order);
}

static void postrouting(FILE *f, const struct nat_rule *r, const char *tun)
{
	char text[ADDR_TEXT_MAX];

	fputs("\t\t", f);
	match_devices(f, r, tun);
	match_addr(f, "saddr", &r->source, &r->source_mask);
	match_addr(f, "daddr", &r->dest, &r->dest_mask);
	fputs("counter ", f);
	switch (r->kind) {
	case NAT_EXEMPT:
		fputs("accept", f);
		break;
	case NAT_DYNAMIC_INTERFACE:
		fputs("masquerade", f);
		break;
	case NAT_DYNAMIC:
	case NAT_STATIC:
		fprintf(f, "snat ip to %s", addr_text(&r->mapped, text));
		break;
	case NAT_KINDS:
		break;
	}
	comment(f, NFT_COUNT_TRANSLATED, r);
}

/* What comes the other way through an exemption is only counted. */
static void exempt_back(FILE *f, const struct nat_rule *r, const char *tun)
{
	if (r->kind != NAT_EXEMPT)
		return;
	fputs("\t\t", f);
	match_device(f, "iifname", r->mapped_if, tun);
	match_device(f, "oifname", r->real_if, NULL);
	match_addr(f, "saddr", &r->dest, &r->dest_mask);
	match_addr(f, "daddr", &r->source, &r->source_mask);
	fputs("counter", f);
	comment(f, NFT_COUNT_UNTRANSLATED, r);
}

/* The way in of a static rule: its mapped address leads to the real host. */
static void prerouting(FILE *f, const struct nat_rule *r)
{
	char mapped[ADDR_TEXT_MAX], real[ADDR_TEXT_MAX];

	if (r->kind != NAT_STATIC || !r->source.family)
		return;
	fputs("\t\t", f);
	if (r->mapped_if[0])
		fprintf(f, "iifname \"%s\" ", r->mapped_if);
	fprintf(f, "ip daddr %s counter dnat ip to %s", addr_text(&r->mapped, mapped),
	    addr_text(&r->source, real));
	comment(f, NFT_COUNT_UNTRANSLATED, r);
}

static int by_order(const void *a, const void *b)
{
	const struct nat_rule *x = *(const struct nat_rule *const *)a;
	const struct nat_rule *y = *(const struct nat_rule *const *)b;

	return (x->order > y->order) - (x->order < y->order);
}

char *nft_table_text(const struct nat_rule *rules, size_t n, const char *tun)
{
	const struct nat_rule **sorted = calloc(n + 1, sizeof *sorted);
	char *text = NULL;
	size_t len;
	FILE *f = sorted ? open_memstream(&text, &len) : NULL;

	if (!f) {
		free(sorted);
		return NULL;
	}
	for (size_t i = 0; i < n; i++)
		sorted[i] = &rules[i];
	qsort(sorted, n, sizeof *sorted, by_order);
	fputs("add table inet gatehouse\n"
	      "delete table inet gatehouse\n"
	      "table inet gatehouse {\n"
	      "\tchain input {\n"
	      "\t\ttype filter hook input priority filter - 10; policy accept;\n"
	      "\t\tudp dport 1701 counter drop comment \"L2TP outside IPsec\"\n"
	      "\t}\n"
	      "\tchain prerouting {\n"
	      "\t\ttype nat hook prerouting priority dstnat; policy accept;\n",
	    f);
	for (size_t i = 0; i < n; i++)
		prerouting(f, sorted[i]);
	fputs("\t}\n"
	      "\tchain postrouting {\n"
	      "\t\ttype nat hook postrouting priority srcnat; policy accept;\n",
	    f);
	for (size_t i = 0; i < n; i++) {
		exempt_back(f, sorted[i], tun);
		postrouting(f, sorted[i], tun);
	}
	fputs("\t}\n}\n", f);
	free(sorted);
	if (fclose(f) != 0) {
		free(text);
		return NULL;
	}
	return text;
}

const char *nft_remove_text(void)
{
	return "add table inet gatehouse\ndelete table inet gatehouse\n";
}

/* Starts nft with `in` and `out` as its standard input and output. */
static int spawn(pid_t *pid, int in, int out)
{
	static const char *const path[] = {"/usr/sbin/nft", "/sbin/nft", "/usr/bin/nft"};
	char name[] = "nft", dash_f[] = "-f", dash[] = "-", locale[] = "LC_ALL=C";
	char *argv[] = {name, dash_f, dash, NULL}, *env[] = {locale, NULL};
	posix_spawn_file_actions_t fa;
	int error = ENOENT;

	posix_spawn_file_actions_init(&fa);
	posix_spawn_file_actions_adddup2(&fa, in, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&fa, out, STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&fa, out, STDERR_FILENO);
	for (size_t i = 0; error == ENOENT && i < sizeof path / sizeof *path; i++)
		error = posix_spawn(pid, path[i], &fa, NULL, argv, env);
	posix_spawn_file_actions_destroy(&fa);
	return error;
}

/* The first line nft printed; the rest is read so that it never waits for us. */
static void read_complaint(int fd, char *why, size_t size)
{
	char buf[512];
	size_t len = 0;
	ssize_t n;

	while ((n = read(fd, buf, sizeof buf)) > 0 || (n < 0 && errno == EINTR)) {
		for (ssize_t i = 0; i < n && len + 1 < size; i++)
			why[len++] = buf[i];
	}
	why[len] = 0;
	why[strcspn(why, "\n")] = 0;
}

/* nft reads the text from a file without a name: a pipe would have to be fed while its output is
 * read. */
static int text_file(const char *text)
{
	size_t len = strlen(text);
	int fd = memfd_create("nft", MFD_CLOEXEC);

	if (fd >= 0 && (write(fd, text, len) != (ssize_t)len || lseek(fd, 0, SEEK_SET) != 0)) {
		close(fd);
		fd = -1;
	}
	return fd;
}

int nft_run(const char *text, char *why, size_t size)
{
	int out[2] = {-1, -1}, in = text_file(text), error = 0, status = 0;
	pid_t pid;

	why[0] = 0;
	if (in < 0 || pipe2(out, O_CLOEXEC) < 0)
		error = errno;
	if (!error)
		error = spawn(&pid, in, out[1]);
	if (out[1] >= 0)
		close(out[1]);
	if (!error) {
		read_complaint(out[0], why, size);
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
		error = WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : EINVAL;
	} else {
		snprintf(why, size, "nft: %s", strerror(error));
	}
	if (out[0] >= 0)
		close(out[0]);
	if (in >= 0)
		close(in);
	return error;
}
