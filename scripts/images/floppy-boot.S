/* The boot sector of kboot's floppies: reads what lies behind it without a gap, floppy-start.S, the kernel and the
   initramfs, and goes on in the first of them. scripts/images/floppy has written how much there is to read, and where
   it belongs, into the words at `parts`.

   A track is read at a time (int 13h) into a buffer in low memory, and moved from there to where it belongs (int 15h). */

        .code16
        .text
        .globl _start

        .set BUFFER, 0x1000             /* segment; a track of 36 sectors ends below the next 64 KB, which DMA cannot cross */
        .set START, 0x9000              /* segment of floppy-start.S */
        .set TRIES, 5

_start: jmp start
        nop
bpb:    .ascii "KBOOT   "               /* the rest is written by scripts/images/floppy */
        .space 62 - (. - _start)

start:  xorw %ax, %ax
        movw %ax, %ds
        movw %ax, %ss
        movw $0x7c00, %sp
        ljmp $0, $1f
1:      cld
        sti
        movb %dl, drive
        testb $0x80, %dl                /* on a stick the geometry is what the BIOS says it is */
        jz load
        movb $8, %ah
        int $0x13
        jc failed
        andw $0x3f, %cx
        movw %cx, sectors
        movzbw %dh, %dx
        incw %dx
        movw %dx, heads

load:   movw $parts, %si
        movw $1, %bp                    /* the sector to read next */
next:   movl (%si), %eax                /* where to */
        movl %eax, to
        movw 4(%si), %di                /* how many */
        addw $6, %si
        testw %di, %di
        jz go

track:  movw %bp, %ax                   /* sector number: cylinder, head and sector */
        xorw %dx, %dx
        divw sectors
        movw sectors, %cx
        subw %dx, %cx                   /* left on this track */
        cmpw %di, %cx
        jbe 1f
        movw %di, %cx
1:      movw %cx, count
        incw %dx
        movw %dx, %bx                   /* sectors count from 1 */
        xorw %dx, %dx
        divw heads
        movb %al, %ch
        shlb $6, %ah
        movb %ah, %cl
        orb %bl, %cl
        movb %dl, %dh
        movb drive, %dl
        movb $TRIES, tries
        movw $BUFFER, %ax
        movw %ax, %es
again:  xorw %bx, %bx
        movb $2, %ah
        movb count, %al
        int $0x13
        jnc move
        xorw %ax, %ax                   /* the motor may not be up to speed yet */
        int $0x13
        decb tries
        jnz again
failed: movw $error, %si
1:      lodsb
        testb %al, %al
        jz 2f
        call put
        jmp 1b
2:      xorw %ax, %ax
        int $0x16
        int $0x19

move:   pushw %si
        xorw %ax, %ax
        movw %ax, %es
        movl to, %eax
        movw %ax, target + 2
        shrl $16, %eax
        movb %al, target + 4
        movb %ah, target + 7
        movw count, %cx
        shlw $8, %cx                    /* words */
        movw $gdt, %si
        movb $0x87, %ah
        int $0x15
        popw %si
        jc failed
        movb $'.', %al
        call put
        movzwl count, %eax
        addw %ax, %bp
        subw %ax, %di
        shll $9, %eax
        addl %eax, to
        testw %di, %di
        jnz track
        jmp next

go:     movw $0x3f2, %dx                /* stop the motor */
        xorw %ax, %ax
        outb %al, %dx
        movw $START, %ax
        movw %ax, %ds
        movw %ax, %es
        movw %ax, %ss
        movw $0xe000, %sp
        ljmp $START, $0

put:    pushw %bx
        pushw %bp                       /* some BIOSes lose it when the screen scrolls */
        movw $7, %bx
        movb $0xe, %ah
        int $0x10
        popw %bp
        popw %bx
        ret

error:  .asciz "\r\nkboot: the disk cannot be read. Any key: try again"

drive:  .byte 0
tries:  .byte 0
count:  .word 0
to:     .long 0
        .balign 4
gdt:    .space 16                       /* int 15h, AH=87h fills the first two and the last two */
source: .word 0xffff, (BUFFER << 4) & 0xffff
        .byte (BUFFER << 4) >> 16, 0x93, 0, 0
target: .word 0xffff, 0
        .byte 0, 0x93, 0, 0
        .space 16

        .org 0x1d8                      /* fixed, for scripts/images/floppy */
sectors: .word 0
heads:  .word 0
parts:  .space 4 * 6                    /* address and sectors of each; the end is one without sectors */
        .space 6
        .org 0x1fe
        .word 0xaa55
