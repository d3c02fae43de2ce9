# Gatehouse. `make` builds everything below build/; `make deps` installs what that needs; see README.md.

CC       ?= gcc
CLANG    ?= clang
PKGS     := libuv sqlite3 libedit libssl libcrypto libmnl libseccomp jansson krb5
CPPFLAGS += -I. -D_GNU_SOURCE -DOPENSSL_API_COMPAT=0x10100000L $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
CFLAGS   ?= -O2 -g
# An index past the end of an array ends the process, in the appliance as in the tests; sanitizers say more.
TRAPS    := $(if $(SAN),,-fsanitize=bounds -fsanitize-undefined-trap-on-error)
CFLAGS   += $(SAN) $(TRAPS) -std=gnu11 -Wall -Wextra -Werror -Wshadow -Wconversion -fno-strict-aliasing -fstack-protector-strong
LDFLAGS  += $(SAN)
LDLIBS   += $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lIPSec_MB -lpthread
B        := build
JOBS     := $(shell nproc)
PREFIX   ?= /usr/local
STATE    := /var/lib/gatehouse
SECONDS  ?= 30

# A room's sources are whatever stands in it; only the programs' mains are named.
MAINS    := cli/main/main.c cli/main/gramcheck.c cli/gatesh/main.c cli/ssh/main.c engine/child/tool_main.c engine/child/transfer_main.c engine/child/nt_main.c
# The SSH door alone is linked with libssh.
SSH_SRC  := $(filter-out $(MAINS),$(sort $(wildcard cli/ssh/*.c)))
SSH_OBJ  := $(SSH_SRC:%.c=$(B)/%.o)
LIB_SRC  := $(filter-out $(MAINS) $(SSH_SRC),$(sort $(wildcard parser/*.c db/*.c engine/*/*.c engine/*/*/*.c cli/*/*.c)))
LIB_OBJ  := $(LIB_SRC:%.c=$(B)/%.o)
SUPPORT_SRC := $(sort $(wildcard tests/support/*.c))
SUPPORT_OBJ := $(SUPPORT_SRC:%.c=$(B)/%.o)
UNIT_SRC := $(sort $(wildcard tests/unit/*.c))
UNIT     := $(UNIT_SRC:tests/unit/%.c=$(B)/tests/%)
WIN_SRC  := $(sort $(wildcard tests/win/*.c))
LOAD_SRC := $(sort $(wildcard tests/load/*.c)) $(filter-out tests/win/main.c,$(WIN_SRC))
BENCH    := $(patsubst tests/bench/%.c,$(B)/bench/%,$(sort $(wildcard tests/bench/*.c)))
FUZZ     := $(patsubst tests/fuzz/%.c,$(B)/fuzz/%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
GRAMMARS := $(sort $(wildcard grammars/*.gram)) $(wildcard grammars/order)

# Debian packages: to build, to run on a gateway, for `make run` besides, to test.
DEPS_BUILD := gcc make libc6-dev pkg-config libuv1-dev libsqlite3-dev libedit-dev libssl-dev libmnl-dev libipsec-mb-dev libseccomp-dev libssh-dev libcurl4-openssl-dev libkrb5-dev libsmbclient-dev libjansson-dev
DEPS_RUN   := libuv1 libsqlite3-0 libedit2 libssl3 libmnl0 libipsec-mb1 libseccomp2 iproute2 nftables libssh-4 libcurl4 libsmbclient libjansson4 libkrb5-3 ca-certificates
DEPS_LAB   := iputils-ping ethtool procps python3 openssh-client
DEPS_TEST  := check openssl curl libsubunit-dev clang libclang-rt-14-dev qemu-system-x86 cpio kmod gzip tmux tshark python3-pexpect python3-paramiko python3-netmiko
# Login servers for the labs: packages that would start them; here they only are to be there.
DEPS_SERVERS := freeradius freeradius-utils eapoltest slapd ldap-utils krb5-kdc krb5-admin-server krb5-user samba
DEPS_LINT  := clang-format clang-tidy cppcheck valgrind

all: $(B)/gatehouse $(B)/gatesh $(B)/gatehouse-tool $(B)/gatehouse-transfer $(B)/gatehouse-nt $(B)/gatehouse-ssh $(B)/grammars.checked

# Installs what is missing, and asks the network only then.
install_missing = missing=$$(dpkg-query -W -f '$${db:Status-Status} $${Package}\n' $(1) 2>/dev/null | \
	awk -v want='$(1)' '$$1 == "installed" { have[$$2] = 1 } END { n = split(want, w, " "); \
	for (i = 1; i <= n; i++) if (!(w[i] in have)) printf "%s ", w[i] }'); \
	[ -z "$$missing" ] || { \
		echo "installing $$missing" >&2; export DEBIAN_FRONTEND=noninteractive; \
		get="apt-get -qq -o DPkg::Lock::Timeout=600 install -y --no-install-recommends"; \
		$$get $$missing >/dev/null 2>&1 || { \
			apt-get -qq -o DPkg::Lock::Timeout=600 update && $$get $$missing >/dev/null; }; }
deps:
	@$(call install_missing,$(DEPS_BUILD) $(DEPS_RUN) $(DEPS_LAB) $(DEPS_TEST))
	@# dpkg's policy for services (invoke-rc.d, deb-systemd-invoke): none is started meanwhile.
	@policy=/usr/sbin/policy-rc.d; [ -e $$policy ] || { \
		trap 'rm -f $$policy' EXIT; printf '#!/bin/sh\nexit 101\n' >$$policy && chmod +x $$policy; }; \
	$(call install_missing,$(DEPS_SERVERS))
# A gateway: what the installed programs need, and no compiler.
deps-run:
	@$(call install_missing,$(DEPS_RUN))
deps-lab:
	@$(call install_missing,$(DEPS_BUILD) $(DEPS_RUN) $(DEPS_LAB))
deps-lint: deps
	@$(call install_missing,$(DEPS_LINT))

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# Shorter circuits for engine/des, if there are any: a search, SECONDS for each of eight S-boxes.
$(B)/tests/generate/circuits: $(B)/tests/generate/circuits.o $(B)/engine/des/des_tables.o
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^
circuits: $(B)/tests/generate/circuits
	@for i in 2 3; do f=engine/des/circuits$$i.def; $< $$i $(SECONDS) $$f >$(B)/circuits.new && mv $(B)/circuits.new $$f; done

# Code for processors that have what engine/des/des_cpu.c asks for, and nobody else's.
$(B)/engine/des/bits256.o: CPPFLAGS += -mavx2
$(B)/engine/des/bits256_vl.o: CPPFLAGS += -mavx512f -mavx512vl
$(B)/engine/des/bits512.o: CPPFLAGS += -mavx512f

$(B)/libgatehouse.a: $(LIB_OBJ) $(B)/grammars/builtin.o
	@rm -f $@
	$(AR) rcs $@ $^

# The grammar files travel inside the binary: one text, each file behind a line `#file NAME`.
$(B)/grammars.all: $(GRAMMARS)
	@mkdir -p $(@D)
	@for f in $(GRAMMARS); do echo "#file $$f"; cat $$f; done >$@

$(B)/grammars/builtin.o: $(B)/grammars.all
	@mkdir -p $(@D)
	@printf '.section .rodata\n.global grammars_all\n.global grammars_all_end\ngrammars_all:\n.incbin "$<"\ngrammars_all_end:\n.byte 0\n.section .note.GNU-stack,"",@progbits\n' >$(B)/grammars/builtin.S
	$(CC) -c -o $@ $(B)/grammars/builtin.S

# What is misspelled in a grammar is told here, not at a start.
$(B)/gramcheck: $(B)/cli/main/gramcheck.o $(B)/libgatehouse.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)
$(B)/grammars.checked: $(B)/gramcheck
	@$< && touch $@

$(B)/gatehouse: $(B)/cli/main/main.o $(B)/libgatehouse.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# What the keeper starts for a ping or a traceroute.
$(B)/gatehouse-tool: $(B)/engine/child/tool_main.o $(B)/libgatehouse.a
	$(CC) $(CFLAGS) $(LDFLAGS) -Wl,--as-needed -o $@ $^ $(LDLIBS)

# The one program that speaks to servers for files: nothing else loads libcurl.
$(B)/gatehouse-transfer: $(B)/engine/child/transfer_main.o $(B)/libgatehouse.a
	$(CC) $(CFLAGS) $(LDFLAGS) -Wl,--as-needed -o $@ $^ $(LDLIBS) -lcurl

# The one program that loads Samba's client library, which is under the GPL 3.
$(B)/engine/child/nt_main.o: CPPFLAGS += $(shell pkg-config --cflags smbclient 2>/dev/null)
$(B)/gatehouse-nt: $(B)/engine/child/nt_main.o $(B)/libgatehouse.a
	$(CC) $(CFLAGS) $(LDFLAGS) -Wl,--as-needed -o $@ $^ $(LDLIBS) -lsmbclient

# gatesh starts in a few milliseconds: only the libraries it uses are loaded.
$(B)/gatesh: $(B)/cli/gatesh/main.o $(B)/libgatehouse.a
	$(CC) $(CFLAGS) $(LDFLAGS) -Wl,--as-needed -o $@ $^ $(LDLIBS)

$(B)/gatehouse-ssh: $(B)/cli/ssh/main.o $(SSH_OBJ) $(B)/libgatehouse.a
	$(CC) $(CFLAGS) $(LDFLAGS) -Wl,--as-needed -o $@ $^ -lssh $(LDLIBS)

$(B)/tests/%: $(B)/tests/unit/%.o $(SUPPORT_OBJ) $(B)/libgatehouse.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^) $(filter %.a,$^) -lcheck -lsubunit -lm -lrt $(LDLIBS)

# Tests of the SSH door's own parts.
$(B)/tests/door_%: $(B)/tests/unit/door_%.o $(SSH_OBJ) $(SUPPORT_OBJ) $(B)/libgatehouse.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.o %.a,$^) -lcheck -lsubunit -lm -lrt -lssh $(LDLIBS)

# These have a supervisor of their own in place of the keeper's.
$(B)/tests/keeper_serve $(B)/tests/keeper_serve_life: $(B)/tests/support/keeper/stage.o
# What load consists of is part of no other test.
$(B)/tests/load_stream: $(B)/tests/load/stream.o
# What attacks have in common is a suite of its own; fuzzers have no suites, and are linked with all other support.
$(B)/tests/hostile_ipsec $(B)/tests/hostile_l2tp $(B)/tests/hostile_ppp: $(B)/tests/support/hostile/attacks.o

# Many SSH clients at once, for tests/lab/ssh_abuse.sh.
$(B)/tests/sshcrowd: $(B)/tests/lab/ssh_crowd.o
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lssh

# What stores the configuration, once more, with allocations, steps and writes that the test lets fail
# (tests/support/faults.c).
FAULTY     := malloc calloc realloc strdup open write fsync close rename sqlite3_step
FAULTY_OBJ := $(patsubst %.c,$(B)/faulty/%.o,$(sort $(wildcard db/*.c cli/config/feed*.c cli/config/settle.c cli/config/boot.c cli/config/deliver.c cli/config/revisions.c cli/config/revert.c cli/show/diff.c)))
$(B)/faulty/%.o: $(B)/%.o
	@mkdir -p $(@D)
	objcopy $(foreach f,$(FAULTY),--redefine-sym $f=faulty_$f) $< $@
$(B)/tests/config_faults $(B)/tests/revision_faults: $(FAULTY_OBJ)

# Allocations that the test lets fail.
$(B)/tests/shortage: LDFLAGS += -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc

$(B)/tests/winclient: $(WIN_SRC:%.c=$(B)/%.o) $(SUPPORT_OBJ) $(B)/libgatehouse.a
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lcheck -lsubunit -lm -lrt $(LDLIBS)

# Load on a whole gateway: tests/load/main.c tells.
$(B)/tests/loadgen: $(LOAD_SRC:%.c=$(B)/%.o) $(SUPPORT_OBJ) $(B)/libgatehouse.a
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lcheck -lsubunit -lm -lrt $(LDLIBS)

$(B)/bench/%: $(B)/tests/bench/%.o $(SUPPORT_OBJ) $(B)/libgatehouse.a
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.o %.a,$^) -lcheck -lsubunit -lm -lrt $(LDLIBS)

# Fuzzers are clang's, with a library and sanitizers of their own: `fuzzers` makes them in build/clang.
$(B)/fuzz/%: $(B)/tests/fuzz/%.o $(SUPPORT_OBJ) $(B)/libgatehouse.a
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -fsanitize=fuzzer $(LDFLAGS) -o $@ $(filter %.o %.a,$^) -lcheck -lsubunit -lm -lrt $(LDLIBS)
fuzz-programs: $(FUZZ)
fuzzers:
	@CFLAGS="-O2 -g" $(MAKE) --no-print-directory B=build/clang CC=$(CLANG) SAN="-Wno-error -w -fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=undefined" fuzz-programs

unit: all $(UNIT)
	@for t in $(UNIT); do echo "== $$t"; $$t || exit 1; done
# All that tests consist of, compiled: linking them is most of the work.
test-objects: all $(patsubst %.c,$(B)/%.o,$(wildcard tests/unit/*.c)) $(SUPPORT_OBJ) $(WIN_SRC:%.c=$(B)/%.o) $(LOAD_SRC:%.c=$(B)/%.o)
test-programs: all $(UNIT) $(B)/tests/sshcrowd $(if $(WIN_SRC),$(B)/tests/winclient) $(B)/tests/loadgen

# ---- what people type -----------------------------------------------------------------------
test: deps
	@$(MAKE) --no-print-directory -j$(JOBS) test-programs fuzzers
	@tests/run

run: deps-lab
	@$(MAKE) --no-print-directory -j$(JOBS) all
	@tests/lab/run

demo: deps
	@$(MAKE) --no-print-directory -j$(JOBS) all
	@tests/lab/run --demo

fuzz: deps
	@$(MAKE) --no-print-directory -j$(JOBS) fuzzers
	@tests/fuzz/run $(SECONDS)

bench: deps
	@$(MAKE) --no-print-directory -j$(JOBS) bench-programs
	@tests/bench/run
bench-programs: test-programs $(BENCH)

asan: deps
	@$(MAKE) --no-print-directory -j$(JOBS) B=build/asan SAN="-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer" unit

# The judges that last, at full length: days of virtual time, connects.
soak: deps
	@$(MAKE) --no-print-directory -j$(JOBS) $(B)/tests/soak $(B)/tests/churn
	GATEHOUSE_SOAK=365 GATEHOUSE_SEED=$$(date +%s) CK_TIMEOUT_MULTIPLIER=20 $(B)/tests/soak
	GATEHOUSE_CHURN=100000 CK_TIMEOUT_MULTIPLIER=20 $(B)/tests/churn

# The whole appliance, not only its parts.
asan-lab: deps
	@$(MAKE) --no-print-directory -j$(JOBS) B=build/asan SAN="-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer" \
		all build/asan/tests/winclient
	@bash tests/lab/sanitized.sh

# Not under valgrind: tests of real processes and kernel objects (keeper_kernel and its like, seccomp), and those that spend minutes
# of its time in faults, in measuring ciphers, in random lines, in key derivation or in thousands of
# connections; `make asan` runs them all.
VALGRIND_SLOW := config_faults keeper_kernel keeper_roles seccomp dataplane_thread dataplane_inline dataplane_policy dataplane_paths dataplane_pairs dataplane_events esp_crypt grammar_lines store_password aaa_local teardown strangers crowd grammar_longest grammar_typos keeper_serve soak churn flood hostile_ipsec hostile_l2tp hostile_ppp one_nat
valgrind: deps-lint
	@$(MAKE) --no-print-directory -j$(JOBS) $(UNIT)
	@for t in $(filter-out $(VALGRIND_SLOW:%=$(B)/tests/%),$(UNIT)); do echo "== $$t"; \
		CK_FORK=no CK_DEFAULT_TIMEOUT=0 valgrind -q --leak-check=full --error-exitcode=1 $$t || exit 1; done

# cppcheck sees no system headers, but the list macros of one. Three of its checks take house style for
# faults: unnamed parameters in declarations, a pointer to a local lent for one call, `if (*s) return *s`.
lint: deps-lint
	cppcheck -q --std=c11 --error-exitcode=1 --inline-suppr --enable=warning,performance,portability -I. -D_GNU_SOURCE \
		--include=/usr/include/$$($(CC) -print-multiarch)/sys/queue.h --suppress='*:/usr/include/*' \
		--suppress=missingIncludeSystem --suppress=funcArgOrderDifferent --suppress=autoVariables \
		--suppress=identicalInnerCondition -j$(JOBS) $(LIB_SRC) $(SSH_SRC) $(MAINS)
	printf '%s\n' $(LIB_SRC) $(SSH_SRC) $(MAINS) | \
		xargs -P$(JOBS) -n4 sh -c 'clang-tidy --quiet --warnings-as-errors="*" "$$@" -- $(CPPFLAGS) -std=gnu11 2>/dev/null' tidy
	@$(MAKE) --no-print-directory -j$(JOBS) unused

# What no program reaches; in a build of its own, each function in a section of its own.
unused:
	@$(MAKE) --no-print-directory B=build/sections CFLAGS="-O1 -ffunction-sections" build/sections/libgatehouse.a $(MAINS:%.c=build/sections/%.o) $(SSH_SRC:%.c=build/sections/%.o)
	LDLIBS="$(LDLIBS)" tests/lint/unused build/sections

# Breaks the lines of what has changed since the last commit, and only those (.clang-format).
format:
	git clang-format --extensions c,h

install: all
	install -d $(DESTDIR)$(PREFIX)/sbin $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib/systemd/system
	install -m 755 $(B)/gatehouse $(DESTDIR)$(PREFIX)/sbin/gatehouse
	install -m 755 $(B)/gatehouse-tool $(DESTDIR)$(PREFIX)/sbin/gatehouse-tool
	install -m 755 $(B)/gatehouse-transfer $(DESTDIR)$(PREFIX)/sbin/gatehouse-transfer
	install -m 755 $(B)/gatehouse-nt $(DESTDIR)$(PREFIX)/sbin/gatehouse-nt
	install -m 755 $(B)/gatehouse-ssh $(DESTDIR)$(PREFIX)/sbin/gatehouse-ssh
	install -m 755 $(B)/gatesh $(DESTDIR)$(PREFIX)/bin/gatesh
	sed 's|@PREFIX@|$(PREFIX)|' cli/main/gatehouse.service >$(DESTDIR)$(PREFIX)/lib/systemd/system/gatehouse.service
	install -D -m 644 cli/main/gatehouse.sysusers $(DESTDIR)$(PREFIX)/lib/sysusers.d/gatehouse.conf
	@# The users of the roles; below DESTDIR that is for the package's own scripts to do.
	[ -n "$(DESTDIR)" ] || systemd-sysusers cli/main/gatehouse.sysusers || \
		for u in manager engine aaa tool ssh; do id _gatehouse-$$u >/dev/null 2>&1 || \
			useradd -r -M -d / -s /usr/sbin/nologin _gatehouse-$$u || exit 1; done

# All that install has put there; the state stays, as root's, until the next appliance takes it.
uninstall:
	@# A running appliance stops and gives the host back what it changed; below DESTDIR there is none.
	[ -n "$(DESTDIR)" ] || [ ! -d /run/systemd/system ] || systemctl disable --now gatehouse.service || true
	[ -n "$(DESTDIR)" ] || [ ! -d $(STATE) ] || [ ! -x $(PREFIX)/sbin/gatehouse ] || $(PREFIX)/sbin/gatehouse --put-back
	rm -f $(DESTDIR)$(PREFIX)/sbin/gatehouse $(DESTDIR)$(PREFIX)/sbin/gatehouse-tool $(DESTDIR)$(PREFIX)/sbin/gatehouse-transfer $(DESTDIR)$(PREFIX)/sbin/gatehouse-nt $(DESTDIR)$(PREFIX)/sbin/gatehouse-ssh $(DESTDIR)$(PREFIX)/bin/gatesh \
		$(DESTDIR)$(PREFIX)/lib/systemd/system/gatehouse.service $(DESTDIR)$(PREFIX)/lib/sysusers.d/gatehouse.conf
	-rmdir --ignore-fail-on-non-empty $(DESTDIR)$(PREFIX)/lib/sysusers.d $(DESTDIR)$(PREFIX)/lib/systemd/system
	@# No file is left to a number that another user may get.
	[ -n "$(DESTDIR)" ] || [ ! -d $(STATE) ] || chown -hR root:root $(STATE)
	[ -n "$(DESTDIR)" ] || for u in manager engine aaa tool ssh; do \
		! id _gatehouse-$$u >/dev/null 2>&1 || userdel _gatehouse-$$u || exit 1; done
	@[ -n "$(DESTDIR)" ] || [ ! -d $(STATE) ] || \
		echo "$(STATE) is left: configuration, keys, history. To do without them: rm -r $(STATE)"

clean:
	rm -rf build

.PHONY: all circuits deps deps-run deps-lab deps-lint unit test-objects test-programs fuzzers fuzz-programs test soak run demo fuzz bench bench-programs asan asan-lab valgrind lint unused format install uninstall clean
.SECONDARY:
-include $(LIB_OBJ:.o=.d) $(SSH_OBJ:.o=.d) $(B)/tests/support/keeper/stage.d $(B)/tests/support/hostile/attacks.d $(SUPPORT_OBJ:.o=.d) $(UNIT_SRC:%.c=$(B)/%.d) $(WIN_SRC:%.c=$(B)/%.d) $(LOAD_SRC:%.c=$(B)/%.d) $(BENCH:$(B)/%=$(B)/tests/%.d) $(FUZZ:$(B)/%=$(B)/tests/%.d) $(MAINS:%.c=$(B)/%.d)
