namespace Discord.Modules.Voice.Media;

/// <summary>The kernel's clock, by which it says when a datagram arrived.</summary>
internal static class MediaClock
{
    /// <summary>Ticks of 100 ns since 1970.</summary>
    public static long Now => TimeProvider.System.GetUtcNow().UtcTicks - DateTime.UnixEpoch.Ticks;
}
