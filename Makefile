# Gatehouse. `make` builds everything below build/; see README.md for the rest.

CC       ?= gcc
PKGS     := libuv sqlite3 libedit libcrypto libmnl
CPPFLAGS += -I. -D_GNU_SOURCE -DOPENSSL_API_COMPAT=0x10100000L $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
CFLAGS   ?= -O2 -g
CFLAGS   += $(SAN) -std=gnu11 -Wall -Wextra -Werror -Wshadow -Wconversion -fno-strict-aliasing -fstack-protector-strong
LDFLAGS  += $(SAN)
LDLIBS   += $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lIPSec_MB -lpthread
B        := build

# A room's sources are whatever stands in it; only the two programs' mains are named.
MAINS    := cli/main.c
LIB_SRC  := $(filter-out $(MAINS),$(sort $(wildcard parser/*.c db/*.c engine/*.c engine/*/*.c cli/*.c)))
LIB_OBJ  := $(LIB_SRC:%.c=$(B)/%.o)
GATESH_SRC := $(sort $(wildcard cli/gatesh/*.c))
SUPPORT_SRC := $(sort $(wildcard tests/support/*.c))
UNIT_SRC := $(sort $(wildcard tests/unit/*.c))
UNIT     := $(UNIT_SRC:tests/unit/%.c=$(B)/tests/%)
GRAMMARS := $(sort $(wildcard grammars/*.gram)) $(wildcard grammars/order)

all: $(if $(wildcard cli/main.c),$(B)/gatehouse) $(if $(GATESH_SRC),$(B)/gatesh)

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

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

$(B)/gatehouse: $(B)/cli/main.o $(B)/libgatehouse.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# gatesh starts in a few milliseconds: only the libraries it uses are loaded.
$(B)/gatesh: $(GATESH_SRC:%.c=$(B)/%.o) $(B)/libgatehouse.a
	$(CC) $(CFLAGS) $(LDFLAGS) -Wl,--as-needed -o $@ $^ $(LDLIBS)

$(B)/tests/%: tests/unit/%.c $(SUPPORT_SRC:%.c=$(B)/%.o) $(B)/libgatehouse.a
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP $(LDFLAGS) -o $@ $(filter %.c %.o %.a,$^) -lcheck -lsubunit -lm -lrt $(LDLIBS)

unit: $(UNIT)
	@for t in $(UNIT); do echo "== $$t"; $$t || exit 1; done

clean:
	rm -rf $(B)

.PHONY: all unit clean
-include $(LIB_OBJ:.o=.d) $(GATESH_SRC:%.c=$(B)/%.d) $(SUPPORT_SRC:%.c=$(B)/%.d) $(UNIT:=.d) $(B)/cli/main.d
