/* A multiboot "kernel": prints the marker and its command line on the first serial port, then switches QEMU off.
 * Only the fallback (kexec from kexec-tools) can load such an image. */

        .equ    COM1, 0x3f8
        .equ    LINE_STATUS, COM1 + 5
        .equ    TRANSMITTER_EMPTY, 0x20
        .equ    PM1A_CONTROL, 0x604     /* of QEMU's pc machine */
        .equ    SLEEP_S5, 0x2000

        .code32
        .text
        .align  4
        .long   0x1badb002, 0, -0x1badb002      /* magic, flags, checksum */

        .globl  _start
_start: movl    $stack, %esp
        movl    %ebx, %ebp              /* the multiboot information */
        movl    $marker, %esi
        call    print
        movl    16(%ebp), %esi          /* its cmdline */
        call    print
        movl    $end, %esi
        call    print
        movw    $PM1A_CONTROL, %dx
        movw    $SLEEP_S5, %ax
        outw    %ax, %dx
1:      hlt
        jmp     1b

print:  movw    $LINE_STATUS, %dx
        inb     %dx, %al
        testb   $TRANSMITTER_EMPTY, %al
        jz      print
        lodsb
        testb   %al, %al
        jz      1f
        movw    $COM1, %dx
        outb    %al, %dx
        jmp     print
1:      ret

marker: .asciz  "\r\nKBOOT-TEST: booted\r\nKBOOT-TEST: cmdline="
end:    .asciz  "\r\nKBOOT-TEST: end\r\n"

        .bss
        .skip   4096
stack:
