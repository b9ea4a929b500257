/* What the floppy's boot sector starts: the kernel by its 32-bit boot protocol (Linux: Documentation/x86/boot.rst). The
   kernel's own 16-bit part asks the BIOS for much more, and would be 15 KB that cannot be compressed.

   It lies at 0x90000. scripts/images/floppy has put the kernel's setup header and its command line into it. */

        .code16
        .text
        .globl _start

        .set BASE, 0x90000
        .set ZERO_PAGE, 0x9100          /* segment of the kernel's struct boot_params */
        .set KERNEL, 0x100000

        /* in it, beside the header */
        .set CURSOR, 0x00
        .set PAGE, 0x04
        .set MODE, 0x06                 /* and columns */
        .set LINES, 0x0e                /* and whether this is VGA */
        .set POINTS, 0x10
        .set MAP_ENTRIES, 0x1e8
        .set HEADER, 0x1f1
        .set MAP, 0x2d0
        .set MAP_MOST, 128

_start: cld
        movw $ZERO_PAGE, %ax
        movw %ax, %es
        xorl %eax, %eax
        xorw %di, %di
        movw $1024, %cx
        rep stosl
        movw $HEADER, %si
        movw $HEADER, %di
        movw $header_end - HEADER, %cx
        rep movsb

        movl $0x200000, %ecx            /* a processor with CPUID lets this flag change */
        pushfl
        popl %eax
        movl %eax, %edx
        xorl %ecx, %eax
        pushl %eax
        popfl
        pushfl
        popl %eax
        xorl %edx, %eax
        movw $no_64, %si
        testl %ecx, %eax
        jz failed
        movl $0x80000000, %eax
        cpuid
        cmpl $0x80000001, %eax
        jb failed
        movl $0x80000001, %eax
        cpuid
        btl $29, %edx
        jnc failed

        xorl %ebx, %ebx
        movw $MAP, %di
1:      movl $0xe820, %eax
        movl $20, %ecx
        movl $0x534d4150, %edx          /* SMAP */
        int $0x15
        jc 2f
        cmpl $0x534d4150, %eax
        jne 2f
        addw $20, %di
        incb %es:MAP_ENTRIES
        cmpb $MAP_MOST, %es:MAP_ENTRIES
        je 2f
        testl %ebx, %ebx
        jnz 1b
2:      movw $no_map, %si
        cmpb $0, %es:MAP_ENTRIES
        je failed

        movb $0x0f, %ah
        int $0x10
        movw %ax, %es:MODE
        movb %bh, %es:PAGE
        movb $3, %ah
        int $0x10
        movw %dx, %es:CURSOR
        movw $(1 << 8) + 25, %es:LINES
        movb $16, %es:POINTS

        movw $0x2401, %ax               /* the address line 20: by the BIOS, and by the chipset's port */
        int $0x15
        inb $0x92, %al
        orb $2, %al
        andb $~1, %al                   /* a reset */
        outb %al, $0x92
        xorw %ax, %ax
        movw %ax, %fs
        decw %ax
        movw %ax, %gs
        movw $no_a20, %si
        movw $0x1000, %cx
1:      movw %cx, %fs:0x200             /* an interrupt vector that nobody has */
        outb %al, $0x80                 /* a moment */
        cmpw %cx, %gs:0x210
        loope 1b
        je failed

        cli
        movb $0x80, %al                 /* no NMI */
        outb %al, $0x70
        xorb %al, %al                   /* no coprocessor error */
        outb %al, $0xf0
        outb %al, $0xf1
        movb $0xff, %al                 /* no interrupts */
        outb %al, $0xa1
        movb $0xfb, %al
        outb %al, $0x21
        lidt no_idt
        lgdt gdt_place
        movl %cr0, %eax
        orb $1, %al
        movl %eax, %cr0
        ljmpl $0x10, $BASE + protected

        .code32
protected:
        movl $0x18, %eax
        movl %eax, %ds
        movl %eax, %es
        movl %eax, %fs
        movl %eax, %gs
        movl %eax, %ss
        xorl %edx, %edx                 /* what was read is what was written? */
        movl $BASE + sums, %ebx
1:      movl (%ebx), %esi
        movl 4(%ebx), %ecx
        addl $8, %ebx
        jecxz 3f
2:      lodsl
        roll $1, %edx
        addl %eax, %edx
        loop 2b
        jmp 1b
3:      cmpl %esi, %edx
        je 5f
        movl $BASE + damaged, %esi      /* on the screen, by hand */
        movl $0xb8000, %edi
        movb $0x0f, %ah
4:      lodsb
        stosw
        testb %al, %al
        jnz 4b
        hlt
5:      xorl %ebx, %ebx
        xorl %ebp, %ebp
        xorl %edi, %edi
        movl $ZERO_PAGE << 4, %esi
        movl $KERNEL, %eax
        jmp *%eax

        .code16
        .org HEADER                     /* where it is in a kernel's file */
        .space 0x280 - HEADER
header_end:

failed: lodsb                           /* what %si points to, for good */
        testb %al, %al
        jz 1f
        movw $7, %bx
        movb $0x0e, %ah
        int $0x10
        jmp failed
1:      hlt
        jmp 1b

no_64:  .asciz "\r\nkboot: this processor has no 64-bit mode, which kboot and the kernels it starts need"
no_map: .asciz "\r\nkboot: this BIOS does not say where memory is (int 15h, E820h)"
no_a20: .asciz "\r\nkboot: memory above 1 MB cannot be reached (A20)"

damaged: .asciz "kboot: the disk is damaged: what was read of it is not what was written"

        .balign 8
gdt:    .quad 0, 0
        .quad 0x00cf9b000000ffff        /* 0x10: code, 4 GB */
        .quad 0x00cf93000000ffff        /* 0x18: data */
gdt_place:
        .word . - gdt - 1
        .long BASE + gdt
no_idt: .word 0
        .long 0

        .org 0x3e8                      /* fixed, for scripts/images/floppy: places and their 32-bit words; the sum of all, and 0 */
sums:   .space 3 * 8
        .org 0x400                      /* fixed, for scripts/images/floppy: the command line */
