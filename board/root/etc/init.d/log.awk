# Keeps the last megabytes of its input in memory, in two files.
BEGIN {
    file = "/run/log/edgepbx.log"
    size = 0
}
{
    size += length($0) + 1
    if (size > 2000000) {
        close(file)
        system("mv " file " " file ".1")
        size = length($0) + 1
    }
    print >>file
    fflush(file)
}
