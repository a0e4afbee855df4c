#!/bin/busybox sh
# The first and only program of the camera machine's initramfs: loads the camera drivers, lays a
# scratch layer over the host's own root filesystem, runs one job in it and switches off. Where the
# kernel is told capturevideo.systemd, the job runs as a service of systemd, which then is process 1.
#
#   ttyS0       console: the kernel's messages and this script's
#   ttyS1       the job's input and output
#   /run/job    shared folder of the host, writable: job.sh in, status out

set -e
/bin/busybox mkdir -p /proc /sys /dev /bin /host /scratch /root
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev

# one line a module, with its options, in the order of their dependencies
while read -r module; do
  insmod $module
done </modules/list

# Without cache=loose, loading OpenCV's libraries takes a minute.
mount -t 9p -o ro,trans=virtio,version=9p2000.L,msize=524288,cache=loose host /host
mount -t tmpfs -o mode=755 scratch /scratch
mkdir /scratch/upper /scratch/work
mount -t overlay -o lowerdir=/host,upperdir=/scratch/upper,workdir=/scratch/work root /root
mount --bind /dev /root/dev
mount --bind /proc /root/proc
mount --bind /sys /root/sys
mkdir -p /dev/shm
mount -t tmpfs shm /dev/shm
mount -t tmpfs run /root/run
mkdir /root/run/job
mount -t 9p -o trans=virtio,version=9p2000.L,msize=524288,cache=none job /root/run/job
ip link set lo up
echo "camera machine: $(cut -d' ' -f1 /proc/uptime) s: starting the job"

# qemu runs with -no-reboot: this is how the machine switches off
cat >/root/run/job.sh <<'END'
stty -F /dev/ttyS1 115200 raw -echo
status=0
/bin/sh /run/job/job.sh </dev/ttyS1 >/dev/ttyS1 2>&1 || status=$?
echo "camera machine: $(cut -d' ' -f1 /proc/uptime) s: the job ended with $status"
echo $status >/run/job/status
sync
busybox reboot -f
END
if grep -q capturevideo.systemd /proc/cmdline; then
  mkdir -p /root/run/systemd/system
  # systemd empties these when it starts.
  mount -t tmpfs tmp /root/tmp
  mount -t tmpfs tmp /root/var/tmp
  cat >/root/run/systemd/system/job.service <<'END'
[Service]
Type=oneshot
# What systemd hands a service in a mount has to reach the service.
ExecStartPre=/bin/mount --make-rshared /
ExecStart=/bin/sh /run/job.sh
StandardOutput=file:/dev/console
StandardError=inherit
END
  exec switch_root /root /lib/systemd/systemd --unit=job.service
fi
exec chroot /root /bin/sh /run/job.sh
