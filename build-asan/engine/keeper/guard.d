build-asan/engine/keeper/guard.o: engine/keeper/guard.c \
 engine/keeper/guard.h engine/keeper/news.h
engine/keeper/guard.h:
engine/keeper/news.h:
