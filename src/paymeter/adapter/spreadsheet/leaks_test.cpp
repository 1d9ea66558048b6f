// Leaks inside the libraries, known and small, so that the sanitizer reports only our own.

/// FreeXL loses the tables of a file on which it fails (some kB); libxlsxwriter the formula of a
/// drop-down list that lies in a sheet (some bytes).
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libfreexl.so\nleak:lxw_strdup\n";
}
