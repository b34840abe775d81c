using System.Runtime.InteropServices;

namespace Discord.Modules.Voice.Media;

/// <summary>The kernel's clock, by which it says when a datagram arrived.</summary>
internal static partial class MediaClock
{
    private const int ThreadTime = 3;

    /// <summary>Ticks of 100 ns since 1970.</summary>
    public static long Now => TimeProvider.System.GetUtcNow().UtcTicks - DateTime.UnixEpoch.Ticks;

    /// <summary>The same in units of an RTP clock, as timestamps count: modulo 2^32.</summary>
    /// <param name="hertz">Whole thousands.</param>
    public static uint In(int hertz, long now) => (uint)(now / TimeSpan.TicksPerMicrosecond * (hertz / 1000) / 1000);

    /// <summary>Ticks of 100 ns that the calling thread had a core for; 0 where the system does not tell.</summary>
    public static long Worked => OperatingSystem.IsLinux() && GetTime(ThreadTime, out var time) == 0 ? time.Seconds * TimeSpan.TicksPerSecond + time.Nanoseconds / TimeSpan.NanosecondsPerTick : 0;

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out Time time);

    private readonly struct Time
    {
        public readonly nint Seconds;
        public readonly nint Nanoseconds;
    }
}
