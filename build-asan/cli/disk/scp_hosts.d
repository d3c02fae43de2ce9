build-asan/cli/disk/scp_hosts.o: cli/disk/scp_hosts.c \
 cli/disk/scp_hosts.h parser/text.h parser/parser.h
cli/disk/scp_hosts.h:
parser/text.h:
parser/parser.h:
