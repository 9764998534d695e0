# A delaying relay, for kernels without netem: every packet that this container forwards goes through a tun device and is
# held for some time. perl delay.pl MS. Runs until it is killed; then the device is gone and packets go their old way.
use strict;
use warnings;
use Fcntl;
use POSIX ();

my $delay  = $ARGV[0] / 1000;
my $device = 'chaos0';
my $table  = 777;
my ($TUNSETIFF, $IFF_TUN, $IFF_NO_PI) = (0x400454ca, 0x0001, 0x1000);

# Monotonic, to 10 ms: perl-base, which every Debian has, has no finer one.
my $ticks = POSIX::sysconf(POSIX::_SC_CLK_TCK());
sub now { (POSIX::times())[0] / $ticks }
sub ip { system('ip', @_) == 0 or die "ip @_ has failed\n" }

sysopen(my $tun, '/dev/net/tun', O_RDWR | O_NONBLOCK) or die "/dev/net/tun: $!\n";
ioctl($tun, $TUNSETIFF, pack('a16 s x22', $device, $IFF_TUN | $IFF_NO_PI)) or die "TUNSETIFF: $!\n";
ip('link', 'set', $device, 'up', 'txqueuelen', '10000');
ip('route', 'replace', 'default', 'dev', $device, 'table', $table);
opendir(my $interfaces, '/sys/class/net') or die "/sys/class/net: $!\n";
for my $interface (grep { /^eth/ } readdir $interfaces) {
  ip('rule', 'add', 'iif', $interface, 'lookup', $table, 'pref', '100');
}
closedir $interfaces;

my @held;
my $bits = '';
vec($bits, fileno($tun), 1) = 1;
while (1) {
  my $wait = @held ? $held[0][0] - now() : 60;
  if ($wait > 0) {
    select(my $ready = $bits, undef, undef, $wait);
  }
  while (sysread($tun, my $packet, 65_536)) {
    push @held, [now() + $delay, $packet];
  }
  while (@held && $held[0][0] <= now()) {
    syswrite($tun, (shift @held)->[1]);
  }
}
