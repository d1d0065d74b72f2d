"""What kind of filesystem a file lies on, as far as the system says."""

import os
from pathlib import Path

MOUNTS = Path("/proc/self/mountinfo")
NETWORK = frozenset(
    {
        "9p", "afs", "beegfs", "ceph", "cifs", "gfs2", "gpfs", "lustre", "nfs", "nfs4", "ncpfs",
        "ocfs2", "smb3", "smbfs", "virtiofs", "fuse.cephfs", "fuse.davfs2", "fuse.gcsfuse",
        "fuse.glusterfs", "fuse.grpcfuse", "fuse.rclone", "fuse.s3fs", "fuse.sshfs",
    }
)  # fmt: skip
"""Filesystems that several machines may hold at once. Source: the kernel's and FUSE's names."""


def filesystem_type(path: Path) -> str | None:
    """Return the name of the filesystem that ``path`` lies on, or None where it is not known."""
    try:
        device = path.stat().st_dev
        mounts = MOUNTS.read_bytes().splitlines()
    except OSError:
        return None
    wanted = f"{os.major(device)}:{os.minor(device)}".encode()
    for mount in mounts:
        # 36 35 98:0 /root /point rw,noatime master:1 - ext3 /dev/root rw (see man 5 proc)
        left, _, right = mount.partition(b" - ")
        if left.split(b" ")[2:3] == [wanted]:
            return right.split(b" ")[0].decode("ascii", "replace")
    return None
