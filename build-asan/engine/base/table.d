build-asan/engine/base/table.o: engine/base/table.c engine/base/table.h
engine/base/table.h:
