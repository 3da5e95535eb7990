#include "CSQLiteBatch.h"
#include <sys/vfs.h>

int64_t aw_file_system_type(const char *path) {
    struct statfs facts;
    return statfs(path, &facts) == 0 ? (int64_t)(uint32_t)facts.f_type : -1;
}
