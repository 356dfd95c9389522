# foreign.sh ENGINE -- one foreign header, one file.
# Foreign is every <header> that is not of C11 or POSIX.  libwebsockets and libuv
# may be included in any file of gateway/, and only there.
# A new header of C or POSIX that is missing here: add it to the list.
engine=$1
files=$(find "$engine/" -name '*.[ch]' | sort)
[ -n "$files" ] || { echo "$engine: no C files found"; exit 1; }
awk '
  BEGIN {
    own = "assert ctype errno fenv float inttypes iso646 limits locale math setjmp signal stdalign stdarg stdatomic " \
          "stdbool stddef stdint stdio stdlib stdnoreturn string strings time uchar wchar wctype " \
          "dirent dlfcn fcntl fnmatch ftw getopt glob libgen netdb poll pthread pwd regex sched semaphore spawn " \
          "syslog termios unistd arpa/inet net/if netinet/in netinet/tcp sys/file sys/ioctl sys/mman sys/random " \
          "sys/resource sys/select sys/socket sys/stat sys/time sys/times sys/types sys/uio sys/un sys/utsname sys/wait"
    n = split(own, list); for (i = 1; i <= n; i++) is_own[list[i] ".h"] = 1
    is_gateway["libwebsockets.h"] = is_gateway["uv.h"] = 1
  }
  /^[ \t]*#[ \t]*include[ \t]*</ {
    header = $0; sub(/^[^<]*</, "", header); sub(/>.*/, "", header)
    if (header in is_own) next
    if (header in is_gateway) {
      if (FILENAME ~ /\/gateway\/[^\/]*$/) next
      printf "%s:%d: <%s> belongs to gateway/ alone\n", FILENAME, FNR, header; bad = 1
    } else if (header in first_file && first_file[header] != FILENAME) {
      printf "%s:%d: <%s> is already included in %s; use its words\n", FILENAME, FNR, header, first_file[header]; bad = 1
    } else first_file[header] = FILENAME
  }
  END { exit bad }' $files
