.section .rodata
.global grammars_all
.global grammars_all_end
grammars_all:
.incbin "build-asan/grammars.all"
grammars_all_end:
.byte 0
.section .note.GNU-stack,"",@progbits
