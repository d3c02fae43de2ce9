build-asan/cli/config/checks_ssh.o: cli/config/checks_ssh.c \
 cli/config/checks.h db/db.h parser/parser.h cli/config/ssh_words.h
cli/config/checks.h:
db/db.h:
parser/parser.h:
cli/config/ssh_words.h:
