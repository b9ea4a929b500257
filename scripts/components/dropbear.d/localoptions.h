// How kboot's dropbear differs from dropbear's default_options.h.

// SHA-1 is only for peers older than 2014.
#define DROPBEAR_DH_GROUP14_SHA1 0
#define DROPBEAR_SHA1_HMAC 0
#define DROPBEAR_RSA_SHA1 0

// No sftp-server is there: copy with `scp -O`.
#define DROPBEAR_SFTPSERVER 0

// Where things are in the initramfs.
#define DROPBEAR_PATH_SSH_PROGRAM "/bin/dbclient"
#define DEFAULT_PATH "/bin:/sbin"
#define DEFAULT_ROOT_PATH "/bin:/sbin"
#define DROPBEAR_PIDFILE "/run/dropbear.pid"
