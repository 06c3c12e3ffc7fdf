// limit PID: from now on the process may have a single descriptor, prlimit(2). What it has stays open, yet poll(2) fails.
// Without a C library, since the emulated board has none.
static long call(long number, long a, long b, long c, long d) {
    register long x8 __asm__("x8") = number, x0 __asm__("x0") = a, x1 __asm__("x1") = b, x2 __asm__("x2") = c, x3 __asm__("x3") = d;
    __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3) : "memory");
    return x0;
}

__attribute__((used)) static void begin(char **stack) { // argc, argv[0], argv[1]
    unsigned long one[2] = {1, 1};
    long process = 0;
    for (char *digit = stack[2]; *digit; digit++)
        process = process * 10 + *digit - '0';
    call(93, call(261, process, 7, (long)one, 0) < 0, 0, 0, 0); // exit, prlimit64, RLIMIT_NOFILE
}

__attribute__((naked)) void _start(void) { __asm__("mov x0, sp; b begin"); }
