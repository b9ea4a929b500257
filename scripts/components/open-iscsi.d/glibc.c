/*
 * What a program linked for glibc expects of a C library and musl has otherwise: the checked variants that
 * _FORTIFY_SOURCE calls (Linux Standard Base, libc), a strerror_r() that returns the text, and pairs of int in
 * regmatch_t. Compiled into musl's libc.so, whose strerror_r() and regexec() have other names there.
 */
#define _GNU_SOURCE
#define regexec musl_regexec
#define strerror_r xsi_strerror_r
#include <limits.h>
#include <regex.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#undef regexec
#undef strerror_r

/* A write past the end of an object whose size (SIZE) the compiler knew. */
static void check(size_t wanted, size_t size) {
  if (wanted > size) abort();
}

void* __memcpy_chk(void* target, const void* source, size_t count, size_t size) {
  check(count, size);
  return memcpy(target, source, count);
}
char* __strcpy_chk(char* target, const char* source, size_t size) {
  check(strlen(source) + 1, size);
  return strcpy(target, source);
}
char* __stpcpy_chk(char* target, const char* source, size_t size) {
  check(strlen(source) + 1, size);
  return stpcpy(target, source);
}
char* __strcat_chk(char* target, const char* source, size_t size) {
  check(strlen(target) + strlen(source) + 1, size);
  return strcat(target, source);
}

int __vsnprintf_chk(char* target, size_t limit, int flag, size_t size, const char* format, va_list arguments) {
  (void)flag;
  check(limit, size);
  return vsnprintf(target, limit, format, arguments);
}
int __snprintf_chk(char* target, size_t limit, int flag, size_t size, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int length = __vsnprintf_chk(target, limit, flag, size, format, arguments);
  va_end(arguments);
  return length;
}
int __sprintf_chk(char* target, int flag, size_t size, const char* format, ...) {
  (void)flag;
  va_list arguments;
  va_start(arguments, format);
  /* Where the compiler did not know the size, it is SIZE_MAX: more than vsnprintf() takes. */
  const int length = vsnprintf(target, size < INT_MAX ? size : INT_MAX, format, arguments);
  va_end(arguments);
  if (length >= 0) check((size_t)length + 1, size);
  return length;
}
int __vfprintf_chk(FILE* file, int flag, const char* format, va_list arguments) {
  (void)flag;
  return vfprintf(file, format, arguments);
}
int __fprintf_chk(FILE* file, int flag, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int length = __vfprintf_chk(file, flag, format, arguments);
  va_end(arguments);
  return length;
}
int __printf_chk(int flag, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  const int length = __vfprintf_chk(stdout, flag, format, arguments);
  va_end(arguments);
  return length;
}
int __asprintf_chk(char** target, int flag, const char* format, ...) {
  (void)flag;
  va_list arguments;
  va_start(arguments, format);
  const int length = vasprintf(target, format, arguments);
  va_end(arguments);
  return length;
}
void __syslog_chk(int priority, int flag, const char* format, ...) {
  (void)flag;
  va_list arguments;
  va_start(arguments, format);
  vsyslog(priority, format, arguments);
  va_end(arguments);
}

char* strerror_r(int error, char* buffer, size_t size) {
  xsi_strerror_r(error, buffer, size);
  return buffer;
}
int __xpg_strerror_r(int error, char* buffer, size_t size) { return xsi_strerror_r(error, buffer, size); }

typedef struct {
  int start, end;
} glibc_regmatch;

int regexec(const regex_t* expression, const char* text, size_t count, glibc_regmatch* matches, int flags) {
  regmatch_t* found = calloc(count + 1, sizeof *found);
  if (!found) return REG_ESPACE;
  const int result = musl_regexec(expression, text, count, found, flags);
  for (size_t i = 0; result == 0 && matches && i < count; ++i)
    matches[i] = (glibc_regmatch){(int)found[i].rm_so, (int)found[i].rm_eo};
  free(found);
  return result;
}
