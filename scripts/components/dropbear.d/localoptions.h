// How kboot's dropbear differs from dropbear's default_options.h.

// SHA-1 is only for peers older than 2014.
#define DROPBEAR_DH_GROUP14_SHA1 0
#define DROPBEAR_SHA1_HMAC 0
#define DROPBEAR_RSA_SHA1 0

// Nothing is forwarded to this machine or through it.
#define DROPBEAR_SVR_LOCALTCPFWD 0
#define DROPBEAR_SVR_REMOTETCPFWD 0
#define DROPBEAR_SVR_AGENTFWD 0
#define DROPBEAR_CLI_AGENTFWD 0

// Who is still logging in after a minute only takes the place of others: at most 30, five of them from one
// address.
#define AUTH_TIMEOUT 60
#define MAX_AUTH_TRIES 6

// Where things are in the initramfs. The server has kboot run this line, as all that clients send.
#define SFTPSERVER_PATH "sftp-server"
#define DROPBEAR_PATH_SSH_PROGRAM "/bin/dbclient"
#define DEFAULT_PATH "/bin:/sbin"
#define DEFAULT_ROOT_PATH "/bin:/sbin"
#define DROPBEAR_PIDFILE "/run/dropbear.pid"
